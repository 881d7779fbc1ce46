//! `rapport analyze sequences`: what is bought after what.

use std::collections::{BTreeMap, HashMap};

use analytics::baskets::{
    SequenceOptions, Sequences as Events, closed_sequences, frequent_sequences, maximal_sequences, min_count,
};
use analytics::{Part, Progress};
use clap::Args;

use super::bought::Items;
use super::itemsets::Kind;
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Input;
use crate::table::lines::for_each_line;
use crate::value::purchases::{CUSTOMER, DATE};

/// What is bought after what (frequent sequences, PrefixSpan)
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze sequences lines.csv --customer client --date day --item product\n  \
    rapport analyze sequences events.txt --events --min-support 0.05 --kind closed"
)]
pub struct Sequences {
    #[command(flatten)]
    input: Input,
    /// Each line is an event: customer, event, number of items, the items (as cSPADE has it)
    #[arg(long)]
    events: bool,
    /// Who bought
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    customer: Option<String>,
    /// When; what a customer bought on one day is one event
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    date: Option<String>,
    /// What
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    item: Option<String>,
    /// The least share of customers that have a pattern
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, conflicts_with = "min_count")]
    min_support: f64,
    /// The least number of customers that have a pattern
    #[arg(long, value_name = "N")]
    min_count: Option<u32>,
    /// Most items in a pattern
    #[arg(long, value_name = "N")]
    max_items: Option<usize>,
    /// Most events in a pattern
    #[arg(long, value_name = "N")]
    max_events: Option<usize>,
    /// Least time from an event of a pattern to the next: days, or in the unit of the file's events
    #[arg(long, value_name = "TIME")]
    min_gap: Option<i64>,
    /// Most time from an event of a pattern to the next
    #[arg(long, value_name = "TIME")]
    max_gap: Option<i64>,
    /// Most events from an event of a pattern to the next, of all that the customer has: 1 for the very next
    #[arg(long, value_name = "N")]
    max_steps: Option<u32>,
    /// Most time from the first event of a pattern to the last
    #[arg(long, value_name = "TIME")]
    max_span: Option<i64>,
    /// All frequent patterns, those without an equally frequent longer one that holds them, or those without a frequent longer one
    #[arg(long, value_enum, default_value_t = Kind::All)]
    kind: Kind,
    /// Give up past so many patterns
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    max_patterns: usize,
}

/// Time and items of each event of each customer, and the names of the items.
type Named = (Vec<Vec<(i64, Vec<u32>)>>, Vec<String>);

impl Sequences {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let mut uneven = 0;
        let (rows, names) = if self.events { self.read_events(&mut uneven)? } else { self.read_table()? };
        let events_count = rows.iter().map(Vec::len).sum();
        let sequences = Events::from_timed_rows(rows.into_iter());
        let least = match self.min_count {
            Some(count) => count,
            None => min_count(self.min_support, sequences.len())?,
        };
        let options = SequenceOptions {
            max_items: self.max_items.unwrap_or(usize::MAX),
            max_events: self.max_events.unwrap_or(usize::MAX),
            gap: self.min_gap.unwrap_or(i64::MIN)..=self.max_gap.unwrap_or(i64::MAX),
            max_steps: self.max_steps.unwrap_or(u32::MAX),
            max_span: self.max_span.unwrap_or(i64::MAX),
            max_patterns: self.max_patterns,
            ..SequenceOptions::at_least(least)
        };
        let search = Part { whole: watch, from: 0.0, to: 0.5 };
        let condense = Part { whole: watch, from: 0.5, to: 1.0 };
        let frequent = frequent_sequences(&sequences, &options, &search)?;
        let mut found = match self.kind {
            Kind::All => frequent,
            Kind::Closed => closed_sequences(frequent, &condense)?,
            Kind::Maximal => maximal_sequences(frequent, &condense)?,
        };
        found.sort_by_key(|pattern| std::cmp::Reverse(pattern.count));
        let mut report = Report::new("What is bought after what");
        report.count("customers_count", sequences.len());
        report.count("events_count", events_count);
        report.count("items_count", names.len());
        report.count("min_count", least as usize);
        report.count("patterns_count", found.len());
        report.count("with_several_events", found.iter().filter(|pattern| pattern.events.len() > 1).count());
        if uneven > 0 {
            report.note(format!(
                "{uneven} events announce another number of items: a name with a blank counts as several items"
            ));
        }
        let named = |events: &[Vec<u32>]| {
            let event = |event: &Vec<u32>| event.iter().map(|&item| names[item as usize].as_str()).collect();
            serde_json::json!(events.iter().map(event).collect::<Vec<Vec<&str>>>())
        };
        report.table(
            "patterns",
            Grid::new()
                .lists("events", found.iter().map(|pattern| named(&pattern.events)))
                .wholes("items", found.iter().map(|pattern| pattern.items()))
                .wholes("count", found.iter().map(|pattern| pattern.count))
                .numbers("support", found.iter().map(|p| f64::from(p.count) / sequences.len() as f64)),
        );
        Ok(report)
    }

    fn read_table(&self) -> Result<Named, Failure> {
        let table = self.input.table()?;
        let customer =
            table.full_codes(table.choose(self.customer.as_deref(), "--customer", &CUSTOMER)?)?;
        let day = table.days(table.choose(self.date.as_deref(), "--date", &DATE)?)?;
        let item = table.full_codes(table.choose(
            self.item.as_deref(),
            "--item",
            &["item", "product", "stockcode"],
        )?)?;
        let mut events: Vec<BTreeMap<i64, Vec<u32>>> = vec![BTreeMap::new(); customer.names.len()];
        for row in 0..table.len() {
            events[customer.codes[row] as usize].entry(day[row].into()).or_default().push(item.codes[row]);
        }
        Ok((events.into_iter().map(|own| own.into_iter().collect()).collect(), item.names))
    }

    /// Reads events; counts in `uneven` those that announce another number of items than there are words.
    fn read_events(&self, uneven: &mut usize) -> Result<Named, Failure> {
        let mut items = Items::default();
        let mut customers: HashMap<String, usize> = HashMap::new();
        let mut rows: Vec<Vec<(i64, Vec<u32>)>> = Vec::new();
        let timed = self.min_gap.is_some() || self.max_gap.is_some();
        let separator = self.input.delimiter.as_deref().or(Some("space"));
        for_each_line(&self.input.files, separator, |path, line, fields| {
            let wrong = |what: &str| Failure::Input(format!("{}, line {line}: {what}", path.display()));
            let [customer, event, count, own @ ..] = fields else {
                return if fields.is_empty() {
                    Ok(())
                } else {
                    Err(wrong("customer, event, number of items are needed"))
                };
            };
            let Ok(count) = count.parse::<usize>() else {
                return Err(wrong(&format!("\"{count}\" is no number of items")));
            };
            *uneven += usize::from(count != own.len());
            let at = *customers.entry((*customer).to_owned()).or_insert(rows.len());
            if at == rows.len() {
                rows.push(Vec::new());
            }
            let time = match event.parse() {
                Ok(time) => time,
                Err(_) if timed => return Err(wrong(&format!("\"{event}\" is no time to tell gaps by"))),
                Err(_) => 0,
            };
            rows[at].push((time, own.iter().map(|name| items.code(name)).collect()));
            Ok(())
        })?;
        if rows.is_empty() {
            return Err(Failure::Input("the file has no event".to_owned()));
        }
        let names = items.sort(rows.iter_mut().flatten().flat_map(|(_, event)| event));
        Ok((rows, names))
    }
}
