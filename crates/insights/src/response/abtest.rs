//! `rapport analyze abtest`: whether groups drawn by lot differ.

use analytics::Progress;
use analytics::response::{
    Adjustment, Alternative, Counts, Look, Overall, Question, adjust, always_valid, chance_to_beat,
    compare_means, compare_ranks, compare_rates, overall_means, overall_ranks, overall_rates, split_test,
};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{Codes, Input, Table};

/// Whether groups drawn by lot differ: rates, means and ranks, corrected for many comparisons
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  rapport analyze abtest mailing.csv --group segment --control \"No E-Mail\" \
    --measures visit,conversion,spend"
)]
pub struct Abtest {
    #[command(flatten)]
    input: Input,
    /// The group of each row
    #[arg(long, value_name = "COLUMN", default_value = "group", help_heading = "Columns")]
    group: String,
    /// The group that the others are compared with
    #[arg(long, value_name = "TEXT", help_heading = "Columns")]
    control: String,
    /// What is compared: columns of 0 and 1 (or yes and no) as rates, others as means and ranks
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', required = true, help_heading = "Columns")]
    measures: Vec<String>,
    /// Planned shares of the groups, in the order of their names; even ones if not given
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    shares: Vec<f64>,
    /// Probability inside the intervals
    #[arg(long, value_name = "P", default_value_t = 0.95, value_parser = crate::level::level)]
    level: f64,
    /// Which difference counts: any, or only one way; intervals stay two-sided
    #[arg(long, value_enum, default_value_t = Direction::TwoSided)]
    alternative: Direction,
    /// Take groups to vary alike: Student's t and Fisher's analysis of variance instead of Welch's
    #[arg(long)]
    equal_variances: bool,
    /// Compare every two groups, not only each with the control
    #[arg(long)]
    all_pairs: bool,
    /// Look so many times while rows come in, in the order of the file, with p-values that stay valid
    #[arg(long, value_name = "N", default_value_t = 0)]
    looks: usize,
    /// … quick to see a difference of this size
    #[arg(long, value_name = "DIFFERENCE", default_value_t = 0.01)]
    scale: f64,
}

/// Which difference counts.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum Direction {
    TwoSided,
    /// The group is higher than the control
    Higher,
    /// The group is lower than the control
    Lower,
}

/// One comparison: what it is called, what it shows, its p-value.
struct Comparison {
    name: String,
    result: serde_json::Map<String, serde_json::Value>,
    p: f64,
}

/// Groups that a message lists.
const MOST_LISTED: usize = 20;

/// A refusal with the comparison that it is about: there are several.
fn about(comparison: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Model(error) => Failure::Input(format!("{comparison}: {error}")),
        other => other,
    }
}

