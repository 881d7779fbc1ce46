//! CART against scikit-learn, CHAID against Kass's algorithm as SPSS has it.

use analytics::prediction::metrics::auc;
use analytics::trees::*;
use analytics::{Feature, Silent};
use serde_json::Value;

use crate::shared::{close, expected, near, number, numbers};
use crate::telco::{CATEGORIES, Coded, Part, Telco, at};

/// Training and test columns of the CART cases, with churn.
struct Data {
    telco: Telco,
    train: Part,
    test: Part,
    y_train: Vec<f64>,
    y_test: Vec<f64>,
}

const COLUMNS: [&str; 8] = [
    "tenure",
    "MonthlyCharges",
    "TotalCharges",
    "SeniorCitizen",
    "contract",
    "internet",
    "paperless",
    "echeck",
];

fn data() -> Data {
    let telco = Telco::read();
    let fold = telco.fold();
    let sum = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| a + b).collect::<Vec<f64>>();
    let contract = sum(telco.is("Contract", &["One year", "Two year"]), telco.is("Contract", &["Two year"]));
    let internet = sum(
        telco.is("InternetService", &["DSL", "Fiber optic"]),
        telco.is("InternetService", &["Fiber optic"]),
    );
    let columns = [
        telco.numbers("tenure"),
        telco.numbers("MonthlyCharges"),
        telco.numbers("TotalCharges"),
        telco.numbers("SeniorCitizen"),
        contract,
        internet,
        telco.is("PaperlessBilling", &["Yes"]),
        telco.is("PaymentMethod", &["Electronic check"]),
    ];
    let features: Vec<Feature> =
        COLUMNS.iter().zip(&columns).map(|(name, v)| Feature::numbers(name, v)).collect();
    let y = telco.churn();
    Data {
        train: Part::take(&features, &fold.train),
        test: Part::take(&features, &fold.test),
        y_train: at(&y, &fold.train),
        y_test: at(&y, &fold.test),
        telco,
    }
}

impl Data {
    fn grow(&self, options: &CartOptions) -> Cart {
        self.train.with(|f| cart(f, &self.y_train, None, options, &Silent)).unwrap()
    }

    fn test_auc(&self, tree: &Cart) -> f64 {
        auc(&self.y_test, &self.test.with(|f| tree.predict(f)).unwrap(), None).unwrap()
    }

    fn accuracy(&self, tree: &Cart, part: &Part, y: &[f64]) -> f64 {
        let classes = part.with(|f| tree.classes(f)).unwrap();
        classes.iter().zip(y).filter(|(class, y)| f64::from(**class) == **y).count() as f64 / y.len() as f64
    }
}

fn check_tree(tree: &Cart, want: &Value) {
    let want = want.as_array().unwrap();
    assert_eq!(tree.nodes.len(), want.len());
    for (node, want) in tree.nodes.iter().zip(want) {
        close("depth", node.depth as f64, number(want, "depth"), 0.0);
        close("rows", node.rows, number(want, "n"), 0.0);
        close("impurity", node.impurity, number(want, "impurity"), 1e-6 * number(want, "impurity").max(1.0));
        close("value", node.answer(), number(want, "value"), 1e-6 * number(want, "value").abs().max(1.0));
        match &node.split {
            None => assert!(want["feature"].is_null()),
            Some((Split::Number { feature, border, .. }, _, _)) => {
                assert_eq!(Value::from(COLUMNS[*feature]), want["feature"]);
                near("border", *border, number(want, "threshold_le_goes_left"), 1e-6);
            }
            Some((split, _, _)) => panic!("{split:?} is not about numbers"),
        }
    }
}

#[test]
fn gini_and_entropy_grow_the_trees_of_scikit_learn() {
    let Some(case) = expected("cart_telco") else { return };
    let data = data();
    let gini = CartOptions { max_depth: 4, min_leaf: 50, ..CartOptions::new(Criterion::Gini) };
    let tree = data.grow(&gini);
    let want = &case["gini_depth4_leaf50"];
    check_tree(&tree, &want["tree"]);
    close("leaves", tree.leaf_count() as f64, number(want, "n_leaves"), 0.0);
    close("test AUC", data.test_auc(&tree), number(want, "test_auc"), 1e-4);
    close("train", data.accuracy(&tree, &data.train, &data.y_train), number(want, "train_acc"), 1e-6);
    close("test", data.accuracy(&tree, &data.test, &data.y_test), number(want, "test_acc"), 1e-6);
    for (name, share) in COLUMNS.iter().zip(tree.importance()) {
        close(name, share, number(&want["importance"], name), 1e-6);
    }

    let entropy = CartOptions { max_depth: 3, min_leaf: 100, ..CartOptions::new(Criterion::Entropy) };
    let tree = data.grow(&entropy);
    check_tree(&tree, &case["entropy_depth3_leaf100"]["tree"]);
    close("test AUC", data.test_auc(&tree), number(&case, "entropy_depth3_leaf100/test_auc"), 1e-4);
}

#[test]
fn pruning_meets_scikit_learn() {
    let Some(case) = expected("cart_telco") else { return };
    let data = data();
    let case = &case["pruning_leaf20"];
    let tree = data.grow(&CartOptions { min_leaf: 20, ..CartOptions::new(Criterion::Gini) });
    close("leaves", tree.leaf_count() as f64, number(case, "full_leaves"), 0.0);
    let path = pruning_path(&tree);
    let last = numbers(&case["last_alphas"]);
    for (step, want) in path[path.len() - last.len()..].iter().zip(last) {
        close("alpha", step.alpha, want, 1e-9);
    }
    for (alpha, want) in case["at_alpha"].as_object().unwrap() {
        let tree = tree.pruned(alpha.parse().unwrap());
        close("leaves", tree.leaf_count() as f64, number(want, "n_leaves"), 0.0);
        close("depth", tree.depth() as f64, number(want, "depth"), 0.0);
        close("test AUC", data.test_auc(&tree), number(want, "test_auc"), 1e-4);
        close("test", data.accuracy(&tree, &data.test, &data.y_test), number(want, "test_acc"), 1e-6);
    }
}

