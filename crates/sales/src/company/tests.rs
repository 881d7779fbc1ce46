use kernel::Value;

use super::domain;
use crate::testing::house;

#[test]
fn a_website_gives_the_domain_that_people_are_matched_by() {
    let house = house();
    let acme = house
        .save(house.draft("company").with("name", "Acme").with("website", "https://www.Acme.example/de"));
    assert_eq!(house.value("company", acme.id, "domain"), "acme.example".into());
    house.save(house.change("company", acme.id).with("website", Value::Null));
    assert_eq!(house.value("company", acme.id, "domain"), Value::Null);
}

#[test]
fn an_address_at_a_free_mail_host_belongs_to_no_company() {
    assert_eq!(domain::of_email("ada@acme.example"), Some("acme.example".to_owned()));
    assert_eq!(domain::of_email("ada@gmail.com"), None);
    assert_eq!(domain::of_email("nonsense"), None);
}

#[test]
fn a_company_cannot_stand_above_its_own_parent() {
    let house = house();
    let top = house.save(house.draft("company").with("name", "Top")).id;
    let middle = house.save(house.draft("company").with("name", "Middle").with("parent", top)).id;
    let bottom = house.save(house.draft("company").with("name", "Bottom").with("parent", middle)).id;
    assert_eq!(
        house.problems(house.change("company", top).with("parent", bottom)),
        ["parent: company-problem-parent-circle"]
    );
    assert_eq!(
        house.problems(house.change("company", top).with("parent", top)),
        ["parent: company-rule-not_its_own_parent"]
    );
    house.save(house.change("company", middle).with("parent", Value::Null));
    house.save(house.change("company", top).with("parent", bottom));
}