impl Abtest {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let table = self.input.table()?;
        let group = table.full_codes(table.position(&self.group)?)?;
        let control = group.names.iter().position(|name| *name == self.control).ok_or_else(|| {
            let shown: Vec<&str> = group.names.iter().take(MOST_LISTED).map(String::as_str).collect();
            let more = if shown.len() < group.names.len() { ", …" } else { "" };
            Failure::Usage(format!("--control {}: the groups are {}{more}", self.control, shown.join(", ")))
        })?;
        let mut report = Report::new(format!("Groups against {}", self.control));
        let sizes: Vec<u64> = (0..group.names.len() as u32)
            .map(|code| group.codes.iter().filter(|&&own| own == code).count() as u64)
            .collect();
        report.table(
            "groups",
            Grid::new()
                .texts("group", group.names.iter().map(String::as_str))
                .wholes("rows", sizes.iter().copied()),
        );
        let split = split_test(&sizes, &self.shares)?;
        report.figures("split", [("chi2", split.chi2), ("p", split.p)]);
        if split.p < 0.001 {
            report.note("the groups are not as large as planned: the lot is broken, and the test with it");
        }
        let names = self.measures.iter().map(String::as_str);
        let measures = names.map(|name| Ok((name, measured(&table, table.position(name)?)?)));
        let measures: Vec<(&str, Vec<f64>)> = measures.collect::<Result<_, Failure>>()?;
        let mut comparisons = Vec::new();
        let mut looks = Vec::new();
        for (code, against) in self.pairs(&group, control) {
            for (measure, values) in &measures {
                let of = |code: usize| rows_of(&group, code).map(|row| values[row]).collect::<Vec<f64>>();
                let name = match against == control {
                    true => format!("{}/{measure}", group.names[code]),
                    false => format!("{} against {}/{measure}", group.names[code], group.names[against]),
                };
                comparisons
                    .push(self.compare(&name, &of(code), &of(against)).map_err(|error| about(&name, error))?);
                if self.looks > 0 {
                    looks.push((name, self.look(&group, values, code, against)?));
                }
            }
        }
        if group.names.len() > 2 {
            self.add_overall(&mut report, &measures, &group)?;
        }
        add_comparisons(&mut report, &comparisons)?;
        if !looks.is_empty() {
            let all =
                || looks.iter().flat_map(|(name, grid)| grid.iter().map(move |own| (name.as_str(), own)));
            report.table(
                "looks",
                Grid::new()
                    .texts("comparison", all().map(|(name, _)| name))
                    .wholes("rows", all().map(|(_, own)| own.0))
                    .numbers("difference", all().map(|(_, own)| own.1))
                    .numbers("p", all().map(|(_, own)| own.2))
                    .numbers("low", all().map(|(_, own)| own.3.0))
                    .numbers("high", all().map(|(_, own)| own.3.1)),
            );
        }
        Ok(report)
    }

    /// Each group and the one it is compared with: the control, then, if asked for, every other before it.
    fn pairs(&self, group: &Codes, control: usize) -> Vec<(usize, usize)> {
        let others: Vec<usize> = (0..group.names.len()).filter(|code| *code != control).collect();
        let mut pairs: Vec<(usize, usize)> = others.iter().map(|&code| (code, control)).collect();
        if self.all_pairs {
            for (at, &against) in others.iter().enumerate() {
                pairs.extend(others[at + 1..].iter().map(|&code| (code, against)));
            }
        }
        pairs
    }

    /// Adds whether the groups differ at all: rates by chi-squared, others by the analysis of variance and by ranks.
    fn add_overall(
        &self,
        report: &mut Report,
        measures: &[(&str, Vec<f64>)],
        group: &Codes,
    ) -> Result<(), Failure> {
        let mut found: Vec<(&str, &str, Overall)> = Vec::new();
        for (measure, values) in measures {
            let groups: Vec<Vec<f64>> = (0..group.names.len())
                .map(|code| rows_of(group, code).map(|row| values[row]).collect())
                .collect();
            if values.iter().all(|value| *value == 0.0 || *value == 1.0) {
                let counts: Vec<Counts> = groups.iter().map(|own| counts(own)).collect();
                found.push((measure, "chi2", overall_rates(&counts)?));
            } else {
                found.push((measure, "f", overall_means(&groups, self.equal_variances)?));
                found.push((measure, "h", overall_ranks(&groups)?));
            }
        }
        report.table(
            "overall",
            Grid::new()
                .texts("measure", found.iter().map(|(measure, ..)| *measure))
                .texts("test", found.iter().map(|(_, test, _)| *test))
                .numbers("statistic", found.iter().map(|(.., own)| own.statistic))
                .numbers("df", found.iter().map(|(.., own)| own.df))
                .maybe("df_within", found.iter().map(|(.., own)| own.df_within))
                .numbers("p", found.iter().map(|(.., own)| own.p)),
        );
        Ok(())
    }

    fn question(&self) -> Question {
        let alternative = match self.alternative {
            Direction::TwoSided => Alternative::TwoSided,
            Direction::Higher => Alternative::Higher,
            Direction::Lower => Alternative::Lower,
        };
        Question { level: self.level, alternative, equal_variances: self.equal_variances }
    }

    fn compare(&self, name: &str, treated: &[f64], control: &[f64]) -> Result<Comparison, Failure> {
        let (result, p) = if treated.iter().chain(control).all(|value| *value == 0.0 || *value == 1.0) {
            let (treated, control) = (counts(treated), counts(control));
            let test = compare_rates(treated, control, &self.question())?;
            let result = json!({
                "comparison": name, "kind": "rates",
                "successes": [treated.successes, control.successes], "rows": [treated.rows, control.rows],
                "rates": test.rates, "difference": test.difference, "relative_lift": test.relative_lift,
                "z": test.z, "p": test.p, "chi2": test.chi2, "chi2_yates": test.chi2_yates, "p_yates": test.p_yates,
                "wald": test.wald, "newcombe": test.newcombe, "wilson": test.wilson,
                "odds_ratio": test.odds_ratio, "fisher_p": test.fisher_p,
                "chance_to_beat": chance_to_beat(control, treated)?,
            });
            (result, test.p)
        } else {
            let test = compare_means(treated, control, &self.question())?;
            let ranks = compare_ranks(treated, control, &self.question())?;
            let result = json!({
                "comparison": name, "kind": "means", "rows": [treated.len(), control.len()],
                "means": test.means, "deviations": test.deviations, "difference": test.difference,
                "t": test.t, "df": test.df, "p": test.p, "interval": test.interval,
                "u": ranks.u, "superiority": ranks.superiority, "rank_z": ranks.z, "rank_p": ranks.p,
            });
            (result, test.p)
        };
        let result = result.as_object().cloned().unwrap_or_default();
        Ok(Comparison { name: name.to_owned(), result, p })
    }

    /// Rows so far, difference, p-value and interval at each look.
    #[expect(clippy::type_complexity, reason = "one row of the table, used once")]
    fn look(
        &self,
        group: &Codes,
        values: &[f64],
        code: usize,
        control: usize,
    ) -> Result<Vec<(usize, f64, f64, (f64, f64))>, Failure> {
        let mut seen = Vec::new();
        for step in 1..=self.looks {
            let end = values.len() * step / self.looks;
            let of = |wanted: usize| {
                rows_of(group, wanted)
                    .take_while(|row| *row < end)
                    .map(|row| values[row])
                    .collect::<Vec<f64>>()
            };
            let (treated, others) = (of(code), of(control));
            let error = |own: &[f64]| analytics::sample::variance(own) / own.len() as f64;
            let difference = analytics::sample::mean(&treated) - analytics::sample::mean(&others);
            let variance = error(&treated) + error(&others);
            // A look at which nothing varies yet shows nothing.
            if variance > 0.0 {
                seen.push((end, Look { difference, variance }));
            }
        }
        let looks: Vec<Look> = seen.iter().map(|(_, look)| *look).collect();
        let verdicts = always_valid(&looks, self.scale, self.level)?;
        Ok(seen
            .iter()
            .zip(verdicts)
            .map(|((rows, look), verdict)| (*rows, look.difference, verdict.p, verdict.interval))
            .collect())
    }
}

