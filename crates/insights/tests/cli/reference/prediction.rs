//! Who leaves Telco: logistic regression, boosting, calibration.

use super::{close, column, data, expected, number, numbers};
use crate::line::{file, json, printed, row};
use serde_json::Value;

const FEATURES: [&str; 4] = [
    "--features",
    "tenure,MonthlyCharges,TotalCharges,gender,SeniorCitizen,Partner,Dependents,PhoneService,MultipleLines,\
     InternetService,OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,StreamingMovies,Contract,\
     PaperlessBilling,PaymentMethod",
    "--categories",
    "SeniorCitizen",
];

fn check_report(have: &Value, want: &Value, distance: f64) {
    for (own, theirs) in [
        ("auc", "auc"),
        ("gini", "gini"),
        ("ks", "ks"),
        ("average_precision", "avg_precision"),
        ("brier", "brier"),
        ("log_loss", "logloss"),
        ("lift_10", "lift_top10"),
        ("lift_20", "lift_top20"),
        ("calibration_error", "ece10"),
        ("mean_chance", "mean_p"),
    ] {
        close(own, number(&have["test"], own), number(want, theirs), distance);
    }
    for (have, want) in column(&have["test_deciles"], "rate").iter().zip(numbers(&want["decile_rates"])) {
        close("decile", *have, want, distance);
    }
}

#[test]
fn maximum_likelihood_on_telco() {
    let Some(case) = expected("churn_telco") else { return };
    let case = &case["models"]["logit_mle"];
    let lets = [
        "years = tenure / 12",
        "monthly = MonthlyCharges / 10",
        "senior = SeniorCitizen",
        "paperless = if(PaperlessBilling = \"Yes\", 1, 0)",
        "fiber = if(InternetService = \"Fiber optic\", 1, 0)",
        "dsl = if(InternetService = \"DSL\", 1, 0)",
        "one_year = if(Contract = \"One year\", 1, 0)",
        "two_year = if(Contract = \"Two year\", 1, 0)",
        "echeck = if(PaymentMethod = \"Electronic check\", 1, 0)",
    ];
    let data = data("telco_churn.csv");
    let mut line = vec!["logistic", &data, "--outcome", "Churn", "--test-every", "5", "--features"];
    line.push("years,monthly,senior,paperless,fiber,dsl,one_year,two_year,echeck");
    lets.iter().for_each(|text| line.extend(["--let", text]));
    let found = json(&line);
    for (name, want) in case["coef"].as_object().expect("coefficients") {
        let own = match name.as_str() {
            "const" => "intercept",
            "tenure" => "years",
            name => name,
        };
        let have = row(&found["coefficients"], "column", own);
        close(name, number(have, "coefficient"), want.as_f64().expect("a number"), 1e-5);
        close(name, number(have, "standard_error"), number(&case["se"], name), 1e-5);
        close(name, number(have, "z"), number(&case["z"], name), 1e-4);
    }
    close("log likelihood", number(&found, "log_likelihood"), number(case, "loglik"), 1e-4);
    close("null", number(&found, "null_log_likelihood"), number(case, "null_loglik"), 1e-4);
    close("McFadden", number(&found, "mcfadden"), number(case, "mcfadden"), 1e-6);
    check_report(&found, &case["test"], 1e-5);
    let tested = found["scores"].as_array().expect("scores").iter().filter(|row| row["part"] == "test");
    for (have, want) in tested.zip(numbers(&case["first_test_probs"])) {
        close("chance", number(have, "chance"), want, 1e-5);
    }
}

#[test]
fn ridge_and_its_calibration_on_telco() {
    let Some(case) = expected("churn_telco") else { return };
    let ridge = &case["models"]["ridge_logit"];
    let data = data("telco_churn.csv");
    let line = ["logistic", &data, "--outcome", "Churn", "--test-every", "5", "--ridge", "1", "--gaps", "0"];
    let found = json(&[&line[..], &FEATURES].concat());
    for (name, want) in ridge["coef"].as_object().expect("coefficients") {
        let have = row(&found["coefficients"], "column", name);
        close(name, number(have, "coefficient"), want.as_f64().expect("a number"), 1e-3);
    }
    let intercept = row(&found["coefficients"], "column", "intercept");
    close("intercept", number(intercept, "coefficient"), number(ridge, "intercept"), 1e-3);
    check_report(&found, &ridge["test"], 2e-4);

    let folder = tempfile::tempdir().expect("a folder");
    let scores = file(folder.path(), "scores.csv", "");
    printed(&[&line[..], &FEATURES, &["--csv", "--table", "scores", "-o", &scores]].concat());
    let exact = &case["models"]["calibration_exact"];
    let found = json(&[
        "calibrate",
        &scores,
        "--score",
        "tripled",
        "--let",
        "tripled = 3 * log_odds",
        "--where",
        "part = \"train\"",
    ]);
    close("slope", number(&found["platt"], "slope"), number(&exact["platt"], "slope"), 1e-5);
    close("intercept", number(&found["platt"], "intercept"), number(&exact["platt"], "intercept"), 1e-4);

    let small = &exact["pav_small"];
    let pairs = numbers(&small["x"]).into_iter().zip(numbers(&small["y"]));
    let text: String = pairs.map(|(x, y)| format!("{x},{y}\n")).collect();
    let pairs = file(folder.path(), "small.csv", &format!("score,outcome\n{text}"));
    let found = json(&["calibrate", &pairs, "--numbers"]);
    for (have, want) in column(&found["rows"], "isotonic").iter().zip(numbers(&small["fitted"])) {
        close("step", *have, want, 1e-12);
    }
}

#[test]
fn boosting_on_telco() {
    let Some(case) = expected("churn_telco") else { return };
    let Some(peer) = expected("gbm_peer_lightgbm") else { return };
    let data = data("telco_churn.csv");
    let line = ["boost", &data, "--outcome", "Churn", "--test-every", "5"];
    let found = json(&[&line[..], &FEATURES].concat());
    let models = &case["models"];
    let best = |name: &str, pick: fn(f64, f64) -> f64| {
        pick(number(&models["gbm_sklearn"]["test"], name), number(&models["histgbm_sklearn"]["test"], name))
    };
    let auc = number(&found["test"], "auc");
    assert!(auc >= best("auc", f64::max) - 0.005, "AUC {auc}");
    assert!(auc >= number(&peer["telco"]["metrics"], "auc") - 0.005, "AUC {auc}");
    assert!(number(&found["test"], "brier") <= best("brier", f64::min) + 0.003);
    let overfit = ["--trees", "300", "--learning-rate", "0.2", "--calibrate"];
    for (method, model) in [("platt", "calib_rf3_sigmoid"), ("isotonic", "calib_rf3_isotonic")] {
        let found = json(&[&line[..], &FEATURES, &overfit, &[method]].concat());
        let error = number(&found["calibrated"], "calibration_error");
        let want = number(&models[model]["calibrated"], "ece10");
        assert!(error <= want + 0.01, "{method}: {error}, reference {want}");
    }
}
