//! Random contents of columns.

use jiff::{Timestamp, civil::date};
use kernel::{ColumnType, Id, Value};

use super::Choices;

const TEXTS: [&str; 12] =
    ["", "a", "Acme", "acme ltd", "ACME", "Émile", "straße", "İ", " b ", "10%_", "say \"hi\"", "日本 a"];

/// A content for a column of the type, quite often none. Ids are among `ids`.
pub fn value_of(column: ColumnType, ids: &[Id], choices: &mut Choices) -> Value {
    if choices.below(5) == 4 {
        return Value::Null;
    }
    match column {
        ColumnType::Bool => Value::Bool(choices.below(2) == 1),
        ColumnType::Int => Value::Int(whole(choices)),
        ColumnType::Decimal { scale } => kernel::number::from_scaled(whole(choices), scale.into()).into(),
        ColumnType::Text => choices.one_of(&TEXTS).map_or(Value::Null, |text| (*text).into()),
        ColumnType::Date => Value::Date(match choices.below(4) {
            0 => date(2026, 5, 14),
            1 => date(2024, 2, 29),
            2 => date(2026, 1 + choices.below(12) as i8, 1 + choices.below(28) as i8),
            _ => date(1 + choices.below(9999) as i16, 12, 31),
        }),
        ColumnType::Instant => {
            let seconds = match choices.below(3) {
                0 => 1_778_760_000 + choices.below(200_000) as i64 - 100_000,
                1 => 1_792_888_200 + choices.below(7_200) as i64,
                _ => choices.below(2_000_000_000) as i64,
            };
            Timestamp::from_microsecond(seconds * 1_000_000 + choices.below(1_000_000) as i64).ok().into()
        }
        ColumnType::Id => choices.one_of(ids).copied().into(),
        ColumnType::List => {
            let entries = choices.below(3);
            Value::List(
                (0..entries).filter_map(|_| choices.one_of(&TEXTS).map(|text| (*text).into())).collect(),
            )
        }
        ColumnType::Json => Value::Json(serde_json::Value::Bool(true)),
    }
}

fn whole(choices: &mut Choices) -> i64 {
    match choices.below(4) {
        0 => choices.below(10) as i64 - 3,
        1 => choices.below(100_000) as i64,
        2 => 250,
        _ => choices.below(u32::MAX as usize) as i64 * 1_000_000 + choices.below(1_000_000) as i64,
    }
}