fn add_comparisons(report: &mut Report, comparisons: &[Comparison]) -> Result<(), Failure> {
    let names = || comparisons.iter().map(|own| own.name.as_str());
    let figure = |key: &str| {
        let values = comparisons.iter().map(|own| own.result.get(key).and_then(serde_json::Value::as_f64));
        values.collect::<Vec<Option<f64>>>()
    };
    let bound = |side: usize| {
        let interval = |own: &Comparison| {
            let found = own.result.get("newcombe").or_else(|| own.result.get("interval"))?;
            found.get(side)?.as_f64()
        };
        comparisons.iter().map(interval).collect::<Vec<Option<f64>>>()
    };
    let p: Vec<f64> = comparisons.iter().map(|own| own.p).collect();
    report.table(
        "comparisons",
        Grid::new()
            .texts("comparison", names())
            .maybe("difference", figure("difference"))
            .maybe("low", bound(0))
            .maybe("high", bound(1))
            .numbers("p", p.iter().copied())
            .maybe("rank_p", figure("rank_p"))
            .maybe("chance_to_beat", figure("chance_to_beat"))
            .numbers("bonferroni", adjust(&p, Adjustment::Bonferroni)?)
            .numbers("holm", adjust(&p, Adjustment::Holm)?)
            .numbers("benjamini_hochberg", adjust(&p, Adjustment::BenjaminiHochberg)?)
            .numbers("benjamini_yekutieli", adjust(&p, Adjustment::BenjaminiYekutieli)?),
    );
    for own in comparisons {
        let figures = own.result.clone();
        report
            .parts
            .push(crate::output::Part::Figures { key: format!("test {}", own.name), values: figures });
    }
    Ok(())
}

fn rows_of(group: &Codes, code: usize) -> impl Iterator<Item = usize> {
    group.codes.iter().enumerate().filter(move |(_, own)| **own as usize == code).map(|(row, _)| row)
}

fn counts(values: &[f64]) -> Counts {
    Counts { successes: values.iter().sum::<f64>() as u64, rows: values.len() as u64 }
}

/// What is compared: numbers, or words for yes and no as 1 and 0.
fn measured(table: &Table, column: usize) -> Result<Vec<f64>, Failure> {
    match table.flags(column, None) {
        Ok(flags) if !table.is_numeric(column) => Ok(flags),
        _ => table.full_numbers(column),
    }
}
