//! Survival on the telephone company's customers, cohorts on Online Retail.

use crate::online_retail::purchases;
use crate::shared::{close, csv_rows, data, expected, near, number, numbers};
use analytics::{Silent, retention::*};
use serde_json::Value;

struct Telco {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
    time: Vec<f64>,
    event: Vec<bool>,
}

impl Telco {
    fn load() -> Telco {
        let (header, rows) = csv_rows(&data("telco_churn.csv"));
        let mut telco = Telco { header, rows, time: vec![], event: vec![] };
        telco.time = telco.column("tenure", |text| text.parse().expect("months"));
        telco.event = telco.column("Churn", |text| text == "Yes");
        telco
    }

    fn column<T>(&self, name: &str, read: impl Fn(&str) -> T) -> Vec<T> {
        let place = self.header.iter().position(|h| h == name).expect("a column");
        self.rows.iter().map(|row| read(&row[place])).collect()
    }

    fn flag(&self, name: &str, value: &str) -> Vec<f64> {
        self.column(name, |text| f64::from(u8::from(text == value)))
    }
}

fn check_curve(curve: &Curve, case: &Value) {
    match &case["median"] {
        Value::String(_) => assert_eq!(curve.median(), None),
        median => assert_eq!(curve.median(), median.as_f64()),
    }
    close("mean up to 72", curve.restricted_mean(72.0), number(case, "rmst_72"), 1e-8);
    for (month, figures) in case["at"].as_object().expect("months") {
        let month: f64 = month.parse().expect("a month");
        let row = curve.row_at(month).expect("a row");
        close("survival", curve.survival[row], number(figures, "survival"), 1e-10);
        close("standard error", curve.standard_error[row], number(figures, "greenwood_se"), 1e-10);
        let interval = numbers(&figures["ci95_loglog"]);
        close("low", curve.low[row], interval[0], 1e-6);
        close("high", curve.high[row], interval[1], 1e-6);
        assert_eq!(curve.at_risk_at(month), number(figures, "at_risk_at_x"));
        let events: f64 = curve.events[..=row].iter().sum();
        assert_eq!(events, number(figures, "events_upto_x"));
    }
}

#[test]
fn kaplan_meier_and_log_rank_on_telco() {
    let Some(case) = expected("survival_telco") else { return };
    let telco = Telco::load();
    check_curve(
        &kaplan_meier(&telco.time, &telco.event, 0.95, Scale::LogLog).expect("a curve"),
        &case["overall"],
    );
    let contracts = ["Month-to-month", "One year", "Two year"];
    let group =
        telco.column("Contract", |text| contracts.iter().position(|c| *c == text).expect("known") as u32);
    for (g, name) in contracts.iter().enumerate() {
        let rows: Vec<usize> = (0..group.len()).filter(|&i| group[i] == g as u32).collect();
        let time: Vec<f64> = rows.iter().map(|&i| telco.time[i]).collect();
        let event: Vec<bool> = rows.iter().map(|&i| telco.event[i]).collect();
        check_curve(
            &kaplan_meier(&time, &event, 0.95, Scale::LogLog).expect("a curve"),
            &case["by_contract"][name],
        );
    }
    let test = log_rank(&telco.time, &telco.event, &group, None, TimeWeight::Even).expect("a test");
    near("chi2", test.chi2, number(&case, "logrank_contract/chi2"), 1e-6);
    assert_eq!(test.df as f64, number(&case, "logrank_contract/df"));
}

#[test]
fn cox_on_telco() {
    let Some(case) = expected("survival_telco") else { return };
    let telco = Telco::load();
    let columns = [
        ("senior", telco.flag("SeniorCitizen", "1")),
        ("partner", telco.flag("Partner", "Yes")),
        ("monthly", telco.column("MonthlyCharges", |text| text.parse().expect("money"))),
        ("fiber", telco.flag("InternetService", "Fiber optic")),
        ("paperless", telco.flag("PaperlessBilling", "Yes")),
        ("one_year", telco.flag("Contract", "One year")),
        ("two_year", telco.flag("Contract", "Two year")),
    ];
    let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let values: Vec<&[f64]> = columns.iter().map(|column| &column.1[..]).collect();
    let fit = fit_cox(&CoxData::new(&telco.time, &telco.event, &values, &names), Ties::Efron, &Silent)
        .expect("a fit");
    let case = &case["cox_efron"];
    for (k, name) in names.iter().enumerate() {
        near(name, fit.model.coefficients[k], number(&case["coef"], name), 1e-4);
        near(name, fit.standard_errors[k], number(&case["se"], name), 1e-4);
    }
    near("log likelihood", fit.log_likelihood, number(case, "loglik"), 1e-6);
    near("concordance", fit.concordance, number(case, "concordance"), 1e-4);
}

#[test]
fn cohorts_on_online_retail() {
    let Some(case) = expected("cohort_online_retail") else { return };
    let purchases = purchases();
    let period: Vec<i32> = purchases.day.iter().map(|&day| month_number(day)).collect();
    let found = cohorts(&purchases.customer, &period, &purchases.amount).expect("cohorts");
    let cohorts = case["cohorts"].as_object().expect("cohorts");
    assert_eq!(found.len(), cohorts.len());
    for cohort in found {
        let month = format!("{}-{:02}", cohort.first.div_euclid(12), cohort.first.rem_euclid(12) + 1);
        let case = &cohorts[&month];
        assert_eq!(cohort.size as f64, number(case, "size"));
        let active: Vec<f64> = cohort.active.iter().map(|&n| n as f64).collect();
        assert_eq!(active, numbers(&case["active"]));
        for (revenue, value) in cohort.revenue.iter().zip(numbers(&case["revenue"])) {
            close("revenue", *revenue, value, 0.01);
        }
    }
}

/// Year · 12 + month (from 0) of a day since 1970-01-01 (Hinnant's `civil_from_days`).
fn month_number(day: i64) -> i32 {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let month = (march_month + 2) % 12;
    let year = era * 400 + year + i64::from(month <= 1);
    (year * 12 + month) as i32
}