#[test]
fn regression_grows_the_tree_of_scikit_learn() {
    let Some(case) = expected("cart_telco") else { return };
    let data = data();
    let charges = at(&data.telco.numbers("TotalCharges"), &data.telco.fold().train);
    let options = CartOptions { max_depth: 3, min_leaf: 100, ..CartOptions::new(Criterion::Squared) };
    // The column to be predicted is left out by making it constant.
    let nothing = vec![0.0; charges.len()];
    let tree = data.train.with(|features| {
        let mut features = features.to_vec();
        features[2] = Feature::numbers("TotalCharges", &nothing);
        cart(&features, &charges, None, &options, &Silent).unwrap()
    });
    check_tree(&tree, &case["regression_totalcharges_depth3_leaf100"]["tree"]);
}

#[test]
fn multipliers_are_those_of_kass() {
    let Some(case) = expected("chaid") else { return };
    for (name, want) in case["multipliers"].as_object().unwrap() {
        let (kind, sizes) = name.split_once(" c=").unwrap();
        let (c, r) = sizes.split_once(" r=").unwrap();
        let scale = if kind == "nominal" { Scale::Nominal } else { Scale::Ordinal };
        close(name, multiplier(scale, c.parse().unwrap(), r.parse().unwrap()), want.as_f64().unwrap(), 0.0);
    }
}

const EDGES: [f64; 10] = [0.0, 3.0, 7.0, 13.0, 19.0, 27.0, 37.0, 46.0, 55.0, 65.0];

#[test]
fn chaid_grows_the_tree_of_the_reference() {
    let Some(case) = expected("chaid") else { return };
    let telco = Telco::read();
    let mut coded: Vec<Coded> = CATEGORIES.iter().map(|name| telco.coded(name)).collect();
    coded[1].names = vec!["No".to_owned(), "Yes".to_owned()];
    let band = |tenure: f64| EDGES.iter().filter(|edge| **edge <= tenure).count() as u32 - 1;
    let bands = telco.numbers("tenure").into_iter().map(band).collect();
    coded.push(Coded { codes: bands, names: (0..EDGES.len()).map(|band| band.to_string()).collect() });
    let names: Vec<Vec<&str>> = coded.iter().map(|c| c.names.iter().map(String::as_str).collect()).collect();
    let labels: Vec<&str> = CATEGORIES.into_iter().chain(["tenure_band"]).collect();
    let predictors: Vec<Predictor> = (0..labels.len())
        .map(|at| Predictor {
            name: labels[at],
            codes: &coded[at].codes,
            names: &names[at],
            scale: if at == CATEGORIES.len() { Scale::Ordinal } else { Scale::Nominal },
        })
        .collect();
    let outcome: Vec<u32> = telco.churn().iter().map(|y| *y as u32).collect();
    let tree =
        chaid(&predictors, Target::Classes(&outcome), None, &ChaidOptions::default(), &Silent).unwrap();
    let want = &case["telco"];
    close("nodes", tree.nodes.len() as f64, number(want, "n_nodes"), 0.0);
    close("leaves", tree.leaf_count() as f64, number(want, "n_leaves"), 0.0);
    close(
        "AUC",
        auc(&telco.churn(), &tree.predict(&predictors).unwrap(), None).unwrap(),
        number(want, "train_auc"),
        1e-9,
    );
    for (node, want) in tree.nodes.iter().zip(want["nodes"].as_array().unwrap()) {
        assert_eq!(node.parent.map_or(Value::Null, Value::from), want["parent"]);
        assert_eq!(node.answers.counts(), numbers(&want["counts"]));
        assert_eq!(node.children.is_empty(), want["split"].is_null());
        for (found, want) in node.candidates.iter().zip(want["candidates"].as_array().unwrap_or(&Vec::new()))
        {
            check_candidate(found, want, &predictors[found.predictor]);
        }
    }
    let plain = ChaidOptions { bonferroni: false, ..ChaidOptions::default() };
    let tree = chaid(&predictors, Target::Classes(&outcome), None, &plain, &Silent).unwrap();
    close(
        "nodes without Bonferroni",
        tree.nodes.len() as f64,
        number(&case, "telco_no_bonferroni_n_nodes"),
        0.0,
    );
}

fn check_candidate(found: &Candidate, want: &Value, predictor: &Predictor) {
    assert_eq!(Value::from(predictor.name), want["var"]);
    near("chi2", found.statistic, number(want, "chi2"), 1e-9);
    close("degrees of freedom", found.df as f64, number(want, "df"), 0.0);
    close("multiplier", found.multiplier, number(want, "multiplier"), 0.0);
    close("ln p", found.ln_adjusted_p, number(want, "log_adj_p"), 1e-6);
    let sorted = |mut groups: Vec<Vec<String>>| {
        groups.iter_mut().for_each(|group| group.sort());
        groups.sort();
        groups
    };
    let name = |code: &u32| predictor.names[*code as usize].to_owned();
    let have = found.groups.iter().map(|group| group.iter().map(name).collect()).collect();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let groups = want["groups"].as_array().unwrap().iter();
    let want = groups.map(|group| group.as_array().unwrap().iter().map(text).collect()).collect();
    assert_eq!(sorted(have), sorted(want));
}
