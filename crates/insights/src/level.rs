//! The probability that bounds and intervals are asked for by.

/// Reads a `--level`.
///
/// # Errors
/// What is wrong with it, for the command line to say.
pub fn level(text: &str) -> Result<f64, &'static str> {
    let level = text.parse().unwrap_or(f64::NAN);
    if level > 0.0 && level < 1.0 {
        Ok(level)
    } else {
        Err("must be a number above 0 and below 1, such as 0.95")
    }
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn a_level_is_a_probability_that_leaves_something_out() {
        assert_eq!(["0.95", "1e-3"].map(level), [Ok(0.95), Ok(0.001)]);
        for wrong in ["0", "1", "95", "-0.5", "nan", "inf", "much", ""] {
            assert!(level(wrong).is_err(), "{wrong}");
        }
    }
}
