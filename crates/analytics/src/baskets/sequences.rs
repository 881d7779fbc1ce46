//! Frequent sequences of events: PrefixSpan (Pei et al. 2001), with the list of all events in which a
//! pattern can end, as in SPADE (Zaki 2001), so that sets of items within one event are found too.
//!
//! A pattern is a list of item sets; a customer supports it when events of theirs, in order, contain the
//! sets one after the other. It grows at its last set (`I`, same event) or by a new set (`S`, later event).

use std::ops::RangeInclusive;

use crate::{Error, Progress};

const ANY_GAP: RangeInclusive<i64> = i64::MIN..=i64::MAX;

/// Events of customers, in order: each a sorted set of item codes.
#[derive(Clone, Debug)]
pub struct Sequences {
    /// For each customer, the range of their events.
    customers: Vec<usize>,
    /// For each event, the range of its items.
    events: Vec<usize>,
    /// When each event was.
    times: Vec<i64>,
    /// Which event of its customer's it was, from 0.
    places: Vec<u32>,
    items: Vec<u32>,
    item_count: usize,
}

impl Sequences {
    /// Takes for each customer the events in order, each a list of item codes (repeats count once); the n-th is at time n.
    pub fn from_rows(rows: &[Vec<Vec<u32>>]) -> Self {
        let timed = |events: &Vec<Vec<u32>>| (0..).zip(events.iter().cloned()).collect();
        Sequences::from_timed_rows(rows.iter().map(timed))
    }

    /// The same with the time of each event, in any unit.
    pub fn from_timed_rows(rows: impl Iterator<Item = Vec<(i64, Vec<u32>)>>) -> Self {
        let mut made = Sequences::empty(0);
        for events in rows {
            for (place, (time, mut event)) in (0..).zip(events) {
                event.sort_unstable();
                event.dedup();
                made.item_count =
                    event.last().map_or(made.item_count, |&i| made.item_count.max(i as usize + 1));
                made.items.extend(event);
                made.events.push(made.items.len());
                made.times.push(time);
                made.places.push(place);
            }
            made.customers.push(made.events.len() - 1);
        }
        made
    }

    fn empty(item_count: usize) -> Self {
        Sequences {
            customers: vec![0],
            events: vec![0],
            times: vec![],
            places: vec![],
            items: vec![],
            item_count,
        }
    }

    /// Number of customers.
    pub fn len(&self) -> usize {
        self.customers.len() - 1
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn event(&self, event: usize) -> &[u32] {
        &self.items[self.events[event]..self.events[event + 1]]
    }

    /// The items of an event from item `least` on.
    fn tail(&self, event: u32, least: u32) -> &[u32] {
        let items = self.event(event as usize);
        &items[items.partition_point(|&item| item < least)..]
    }

    /// How many customers have each item.
    fn customers_by_item(&self) -> Vec<u32> {
        let mut counts = vec![0u32; self.item_count];
        let mut seen = vec![usize::MAX; self.item_count];
        for customer in 0..self.len() {
            let (from, to) = (self.customers[customer], self.customers[customer + 1]);
            for &item in &self.items[self.events[from]..self.events[to]] {
                if std::mem::replace(&mut seen[item as usize], customer) != customer {
                    counts[item as usize] += 1;
                }
            }
        }
        counts
    }

    /// The same customers and events with the wanted items only, renamed to their position in `wanted`.
    fn reduced(&self, wanted: &[u32]) -> Sequences {
        let mut name = vec![u32::MAX; self.item_count];
        for (at, &item) in wanted.iter().enumerate() {
            name[item as usize] = at as u32;
        }
        let mut made = Sequences::empty(wanted.len());
        for bounds in self.customers.windows(2) {
            for event in bounds[0]..bounds[1] {
                let before = made.items.len();
                made.items
                    .extend(self.event(event).iter().map(|&i| name[i as usize]).filter(|&n| n != u32::MAX));
                if made.items.len() > before {
                    made.events.push(made.items.len());
                    made.times.push(self.times[event]);
                    made.places.push(self.places[event]);
                }
            }
            made.customers.push(made.events.len() - 1);
        }
        made
    }
}

/// What counts as frequent, and how far to go.
#[derive(Clone, Debug)]
pub struct SequenceOptions {
    /// The least number of customers.
    pub min_count: u32,
    /// The largest number of items in a pattern, all events together.
    pub max_items: usize,
    /// The largest number of events in a pattern.
    pub max_events: usize,
    /// The least and the most time between an event of a pattern and the next, in the unit of the events.
    pub gap: RangeInclusive<i64>,
    /// The most events from one event of a pattern to the next, counted in all events of the customer: 1 is the very next.
    pub max_steps: u32,
    /// The most time between the first event of a pattern and the last (cSPADE's window, Zaki 2000).
    pub max_span: i64,
    /// Give up past so many patterns.
    pub max_patterns: usize,
}

impl SequenceOptions {
    /// Patterns of any length in at least `min_count` customers; at most a million of them.
    pub fn at_least(min_count: u32) -> Self {
        SequenceOptions {
            min_count,
            max_items: usize::MAX,
            max_events: usize::MAX,
            gap: ANY_GAP,
            max_steps: u32::MAX,
            max_span: i64::MAX,
            max_patterns: 1_000_000,
        }
    }
}

/// A frequent order of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Item codes of each event, ascending within it.
    pub events: Vec<Vec<u32>>,
    /// Customers who have it.
    pub count: u32,
}

