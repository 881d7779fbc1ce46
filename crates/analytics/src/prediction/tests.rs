//! Small data of known answers.

use super::*;
use crate::random::Random;
use crate::{Error, Feature, MISSING, Silent};

/// x, z normal and independent; chance by −1 + 2x, z without effect.
struct Coin {
    x: Vec<f64>,
    z: Vec<f64>,
    y: Vec<f64>,
}

fn coin(rows: usize, seed: u64) -> Coin {
    let mut random = Random::new(seed);
    let x: Vec<f64> = (0..rows).map(|_| random.normal()).collect();
    let z: Vec<f64> = (0..rows).map(|_| random.normal()).collect();
    let y = x.iter().map(|x| f64::from(u8::from(random.uniform() < sigmoid(2.0 * x - 1.0)))).collect();
    Coin { x, z, y }
}

impl Coin {
    fn features(&self) -> [Feature<'_>; 2] {
        [Feature::numbers("x", &self.x), Feature::numbers("z", &self.z)]
    }
}

fn fit(features: &[Feature], y: &[f64]) -> Result<Logistic, Error> {
    logistic(features, y, None, &LogisticOptions::default(), &Silent)
}

#[test]
fn two_groups_have_the_odds_that_were_counted() {
    // 30 of 100 against 60 of 100: the log odds ratio and its error have closed forms.
    let x: Vec<f64> = (0..200).map(|row| f64::from(u8::from(row >= 100))).collect();
    let y: Vec<f64> =
        (0..200).map(|row| f64::from(u8::from(row % 100 < if row < 100 { 30 } else { 60 }))).collect();
    let found = fit(&[Feature::numbers("x", &x)], &y).unwrap();
    let slope = &found.coefficients[0];
    assert!((found.intercept.value - (30.0f64 / 70.0).ln()).abs() < 1e-9);
    assert!((slope.odds_ratio() - (60.0 / 40.0) / (30.0 / 70.0)).abs() < 1e-8);
    let error = (1.0 / 30.0 + 1.0 / 70.0 + 1.0 / 60.0 + 1.0 / 40.0f64).sqrt();
    assert!((slope.standard_error - error).abs() < 1e-9);
    assert!((found.intercept.standard_error - (1.0 / 30.0 + 1.0 / 70.0f64).sqrt()).abs() < 1e-9);
}

#[test]
fn a_weight_stands_for_rows_written_out() {
    // The same counts as above in four rows, with the closed form of the error.
    let (x, y) = ([0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 1.0, 0.0]);
    let counts = [30.0, 70.0, 60.0, 40.0];
    let features = [Feature::numbers("x", &x)];
    let found = logistic(&features, &y, Some(&counts), &LogisticOptions::default(), &Silent).unwrap();
    let error = counts.iter().map(|count| 1.0 / count).sum::<f64>().sqrt();
    assert!((found.coefficients[0].standard_error - error).abs() < 1e-9);
    let null = 90.0 * 0.45f64.ln() + 110.0 * 0.55f64.ln();
    assert!((found.null_log_likelihood - null).abs() < 1e-9);

    // And with an encoding, gaps and a ridge: every row as often as its weight says.
    let coin = coin(400, 11);
    let holed: Vec<f64> =
        coin.z.iter().enumerate().map(|(row, z)| if row % 9 == 0 { f64::NAN } else { *z }).collect();
    let weights: Vec<f64> = (0..400).map(|row| f64::from(row % 4 + 1)).collect();
    let often: Vec<usize> =
        (0..400).flat_map(|row| std::iter::repeat_n(row, weights[row] as usize)).collect();
    let written = |column: &[f64]| often.iter().map(|&row| column[row]).collect::<Vec<f64>>();
    let run = |x: &[f64], z: &[f64], y: &[f64], weights: Option<&[f64]>| {
        let features = [Feature::numbers("x", x), Feature::numbers("z", z)];
        let options = EncodingOptions { standardise: true, ..EncodingOptions::default() };
        let encoder = Encoder::fit(&features, None, weights, &options).unwrap();
        let design = encoder.transform(&features).unwrap();
        let options = LogisticOptions { ridge: 5.0, threads: 1 };
        logistic(&design.features(), y, weights, &options, &Silent).unwrap()
    };
    let weighted = run(&coin.x, &holed, &coin.y, Some(&weights));
    let repeated = run(&written(&coin.x), &written(&holed), &written(&coin.y), None);
    assert!((weighted.log_likelihood - repeated.log_likelihood).abs() < 1e-9);
    assert!((weighted.events_per_coefficient - repeated.events_per_coefficient).abs() < 1e-9);
    for (one, other) in weighted.coefficients.iter().zip(&repeated.coefficients) {
        assert!((one.value - other.value).abs() < 1e-10, "{}", one.name);
        assert!((one.standard_error - other.standard_error).abs() < 1e-10, "{}", one.name);
    }
}

