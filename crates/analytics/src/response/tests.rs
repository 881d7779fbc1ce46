//! Textbook cases, and effects that were put into the data.

use super::*;
use crate::prediction::{BoostOptions, HoldOut};
use crate::random::Random;
use crate::{Error, Feature, Silent};

fn near(actual: f64, expected: f64, distance: f64) {
    assert!((actual - expected).abs() <= distance, "{actual} is not {expected}");
}

#[test]
fn the_lady_tasting_tea() {
    // Fisher 1935: 3 of 4 against 1 of 4.
    let found = compare_rates(
        Counts { successes: 3, rows: 4 },
        Counts { successes: 1, rows: 4 },
        &Question::default(),
    )
    .unwrap();
    near(found.fisher_p, 34.0 / 70.0, 1e-12);
    assert_eq!(found.odds_ratio, 9.0);
    near(found.chi2, 2.0, 1e-12);
    near(found.chi2_yates, 0.5, 1e-12);
}

#[test]
fn newcombe_s_own_example() {
    // Newcombe 1998, table II, case (a): 56/70 − 48/80 = 0.2, method 10: 0.0524 to 0.3339.
    let found = compare_rates(
        Counts { successes: 56, rows: 70 },
        Counts { successes: 48, rows: 80 },
        &Question::default(),
    )
    .unwrap();
    near(found.newcombe.0, 0.0524, 5e-5);
    near(found.newcombe.1, 0.3339, 5e-5);
    near(found.wald.0, 0.0575, 5e-5);
}

#[test]
fn rates_that_say_nothing_are_refused() {
    let none = Counts { successes: 0, rows: 10 };
    assert_eq!(compare_rates(none, none, &Question::default()).unwrap_err(), Error::OneClass);
    assert_eq!(
        compare_rates(Counts { successes: 0, rows: 0 }, none, &Question::default()).unwrap_err(),
        Error::Empty
    );
    assert!(compare_rates(Counts { successes: 11, rows: 10 }, none, &Question::default()).is_err());
    assert!(compare_means(&[1.0, 1.0], &[1.0, 1.0], &Question::default()).is_err());
    assert!(compare_means(&[1.0], &[1.0, 2.0], &Question::default()).is_err());
    assert!(compare_ranks(&[1.0], &[1.0], &Question::default()).is_err());
}

#[test]
fn welch_by_hand() {
    // Means 3 and 6, variances 2.5 and 10, five rows each: t = −3 / √2.5, df = 2.5² / (0.25/4 + 4/4).
    let found =
        compare_means(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 4.0, 6.0, 8.0, 10.0], &Question::default()).unwrap();
    near(found.t, -3.0 / 2.5f64.sqrt(), 1e-12);
    near(found.df, 6.25 / 1.0625, 1e-12);
    near(found.p, 0.107_531_2, 1e-6);
    assert!(found.interval.0 < -3.0 && found.interval.1 > 0.0);
}

#[test]
fn ranks_by_hand() {
    // Treated {1, 4}, control {2, 3, 4}: wins 0 + (2 + ½) of 6.
    let found = compare_ranks(&[1.0, 4.0], &[2.0, 3.0, 4.0], &Question::default()).unwrap();
    near(found.u, 2.5, 0.0);
    near(found.superiority, 2.5 / 6.0, 1e-15);
    assert_eq!(found.p, 1.0);
}

#[test]
fn more_rows_find_smaller_changes() {
    near(
        rows_for_rates(0.1, 0.12, &Design { alpha: 0.05, power: 0.8, ..Design::default() }).unwrap(),
        3_840.847,
        1e-3,
    );
    near(
        rows_for_rates_arcsine(0.1, 0.12, &Design { alpha: 0.05, power: 0.8, ..Design::default() }).unwrap(),
        3_834.596,
        1e-3,
    );
    near(
        power_for_rates(0.1, 0.12, &Design { alpha: 0.05, ..Design::default() }, 3_840.847).unwrap(),
        0.8,
        1e-6,
    );
    // Half a standard deviation: 2 (1.96 + 0.8416)² / 0.25.
    near(
        rows_for_means(0.5, 1.0, &Design { alpha: 0.05, power: 0.8, ..Design::default() }).unwrap(),
        62.79,
        0.01,
    );
    assert!(rows_for_rates(0.1, 0.1, &Design { alpha: 0.05, power: 0.8, ..Design::default() }).is_err());
}

