//! The figures of roll-ups: counted and added up in the database, amounts of one currency at a time.
//!
//! Amounts in the currency that the figure is to have are added as they are. Others are converted with today's rate, one
//! multiplication for each currency; where a rate is not known, there is no figure rather than a wrong one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use expr::{Checked, sql::Sql};
use kernel::{ColumnType, Decimal, Id, Value, number};
use metadata::{Field, Kind, Object, RollUp, definition::RollUpFunction};

use crate::{Error, Reader, engine::in_ids, rates::Rates};

/// What a roll-up shows for one record.
pub(crate) struct Figure {
    pub value: Value,
    /// Whether exchange rates went into it: it changes with them.
    pub is_converted: bool,
}

/// Which figure is asked for.
struct Asked<'a> {
    field: &'a Field,
    roll_up: &'a RollUp,
    /// The object that has the roll-up, and the records of it.
    to: &'a Object,
    ids: &'a [Id],
    children: &'a Object,
    link: &'a Field,
    /// What is added up; none for a count.
    added: Option<&'a Field>,
}

/// The records of one currency that count for one figure.
struct Part {
    /// None while nobody has said; then it is taken for the wanted one.
    currency: Option<String>,
    /// Their sum, smallest or largest; of an average the sum.
    amount: Decimal,
    /// How many have an amount.
    count: Decimal,
}

/// What counts for one figure of an amount.
struct Parts {
    wanted: String,
    parts: Vec<Part>,
}

impl Reader<'_, '_> {
    /// The figure for each of these records of object `to` that has any.
    pub(crate) fn figures(
        &mut self,
        field: &Field,
        roll_up: &RollUp,
        to: &Object,
        ids: &[Id],
    ) -> Result<BTreeMap<Id, Figure>, Error> {
        let children = self.object(&roll_up.object)?;
        let Some(link) = children.field(&roll_up.link) else { return Ok(BTreeMap::new()) };
        let added = roll_up.field.as_deref().and_then(|name| children.field(name));
        let asked = Asked { field, roll_up, to, ids, children: &children, link, added };
        match (&field.currency, added.and_then(|added| added.currency.as_ref())) {
            (Some(wanted), Some(of)) => self.amounts(&asked, wanted, of),
            _ => self.plain_figures(&asked),
        }
    }

