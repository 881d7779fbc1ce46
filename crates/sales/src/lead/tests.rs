use kernel::{Decimal, Id, Money, Value};

use super::{By, Conversion, Converted, DealPick, NewDeal, Pick, convert, matches};
use crate::testing::{House, house, problems};

fn ada(house: &House) -> Id {
    let lead = house.draft("lead").with("name.first", "Ada").with("name.last", "Lovelace");
    let lead = lead
        .with("company_name", "Acme, Inc.")
        .with("email", "Ada@acme.example")
        .with("job_title", "Countess");
    let lead = lead.with("industry", "technology").with("address.city", "London").with("lead_source", "web");
    house.save(lead).id
}

fn run(house: &House, lead: Id, conversion: &Conversion) -> Converted {
    house.write(|writer| convert(writer, lead, conversion)).unwrap()
}

#[test]
fn a_lead_is_called_by_whatever_is_known_of_it() {
    let house = house();
    let check = |draft: records::Draft, expected: &str| {
        let lead = house.save(draft);
        assert_eq!(lead.after[metadata::Object::TITLE], expected.into());
    };
    check(house.draft("lead").with("name.first", "Ada").with("company_name", "Acme"), "Ada");
    check(house.draft("lead").with("company_name", "Acme").with("email", "x@acme.example"), "Acme");
    check(house.draft("lead").with("email", "x@acme.example"), "x@acme.example");
    check(house.draft("lead"), "L-00004");
}

#[test]
fn converting_makes_company_person_and_deal_and_closes_the_lead() {
    let house = house();
    let lead = ada(&house);
    let amount = Money { amount: Decimal::from(500), currency: kernel::Currency::EUR };
    let deal = NewDeal { amount: Some(amount), ..NewDeal::default() };
    let made = run(&house, lead, &Conversion { deal: DealPick::New(deal), ..Conversion::default() });

    let (company, person, deal) = (made.company.unwrap(), made.person.unwrap(), made.deal.unwrap());
    assert_eq!(house.text("company", company, "name"), "Acme, Inc.");
    assert_eq!(house.text("company", company, "industry"), "technology");
    assert_eq!(house.list("company", "billing.city = \"London\"", ""), ["Acme, Inc."]);
    assert_eq!(
        house.list("person", "name.last = \"Lovelace\" and company.name = \"Acme, Inc.\"", ""),
        ["Ada Lovelace"]
    );
    assert_eq!(house.text("person", person, "email"), "ada@acme.example");
    assert_eq!(house.text("deal", deal, "name"), "Acme, Inc.");
    assert_eq!(house.text("deal", deal, "amount"), "500");
    assert_eq!(house.value("deal", deal, "person"), person.into());
    assert_eq!(house.value("deal", deal, "lead"), lead.into());
    assert_eq!(house.text("deal", deal, "lead_source"), "web");
    assert_eq!(house.list("deal_contact", "primary", ""), ["Ada Lovelace"]);

    assert_eq!(house.text("lead", lead, "status"), "converted");
    assert_eq!(house.text("lead", lead, "converted_at"), "2026-03-02T10:00:00Z");
    assert_eq!(house.value("lead", lead, "converted_company"), company.into());
    assert_eq!(house.value("lead", lead, "converted_deal"), deal.into());
}

#[test]
fn converting_into_what_is_there_fills_only_what_is_empty() {
    let house = house();
    let acme = house.draft("company").with("name", "ACME").with("industry", "software");
    let acme = house.save(acme).id;
    let person = house.save(house.draft("person").with("name.last", "Lovelace").with("job_title", "Lady")).id;
    let conversion =
        Conversion { company: Pick::Existing(acme), person: Pick::Existing(person), deal: DealPick::None };
    let made = run(&house, ada(&house), &conversion);
    assert_eq!(made, Converted { company: Some(acme), person: Some(person), deal: None });
    assert_eq!(house.text("company", acme, "name"), "ACME");
    assert_eq!(house.text("company", acme, "industry"), "software");
    assert_eq!(house.text("person", person, "job_title"), "Lady");
    assert_eq!(house.text("person", person, "email"), "ada@acme.example");
    assert_eq!(house.value("person", person, "company"), acme.into());
}

#[test]
fn the_activities_of_a_lead_go_to_the_deal() {
    let house = house();
    let lead = ada(&house);
    let task =
        house.draft("task").with("subject", "Write").with("parent.object", "lead").with("parent.id", lead);
    house.save(task);
    assert_eq!(house.text("lead", lead, "open_tasks"), "1");
    let conversion = Conversion { deal: DealPick::New(NewDeal::default()), ..Conversion::default() };
    let deal = run(&house, lead, &conversion).deal.unwrap();
    assert_eq!(house.text("deal", deal, "open_tasks"), "1");
    assert_eq!(house.text("lead", lead, "open_tasks"), "0");
}

#[test]
fn a_lead_is_converted_once_and_only_by_converting() {
    let house = house();
    let lead = ada(&house);
    assert_eq!(
        house.problems(house.change("lead", lead).with("status", "converted")),
        ["status: lead-problem-convert"]
    );
    run(&house, lead, &Conversion::default());
    let again = house.write(|writer| convert(writer, lead, &Conversion::default())).unwrap_err();
    assert_eq!(problems(&again), ["status: lead-problem-converted"]);
    let brought = house.save(house.draft("lead").with("email", "x@y.example").with("status", "converted"));
    assert_eq!(house.text("lead", brought.id, "converted_at"), "2026-03-02T10:00:00Z");
}

#[test]
fn what_the_lead_does_not_know_cannot_be_made_of_it_and_then_nothing_is() {
    let house = house();
    let lead = house.save(house.draft("lead").with("company_name", "Acme")).id;
    let refused = house.write(|writer| convert(writer, lead, &Conversion::default())).unwrap_err();
    assert_eq!(problems(&refused), ["name: lead-problem-no-person"]);
    assert_eq!(house.list("company", "", ""), Vec::<String>::new());
    run(&house, lead, &Conversion { person: Pick::None, ..Conversion::default() });
    assert_eq!(house.list("company", "", ""), ["Acme"]);
}

#[test]
fn a_lead_finds_who_it_may_be_the_surest_first() {
    let house = house();
    let acme = house.save(house.draft("company").with("name", "acme")).id;
    let domain = house.draft("company").with("name", "Analytical Engines").with("website", "acme.example");
    let domain = house.save(domain).id;
    let namesake =
        house.save(house.draft("person").with("name.first", "ADA").with("name.last", "Lovelace")).id;
    let same = house.draft("person").with("name.last", "King").with("email", "ada@acme.example");
    let same = house.save(same.with("company", domain)).id;
    let lead = ada(&house);
    let found = house.read(|reader| matches(reader, lead));
    let people: Vec<_> = found.people.iter().map(|found| (found.id, found.by)).collect();
    let companies: Vec<_> = found.companies.iter().map(|found| (found.id, found.by)).collect();
    assert_eq!(people, [(same, By::Email), (namesake, By::Name)]);
    assert_eq!(companies, [(domain, By::Person), (acme, By::Name)]);
}

#[test]
fn the_first_contact_is_when_somebody_spoke_with_the_lead_or_moved_it_on() {
    let house = house();
    let lead = ada(&house);
    assert_eq!(house.value("lead", lead, "contacted_at"), Value::Null);
    house.save(house.change("lead", lead).with("status", "contacted"));
    assert_eq!(house.text("lead", lead, "contacted_at"), "2026-03-02T10:00:00Z");
}