#[test]
fn many_tests_are_adjusted() {
    // Benjamini and Hochberg's adjusted values by hand.
    let p = [0.01, 0.04, 0.03, 0.5];
    assert_eq!(adjust(&p, Adjustment::Bonferroni).unwrap(), [0.04, 0.16, 0.12, 1.0]);
    let holm = adjust(&p, Adjustment::Holm).unwrap();
    [0.04, 0.09, 0.09, 0.5].iter().zip(&holm).for_each(|(want, have)| near(*have, *want, 1e-12));
    let bh = adjust(&p, Adjustment::BenjaminiHochberg).unwrap();
    [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5].iter().zip(&bh).for_each(|(want, have)| near(*have, *want, 1e-12));
    let by = adjust(&p, Adjustment::BenjaminiYekutieli).unwrap();
    near(by[0], 0.04 * 25.0 / 12.0, 1e-12);
}

#[test]
fn a_broken_split_shows() {
    assert!(split_test(&[5_000, 5_000], &[]).unwrap().p > 0.99);
    assert!(split_test(&[5_300, 4_700], &[]).unwrap().p < 1e-6);
    assert!(split_test(&[9_000, 1_000], &[0.9, 0.1]).unwrap().p > 0.99);
}

#[test]
fn even_groups_beat_each_other_half_the_time() {
    let half = Counts { successes: 40, rows: 100 };
    near(chance_to_beat(half, half).unwrap(), 0.5, 1e-9);
    let none = Counts { successes: 0, rows: 0 };
    // P(B > A) with A even and B ~ Beta(2, 1) is 2/3.
    near(chance_to_beat(none, Counts { successes: 1, rows: 1 }).unwrap(), 2.0 / 3.0, 1e-12);
}

#[test]
fn watched_p_values_never_rise_and_seldom_lie() {
    let mut random = Random::new(1);
    let mut false_alarms = 0;
    for _ in 0..400 {
        let mut sum = 0.0;
        let looks: Vec<Look> = (1..=200)
            .map(|look| {
                sum += random.normal();
                let n = f64::from(look);
                Look { difference: sum / n, variance: 1.0 / n }
            })
            .collect();
        let verdicts = always_valid(&looks, 0.2, 0.95).unwrap();
        assert!(verdicts.windows(2).all(|pair| pair[1].p <= pair[0].p));
        false_alarms += usize::from(verdicts[199].p < 0.05);
    }
    assert!(false_alarms < 20, "{false_alarms} of 400");
    let found = always_valid(&[Look { difference: 1.0, variance: 0.01 }], 0.5, 0.95).unwrap();
    assert!(found[0].p < 1e-10 && found[0].interval.0 > 0.5);
}

#[test]
fn boundaries_of_planned_looks_meet_the_tables() {
    // Jennison and Turnbull 2000: O'Brien–Fleming type spending, five even looks; one look is the plain test.
    let plan =
        |shares, spending| LookPlan { shares, alpha: 0.05, alternative: Alternative::TwoSided, spending };
    let shares = [0.2, 0.4, 0.6, 0.8, 1.0];
    let found = plan(&shares, Spending::OBrienFleming).looks().unwrap();
    for (have, want) in found.iter().zip([4.877, 3.357, 2.680, 2.290, 2.031]) {
        near(have.z, want, 2e-3);
    }
    near(found[4].spent, 0.05, 1e-12);
    near(found[4].p, 2.0 * crate::special::normal_sf(found[4].z), 1e-15);
    let pocock = plan(&shares, Spending::Pocock).looks().unwrap();
    for (have, want) in pocock.iter().zip([2.438, 2.427, 2.410, 2.397, 2.386]) {
        near(have.z, want, 2e-3);
    }
    near(plan(&[1.0], Spending::Pocock).looks().unwrap()[0].z, 1.959_964, 1e-5);
    near(plan(&[1.0], Spending::Pocock).inflation(0.8).unwrap(), 1.0, 1e-3);
    assert!(plan(&[0.5, 0.5], Spending::Pocock).looks().is_err());
    assert!(plan(&[], Spending::Pocock).looks().is_err());
}

