//! Deals of the sample pipeline: win rates, and backtests of all three forecasts.

use crate::shared::{close, csv_rows, data, day_number, expected, near, number};
use analytics::forecast::pipeline::{Deals, Outcome};
use serde_json::Value;

struct Pipeline {
    rows: Vec<csv::StringRecord>,
    opened: Vec<i32>,
    closed: Vec<i32>,
    outcome: Vec<Outcome>,
    value: Vec<f64>,
}

fn day(text: &str) -> i32 {
    let parts: Vec<i64> = text.split('-').map(|part| part.parse().expect("a date")).collect();
    day_number(parts[0], parts[1], parts[2]) as i32
}

impl Pipeline {
    /// All deals with a date; deals in Prospecting have none.
    fn load() -> Pipeline {
        let (_, rows) = csv_rows(&data("crm_sales_pipeline.csv"));
        let rows: Vec<_> = rows.into_iter().filter(|row| !row[5].is_empty()).collect();
        let outcome = |row: &csv::StringRecord| match &row[4] {
            "Won" => Outcome::Won,
            "Lost" => Outcome::Lost,
            _ => Outcome::Open,
        };
        Pipeline {
            opened: rows.iter().map(|row| day(&row[5])).collect(),
            closed: rows.iter().map(|row| if row[6].is_empty() { 0 } else { day(&row[6]) }).collect(),
            outcome: rows.iter().map(outcome).collect(),
            value: rows.iter().map(|row| row[7].parse().expect("money")).collect(),
            rows,
        }
    }

    /// The distinct values of a column, and the number of each row's.
    fn group(&self, column: usize) -> (Vec<String>, Vec<u32>) {
        let mut names: Vec<String> = self.rows.iter().map(|row| row[column].to_owned()).collect();
        names.sort();
        names.dedup();
        let place =
            |row: &csv::StringRecord| names.binary_search(&row[column].to_owned()).expect("known") as u32;
        let group = self.rows.iter().map(place).collect();
        (names, group)
    }

    fn deals<'a>(&'a self, group: &'a [u32]) -> Deals<'a> {
        Deals {
            group,
            opened: &self.opened,
            closed: &self.closed,
            outcome: &self.outcome,
            value: &self.value,
        }
    }
}

#[test]
fn win_rates_by_product_and_agent() {
    let Some(case) = expected("pipeline_forecast") else { return };
    let pipeline = Pipeline::load();
    for (key, column) in [("by_product", 2), ("by_agent", 1)] {
        let (names, group) = pipeline.group(column);
        let (overall, rates) = pipeline.deals(&group).win_rates(i32::MAX).expect("rates");
        near("overall", overall.rate, number(&case, "overall_win_rate"), 1e-12);
        near("mean value", overall.mean_value, number(&case, "mean_won"), 1e-12);
        close("revenue", overall.revenue, number(&case, "revenue_won"), 0.01);
        for (name, figures) in case[key].as_object().expect("groups") {
            let rate = &rates[names.binary_search(name).expect("known")];
            assert_eq!(rate.closed as f64, number(figures, "closed"));
            near("win rate", rate.rate, number(figures, "win_rate"), 1e-12);
            match key {
                "by_product" => near("value", rate.mean_value, number(figures, "mean_won_value"), 1e-12),
                _ => close("revenue", rate.revenue, number(figures, "revenue"), 0.01),
            }
        }
    }
}

#[test]
fn backtests_of_the_pipeline() {
    let Some(case) = expected("pipeline_forecast") else { return };
    let pipeline = Pipeline::load();
    let (_, group) = pipeline.group(2);
    let deals = pipeline.deals(&group);
    for figures in case["backtest"].as_array().expect("backtests") {
        check(&deals, figures);
    }
    check(&deals, &case["as_of_2017_12_31"]);
}

fn check(deals: &Deals<'_>, figures: &Value) {
    let as_of = day(figures["as_of"].as_str().expect("a date"));
    let horizon = number(figures, "horizon_days") as u32;
    let forecast = deals.forecast(as_of, horizon).expect("a forecast");
    assert_eq!(forecast.closed as f64, number(figures, "closed_history"));
    assert_eq!(forecast.open as f64, number(figures, "open"));
    near("win rate", forecast.overall.rate, number(figures, "overall_win_rate"), 1e-12);
    close("weighted", forecast.weighted_total, number(figures, "pipeline_weighted_total"), 0.01);
    close("timing", forecast.by_timing, number(figures, "timing_weighted_in_horizon"), 0.01);
    close("risks", forecast.by_risks, number(figures, "aalen_johansen_in_horizon"), 0.01);
    close("wins", forecast.wins, number(figures, "aalen_johansen_expected_wins"), 1e-6);
    let actual = deals.actual(as_of, horizon);
    close("won", actual.won_value, number(figures, "actual_won_from_open_in_horizon"), 0.01);
    assert_eq!(actual.won as f64, number(figures, "actual_won_count"));
    close("new", actual.new_business, number(figures, "actual_won_new_business_in_horizon"), 0.01);
}
