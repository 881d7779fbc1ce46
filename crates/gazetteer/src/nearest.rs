//! Distances on a sphere, and a tree that finds what is nearest.

/// The earth's mean radius in kilometres (IUGG: (2a + b) / 3 of GRS 80).
const RADIUS_KM: f64 = 6_371.008_8;

/// The distance of two places in degrees along a great circle, in kilometres, by the haversine formula; within 0.6 %
/// of that on the ellipsoid. None when a latitude is not within ±90, a longitude not within ±180.
pub fn distance_km(from: (f64, f64), to: (f64, f64)) -> Option<f64> {
    let (a, b) = (point(from)?, point(to)?);
    // Half the chord is the sine of half the angle.
    let half_chord = (squared(a, b).sqrt() / 2.0).min(1.0);
    Some(2.0 * RADIUS_KM * half_chord.asin())
}

/// A place on the unit sphere.
type Point = [f64; 3];

fn point((latitude, longitude): (f64, f64)) -> Option<Point> {
    if !(latitude.abs() <= 90.0 && longitude.abs() <= 180.0) {
        return None;
    }
    let (latitude, longitude) = (latitude.to_radians(), longitude.to_radians());
    Some([latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()])
}

fn squared(a: Point, b: Point) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// A k-d tree over points on the sphere (Bentley 1975): the middle of each part stands in its middle, split by the
/// three axes in turn. The nearest by chord is the nearest on the sphere.
#[derive(Debug)]
pub struct Tree(Vec<(Point, usize)>);

impl Tree {
    /// Of places in degrees, known by their position.
    pub fn new(places: impl Iterator<Item = (f64, f64)>) -> Tree {
        let points = places.enumerate().filter_map(|(at, place)| Some((point(place)?, at)));
        let mut points: Vec<(Point, usize)> = points.collect();
        split(&mut points, 0);
        Tree(points)
    }

    /// The position of the place that is nearest; the first of those that are as near.
    pub fn nearest(&self, latitude: f64, longitude: f64) -> Option<usize> {
        let wanted = point((latitude, longitude))?;
        let mut best = (f64::INFINITY, usize::MAX);
        search(&self.0, 0, wanted, &mut best);
        (best.1 != usize::MAX).then_some(best.1)
    }
}

fn split(points: &mut [(Point, usize)], axis: usize) {
    if points.len() < 2 {
        return;
    }
    let middle = points.len() / 2;
    points.select_nth_unstable_by(middle, |(a, _), (b, _)| a[axis].total_cmp(&b[axis]));
    let (before, rest) = points.split_at_mut(middle);
    split(before, (axis + 1) % 3);
    split(&mut rest[1..], (axis + 1) % 3);
}

fn search(points: &[(Point, usize)], axis: usize, wanted: Point, best: &mut (f64, usize)) {
    let middle = points.len() / 2;
    let Some((point, at)) = points.get(middle) else { return };
    let distance = squared(*point, wanted);
    if (distance, *at) < *best {
        *best = (distance, *at);
    }
    let beyond = wanted[axis] - point[axis];
    let (before, after) = (&points[..middle], &points[middle + 1..]);
    let (near, far) = if beyond < 0.0 { (before, after) } else { (after, before) };
    search(near, (axis + 1) % 3, wanted, best);
    if beyond * beyond <= best.0 {
        search(far, (axis + 1) % 3, wanted, best);
    }
}
