//! The database's answer to a condition is the one computed in memory.

use std::collections::BTreeSet;

use kernel::{Actor, Channel, Id};

use super::{check, condition, facts::Facts, rolled_back, world};
use crate::{ListQuery, Principal, Reader, Trash};

#[test]
fn a_list_has_exactly_the_records_on_which_its_filter_holds_in_memory() {
    check(24, 1_500, |engine, choices| {
        let planned = world::plan(engine, choices);
        let who = Principal {
            actor: Actor { user: choices.one_of(&world::ids("user")).copied(), channel: Channel::System },
            teams: world::ids("team").into_iter().filter(|_| choices.below(2) == 0).collect(),
            zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap(),
            ..Principal::system()
        };
        let registry = engine.registry();
        let filters: Vec<_> = (0..16)
            .map(|at| condition(&registry, ["deal", "company"][at % 2], &world::all_ids(), choices))
            .collect();
        rolled_back(engine, |writer| {
            world::populate(writer, &planned);
            let facts = Facts::read(writer, &planned);
            let mut reader = Reader::new(engine, writer.tx(), &who);
            for filter in &filters {
                let object = reader.object(filter.object()).unwrap();
                let mut query = ListQuery::new(&object).filter(Some(filter.clone()));
                query.trash = Trash::Included;
                let page = reader.list(&query).unwrap_or_else(|error| panic!("{filter}: {error}"));
                let listed: BTreeSet<Id> = page.records.iter().map(crate::Record::id).collect();
                let holding: BTreeSet<Id> = facts
                    .of(filter.object())
                    .filter(|(id, _)| facts.holds(filter, *id, &who, &|_, _| true))
                    .map(|(id, _)| id)
                    .collect();
                assert_eq!(listed, holding, "{filter}");
            }
        });
    });
}
