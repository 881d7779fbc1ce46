//! `rapport analyze cart`: a tree of yes-or-no questions.

use analytics::prediction::Fold;
use analytics::trees::{Cart as Tree, CartOptions, Criterion, Split, TreeView, cart, pruning_path};
use analytics::{Feature, Progress, Values};
use clap::{Args, ValueEnum};

use super::shown::{ShowOptions, is_amount, told, with_answers};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::boost::auc;
use crate::prediction::outcome::{HoldOutOptions, OutcomeColumn, WeightColumn, at};
use crate::table::{FeatureOptions, Input, Table};

/// A tree of questions that tells who, or how much (CART)
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze cart customers.csv --outcome churned --max-depth 4 --min-leaf 50 \
    --test-every 5 --svg tree.svg --rules"
)]
pub struct Cart {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    weight: WeightColumn,
    #[command(flatten)]
    holdout: HoldOutOptions,
    #[command(flatten)]
    show: ShowOptions,
    /// How mixed a node is; `squared` predicts a number, and is taken for a column of more than 12 numbers that is not among
    /// --categories; gini for all others, if not given
    #[arg(long, value_enum)]
    criterion: Option<Mixed>,
    /// Most questions above a leaf
    #[arg(long, value_name = "N", default_value_t = 5)]
    max_depth: usize,
    /// Most leaves; the node where a question lowers the impurity most is asked about first
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    max_leaves: usize,
    /// Least rows in a leaf
    #[arg(long, value_name = "N", default_value_t = 20)]
    min_leaf: usize,
    /// Least rows in a node that is asked about
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_split: usize,
    /// Least fall of impurity, as a share of all rows
    #[arg(long, value_name = "GAIN", default_value_t = 0.0)]
    min_gain: f64,
    /// What a leaf must be worth to stay (cost-complexity pruning)
    #[arg(long, value_name = "ALPHA", default_value_t = 0.0)]
    prune: f64,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq)]
enum Mixed {
    Gini,
    Entropy,
    Squared,
}

/// What is to be told.
struct Outcome {
    values: Vec<f64>,
    /// Names of the classes that the values number; none for numbers.
    classes: Vec<String>,
}

impl Outcome {
    fn numbers(values: Vec<f64>) -> Outcome {
        Outcome { values, classes: Vec::new() }
    }
}

