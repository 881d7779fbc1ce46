//! Freireich's remissions (1963), as R's survival 3.5 answers them.

use super::*;
use crate::Silent;

const TREATED: [f64; 21] = [
    6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0, 11.0, 13.0, 16.0, 17.0, 19.0, 20.0, 22.0, 23.0, 25.0, 32.0,
    32.0, 34.0, 35.0,
];
const PLACEBO: [f64; 21] = [
    1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0, 12.0, 15.0, 17.0,
    22.0, 23.0,
];
/// Of the treated, those still in remission.
const STILL: [usize; 12] = [3, 5, 7, 8, 11, 12, 13, 16, 17, 18, 19, 20];

#[test]
fn errors_of_rows_that_belong_together_are_those_of_r() {
    let time = [TREATED, PLACEBO].concat();
    let event: Vec<bool> = (0..42).map(|row| !STILL.contains(&row)).collect();
    let placebo = [[0.0; 21], [1.0; 21]].concat();
    let rows = || (0..42).map(f64::from);
    let (third, weights): (Vec<f64>, Vec<f64>) = rows().map(|row| (row % 3.0, 1.0 + row % 4.0 / 2.0)).unzip();
    let clusters: Vec<u32> = (0..42).map(|row| row % 14).collect();
    let (columns, names) = ([&placebo[..], &third[..]], ["placebo", "third"]);
    let data = CoxData {
        weights: Some(&weights),
        clusters: Some(&clusters),
        ..CoxData::new(&time, &event, &columns, &names)
    };
    // coxph(Surv(time, event) ~ placebo + third, weights = w, cluster = row %% 14)
    for (ties, coefficients, errors) in [
        (Ties::Efron, [1.676_602_683_416, -0.159_215_620_022], [0.259_001_256_477, 0.230_079_739_576]),
        (Ties::Breslow, [1.612_328_546_8, -0.154_802_683_82], [0.244_103_364_243, 0.222_996_232_206]),
    ] {
        let fit = fit_cox(&data, ties, &Silent).unwrap().with_robust_errors(&data, ties).unwrap();
        for k in 0..2 {
            assert!((fit.model.coefficients[k] - coefficients[k]).abs() < 1e-9, "{:?}", fit.model);
            assert!((fit.standard_errors[k] - errors[k]).abs() < 1e-9, "{:?}", fit.standard_errors);
        }
    }
}
