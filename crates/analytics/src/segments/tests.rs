//! Three clouds of points, and small cases worked by hand.

use super::*;
use crate::random::Random;
use crate::{Error, Feature, Silent};

/// Three round clouds of 40 points around (0, 0), (10, 0), (0, 10).
fn clouds() -> Points {
    let mut random = Random::new(3);
    let middles = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0)];
    let (x, y): (Vec<f64>, Vec<f64>) = (0..120)
        .map(|row| (middles[row / 40].0 + random.normal(), middles[row / 40].1 + random.normal()))
        .unzip();
    Points::from_columns(&[&x, &y]).unwrap()
}

fn is_the_clouds(labels: &[u32]) {
    for cloud in labels.chunks(40) {
        assert!(cloud.iter().all(|label| *label == cloud[0]));
    }
    assert!(labels[0] != labels[40] && labels[40] != labels[80] && labels[80] != labels[0]);
}

/// Lloyd's iteration without bounds.
fn plain_lloyd(points: &Points, rows: &[usize]) -> (Vec<u32>, f64) {
    let mut centres: Vec<Vec<f64>> = rows.iter().map(|&row| points.row(row).to_vec()).collect();
    let mut labels = vec![u32::MAX; points.len()];
    loop {
        let far =
            |row: &[f64], centre: &[f64]| row.iter().zip(centre).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let near = |row: &[f64]| {
            (0..centres.len())
                .min_by(|&a, &b| far(row, &centres[a]).total_cmp(&far(row, &centres[b])))
                .unwrap()
        };
        let next: Vec<u32> = points.rows().map(|row| near(row) as u32).collect();
        let inertia = points.rows().zip(&next).map(|(row, &c)| far(row, &centres[c as usize])).sum();
        if next == labels {
            return (labels, inertia);
        }
        labels = next;
        for (c, centre) in centres.iter_mut().enumerate() {
            let own: Vec<usize> = (0..points.len()).filter(|&row| labels[row] == c as u32).collect();
            for (at, value) in centre.iter_mut().enumerate() {
                *value = own.iter().map(|&row| points.row(row)[at]).sum::<f64>() / own.len() as f64;
            }
        }
    }
}

#[test]
fn k_means_finds_the_clouds() {
    let fit = k_means(&clouds(), &KMeansOptions::new(3, 1), &Silent).unwrap();
    is_the_clouds(&fit.labels);
    assert!(fit.settled);
    assert_eq!(fit.sizes, [40, 40, 40]);
    assert_eq!(fit.label(&[9.0, 1.0]), fit.labels[40]);
}

