use proptest::prelude::*;

use crate::{distance_km, places};

#[test]
fn places_are_where_they_are() {
    let places = places();
    let germany = places.countries.iter().find(|country| country.code == "DE").unwrap();
    assert_eq!((germany.name.as_str(), germany.code3.as_str()), ("Germany", "DEU"));
    assert_eq!(germany.capital.as_deref(), Some("Berlin"));
    let bavaria = places.regions.iter().find(|region| region.country == "DE" && region.code == "02").unwrap();
    assert_eq!(bavaria.name, "Bavaria");
    assert!(places.countries.len() > 240 && places.regions.len() > 3_000 && places.cities.len() > 40_000);
    let munich = places.nearest(48.14, 11.58).unwrap();
    assert_eq!((munich.name.as_str(), munich.region.as_str(), munich.name_rank), ("Munich", "02", 1));
    assert!(places.cities.is_sorted_by_key(|city| -city.population));
}

#[test]
fn distances_are_those_of_great_circles() {
    let check = |from, to, kilometres: f64| {
        let found: f64 = distance_km(from, to).unwrap();
        assert!((found - kilometres).abs() < 0.5, "{from:?} {to:?}: {found}");
    };
    let (berlin, paris) = ((52.52, 13.405), (48.8566, 2.3522));
    check(berlin, berlin, 0.0);
    check(berlin, paris, 877.5);
    check((0.0, 179.0), (0.0, -179.0), 222.4);
    check((90.0, 0.0), (-90.0, 0.0), 20_015.1);
    for nowhere in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (f64::INFINITY, 0.0)] {
        assert_eq!(distance_km(nowhere, berlin), None);
        assert_eq!(places().nearest(nowhere.0, nowhere.1), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_city_is_nearer_than_the_nearest(latitude in -90.0..90.0_f64, longitude in -180.0..180.0_f64) {
        let from = |city: &crate::City| distance_km((latitude, longitude), (city.latitude, city.longitude)).unwrap();
        let found = from(places().nearest(latitude, longitude).unwrap());
        let least = places().cities.iter().map(from).fold(f64::INFINITY, f64::min);
        prop_assert!(found <= least + 1e-6, "{found} {least}");
    }
}
