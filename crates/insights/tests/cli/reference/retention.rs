//! Survival on the telephone company's customers, cohorts on Online Retail.

use serde_json::Value;

use super::{PURCHASES, close, data, expected, near, number, numbers};
use crate::line::{json, row};

fn check_curve(found: &Value, group: &str, case: &Value) {
    let summary = row(&found["groups"], "group", group);
    match &case["median"] {
        Value::String(_) => assert!(summary["median"].is_null()),
        median => assert_eq!(summary["median"], *median),
    }
    close("mean up to 72", number(summary, "mean_up_to_limit"), number(case, "rmst_72"), 1e-8);
    near("left", number(summary, "left"), number(case, "events"), 0.0);
    for look in found["at"].as_array().expect("looks").iter().filter(|look| look["group"] == group) {
        let want = &case["at"][number(look, "time").to_string()];
        close("survival", number(look, "survival"), number(want, "survival"), 1e-10);
        close("error", number(look, "standard_error"), number(want, "greenwood_se"), 1e-10);
        close("low", number(look, "low"), numbers(&want["ci95_loglog"])[0], 1e-6);
        close("high", number(look, "high"), numbers(&want["ci95_loglog"])[1], 1e-6);
        near("at risk", number(look, "at_risk"), number(want, "at_risk_at_x"), 0.0);
        near("left", number(look, "left_so_far"), number(want, "events_upto_x"), 0.0);
    }
}

#[test]
fn survival_on_telco() {
    let Some(case) = expected("survival_telco") else { return };
    let file = data("telco_churn.csv");
    let line = ["kaplan-meier", &file, "--limit", "72", "--at", "1,6,12,24,36,48,60,72"];
    check_curve(&json(&line), "all", &case["overall"]);
    let by_contract = json(&[&line[..], &["--by", "Contract"]].concat());
    for (name, case) in case["by_contract"].as_object().expect("contracts") {
        check_curve(&by_contract, name, case);
    }
    let test = json(&["logrank", &file, "--by", "Contract"]);
    near("chi2", number(&test, "chi2"), number(&case, "logrank_contract/chi2"), 1e-6);
    near("df", number(&test, "df"), number(&case, "logrank_contract/df"), 0.0);
}

#[test]
fn cox_on_telco() {
    let Some(case) = expected("survival_telco") else { return };
    let case = &case["cox_efron"];
    let flag = |name: &str, column: &str, value: &str| format!("{name} = if({column} = {value}, 1, 0)");
    let lets = [
        flag("senior", "SeniorCitizen", "1"),
        flag("partner", "Partner", "\"Yes\""),
        "monthly = MonthlyCharges".to_owned(),
        flag("fiber", "InternetService", "\"Fiber optic\""),
        flag("paperless", "PaperlessBilling", "\"Yes\""),
        flag("one_year", "Contract", "\"One year\""),
        flag("two_year", "Contract", "\"Two year\""),
    ];
    let file = data("telco_churn.csv");
    let mut line =
        vec!["cox", &file, "--features", "senior,partner,monthly,fiber,paperless,one_year,two_year"];
    lets.iter().for_each(|text| line.extend(["--let", text.as_str()]));
    let found = json(&line);
    for (name, want) in case["coef"].as_object().expect("coefficients") {
        let have = row(&found["coefficients"], "column", name);
        near(name, number(have, "coefficient"), want.as_f64().expect("a number"), 1e-4);
        near(name, number(have, "standard_error"), number(&case["se"], name), 1e-4);
    }
    near("log likelihood", number(&found, "log_likelihood"), number(case, "loglik"), 1e-6);
    near("concordance", number(&found, "concordance"), number(case, "concordance"), 1e-4);
}

#[test]
fn cohorts_on_online_retail() {
    let Some(case) = expected("cohort_online_retail") else { return };
    let found = json(&[&["cohorts", &data("online_retail.csv.gz")], &PURCHASES[..]].concat());
    for (name, want) in case["cohorts"].as_object().expect("cohorts") {
        let have = row(&found["cohorts"], "cohort", name);
        near("size", number(have, "size"), number(want, "size"), 0.0);
        assert_eq!(numbers(&have["active"]), numbers(&want["active"]));
        for (have, want) in numbers(&have["revenue"]).iter().zip(numbers(&want["revenue"])) {
            close("revenue", *have, want, 0.01);
        }
    }
}
