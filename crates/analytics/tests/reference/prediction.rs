//! Who leaves Telco: logistic regression against statsmodels and scikit-learn, boosting against scikit-learn and
//! LightGBM, calibration.

use analytics::prediction::*;
use analytics::{Feature, Silent};
use serde_json::Value;

use crate::shared::{close, expected, near, number, numbers};
use crate::telco::{CATEGORIES, Coded, Part, Telco, at};

/// Training and test columns (one-hot, all levels), and their outcomes.
struct Churn {
    train: Part,
    test: Part,
    y_train: Vec<f64>,
    y_test: Vec<f64>,
}

fn churn(options: &EncodingOptions) -> Churn {
    let telco = Telco::read();
    let fold = telco.fold();
    let numeric = ["tenure", "MonthlyCharges", "TotalCharges"].map(|name| (name, telco.numbers(name)));
    let coded: Vec<Coded> = CATEGORIES.iter().map(|name| telco.coded(name)).collect();
    let names: Vec<Vec<&str>> = coded.iter().map(|c| c.names.iter().map(String::as_str).collect()).collect();
    let mut features: Vec<Feature> =
        numeric.iter().map(|(name, values)| Feature::numbers(name, values)).collect();
    for ((name, coded), names) in CATEGORIES.iter().zip(&coded).zip(&names) {
        features.push(Feature::categories(name, &coded.codes, names));
    }
    let train = Part::take(&features, &fold.train);
    let test = Part::take(&features, &fold.test);
    let encoder = train.with(|train| Encoder::fit(train, None, None, options).unwrap());
    let encode = |part: &Part| {
        let design = part.with(|features| encoder.transform(features).unwrap());
        Part::take(&design.features(), &(0..design.columns[0].len()).collect::<Vec<_>>())
    };
    let y = telco.churn();
    Churn {
        train: encode(&train),
        test: encode(&test),
        y_train: at(&y, &fold.train),
        y_test: at(&y, &fold.test),
    }
}

fn check_report(have: &metrics::Report, want: &Value, distance: f64) {
    for (name, value) in [
        ("auc", have.auc),
        ("gini", have.gini),
        ("ks", have.ks),
        ("avg_precision", have.average_precision),
        ("brier", have.brier),
        ("logloss", have.log_loss),
        ("lift_top10", have.lift_10),
        ("lift_top20", have.lift_20),
        ("ece10", have.calibration_error),
        ("mean_p", have.mean_chance),
    ] {
        close(name, value, number(want, name), distance);
    }
    for (have, want) in have.decile_rates.iter().zip(numbers(&want["decile_rates"])) {
        close("decile", *have, want, distance);
    }
}

fn columns<'a>(features: &[Feature<'a>]) -> Vec<&'a [f64]> {
    features
        .iter()
        .map(|feature| match feature.values {
            analytics::Values::Numbers(values) => values,
            analytics::Values::Categories { .. } => panic!("{} is not encoded", feature.name),
        })
        .collect()
}

#[test]
fn maximum_likelihood_meets_statsmodels() {
    let Some(case) = expected("churn_telco") else { return };
    let case = &case["models"]["logit_mle"];
    let telco = Telco::read();
    let fold = telco.fold();
    let scaled =
        |name: &str, by: f64| telco.numbers(name).iter().map(|value| value / by).collect::<Vec<f64>>();
    let all = [
        ("tenure", scaled("tenure", 12.0)),
        ("monthly", scaled("MonthlyCharges", 10.0)),
        ("senior", telco.is("SeniorCitizen", &["1"])),
        ("paperless", telco.is("PaperlessBilling", &["Yes"])),
        ("fiber", telco.is("InternetService", &["Fiber optic"])),
        ("dsl", telco.is("InternetService", &["DSL"])),
        ("one_year", telco.is("Contract", &["One year"])),
        ("two_year", telco.is("Contract", &["Two year"])),
        ("echeck", telco.is("PaymentMethod", &["Electronic check"])),
    ];
    let features: Vec<Feature> = all.iter().map(|(name, values)| Feature::numbers(name, values)).collect();
    let y = telco.churn();
    let train = Part::take(&features, &fold.train);
    let fit = train
        .with(|f| logistic(f, &at(&y, &fold.train), None, &LogisticOptions::default(), &Silent))
        .unwrap();
    for found in fit.coefficients.iter().chain([&fit.intercept]) {
        let name = if found.name == "intercept" { "const" } else { &found.name };
        close(name, found.value, number(&case["coef"], name), 1e-5);
        close(name, found.standard_error, number(&case["se"], name), 1e-5);
        close(name, found.z, number(&case["z"], name), 1e-4);
    }
    close("log likelihood", fit.log_likelihood, number(case, "loglik"), 1e-4);
    close("null log likelihood", fit.null_log_likelihood, number(case, "null_loglik"), 1e-4);
    close("McFadden", fit.mcfadden, number(case, "mcfadden"), 1e-6);
    let test = Part::take(&features, &fold.test);
    let chances = test.with(|f| fit.chances(&columns(f))).unwrap();
    for (have, want) in chances.iter().zip(numbers(&case["first_test_probs"])) {
        close("chance", *have, want, 1e-5);
    }
    check_report(&metrics::report(&at(&y, &fold.test), &chances, None).unwrap(), &case["test"], 1e-5);
}

