//! Small trees, worked by hand.

use super::*;
use crate::random::Random;
use crate::{Error, Feature, MISSING, Silent};

fn grow(features: &[Feature], y: &[f64], criterion: Criterion) -> Cart {
    cart(features, y, None, &CartOptions::new(criterion), &Silent).unwrap()
}

#[test]
fn two_steps_are_found() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let y = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let features = [Feature::numbers("age", &x)];
    let tree = grow(&features, &y, Criterion::Gini);
    assert!((tree.nodes[0].impurity - 4.0 / 9.0).abs() < 1e-15);
    assert_eq!((tree.leaf_count(), tree.depth()), (3, 2));
    assert_eq!(tree.predict(&features).unwrap(), y);
    let view = TreeView::of_cart(&tree, &features);
    assert_eq!(view.expression(), "if(age <= 2.5, 0, if(age <= 4.5, 1, 0))");
    assert_eq!(
        view.printed(),
        "all: 33.3 % (6 rows)\n├─ age ≤ 2.5: 0.0 % (2 rows)\n└─ age > 2.5: 50.0 % (4 rows)\n   \
         ├─ age ≤ 4.5: 100.0 % (2 rows)\n   └─ age > 4.5: 0.0 % (2 rows)\n"
    );
    assert!(view.printed_rules().starts_with("if age > 2.5 and age ≤ 4.5 then 100.0 % (2 rows)\n"));
    let svg = view.svg();
    assert!(svg.starts_with("<svg ") && svg.contains("age ≤ 2.5") && svg.contains("age &gt; 2.5"));
    assert_eq!(svg.matches("<rect").count(), 5);
}

#[test]
fn entropy_is_in_bits_and_variance_over_n() {
    let x = [1.0, 2.0, 3.0, 4.0];
    let classes = grow(&[Feature::numbers("x", &x)], &[0.0, 0.0, 1.0, 1.0], Criterion::Entropy);
    assert_eq!(classes.nodes[0].impurity, 1.0);
    let numbers = grow(&[Feature::numbers("x", &x)], &[1.0, 1.0, 3.0, 3.0], Criterion::Squared);
    assert_eq!((numbers.nodes[0].impurity, numbers.nodes[0].answer()), (1.0, 2.0));
    assert_eq!(numbers.nodes[1].answer(), 1.0);
}

#[test]
fn categories_and_gaps_find_their_side() {
    let codes = [0, 1, 2, 0, 1, 2, MISSING, MISSING];
    let y = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0];
    let features = [Feature::categories("channel", &codes, &["web", "shop", "fair"])];
    let tree = grow(&features, &y, Criterion::Gini);
    assert_eq!(tree.predict(&features).unwrap(), y);
    let view = TreeView::of_cart(&tree, &features);
    assert_eq!(
        view.expression(),
        "if(channel = \"shop\" or channel is empty, 0, if(channel = \"web\" or channel = \"fair\", 1, 0.5))"
    );
    let x = [1.0, f64::NAN, 2.0, f64::NAN, 3.0, 4.0];
    let y = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0];
    let features = [Feature::numbers("x", &x)];
    let tree = grow(&features, &y, Criterion::Gini);
    assert_eq!(tree.predict(&features).unwrap(), y);
    assert_eq!(TreeView::of_cart(&tree, &features).expression(), "if(x is not empty, 0, 1)");
}

#[test]
fn three_classes_are_told_apart() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let y = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0];
    let features = [Feature::numbers("x", &x)];
    let tree = grow(&features, &y, Criterion::Gini);
    assert_eq!(tree.classes(&features).unwrap(), [0, 0, 1, 1, 2, 2]);
}

#[test]
fn weights_count_like_repeated_rows() {
    let x = [1.0, 2.0, 3.0, 4.0];
    let y = [0.0, 1.0, 0.0, 1.0];
    let weighed = cart(
        &[Feature::numbers("x", &x)],
        &y,
        Some(&[3.0, 1.0, 2.0, 1.0]),
        &CartOptions::new(Criterion::Gini),
        &Silent,
    );
    let x = [1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 4.0];
    let y = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0];
    assert_eq!(weighed.unwrap(), grow(&[Feature::numbers("x", &x)], &y, Criterion::Gini));
}

