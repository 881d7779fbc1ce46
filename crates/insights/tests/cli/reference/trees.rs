//! CART and CHAID on Telco.

use super::{close, column, data, expected, near, number, numbers};
use crate::line::{json, row};
use serde_json::Value;

const COLUMNS: [&str; 12] = [
    "--let",
    "contract_years = if(Contract = \"Two year\", 2, if(Contract = \"One year\", 1, 0))",
    "--let",
    "internet = if(InternetService = \"Fiber optic\", 2, if(InternetService = \"DSL\", 1, 0))",
    "--let",
    "paperless = if(PaperlessBilling = \"Yes\", 1, 0)",
    "--let",
    "echeck = if(PaymentMethod = \"Electronic check\", 1, 0)",
    "--let",
    "charges = coalesce(TotalCharges, 0)",
    "--test-every",
    "5",
];
const FEATURES: &str = "tenure,MonthlyCharges,charges,SeniorCitizen,contract_years,internet,paperless,echeck";

fn grow(options: &[&str]) -> Value {
    json(&[&["cart", &data("telco_churn.csv")], &COLUMNS[..], options].concat())
}

fn check_tree(found: &Value, want: &Value) {
    let (have, want) = (found["nodes"].as_array().expect("nodes"), want.as_array().expect("nodes"));
    assert_eq!(have.len(), want.len());
    for (node, want) in have.iter().zip(want) {
        near("depth", number(node, "depth"), number(want, "depth"), 0.0);
        near("rows", number(node, "rows"), number(want, "n"), 0.0);
        close(
            "impurity",
            number(node, "impurity"),
            number(want, "impurity"),
            1e-6 * number(want, "impurity").max(1.0),
        );
        close(
            "answer",
            number(node, "answer"),
            number(want, "value"),
            1e-6 * number(want, "value").abs().max(1.0),
        );
        match want["feature"].as_str() {
            None => assert_eq!(node["column"], ""),
            Some(name) => {
                let own = match name {
                    "TotalCharges" => "charges",
                    "contract" => "contract_years",
                    name => name,
                };
                assert_eq!(node["column"], own);
                near("border", number(node, "border"), number(want, "threshold_le_goes_left"), 1e-6);
            }
        }
    }
}

#[test]
fn cart_on_telco() {
    let Some(case) = expected("cart_telco") else { return };
    let churn = ["--outcome", "Churn", "--features", FEATURES];
    let found = grow(&[&churn[..], &["--max-depth", "4", "--min-leaf", "50"]].concat());
    let want = &case["gini_depth4_leaf50"];
    check_tree(&found, &want["tree"]);
    near("leaves", number(&found, "leaves"), number(want, "n_leaves"), 0.0);
    close("AUC", number(&found["test"], "auc"), number(want, "test_auc"), 1e-4);
    close("train", number(&found["train"], "accuracy"), number(want, "train_acc"), 1e-6);
    close("test", number(&found["test"], "accuracy"), number(want, "test_acc"), 1e-6);
    let entropy = ["--criterion", "entropy", "--max-depth", "3", "--min-leaf", "100"];
    let found = grow(&[&churn[..], &entropy].concat());
    let want = &case["entropy_depth3_leaf100"];
    check_tree(&found, &want["tree"]);
    close("AUC", number(&found["test"], "auc"), number(want, "test_auc"), 1e-4);

    let want = &case["pruning_leaf20"];
    let full = ["--max-depth", "1000", "--min-leaf", "20"];
    let found = grow(&[&churn[..], &full].concat());
    near("leaves", number(&found, "leaves"), number(want, "full_leaves"), 0.0);
    let (alphas, last) = (column(&found["pruning"], "alpha"), numbers(&want["last_alphas"]));
    for (have, want) in alphas[alphas.len() - last.len()..].iter().zip(last) {
        close("alpha", *have, want, 1e-9);
    }
    for (alpha, want) in want["at_alpha"].as_object().expect("prunings") {
        let found = grow(&[&churn[..], &full, &["--prune", alpha]].concat());
        near("leaves", number(&found, "leaves"), number(want, "n_leaves"), 0.0);
        near("depth", number(&found, "depth"), number(want, "depth"), 0.0);
        close("AUC", number(&found["test"], "auc"), number(want, "test_auc"), 1e-4);
        close("test", number(&found["test"], "accuracy"), number(want, "test_acc"), 1e-6);
    }
    let squared = ["--criterion", "squared", "--max-depth", "3", "--min-leaf", "100"];
    let found = grow(&[&["--outcome", "charges", "--features", FEATURES], &squared[..]].concat());
    check_tree(&found, &case["regression_totalcharges_depth3_leaf100"]["tree"]);
}

#[test]
fn chaid_on_telco() {
    let Some(case) = expected("chaid") else { return };
    let file = data("telco_churn.csv");
    let line = [
        "chaid",
        &file,
        "--outcome",
        "Churn",
        "--features",
        "gender,senior,Partner,Dependents,PhoneService,MultipleLines,InternetService,OnlineSecurity,OnlineBackup,\
         DeviceProtection,TechSupport,StreamingTV,StreamingMovies,Contract,PaperlessBilling,PaymentMethod,tenure",
        "--let",
        "senior = if(SeniorCitizen = 1, \"Yes\", \"No\")",
        "--edges",
        "tenure=0,3,7,13,19,27,37,46,55,65",
    ];
    let found = json(&line);
    let want = &case["telco"];
    near("nodes", number(&found, "nodes_count"), number(want, "n_nodes"), 0.0);
    near("leaves", number(&found, "leaves"), number(want, "n_leaves"), 0.0);
    close("AUC", number(&found, "auc"), number(want, "train_auc"), 1e-9);
    let candidates = found["candidates"].as_array().expect("candidates");
    for want in want["nodes"].as_array().expect("nodes") {
        let id = want["id"].to_string();
        let have = row(&found["nodes"], "node", &id);
        assert_eq!(numbers(&have["counts"]), numbers(&want["counts"]));
        let mut own = candidates.iter().filter(|own| format!("{}", own["node"]) == id);
        for want in want["candidates"].as_array().unwrap_or(&Vec::new()) {
            let have = own.next().expect("a candidate");
            let name = match want["var"].as_str().expect("a name") {
                "tenure_band" => "tenure",
                "SeniorCitizen" => "senior",
                name => name,
            };
            assert_eq!(have["column"], name);
            near("chi2", number(have, "chi2"), number(want, "chi2"), 1e-9);
            near("df", number(have, "df"), number(want, "df"), 0.0);
            near("multiplier", number(have, "multiplier"), number(want, "multiplier"), 0.0);
            close("ln p", number(have, "ln_adjusted_p"), number(want, "log_adj_p"), 1e-6);
        }
    }
    let plain = json(&[&line[..], &["--no-bonferroni"]].concat());
    near("nodes", number(&plain, "nodes_count"), number(&case, "telco_no_bonferroni_n_nodes"), 0.0);
}
