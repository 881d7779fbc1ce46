//! Which of several: chances of classes.

use analytics::prediction::{
    BoostedClasses, ClassReport, Importance, Loss, Subject, boost_classes, class_report, most_likely,
    permutation_importance, reasons,
};
use analytics::{Error, Progress};

use super::{Boost, add_losses};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::judged::add_importance;
use crate::prediction::learning::Learning;
use crate::table::Codes;

impl Boost {
    pub(super) fn add_classes(
        &self,
        report: &mut Report,
        learning: &Learning,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let Learning { table, features, fold, .. } = learning;
        let outcome = table.full_codes(learning.position)?;
        let of = |rows: &[usize]| rows.iter().map(|&row| outcome.codes[row]).collect::<Vec<u32>>();
        let options = self.trees.options(Loss::Logistic, self.judge.holdout.seed);
        let weights = learning.weights_of(&fold.train);
        let model = features.with(Some(&fold.train), |features| {
            boost_classes(features, &of(&fold.train), weights.as_deref(), &options, watch)
        })?;
        let chances = features.with(None, |features| model.chances(features))?;
        if let Some(unseen) = outcome.names.get(chances.len()) {
            return Err(Failure::Input(format!("{}: no row that is fitted to is {unseen}", learning.name())));
        }
        add_losses(report, &model.losses, &model.names, &model.gains);
        let (key, tested) = learning.tested();
        if self.judge.reasons > 0 {
            report.table("reasons", self.class_reasons(learning, &model, &outcome, tested)?);
        }
        let truth = of(tested);
        let own: Vec<Vec<f64>> =
            chances.iter().map(|class| tested.iter().map(|&row| class[row]).collect()).collect();
        let found = class_report(&truth, &own, learning.weights_of(tested).as_deref())?;
        add_measures(report, key, &found, learning.weights.is_some(), &outcome);
        learning.note_rows(report);
        if self.judge.importance > 0 {
            let found = self.class_importance(learning, &model, &truth, tested, watch)?;
            add_importance(report, "loss_added", &found);
        }
        let foreseen = most_likely(&chances);
        let name = |code: &u32| outcome.names[*code as usize].as_str();
        let mut grid = learning
            .places()
            .texts("outcome", outcome.codes.iter().map(name))
            .texts("foreseen", foreseen.iter().map(name));
        for (name, chances) in outcome.names.iter().zip(chances) {
            grid = grid.numbers(&format!("chance_{name}"), chances);
        }
        report.table("scores", grid);
        Ok(())
    }

    /// What shuffling a column adds to the log loss: the chance of the class that came is measured.
    fn class_importance(
        &self,
        learning: &Learning,
        model: &BoostedClasses,
        truth: &[u32],
        rows: &[usize],
        watch: &dyn Progress,
    ) -> Result<Vec<Importance>, Failure> {
        Ok(learning.features.with(Some(rows), |features| {
            let weights = learning.weights_of(rows).unwrap_or_else(|| vec![1.0; rows.len()]);
            let worth = |chances: &[f64]| {
                let ln = |(chance, weight): (&f64, &f64)| weight * chance.max(f64::MIN_POSITIVE).ln();
                Ok(chances.iter().zip(&weights).map(ln).sum::<f64>() / weights.iter().sum::<f64>())
            };
            let came = |own: &[analytics::Feature]| {
                let chances = model.chances(own)?;
                Ok(truth.iter().enumerate().map(|(row, &class)| chances[class as usize][row]).collect())
            };
            let (repeats, seed) = (self.judge.importance, self.judge.holdout.seed);
            permutation_importance(features, came, worth, repeats, seed, watch)
        })?)
    }

    /// Why the most likely class of each row is that.
    fn class_reasons(
        &self,
        learning: &Learning,
        model: &BoostedClasses,
        outcome: &Codes,
        rows: &[usize],
    ) -> Result<Grid, Failure> {
        let (classes, said) = learning.features.with(Some(rows), |features| {
            let scores = model.scores(features)?;
            let classes = most_likely(&scores);
            let of_row = |row: usize| {
                let class = classes[row] as usize;
                let parts = model.contributions(features, row, class)?;
                // Scores count by their differences; the largest is taken away so that none overflows.
                let top = scores[class][row];
                let others: f64 = scores.iter().map(|own| (own[row] - top).exp()).sum::<f64>() - 1.0;
                let answer = |score: f64| 1.0 / (1.0 + others * (top - score).exp());
                let parts = (parts.0.as_slice(), parts.1);
                let found = reasons(features, row, parts, self.judge.reasons, Subject::Chance, answer);
                Ok(found.into_iter().map(|reason| reason.words).collect::<Vec<String>>())
            };
            let said = (0..rows.len()).map(of_row).collect::<Result<Vec<_>, Error>>()?;
            Ok::<_, Error>((classes, said))
        })?;
        Ok(Grid::new()
            .wholes("row_of_part", 1..=rows.len())
            .texts("foreseen", classes.iter().map(|&class| outcome.names[class as usize].as_str()))
            .lists("reasons", said))
    }
}

fn add_measures(report: &mut Report, key: &str, found: &ClassReport, weighed: bool, outcome: &Codes) {
    let weight = weighed.then_some(("weight", found.weight));
    let figures = [("accuracy", found.accuracy), ("log_loss", found.log_loss)];
    report.figures(key, [("rows", found.rows as f64)].into_iter().chain(weight).chain(figures));
    // Without weights they are whole rows.
    let counts = |grid: Grid, name: &str, counts: Vec<f64>| match weighed {
        true => grid.numbers(name, counts),
        false => grid.wholes(name, counts.into_iter().map(|count| count as u64)),
    };
    let classes = &found.classes;
    let grid = Grid::new().texts("class", outcome.names.iter().map(String::as_str));
    let grid = counts(grid, "rows", classes.iter().map(|class| class.rows).collect());
    let grid = counts(grid, "foreseen", classes.iter().map(|class| class.foreseen).collect());
    report.table(
        &format!("{key}_classes"),
        grid.maybe("recall", classes.iter().map(|class| class.recall))
            .maybe("precision", classes.iter().map(|class| class.precision))
            .maybe("auc", classes.iter().map(|class| class.auc)),
    );
    let pairs = || {
        let count = found.confusion.len();
        (0..count).flat_map(move |came| (0..count).map(move |foreseen| (came, foreseen)))
    };
    let grid = Grid::new()
        .texts("outcome", pairs().map(|(came, _)| outcome.names[came].as_str()))
        .texts("foreseen", pairs().map(|(_, foreseen)| outcome.names[foreseen].as_str()));
    let rows = pairs().map(|(came, foreseen)| found.confusion[came][foreseen]).collect();
    report.table(&format!("{key}_confusion"), counts(grid, "rows", rows));
}
