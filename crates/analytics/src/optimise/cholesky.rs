//! Symmetric positive definite systems.

/// The Cholesky factor of a symmetric positive definite matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Cholesky {
    n: usize,
    /// Lower triangle, row by row, n × n.
    factor: Vec<f64>,
}

impl Cholesky {
    /// Factorises an n × n matrix, row by row; only its lower triangle is read.
    ///
    /// # Errors
    /// The index of the first row that is (nearly) a combination of those before it.
    pub fn new(matrix: &[f64], n: usize) -> Result<Cholesky, usize> {
        let mut factor = matrix[..n * n].to_vec();
        for i in 0..n {
            for j in 0..=i {
                let (row_i, row_j) = (&factor[i * n..i * n + j], &factor[j * n..j * n + j]);
                let rest = factor[i * n + j] - super::dot(row_i, row_j);
                if i != j {
                    factor[i * n + j] = rest / factor[j * n + j];
                } else if rest > matrix[i * n + i].abs() * 1e-13 {
                    factor[i * n + i] = rest.sqrt();
                } else {
                    return Err(i);
                }
            }
        }
        Ok(Cholesky { n, factor })
    }

    /// The `x` with matrix · x = `right`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut x = right.to_vec();
        for i in 0..n {
            let sum = super::dot(&self.factor[i * n..i * n + i], &x[..i]);
            x[i] = (x[i] - sum) / self.factor[i * n + i];
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|k| self.factor[k * n + i] * x[k]).sum();
            x[i] = (x[i] - sum) / self.factor[i * n + i];
        }
        x
    }

    /// The inverse, row by row, n × n.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.n;
        let mut inverse = vec![0.0; n * n];
        let mut unit = vec![0.0; n];
        for i in 0..n {
            unit[i] = 1.0;
            let column = self.solve(&unit);
            unit[i] = 0.0;
            for (k, value) in column.into_iter().enumerate() {
                inverse[k * n + i] = value;
            }
        }
        inverse
    }

    /// ln of the determinant.
    pub fn ln_determinant(&self) -> f64 {
        (0..self.n).map(|i| 2.0 * self.factor[i * self.n + i].ln()).sum()
    }
}
