use kernel::{Decimal, Id, Value};

use crate::testing::{House, house};

fn product(house: &House, name: &str, price: i64, currency: &str) -> Id {
    let product = house.draft("product").with("name", name).with("unit_price", Decimal::from(price));
    house.save(product.with("unit_price.currency", currency)).id
}

fn deal(house: &House) -> Id {
    house.save(house.draft("deal").with("name", "Engine")).id
}

#[test]
fn a_line_takes_name_and_price_from_its_product() {
    let house = house();
    let (deal, wheel) = (deal(&house), product(&house, "Wheel", 40, "EUR"));
    let line = house.save(house.draft("deal_line").with("deal", deal).with("product", wheel)).id;
    let line = |field: &str| house.text("deal_line", line, field);
    assert_eq!((line("name"), line("quantity")), ("Wheel".to_owned(), "1".to_owned()));
    assert_eq!(
        (line("list_price"), line("unit_price"), line("total")),
        ("40".into(), "40".into(), "40".into())
    );
}

#[test]
fn a_price_and_a_name_that_were_typed_stay() {
    let house = house();
    let (deal, wheel) = (deal(&house), product(&house, "Wheel", 40, "USD"));
    let line = house.draft("deal_line").with("deal", deal).with("product", wheel);
    let line = house.save(line.with("name", "Big wheel").with("unit_price", Decimal::from(35)));
    assert_eq!(house.text("deal_line", line.id, "name"), "Big wheel");
    assert_eq!(house.text("deal_line", line.id, "unit_price"), "35");
    assert_eq!(house.text("deal_line", line.id, "list_price"), "40");
}

#[test]
fn the_amount_of_a_deal_is_the_sum_of_its_lines() {
    let house = house();
    let deal = deal(&house);
    let wheel = product(&house, "Wheel", 40, "EUR");
    let line = house.draft("deal_line").with("deal", deal).with("product", wheel);
    let line = line.with("quantity", Decimal::from(3)).with("discount", Decimal::from(10));
    let first = house.save(line).id;
    assert_eq!(house.text("deal", deal, "amount"), "108");
    let amount = house.read(|reader| reader.load(&house.object("deal"), deal)).money("amount").unwrap();
    assert_eq!(amount.to_string(), "108 EUR");

    let second = house.draft("deal_line").with("deal", deal).with("name", "Work");
    house.save(second.with("unit_price", Decimal::from(12)));
    assert_eq!(house.text("deal", deal, "amount"), "120");
    assert_eq!(house.text("deal", deal, "expected_revenue"), "12");

    house.delete("deal_line", first);
    assert_eq!(house.text("deal", deal, "amount"), "12");
}

#[test]
fn the_amount_is_not_typed_over_the_sum_of_the_lines() {
    let house = house();
    let deal = deal(&house);
    let work = house.draft("deal_line").with("deal", deal).with("name", "Work");
    house.save(work.with("unit_price", Decimal::from(12)));
    let typed = |amount: i64| house.change("deal", deal).with("amount", Decimal::from(amount));
    assert_eq!(house.problems(typed(5)), ["amount: deal-problem-amount-from-lines"]);
    assert_eq!(house.problems(typed(12)), Vec::<String>::new());
    let other = house.change("deal", deal).with("amount.currency", "EUR");
    assert_eq!(house.problems(other), ["amount: deal-problem-currency-of-lines"]);
}

#[test]
fn a_line_in_another_currency_than_the_deals_is_refused() {
    let house = house();
    let (deal, wheel) = (deal(&house), product(&house, "Wheel", 40, "EUR"));
    house.save(house.change("deal", deal).with("amount", Decimal::from(1)).with("amount.currency", "USD"));
    let line = house.draft("deal_line").with("deal", deal).with("product", wheel);
    assert_eq!(house.problems(line.clone()), ["unit_price: deal_line-problem-currency"]);
    let priced = line.with("unit_price", Decimal::from(44));
    let saved = house.save(priced);
    assert_eq!(saved.get("unit_price.currency"), &Value::from("USD"));
}

#[test]
fn discounts_and_quantities_have_bounds() {
    let house = house();
    let line = house.draft("deal_line").with("deal", deal(&house)).with("name", "Work");
    let line = line.with("discount", Decimal::from(101)).with("quantity", Decimal::from(0));
    assert_eq!(
        house.problems(line),
        ["quantity: deal_line-rule-quantity_positive", "discount: deal_line-rule-discount_within_bounds"]
    );
}

#[test]
fn a_line_has_a_product_or_a_name() {
    let house = house();
    let deal = house.save(house.draft("deal").with("name", "Engine")).id;
    let bare = house.draft("deal_line").with("deal", deal).with("quantity", Decimal::from(2));
    assert_eq!(house.problems(bare), ["name: problem-required"]);
}
