//! `rapport analyze recommend`: what to offer whom.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use analytics::Progress;
use analytics::baskets::{
    AlsFit, AlsOptions, Baskets, ImplicitAls, ItemCosine, Mining, RuleOptions, frequent_sets, hold_out_last,
    min_count, offers_by_rules, rank_held_out, rules,
};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Codes, Input, ReadOptions, Table};
use crate::value::purchases::{CUSTOMER, DATE};

/// What to offer whom: by items alike, by rules, or by hidden tastes (implicit ALS)
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze recommend lines.csv --customer client --item product --like 85123A\n  \
    rapport analyze recommend lines.csv --method als --offer-to 17850 --check"
)]
pub struct Recommend {
    #[command(flatten)]
    input: Input,
    /// Who bought
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    customer: Option<String>,
    /// What
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    item: Option<String>,
    /// When: the order of purchases for --check; the order of the file if there is no such column
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    date: Option<String>,
    /// How to find offers
    #[arg(long, value_enum, default_value_t = Method::Cosine)]
    method: Method,
    /// List the items most like these
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    like: Vec<String>,
    /// List offers to these customers; to the first ten if not given
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    offer_to: Vec<String>,
    /// Most items in a list
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Hold each customer's last item back, and see how high it would rank
    #[arg(long)]
    check: bool,
    /// … of customers with so many items at least
    #[arg(long, value_name = "N", default_value_t = 5)]
    least: usize,
    /// … among the first so many
    #[arg(long, value_name = "N", default_value_t = 10)]
    first: usize,
    /// Cosine: count only so many nearest items of each; all if not given
    #[arg(long, value_name = "N")]
    neighbours: Option<usize>,
    /// Rules: the least share of customers with an item set
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    min_support: f64,
    /// Rules: the least confidence
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    min_confidence: f64,
    /// ALS: length of the vectors
    #[arg(long, value_name = "N", default_value_t = 32)]
    factors: usize,
    /// ALS: rounds
    #[arg(long, value_name = "N", default_value_t = 15)]
    rounds: usize,
    /// ALS: how much more a purchase counts than none
    #[arg(long, value_name = "N", default_value_t = 40.0)]
    weight: f64,
    /// ALS: how strong a purchase is (how many, how often); rows of a customer and an item add up. All alike if not given
    #[arg(long, value_name = "COLUMN", help_heading = "Columns")]
    strength: Option<String>,
    /// ALS: the price of large numbers
    #[arg(long, value_name = "LAMBDA", default_value_t = 10.0)]
    ridge: f64,
    /// ALS: start from the vectors of this file: a column `item`, then a column for each factor; drawn if not given
    #[arg(long, value_name = "FILE")]
    start: Option<PathBuf>,
    /// ALS: also list all vectors, and the cost after each round
    #[arg(long)]
    vectors: bool,
    /// ALS: for the start
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// ALS: threads; the answer does not depend on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq)]
enum Method {
    Cosine,
    Rules,
    Als,
}

/// How strong each customer's purchases of each item are, if a column says so.
type Strengths = Option<HashMap<(u32, u32), f64>>;

/// Scores every item for a customer.
type Scores = Box<dyn Fn(usize) -> Vec<f64>>;

impl Recommend {
    pub fn report(&self, watch: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let customer =
            table.full_codes(table.choose(self.customer.as_deref(), "--customer", &CUSTOMER)?)?;
        let item = table.full_codes(table.choose(
            self.item.as_deref(),
            "--item",
            &["item", "product", "stockcode"],
        )?)?;
        let baskets = Baskets::from_columns(&customer.codes, &item.codes)?;
        let strengths = self.strengths(&table, &customer, &item)?;
        let mut report = Report::new("What to offer whom");
        report.count("customers_count", customer.names.len());
        report.count("items_count", item.names.len());
        report.count("entries", baskets.entries());
        if !self.like.is_empty() {
            report.table("alike", self.alike(&baskets, &item)?);
        } else {
            let scores = self.scores(&baskets, &strengths, &item, watch)?;
            report.table("offers", self.offers(&baskets, &customer, &item, &scores)?);
        }
        if self.vectors {
            self.add_vectors(&mut report, &self.als(&baskets, &strengths, &item, watch)?, &customer, &item);
        }
        if self.check {
            self.add_check(&mut report, &table, (&customer, &item), &strengths, watch)?;
        }
        Ok(report)
    }

