//! A model on one page: what it predicts, for whom, how well, by what, and what to beware of
//! (Mitchell et al. 2019).

use std::fmt::Write;

use super::importance::Importance;
use super::metrics::Report;

/// What somebody should know before they act on a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    /// What it predicts: `leaves within the month`.
    pub outcome: String,
    /// The method: `gradient boosting, 100 trees of 8 leaves`.
    pub method: String,
    /// Where its rows come from: `7,043 customers, every fifth held back`.
    pub rows: String,
    /// Measures on rows that it was not fitted to.
    pub held_out: Report,
    /// What it leans on.
    pub importance: Vec<Importance>,
    /// What to beware of, in words; [`Self::warnings`] adds its own.
    pub notes: Vec<String>,
}

impl ModelCard {
    /// What the measures warn of.
    pub fn warnings(&self) -> Vec<String> {
        let held = &self.held_out;
        let mut found = Vec::new();
        if held.events.min(held.rows - held.events) < 100 {
            let rare = held.events.min(held.rows - held.events);
            found.push(format!("Only {rare} test rows have the rarer outcome: the measures are rough."));
        }
        if held.auc < 0.6 {
            found.push("The order of customers is hardly better than chance.".to_owned());
        }
        if held.auc > 0.98 {
            found.push("Almost too good: check that no column knows the outcome beforehand.".to_owned());
        }
        if held.calibration_error > 0.05 {
            found.push(
                "Chances are off by more than 5 points: calibrate before taking them at their word."
                    .to_owned(),
            );
        }
        if self.importance.first().is_some_and(|first| first.mean > 0.5 * (held.auc - 0.5) && held.auc > 0.9)
        {
            found.push(format!("Most of it rests on one column, {}.", self.importance[0].name));
        }
        found
    }

    /// The page in Markdown.
    pub fn markdown(&self) -> String {
        let held = &self.held_out;
        let mut page = format!("# Chance of: {}\n\n{}. Data: {}.\n\n", self.outcome, self.method, self.rows);
        let base = held.events as f64 / held.rows as f64;
        page.push_str("| measure on held-out rows | value |\n|---|---|\n");
        for (name, value) in [
            ("rows", held.rows.to_string()),
            ("share with the outcome", format!("{:.1} %", 100.0 * base)),
            ("AUC (0.5 is chance, 1 perfect)", format!("{:.3}", held.auc)),
            ("log loss", format!("{:.4}", held.log_loss)),
            ("Brier score", format!("{:.4}", held.brier)),
            ("lift in the best tenth", format!("{:.2}", held.lift_10)),
            ("mean error of the chance", format!("{:.1} points", 100.0 * held.calibration_error)),
        ] {
            writeln!(page, "| {name} | {value} |").expect("writing to a string does not fail");
        }
        if !self.importance.is_empty() {
            page.push_str("\n| column | AUC lost without it |\n|---|---|\n");
            for found in self.importance.iter().take(10) {
                writeln!(page, "| {} | {:.4} ± {:.4} |", found.name, found.mean, found.deviation)
                    .expect("writing to a string does not fail");
            }
        }
        let notes: Vec<String> = self.warnings().into_iter().chain(self.notes.iter().cloned()).collect();
        if !notes.is_empty() {
            page.push_str("\nBeware:\n\n");
            notes.iter().for_each(|note| page.push_str(&format!("- {note}\n")));
        }
        page
    }
}
