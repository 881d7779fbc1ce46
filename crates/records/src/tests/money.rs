//! Amounts of several currencies: each computed one says its currency, and no two are added as if they were one.

use kernel::{Decimal, Id, Money, Value};

use super::{House, on_both};
use crate::{GroupQuery, check, rates};

/// `12.5 EUR`.
fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money { amount: amount.parse().unwrap(), currency: currency.parse().unwrap() }
}

impl House {
    fn deal(&self, company: Id, amount: &str) -> Id {
        let money = money(amount);
        let draft = self.draft("deal").with("name", amount).with("company", company);
        self.save(draft.with("amount", money.amount).with("amount.currency", money.currency.code())).id
    }

    fn rate(&self, currency: &str, day: &str, rate: &str) {
        let draft = self.draft("exchange_rate").with("currency", currency);
        let day = Value::Date(day.parse().unwrap());
        self.save(draft.with("day", day).with("rate", rate.parse::<Decimal>().unwrap()));
    }

    fn company(&self) -> Id {
        self.save(self.draft("company").with("name", "Acme")).id
    }

    #[track_caller]
    fn shows(&self, company: Id, field: &str, expected: &str) {
        let object = self.object("company");
        let record = self.engine.read(&self.root, |reader| reader.load(&object, company)).unwrap();
        let found = record.money(field);
        let normal = |money: Money| Money { amount: money.amount.normalize(), ..money };
        assert_eq!(found.map(normal), (!expected.is_empty()).then(|| money(expected)), "{field}");
    }
}

#[test]
fn amounts_of_several_currencies_are_rolled_up_with_the_rate_of_the_day() {
    on_both(|house| {
        // Today is the first of March; what is said of tomorrow does not count yet.
        house.rate("EUR", "2026-02-01", "1.2");
        house.rate("EUR", "2026-02-28", "1.25");
        house.rate("EUR", "2026-03-02", "9");
        let acme = house.company();
        house.deal(acme, "100 USD");
        house.deal(acme, "80 EUR");
        house.shows(acme, "open_amount", "200 USD");
        house.shows(acme, "worth", "400 USD");
        house.shows(acme, "largest", "100 USD");
        house.shows(acme, "mean", "100 USD");
        assert_eq!(house.value("company", acme, "deals"), Value::Int(2));
        assert_eq!(check(&house.engine).unwrap(), Vec::<String>::new());
    });
}

#[test]
fn a_roll_up_has_the_currency_of_the_records_own_amount_and_follows_it() {
    on_both(|house| {
        house.rate("EUR", "2026-02-01", "1.25");
        let acme = house.company();
        house.deal(acme, "100 USD");
        house.deal(acme, "20 EUR");
        house.shows(acme, "open_amount", "125 USD");
        let credit = house.change("company", acme).with("credit", Decimal::from(1_000));
        house.save(credit.with("credit.currency", "EUR"));
        house.shows(acme, "open_amount", "100 EUR");
        house.shows(acme, "largest", "80 EUR");
        house.save(house.change("company", acme).with("credit.currency", "USD"));
        house.shows(acme, "open_amount", "125 USD");
    });
}

#[test]
fn without_a_rate_there_is_no_figure_until_it_is_known() {
    on_both(|house| {
        let acme = house.company();
        house.deal(acme, "100 USD");
        let foreign = house.deal(acme, "10 CHF");
        for field in ["open_amount", "worth", "largest", "mean"] {
            house.shows(acme, field, "");
        }
        house.rate("CHF", "2026-02-01", "1.1");
        assert_eq!(rates::convert_anew(&house.engine).unwrap(), 1);
        house.shows(acme, "open_amount", "111 USD");
        let object = house.object("deal");
        house.engine.write(&house.root, |writer| writer.delete(&object, foreign)).unwrap();
        house.shows(acme, "open_amount", "100 USD");
        assert_eq!(rates::convert_anew(&house.engine).unwrap(), 1, "what is in the trash can come back");
    });
}

#[test]
fn sums_of_groups_are_one_for_each_currency_also_of_what_is_computed() {
    on_both(|house| {
        let acme = house.company();
        for amount in ["100 USD", "10 EUR", "5 EUR"] {
            house.deal(acme, amount);
        }
        let query = GroupQuery {
            records: house.query("deal", "", ""),
            by: Some("stage".to_owned()),
            sums: vec!["amount".to_owned(), "expected".to_owned()],
        };
        let groups = house.engine.read(&house.root, |reader| reader.group(&query)).unwrap();
        let mut found: Vec<String> = groups[0]
            .sums
            .iter()
            .map(|sum| {
                format!("{} {} {}", sum.field, sum.total.normalize(), sum.currency.as_deref().unwrap_or("?"))
            })
            .collect();
        found.sort();
        assert_eq!(found, ["amount 100 USD", "amount 15 EUR", "expected 1.5 EUR", "expected 10 USD"]);
        assert_eq!(
            house.titles(&house.root, "deal", "expected.currency = \"EUR\"", "name").unwrap().len(),
            2
        );
    });
}

#[test]
fn the_history_tells_amounts_with_the_currency_that_they_had() {
    on_both(|house| {
        let acme = house.company();
        let deal = house.deal(acme, "100 USD");
        house.save(house.change("deal", deal).with("amount", Decimal::from(120)));
        house.save(house.change("deal", deal).with("amount.currency", "EUR"));
        house.save(house.change("deal", deal).with("amount", Decimal::from(90)));
        let object = house.object("deal");
        let told = |before: Option<i64>, limit: usize| -> Vec<(i64, String)> {
            let changes = house
                .engine
                .read(&house.root, |reader| reader.history(&object, deal, before, limit))
                .unwrap();
            let part = |change: &crate::change_log::Change, column: &str, old: bool| {
                let field = change.fields.iter().find(|field| field.column == column)?;
                let json = if old { &field.before } else { &field.after };
                Some(json.as_str().map_or_else(|| json.to_string(), str::to_owned))
            };
            let money = |change: &crate::change_log::Change, old: bool| {
                let amount = part(change, "amount", old).unwrap_or_default();
                format!("{amount} {}", part(change, "amount_currency", old).unwrap_or_default())
            };
            changes
                .iter()
                .map(|change| (change.seq, format!("{} to {}", money(change, true), money(change, false))))
                .collect()
        };
        let all = told(None, 10);
        let said: Vec<&str> = all.iter().map(|(_, said)| said.as_str()).collect();
        assert_eq!(said[..3], ["120 EUR to 90 EUR", "120 USD to 120 EUR", "100 USD to 120 USD"]);
        let page: Vec<String> = told(Some(all[1].0), 1).into_iter().map(|(_, said)| said).collect();
        assert_eq!(page, ["100 USD to 120 USD"]);
    });
}
