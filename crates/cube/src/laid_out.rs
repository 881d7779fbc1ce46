//! Which cells an answer shows, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    answer::{Asked, Order},
    cells::{Along, Cells, Key, Place, day_of},
    question::Cut,
    statement::Frame,
    table::MOST_ROWS,
};

impl Asked<'_> {
    /// The cells that are shown, set by set.
    pub fn shown(&self, cells: &Cells) -> Vec<Vec<Key>> {
        let mut all = Vec::new();
        for set in self.sets() {
            let Some(store) = cells.stores.get(&(Frame::Period, set.clone())) else { continue };
            let mut keys: BTreeSet<Key> = store.cells.keys().cloned().collect();
            if let Some(along) = self.along.filter(|along| self.needs.time && set[along.at]) {
                keys = self.filled(cells, keys, along);
            }
            all.push(keys.into_iter().filter(|key| self.is_looked_at(key, &set)).collect());
        }
        all
    }

    /// Measures that reach back have something to say where a period has no rows: every member at every period that
    /// anybody has.
    fn filled(&self, cells: &Cells, keys: BTreeSet<Key>, along: Along) -> BTreeSet<Key> {
        let days: BTreeSet<_> = keys.iter().filter_map(|key| day_of(&key[along.at])).collect();
        let mut sides: BTreeMap<Key, Key> = BTreeMap::new();
        for key in &keys {
            let mut rest = key.clone();
            cells.times().for_each(|at| rest[at] = Place::All);
            if day_of(&key[along.at]).is_some() {
                sides.entry(rest).or_insert_with(|| key.clone());
            }
        }
        if days.len().saturating_mul(sides.len()) > MOST_ROWS {
            return keys;
        }
        let mut all = keys;
        for key in sides.values() {
            all.extend(days.iter().filter_map(|day| cells.moved(key, *day)));
        }
        let says = |key: &Key| {
            let something = |measure: &usize| {
                let value = cells.value(*measure, key, Frame::Period);
                !value.is_null() && value.exact() != Some(kernel::Decimal::ZERO)
            };
            self.measures.iter().any(something)
        };
        let own = |key: &Key| {
            let set: Vec<bool> = key.iter().map(|place| *place != Place::All).collect();
            cells.stores.get(&(Frame::Period, set)).is_some_and(|store| store.cells.contains_key(key))
        };
        all.into_iter().filter(|key| own(key) || says(key)).collect()
    }

    /// Whether a period is among those looked at, where rows of others were read too.
    fn is_looked_at(&self, key: &Key, set: &[bool]) -> bool {
        let Some(along) = self.along.filter(|along| self.needs.time && set[along.at]) else { return true };
        let calendar = self.context.calendar;
        let Some(day) = day_of(&key[along.at]) else {
            return self.question.from.is_none() && self.question.to.is_none() && !self.slices_time();
        };
        let last = calendar.end(along.unit, day);
        let inside =
            self.question.from.is_none_or(|from| last >= from) && self.question.to.is_none_or(|to| day <= to);
        let sliced = self.question.slice.iter().all(|(level, members)| {
            let Ok(cut) = Cut::find(self.cube, level) else { return true };
            let unit = cut.unit().filter(|_| Some(cut.dimension) == self.cube.time);
            let unit = unit.filter(|unit| !unit.is_cyclic() && along.unit.is_within(*unit));
            unit.is_none_or(|unit| {
                let start = calendar.start(unit, day);
                members.iter().any(|member| calendar.named(unit, member) == start)
            })
        });
        inside && sliced
    }

    fn slices_time(&self) -> bool {
        let of_time = |level: &String| {
            Cut::find(self.cube, level).is_ok_and(|cut| Some(cut.dimension) == self.cube.time)
        };
        self.question.slice.keys().any(of_time)
    }

    pub fn ordered(&self, cells: &Cells, sets: Vec<Vec<Key>>) -> Result<Vec<Key>, String> {
        let Some((order, turned)) = self.order()? else { return Ok(sets.into_iter().flatten().collect()) };
        let mut keys: Vec<Key> = sets.into_iter().flatten().collect();
        match order {
            Order::Level(at) => {
                keys.sort_by(|a, b| a[at].cmp(&b[at]));
                if turned {
                    keys.reverse();
                }
            }
            Order::Measure(measure) => {
                let sized = |key: Key| {
                    let value = cells.value(measure, &key, Frame::Period);
                    (value.is_null(), value.exact(), value.approximate().unwrap_or(0.0), value, key)
                };
                let mut all: Vec<_> = keys.into_iter().map(sized).collect();
                all.sort_by(|a, b| {
                    let sizes = match (a.1, b.1) {
                        (Some(a), Some(b)) => a.cmp(&b),
                        _ => a.2.total_cmp(&b.2).then_with(|| a.3.cmp(&b.3)),
                    };
                    let sizes = if turned { sizes } else { sizes.reverse() };
                    a.0.cmp(&b.0).then(sizes).then_with(|| a.4.cmp(&b.4))
                });
                keys = all.into_iter().map(|(.., key)| key).collect();
            }
        }
        // What stands for several comes after what it stands beside.
        keys.sort_by_key(|key| key.contains(&Place::Others));
        Ok(keys)
    }
}
