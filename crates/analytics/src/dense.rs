//! Small dense matrices for normal equations: sums of outer products, Cholesky's factor, solutions.
//!
//! Matrices are `p` × `p`, row by row; only the lower triangle is read and written.

/// Adds Σ weight × row × rowᵀ to the lower triangle. `rows` holds `p` numbers per weight.
///
/// Four rows are taken together, so that the matrix is loaded and stored a quarter as often.
pub(crate) fn add_outer_products(matrix: &mut [f64], p: usize, rows: &[f64], weights: &[f64]) {
    let quads = weights.len() / 4 * 4;
    for (rows, w) in rows.chunks_exact(4 * p).zip(weights.chunks_exact(4)) {
        let (a, rest) = rows.split_at(p);
        let (b, rest) = rest.split_at(p);
        let (c, d) = rest.split_at(p);
        for i in 0..p {
            let (wa, wb, wc, wd) = (w[0] * a[i], w[1] * b[i], w[2] * c[i], w[3] * d[i]);
            let out = &mut matrix[i * p..=i * p + i];
            let (a, b, c, d) = (&a[..=i], &b[..=i], &c[..=i], &d[..=i]);
            for j in 0..out.len() {
                out[j] += (wa * a[j] + wb * b[j]) + (wc * c[j] + wd * d[j]);
            }
        }
    }
    for (row, weight) in rows[quads * p..].chunks_exact(p).zip(&weights[quads..]) {
        for i in 0..p {
            let scaled = weight * row[i];
            matrix[i * p..=i * p + i].iter_mut().zip(row).for_each(|(m, value)| *m += scaled * value);
        }
    }
}

/// Cholesky's factor, in place; `Err` names the row whose pivot is not above `least` × what it was.
pub(crate) fn factor(matrix: &mut [f64], p: usize, least: f64) -> Result<(), usize> {
    for i in 0..p {
        let (above, row) = matrix.split_at_mut(i * p);
        for j in 0..i {
            row[j] = (row[j] - dot(&row[..j], &above[j * p..j * p + j])) / above[j * p + j];
        }
        let rest = row[i] - dot(&row[..i], &row[..i]);
        if rest.is_nan() || rest <= least * row[i] {
            return Err(i);
        }
        row[i] = rest.sqrt();
    }
    Ok(())
}

/// Solves with Cholesky's factor, in place.
pub(crate) fn solve(factor: &[f64], p: usize, b: &mut [f64]) {
    for i in 0..p {
        b[i] = (b[i] - dot(&factor[i * p..i * p + i], &b[..i])) / factor[i * p + i];
    }
    for i in (0..p).rev() {
        b[i] /= factor[i * p + i];
        let known = b[i];
        b[..i].iter_mut().zip(&factor[i * p..i * p + i]).for_each(|(b, f)| *b -= f * known);
    }
}

/// Σ a × b, in four sums that do not wait for one another.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for k in 0..4 {
            sums[k] += a[k] * b[k];
        }
    }
    let rest = a.len() / 4 * 4;
    let tail: f64 = a[rest..].iter().zip(&b[rest..]).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_equations_are_solved() {
        let rows: Vec<f64> = (0..7 * 3).map(|at| f64::from(at * at % 11) - 3.0).collect();
        let weights: Vec<f64> = (1..=7).map(f64::from).collect();
        let mut matrix = vec![0.0; 9];
        add_outer_products(&mut matrix, 3, &rows, &weights);
        for i in 0..3 {
            for j in 0..=i {
                let cell: f64 = (0..7).map(|r| weights[r] * rows[r * 3 + i] * rows[r * 3 + j]).sum();
                assert!((matrix[i * 3 + j] - cell).abs() < 1e-12);
            }
        }
        let whole = matrix.clone();
        let mut x = vec![1.0, -2.0, 3.0];
        factor(&mut matrix, 3, 1e-12).unwrap();
        solve(&matrix, 3, &mut x);
        for (i, want) in [1.0, -2.0, 3.0].into_iter().enumerate() {
            let have: f64 = (0..3).map(|j| whole[i.max(j) * 3 + i.min(j)] * x[j]).sum();
            assert!((have - want).abs() < 1e-9);
        }
        assert_eq!(factor(&mut [1.0, 0.0, 1.0, 1.0], 2, 1e-12), Err(1));
    }
}