#[test]
fn looks_in_one_direction_spend_all_of_the_error_there() {
    // Two looks, alpha 0.025 on one side are as good as 0.05 on both; by SciPy's multivariate normal.
    let one =
        |shares, spending, alpha| LookPlan { shares, alpha, alternative: Alternative::Higher, spending };
    let found = one(&[0.5, 1.0], Spending::OBrienFleming, 0.025).looks().unwrap();
    near(found[0].z, 2.962_588, 1e-5);
    near(found[1].z, 1.968_599, 1e-4);
    near(one(&[0.5, 1.0], Spending::OBrienFleming, 0.025).inflation(0.8).unwrap(), 1.003_725, 1e-5);
    near(one(&[1.0], Spending::Pocock, 0.05).looks().unwrap()[0].z, 1.644_854, 1e-5);
    near(found[0].p, crate::special::normal_sf(found[0].z), 1e-15);
}

/// An offer that works for x > 0.5 only, drawn by lot.
struct Campaign {
    x: Vec<f64>,
    noise: Vec<f64>,
    kind: Vec<u32>,
    treated: Vec<f64>,
    y: Vec<f64>,
}

fn campaign(rows: usize) -> Campaign {
    let mut random = Random::new(8);
    let x: Vec<f64> = (0..rows).map(|_| random.uniform()).collect();
    let noise: Vec<f64> = (0..rows).map(|_| random.normal()).collect();
    let kind: Vec<u32> =
        x.iter().map(|x| u32::from(*x > 0.5) * 2 + u32::from(random.uniform() < 0.5)).collect();
    let treated: Vec<f64> = (0..rows).map(|_| f64::from(u8::from(random.uniform() < 0.5))).collect();
    let chance = |row: usize| 0.2 + if x[row] > 0.5 { 0.3 * treated[row] } else { 0.0 };
    let y = (0..rows).map(|row| f64::from(u8::from(random.uniform() < chance(row)))).collect();
    Campaign { x, noise, kind, treated, y }
}

impl Campaign {
    fn features(&self) -> [Feature<'_>; 2] {
        [Feature::numbers("x", &self.x), Feature::numbers("noise", &self.noise)]
    }