impl Pattern {
    /// Whether a longer pattern has the events of this one in their order, each within one of its own.
    pub(super) fn is_within(&self, longer: &Pattern) -> bool {
        let mut theirs = longer.events.iter();
        let holds = |event: &Vec<u32>, own: &[u32]| own.iter().all(|item| event.binary_search(item).is_ok());
        self.events.iter().all(|own| theirs.any(|event| holds(event, own)))
    }

    /// Items in all events together.
    pub fn items(&self) -> usize {
        self.events.iter().map(Vec::len).sum()
    }
}

/// Finds all patterns that at least `min_count` customers have, in the order of their items (depth first).
///
/// # Errors
/// - [`Error::Parameter`] when a limit is 0, no gap or span is allowed, or more than `max_patterns` are frequent
/// - [`Error::Stopped`] when the watcher wants no more
pub fn frequent_sequences(
    sequences: &Sequences,
    options: &SequenceOptions,
    progress: &dyn Progress,
) -> Result<Vec<Pattern>, Error> {
    if options.min_count == 0 || options.max_items == 0 || options.max_events == 0 || options.max_steps == 0 {
        return Err(Error::Parameter {
            name: "min_count, max_items, max_events and max_steps",
            problem: "must be at least 1",
        });
    }
    if options.gap.is_empty() {
        return Err(Error::Parameter { name: "the least gap", problem: "must not be above the most" });
    }
    if options.max_span < 0 {
        return Err(Error::Parameter { name: "the most time in all", problem: "must not be below 0" });
    }
    let counts = sequences.customers_by_item();
    let wanted: Vec<u32> =
        (0..counts.len() as u32).filter(|&i| counts[i as usize] >= options.min_count).collect();
    let reduced = sequences.reduced(&wanted);
    let mut growth = Growth {
        customer_of: customers_of_events(&reduced),
        sequences: &reduced,
        options,
        names: &wanted,
        seen: vec![u32::MAX; wanted.len()],
        counts: vec![0; wanted.len()],
        patterns: Vec::new(),
    };
    let ends = growth.ends_of_items();
    for (item, ends) in ends.iter().enumerate() {
        progress.at(item as f64 / wanted.len() as f64)?;
        growth.grow(&mut vec![vec![item as u32]], ends, counts[wanted[item] as usize])?;
    }
    Ok(growth.patterns)
}

fn customers_of_events(sequences: &Sequences) -> Vec<u32> {
    let mut owners = Vec::with_capacity(sequences.events.len());
    for customer in 0..sequences.len() {
        owners.resize(sequences.customers[customer + 1], customer as u32);
    }
    owners
}

struct Growth<'a> {
    sequences: &'a Sequences,
    customer_of: Vec<u32>,
    options: &'a SequenceOptions,
    names: &'a [u32],
    /// The customer last counted for an item.
    seen: Vec<u32>,
    counts: Vec<u32>,
    patterns: Vec<Pattern>,
}

/// An event that a pattern can end in, and the latest one that it can have begun with to end there.
#[derive(Clone, Copy)]
struct End {
    event: u32,
    first: u32,
}

/// An event in which a pattern may go on, with items from a least one on.
struct Place {
    end: End,
    least: u32,
}

/// Extensions of a pattern: for each item that is frequent in it, customers and where it can end.
type Extensions = Vec<(u32, u32, Vec<End>)>;

