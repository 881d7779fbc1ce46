//! What currencies are worth: the records of the object `exchange_rate`, each from its day on until the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Id, number};
use metadata::{Field, Kind, Object, RollUp};

use crate::{Engine, Error, Principal, Reader};

/// Whose records are the rates: `currency`, `day`, and `rate`, what one unit is worth in the workspace's own currency.
pub const EXCHANGE_RATE: &str = "exchange_rate";

/// Records converted anew in one transaction, so that others are not held up.
const PART: usize = 500;

/// Today's rates of some currencies; the workspace's own has the rate 1.
#[derive(Debug)]
pub(crate) struct Rates {
    own: String,
    known: BTreeMap<String, Decimal>,
}

impl Rates {
    /// The amount in another currency; nothing when a rate is missing or the number grows too large.
    pub fn convert(&self, amount: Decimal, from: &str, to: &str) -> Option<Decimal> {
        if from == to {
            return Some(amount);
        }
        number::divide(amount.checked_mul(self.of(from)?)?, self.of(to)?)
    }

    fn of(&self, code: &str) -> Option<Decimal> {
        if code == self.own { Some(Decimal::ONE) } else { self.known.get(code).copied() }
    }
}

impl Reader<'_, '_> {
    /// Today's rates of these currencies, as far as they are known. The day is that of Greenwich, the same for everybody.
    pub(crate) fn rates(&mut self, codes: &BTreeSet<&str>) -> Result<Rates, Error> {
        let mut rates = Rates { own: self.engine.currency().code().to_owned(), known: BTreeMap::new() };
        if !self.registry.object(EXCHANGE_RATE).is_some_and(|object| has_rates(object)) {
            return Ok(rates);
        }
        let today = self.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        for code in codes.iter().copied().filter(|code| *code != rates.own) {
            let mut sql = Sql::new("select \"rate\" from ");
            sql.name(EXCHANGE_RATE).push(" where \"currency\" = ").bind(code, ColumnType::Text);
            sql.push(" and \"day\" <= ").bind(today, ColumnType::Date);
            sql.push(" and \"deleted_at\" is null order by \"day\" desc, \"id\" desc limit 1");
            let found = self
                .tx
                .query_optional(&sql, |row| row.value(0, ColumnType::Decimal { scale: RATE_SCALE }))?;
            if let Some(rate) = found.and_then(|rate| rate.as_decimal()) {
                rates.known.insert(code.to_owned(), rate);
            }
        }
        Ok(rates)
    }

    /// The records whose roll-up adds amounts of another currency than its own.
    fn converted(&mut self, object: &Object, field: &Field, roll_up: &RollUp) -> Result<Vec<Id>, Error> {
        let registry = Arc::clone(&self.registry);
        let Some(children) = registry.object(&roll_up.object) else { return Ok(Vec::new()) };
        let added = roll_up.field.as_deref().and_then(|name| children.field(name)?.currency.as_ref());
        let (Some(wanted), Some(of), Some(link)) = (&field.currency, added, children.field(&roll_up.link))
        else {
            return Ok(Vec::new());
        };
        let asking = self.asking(&registry);
        let mut sql = Sql::new("select distinct p.\"id\" from ");
        sql.name(object.table()).push(" p join ").name(children.table()).push(" t on t.");
        sql.name(&children.columns[link.columns.end - 1].name).push(" = p.\"id\" where ");
        sql.append(&asking.compile_value(of, "t")).push(" <> ").append(&asking.compile_value(wanted, "p"));
        Ok(self.tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect())
    }
}

/// Digits after the point of a rate.
const RATE_SCALE: u8 = 8;

fn has_rates(object: &Object) -> bool {
    let is = |name: &str, column: ColumnType| {
        object.field(name).is_some_and(|field| {
            object.columns.get(field.columns.start).is_some_and(|known| known.column == column)
        })
    };
    is("currency", ColumnType::Text)
        && is("day", ColumnType::Date)
        && is("rate", ColumnType::Decimal { scale: RATE_SCALE })
}

/// Computes anew what was converted with exchange rates, after they have changed or another day has begun; tells how
/// many records it looked at.
///
/// # Errors
/// When the database refuses; what was computed until then stays.
pub fn convert_anew(engine: &Engine) -> Result<usize, Error> {
    let (system, registry) = (Principal::system(), engine.registry());
    let mut looked_at = 0;
    for object in registry.objects() {
        let mut ids: BTreeSet<Id> = BTreeSet::new();
        for field in &object.fields {
            let Kind::RollUp(roll_up) = &field.kind else { continue };
            ids.extend(engine.read(&system, |reader| reader.converted(object, field, roll_up))?);
        }
        let ids: Vec<Id> = ids.into_iter().collect();
        for part in ids.chunks(PART) {
            engine.write(&system, |writer| writer.compute_anew(object, part))?;
        }
        looked_at += ids.len();
    }
    Ok(looked_at)
}
