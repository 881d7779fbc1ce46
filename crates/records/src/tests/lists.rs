use kernel::Decimal;

use super::{House, on_both};
use crate::{Count, GroupQuery};

fn add_deals(house: &House) {
    let rome = house.save(house.draft("company").with("name", "Roman").with("city", "Rome")).id;
    let oslo = house.save(house.draft("company").with("name", "Äre").with("city", "Oslo")).id;
    for (name, amount, stage, company) in [
        ("alpha", Some(30), "open", Some(rome)),
        ("Beta", Some(10), "won", Some(oslo)),
        ("gamma", None, "open", None),
        ("Delta", Some(20), "lost", Some(rome)),
    ] {
        let mut draft = house.draft("deal").with("name", name).with("stage", stage);
        draft.put("amount", amount.map(Decimal::from));
        draft.put("company", company);
        house.save(draft);
    }
}

#[test]
fn a_list_is_filtered_and_sorted_by_any_field() {
    on_both(|house| {
        add_deals(house);
        let check = |filter: &str, sort: &str, expected: &[&str]| {
            let titles = house.titles(&house.root, "deal", filter, sort).unwrap();
            assert_eq!(titles, expected, "{filter} by {sort}");
        };
        check("", "title", &["alpha", "Beta", "Delta", "gamma"]);
        check("", "-amount", &["alpha", "Delta", "Beta", "gamma"]);
        check("", "amount", &["gamma", "Beta", "Delta", "alpha"]);
        check("", "stage -name", &["gamma", "alpha", "Beta", "Delta"]);
        check("", "company -amount", &["gamma", "Beta", "alpha", "Delta"]);
        check("amount > 15", "name", &["alpha", "Delta"]);
        check("stage.outcome is empty", "name", &["alpha", "gamma"]);
        check("company.city = \"Rome\" and stage != \"lost\"", "name", &["alpha"]);
        check("expected > 2", "name", &["alpha", "Beta"]);
        check("company_city = \"Oslo\"", "company_city", &["Beta"]);
    });
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat_whatever_the_order() {
    on_both(|house| {
        add_deals(house);
        for sort in
            ["", "title", "-title", "amount", "-amount", "stage -amount", "-company amount", "company_city"]
        {
            let whole = house.titles(&house.root, "deal", "", sort).unwrap();
            let mut query = house.query("deal", "", sort).limit(1);
            let mut paged = Vec::new();
            loop {
                let page = house.engine.read(&house.root, |reader| reader.list(&query)).unwrap();
                paged.extend(page.records.iter().map(|record| record.title().to_owned()));
                match page.next {
                    Some(next) => query.after = crate::Cursor::parse(&next.to_text()),
                    None => break,
                }
            }
            assert_eq!(paged, whole, "by {sort}");
            query.after = None;
            let alone = house.engine.list(&house.root, &query.limit(50)).unwrap();
            assert!(alone.records.iter().map(|record| record.title()).eq(whole), "by {sort}, alone");
        }
    });
}

#[test]
fn counts_groups_and_sums_are_made_in_the_database() {
    on_both(|house| {
        add_deals(house);
        let query = house.query("deal", "", "");
        let groups = GroupQuery {
            records: query.clone(),
            by: Some("stage".to_owned()),
            sums: vec!["amount".to_owned()],
        };
        house
            .engine
            .read(&house.root, |reader| -> Result<(), crate::Error> {
                assert_eq!(reader.count(&query)?, Count::Exactly(4));
                let groups = reader.group(&groups)?;
                let told: Vec<_> = groups
                    .iter()
                    .map(|group| {
                        (group.key.as_text().unwrap(), group.count, group.sums.first().map(|sum| sum.total))
                    })
                    .collect();
                let total = |amount: i64| Some(Decimal::from(amount));
                assert_eq!(told, [("lost", 1, total(20)), ("open", 2, total(30)), ("won", 1, total(10))]);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn search_finds_by_the_beginning_of_words_whatever_case_or_accent() {
    on_both(|house| {
        add_deals(house);
        let company = house.object("company");
        let find = |words: &str| -> Vec<String> {
            let hits = house.engine.read(&house.root, |reader| reader.search(&company, words, 10)).unwrap();
            hits.into_iter().map(|hit| hit.title).collect()
        };
        assert_eq!(find("are"), ["Äre"]);
        assert_eq!(find("ROM"), ["Roman"]);
        assert_eq!(find("osl"), ["Äre"]);
        assert_eq!(find("nothing"), Vec::<String>::new());
        assert_eq!(find("\" OR *"), Vec::<String>::new());
    });
}