#[test]
fn pruning_takes_the_weakest_branch_first() {
    let mut random = Random::new(1);
    let x: Vec<f64> = (0..300).map(|_| random.uniform()).collect();
    let y: Vec<f64> =
        x.iter().map(|x| f64::from(u8::from(random.uniform() < if *x > 0.6 { 0.9 } else { 0.2 }))).collect();
    let features = [Feature::numbers("x", &x)];
    let tree = grow(&features, &y, Criterion::Gini);
    let path = pruning_path(&tree);
    assert!(path.windows(2).all(|pair| pair[0].alpha <= pair[1].alpha && pair[0].leaves > pair[1].leaves));
    assert_eq!((path[0].leaves, path[path.len() - 1].leaves), (tree.leaf_count(), 1));
    for step in &path {
        let pruned = tree.pruned(step.alpha);
        let cost: f64 =
            pruned.nodes.iter().filter(|n| n.split.is_none()).map(|n| n.rows / 300.0 * n.impurity).sum();
        assert!(pruned.leaf_count() <= step.leaves && cost >= step.cost - 1e-12);
    }
    let two = tree.pruned(0.02);
    assert_eq!(two.leaf_count(), 2);
}

#[test]
fn a_tree_of_few_leaves_asks_first_where_it_helps_most() {
    // The left half is mixed a little in three places, the right half a lot in one.
    let x: Vec<f64> = (0..80).map(f64::from).collect();
    let y: Vec<f64> = (0..80).map(|i| f64::from(u8::from(i >= 60 || [5, 15, 25].contains(&i)))).collect();
    let features = [Feature::numbers("x", &x)];
    let of = |max_leaves| {
        let options = CartOptions { max_leaves, ..CartOptions::new(Criterion::Gini) };
        cart(&features, &y, None, &options, &Silent)
    };
    let whole = grow(&features, &y, Criterion::Gini);
    assert_eq!(of(1000).unwrap(), whole);
    let leaves: Vec<usize> = (1..=whole.leaf_count()).map(|most| of(most).unwrap().leaf_count()).collect();
    assert_eq!(leaves, (1..=whole.leaf_count()).collect::<Vec<_>>());
    let two = of(2).unwrap();
    assert!(matches!(two.nodes[0].split, Some((Split::Number { border: 59.5, .. }, 1, 2))), "{two:?}");
    let cost = |tree: &Cart| {
        tree.nodes
            .iter()
            .filter(|node| node.split.is_none())
            .map(|node| node.rows * node.impurity)
            .sum::<f64>()
    };
    assert!((2..leaves.len()).all(|most| cost(&of(most).unwrap()) >= cost(&of(most + 1).unwrap())));
    assert!(matches!(of(0), Err(Error::Parameter { .. })));
}

#[test]
fn what_grows_no_tree_is_refused() {
    let ones = [1.0; 4];
    let mixed = [0.0, 1.0, 0.0, 1.0];
    let run = |x: &[f64], y: &[f64]| {
        cart(&[Feature::numbers("x", x)], y, None, &CartOptions::new(Criterion::Gini), &Silent).unwrap_err()
    };
    assert_eq!(run(&mixed, &ones), Error::OneClass);
    assert!(matches!(run(&ones, &mixed), Error::Constant { .. }));
    assert!(matches!(run(&mixed, &[0.5, 1.0, 0.0, 1.0]), Error::Value { row: 0, .. }));
    assert!(matches!(run(&mixed[..3], &mixed), Error::Length { .. }));
}

#[test]
fn bonferroni_counts_the_ways_to_merge() {
    assert_eq!(multiplier(Scale::Nominal, 5, 3), 25.0);
    assert_eq!(multiplier(Scale::Nominal, 10, 4), 34_105.0);
    assert_eq!(multiplier(Scale::Ordinal, 10, 4), 84.0);
    // Kass 1980, eq. 3.3: C(c − 2, r − 2) + r C(c − 2, r − 1).
    assert_eq!(multiplier(Scale::Floating, 5, 3), 3.0 + 3.0 * 3.0);
    assert_eq!(multiplier(Scale::Ordinal, 6, 6), 1.0);
}

/// 300 rows: a and b answer alike, c does not.
fn three_kinds() -> (Vec<u32>, Vec<u32>) {
    let kind: Vec<u32> = (0..300).map(|row| row / 100).collect();
    let y = (0..300).map(|row| u32::from(row % 100 < [20, 22, 60][row as usize / 100])).collect();
    (kind, y)
}