impl Cart {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let position = self.outcome.position(&table)?;
        let outcome = self.outcome(&table, position)?;
        let weights = self.weight.read(&table)?;
        let others: Vec<usize> =
            [position].into_iter().chain(weights.as_ref().map(|own| own.column)).collect();
        let features = self.features.read(&table, &others)?;
        let fold = self.holdout.fold(&table)?;
        let tested = fold.is_some();
        let all = || (0..table.len()).collect();
        let Fold { mut train, test } = fold.unwrap_or_else(|| Fold { train: all(), test: Vec::new() });
        weights.iter().try_for_each(|weights| weights.keep_counted(&mut train))?;
        let (train, test) = (&train, &test);
        let options = self.options(&outcome);
        let weights_of = |rows: &[usize]| weights.as_ref().map(|own| at(&own.values, rows));
        let (tree, view) = features.with(Some(train), |features| {
            let tree =
                cart(features, &at(&outcome.values, train), weights_of(train).as_deref(), &options, watch)?;
            let view = TreeView::of_cart(&tree, features).with_classes(&outcome.classes);
            Ok::<_, analytics::Error>((tree, view))
        })?;
        let mut report = Report::new(told(&table.names()[position], &outcome.classes));
        report.count("rows", train.len());
        report.count("leaves", tree.leaf_count());
        report.count("depth", tree.depth());
        for (name, rows) in [("train", train), ("test", test)] {
            if name == "train" || tested {
                let truth = at(&outcome.values, rows);
                let found = features.with(Some(rows), |features| {
                    Ok::<_, analytics::Error>((tree.predict(features)?, tree.classes(features)?))
                })?;
                self.add_measures(&mut report, name, &truth, weights_of(rows).as_deref(), &found, &outcome)?;
            }
        }
        self.show.add(&mut report, &view);
        report.table(
            "importance",
            Grid::new()
                .texts("column", tree.names.iter().map(String::as_str))
                .numbers("share", tree.importance()),
        );
        features.with(None, |features| report.table("nodes", nodes(&tree, &view, features)));
        let path = pruning_path(&tree);
        report.table(
            "pruning",
            Grid::new()
                .numbers("alpha", path.iter().map(|step| step.alpha))
                .wholes("leaves", path.iter().map(|step| step.leaves))
                .numbers("cost", path.iter().map(|step| step.cost)),
        );
        features.left_out.iter().for_each(|why| report.note(why.as_str()));
        Ok(report)
    }

    /// What is to be told, as numbers or as classes.
    fn outcome(&self, table: &Table, position: usize) -> Result<Outcome, Failure> {
        if self.criterion == Some(Mixed::Squared) {
            return Ok(Outcome::numbers(table.full_numbers(position)?));
        }
        let classes = |values, names| Outcome { values, classes: names };
        if let Ok(flags) = self.outcome.flags(table) {
            return Ok(classes(flags, vec!["no".to_owned(), "yes".to_owned()]));
        }
        let codes = table.full_codes(position)?;
        let kinds = self.features.categories.contains(&table.names()[position]);
        if self.criterion.is_none() && is_amount(table, position, &codes) && !kinds {
            return Ok(Outcome::numbers(table.full_numbers(position)?));
        }
        Ok(classes(codes.codes.iter().map(|&code| f64::from(code)).collect(), codes.names))
    }

    fn options(&self, outcome: &Outcome) -> CartOptions {
        let criterion = match self.criterion {
            _ if outcome.classes.is_empty() => Criterion::Squared,
            Some(Mixed::Entropy) => Criterion::Entropy,
            _ => Criterion::Gini,
        };
        CartOptions {
            max_depth: self.max_depth,
            max_leaves: self.max_leaves,
            min_leaf: self.min_leaf,
            min_split: self.min_split,
            min_gain: self.min_gain,
            prune: self.prune,
            ..CartOptions::new(criterion)
        }
    }

    fn add_measures(
        &self,
        report: &mut Report,
        name: &str,
        truth: &[f64],
        weights: Option<&[f64]>,
        (answers, codes): &(Vec<f64>, Vec<u32>),
        outcome: &Outcome,
    ) -> Result<(), Failure> {
        let total: f64 = weights.map_or(truth.len() as f64, |weights| weights.iter().sum());
        let mean = |of: &dyn Fn(usize) -> f64| {
            let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
            (0..truth.len()).map(|row| weight(row) * of(row)).sum::<f64>() / total
        };
        let rows = [("rows", truth.len() as f64)].into_iter().chain(weights.map(|_| ("weight", total)));
        if outcome.classes.is_empty() {
            let square = mean(&|row| (truth[row] - answers[row]).powi(2));
            let error = mean(&|row| (truth[row] - answers[row]).abs());
            let middle = mean(&|row| truth[row]);
            let spread = mean(&|row| (truth[row] - middle).powi(2));
            let explained = if spread > 0.0 { 1.0 - square / spread } else { f64::NAN };
            let measures = [("rmse", square.sqrt()), ("mae", error), ("r_squared", explained)];
            report.figures(name, rows.chain(measures));
            return Ok(());
        }
        let right = mean(&|row| f64::from(u8::from(truth[row] == f64::from(codes[row]))));
        let area =
            if outcome.classes.len() == 2 { Some(("auc", auc(truth, answers, weights)?)) } else { None };
        report.figures(name, rows.chain([("accuracy", right)]).chain(area));
        Ok(())
    }
}

fn nodes(tree: &Tree, view: &TreeView, features: &[Feature]) -> Grid {
    let split = |at: usize| tree.nodes[at].split.as_ref();
    let count = tree.nodes.len();
    let column = |at: usize| split(at).map_or("", |(split, ..)| tree.names[split.feature()].as_str());
    let border = |at: usize| match split(at) {
        Some((Split::Number { border, .. }, ..)) => Some(*border),
        _ => None,
    };
    let left = |at: usize| match split(at) {
        Some((Split::Category { feature, left, .. }, ..)) => match features[*feature].values {
            Values::Categories { names, .. } => {
                left.iter().map(|&code| names[code as usize].to_owned()).collect()
            }
            Values::Numbers(_) => Vec::new(),
        },
        _ => Vec::<String>::new(),
    };
    let grid = Grid::new()
        .wholes("node", 0..count)
        .wholes("depth", tree.nodes.iter().map(|node| node.depth))
        .numbers("rows", tree.nodes.iter().map(|node| node.rows))
        .numbers("impurity", tree.nodes.iter().map(|node| node.impurity));
    with_answers(grid, view)
        .texts("column", (0..count).map(column))
        .maybe("border", (0..count).map(border))
        .lists("left", (0..count).map(left))
        .maybe("yes", (0..count).map(|at| split(at).map(|(_, yes, _)| *yes as f64)))
        .maybe("no", (0..count).map(|at| split(at).map(|(_, _, no)| *no as f64)))
}
