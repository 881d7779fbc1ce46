//! `rapport analyze chaid`: a tree of categories, split where chi-squared says so, or F for a number.

use analytics::Progress;
use analytics::trees::{
    Answers, Candidate, Chaid as Tree, ChaidOptions, Predictor, Scale, Target, TreeView, chaid,
};
use clap::Args;

use super::shown::{MOST_VALUES, ShowOptions, is_amount, told, with_answers};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::prediction::boost::auc;
use crate::prediction::outcome::OutcomeColumn;
use crate::table::{Codes, FeatureOptions, FeatureValues, Input, Table};

/// A tree that splits customers by categories, as many ways as chi-squared finds (CHAID)
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze chaid customers.csv --outcome churned --ordinal income \
    --edges age=18,30,45,60 --svg tree.svg\n  rapport analyze chaid customers.csv --outcome spend --exhaustive"
)]
pub struct Chaid {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    outcome: OutcomeColumn,
    #[command(flatten)]
    features: FeatureOptions,
    #[command(flatten)]
    show: ShowOptions,
    /// Columns whose categories have an order: only neighbours merge
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', help_heading = "Columns")]
    ordinal: Vec<String>,
    /// Cut a column of numbers into ordered bands that begin at these edges; others are cut into ten; may be repeated
    #[arg(long, value_name = "COLUMN=A,B,…", help_heading = "Columns")]
    edges: Vec<String>,
    /// The outcome is a number, told by its mean: split by F tests, as is done when it has more than 12 values and is not
    /// among --categories
    #[arg(long)]
    number: bool,
    /// How many cases each row stands for; rows of 0 are left out
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    weight: Option<String>,
    /// Categories merge while their difference has a p-value above this
    #[arg(long, value_name = "P", default_value_t = 0.05)]
    merge: f64,
    /// Split a merged category of three or more again where its parts differ by a p-value of at most this
    #[arg(long, value_name = "P", conflicts_with = "exhaustive")]
    resplit: Option<f64>,
    /// Merge categories down to two, and take the step least likely by chance (exhaustive CHAID)
    #[arg(long, conflicts_with = "merge")]
    exhaustive: bool,
    /// A node is split when the adjusted p-value is at most this
    #[arg(long, value_name = "P", default_value_t = 0.05)]
    split: f64,
    /// Most questions above a leaf
    #[arg(long, value_name = "N", default_value_t = 3)]
    max_depth: usize,
    /// Least rows in a node that is split
    #[arg(long, value_name = "N", default_value_t = 100.0)]
    min_parent: f64,
    /// Least rows in the parts
    #[arg(long, value_name = "N", default_value_t = 50.0)]
    min_child: f64,
    /// Do not multiply p-values by the number of ways to merge
    #[arg(long)]
    no_bonferroni: bool,
}

/// A predictor, owned.
struct Coded {
    name: String,
    codes: Codes,
    scale: Scale,
}

/// What the tree is to tell, owned.
enum Outcome {
    Classes(Codes),
    Numbers(Vec<f64>),
}

impl Outcome {
    fn target(&self) -> Target<'_> {
        match self {
            Outcome::Classes(codes) => Target::Classes(&codes.codes),
            Outcome::Numbers(values) => Target::Numbers(values),
        }
    }

    /// Names of the classes; none of numbers.
    fn classes(&self) -> &[String] {
        match self {
            Outcome::Classes(codes) => &codes.names,
            Outcome::Numbers(_) => &[],
        }
    }
}