#[test]
fn the_truth_is_found_and_units_do_not_matter() {
    let coin = coin(20_000, 1);
    let found = fit(&coin.features(), &coin.y).unwrap();
    assert!((found.coefficients[0].value - 2.0).abs() < 4.0 * found.coefficients[0].standard_error);
    assert!(found.coefficients[1].p > 0.001);
    let grams: Vec<f64> = coin.x.iter().map(|x| 1e6 + 1e3 * x).collect();
    let other = fit(&[Feature::numbers("x", &grams), Feature::numbers("z", &coin.z)], &coin.y).unwrap();
    assert!((other.log_likelihood - found.log_likelihood).abs() < 1e-6);
    assert!((1e3 * other.coefficients[0].value - found.coefficients[0].value).abs() < 1e-8);
    assert!((1e3 * other.coefficients[0].standard_error - found.coefficients[0].standard_error).abs() < 1e-8);
}

#[test]
fn threads_change_no_bit_of_a_regression() {
    let coin = coin(30_000, 2);
    let two = LogisticOptions { threads: 2, ..LogisticOptions::default() };
    assert_eq!(fit(&coin.features(), &coin.y), logistic(&coin.features(), &coin.y, None, &two, &Silent));
}

#[test]
fn a_ridge_pulls_coefficients_in_and_bears_repeats() {
    let coin = coin(500, 3);
    let [x, z] = coin.features();
    let ridge =
        |ridge| logistic(&[x, z, x], &coin.y, None, &LogisticOptions { ridge, threads: 1 }, &Silent).unwrap();
    let (weak, strong) = (ridge(1.0), ridge(100.0));
    assert!((weak.coefficients[0].value - weak.coefficients[2].value).abs() < 1e-6);
    assert!(strong.coefficients[0].value.abs() < weak.coefficients[0].value.abs());
}

#[test]
fn data_that_carry_no_regression_are_refused() {
    let coin = coin(200, 4);
    let [x, z] = coin.features();
    let ones = vec![1.0; 200];
    let sum: Vec<f64> = coin.x.iter().zip(&coin.z).map(|(x, z)| x - 2.0 * z + 3.0).collect();
    let named = |column: &str| column.to_owned();
    assert_eq!(fit(&[x], &ones), Err(Error::OneClass));
    assert_eq!(
        fit(&[x, Feature::numbers("ones", &ones)], &coin.y),
        Err(Error::Constant { column: named("ones") })
    );
    let collinear = fit(&[x, z, Feature::numbers("sum", &sum)], &coin.y);
    assert_eq!(collinear, Err(Error::Collinear { column: named("sum") }));
    let above: Vec<f64> = coin.x.iter().map(|x| f64::from(u8::from(*x > 0.3))).collect();
    assert_eq!(fit(&[x, z], &above), Err(Error::Separated { column: named("x") }));
    // Quasi-separated: whoever has the mark always has the outcome.
    let mark: Vec<f64> = coin.y.iter().zip(&coin.z).map(|(y, z)| if *z > 1.0 { *y } else { 0.0 }).collect();
    assert_eq!(
        fit(&[z, Feature::numbers("mark", &mark)], &coin.y),
        Err(Error::Separated { column: named("mark") })
    );
    // One row in a thousand is enough, beside a column that matters much and is not to blame.
    let coin = self::coin(1_000, 12);
    let single: Vec<f64> = (0..1_000).map(|row| f64::from(u8::from(row == 500))).collect();
    let features = [Feature::numbers("x", &coin.x), Feature::numbers("single", &single)];
    assert_eq!(fit(&features, &coin.y), Err(Error::Separated { column: named("single") }));
    assert!(matches!(fit(&[x], &[0.0, 1.0]), Err(Error::Length { .. })));
    assert!(matches!(fit(&[], &[]), Err(Error::Empty)));
    let mut huge = coin.x.clone();
    huge[7] = 1e300;
    assert!(matches!(fit(&[Feature::numbers("x", &huge)], &coin.y), Err(Error::Value { row: 7, .. })));
    let few = fit(&[Feature::numbers("x", &[1.0, 2.0])], &[0.0, 1.0]);
    assert!(matches!(few, Err(Error::TooFew { .. })));
}

