//! What changes when a line of a deal is saved.

use kernel::{Id, Message, Value};
use records::{Draft, Error, Reader, Saved, Saving, Writer};

/// Fills a line from its product and keeps it in the deal's currency.
pub struct Behaviour;

impl records::Behaviour for Behaviour {
    fn object(&self) -> &str {
        "deal_line"
    }

    fn before_save(&self, saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        if let Some(product) = saving.get("product").as_id().filter(|_| saving.changes("product")) {
            fill_from_product(saving, reader, product)?;
        }
        let Some(deal) = saving.get("deal").as_id() else { return Ok(()) };
        if (saving.changes("unit_price") || saving.changes("unit_price.currency"))
            && let Some(currency) = currency_of(reader, deal)?
        {
            settle_currency(saving, &currency);
        }
        Ok(())
    }

    /// The first price gives a deal without an amount its currency.
    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let (Some(deal), Some(currency)) =
            (saved.get("deal").as_id(), saved.get("unit_price.currency").as_text())
        else {
            return Ok(());
        };
        match currency_of(writer, deal)? {
            Some(standing) if standing == currency => Ok(()),
            // Two lines of one batch disagree.
            Some(standing) => {
                let wrong = Message::new("deal_line-problem-currency").with("currency", standing);
                Err(Error::invalid_field("unit_price", wrong))
            }
            None => {
                let deals = writer.object("deal")?;
                let draft = Draft::change(&deals, deal).with("amount.currency", currency);
                writer.save(draft.with("amount", saved.get("total").clone())).map(|_| ())
            }
        }
    }
}

fn fill_from_product(saving: &mut Saving<'_>, reader: &mut Reader<'_, '_>, product: Id) -> Result<(), Error> {
    let products = reader.object("product")?;
    // A product that is not there is found out with the other links.
    let Some(product) = reader.find(&products, product)? else { return Ok(()) };
    if !saving.is_given("name") || saving.text("name").is_empty() {
        saving.set("name", product.title());
    }
    let price = product.money("unit_price");
    let (amount, currency) =
        (price.map(|price| price.amount), price.map(|price| price.currency.code().to_owned()));
    saving.set("list_price", amount);
    saving.set("list_price.currency", currency.clone());
    if saving.get("unit_price").is_null() || !saving.is_given("unit_price") {
        saving.set("unit_price", amount);
        saving.set("unit_price.currency", currency);
    }
    Ok(())
}

/// A price without a currency is in the deal's; one in another is refused.
fn settle_currency(saving: &mut Saving<'_>, currency: &str) {
    if saving.get("unit_price").is_null() || saving.text("unit_price.currency") == currency {
        return;
    }
    let was_typed = saving.is_given("unit_price") && !saving.is_given("unit_price.currency");
    if was_typed {
        saving.set("unit_price.currency", currency);
    } else {
        let wrong = Message::new("deal_line-problem-currency").with("currency", currency);
        saving.refuse(Some("unit_price"), wrong);
    }
}

fn currency_of(reader: &mut Reader<'_, '_>, deal: Id) -> Result<Option<String>, Error> {
    let deals = reader.object("deal")?;
    let Some(deal) = reader.find(&deals, deal)? else { return Ok(None) };
    let currency = deal.object.column_of("amount") + 1;
    Ok(deal.values.get(currency).and_then(Value::as_text).map(str::to_owned))
}