impl Chaid {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let position = self.outcome.position(&table)?;
        let outcome = self.outcome(&table, position)?;
        let weight = self.weight.as_ref().map(|name| table.position(name)).transpose()?;
        let weights = weight.map(|column| table.amounts(column, "a weight of zero or more")).transpose()?;
        let others: Vec<usize> = [position].into_iter().chain(weight).collect();
        let coded = self.predictors(&table, &others)?;
        let names: Vec<Vec<&str>> =
            coded.iter().map(|own| own.codes.names.iter().map(String::as_str).collect()).collect();
        let predictors: Vec<Predictor> = coded
            .iter()
            .zip(&names)
            .map(|(own, names)| Predictor {
                name: &own.name,
                codes: &own.codes.codes,
                names,
                scale: own.scale,
            })
            .collect();
        let options = ChaidOptions {
            merge: self.merge,
            resplit: self.resplit,
            exhaustive: self.exhaustive,
            split: self.split,
            max_depth: self.max_depth,
            min_parent: self.min_parent,
            min_child: self.min_child,
            bonferroni: !self.no_bonferroni,
        };
        let tree = chaid(&predictors, outcome.target(), weights.as_deref(), &options, watch)
            .map_err(|error| table.located(None, error))?;
        let view = TreeView::of_chaid(&tree).with_classes(outcome.classes());
        let mut report = Report::new(told(&table.names()[position], outcome.classes()));
        report.count("nodes_count", tree.nodes.len());
        report.count("leaves", tree.leaf_count());
        match &outcome {
            Outcome::Classes(codes) if codes.names.len() == 2 => {
                let truth: Vec<f64> = codes.codes.iter().map(|&code| f64::from(code)).collect();
                report.single("auc", auc(&truth, &tree.predict(&predictors)?, weights.as_deref())?);
            }
            Outcome::Classes(_) => {}
            Outcome::Numbers(_) => report.single("r_squared", explained(&tree)),
        }
        self.show.add(&mut report, &view);
        report.table("nodes", nodes(&tree, &view));
        report.table("candidates", candidates(&tree));
        Ok(report)
    }

    fn outcome(&self, table: &Table, position: usize) -> Result<Outcome, Failure> {
        let kinds = self.features.categories.iter().any(|name| *name == table.names()[position]);
        if self.number {
            return Ok(Outcome::Numbers(table.full_numbers(position)?));
        }
        if let Ok(flags) = self.outcome.flags(table) {
            let codes = flags.iter().map(|&flag| flag as u32).collect();
            return Ok(Outcome::Classes(Codes { codes, names: vec!["no".to_owned(), "yes".to_owned()] }));
        }
        let codes = table.full_codes(position)?;
        match is_amount(table, position, &codes) && !kinds {
            true => Ok(Outcome::Numbers(table.full_numbers(position)?)),
            false => Ok(Outcome::Classes(codes)),
        }
    }

    fn predictors(&self, table: &Table, others: &[usize]) -> Result<Vec<Coded>, Failure> {
        let mut coded = Vec::new();
        for column in self.features.read(table, others)?.columns {
            let edges = self.edges_of(&column.name)?;
            let position = table.position(&column.name)?;
            let ordered = self.ordinal.contains(&column.name);
            let scale = if ordered { Scale::Ordinal } else { Scale::Nominal };
            coded.push(match column.values {
                FeatureValues::Categories(codes) => Coded { name: column.name, codes, scale },
                FeatureValues::Numbers(values) => {
                    let codes = table.codes(position);
                    match edges {
                        None if codes.names.len() <= MOST_VALUES => {
                            Coded { name: column.name, codes, scale: Scale::Ordinal }
                        }
                        edges => {
                            let edges = edges.unwrap_or_else(|| tenths(&values));
                            Coded { name: column.name, codes: bands(&values, &edges), scale: Scale::Ordinal }
                        }
                    }
                }
            });
        }
        Ok(coded)
    }

    fn edges_of(&self, column: &str) -> Result<Option<Vec<f64>>, Failure> {
        let Some(edges) = self.edges.iter().find_map(|edges| edges.strip_prefix(column)?.strip_prefix('='))
        else {
            return Ok(None);
        };
        let numbers: Result<Vec<f64>, _> = edges.split(',').map(|edge| edge.trim().parse::<f64>()).collect();
        let rising = |edges: &Vec<f64>| edges.windows(2).all(|pair| pair[0] < pair[1]);
        match numbers {
            Ok(edges) if rising(&edges) => Ok(Some(edges)),
            _ => Err(Failure::Usage(format!("--edges {column}={edges}: give rising numbers"))),
        }
    }
}

