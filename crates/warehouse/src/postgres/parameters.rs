//! Statements with parameters: each is planned with the types that its sender declares, and anew whenever it is run.
//!
//! Planned by itself, `amount > $1` wants a decimal like `amount`; a driver that has an integer to send declares one.
//! The parameter then is that integer, and the comparison is made as if it stood in the text. A statement that was
//! prepared long ago would show what its asker saw then: running it asks again what they may see.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use arrow::datatypes::{DataType, Field, TimeUnit};
use async_trait::async_trait;
use datafusion::{
    common::{
        Result as Outcome,
        tree_node::{Transformed, TreeNode, TreeNodeRecursion},
    },
    logical_expr::{
        Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Values, expr::Placeholder,
        expr_rewriter::NamePreserver, utils::merge_schema,
    },
    sql::sqlparser::ast::Statement,
};
use datafusion_postgres::{
    DfSessionService,
    pgwire::{
        api::{
            ClientInfo, ClientPortalStore, DEFAULT_NAME, Type,
            portal::{Format, Portal},
            query::ExtendedQueryHandler,
            results::{FieldInfo, Response},
            stmt::{QueryParser, StoredStatement},
            store::PortalStore,
        },
        error::{PgWireError, PgWireResult},
        messages::{PgWireBackendMessage, extendedquery::Sync as Synchronise, response::ReadyForQuery},
    },
};
use futures_util::{Sink, SinkExt};
use kernel::Decimal;

use super::{
    headings::headed,
    reading::{Reading, failed, in_our_words},
};
use crate::{Error, guard};

/// A statement's text, and what it means.
type Prepared = (String, Option<(Statement, LogicalPlan)>);
/// Digits of a number that is compared with nothing of its kind: before the point they are 28.
const DIGITS: (u8, i8) = (38, 10);

/// The extended query protocol: parse, bind, execute.
pub struct Typed {
    service: Arc<DfSessionService>,
    reading: Arc<Reading>,
}

impl Typed {
    pub fn new(service: &Arc<DfSessionService>, reading: &Arc<Reading>) -> Typed {
        Typed { service: Arc::clone(service), reading: Arc::clone(reading) }
    }

    /// What a statement means for its asker now.
    async fn prepare_again(&self, before: &StoredStatement<Prepared>) -> PgWireResult<Prepared> {
        let (text, Some((statement, _))) = &before.statement else { return Ok(before.statement.clone()) };
        let Some(plan) = self.reading.plan_again(statement).await? else {
            return Ok(before.statement.clone());
        };
        let plan = with_types(plan, &before.parameter_types).map_err(|error| failed(&error.into()))?;
        Ok((text.clone(), Some((statement.clone(), plan))))
    }
}

#[async_trait]
impl ExtendedQueryHandler for Typed {
    type Statement = Prepared;
    type QueryParser = TypedParser;

    fn query_parser(&self) -> Arc<TypedParser> {
        Arc::new(TypedParser { service: Arc::clone(&self.service), reading: Arc::clone(&self.reading) })
    }

    /// What was sent together has ended; the rest is as the protocol has it.
    async fn on_sync<C>(&self, client: &mut C, _: Synchronise) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        self.reading.stop.end();
        client.portal_store().rm_portal(DEFAULT_NAME);
        let ready = ReadyForQuery::new(client.transaction_status());
        client.send(PgWireBackendMessage::ReadyForQuery(ready)).await?;
        Ok(())
    }

    async fn do_query<C>(
        &self,
        client: &mut C,
        portal: &Portal<Prepared>,
        max_rows: usize,
    ) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let before = &portal.statement;
        let begun = self.reading.stop.go_on(&before.statement.0);
        let statement = self.prepare_again(before).await?;
        if columns(&statement) != columns(&before.statement) {
            return Err(failed(&Error::Query("the columns are others now: prepare it again".to_owned())));
        }
        check_numbers(&statement, portal)?;
        let now = without_idle(statement, portal)?;
        let response = ExtendedQueryHandler::do_query(&*self.service, client, &now, max_rows).await;
        Ok(begun.stoppable(response.map_err(in_our_words)?))
    }
}

/// Parses, and gives parameters the types that they are declared to have.
pub struct TypedParser {
    service: Arc<DfSessionService>,
    reading: Arc<Reading>,
}

#[async_trait]
impl QueryParser for TypedParser {
    type Statement = Prepared;