#[test]
fn boosting_finds_a_step_a_category_and_gaps() {
    let mut random = Random::new(5);
    let n = 2_000;
    let mut x: Vec<f64> = (0..n).map(|_| random.below(200) as f64 / 200.0).collect();
    let codes: Vec<u32> = (0..n).map(|_| random.below(6) as u32).collect();
    let mut score: Vec<f64> = (0..n)
        .map(
            |row| if x[row] > 0.5 { 3.0 } else { 0.0 } + if [1, 4].contains(&codes[row]) { 5.0 } else { 0.0 },
        )
        .collect();
    for row in (0..n).step_by(10) {
        x[row] = f64::NAN;
        score[row] = -4.0;
    }
    let names = ["a", "b", "c", "d", "e", "f"];
    let features = [Feature::numbers("x", &x), Feature::categories("kind", &codes, &names)];
    let options =
        BoostOptions { loss: Loss::Squared, trees: 60, learning_rate: 0.3, ..BoostOptions::default() };
    let found = boost(&features, &score, None, &options, &Silent).unwrap();
    let wrong =
        found.predict(&features).unwrap().iter().zip(&score).filter(|(a, b)| (*a - *b).abs() > 0.05).count();
    assert_eq!(wrong, 0);
    assert!(found.losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12));
    // Unknown kinds are taken like gaps, without an error.
    let new = [Feature::numbers("x", &[0.9]), Feature::categories("kind", &[MISSING], &names)];
    assert!(found.predict(&new).unwrap()[0].is_finite());
}

#[test]
fn boosting_repeats_on_any_number_of_threads() {
    let coin = coin(250_000, 6);
    let options = BoostOptions { trees: 3, row_share: 0.8, column_share: 1.0, ..BoostOptions::default() };
    let one = boost(&coin.features(), &coin.y, None, &options, &Silent).unwrap();
    let two =
        boost(&coin.features(), &coin.y, None, &BoostOptions { threads: 2, ..options }, &Silent).unwrap();
    assert_eq!(one, two);
}

#[test]
fn rows_outside_a_drawn_tree_are_scored_by_its_questions() {
    let coin = coin(3_000, 7);
    let options = BoostOptions { trees: 1, row_share: 0.5, learning_rate: 1.0, ..BoostOptions::default() };
    let found = boost(&coin.features(), &coin.y, None, &options, &Silent).unwrap();
    let chances = found.predict(&coin.features()).unwrap();
    assert!((found.losses[0] - metrics::log_loss(&coin.y, &chances, None).unwrap()).abs() < 1e-9);
}

