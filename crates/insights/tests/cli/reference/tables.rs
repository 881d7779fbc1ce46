//! Totals of Online Retail, special functions, and histories that were counted before.

use serde_json::Value;

use super::{close, data, expected, folder, near, number};
use crate::line::{json, row};

#[test]
fn totals_of_online_retail() {
    let Some(case) = expected("olap_online_retail") else { return };
    let file = data("online_retail.csv.gz");
    let measures = ["qty = sum(Quantity)", "rows = count()", "invoices = distinct(InvoiceNo)"];
    let mut line = vec!["cube", &file, "--let", "revenue = Quantity * UnitPrice", "--totals", "cube"];
    line.extend(["--measure", "rev = sum(revenue)", "--measure", "customers = distinct(CustomerID)"]);
    measures.iter().for_each(|measure| line.extend(["--measure", measure]));
    let found = json(&[&line[..], &["--by", "Country,InvoiceDate:month"]].concat());
    let check = |have: &Value, want: &Value| {
        close("revenue", number(have, "rev"), number(want, "rev"), 0.01);
        for name in ["qty", "rows", "invoices", "customers"] {
            near(name, number(have, name), number(want, name), 0.0);
        }
    };
    check(&found["total"], &case["total"]);
    let cells = found["cells"].as_array().expect("cells");
    let cell = |country: &str, month: &str| {
        let same = |cell: &&Value| cell["Country"] == country && cell["InvoiceDate_month"] == month;
        cells.iter().find(same).unwrap_or_else(|| panic!("no cell {country} {month}"))
    };
    for (month, want) in case["by_month"].as_object().expect("months") {
        check(cell("(all)", month), want);
    }
    for (country, want) in case["top_countries"].as_object().expect("countries") {
        check(cell(country, "(all)"), want);
    }
    for (name, want) in case["cells"].as_object().expect("cells") {
        let (country, month) = name.split_once('|').expect("country and month");
        check(cell(country, month), want);
    }
    for (by, name) in [
        ("Country,InvoiceDate:month", "n_cells_cube_country_month"),
        ("Country,InvoiceDate:month,InvoiceDate:weekday", "n_cells_cube_country_month_dow"),
        ("StockCode,InvoiceDate:month", "n_cells_cube_stockcode_month"),
    ] {
        let found = json(&["cube", &file, "--by", by, "--totals", "cube"]);
        near(name, number(&found, "cells_count"), number(&case, name), 0.0);
    }
}

#[test]
fn special_functions() {
    let Some(case) = expected("special_functions") else { return };
    for (name, own, arguments, relative) in [
        ("hyp2f1", "hyp2f1", &["a", "b", "c", "z"][..], 1e-9),
        ("lgamma", "ln-gamma", &["x"], 1e-10),
        ("digamma", "digamma", &["x"], 1e-10),
        ("chi2_log_sf", "ln-chi2-sf", &["x", "df"], 1e-10),
        ("betainc_regularized", "beta", &["x", "a", "b"], 1e-10),
        ("gammainc_upper_regularized", "gamma-q", &["a", "x"], 1e-10),
        ("normal_ppf", "normal-quantile", &["p"], 1e-10),
        ("student_t_sf_two_sided", "t-sf-two-sided", &["t", "df"], 1e-10),
    ] {
        for case in case[name].as_array().expect("cases") {
            let values: Vec<String> = arguments.iter().map(|argument| case[*argument].to_string()).collect();
            let mut line = vec!["special", own];
            line.extend(values.iter().map(String::as_str));
            let (have, want) = (number(&json(&line), "value"), number(case, "value"));
            close(&format!("{own} {values:?}"), have, want, relative * want.abs().max(1e-5));
        }
    }
}

#[test]
fn histories_counted_before() {
    let Some(case) = expected("bgnbd_cdnow_sample") else { return };
    let folder = folder().expect("there is a case");
    let counted = folder.join("reference/analytics/cdnow_sample_rfm.csv");
    let counted = counted.to_str().expect("a path in UTF-8");
    let columns = ["--customer", "sample_id", "--recency", "t_x", "--mean-value", "m_x", "--frequency", "x"];
    let found = json(&[&["bgnbd", counted], &columns[..]].concat());
    for name in ["r", "alpha", "a", "b"] {
        near(name, number(&found["params"], name), number(&case["params"], name), 1e-3);
    }
    close("log likelihood", number(&found, "log_likelihood"), number(&case, "log_likelihood"), 0.01);
    let spending = json(&[&["gammagamma", counted], &columns[..]].concat());
    let want = expected("gammagamma_clv_cdnow").expect("the case beside");
    for name in ["p", "q", "v"] {
        near(name, number(&spending["params"], name), number(&want["from_raw"]["params"], name), 5e-3);
    }
    // Counting them here from the purchases gives the same, customer by customer.
    let days = ["--until", "1997-09-30", "--holdout-until", "1998-06-30"];
    let line = [
        &["gammagamma", &data("CDNOW_sample.txt"), "--columns", "master,customer,date,cds,amount"],
        &days[..],
    ];
    let own = json(&line.concat());
    let text = std::fs::read_to_string(counted).expect("the file");
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let value = |at: usize| fields[at].parse::<f64>().expect("a number");
        let have = row(&own["customers"], "customer", fields[0]);
        close("x", number(have, "repeat_purchases"), value(1), 0.0);
        close("t_x", number(have, "last_purchase_at"), value(2), 1e-9);
        close("T", number(have, "age"), value(3), 1e-9);
        close("m_x", number(have, "mean_value"), value(4), 1e-9);
    }
}