#[test]
fn bounds_change_nothing() {
    let mut random = Random::new(11);
    for d in [1, 2, 3, 5, 7, 9] {
        let columns: Vec<Vec<f64>> = (0..d).map(|_| (0..400).map(|_| random.uniform()).collect()).collect();
        let points = Points::from_columns(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
        let rows = vec![3, 77, 150, 222, 390];
        let (labels, inertia) = plain_lloyd(&points, &rows);
        let options = KMeansOptions { start: Start::Rows(rows), ..KMeansOptions::new(5, 0) };
        let fit = k_means(&points, &options, &Silent).unwrap();
        assert_eq!(fit.labels, labels);
        assert!((fit.inertia - inertia).abs() < 1e-9);
    }
}

#[test]
fn threads_change_no_bit() {
    let mut random = Random::new(12);
    let column: Vec<f64> = (0..60_000).map(|_| random.normal()).collect();
    let points = Points::from_columns(&[&column, &column.iter().rev().copied().collect::<Vec<_>>()]).unwrap();
    for restarts in [1, 3] {
        let one = KMeansOptions { start: Start::Drawn { seed: 5, restarts }, ..KMeansOptions::new(4, 5) };
        let two = KMeansOptions { threads: 2, ..one.clone() };
        assert_eq!(k_means(&points, &one, &Silent).unwrap(), k_means(&points, &two, &Silent).unwrap());
    }
}

#[test]
fn an_empty_group_gets_a_far_row() {
    let points = Points::from_columns(&[&[0.0, 0.0, 1.0, 9.0]]).unwrap();
    let options = KMeansOptions { start: Start::Rows(vec![0, 1, 2]), ..KMeansOptions::new(3, 0) };
    let fit = k_means(&points, &options, &Silent).unwrap();
    assert!(fit.sizes.iter().all(|&size| size > 0));
}

#[test]
fn groups_that_cannot_be_are_refused() {
    let same = Points::from_columns(&[&[1.0, 1.0, 1.0]]).unwrap();
    let fit = k_means(&same, &KMeansOptions::new(2, 0), &Silent);
    assert_eq!(fit.unwrap_err(), Error::TooFew { what: "distinct rows", have: 1, need: 2 });
    assert!(matches!(same.standardised(), Err(Error::Constant { .. })));
    assert!(matches!(Points::from_columns(&[&[f64::NAN]]), Err(Error::Value { .. })));
    assert!(matches!(Points::from_columns(&[&[1.0, 1e200]]), Err(Error::Value { row: 1, .. })));
    assert_eq!(Points::from_columns(&[]).unwrap_err(), Error::Empty);
    let stop = |_: f64| false;
    assert_eq!(k_means(&clouds(), &KMeansOptions::new(3, 1), &stop).unwrap_err(), Error::Stopped);
}

#[test]
fn silhouette_and_gap_find_three_clouds() {
    let choices = choose_k(&clouds(), 6, 10, &KMeansOptions::new(1, 9), &Silent).unwrap();
    assert_eq!((choices.by_silhouette, choices.by_gap), (3, 3));
    assert!(choices.tried[2].silhouette.unwrap() > 0.7);
}

#[test]
fn the_gap_finds_no_groups_in_one_cloud() {
    let mut random = Random::new(4);
    let column = |random: &mut Random| (0..150).map(|_| random.normal()).collect::<Vec<f64>>();
    let points = Points::from_columns(&[&column(&mut random), &column(&mut random)]).unwrap();
    assert_eq!(choose_k(&points, 4, 10, &KMeansOptions::new(1, 9), &Silent).unwrap().by_gap, 1);
}

#[test]
fn quality_by_hand() {
    // Groups {0, 2} and {10}: silhouettes 0.8, 0.75 and 0.
    let points = Points::from_columns(&[&[0.0, 2.0, 10.0]]).unwrap();
    let labels = [4, 4, 1];
    let s = silhouette(&points, &labels, 100, 0).unwrap();
    assert!((s - (0.8 + 0.75) / 3.0).abs() < 1e-12);
    // Between 2·(1 − 4)² + (10 − 4)² = 54, within 2.
    assert!((calinski_harabasz(&points, &labels).unwrap() - 54.0 / 2.0).abs() < 1e-12);
    assert!((davies_bouldin(&points, &labels).unwrap() - 1.0 / 9.0).abs() < 1e-12);
    assert_eq!(silhouette(&points, &[0, 0, 0], 100, 0).unwrap_err(), Error::OneClass);
}

#[test]
fn every_linkage_finds_the_clouds() {
    for linkage in [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Ward] {
        let merges = hierarchical(&clouds(), linkage, &Silent).unwrap();
        is_the_clouds(&merges.cut(3).unwrap());
        assert!(merges.merges.windows(2).all(|pair| pair[0].height <= pair[1].height));
        assert_eq!(merges.merges.last().unwrap().size, 120);
    }
}

#[test]
fn heights_by_hand() {
    // 0, 1, 5: the first two merge at 1; the third is 4 (single), 5 (complete), 4.5 (average), √(4/3)·4.5 (Ward) away.
    let points = Points::from_columns(&[&[0.0, 1.0, 5.0]]).unwrap();
    for (linkage, height) in [
        (Linkage::Single, 4.0),
        (Linkage::Complete, 5.0),
        (Linkage::Average, 4.5),
        (Linkage::Ward, (4.0f64 / 3.0).sqrt() * 4.5),
    ] {
        let merges = hierarchical(&points, linkage, &Silent).unwrap().merges;
        assert_eq!((merges[0].first, merges[0].second, merges[0].height), (0, 1, 1.0));
        assert_eq!((merges[1].first, merges[1].second), (2, 3));
        assert!((merges[1].height - height).abs() < 1e-12);
    }
}

#[test]
fn rows_that_are_equally_far_merge_in_scipy_s_order() {
    // SciPy 1.17.1, cluster.hierarchy.linkage: the last four heights.
    let x = [4.0, 2.0, 1.0, 0.0, 0.0, 3.0, 2.0, 4.0, 3.0, 2.0];
    let y = [3.0, 1.0, 0.0, 0.0, 4.0, 4.0, 3.0, 3.0, 2.0, 4.0];
    let points = Points::from_columns(&[&x, &y]).unwrap();
    for (linkage, want) in [
        (Linkage::Complete, [2.236067977, 3.162277660, 4.123105626, 5.000000000]),
        (Linkage::Average, [1.883427180, 2.229784057, 3.241911683, 3.845490838]),
    ] {
        let merges = hierarchical(&points, linkage, &Silent).unwrap().merges;
        for (have, want) in merges[5..].iter().zip(want) {
            assert!((have.height - want).abs() < 1e-8, "{linkage:?}: {} is not {want}", have.height);
        }
    }
}

#[test]
fn prototypes_heed_categories_where_numbers_say_nothing() {
    let noise: Vec<f64> = (0..30).map(|row| f64::from(row % 3)).collect();
    let points = Points::from_columns(&[&noise]).unwrap().standardised().unwrap().points;
    let category: Vec<u32> = (0..30).map(|row| u32::from(row >= 15)).collect();
    let options = KPrototypesOptions { gamma: Some(10.0), ..KPrototypesOptions::new(2, 1) };
    let fit = k_prototypes(&points, &[&category], &options, &Silent).unwrap();
    assert!(fit.labels.iter().zip(&category).all(|(label, own)| (label == &fit.labels[0]) == (*own == 0)));
    assert_ne!(fit.modes[0], fit.modes[1]);
    assert!(fit.settled && fit.sizes == [15, 15]);
}

#[test]
fn a_tolerance_ends_early_with_every_row_at_its_nearest_centre() {
    let mut random = Random::new(9);
    let columns: Vec<Vec<f64>> = (0..2).map(|_| (0..3_000).map(|_| random.normal()).collect()).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let points = Points::from_columns(&slices).unwrap();
    let exact = KMeansOptions { start: Start::Drawn { seed: 3, restarts: 1 }, ..KMeansOptions::new(6, 3) };
    let early = k_means(&points, &KMeansOptions { tolerance: 1e-2, ..exact.clone() }, &Silent).unwrap();
    let late = k_means(&points, &exact, &Silent).unwrap();
    assert!(early.settled && early.iterations < late.iterations);
    assert!(early.inertia < late.inertia * 1.05);
    for (row, &label) in points.rows().zip(&early.labels) {
        assert_eq!(early.label(row), label);
    }
    let refused = KMeansOptions { tolerance: -1.0, ..exact };
    assert!(k_means(&points, &refused, &Silent).is_err());
}

#[test]
fn profiles_say_what_sets_groups_apart() {
    let spend = [10.0, 12.0, 11.0, 4_000.0, 4_200.0, f64::NAN];
    let channel = [0, 0, 1, 1, 1, 1];
    let features =
        [Feature::numbers("spend", &spend), Feature::categories("channel", &channel, &["web", "shop"])];
    let found = profiles(&[0, 0, 0, 1, 1, 1], &features).unwrap();
    assert_eq!(found[1].traits[0].words, "spend clearly higher (4,100 against 1,647)");
    assert_eq!(
        found[0].sentence(),
        "3 (50 %): spend clearly lower (11 against 1,647); channel clearly more often web (67 % against 33 %); \
         channel clearly less often shop (33 % against 67 %)"
    );
}

#[test]
fn a_row_of_weight_two_counts_as_the_row_twice_in_k_means() {
    let mut random = Random::new(8);
    let rows = 300;
    let columns: Vec<Vec<f64>> = (0..2).map(|_| (0..rows).map(|_| random.normal()).collect()).collect();
    let weights: Vec<f64> = (0..rows).map(|row| (row % 4) as f64).collect();
    let repeated: Vec<usize> = (0..rows).flat_map(|row| vec![row; row % 4]).collect();
    let points = Points::from_columns(&[&columns[0], &columns[1]]).unwrap();
    let (twice, once) = (points.take(&repeated), points.weighed(weights).unwrap());
    let (twice, once) = (twice.standardised().unwrap(), once.standardised().unwrap());
    assert!((twice.means[0] - once.means[0]).abs() < 1e-12);
    assert!((twice.deviations[1] - once.deviations[1]).abs() < 1e-12);
    let start = |rows: Vec<usize>| KMeansOptions { start: Start::Rows(rows), ..KMeansOptions::new(3, 1) };
    let at = |row: usize| repeated.iter().position(|own| *own == row).unwrap();
    let have = k_means(&once.points, &start(vec![1, 2, 3]), &Silent).unwrap();
    let want = k_means(&twice.points, &start(vec![at(1), at(2), at(3)]), &Silent).unwrap();
    assert_eq!(have.iterations, want.iterations);
    assert!((have.inertia - want.inertia).abs() < 1e-9 * want.inertia);
    assert_eq!(have.weights, want.sizes.iter().map(|size| *size as f64).collect::<Vec<f64>>());
    assert!(repeated.iter().zip(&want.labels).all(|(&row, label)| have.labels[row] == *label));
    // Rows that count for nothing are no start.
    let none = Points::from_columns(&[&[1.0, 2.0, 3.0]]).unwrap().weighed(vec![1.0, 0.0, 0.0]).unwrap();
    assert!(matches!(k_means(&none, &KMeansOptions::new(2, 1), &Silent), Err(Error::TooFew { have: 1, .. })));
}

/// Rows on a grid with a category each, their weights from 1 to 3, and each row as often as it weighs.
fn weighed_rows() -> (Points, Vec<u32>, Vec<f64>, Vec<usize>) {
    let mut random = Random::new(21);
    let columns: Vec<Vec<f64>> = (0..2).map(|_| (0..40).map(|_| random.normal()).collect()).collect();
    let category = (0..40).map(|_| random.below(3) as u32).collect();
    let weights: Vec<f64> = (0..40).map(|row| 1.0 + f64::from(row % 3)).collect();
    let repeated = (0..40).flat_map(|row| vec![row; 1 + row % 3]).collect();
    (Points::from_columns(&[&columns[0], &columns[1]]).unwrap(), category, weights, repeated)
}

#[test]
fn a_row_of_weight_two_counts_as_the_row_twice_in_merging() {
    let (points, _, weights, repeated) = weighed_rows();
    let twice = points.take(&repeated);
    let once = points.weighed(weights).unwrap();
    for linkage in [Linkage::Single, Linkage::Complete, Linkage::Average, Linkage::Ward] {
        let have = hierarchical(&once, linkage, &Silent).unwrap();
        let want = hierarchical(&twice, linkage, &Silent).unwrap();
        // Rows that are the same merge first.
        let want_merges = &want.merges[repeated.len() - 40..];
        for (have, want) in have.merges.iter().zip(want_merges) {
            assert!((have.height - want.height).abs() < 1e-9 * want.height, "{linkage:?}");
            assert_eq!(have.weight, want.size as f64);
        }
        let (have, want) = (have.cut(6).unwrap(), want.cut(6).unwrap());
        assert!(repeated.iter().zip(&want).all(|(&row, label)| have[row] == *label), "{linkage:?}");
    }
    let none = Points::from_columns(&[&[1.0, 2.0]]).unwrap().weighed(vec![1.0, 0.0]).unwrap();
    assert!(matches!(hierarchical(&none, Linkage::Ward, &Silent), Err(Error::Value { row: 1, .. })));
}

#[test]
fn a_row_of_weight_two_counts_as_the_row_twice_in_k_prototypes() {
    let (points, category, weights, repeated) = weighed_rows();
    let (twice, once) = (points.take(&repeated), points.weighed(weights).unwrap());
    let categories: Vec<u32> = repeated.iter().map(|&row| category[row]).collect();
    // Starts are drawn; of so many both find the cheapest.
    let options = KPrototypesOptions { restarts: 300, ..KPrototypesOptions::new(3, 1) };
    let have = k_prototypes(&once, &[&category], &options, &Silent).unwrap();
    let want = k_prototypes(&twice, &[&categories], &options, &Silent).unwrap();
    assert!((have.gamma - want.gamma).abs() < 1e-12);
    assert!((have.cost - want.cost).abs() < 1e-9 * want.cost, "{} {}", have.cost, want.cost);
    let sorted = |mut sizes: Vec<f64>| {
        sizes.sort_by(f64::total_cmp);
        sizes
    };
    assert_eq!(sorted(have.weights), sorted(want.sizes.iter().map(|&size| size as f64).collect()));
    // Rows that count for nothing are no start.
    let none = Points::from_columns(&[&[1.0, 2.0]]).unwrap().weighed(vec![1.0, 0.0]).unwrap();
    let two = KPrototypesOptions::new(2, 1);
    assert!(matches!(k_prototypes(&none, &[], &two, &Silent), Err(Error::TooFew { have: 1, .. })));
}