    fn alike(&self, baskets: &Baskets, item: &Codes) -> Result<Grid, Failure> {
        let cosine = ItemCosine::new(baskets);
        let counts = baskets.item_counts();
        let mut all = Vec::new();
        for name in &self.like {
            let code = item.names.iter().position(|own| own == name);
            let code =
                code.ok_or_else(|| Failure::Usage(format!("--like {name}: nobody bought that")))? as u32;
            all.extend(cosine.neighbours(code, self.limit).into_iter().map(|near| (name, code, near)));
        }
        Ok(Grid::new()
            .texts("item", all.iter().map(|(name, ..)| name.as_str()))
            .wholes("item_buyers", all.iter().map(|(_, code, _)| counts[*code as usize]))
            .texts("alike", all.iter().map(|(.., near)| item.names[near.item as usize].as_str()))
            .numbers("cosine", all.iter().map(|(.., near)| near.cosine))
            .wholes("both", all.iter().map(|(.., near)| near.both))
            .wholes("buyers", all.iter().map(|(.., near)| near.buyers)))
    }

    /// Adds up the strengths of rows.
    fn strengths(&self, table: &Table, customer: &Codes, item: &Codes) -> Result<Strengths, Failure> {
        let Some(name) = &self.strength else { return Ok(None) };
        if self.method != Method::Als {
            return Err(Failure::Usage("--strength goes with --method als".to_owned()));
        }
        let values = table.amounts(table.position(name)?, "a strength of zero or more")?;
        let mut sums = HashMap::new();
        for (pair, value) in customer.codes.iter().copied().zip(item.codes.iter().copied()).zip(values) {
            *sums.entry(pair).or_insert(0.0) += value;
        }
        Ok(Some(sums))
    }

    fn scores(
        &self,
        baskets: &Baskets,
        strengths: &Strengths,
        item: &Codes,
        watch: &dyn Progress,
    ) -> Result<Scores, Failure> {
        let own: Vec<Vec<u32>> = baskets.rows().map(<[u32]>::to_vec).collect();
        let items = baskets.item_count();
        Ok(match self.method {
            Method::Cosine => {
                let near = ItemCosine::new(baskets).table(self.neighbours.unwrap_or(usize::MAX));
                Box::new(move |customer| ItemCosine::scores(&near, &own[customer]))
            }
            Method::Rules => {
                let mining = Mining::at_least(min_count(self.min_support, baskets.len())?);
                let frequent = frequent_sets(baskets, &mining, watch)?;
                let found = rules(&frequent, &RuleOptions::confidence(self.min_confidence))?;
                Box::new(move |customer| {
                    let mut scores = vec![0.0; items];
                    for offer in offers_by_rules(&found, &own[customer], items) {
                        scores[offer.item as usize] = offer.confidence;
                    }
                    scores
                })
            }
            Method::Als => {
                let fit = self.als(baskets, strengths, item, watch)?;
                Box::new(move |customer| fit.model.scores(customer))
            }
        })
    }

    fn als(
        &self,
        baskets: &Baskets,
        strengths: &Strengths,
        item: &Codes,
        watch: &dyn Progress,
    ) -> Result<AlsFit, Failure> {
        let options = AlsOptions {
            factors: self.factors,
            rounds: self.rounds,
            weight: self.weight,
            ridge: self.ridge,
            threads: self.threads,
        };
        let mut start = ImplicitAls::random_start(baskets, self.factors, self.seed);
        if let Some(path) = &self.start {
            start.items = self.started(path, item, baskets.item_count())?;
        }
        let strengths: Option<Vec<f64>> = strengths.as_ref().map(|strengths| {
            let rows = (0..).zip(baskets.rows());
            rows.flat_map(|(who, row)| row.iter().map(move |&what| strengths[&(who, what)])).collect()
        });
        Ok(ImplicitAls::fit(baskets, strengths.as_deref(), start, &options, watch)?)
    }

