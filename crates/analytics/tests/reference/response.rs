//! A/B tests of Hillstrom's e-mails against scipy and statsmodels, uplift against scikit-uplift.

use analytics::response::*;
use analytics::{Feature, Silent, Taken};
use serde_json::Value;

use crate::shared::{close, csv_rows, data, expected, near, number, numbers};

struct Hillstrom {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Hillstrom {
    fn read() -> Hillstrom {
        let (header, rows) = csv_rows(&data("hillstrom.csv"));
        Hillstrom { header, rows }
    }

    fn text(&self, column: &str) -> Vec<&str> {
        let at = self.header.iter().position(|name| name == column).unwrap();
        self.rows.iter().map(|row| &row[at]).collect()
    }

    fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|text| text.parse().unwrap()).collect()
    }

    /// Values of a column in one arm.
    fn arm(&self, column: &str, arm: &str) -> Vec<f64> {
        let segments = self.text("segment");
        self.numbers(column)
            .into_iter()
            .zip(segments)
            .filter(|(_, own)| *own == arm)
            .map(|(v, _)| v)
            .collect()
    }
}

fn counts(values: &[f64]) -> Counts {
    Counts { successes: values.iter().sum::<f64>() as u64, rows: values.len() as u64 }
}

fn check_interval(what: &str, have: (f64, f64), want: &Value) {
    let want = numbers(want);
    near(what, have.0, want[0], 1e-6);
    near(what, have.1, want[1], 1e-6);
}

fn check_rates(have: &RateTest, want: &Value) {
    near("rate", have.rates[0], numbers(&want["rates"])[0], 1e-6);
    near("rate", have.rates[1], numbers(&want["rates"])[1], 1e-6);
    near("difference", have.difference, number(want, "diff"), 1e-6);
    near("lift", have.relative_lift, number(want, "relative_lift"), 1e-6);
    near("z", have.z, number(want, "z_pooled"), 1e-6);
    near("p", have.p, number(want, "p_two_sided"), 1e-4);
    near("chi2", have.chi2, number(want, "chi2"), 1e-6);
    near("Yates", have.chi2_yates, number(want, "chi2_yates"), 1e-6);
    check_interval("Wald", have.wald, &want["wald_ci95"]);
    check_interval("Newcombe", have.newcombe, &want["newcombe_ci95"]);
    check_interval("Wilson", have.wilson[0], &want["wilson_ci95_treated"]);
    near("odds ratio", have.odds_ratio, number(want, "fisher_odds_ratio"), 1e-6);
    near("Fisher", have.fisher_p, number(want, "fisher_p"), 1e-4);
}

#[test]
fn e_mails_are_compared_like_scipy_does() {
    let Some(case) = expected("ab_hillstrom") else { return };
    let hillstrom = Hillstrom::read();
    let (mut names, mut p) = (Vec::new(), Vec::new());
    for arm in ["Mens E-Mail", "Womens E-Mail"] {
        for column in ["visit", "conversion"] {
            let name = format!("{arm}/{column}");
            let (treated, control) = (hillstrom.arm(column, arm), hillstrom.arm(column, "No E-Mail"));
            let found = compare_rates(counts(&treated), counts(&control), &Question::default()).unwrap();
            check_rates(&found, &case["tests"][&name]);
            p.push(found.p);
            names.push(name);
        }
        let name = format!("{arm}/spend");
        let want = &case["tests"][&name];
        let (treated, control) = (hillstrom.arm("spend", arm), hillstrom.arm("spend", "No E-Mail"));
        let found = compare_means(&treated, &control, &Question::default()).unwrap();
        near("mean", found.means[0], numbers(&want["mean"])[0], 1e-6);
        near("deviation", found.deviations[1], numbers(&want["sd"])[1], 1e-6);
        near("difference", found.difference, number(want, "diff"), 1e-6);
        near("t", found.t, number(want, "welch_t"), 1e-6);
        near("df", found.df, number(want, "df"), 1e-6);
        near("p", found.p, number(want, "p"), 1e-4);
        check_interval("interval", found.interval, &want["ci95"]);
        let ranks = compare_ranks(&treated, &control, &Question::default()).unwrap();
        near("U", ranks.u, number(want, "mannwhitney_u"), 1e-6);
        near("p of U", ranks.p, number(want, "mannwhitney_p"), 1e-4);
        p.push(found.p);
        names.push(name);
    }
    for (method, adjustment) in [
        ("bonferroni", Adjustment::Bonferroni),
        ("holm", Adjustment::Holm),
        ("fdr_bh", Adjustment::BenjaminiHochberg),
    ] {
        for (name, have) in names.iter().zip(adjust(&p, adjustment).unwrap()) {
            near(name, have, case["multiple_testing"][method][name].as_f64().unwrap(), 1e-4);
        }
    }
}

#[test]
fn plans_splits_and_posteriors_meet_statsmodels() {
    let Some(case) = expected("ab_hillstrom") else { return };
    let size = &case["sample_size_10_vs_12pct"];
    let (alpha, power) = (number(size, "alpha"), number(size, "power"));
    let design = Design { alpha, power, ..Design::default() };
    let found = rows_for_rates(0.1, 0.12, &design).unwrap();
    near("classical", found, number(size, "classical_normal"), 1e-6);
    let found = rows_for_rates_arcsine(0.1, 0.12, &design).unwrap();
    near("arcsine", found, number(size, "arcsine_cohen_h"), 1e-6);
    let arms: Vec<u64> =
        case["arms"].as_object().unwrap().values().map(|rows| rows.as_u64().unwrap()).collect();
    let split = split_test(&arms, &[]).unwrap();
    near("chi2", split.chi2, number(&case, "srm/chi2"), 1e-6);
    near("p", split.p, number(&case, "srm/p"), 1e-4);
    let small = &case["bayes"]["small"];
    let counts = |name: &str| {
        let pair = numbers(&small[name]);
        Counts { successes: pair[0] as u64, rows: pair[1] as u64 }
    };
    let chance = chance_to_beat(counts("A"), counts("B")).unwrap();
    near("chance to beat", chance, number(small, "p_B_gt_A"), 1e-6);
}