#[test]
fn contributions_are_shapley_values() {
    // Against the definition: the mean over all orders of what knowing a column adds, unknown columns averaged
    // over both ways of the tree by the rows that went there.
    let coin = coin(1_500, 8);
    let code: Vec<u32> = coin.z.iter().map(|z| u32::from(*z > 0.0) + u32::from(*z > 1.0)).collect();
    let [x, z] = coin.features();
    let features = [x, z, Feature::categories("kind", &code, &["low", "mid", "high"])];
    let options = BoostOptions { trees: 4, learning_rate: 0.5, ..BoostOptions::default() };
    let found = boost(&features, &coin.y, None, &options, &Silent).unwrap();
    let scores = found.scores(&features).unwrap();
    for (row, score) in scores.iter().enumerate().take(20) {
        let (parts, base) = found.contributions(&features, row).unwrap();
        assert!((base + parts.iter().sum::<f64>() - score).abs() < 1e-9);
        let worth = |known: usize| found.expected_score(&features, row, &|column| known & (1 << column) != 0);
        for (column, part) in parts.iter().enumerate() {
            let bit = 1 << column;
            let gain = |set: usize| worth(set | bit) - worth(set);
            let others: Vec<usize> = (0..8).filter(|set| set & bit == 0).collect();
            let weight = [1.0 / 3.0, 1.0 / 6.0, 1.0 / 3.0];
            let shapley: f64 = others.iter().map(|set| weight[set.count_ones() as usize] * gain(*set)).sum();
            assert!((part - shapley).abs() < 1e-9, "{part} is not {shapley}");
        }
    }
}

#[test]
fn what_cannot_be_boosted_is_refused() {
    let coin = coin(100, 9);
    let ones = vec![1.0; 100];
    let run = |features: &[Feature], y: &[f64]| boost(features, y, None, &BoostOptions::default(), &Silent);
    assert_eq!(run(&coin.features(), &ones).unwrap_err(), Error::OneClass);
    assert!(matches!(run(&[Feature::numbers("ones", &ones)], &coin.y), Err(Error::Constant { .. })));
    let few = run(&[Feature::numbers("x", &coin.x[..30])], &coin.y[..30]);
    assert!(matches!(few, Err(Error::TooFew { .. })));
    let stop = |_: f64| false;
    assert_eq!(
        boost(&coin.features(), &coin.y, None, &BoostOptions::default(), &stop).unwrap_err(),
        Error::Stopped
    );
}

