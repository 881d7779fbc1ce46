//! A small sales world: deals of companies, owned by users in teams. Every type of field occurs.

use std::{collections::HashMap, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use kernel::{ColumnType, Id, Value};

use super::{Choices, Vocabulary, value_of};
use crate::{
    Catalog, ChoiceOption, Column, Entry, Env, Expected, Field, Many, Options, Part, Source, Type, check,
};

/// The columns of each object's table, `id` first; their order is the order of a record's values.
pub const TABLES: [(&str, &[(&str, ColumnType)]); 4] = [
    (
        "deal",
        &[
            ("id", ColumnType::Id),
            ("name", ColumnType::Text),
            ("amount", ColumnType::Decimal { scale: 4 }),
            ("amount_currency", ColumnType::Text),
            ("quantity", ColumnType::Int),
            ("weight", ColumnType::Decimal { scale: 3 }),
            ("urgent", ColumnType::Bool),
            ("stage", ColumnType::Text),
            ("close_date", ColumnType::Date),
            ("created_at", ColumnType::Instant),
            ("effort", ColumnType::Int),
            ("company", ColumnType::Id),
            ("owner", ColumnType::Id),
            ("parent_object", ColumnType::Text),
            ("parent_id", ColumnType::Id),
            ("tags", ColumnType::List),
            ("extra", ColumnType::Json),
            ("cost", ColumnType::Decimal { scale: 4 }),
            ("cost_currency", ColumnType::Text),
        ],
    ),
    (
        "company",
        &[
            ("id", ColumnType::Id),
            ("name", ColumnType::Text),
            ("industry", ColumnType::Text),
            ("revenue", ColumnType::Decimal { scale: 2 }),
            ("founded", ColumnType::Date),
            ("owner", ColumnType::Id),
            ("billing_city", ColumnType::Text),
            ("billing_street", ColumnType::Text),
            ("turnover", ColumnType::Decimal { scale: 4 }),
            ("turnover_currency", ColumnType::Text),
        ],
    ),
    ("user", &[("id", ColumnType::Id), ("name", ColumnType::Text), ("team", ColumnType::Id)]),
    ("team", &[("id", ColumnType::Id), ("name", ColumnType::Text)]),
];

/// The table of the many-to-many field `followers` of a deal, its columns `deal` and `user`.
pub const FOLLOWERS: &str = "deal_followers";

/// The catalogue of that world.
#[derive(Debug, Default)]
pub struct SampleCatalog;

impl Catalog for SampleCatalog {
    fn field(&self, object: &str, name: &str) -> Option<Field> {
        let ty = match (object, name) {
            ("deal", "amount" | "cost") | ("company", "turnover") => return Some(money(object, name)),
            ("deal", "parent") => {
                let source = Source::LinkAny {
                    object: column(object, "parent_object")?,
                    id: column(object, "parent_id")?,
                };
                return Some(Field::new(Type::LinkAny, source));
            }
            ("deal", "followers") => return Some(followers()),
            ("deal", "expected") => return self.formula(object, "amount * stage.probability"),
            ("deal", "margin") => return self.formula(object, "round(amount - coalesce(cost, 0), 2)"),
            ("deal", "heavy") => return self.formula(object, "weight > 10 and not urgent"),
            ("company", "headline") => {
                return self.formula(object, "upper(name) & \" (\" & coalesce(industry, \"?\") & \")\"");
            }
            ("company", "billing") => return Some(billing()),
            ("company", "billing_city" | "billing_street") => return None,
            ("deal", "stage") => Type::Choice(stages()),
            ("company", "industry") => Type::Choice(industries()),
            ("deal", "company") => Type::Link("company".into()),
            (_, "owner") => Type::Link("user".into()),
            ("user", "team") => Type::Link("team".into()),
            ("deal", "effort") => Type::Duration,
            (_, "id") => Type::Link(object.into()),
            (_, "amount_currency" | "cost_currency" | "turnover_currency") => return None,
            ("deal", "parent_object" | "parent_id") => return None,
            _ => match column(object, name)?.column {
                ColumnType::Bool => Type::Bool,
                ColumnType::Int => Type::Int,
                ColumnType::Decimal { .. } => Type::Number,
                ColumnType::Date => Type::Date,
                ColumnType::Instant => Type::DateTime,
                ColumnType::List => Type::List(Entry::Text),
                ColumnType::Json => Type::Json,
                ColumnType::Text | ColumnType::Id => Type::Text,
            },
        };
        Some(Field::new(ty, Source::Column(column(object, name)?)))
    }

    fn field_names(&self, object: &str) -> Vec<String> {
        let columns = columns(object).iter().map(|(name, _)| (*name).to_owned());
        let others = ["parent", "followers", "expected", "margin", "heavy", "headline", "billing"];
        let others = others.map(str::to_owned);
        columns.chain(others).filter(|name| self.field(object, name).is_some()).collect()
    }

    fn table(&self, object: &str) -> Option<Arc<str>> {
        TABLES.iter().find(|(name, _)| *name == object).map(|(name, _)| (*name).into())
    }
}

impl SampleCatalog {
    fn formula(&self, object: &str, source: &str) -> Option<Field> {
        let checked = check(source, object, self, &Expected::Any).ok()?;
        Some(Field::new(checked.ty().clone(), Source::Formula(Arc::new(checked))))
    }

    /// Every path of a deal, two links deep, as random expressions name them.
    pub fn vocabulary(&self, ids: &[Id]) -> Vocabulary {
        let mut paths = Vec::new();
        for (prefix, object) in [
            ("", "deal"),
            ("company.", "company"),
            ("owner.", "user"),
            ("company.owner.", "user"),
            ("me.", "user"),
        ] {
            for name in self.field_names(object) {
                if let Some(field) = self.field(object, &name) {
                    paths.push((format!("{prefix}{name}"), field.ty));
                }
            }
        }
        for path in ["amount.currency", "expected.currency", "margin.currency", "company.turnover.currency"] {
            paths.push((path.to_owned(), Type::Text));
        }
        paths.push(("company.billing.city".to_owned(), Type::Text));
        Vocabulary { paths, ids: ids.to_vec() }
    }
}

fn columns(object: &str) -> &'static [(&'static str, ColumnType)] {
    TABLES.iter().find(|(name, _)| *name == object).map_or(&[], |(_, columns)| *columns)
}

