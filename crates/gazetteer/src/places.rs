//! The places, as they are bundled.

use std::{collections::HashMap, io::Read, sync::OnceLock};

use flate2::read::GzDecoder;

use crate::nearest::Tree;

const COUNTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/countries.gz"));
const REGIONS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/regions.gz"));
const CITIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cities.gz"));

/// A country; its place is about its middle.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// ISO 3166-1, two letters and three.
    pub code: String,
    pub code3: String,
    pub name: String,
    pub capital: Option<String>,
    pub continent: String,
    pub subcontinent: Option<String>,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    pub area_km2: f64,
}

/// A country's first division, such as a state; its place is its largest city's.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub country: String,
    /// As GeoNames counts them: `02` in Germany is Bavaria, `CA` in the United States is California.
    pub code: String,
    pub name: String,
    /// Degrees; none where it has no city that is bundled.
    pub place: Option<(f64, f64)>,
}

/// A city of 5,000 people or more.
#[derive(Clone, Debug, PartialEq)]
pub struct City {
    /// GeoNames' number.
    pub id: i64,
    pub name: String,
    pub country: String,
    /// A [`Region::code`] of the country.
    pub region: String,
    pub population: i64,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    /// 1 for the largest of its name in its country, 2 for the next.
    pub name_rank: i64,
}

/// All places.
#[derive(Debug)]
pub struct Places {
    /// By code.
    pub countries: Vec<Country>,
    /// By country and code.
    pub regions: Vec<Region>,
    /// The largest first.
    pub cities: Vec<City>,
    tree: Tree,
}

/// The places; read the first time.
pub fn places() -> &'static Places {
    static PLACES: OnceLock<Places> = OnceLock::new();
    PLACES.get_or_init(Places::read)
}

impl Places {
    /// The city nearest to a place in degrees; none for what is no place on earth.
    pub fn nearest(&self, latitude: f64, longitude: f64) -> Option<&City> {
        self.cities.get(self.tree.nearest(latitude, longitude)?)
    }

    fn read() -> Places {
        let mut names: HashMap<(String, String), i64> = HashMap::new();
        let mut cities: Vec<City> = lines(CITIES).iter().filter_map(|line| city(line)).collect();
        for city in &mut cities {
            let rank = names.entry((city.country.clone(), city.name.clone())).or_default();
            *rank += 1;
            city.name_rank = *rank;
        }
        let mut largest: HashMap<(&str, &str), (f64, f64)> = HashMap::new();
        for city in &cities {
            largest.entry((&city.country, &city.region)).or_insert((city.latitude, city.longitude));
        }
        let region = |line: &String| {
            let [country, code, name] = fields(line)?;
            let place = largest.get(&(country, code)).copied();
            Some(Region { country: country.to_owned(), code: code.to_owned(), name: name.to_owned(), place })
        };
        let regions = lines(REGIONS).iter().filter_map(region).collect();
        let countries = lines(COUNTRIES).iter().filter_map(|line| country(line)).collect();
        let tree = Tree::new(cities.iter().map(|city| (city.latitude, city.longitude)));
        Places { countries, regions, cities, tree }
    }
}

fn lines(packed: &[u8]) -> Vec<String> {
    let mut text = String::new();
    // It was packed by our own build.
    let unpacked = GzDecoder::new(packed).read_to_string(&mut text);
    debug_assert!(unpacked.is_ok());
    text.lines().map(str::to_owned).collect()
}

fn fields<const N: usize>(line: &str) -> Option<[&str; N]> {
    line.split('\t').collect::<Vec<_>>().try_into().ok()
}

fn city(line: &str) -> Option<City> {
    let [id, name, country, region, population, latitude, longitude] = fields(line)?;
    Some(City {
        id: id.parse().ok()?,
        name: name.to_owned(),
        country: country.to_owned(),
        region: region.to_owned(),
        population: population.parse().ok()?,
        latitude: latitude.parse().ok()?,
        longitude: longitude.parse().ok()?,
        name_rank: 0,
    })
}

fn country(line: &str) -> Option<Country> {
    let [code, code3, name, capital, continent, subcontinent, latitude, longitude, area] = fields(line)?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(Country {
        code: code.to_owned(),
        code3: code3.to_owned(),
        name: name.to_owned(),
        capital: some(capital),
        continent: continent.to_owned(),
        subcontinent: some(subcontinent),
        latitude: latitude.parse().ok()?,
        longitude: longitude.parse().ok()?,
        area_km2: area.parse().ok()?,
    })
}
