//! Exponential smoothing against R: Holt–Winters with given and fitted paces, ETS by form and by AICc.

use crate::shared::{csv_rows, data, expected, near, number, numbers};
use analytics::{Silent, forecast::*};
use serde_json::Value;

const FILES: [(&str, &str, usize, usize); 3] = [
    ("air_passengers", "air_passengers.csv", 12, 24),
    ("debitcards", "fpp2_debitcards.csv", 12, 24),
    ("euretail", "fpp2_euretail.csv", 4, 8),
];

/// The training and the test part of a series.
fn series(file: &str, holdout: usize) -> (Vec<f64>, Vec<f64>) {
    let (header, rows) = csv_rows(&data(file));
    let place = header.iter().position(|name| name == "value").expect("a column of values");
    let mut training: Vec<f64> = rows.iter().map(|row| row[place].parse().expect("a number")).collect();
    let test = training.split_off(training.len() - holdout);
    (training, test)
}

fn check_all(what: &str, actual: &[f64], case: &Value, relative: f64) {
    for (a, e) in actual.iter().zip(numbers(case)) {
        near(what, *a, e, relative);
    }
}

#[test]
fn holt_winters_with_given_paces() {
    let Some(case) = expected("holtwinters_fixed") else { return };
    for (name, file, period, holdout) in FILES {
        let (training, _) = series(file, holdout);
        let smoothing = Smoothing { alpha: 0.3, beta: Some(0.1), gamma: Some(0.2), phi: None };
        let kind = SeasonKind::Multiplicative;
        let fit = fit_holt_winters(&training, period, kind, TrendKind::Additive, Some(smoothing), &Silent)
            .expect("a fit");
        let case = &case[name];
        near("level", fit.start.level, number(case, "l_start"), 1e-9);
        near("trend", fit.start.trend, number(case, "b_start"), 1e-9);
        check_all("season", &fit.start.season, &case["s_start"], 1e-9);
        near("sse", fit.sse, number(case, "sse"), 1e-6);
        check_all("forecast", &fit.model.forecast(holdout), &case["forecast"], 1e-6);
    }
}

#[test]
fn holt_winters_is_as_close_as_r() {
    let Some(case) = expected("forecast_ets") else { return };
    for (name, file, period, holdout) in FILES {
        let (training, _) = series(file, holdout);
        for (key, kind) in
            [("holtwinters_mult", SeasonKind::Multiplicative), ("holtwinters_add", SeasonKind::Additive)]
        {
            let fit =
                fit_holt_winters(&training, period, kind, TrendKind::Additive, None, &Silent).expect("a fit");
            let sse = number(&case, &format!("series/{name}/R/{key}/sse"));
            assert!(fit.sse <= sse * 1.001, "{name} {key}: {} above {sse}", fit.sse);
        }
    }
}

#[test]
fn every_form_is_as_likely_as_in_r() {
    let Some(case) = expected("forecast_ets") else { return };
    let full = &case["air_passengers_full_auto"];
    let (all, _) = series("air_passengers.csv", 0);
    let fit = fit_ets(&all, 12, form("MAMd").expect("a form"), &Silent).expect("a fit");
    assert!(fit.log_likelihood >= number(full, "loglik") - 0.5, "{}", fit.log_likelihood);
    for (name, file, period, holdout) in FILES {
        let (training, _) = series(file, holdout);
        for (key, figures) in case["series"][name]["R"].as_object().expect("models") {
            let Some(form) = key.strip_prefix("ets_").and_then(form) else { continue };
            let fit = fit_ets(&training, period, form, &Silent).expect("a fit");
            let r = number(figures, "loglik");
            assert!(fit.log_likelihood >= r - 0.5, "{name} {key}: {} below {r}", fit.log_likelihood);
        }
    }
}

/// `MAMd` is ETS(M,Ad,M).
fn form(key: &str) -> Option<Form> {
    let letters: Vec<char> = key.chars().collect();
    if !(3..=4).contains(&letters.len()) || key == "auto" {
        return None;
    }
    let season = |c| match c {
        'N' => SeasonKind::None,
        'A' => SeasonKind::Additive,
        _ => SeasonKind::Multiplicative,
    };
    Some(Form {
        error: if letters[0] == 'A' { ErrorKind::Additive } else { ErrorKind::Multiplicative },
        trend: match (letters[1], letters.len()) {
            ('N', _) => TrendKind::None,
            (_, 4) => TrendKind::Damped,
            _ => TrendKind::Additive,
        },
        season: season(letters[2]),
    })
}

#[test]
fn the_chosen_form_forecasts_as_well_as_in_r() {
    let Some(case) = expected("forecast_ets") else { return };
    for (name, file, period, holdout) in FILES {
        let (training, test) = series(file, holdout);
        let chosen = select_ets(&training, period, Criterion::Aicc, &Silent).expect("a fit");
        let forecast = chosen.best.model.forecast(holdout, 0.95);
        let mase = measure_accuracy(&forecast.mean, &test, &training, period).expect("values").mase;
        let expected = number(&case["series"][name]["R"]["ets_auto"], "holdout/mase");
        assert!(mase <= (expected * 1.1).max(expected + 0.05), "{name}: {mase} above {expected}");
    }
}

#[test]
fn bounds_are_as_wide_as_in_r_for_the_same_form() {
    let Some(case) = expected("forecast_ets") else { return };
    for (name, file, period, holdout) in FILES {
        let (training, _) = series(file, holdout);
        let r = &case["series"][name]["R"]["ets_auto"];
        let letters: String =
            r["model"].as_str().expect("a name").chars().filter(|c| !"ETS(),".contains(*c)).collect();
        let key = letters.replace("AdA", "AAd").replace("AdM", "AMd");
        let fit = fit_ets(&training, period, form(&key).expect("a form"), &Silent).expect("a fit");
        let forecast = fit.model.forecast(holdout, 0.95);
        let (low, high) = (numbers(&r["lower95"]), numbers(&r["upper95"]));
        for h in 0..holdout {
            let ratio = (forecast.high[h] - forecast.low[h]) / (high[h] - low[h]);
            assert!((0.85..1.1).contains(&ratio), "{name} step {h}: {ratio} times as wide");
        }
    }
}

#[test]
fn seasonal_naive_is_the_same_everywhere() {
    let Some(case) = expected("forecast_ets") else { return };
    for (name, file, period, holdout) in FILES {
        let (training, test) = series(file, holdout);
        let forecast = seasonal_naive(&training, period, holdout, 0.95).expect("a forecast");
        let accuracy = measure_accuracy(&forecast.mean, &test, &training, period).expect("values");
        let figures = &case["series"][name]["R"]["snaive"]["holdout"];
        near("mae", accuracy.mae, number(figures, "mae"), 1e-9);
        near("rmse", accuracy.rmse, number(figures, "rmse"), 1e-9);
        near("mape", accuracy.mape, number(figures, "mape"), 1e-9);
        near("mase", accuracy.mase, number(figures, "mase"), 1e-9);
    }
}