    /// Mean score above and below the border.
    fn means(&self, scores: &[f64]) -> (f64, f64) {
        let mean = |above: bool| {
            let own: Vec<f64> =
                (0..scores.len()).filter(|&r| (self.x[r] > 0.5) == above).map(|r| scores[r]).collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        (mean(true), mean(false))
    }
}

#[test]
fn every_uplift_model_finds_whom_the_offer_moves() {
    let campaign = campaign(8_000);
    let features = campaign.features();
    let boosted = Learner::Boosted(BoostOptions { trees: 30, ..BoostOptions::default() });
    let options = BoostOptions { trees: 40, min_rows: 200, ..BoostOptions::default() };
    let tree = uplift_tree(&features, &campaign.y, &campaign.treated, &UpliftTreeOptions::default(), &Silent)
        .unwrap();
    let Some((crate::trees::Split::Number { feature: 0, border, .. }, _, _)) = &tree.nodes[0].split else {
        panic!("{:?}", tree.nodes[0])
    };
    near(*border, 0.5, 0.03);
    for scores in [
        two_models(&features, &campaign.y, &campaign.treated, &boosted, &Silent).unwrap().uplift(&features),
        transformed_outcome(&features, &campaign.y, &campaign.treated, &options, &Silent)
            .unwrap()
            .uplift(&features),
        tree.uplift(&features),
    ] {
        let scores = scores.unwrap();
        let (above, below) = campaign.means(&scores);
        near(above, 0.3, 0.08);
        near(below, 0.0, 0.08);
        let found = qini(&campaign.y, &campaign.treated, &scores).unwrap();
        assert!(found.coefficient > 0.1, "{}", found.coefficient);
        assert!(uplift_at(&campaign.y, &campaign.treated, &scores, 0.3).unwrap() > 0.2);
    }
}

#[test]
fn an_uplift_tree_of_amounts_finds_where_the_money_comes_from() {
    // As many buy with the offer as without; above 0.5 they spend 40 more when they do.
    let mut campaign = campaign(8_000);
    for row in 0..campaign.y.len() {
        let more = if campaign.x[row] > 0.5 { 40.0 * campaign.treated[row] } else { 0.0 };
        campaign.y[row] = (100.0 + more + 20.0 * campaign.noise[row]) * f64::from(u8::from(row % 3 == 0));
    }
    let features = campaign.features();
    let options = UpliftTreeOptions { divergence: Divergence::Means, ..UpliftTreeOptions::default() };
    let grow = |options| uplift_tree(&features, &campaign.y, &campaign.treated, options, &Silent);
    let tree = grow(&options).unwrap();
    let Some((crate::trees::Split::Number { feature: 0, border, .. }, _, _)) = &tree.nodes[0].split else {
        panic!("{:?}", tree.nodes[0])
    };
    near(*border, 0.5, 0.05);
    let (above, below) = campaign.means(&tree.uplift(&features).unwrap());
    near(above, 40.0 / 3.0, 3.0);
    near(below, 0.0, 3.0);
    assert!(matches!(grow(&UpliftTreeOptions::default()), Err(Error::Value { .. })));
}

#[test]
fn an_uplift_tree_parts_categories_and_every_divergence_agrees() {
    let campaign = campaign(8_000);
    let features = [Feature::categories("kind", &campaign.kind, &["a", "b", "c", "d"])];
    for divergence in [Divergence::Euclidean, Divergence::KullbackLeibler, Divergence::ChiSquared] {
        let options = UpliftTreeOptions { divergence, max_depth: 1, ..UpliftTreeOptions::default() };
        let tree = uplift_tree(&features, &campaign.y, &campaign.treated, &options, &Silent).unwrap();
        let Some((crate::trees::Split::Category { left, .. }, _, _)) = &tree.nodes[0].split else { panic!() };
        assert_eq!(left, &[0, 1]);
    }
}

#[test]
fn qini_of_a_perfect_order_is_one() {
    let y = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
    let t = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let best = [1.0, 0.0, 1.0, 0.0, -1.0, 0.0];
    near(qini(&y, &t, &best).unwrap().coefficient, 1.0, 1e-12);
    near(qini(&y, &t, &[0.0; 6]).unwrap().area, 0.0, 1e-12);
    near(uplift_at(&y, &t, &best, 1.0).unwrap(), 2.0 / 3.0 - 1.0 / 3.0, 1e-12);
    assert_eq!(qini(&y, &[1.0; 6], &best).unwrap_err(), Error::OneClass);
}

#[test]
fn propensity_measures_on_the_rows_held_back() {
    let campaign = campaign(4_000);
    let features = [campaign.features()[0], Feature::numbers("treated", &campaign.treated)];
    let fold = HoldOut::LastShare(0.25).split(4_000).unwrap();
    for learner in [Learner::Logistic { ridge: 1.0 }, Learner::Boosted(BoostOptions::default())] {
        let found = propensity(&features, &campaign.y, &fold, &learner, &Silent).unwrap();
        assert_eq!(found.report.rows, 1_000);
        assert!(found.report.auc > 0.55);
    }
    let (asked, least, profit) = best_cut(&[0.5, 0.1, 0.3], Offer { cost: 1.0, value: 4.0 }).unwrap();
    assert_eq!((asked, least), (2, 0.3));
    near(profit, 1.0 + 0.2, 1e-12);
}

#[test]
fn one_sided_tests_count_one_tail() {
    let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 4.0, 6.0, 8.0, 10.0]);
    let asked = |alternative| Question { alternative, ..Question::default() };
    let (two, less) = (Question::default(), asked(Alternative::Lower));
    let p = |question: &Question| compare_means(&a, &b, question).unwrap().p;
    assert!((p(&less) - 0.5 * p(&two)).abs() < 1e-15);
    assert!((p(&asked(Alternative::Higher)) - (1.0 - 0.5 * p(&two))).abs() < 1e-15);
    // Pooled variance (2.5 + 10) / 2 = 6.25, t = −3 / √(6.25 · 2 / 5), 8 degrees of freedom.
    let student = Question { equal_variances: true, ..two };
    let found = compare_means(&a, &b, &student).unwrap();
    assert!((found.t + 3.0 / 2.5f64.sqrt()).abs() < 1e-12 && found.df == 8.0);
    // 3 of 4 against 1 of 4: as many or more successes in 16 + 1 of 70 tables.
    let (treated, control) = (Counts { successes: 3, rows: 4 }, Counts { successes: 1, rows: 4 });
    let higher = compare_rates(treated, control, &asked(Alternative::Higher)).unwrap();
    assert!((higher.fisher_p - 17.0 / 70.0).abs() < 1e-12);
    assert!((higher.p - 0.5 * compare_rates(treated, control, &two).unwrap().p).abs() < 1e-15);
    // U = 0 of 6 pairs, mean 3, variance 3: (0 − 3 + 0.5) / √3.
    let ranks = compare_ranks(&[1.0, 2.0], &[3.0, 4.0, 5.0], &less).unwrap();
    assert!((ranks.z + 2.5 / 3f64.sqrt()).abs() < 1e-12 && ranks.p < 0.1);
}

