//! Losses on small data of known answers.

use super::*;
use crate::prediction::{ClassMeasures, class_report, number_report};
use crate::random::Random;
use crate::{Error, Feature, Silent};

fn options(loss: Loss) -> BoostOptions {
    BoostOptions { loss, trees: 60, learning_rate: 0.2, ..BoostOptions::default() }
}

fn fit(features: &[Feature], y: &[f64], loss: Loss) -> Result<Boosted, Error> {
    boost(features, y, None, &options(loss), &Silent)
}

#[test]
fn the_middle_of_each_part_is_found_among_outliers() {
    let x: Vec<f64> = (0..1_000).map(|row| f64::from(row % 2)).collect();
    let y: Vec<f64> = (0..1_000)
        .map(|row| match (row % 10, row % 2) {
            (0 | 1, _) => 1e6,
            (_, 0) => 1.0,
            _ => 5.0,
        })
        .collect();
    let features = [Feature::numbers("x", &x)];
    let found = fit(&features, &y, Loss::Absolute).unwrap();
    let foreseen = found.predict(&features).unwrap();
    assert!((foreseen[0] - 1.0).abs() < 1e-4 && (foreseen[1] - 5.0).abs() < 1e-4, "{:?}", &foreseen[..2]);
    assert!(found.losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9));
}

#[test]
fn a_quantile_has_its_share_below_in_every_part() {
    let mut random = Random::new(3);
    let x: Vec<f64> = (0..8_000).map(|row| f64::from(row % 4)).collect();
    let y: Vec<f64> = x.iter().map(|x| x * 10.0 + (1.0 + x) * random.normal()).collect();
    let features = [Feature::numbers("x", &x)];
    for share in [0.1, 0.5, 0.9] {
        let found = fit(&features, &y, Loss::Quantile(share)).unwrap();
        let foreseen = found.predict(&features).unwrap();
        for part in 0..4 {
            let below = (part..8_000).step_by(4).filter(|&row| y[row] <= foreseen[row]).count();
            assert!((below as f64 / 2_000.0 - share).abs() < 0.01, "{share}: {below}");
        }
    }
}

#[test]
fn counts_have_the_mean_of_their_kind_and_never_overshoot() {
    let codes: Vec<u32> = (0..3_000).map(|row| row % 3).collect();
    // Means 0.1, 2 and 300: the start lies far from all of them.
    let y: Vec<f64> = (0..3_000u32)
        .map(|row| match row % 3 {
            0 => f64::from(u8::from(row % 30 == 0)),
            1 => f64::from(row % 5),
            _ => f64::from(row % 7) * 100.0,
        })
        .collect();
    let names = ["few", "some", "many"];
    let features = [Feature::categories("kind", &codes, &names)];
    let options = BoostOptions { learning_rate: 1.0, trees: 30, ..options(Loss::Poisson) };
    let found = boost(&features, &y, None, &options, &Silent).unwrap();
    assert!(found.losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9), "{:?}", found.losses);
    let foreseen = found.predict(&features).unwrap();
    for (kind, foreseen) in foreseen.iter().take(3).enumerate() {
        let mean = y.iter().skip(kind).step_by(3).sum::<f64>() / 1_000.0;
        assert!((foreseen / mean - 1.0).abs() < 1e-3, "{foreseen} for {mean}");
    }
    // Of two rows that count 3 and 1, the mean is that of four.
    let weights: Vec<f64> = (0..3_000).map(|row| if row < 1_500 { 3.0 } else { 1.0 }).collect();
    let halves: Vec<f64> = (0..3_000).map(|row| if row < 1_500 { 2.0 } else { 6.0 }).collect();
    let constant = BoostOptions { leaves: 2, trees: 1, learning_rate: 1e-9, ..options };
    let start = boost(&features, &halves, Some(&weights), &constant, &Silent).unwrap();
    assert!((start.predict(&features).unwrap()[0] - 3.0).abs() < 1e-6);
}