    async fn parse_sql<C>(
        &self,
        client: &C,
        sql: &str,
        types: &[Option<Type>],
    ) -> PgWireResult<Option<Prepared>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        guard::check_text(sql).map_err(|error| failed(&error))?;
        let begun = self.reading.stop.go_on(sql);
        let parsed = match self.service.query_parser().parse_sql(client, sql, types).await? {
            Some((text, Some((statement, plan)))) => {
                let plan = with_types(plan, types).map_err(|error| failed(&error.into()))?;
                Some((text, Some((statement, plan))))
            }
            other => other,
        };
        begun.check()?;
        Ok(parsed)
    }

    fn get_parameter_types(&self, statement: &Prepared) -> PgWireResult<Vec<Type>> {
        self.service.query_parser().get_parameter_types(statement)
    }

    fn get_result_schema(
        &self,
        statement: &Prepared,
        format: Option<&Format>,
    ) -> PgWireResult<Vec<FieldInfo>> {
        let columns = self.service.query_parser().get_result_schema(statement, format)?;
        let Some((parsed, _)) = &statement.1 else { return Ok(columns) };
        Ok(Arc::unwrap_or_clone(headed(parsed, &Arc::new(columns))))
    }
}

/// The names and types of a statement's columns.
fn columns(statement: &Prepared) -> Option<Vec<(&String, &DataType)>> {
    let (_, (_, plan)) = (&statement.0, statement.1.as_ref()?);
    Some(plan.schema().fields().iter().map(|field| (field.name(), field.data_type())).collect())
}

/// The plan with its parameters as they are declared, `$1` first; those that nothing tells the type of are texts, as
/// in PostgreSQL.
fn with_types(plan: LogicalPlan, declared: &[Option<Type>]) -> Outcome<LogicalPlan> {
    let told: HashMap<String, Option<DataType>> = plan.get_parameter_types()?;
    let mut known = told.clone();
    for (id, list) in lists(&plan)? {
        known.entry(id).and_modify(|kind| _ = kind.get_or_insert(list));
    }
    let wanted: HashMap<&String, DataType> = known
        .iter()
        .filter_map(|(id, inferred)| {
            let declared = declared.get(position(id)?).and_then(Option::as_ref);
            let wanted = match declared {
                Some(declared) => declared_as(declared, inferred.as_ref())?,
                None => inferred.clone().unwrap_or(DataType::Utf8),
            };
            (told.get(id).and_then(Option::as_ref) != Some(&wanted)).then_some((id, wanted))
        })
        .collect();
    if wanted.is_empty() {
        return Ok(plan);
    }
    changed_placeholders(plan, |placeholder| {
        let field = Field::new("parameter", wanted.get(&placeholder.id)?.clone(), true);
        Some(Placeholder::new_with_field(placeholder.id.clone(), Some(Arc::new(field))))
    })
}

/// The parameters in which something is looked for, as lists of what that is: `name = any($1)`.
fn lists(plan: &LogicalPlan) -> Outcome<HashMap<String, DataType>> {
    let mut lists = HashMap::new();
    plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                if let Expr::ScalarFunction(call) = part
                    && let ("array_has", [Expr::Placeholder(parameter), sought]) =
                        (call.name(), &call.args[..])
                    && let Ok(kind) = sought.get_type(&schema)
                {
                    lists.insert(parameter.id.clone(), list(kind));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(lists)
}

/// The plan with other placeholders for those that `change` has one for.
fn changed_placeholders(
    plan: LogicalPlan,
    change: impl Fn(&Placeholder) -> Option<Placeholder>,
) -> Outcome<LogicalPlan> {
    let changed = |part: Expr| match &part {
        Expr::Placeholder(placeholder) => Ok(match change(placeholder) {
            Some(other) => Transformed::yes(Expr::Placeholder(other)),
            None => Transformed::no(part),
        }),
        _ => Ok(Transformed::no(part)),
    };
    let plan = plan.transform_up_with_subqueries(|node| {
        let names = NamePreserver::new(&node);
        let node = node.map_expressions(|expression| {
            let name = names.save(&expression);
            Ok(expression.transform_up(changed)?.update_data(|expression| name.restore(expression)))
        })?;
        node.map_data(|node| match node {
            LogicalPlan::Values(Values { values, .. }) => LogicalPlanBuilder::values(values)?.build(),
            node => node.recompute_schema(),
        })
    })?;
    Ok(plan.data)
}

/// What is to be run, without parameters that nothing in it asks for: those that are left are counted anew, since they
/// are told apart by their position.
fn without_idle(statement: Prepared, portal: &Portal<Prepared>) -> PgWireResult<Portal<Prepared>> {
    let asked = match &statement.1 {
        Some((_, plan)) => plan.get_parameter_types().map_err(|error| failed(&error.into()))?,
        None => HashMap::new(),
    };
    let asked: BTreeSet<usize> = asked.keys().filter_map(|id| position(id)).collect();
    let new: HashMap<usize, usize> = asked.iter().copied().zip(0..).collect();
    let statement = match statement {
        (text, Some((parsed, plan))) => {
            let renumbered = changed_placeholders(plan, |placeholder| {
                let id = format!("${}", new.get(&position(&placeholder.id)?)? + 1);
                Some(Placeholder::new_with_field(id, placeholder.field.clone()))
            });
            (text, Some((parsed, renumbered.map_err(|error| failed(&error.into()))?)))
        }
        other => other,
    };
    let before = &portal.statement;
    let types = asked.iter().map(|at| before.parameter_types.get(*at).cloned().flatten());
    let mut now = Portal::<Prepared>::default();
    now.name.clone_from(&portal.name);
    now.parameters = asked.iter().map(|at| portal.parameters.get(*at).cloned().flatten()).collect();
    now.parameter_format = match &portal.parameter_format {
        Format::Individual(formats) => {
            Format::Individual(asked.iter().map(|at| formats.get(*at).copied().unwrap_or_default()).collect())
        }
        unified => unified.clone(),
    };
    now.statement = Arc::new(StoredStatement::new(before.id.clone(), statement, types.collect()));
    now.result_column_format = portal.result_column_format.clone();
    Ok(now)
}

/// Where the value of a placeholder stands: `$1` first, at 0.
fn position(id: &str) -> Option<usize> {
    id.trim_start_matches('$').parse::<usize>().ok()?.checked_sub(1)
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(of, true)))
}