    /// The items' vectors of a file, one after the other in the order of the codes.
    fn started(&self, path: &PathBuf, item: &Codes, items: usize) -> Result<Vec<f64>, Failure> {
        let table = Table::read(std::slice::from_ref(path), &ReadOptions::default())?;
        let named = table.position("item")?;
        let columns: Vec<usize> = (0..table.names().len()).filter(|&column| column != named).collect();
        if columns.len() != self.factors {
            let (have, want) = (columns.len(), self.factors);
            return Err(Failure::Input(format!(
                "{}: {have} factors, but --factors is {want}",
                path.display()
            )));
        }
        let numbers =
            columns.iter().map(|&column| table.full_numbers(column)).collect::<Result<Vec<_>, _>>()?;
        let mut vectors = Vec::with_capacity(items * self.factors);
        for name in &item.names[..items] {
            let row = (0..table.len()).find(|&row| table.text(named, row) == name);
            let row =
                row.ok_or_else(|| Failure::Input(format!("{}: item {name} is missing", path.display())))?;
            vectors.extend(numbers.iter().map(|column| column[row]));
        }
        Ok(vectors)
    }

    fn add_vectors(&self, report: &mut Report, fit: &AlsFit, customer: &Codes, item: &Codes) {
        report.table(
            "rounds",
            Grid::new().wholes("round", 1..=fit.losses.len()).numbers("cost", fit.losses.iter().copied()),
        );
        let sides = [("customer", customer, &fit.model.customers), ("item", item, &fit.model.items)];
        for (side, codes, vectors) in sides {
            let mut grid = Grid::new().texts(side, codes.names.iter().map(String::as_str));
            for factor in 0..self.factors {
                let own = vectors.iter().skip(factor).step_by(self.factors).copied();
                grid = grid.numbers(&format!("f{}", factor + 1), own);
            }
            report.table(&format!("{side}_vectors"), grid);
        }
    }

    fn offers(
        &self,
        baskets: &Baskets,
        customer: &Codes,
        item: &Codes,
        scores: &Scores,
    ) -> Result<Grid, Failure> {
        let code_of = |name: &String| {
            let code = customer.names.iter().position(|own| own == name);
            code.ok_or_else(|| Failure::Usage(format!("--offer-to {name}: there is no such customer")))
        };
        let wanted: Vec<usize> = match self.offer_to.as_slice() {
            [] => (0..customer.names.len().min(10)).collect(),
            names => names.iter().map(code_of).collect::<Result<_, _>>()?,
        };
        let mut all = Vec::new();
        for at in wanted {
            let scores = scores(at);
            let own: BTreeSet<u32> = baskets.row(at).iter().copied().collect();
            let mut order: Vec<u32> = (0..scores.len() as u32)
                .filter(|code| !own.contains(code) && scores[*code as usize] > 0.0)
                .collect();
            order.sort_by(|&a, &b| scores[b as usize].total_cmp(&scores[a as usize]));
            all.extend(order.iter().take(self.limit).map(|&code| (at, code, scores[code as usize])));
        }
        Ok(Grid::new()
            .texts("customer", all.iter().map(|(at, ..)| customer.names[*at].as_str()))
            .texts("offer", all.iter().map(|(_, code, _)| item.names[*code as usize].as_str()))
            .numbers("score", all.iter().map(|(.., score)| *score)))
    }

    fn add_check(
        &self,
        report: &mut Report,
        table: &Table,
        (customer, item): (&Codes, &Codes),
        strengths: &Strengths,
        watch: &dyn Progress,
    ) -> Result<(), Failure> {
        let mut order: Vec<usize> = (0..table.len()).collect();
        if let Some(column) = table.choose_if_any(self.date.as_deref(), &DATE)? {
            let times = table.times(column)?;
            order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
        }
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); customer.names.len()];
        let mut known: BTreeSet<(u32, u32)> = BTreeSet::new();
        for row in order {
            let (who, what) = (customer.codes[row], item.codes[row]);
            if known.insert((who, what)) {
                rows[who as usize].push(what);
            }
        }
        let (train, held) = hold_out_last(&rows, self.least);
        let scores = self.scores(&train, strengths, item, watch)?;
        let items = item.names.len();
        let found = rank_held_out(&train, &held, self.first, |customer| {
            // Items that nobody bought in the training part have no score; the ranking expects one for each code.
            let mut own = scores(customer);
            own.resize(items, 0.0);
            own.truncate(train.item_count());
            own
        })?;
        report.figures(
            "check",
            [
                ("first", self.first as f64),
                ("ranked", found.ranked as f64),
                ("skipped", found.skipped as f64),
                ("hit_rate", found.hit_rate),
                ("ndcg", found.ndcg),
                ("reciprocal_rank", found.reciprocal_rank),
                ("coverage", found.coverage),
            ],
        );
        Ok(())
    }
}
