use kernel::{Id, Value};

use crate::testing::{House, house};

fn person(house: &House, first: &str) -> Id {
    house.save(house.draft("person").with("name.first", first).with("name.last", "Byron")).id
}

#[test]
fn the_person_of_a_deal_is_its_primary_contact() {
    let house = house();
    let ada = person(&house, "Ada");
    let deal = house.save(house.draft("deal").with("name", "Engine").with("person", ada)).id;
    assert_eq!(house.list("deal_contact", "primary", "title"), ["Ada Byron"]);

    let anne = person(&house, "Anne");
    house.save(house.change("deal", deal).with("person", anne));
    assert_eq!(house.list("deal_contact", "primary", "title"), ["Anne Byron"]);
    assert_eq!(house.list("deal_contact", "", "title"), ["Ada Byron", "Anne Byron"]);

    house.save(house.change("deal", deal).with("person", Value::Null));
    assert_eq!(house.list("deal_contact", "primary", "title"), Vec::<String>::new());
}

#[test]
fn a_contact_made_primary_becomes_the_person_of_the_deal_and_takes_it_from_the_other() {
    let house = house();
    let (ada, anne) = (person(&house, "Ada"), person(&house, "Anne"));
    let deal = house.save(house.draft("deal").with("name", "Engine").with("person", ada)).id;
    let contact = house.draft("deal_contact").with("deal", deal).with("person", anne).with("primary", true);
    let contact = house.save(contact).id;
    assert_eq!(house.value("deal", deal, "person"), anne.into());
    assert_eq!(house.list("deal_contact", "primary", "title"), ["Anne Byron"]);

    house.delete("deal_contact", contact);
    assert_eq!(house.value("deal", deal, "person"), Value::Null);
}

#[test]
fn nobody_is_on_a_deal_twice() {
    let house = house();
    let ada = person(&house, "Ada");
    let deal = house.save(house.draft("deal").with("name", "Engine").with("person", ada)).id;
    let again = house.draft("deal_contact").with("deal", deal).with("person", ada);
    assert_eq!(house.problems(again), ["person: deal_contact-problem-twice"]);
}

#[test]
fn a_contact_is_called_what_the_person_is_called_now() {
    let house = house();
    let ada = person(&house, "Ada");
    house.save(house.draft("deal").with("name", "Engine").with("person", ada));
    house.save(house.change("person", ada).with("name.last", "Lovelace"));
    assert_eq!(house.list("deal_contact", "", "title"), ["Ada Lovelace"]);
}