#[test]
fn ridge_and_its_calibration_meet_scikit_learn() {
    let Some(case) = expected("churn_telco") else { return };
    let data = churn(&EncodingOptions { standardise: true, ..EncodingOptions::default() });
    let options = LogisticOptions { ridge: 1.0, threads: 1 };
    let fit = data.train.with(|f| logistic(f, &data.y_train, None, &options, &Silent)).unwrap();
    let ridge = &case["models"]["ridge_logit"];
    let names: Vec<&str> = fit.coefficients.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(serde_json::json!(names), case["columns"]);
    close("intercept", fit.intercept.value, number(ridge, "intercept"), 1e-3);
    for found in &fit.coefficients {
        close(&found.name, found.value, number(&ridge["coef"], &found.name), 1e-3);
    }
    let chances = data.test.with(|f| fit.chances(&columns(f))).unwrap();
    check_report(&metrics::report(&data.y_test, &chances, None).unwrap(), &ridge["test"], 2e-4);
    for (have, want) in chances.iter().zip(numbers(&ridge["first_test_probs"])) {
        close("chance", *have, want, 1e-3);
    }

    let platt = &case["models"]["calibration_exact"]["platt"];
    let scores: Vec<f64> =
        data.train.with(|f| fit.log_odds(&columns(f))).unwrap().iter().map(|s| 3.0 * s).collect();
    let line = Platt::fit(&data.y_train, &scores, None).unwrap();
    close("slope", line.slope, number(platt, "slope"), 1e-5);
    close("intercept", line.intercept, number(platt, "intercept"), 1e-4);
}

#[test]
fn isotonic_steps_meet_the_reference() {
    let Some(case) = expected("churn_telco") else { return };
    let case = &case["models"]["calibration_exact"]["pav_small"];
    let x = numbers(&case["x"]);
    let line = Isotonic::fit(&numbers(&case["y"]), &x, None).unwrap();
    for (x, want) in x.iter().zip(numbers(&case["fitted"])) {
        near("step", line.chance(*x) + 1.0, want + 1.0, 1e-12);
    }
}

#[test]
fn boosting_is_as_good_as_scikit_learn_and_lightgbm() {
    let Some(case) = expected("churn_telco") else { return };
    let Some(peer) = expected("gbm_peer_lightgbm") else { return };
    let data = churn(&EncodingOptions::default());
    let fit = data.train.with(|f| boost(f, &data.y_train, None, &BoostOptions::default(), &Silent)).unwrap();
    let report = metrics::report(&data.y_test, &data.test.with(|f| fit.predict(f)).unwrap(), None).unwrap();
    let best = |measure: &str, pick: fn(f64, f64) -> f64| {
        let of = |model: &str| number(&case["models"][model]["test"], measure);
        pick(of("gbm_sklearn"), of("histgbm_sklearn"))
    };
    assert!(report.auc >= best("auc", f64::max) - 0.005, "AUC {}", report.auc);
    assert!(report.brier <= best("brier", f64::min) + 0.003, "Brier {}", report.brier);
    assert!(report.auc >= number(&peer["telco"]["metrics"], "auc") - 0.005, "AUC {}", report.auc);

    // Contributions and the mean score sum to the row's score.
    data.test.with(|features| {
        let scores = fit.scores(features).unwrap();
        for row in [0, 7, 100] {
            let (parts, base) = fit.contributions(features, row).unwrap();
            close("sum of contributions", base + parts.iter().sum::<f64>(), scores[row], 1e-9);
        }
    });
}

#[test]
fn calibration_brings_chances_near_rates() {
    let Some(case) = expected("churn_telco") else { return };
    let data = churn(&EncodingOptions::default());
    // Chances of rows that the fit did not see, by cross-validation, teach the calibration.
    let options = BoostOptions { trees: 300, learning_rate: 0.2, ..BoostOptions::default() };
    let splits = folds(&data.y_train, 3, 7).unwrap();
    let (mut scores, mut outcome) = (Vec::new(), Vec::new());
    for fold in &splits {
        let part = data.train.with(|f| Part::take(f, &fold.train));
        let rest = data.train.with(|f| Part::take(f, &fold.test));
        let fit = part.with(|f| boost(f, &at(&data.y_train, &fold.train), None, &options, &Silent)).unwrap();
        scores.extend(rest.with(|f| fit.scores(f)).unwrap());
        outcome.extend(at(&data.y_train, &fold.test));
    }
    let fit = data.train.with(|f| boost(f, &data.y_train, None, &options, &Silent)).unwrap();
    let test = data.test.with(|f| fit.scores(f)).unwrap();
    let raw: Vec<f64> = test.iter().map(|&score| sigmoid(score)).collect();
    let raw = metrics::calibration_error(&data.y_test, &raw, None, 10).unwrap();
    let platt = Platt::fit(&outcome, &scores, None).unwrap();
    let steps = Isotonic::fit_chances(&outcome, &scores, None).unwrap();
    let by_platt: Vec<f64> = test.iter().map(|&score| platt.chance(score)).collect();
    let by_steps: Vec<f64> = test.iter().map(|&score| steps.chance(score)).collect();
    for (chances, model) in [(by_platt, "calib_rf3_sigmoid"), (by_steps, "calib_rf3_isotonic")] {
        let error = metrics::calibration_error(&data.y_test, &chances, None, 10).unwrap();
        let want = number(&case["models"][model]["calibrated"], "ece10");
        assert!(error <= want + 0.01 && error < raw, "{model}: {error}, raw {raw}, reference {want}");
    }
}
