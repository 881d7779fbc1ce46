//! Roots of functions of one variable.

/// The zero of `f` between `low` and `high`, where its signs differ: Brent-like safety by bisection, speed by the
/// secant (Illinois variant of regula falsi), to a relative width of 1e-15.
pub fn bisect(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 {
        return a;
    }
    for step in 0..300 {
        if fb == 0.0 || (b - a).abs() <= 1e-15 * a.abs().max(b.abs()) {
            return b;
        }
        let secant = b - fb * (b - a) / (fb - fa);
        let inside = secant > a.min(b) && secant < a.max(b);
        let next = if step % 3 == 2 || !inside { 0.5 * (a + b) } else { secant };
        let value = f(next);
        if value.signum() == fb.signum() {
            fa *= 0.5;
        } else {
            (a, fa) = (b, fb);
        }
        (b, fb) = (next, value);
    }
    b
}

/// The positive `x` with `f(x) == target` for a rising `f` with f(0) below the target: doubles until it is
/// enclosed, then [`bisect`]s.
pub fn increasing_root(f: impl Fn(f64) -> f64, target: f64, start: f64) -> f64 {
    let mut high = start.max(f64::MIN_POSITIVE);
    while f(high) < target {
        high *= 2.0;
        if !high.is_finite() {
            return f64::INFINITY;
        }
    }
    let mut low = high;
    while low > f64::MIN_POSITIVE && f(low) > target {
        low *= 0.5;
    }
    bisect(|x| f(x) - target, low, high)
}