fn column(object: &str, name: &str) -> Option<Column> {
    let index = columns(object).iter().position(|(column, _)| *column == name)?;
    Some(Column { name: name.into(), index, column: columns(object)[index].1 })
}

fn parts(object: &str, names: &[(&str, &str)]) -> Source {
    let part = |(name, stored): &(&str, &str)| {
        let column = column(object, stored)?;
        let ty = if *name == "amount" { Type::Number } else { Type::Text };
        Some(Part { name: (*name).into(), ty, column })
    };
    Source::Parts(names.iter().filter_map(part).collect())
}

fn money(object: &str, name: &str) -> Field {
    let currency = format!("{name}_currency");
    Field::new(Type::Money, parts(object, &[("amount", name), ("currency", &currency)]))
}

fn billing() -> Field {
    let source = parts("company", &[("city", "billing_city"), ("street", "billing_street")]);
    Field::new(Type::Address, source)
}

fn followers() -> Field {
    let many = Many { table: FOLLOWERS.into(), this_column: "deal".into(), other_column: "user".into() };
    Field::new(Type::List(Entry::Link("user".into())), Source::Many(Arc::new(many)))
}

fn stages() -> Arc<Options> {
    let option = |name: &str, outcome: Option<&str>, probability: i64| ChoiceOption {
        name: name.into(),
        outcome: outcome.map(Into::into),
        probability: Some(kernel::Decimal::new(probability, 2)),
        forecast_category: outcome.is_none().then(|| "pipeline".into()),
    };
    let options = vec![
        option("new", None, 10),
        option("proposal", None, 50),
        option("won", Some("won"), 100),
        option("lost", Some("lost"), 0),
    ];
    Arc::new(Options { options })
}