/// The edges of ten bands of about equal rows.
fn tenths(values: &[f64]) -> Vec<f64> {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let shares: Vec<f64> = (1..10).map(|tenth| f64::from(tenth) / 10.0).collect();
    let lowest = known.iter().copied().fold(f64::INFINITY, f64::min);
    let mut edges = vec![lowest];
    edges.extend(analytics::sample::quantiles(&known, &shares));
    edges.dedup();
    edges
}

/// The band of each number: the last edge not above it; what is below the first edge is in the first band.
fn bands(values: &[f64], edges: &[f64]) -> Codes {
    let band = |value: &f64| match value {
        value if value.is_nan() => analytics::MISSING,
        value => edges.partition_point(|edge| edge <= value).saturating_sub(1) as u32,
    };
    let name = |at: usize| match edges.get(at + 1) {
        Some(next) => format!("{} to {}", edges[at], next),
        None => format!("{} and more", edges[at]),
    };
    Codes { codes: values.iter().map(band).collect(), names: (0..edges.len()).map(name).collect() }
}

fn groups(tree: &Tree, candidate: &Candidate) -> serde_json::Value {
    let level = |&code: &u32| {
        let names = &tree.levels[candidate.predictor];
        names.get(code as usize).map_or("unknown", String::as_str)
    };
    let named = candidate.groups.iter().map(|group| group.iter().map(level).collect::<Vec<&str>>());
    serde_json::json!(named.collect::<Vec<_>>())
}

/// Share of the squared distances to the mean that the leaves explain.
fn explained(tree: &Tree) -> f64 {
    let squares = |answers: &Answers| match answers {
        Answers::Numbers { squares, .. } => *squares,
        Answers::Classes(_) => 0.0,
    };
    let leaves = tree.nodes.iter().filter(|node| node.children.is_empty());
    1.0 - leaves.map(|node| squares(&node.answers)).sum::<f64>() / squares(&tree.nodes[0].answers)
}

fn nodes(tree: &Tree, view: &TreeView) -> Grid {
    let nodes = &tree.nodes;
    let split = |at: usize| nodes[at].candidates.first().filter(|_| !nodes[at].children.is_empty());
    let count = nodes.len();
    let grid = Grid::new()
        .wholes("node", 0..count)
        .maybe("parent", nodes.iter().map(|node| node.parent.map(|parent| parent as f64)))
        .wholes("depth", nodes.iter().map(|node| node.depth));
    let grid = match nodes[0].answers {
        Answers::Classes(_) => grid.lists("counts", nodes.iter().map(|node| node.answers.counts().to_vec())),
        Answers::Numbers { .. } => grid
            .numbers("rows", nodes.iter().map(|node| node.answers.rows()))
            .maybe("deviation", nodes.iter().map(|node| node.answers.deviation())),
    };
    with_answers(grid, view)
        .texts("split", (0..count).map(|at| split(at).map_or("", |own| tree.names[own.predictor].as_str())))
        .lists("groups", (0..count).map(|at| split(at).map(|own| groups(tree, own)).unwrap_or_default()))
}

fn candidates(tree: &Tree) -> Grid {
    let all = || {
        tree.nodes.iter().enumerate().flat_map(|(at, node)| node.candidates.iter().map(move |own| (at, own)))
    };
    let grid = Grid::new()
        .wholes("node", all().map(|(at, _)| at))
        .texts("column", all().map(|(_, own)| tree.names[own.predictor].as_str()));
    let statistic = || all().map(|(_, own)| own.statistic);
    let df = || all().map(|(_, own)| own.df);
    let grid = match tree.nodes[0].answers {
        Answers::Classes(_) => grid.numbers("chi2", statistic()).wholes("df", df()),
        Answers::Numbers { .. } => grid
            .numbers("f", statistic())
            .wholes("df", df())
            .maybe("df_within", all().map(|(_, own)| own.df_within)),
    };
    grid.numbers("multiplier", all().map(|(_, own)| own.multiplier))
        .numbers("ln_p", all().map(|(_, own)| own.ln_p))
        .numbers("ln_adjusted_p", all().map(|(_, own)| own.ln_adjusted_p))
        .lists("groups", all().map(|(_, own)| groups(tree, own)))
}
