//! A report for people: aligned tables, few digits, nothing cut off in silence.

use std::io::{self, Write};

use kernel::Decimal;
use serde_json::Value;

use super::{Cells, Grid, Part, Report};

/// The widest a column of text may be, in characters.
const WIDEST: usize = 48;

/// Writes the report; tables with at most `rows` rows (0 for all).
pub fn write(report: &Report, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", report.title)?;
    let mut singles = Vec::new();
    for part in &report.parts {
        if let Part::Single { key, value } = part {
            singles.push((words(key), shown(value)));
            continue;
        }
        write_pairs(&std::mem::take(&mut singles), out)?;
        match part {
            Part::Single { .. } => {}
            Part::Figures { key, values } => {
                writeln!(out, "\n{}", heading(key))?;
                write_pairs(
                    &values.iter().map(|(name, value)| (words(name), shown(value))).collect::<Vec<_>>(),
                    out,
                )?;
            }
            Part::Text { key, text } => writeln!(out, "\n{}\n{}", heading(key), text.trim_end())?,
            Part::Table { key, grid } => {
                writeln!(out, "\n{}", heading(key))?;
                write_grid(grid, rows, out)?;
            }
        }
    }
    write_pairs(&singles, out)?;
    if !report.notes.is_empty() {
        writeln!(out)?;
    }
    report.notes.iter().try_for_each(|note| writeln!(out, "Note: {note}"))
}

fn write_pairs(pairs: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    let left = pairs.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let right = pairs.iter().map(|(_, value)| width(value)).max().unwrap_or(0).min(24);
    for (name, value) in pairs {
        writeln!(out, "  {name}{}  {}{value}", blanks(left, name), blanks(right, value))?;
    }
    Ok(())
}

fn write_grid(grid: &Grid, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    let shown_rows = if rows == 0 { grid.len() } else { rows.min(grid.len()) };
    let columns: Vec<(bool, Vec<String>)> = grid
        .columns
        .iter()
        .map(|(name, cells)| {
            let right = matches!(cells, Cells::Numbers(_) | Cells::Wholes(_) | Cells::Decimals(_));
            let mut lines = vec![words(name)];
            lines.extend(cell_texts(cells, shown_rows));
            (right, lines)
        })
        .collect();
    let widths: Vec<usize> =
        columns.iter().map(|(_, lines)| lines.iter().map(|line| width(line)).max().unwrap_or(0)).collect();
    for line in 0..=shown_rows {
        let mut text = String::new();
        for ((right, lines), &wide) in columns.iter().zip(&widths) {
            let cell = &lines[line];
            let gap = blanks(wide, cell);
            text.push_str("  ");
            text.push_str(&if *right { format!("{gap}{cell}") } else { format!("{cell}{gap}") });
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    match grid.len() - shown_rows {
        0 => Ok(()),
        more => writeln!(out, "  … and {more} more (--rows 0 shows all; --json and --csv have all)"),
    }
}

fn cell_texts(cells: &Cells, rows: usize) -> Vec<String> {
    match cells {
        Cells::Numbers(values) => {
            let values = &values[..rows];
            let digits = digits_for(values);
            values.iter().map(|&value| in_digits(value, digits)).collect()
        }
        Cells::Decimals(values) => {
            let text = |value: &Option<Decimal>| {
                value.map_or_else(|| "–".to_owned(), |it| grouped(&it.normalize().to_string()))
            };
            values[..rows].iter().map(text).collect()
        }
        Cells::Wholes(values) => values[..rows].iter().map(|value| grouped(&value.to_string())).collect(),
        Cells::Texts(values) => values[..rows].iter().map(|text| cut(text)).collect(),
        Cells::Values(values) => values[..rows].iter().map(|value| cut(&shown(value))).collect(),
    }
}

/// Digits after the point with which the largest number of a column has about five digits.
fn digits_for(values: &[f64]) -> usize {
    let finite = || values.iter().filter(|value| value.is_finite());
    if finite().all(|value| value.fract() == 0.0) {
        return 0;
    }
    let largest = finite().fold(0.0_f64, |most, value| most.max(value.abs()));
    let before = if largest >= 1.0 { largest.log10().floor() as usize + 1 } else { 0 };
    6_usize.saturating_sub(before).clamp(1, 4)
}

fn in_digits(value: f64, digits: usize) -> String {
    match value {
        value if value.is_nan() => "–".to_owned(),
        value if value.is_infinite() => if value > 0.0 { "∞" } else { "−∞" }.to_owned(),
        value if value != 0.0 && value.abs() < 0.5 * 10f64.powi(-(digits as i32)) => format!("{value:.1e}"),
        value => grouped(&format!("{value:.digits$}")),
    }
}

/// A value by itself.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => grouped(&whole.to_string()),
            (None, Some(number)) => in_digits(number, digits_for(&[number])),
            _ => number.to_string(),
        },
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Commas between the thousands.
fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    fraction.map_or(text.clone(), |fraction| format!("{text}.{fraction}"))
}

fn words(key: &str) -> String {
    key.replace('_', " ")
}

fn heading(key: &str) -> String {
    let words = words(key);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn cut(text: &str) -> String {
    match text.chars().count() {
        count if count > WIDEST => text.chars().take(WIDEST - 1).chain(['…']).collect(),
        _ => text.to_owned(),
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn blanks(wide: usize, text: &str) -> String {
    " ".repeat(wide.saturating_sub(width(text)))
}