/// Women's e-mail against none, split into even and odd rows of the file.
struct Campaign {
    features: Vec<(String, Taken)>,
    y: Vec<f64>,
    treated: Vec<f64>,
    even: Vec<bool>,
}

fn campaign() -> Campaign {
    let hillstrom = Hillstrom::read();
    let segments = hillstrom.text("segment");
    let rows: Vec<usize> = (0..segments.len()).filter(|&row| segments[row] != "Mens E-Mail").collect();
    let take = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let mut features = Vec::new();
    for name in ["recency", "history", "mens", "womens", "newbie"] {
        features.push((name.to_owned(), Taken::Numbers(take(&hillstrom.numbers(name)))));
    }
    for name in ["zip_code", "channel"] {
        let text = hillstrom.text(name);
        let mut levels = text.clone();
        levels.sort_unstable();
        levels.dedup();
        for level in levels {
            let marks = rows.iter().map(|&row| f64::from(u8::from(text[row] == level))).collect();
            features.push((format!("{name}_{level}"), Taken::Numbers(marks)));
        }
    }
    Campaign {
        features,
        y: take(&hillstrom.numbers("visit")),
        treated: rows.iter().map(|&row| f64::from(u8::from(segments[row] == "Womens E-Mail"))).collect(),
        even: rows.iter().map(|row| row % 2 == 0).collect(),
    }
}

impl Campaign {
    fn rows(&self, even: bool) -> Vec<usize> {
        (0..self.y.len()).filter(|&row| self.even[row] == even).collect()
    }

    fn at(values: &[f64], rows: &[usize]) -> Vec<f64> {
        rows.iter().map(|&row| values[row]).collect()
    }

    fn columns(&self, rows: &[usize]) -> Vec<(String, Vec<f64>)> {
        let columns = self.features.iter().map(|(name, taken)| match taken {
            Taken::Numbers(values) => (name.clone(), Self::at(values, rows)),
            Taken::Codes(_) => unreachable!("all columns are numbers"),
        });
        columns.collect()
    }
}

fn features(columns: &[(String, Vec<f64>)]) -> Vec<Feature<'_>> {
    columns.iter().map(|(name, values)| Feature::numbers(name, values)).collect()
}

#[test]
fn uplift_is_measured_like_scikit_uplift_does() {
    let Some(case) = expected("uplift_hillstrom") else { return };
    let campaign = campaign();
    let test = campaign.rows(false);
    assert_eq!(test.len() as f64, number(&case, "n_test"));
    let (y, t) = (Campaign::at(&campaign.y, &test), Campaign::at(&campaign.treated, &test));
    let columns = campaign.columns(&test);
    let [recency, history, womens] = [0, 1, 3].map(|at| &columns[at].1);
    let women: Vec<f64> = womens.iter().zip(history).map(|(w, h)| 1000.0 * w - 1e-4 * h).collect();
    let recent: Vec<f64> = recency.iter().map(|r| -r).collect();
    for (name, scores) in [
        ("metric_check_score_minus_recency", recent),
        ("metric_check_score_1000womens_minus_history_1e-4", women),
    ] {
        let want = &case["models"][name];
        let found = qini(&y, &t, &scores).unwrap();
        close("Qini", found.coefficient, number(want, "qini_auc"), 1e-6);
        near("area", found.area, number(want, "qini_area_over_random"), 1e-6);
        near("perfect area", found.perfect_area, number(want, "perfect_area_over_random"), 1e-6);
        close("uplift area", uplift_area(&y, &t, &scores).unwrap(), number(want, "uplift_auc"), 1e-6);
        for (share, key) in [(0.1, "uplift_at_10pct"), (0.3, "uplift_at_30pct")] {
            close(key, uplift_at(&y, &t, &scores, share).unwrap(), number(want, key), 1e-6);
        }
        let tiles = uplift_by_tile(&y, &t, &scores, 10).unwrap();
        for (have, want) in tiles.iter().zip(numbers(&want["decile_uplift"])) {
            close("decile", *have, want, 1e-6);
        }
    }
}

#[test]
fn uplift_models_order_hillstrom_as_well_as_the_reference() {
    let Some(case) = expected("uplift_hillstrom") else { return };
    let campaign = campaign();
    let (train, test) = (campaign.rows(true), campaign.rows(false));
    assert_eq!(train.len() as f64, number(&case, "n_train"));
    let (y, t) = (Campaign::at(&campaign.y, &train), Campaign::at(&campaign.treated, &train));
    let (train, tested) = (campaign.columns(&train), campaign.columns(&test));
    let learner = Learner::Logistic { ridge: 1.0 };
    let fit = two_models(&features(&train), &y, &t, &learner, &Silent).unwrap();
    let scores = fit.uplift(&features(&tested)).unwrap();
    let (y, t) = (Campaign::at(&campaign.y, &test), Campaign::at(&campaign.treated, &test));
    let want = &case["models"]["t_learner_logit"];
    close("Qini", qini(&y, &t, &scores).unwrap().coefficient, number(want, "qini_auc"), 2e-3);
    for (have, want) in scores.iter().zip(numbers(&want["first5"])) {
        close("uplift", *have, want, 2e-3);
    }
}
