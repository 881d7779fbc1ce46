//! What reading and saving cost, in statements: few, and no more for a thousand records than for ten.

use db::testing::on_both;
use records::schema;

use crate::world::World;

/// The statements that `work` runs.
fn statements(world: &World, work: impl FnOnce()) -> u64 {
    let before = world.engine.db().counts().statements;
    work();
    world.engine.db().counts().statements - before
}

#[test]
fn a_batch_costs_as_many_statements_however_large_it_is() {
    on_both(schema::MIGRATIONS, |db| {
        let world = World::on(db);
        world.add_companies(20);
        let import = |first, count| {
            statements(&world, || {
                assert_eq!(world.import_people(first, count, 20), Ok(count));
            })
        };
        let (small, large) = (import(0, 10), import(100, 200));
        assert_eq!(small, large);
        assert!(large <= 8, "{large} statements for a batch");
        // Nothing new: matched, loaded, found unchanged.
        assert!(import(100, 200) <= 5);
    });
}

#[test]
fn a_page_costs_one_statement_for_everybody() {
    on_both(schema::MIGRATIONS, |db| {
        let world = World::on(db);
        let companies = world.add_companies(20);
        let deals = world.add_deals(200, &companies);
        let query = world.deals_query();
        for who in [world.root.clone(), world.rep()] {
            let list = statements(&world, || {
                let page = world.engine.read(&who, |reader| reader.list(&query)).unwrap();
                assert!(!page.records.is_empty());
            });
            assert_eq!(list, 1);
            let deal = world.engine.object("deal").unwrap();
            let load = statements(&world, || {
                world.engine.read(&who, |reader| reader.load(&deal, deals[0])).unwrap();
            });
            assert_eq!(load, 1);
        }
    });
}