#[test]
fn several_groups_are_tested_at_once() {
    let two = [Counts { successes: 56, rows: 70 }, Counts { successes: 48, rows: 80 }];
    let both = overall_rates(&two).unwrap();
    let pair = compare_rates(two[0], two[1], &Question::default()).unwrap();
    assert!((both.statistic - pair.chi2).abs() < 1e-9 && both.df == 1.0);
    let groups = [vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![2.0, 4.0, 6.0, 8.0, 10.0]];
    for equal_variances in [true, false] {
        let question = Question { equal_variances, ..Question::default() };
        let (pair, all) = (
            compare_means(&groups[0], &groups[1], &question).unwrap(),
            overall_means(&groups, equal_variances).unwrap(),
        );
        assert!((all.statistic - pair.t * pair.t).abs() < 1e-9);
        assert!((all.df_within.unwrap() - pair.df).abs() < 1e-9 && (all.p - pair.p).abs() < 1e-12);
    }
    // Ranks 1 to 6 in three pairs: sums 3, 7, 11; H = 12 / 42 · (9 + 49 + 121) / 2 − 21.
    let found = overall_ranks(&[vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0, 6.0]]).unwrap();
    assert!((found.statistic - (12.0 / 42.0 * 89.5 - 21.0)).abs() < 1e-12);
    assert!(matches!(overall_ranks(&[vec![1.0], vec![1.0]]), Err(Error::Constant { .. })));
    assert!(overall_means(&groups[..1], true).is_err());
}

#[test]
fn uplift_of_amounts_is_learnt_by_lines() {
    // An offer adds 3 to all and 2 for each x.
    let mut random = Random::new(4);
    let x: Vec<f64> = (0..400).map(|_| random.normal()).collect();
    let treated: Vec<f64> = (0..400).map(|row| f64::from(row % 2)).collect();
    let y: Vec<f64> = x.iter().zip(&treated).map(|(x, t)| 10.0 + x + t * (3.0 + 2.0 * x)).collect();
    let features = [Feature::numbers("x", &x)];
    let line = Learner::Linear { ridge: 0.0 };
    let found = two_models(&features, &y, &treated, &line, &Silent).unwrap().uplift(&features).unwrap();
    assert!(found.iter().zip(&x).all(|(effect, x)| (effect - 3.0 - 2.0 * x).abs() < 1e-9));
    let found = one_model(&features, &y, &treated, &line, &Silent).unwrap().uplift(&features).unwrap();
    assert!(found.iter().all(|effect| (effect - found[0]).abs() < 1e-9));
    let area = uplift_area(&y, &treated, &x).unwrap();
    assert!(area > 0.0 && area < 1.0);
}

#[test]
fn sample_sizes_know_sides_ratios_and_student() {
    // R: power.t.test(delta = 0.5, sd = 1, power = 0.8, strict = TRUE), alone and alternative = "one.sided".
    let plain = Design::default();
    near(rows_for_means_by_t(0.5, 1.0, &plain).unwrap(), 63.765_610_17, 1e-5);
    near(power_for_means(0.5, 1.0, &plain, 63.765_610_17).unwrap(), 0.8, 1e-8);
    let one = Design { alternative: Alternative::Higher, ..plain };
    near(rows_for_means_by_t(0.5, 1.0, &one).unwrap(), 50.150_79, 1e-4);
    // One-sided z is 1.644854 + 0.841621, its square 6.182557, twice that over 0.25.
    near(rows_for_means(0.5, 1.0, &one).unwrap(), 49.460, 1e-3);
    // Two of the control for each treated: three quarters of the treated.
    let more = Design { ratio: 2.0, ..plain };
    near(rows_for_means(0.5, 1.0, &more).unwrap(), 0.75 * rows_for_means(0.5, 1.0, &plain).unwrap(), 1e-9);
    let rows = rows_for_rates(0.1, 0.12, &more).unwrap();
    // The wrong direction is found once in a million.
    near(power_for_rates(0.1, 0.12, &more, rows).unwrap(), 0.8, 1e-5);
    assert!(rows_for_means(0.5, 1.0, &Design { ratio: 0.0, ..plain }).is_err());
}