impl Growth<'_> {
    fn ends_of_items(&self) -> Vec<Vec<End>> {
        let mut ends = vec![Vec::new(); self.names.len()];
        for event in 0..self.customer_of.len() {
            for &item in self.sequences.event(event) {
                ends[item as usize].push(End { event: event as u32, first: event as u32 });
            }
        }
        ends
    }

    fn grow(&mut self, pattern: &mut Vec<Vec<u32>>, ends: &[End], count: u32) -> Result<(), Error> {
        if self.patterns.len() >= self.options.max_patterns {
            return Err(Error::Parameter {
                name: "min_count",
                problem: "is so low that more than max_patterns sequences reach it",
            });
        }
        let named = pattern.iter().map(|e| e.iter().map(|&i| self.names[i as usize]).collect()).collect();
        self.patterns.push(Pattern { events: named, count });
        if pattern.iter().map(Vec::len).sum::<usize>() >= self.options.max_items {
            return Ok(());
        }
        let last = *pattern.last().and_then(|event| event.last()).expect("a pattern has an item");
        let same_event: Vec<Place> = ends.iter().map(|&end| Place { end, least: last + 1 }).collect();
        for (item, count, ends) in self.extensions(&same_event) {
            pattern.last_mut().expect("a pattern has an event").push(item);
            self.grow(pattern, &ends, count)?;
            pattern.last_mut().expect("a pattern has an event").pop();
        }
        if pattern.len() >= self.options.max_events {
            return Ok(());
        }
        for (item, count, ends) in self.extensions(&self.later_events(ends)) {
            pattern.push(vec![item]);
            self.grow(pattern, &ends, count)?;
            pattern.pop();
        }
        Ok(())
    }

    /// All events after the first end of each customer that are not too near nor too far from all ends, with every
    /// item allowed.
    fn later_events(&self, ends: &[End]) -> Vec<Place> {
        let SequenceOptions { gap, max_span, max_steps, .. } = self.options;
        let any_time = *gap == ANY_GAP && *max_span == i64::MAX && *max_steps == u32::MAX;
        let customer = |end: &End| self.customer_of[end.event as usize];
        let mut later = Vec::new();
        for ends in ends.chunk_by(|a, b| customer(a) == customer(b)) {
            let stop = self.sequences.customers[customer(&ends[0]) as usize + 1] as u32;
            for event in ends[0].event + 1..stop {
                let first = if any_time { Some(ends[0].first) } else { self.latest_first(event, ends) };
                later.extend(first.map(|first| Place { end: End { event, first }, least: 0 }));
            }
        }
        later
    }

    /// The latest first event of a pattern that goes on in this event, if it is neither too near nor too far.
    fn latest_first(&self, event: u32, ends: &[End]) -> Option<u32> {
        let since = |before: u32| {
            self.sequences.times[event as usize].saturating_sub(self.sequences.times[before as usize])
        };
        let places = &self.sequences.places;
        let steps = |before: u32| places[event as usize] - places[before as usize];
        let before = ends.iter().take_while(|end| end.event < event);
        let near = before.filter(|end| {
            self.options.gap.contains(&since(end.event)) && steps(end.event) <= self.options.max_steps
        });
        let latest = near.map(|end| end.first).max();
        latest.filter(|&first| since(first) <= self.options.max_span)
    }

    /// The items that stand, from a least one on, in the given events of enough customers.
    fn extensions(&mut self, places: &[Place]) -> Extensions {
        let sequences = self.sequences;
        self.counts.fill(0);
        self.seen.fill(u32::MAX);
        for Place { end, least } in places {
            let customer = self.customer_of[end.event as usize];
            for &item in sequences.tail(end.event, *least) {
                if self.seen[item as usize] != customer {
                    self.seen[item as usize] = customer;
                    self.counts[item as usize] += 1;
                }
            }
        }
        // From here on `seen` holds the place of an item among the extensions.
        let mut found: Extensions = Vec::new();
        for item in 0..self.counts.len() {
            self.seen[item] = u32::MAX;
            if self.counts[item] >= self.options.min_count {
                self.seen[item] = found.len() as u32;
                found.push((item as u32, self.counts[item], Vec::new()));
            }
        }
        if !found.is_empty() {
            for Place { end, least } in places {
                for &item in sequences.tail(end.event, *least) {
                    if let Some(extension) = found.get_mut(self.seen[item as usize] as usize) {
                        extension.2.push(*end);
                    }
                }
            }
        }
        found
    }
}