#[test]
fn measures_by_hand() {
    let y = [1.0, 0.0, 1.0, 0.0];
    let p = [0.9, 0.6, 0.6, 0.2];
    // Pairs: 0.9 beats both, 0.6 ties one and beats one.
    assert_eq!(metrics::auc(&y, &p, None).unwrap(), 3.5 / 4.0);
    assert_eq!(metrics::ks(&y, &p, None).unwrap(), 0.5);
    assert!((metrics::average_precision(&y, &p, None).unwrap() - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
    assert!((metrics::brier(&y, &p, None).unwrap() - (0.01 + 0.36 + 0.16 + 0.04) / 4.0).abs() < 1e-12);
    assert_eq!(metrics::lift(&y, &p, None, 0.25).unwrap(), 2.0);
    assert_eq!(metrics::auc(&[1.0, 1.0], &[0.1, 0.2], None).unwrap_err(), Error::OneClass);
    let gains = metrics::gains(&y, &p, None, 4).unwrap();
    assert_eq!(gains[0], metrics::Gain { rows: 0.25, events: 0.5, lift: 2.0 });
    assert_eq!(gains[3].events, 1.0);
}

#[test]
fn isotonic_steps_pool_what_falls() {
    let line = Isotonic::fit(&[0.0, 1.0, 0.0, 1.0], &[1.0, 2.0, 3.0, 4.0], None).unwrap();
    assert_eq!(line.chance(0.0), 0.0);
    assert_eq!(line.chance(2.0), 0.5);
    assert_eq!(line.chance(3.5), 0.75);
    assert_eq!(line.chance(9.0), 1.0);
    let tied = Isotonic::fit(&[0.0, 1.0, 1.0], &[1.0, 1.0, 2.0], None).unwrap();
    assert_eq!((tied.chance(1.0), tied.chance(2.0)), (0.5, 1.0));
}

#[test]
fn encodings_carry_to_new_rows() {
    let codes = [0, 1, 1, MISSING, 2];
    let numbers = [1.0, f64::NAN, 3.0, 5.0, 7.0];
    let names = ["web", "shop", "fair"];
    let features = [Feature::numbers("spend", &numbers), Feature::categories("channel", &codes, &names)];
    let options = EncodingOptions { rare: 2, ..EncodingOptions::default() };
    let encoder = Encoder::fit(&features, None, None, &options).unwrap();
    assert_eq!(encoder.names, ["spend", "spend is missing", "channel_shop", "channel_other"]);
    let design = encoder.transform(&features).unwrap();
    assert_eq!(design.columns[0], [1.0, 4.0, 3.0, 5.0, 7.0]);
    assert_eq!(design.columns[1], [0.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(design.columns[2], [0.0, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(design.columns[3], [1.0, 0.0, 0.0, 1.0, 1.0]);
    let mean = EncodingOptions { levels: Levels::MeanOutcome { rows: 1.0 }, ..EncodingOptions::default() };
    let y = [1.0, 0.0, 1.0, 1.0, 0.0];
    let encoder = Encoder::fit(&features, Some(&y), None, &mean).unwrap();
    let column = &encoder.transform(&features).unwrap().columns[2];
    assert_eq!(column[1], (1.0 + 0.6) / 3.0);
    assert_eq!(column[3], 0.6);
    let refuse = EncodingOptions { gaps: Gaps::Refuse, ..EncodingOptions::default() };
    assert!(matches!(Encoder::fit(&features, None, None, &refuse), Err(Error::Value { row: 1, .. })));
}

#[test]
fn folds_test_each_row_once_and_time_never_looks_ahead() {
    let coin = coin(103, 10);
    let made = folds(&coin.y, 4, 1).unwrap();
    let mut tested: Vec<usize> = made.iter().flat_map(|fold| fold.test.clone()).collect();
    tested.sort_unstable();
    assert_eq!(tested, (0..103).collect::<Vec<_>>());
    assert!(made.iter().all(|fold| fold.train.len() + fold.test.len() == 103));
    let times: Vec<f64> = (0..100).map(|row| f64::from(row * 37 % 100)).collect();
    for fold in time_folds(&times, 4).unwrap() {
        let latest = fold.train.iter().map(|&row| times[row]).fold(f64::MIN, f64::max);
        assert!(fold.test.iter().all(|&row| times[row] > latest));
    }
    assert_eq!(HoldOut::LastShare(0.2).split(10).unwrap().test, [8, 9]);
    assert_eq!(HoldOut::EveryNth { n: 5, remainder: 0 }.split(11).unwrap().test, [0, 5, 10]);
    assert_eq!(HoldOut::After { times: &[1.0, 5.0, 3.0], time: 2.0 }.split(3).unwrap().test, [1, 2]);
    assert!(HoldOut::After { times: &[1.0], time: 2.0 }.split(1).is_err());
}

#[test]
fn cross_validation_measures_on_unseen_rows() {
    let coin = coin(600, 11);
    let pick = |values: &[f64], rows: &[usize]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let run = |fold: &Fold| {
        let (train, test) = (pick(&coin.x, &fold.train), pick(&coin.x, &fold.test));
        fit(&[Feature::numbers("x", &train)], &pick(&coin.y, &fold.train))?.chances(&[&test])
    };
    let found = cross_validate(&coin.y, None, &folds(&coin.y, 5, 1).unwrap(), run, &Silent).unwrap();
    let (auc, deviation) = found.mean(|report| report.auc);
    assert!(auc > 0.8 && deviation < 0.1 && found.pooled.rows == 600);
}

#[test]
fn importance_reasons_drift_and_card_tell_the_story() {
    let coin = coin(2_000, 12);
    let found = boost(&coin.features(), &coin.y, None, &BoostOptions::default(), &Silent).unwrap();
    let predict = |features: &[Feature]| found.predict(features);
    let importance = permutation_importance(
        &coin.features(),
        predict,
        |own| metrics::auc(&coin.y, own, None),
        3,
        1,
        &Silent,
    )
    .unwrap();
    assert_eq!(importance[0].name, "x");
    assert!(importance[0].mean > 0.2 && importance[1].mean < 0.05);

    let high = (0..2_000).max_by(|&a, &b| coin.x[a].total_cmp(&coin.x[b])).unwrap();
    let (parts, base) = found.contributions(&coin.features(), high).unwrap();
    let why = reasons(&coin.features(), high, (&parts, base), 3, Subject::Chance, sigmoid);
    assert!(why[0].words.starts_with("x is ") && why[0].words.contains(": raises the chance by "));
    assert!(why[0].points > 0.3);

    let moved: Vec<f64> = coin.x.iter().map(|x| x + 1.0).collect();
    let now = [Feature::numbers("x", &moved), Feature::numbers("z", &coin.z)];
    let changes = drift(&coin.features(), &now).unwrap();
    assert_eq!((changes[0].level, changes[1].level), (DriftLevel::Moved, DriftLevel::Stable));
    assert!(changes[0].p < 1e-10 && changes[1].p == 1.0 && changes[1].distance == Some(0.0));

    let card = ModelCard {
        outcome: "heads".to_owned(),
        method: "boosting".to_owned(),
        rows: "2,000 throws".to_owned(),
        held_out: metrics::report(&coin.y, &found.predict(&coin.features()).unwrap(), None).unwrap(),
        importance,
        notes: vec!["Made up.".to_owned()],
    };
    let page = card.markdown();
    assert!(page.starts_with("# Chance of: heads") && page.contains("| x | ") && page.contains("- Made up."));
}

#[test]
fn measures_count_a_weight_of_two_as_the_row_twice_and_of_zero_as_none() {
    let mut random = Random::new(5);
    let chance: Vec<f64> = (0..60).map(|_| (random.uniform() * 20.0).floor() / 20.0).collect();
    let y: Vec<f64> = chance.iter().map(|p| f64::from(u8::from(random.uniform() < *p))).collect();
    let weights: Vec<f64> = (0..60).map(|row| f64::from(row % 3)).collect();
    let repeated: Vec<usize> = (0..60).flat_map(|row| vec![row; row % 3]).collect();
    let take = |values: &[f64]| repeated.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let have = metrics::report(&y, &chance, Some(&weights)).unwrap();
    let want = metrics::report(&take(&y), &take(&chance), None).unwrap();
    assert_eq!((have.rows, have.weight, want.weight), (60, 60.0, 60.0));
    let all = |found: &metrics::Report| {
        let own = [found.auc, found.ks, found.average_precision, found.brier, found.log_loss, found.lift_10];
        let more = [found.lift_20, found.calibration_error, found.mean_chance];
        own.into_iter().chain(more).chain(found.decile_rates.clone()).collect::<Vec<f64>>()
    };
    for (have, want) in all(&have).iter().zip(all(&want)) {
        assert!((have - want).abs() < 1e-12, "{have}, not {want}");
    }
    let line = Isotonic::fit(&take(&y), &take(&chance), None).unwrap();
    let counted: Vec<usize> = (0..60).filter(|row| row % 3 > 0).collect();
    let own = |values: &[f64]| counted.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let weighed = Isotonic::fit(&own(&y), &own(&chance), Some(&own(&weights))).unwrap();
    assert!(
        (0..20)
            .all(|p| (line.chance(0.05 * f64::from(p)) - weighed.chance(0.05 * f64::from(p))).abs() < 1e-12)
    );
    let none = metrics::auc(&[0.0, 1.0, 1.0], &[0.1, 0.2, 0.3], Some(&[1.0, 0.0, 0.0]));
    assert_eq!(none, Err(Error::OneClass));
}
