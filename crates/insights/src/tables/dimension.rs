//! A dimension of a cube: a column as it is, or a part of a date (`day:month`).

use crate::failure::Failure;
use crate::table::column::sorted_codes;
use crate::table::{Codes, Table, day};
use analytics::MISSING;

/// Parts of a date that a dimension may take.
const PARTS: [&str; 6] = ["year", "quarter", "month", "week", "weekday", "day"];

/// Codes of each row, and a name for the column of the answer.
pub struct Dimension {
    pub name: String,
    pub codes: Codes,
}

impl Dimension {
    /// Reads `COLUMN` or `COLUMN:PART`.
    ///
    /// # Errors
    /// [`Failure::Input`] when there is no such column, [`Failure::Usage`] for an unknown part.
    pub fn read(table: &Table, text: &str) -> Result<Dimension, Failure> {
        let parted = text.rsplit_once(':').filter(|_| table.position(text).is_err());
        let Some((column, part)) = parted else {
            let codes = table.codes(table.position(text)?);
            return Ok(Dimension { name: text.to_owned(), codes });
        };
        if !PARTS.contains(&part) {
            return Err(Failure::Usage(format!("--by {text}: a date has {}", PARTS.join(", "))));
        }
        let times = table.times(table.position(column)?)?;
        let mut names: Vec<String> = Vec::new();
        let mut known = std::collections::HashMap::new();
        let mut codes = Vec::with_capacity(times.len());
        for time in times {
            if time.is_nan() {
                codes.push(MISSING);
                continue;
            }
            let day = time.floor() as i32;
            let code = *known.entry(day).or_insert_with(|| {
                let name = day::part(day, part);
                names.iter().position(|own| *own == name).unwrap_or_else(|| {
                    names.push(name);
                    names.len() - 1
                }) as u32
            });
            codes.push(code);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Dimension { name: format!("{column}_{part}"), codes: sorted_codes(codes, &names) })
    }

    /// What a code stands for; `None` is the total over all.
    pub fn shown(&self, code: Option<u32>) -> String {
        match code {
            None => "(all)".to_owned(),
            Some(MISSING) => "(none)".to_owned(),
            Some(code) => self.codes.names[code as usize].clone(),
        }
    }
}
