//! The amount of a deal that has lines: their sum, which is not typed over.

use kernel::Message;
use records::Saving;

/// Sets the amount to the sum of the lines, as long as there are any.
pub fn follow(saving: &mut Saving<'_>) {
    if saving.get("line_count").as_int().unwrap_or(0) == 0 {
        return;
    }
    let total = saving.get("lines_total").as_decimal();
    let standing = saving.old("lines_total").as_decimal();
    let currency = saving.old("amount.currency").as_text().map(str::to_owned);
    if let Some(currency) = currency.filter(|_| saving.changes("amount.currency")) {
        let wrong = Message::new("deal-problem-currency-of-lines").with("currency", currency);
        saving.refuse(Some("amount"), wrong);
    } else if total == standing && saving.is_given("amount") && saving.get("amount").as_decimal() != total {
        saving.refuse(Some("amount"), Message::new("deal-problem-amount-from-lines"));
    }
    if !saving.get("amount.currency").is_null() {
        saving.set("amount", total);
    }
}