    fn plain_figures(&mut self, asked: &Asked<'_>) -> Result<BTreeMap<Id, Figure>, Error> {
        let mut sql = Sql::new("select ");
        sql.append(&asked.key()).push(", ").append(&asked.aggregate(asked.roll_up.function));
        sql.push(" from ").name(asked.children.table()).push(" t");
        self.push_condition(asked, &mut sql);
        sql.push(" group by ").append(&asked.key());
        let read_as = match (asked.roll_up.function, asked.roll_up.column) {
            // PostgreSQL adds whole numbers up to a numeric.
            (RollUpFunction::Sum, ColumnType::Int) => ColumnType::Decimal { scale: 0 },
            (_, column) => column,
        };
        let rows = self.tx.query(&sql, |row| {
            Some((row.id(0)?, Figure { value: row.value(1, read_as), is_converted: false }))
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Figures of amounts: `select key, currency, sum(amount), count(amount), wanted currency … group by 1, 2, 5`.
    fn amounts(
        &mut self,
        asked: &Asked<'_>,
        wanted: &Checked,
        of: &Checked,
    ) -> Result<BTreeMap<Id, Figure>, Error> {
        let mut parts: BTreeMap<Id, Parts> = BTreeMap::new();
        let sql = self.select_amounts(asked, wanted, of);
        let column =
            asked.added.map_or(ColumnType::Int, |added| asked.children.columns[added.columns.start].column);
        let is_added_up = matches!(asked.roll_up.function, RollUpFunction::Sum | RollUpFunction::Average);
        let read_as = match column {
            ColumnType::Int if is_added_up => ColumnType::Decimal { scale: 0 },
            column => column,
        };
        self.tx.each(&sql, |row| -> Result<(), Error> {
            if let (Some(id), Some(amount)) = (row.id(0), row.value(2, read_as).as_decimal()) {
                let known = parts.entry(id).or_insert_with(|| Parts {
                    wanted: row.text(4).unwrap_or_default().to_owned(),
                    parts: Vec::new(),
                });
                known.parts.push(Part {
                    currency: row.text(1).map(str::to_owned),
                    amount,
                    count: row.int(3).unwrap_or(0).into(),
                });
            }
            Ok(())
        })?;
        let codes: BTreeSet<&str> = parts.values().flat_map(Parts::foreign).collect();
        let rates = self.rates(&codes)?;
        let figure = |parts: &Parts| Figure {
            value: parts.figure(asked.roll_up, &rates).into(),
            is_converted: parts.foreign().next().is_some(),
        };
        Ok(parts.iter().map(|(id, parts)| (*id, figure(parts))).collect())
    }

    fn select_amounts(&self, asked: &Asked<'_>, wanted: &Checked, of: &Checked) -> Sql {
        let registry = Arc::clone(&self.registry);
        let asking = self.asking(&registry);
        let function = match asked.roll_up.function {
            RollUpFunction::Average => RollUpFunction::Sum,
            function => function,
        };
        let follows_parent = !wanted.own_columns().is_empty();
        let mut sql = Sql::new("select ");
        sql.append(&asked.key()).push(", ").append(&asking.compile_value(of, "t"));
        sql.push(", ").append(&asked.aggregate(function));
        sql.push(", ").append(&asked.aggregate(RollUpFunction::Count));
        sql.push(", ").append(&asking.compile_value(wanted, "p"));
        sql.push(" from ").name(asked.children.table()).push(" t");
        if follows_parent {
            sql.push(" join ").name(asked.to.table()).push(" p on p.\"id\" = ").append(&asked.key());
        }
        self.push_condition(asked, &mut sql);
        sql.push(if follows_parent { " group by 1, 2, 5" } else { " group by 1, 2" });
        sql
    }

    /// Which records count.
    fn push_condition(&self, asked: &Asked<'_>, sql: &mut Sql) {
        let ids = asked.ids.iter().map(|id| (*id).into()).collect();
        sql.push(" where t.\"deleted_at\" is null and ");
        sql.append(&in_ids(self.tx.dialect(), asked.key().text(), ids));
        if let Kind::LinkAny(_) = asked.link.kind {
            sql.push(" and t.").name(&asked.children.columns[asked.link.columns.start].name).push(" = ");
            sql.bind(asked.to.name.as_str(), ColumnType::Text);
        }
        if let Some(filter) = &asked.field.filter {
            let registry = Arc::clone(&self.registry);
            sql.push(" and ").append(&self.asking(&registry).compile(filter, "t"));
        }
    }
}

impl Asked<'_> {
    /// The column that leads to the record that has the roll-up.
    fn key(&self) -> Sql {
        let mut key = Sql::new("t.");
        key.name(&self.children.columns[self.link.columns.end - 1].name);
        key
    }

    fn aggregate(&self, function: RollUpFunction) -> Sql {
        let Some(added) = self.added else { return Sql::new("count(*)") };
        let mut sql = Sql::new(match function {
            RollUpFunction::Count => "count(t.",
            RollUpFunction::Sum => "sum(t.",
            RollUpFunction::Average => "rp_average(t.",
            RollUpFunction::Min => "min(t.",
            RollUpFunction::Max => "max(t.",
        });
        sql.name(&self.children.columns[added.columns.start].name).push(")");
        sql
    }
}

impl Parts {
    /// The currencies that have to be converted, with the one that they are converted to.
    fn foreign(&self) -> impl Iterator<Item = &str> {
        let others = self.parts.iter().filter_map(|part| part.currency.as_deref());
        others.filter(move |code| *code != self.wanted).flat_map(move |code| [code, self.wanted.as_str()])
    }

    /// The figure in the wanted currency; nothing when a rate is missing or a number grows too large.
    fn figure(&self, roll_up: &RollUp, rates: &Rates) -> Option<Decimal> {
        let converted = |part: &Part| match &part.currency {
            Some(code) => rates.convert(part.amount, code, &self.wanted),
            None => Some(part.amount),
        };
        let amounts: Vec<Decimal> = self.parts.iter().map(converted).collect::<Option<_>>()?;
        let sum = || amounts.iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount));
        let figure = match roll_up.function {
            RollUpFunction::Count => None,
            RollUpFunction::Sum => sum(),
            RollUpFunction::Average => number::divide(sum()?, self.parts.iter().map(|part| part.count).sum()),
            RollUpFunction::Min => amounts.iter().min().copied(),
            RollUpFunction::Max => amounts.iter().max().copied(),
        };
        let scale = if let ColumnType::Decimal { scale } = roll_up.column { scale } else { 0 };
        figure.map(|figure| number::round(figure, scale.into()))
    }
}

/// What the field shows: nothing to count is none, nothing to add up is zero, nothing to compare is empty; what could not
/// be converted is empty.
pub(crate) fn figure(roll_up: &RollUp, found: Option<&Figure>) -> Value {
    match (found.map(|found| (&found.value, found.is_converted)), roll_up.function) {
        (Some((Value::Decimal(number), _)), _) if roll_up.column == ColumnType::Int => {
            i64::try_from(*number).ok().into()
        }
        (Some((value, is_converted)), _) if is_converted || !value.is_null() => value.clone(),
        (_, RollUpFunction::Count | RollUpFunction::Sum) if roll_up.column == ColumnType::Int => {
            Value::Int(0)
        }
        (_, RollUpFunction::Count | RollUpFunction::Sum) => Value::Decimal(Decimal::ZERO),
        _ => Value::Null,
    }
}