#[test]
fn chaid_merges_what_answers_alike() {
    let (kind, y) = three_kinds();
    let predictor = Predictor { name: "kind", codes: &kind, names: &["a", "b", "c"], scale: Scale::Nominal };
    let tree = chaid(&[predictor], Target::Classes(&y), None, &ChaidOptions::default(), &Silent).unwrap();
    let split = &tree.nodes[0].candidates[0];
    assert_eq!(split.groups, [vec![0, 1], vec![2]]);
    // 42 of 200 against 60 of 100.
    let chi2 = 300.0 * (42.0f64 * 40.0 - 158.0 * 60.0).powi(2) / (200.0 * 100.0 * 102.0 * 198.0);
    assert!((split.statistic - chi2).abs() < 1e-9);
    assert_eq!((split.df, split.multiplier), (1, 3.0));
    assert!((split.ln_adjusted_p - split.ln_p - 3f64.ln()).abs() < 1e-12);
    let chances = tree.predict(&[predictor]).unwrap();
    assert_eq!((chances[0], chances[299]), (0.21, 0.6));
    let view = TreeView::of_chaid(&tree);
    assert_eq!(view.expression(), "if(kind = \"a\" or kind = \"b\", 0.21, if(kind = \"c\", 0.6, 0.34))");
}

#[test]
fn case_weights_count_like_repeated_rows() {
    let (kind, y) = three_kinds();
    let names = ["a", "b", "c"];
    let predictor = Predictor { name: "kind", codes: &kind, names: &names, scale: Scale::Nominal };
    let whole = chaid(&[predictor], Target::Classes(&y), None, &ChaidOptions::default(), &Silent).unwrap();
    let codes = [0, 0, 1, 1, 2, 2];
    let short = Predictor { codes: &codes, ..predictor };
    let weights = [20.0, 80.0, 22.0, 78.0, 60.0, 40.0];
    let weighed = chaid(
        &[short],
        Target::Classes(&[1, 0, 1, 0, 1, 0]),
        Some(&weights),
        &ChaidOptions::default(),
        &Silent,
    )
    .unwrap();
    assert_eq!(whole, weighed);
}

#[test]
fn ordered_categories_merge_with_neighbours_only_and_gaps_with_any() {
    // Bands 0 and 2 answer alike, 1 does not: nominal merges them, ordinal must not.
    let codes: Vec<u32> = (0..600).map(|row| if row < 300 { row / 100 } else { MISSING }).collect();
    let y: Vec<u32> =
        (0..600).map(|row| u32::from(row % 100 < [20, 70, 20, 70, 70, 70][row as usize / 100])).collect();
    let names = ["low", "mid", "high"];
    let ordinal = Predictor { name: "band", codes: &codes, names: &names, scale: Scale::Ordinal };
    let tree = chaid(&[ordinal], Target::Classes(&y), None, &ChaidOptions::default(), &Silent).unwrap();
    let split = &tree.nodes[0].candidates[0];
    assert_eq!(split.groups, [vec![0], vec![1, MISSING], vec![2]]);
    assert_eq!(split.multiplier, multiplier(Scale::Floating, 4, 3));
    let nominal = Predictor { scale: Scale::Nominal, ..ordinal };
    let tree = chaid(&[nominal], Target::Classes(&y), None, &ChaidOptions::default(), &Silent).unwrap();
    assert_eq!(tree.nodes[0].candidates[0].groups, [vec![0, 2], vec![1, MISSING]]);
}

#[test]
fn small_groups_join_the_most_similar() {
    let (mut kind, y) = three_kinds();
    (250..260).for_each(|row| kind[row] = 3);
    let predictor =
        Predictor { name: "kind", codes: &kind, names: &["a", "b", "c", "d"], scale: Scale::Nominal };
    let options = ChaidOptions { merge: 1e-9, min_child: 50.0, ..ChaidOptions::default() };
    let tree = chaid(&[predictor], Target::Classes(&y), None, &options, &Silent).unwrap();
    assert!(tree.nodes.iter().all(|node| node.answers.rows() >= 50.0));
}