fn industries() -> Arc<Options> {
    let option = |name: &str| ChoiceOption { name: name.into(), ..ChoiceOption::default() };
    Arc::new(Options { options: vec![option("energy"), option("retail")] })
}

/// Some records of each object, and who looks at them.
#[derive(Debug)]
pub struct World {
    /// Object to records, each its columns' values in the order of [`TABLES`].
    pub records: HashMap<&'static str, Vec<Vec<Value>>>,
    /// Deal and user.
    pub followers: Vec<(Id, Id)>,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub me: Option<Id>,
    pub my_teams: Vec<Id>,
}

impl World {
    /// Makes three teams and users, four companies and eight deals.
    pub fn random(choices: &mut Choices) -> World {
        let ids =
            |object: u64, count: u128| -> Vec<Id> { (0..count).map(|n| Id::from_parts(object, n)).collect() };
        let (deals, companies, users, teams) = (ids(1, 8), ids(2, 4), ids(3, 3), ids(4, 3));
        let mut records = HashMap::new();
        for (object, columns) in TABLES {
            let own = match object {
                "deal" => &deals,
                "company" => &companies,
                "user" => &users,
                _ => &teams,
            };
            let mut content = |(name, column): &(&str, ColumnType)| {
                let options: &[&str] = match *name {
                    "stage" => &["new", "proposal", "won", "lost", "gone"],
                    "industry" => &["energy", "retail"],
                    "amount_currency" | "cost_currency" | "turnover_currency" => &["EUR", "USD"],
                    _ => &[],
                };
                if !options.is_empty() {
                    return if choices.below(5) == 4 {
                        Value::Null
                    } else {
                        choices.one_of(options).map_or(Value::Null, |o| (*o).into())
                    };
                }
                let linked = match *name {
                    "company" => &companies,
                    "owner" => &users,
                    "team" => &teams,
                    _ => &deals,
                };
                value_of(*column, linked, choices)
            };
            let rows = own.iter().map(|id| {
                let mut values: Vec<Value> = columns.iter().map(&mut content).collect();
                values[0] = Value::Id(*id);
                values
            });
            records.insert(object, rows.collect());
        }
        let followers =
            (0..choices.below(6)).map(|_| (deals[choices.below(8)], users[choices.below(3)])).collect();
        let zones = ["Europe/Berlin", "UTC", "America/Havana", "Asia/Kathmandu"];
        let zone = choices.one_of(&zones).and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        World {
            records,
            followers,
            now: Timestamp::from_second(1_778_760_000 + choices.below(100_000) as i64).unwrap_or_default(),
            zone,
            me: if choices.below(6) == 5 { None } else { Some(users[choices.below(3)]) },
            my_teams: teams[..choices.below(3)].to_vec(),
        }
    }

    /// Every id that there is.
    pub fn ids(&self) -> Vec<Id> {
        self.records.values().flatten().filter_map(|record| record[0].as_id()).collect()
    }

    fn record(&self, object: &str, id: Id) -> Option<&Vec<Value>> {
        self.records.get(object)?.iter().find(|record| record[0] == Value::Id(id))
    }
}

/// One deal of the world at hand.
#[derive(Debug)]
pub struct AtDeal<'a> {
    pub world: &'a World,
    pub deal: &'a [Value],
}

impl Env for AtDeal<'_> {
    fn column(&self, index: usize) -> &Value {
        &self.deal[index]
    }

    fn linked(&self, object: &str, id: Id, index: usize) -> Value {
        self.world.record(object, id).map_or(Value::Null, |record| record[index].clone())
    }

    fn members(&self, record: Option<(&str, Id)>, _: &Many) -> Vec<Id> {
        let deal = record.map(|(_, id)| id).or(self.deal[0].as_id());
        self.world.followers.iter().filter(|(of, _)| Some(*of) == deal).map(|(_, user)| *user).collect()
    }

    fn now(&self) -> Timestamp {
        self.world.now
    }

    fn zone(&self) -> &TimeZone {
        &self.world.zone
    }

    fn me(&self) -> Option<Id> {
        self.world.me
    }

    fn my_teams(&self) -> &[Id] {
        &self.world.my_teams
    }
}