/// What a declared type is here; nothing for one that is left to where it stands.
fn declared_as(declared: &Type, inferred: Option<&DataType>) -> Option<DataType> {
    Some(match (declared, inferred) {
        (&Type::BOOL, _) => DataType::Boolean,
        (&Type::INT2, _) => DataType::Int16,
        (&Type::INT4, _) => DataType::Int32,
        (&Type::INT8, _) => DataType::Int64,
        (&Type::FLOAT4, _) => DataType::Float32,
        (&Type::FLOAT8, _) => DataType::Float64,
        (&Type::NUMERIC, Some(decimal @ DataType::Decimal128(..))) => decimal.clone(),
        (&Type::NUMERIC, _) => DataType::Decimal128(DIGITS.0, DIGITS.1),
        (&Type::TEXT | &Type::VARCHAR, Some(DataType::LargeUtf8)) => return None,
        (&Type::TEXT | &Type::VARCHAR, _) => DataType::Utf8,
        (&Type::DATE, _) => DataType::Date32,
        (&Type::BOOL_ARRAY, _) => list(DataType::Boolean),
        (&Type::INT2_ARRAY, _) => list(DataType::Int16),
        (&Type::INT4_ARRAY, _) => list(DataType::Int32),
        (&Type::INT8_ARRAY, _) => list(DataType::Int64),
        (&Type::FLOAT8_ARRAY, _) => list(DataType::Float64),
        (&Type::TEXT_ARRAY | &Type::VARCHAR_ARRAY, _) => list(DataType::Utf8),
        (&Type::TIMESTAMP, _) => DataType::Timestamp(TimeUnit::Microsecond, None),
        (&Type::TIMESTAMPTZ, _) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        _ => return None,
    })
}

/// Refuses numbers that do not fit into the decimal that they stand for: they would become others.
fn check_numbers(statement: &Prepared, portal: &Portal<Prepared>) -> PgWireResult<()> {
    let Some((_, plan)) = &statement.1 else { return Ok(()) };
    let types = plan.get_parameter_types().map_err(|error| failed(&error.into()))?;
    for at in 0..portal.parameter_len() {
        let kind = types.get(&format!("${}", at + 1)).and_then(Option::as_ref);
        let declared = portal.statement.parameter_types.get(at).and_then(Option::as_ref);
        let Some(DataType::Decimal128(_, scale)) = kind else { continue };
        if declared.is_some_and(|declared| *declared != Type::NUMERIC) {
            continue;
        }
        let Some(mut number) = portal.parameter::<Decimal>(at, &Type::NUMERIC)? else { continue };
        let scale = u32::from(scale.unsigned_abs());
        number.rescale(scale);
        if number.scale() != scale {
            let why = format!("${} has more than 28 digits, of which {scale} after the point", at + 1);
            return Err(failed(&Error::Query(why)));
        }
    }
    Ok(())
}