#[test]
fn two_classes_are_yes_and_no() {
    let mut random = Random::new(8);
    let x: Vec<f64> = (0..2_000).map(|_| random.normal()).collect();
    let codes: Vec<u32> = x.iter().map(|x| u32::from(random.uniform() < 1.0 / (1.0 + (-x).exp()))).collect();
    let y: Vec<f64> = codes.iter().map(|&code| f64::from(code)).collect();
    let features = [Feature::numbers("x", &x)];
    let options = options(Loss::Squared);
    let chances =
        boost_classes(&features, &codes, None, &options, &Silent).unwrap().chances(&features).unwrap();
    let yes = fit(&features, &y, Loss::Logistic).unwrap().predict(&features).unwrap();
    assert!(chances[1].iter().zip(&yes).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!(chances[0].iter().zip(&yes).all(|(a, b)| (a + b - 1.0).abs() < 1e-5));
}

#[test]
fn three_classes_are_told_apart_and_measured() {
    let x: Vec<f64> = (0..900).map(|row| f64::from(row % 90)).collect();
    let codes: Vec<u32> = x.iter().map(|x| (*x / 30.0) as u32).collect();
    let features = [Feature::numbers("x", &x)];
    let model = boost_classes(&features, &codes, None, &options(Loss::Logistic), &Silent).unwrap();
    assert!(model.losses.windows(2).all(|pair| pair[1] <= pair[0]));
    let found = class_report(&codes, &model.chances(&features).unwrap(), None).unwrap();
    assert_eq!(found.accuracy, 1.0);
    assert!((found.log_loss - model.losses[59]).abs() < 1e-9 && found.log_loss < 0.01);
    let whole = ClassMeasures {
        rows: 300.0,
        foreseen: 300.0,
        recall: Some(1.0),
        precision: Some(1.0),
        auc: Some(1.0),
    };
    assert!(found.classes.iter().all(|class| *class == whole));
    // The parts of a score add up to it.
    let (parts, base) = model.contributions(&features, 5, 0).unwrap();
    let score = model.scores(&features).unwrap()[0][5];
    assert!((base + parts.iter().sum::<f64>() - score).abs() < 1e-9);
}

#[test]
fn classes_and_numbers_are_measured_by_hand() {
    let chances = [vec![0.5, 0.2, 0.1], vec![0.3, 0.2, 0.8], vec![0.2, 0.6, 0.1]];
    let found = class_report(&[0, 2, 2], &chances, None).unwrap();
    assert!((found.accuracy - 2.0 / 3.0).abs() < 1e-15);
    assert!((found.log_loss + (0.5f64.ln() + 0.6f64.ln() + 0.1f64.ln()) / 3.0).abs() < 1e-15);
    assert_eq!(found.confusion, [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 1.0]]);
    assert_eq!((found.classes[1].recall, found.classes[1].precision), (None, Some(0.0)));

    let scores = [2.0f64.ln(), 4.0f64.ln()];
    let found = number_report(&[1.0, 4.0], &scores, None, Loss::Poisson).unwrap();
    assert!((found.mae - 0.5).abs() < 1e-15 && (found.mean_predicted - 3.0).abs() < 1e-12);
    assert!((found.loss - 0.5 * (0.5f64.ln() + 1.0)).abs() < 1e-12);
    let found = number_report(&[1.0, 4.0], &[2.0, 3.0], None, Loss::Quantile(0.9)).unwrap();
    assert!((found.loss - 0.5 * (0.1 + 0.9)).abs() < 1e-15);
    assert!((found.share_below - 0.5).abs() < 1e-15);
    assert!((found.r_squared - (1.0 - 2.0 / 4.5)).abs() < 1e-12);
    assert!(number_report(&[4.0, 4.0], &[2.0, 3.0], None, Loss::Squared).unwrap().r_squared.is_nan());
}

#[test]
fn outcomes_that_a_loss_does_not_know_are_refused() {
    let x: Vec<f64> = (0..100).map(f64::from).collect();
    let features = [Feature::numbers("x", &x)];
    let below: Vec<f64> = x.iter().map(|x| x - 1.0).collect();
    assert!(matches!(fit(&features, &below, Loss::Poisson), Err(Error::Value { row: 0, .. })));
    for share in [0.0, 1.0, f64::NAN] {
        let refused = fit(&features, &x, Loss::Quantile(share));
        assert!(matches!(refused, Err(Error::Parameter { name: "the quantile", .. })));
    }
    assert_eq!(fit(&features, &[2.0; 100], Loss::Absolute), Err(Error::OneClass));
    let classes = |codes: &[u32]| boost_classes(&features, codes, None, &options(Loss::Logistic), &Silent);
    assert_eq!(classes(&[0; 100]), Err(Error::OneClass));
    let skipped: Vec<u32> = (0..100).map(|row| if row < 50 { 0 } else { 2 }).collect();
    assert!(matches!(classes(&skipped), Err(Error::Parameter { name: "classes", .. })));
    let many: Vec<u32> = (0..100).map(|row| row * 2).collect();
    assert!(matches!(classes(&many), Err(Error::Parameter { name: "classes", .. })));
}