#[test]
fn a_number_is_told_by_the_f_test() {
    // a and b have 1 to 6, c has 11 to 16.
    let codes: Vec<u32> = (0..18).map(|row| row / 6).collect();
    let y: Vec<f64> = (0..18).map(|row| f64::from(row % 6 + 1 + if row < 12 { 0 } else { 10 })).collect();
    let names = ["a", "b", "c"];
    let kind = Predictor { name: "kind", codes: &codes, names: &names, scale: Scale::Nominal };
    let options = ChaidOptions { min_parent: 2.0, min_child: 1.0, max_depth: 1, ..ChaidOptions::default() };
    let tree = chaid(&[kind], Target::Numbers(&y), None, &options, &Silent).unwrap();
    let split = &tree.nodes[0].candidates[0];
    assert_eq!(split.groups, [vec![0, 1], vec![2]]);
    // Means 3.5 (12 rows) and 13.5 (6 rows) about 41/6; 35/12 · 18 within.
    let (middle, within) = (41.0 / 6.0, 52.5);
    let between: f64 = 12.0 * (3.5f64 - middle).powi(2) + 6.0 * (13.5f64 - middle).powi(2);
    assert!((split.statistic - between / (within / 16.0)).abs() < 1e-9);
    assert_eq!((split.df, split.df_within, split.multiplier), (1, Some(16.0), 3.0));
    assert!((split.ln_p - crate::special::ln_f_sf(split.statistic, 1.0, 16.0)).abs() < 1e-12);
    assert_eq!(tree.predict(&[kind]).unwrap()[17], 13.5);
    assert!((tree.nodes[2].answers.deviation().unwrap() - 3.5f64.sqrt()).abs() < 1e-12);
    let weights: Vec<f64> = (0..18).map(|row| if row % 6 == 0 { 0.0 } else { 2.0 }).collect();
    let weighed = chaid(&[kind], Target::Numbers(&y), Some(&weights), &options, &Silent).unwrap();
    let twice: Vec<usize> = (0..18).filter(|row| row % 6 > 0).flat_map(|row| [row, row]).collect();
    let (codes, y): (Vec<u32>, Vec<f64>) = twice.iter().map(|&row| (codes[row], y[row])).unzip();
    let kind = Predictor { codes: &codes, ..kind };
    let repeated = chaid(&[kind], Target::Numbers(&y), None, &options, &Silent).unwrap();
    let (have, want) = (&weighed.nodes[0].candidates[0], &repeated.nodes[0].candidates[0]);
    assert_eq!(have.groups, want.groups);
    assert!((have.statistic - want.statistic).abs() < 1e-9 * want.statistic);
}

#[test]
fn exhaustive_merging_takes_the_step_least_likely_by_chance() {
    // 10, 12, 30 and 60 of 100: a and b together are the least likely by chance.
    let codes: Vec<u32> = (0..400).map(|row| row / 100).collect();
    let y: Vec<u32> =
        (0..400).map(|row| u32::from(row % 100 < [10, 12, 30, 60][row as usize / 100])).collect();
    let names = ["a", "b", "c", "d"];
    let kind = Predictor { name: "kind", codes: &codes, names: &names, scale: Scale::Nominal };
    let options = ChaidOptions { exhaustive: true, ..ChaidOptions::default() };
    let tree = chaid(&[kind], Target::Classes(&y), None, &options, &Silent).unwrap();
    let split = &tree.nodes[0].candidates[0];
    assert_eq!(split.groups, [vec![0, 1], vec![2], vec![3]]);
    // Of four kinds 6 pairs, of three 3, of two 1.
    assert_eq!(split.multiplier, 10.0);
    assert_eq!(exhaustive_multiplier(Scale::Ordinal, 4), 6.0);
    assert_eq!(exhaustive_multiplier(Scale::Floating, 4), 9.0);
    // With all four kept apart, chance is likelier.
    let strict = ChaidOptions { merge: 1.0, ..ChaidOptions::default() };
    let all = chaid(&[kind], Target::Classes(&y), None, &strict, &Silent).unwrap();
    assert!(all.nodes[0].candidates[0].ln_p > split.ln_p);
}

#[test]
fn rows_of_weight_zero_are_left_out() {
    let (kind, y) = three_kinds();
    let names = ["a", "b", "c"];
    let predictor = Predictor { name: "kind", codes: &kind, names: &names, scale: Scale::Nominal };
    let weights: Vec<f64> = kind.iter().map(|&code| f64::from(u8::from(code > 0))).collect();
    let tree = chaid(&[predictor], Target::Classes(&y), Some(&weights), &ChaidOptions::default(), &Silent);
    let tree = tree.unwrap();
    assert_eq!(tree.nodes[0].answers.rows(), 200.0);
    assert_eq!(tree.nodes[0].candidates[0].groups, [vec![1], vec![2]]);
    let none = vec![0.0; 300];
    let refused = chaid(&[predictor], Target::Classes(&y), Some(&none), &ChaidOptions::default(), &Silent);
    assert_eq!(refused, Err(Error::Empty));
}
