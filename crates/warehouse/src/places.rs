//! The gazetteer in SQL: tables `country`, `region`, `city`; `distance_km` and `nearest_city`.

use std::sync::{Arc, OnceLock};

use arrow::{
    array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray},
    datatypes::DataType,
    error::ArrowError,
};
use datafusion::{
    common::{DataFusionError, Result},
    logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf},
};
use gazetteer::{City, Country, Region, places};

/// What the tables are called.
pub const TABLES: [&str; 3] = ["country", "region", "city"];

/// A table by its name.
pub fn table(name: &str) -> Option<Result<RecordBatch, ArrowError>> {
    static BATCHES: OnceLock<[Result<RecordBatch, String>; 3]> = OnceLock::new();
    let at = TABLES.iter().position(|table| *table == name)?;
    let batches = BATCHES.get_or_init(|| {
        [countries(), regions(), cities()].map(|batch| batch.map_err(|error| error.to_string()))
    });
    Some(batches[at].clone().map_err(ArrowError::SchemaError))
}

/// `distance_km(lat1, lon1, lat2, lon2)` along a great circle, and `nearest_city(lat, lon)`, the id of the nearest in
/// `city`; both in degrees, and empty for what is no place on earth.
pub fn functions() -> [ScalarUDF; 2] {
    let distance = |arguments: &[ColumnarValue]| {
        let [lat1, lon1, lat2, lon2] = numbers(arguments)?;
        let answers: Float64Array = (0..lat1.len())
            .map(|at| {
                gazetteer::distance_km(
                    (value(&lat1, at)?, value(&lon1, at)?),
                    (value(&lat2, at)?, value(&lon2, at)?),
                )
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(answers)))
    };
    let nearest = |arguments: &[ColumnarValue]| {
        let [latitude, longitude] = numbers(arguments)?;
        let answers: Int64Array = (0..latitude.len())
            .map(|at| Some(places().nearest(value(&latitude, at)?, value(&longitude, at)?)?.id))
            .collect();
        Ok(ColumnarValue::Array(Arc::new(answers)))
    };
    let degrees = |count| vec![DataType::Float64; count];
    let immutable = Volatility::Immutable;
    [
        create_udf("distance_km", degrees(4), DataType::Float64, immutable, Arc::new(distance)),
        create_udf("nearest_city", degrees(2), DataType::Int64, immutable, Arc::new(nearest)),
    ]
}

fn countries() -> Result<RecordBatch, ArrowError> {
    let rows = &places().countries;
    RecordBatch::try_from_iter([
        ("code", texts(rows, |row: &Country| Some(&row.code))),
        ("code3", texts(rows, |row| Some(&row.code3))),
        ("name", texts(rows, |row| Some(&row.name))),
        ("capital", texts(rows, |row| row.capital.as_ref())),
        ("continent", texts(rows, |row| Some(&row.continent))),
        ("subcontinent", texts(rows, |row| row.subcontinent.as_ref())),
        ("latitude", floats(rows, |row| Some(row.latitude))),
        ("longitude", floats(rows, |row| Some(row.longitude))),
        ("area_km2", floats(rows, |row| Some(row.area_km2))),
    ])
}

fn regions() -> Result<RecordBatch, ArrowError> {
    let rows = &places().regions;
    RecordBatch::try_from_iter([
        ("country", texts(rows, |row: &Region| Some(&row.country))),
        ("code", texts(rows, |row| Some(&row.code))),
        ("name", texts(rows, |row| Some(&row.name))),
        ("latitude", floats(rows, |row| row.place.map(|(latitude, _)| latitude))),
        ("longitude", floats(rows, |row| row.place.map(|(_, longitude)| longitude))),
    ])
}

fn cities() -> Result<RecordBatch, ArrowError> {
    let rows = &places().cities;
    let whole = |of: fn(&City) -> i64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<Int64Array>())
    };
    RecordBatch::try_from_iter([
        ("id", whole(|row| row.id)),
        ("name", texts(rows, |row: &City| Some(&row.name))),
        ("country", texts(rows, |row| Some(&row.country))),
        ("region", texts(rows, |row| Some(&row.region))),
        ("population", whole(|row| row.population)),
        ("latitude", floats(rows, |row| Some(row.latitude))),
        ("longitude", floats(rows, |row| Some(row.longitude))),
        ("name_rank", whole(|row| row.name_rank)),
    ])
}

fn texts<R>(rows: &[R], of: impl Fn(&R) -> Option<&String>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<StringArray>())
}

fn floats<R>(rows: &[R], of: impl Fn(&R) -> Option<f64>) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<Float64Array>())
}

/// The arguments as columns of one length.
fn numbers<const N: usize>(arguments: &[ColumnarValue]) -> Result<[Float64Array; N]> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let numbers = arrays.iter().filter_map(|array| array.as_any().downcast_ref::<Float64Array>().cloned());
    let numbers: Vec<Float64Array> = numbers.collect();
    numbers.try_into().map_err(|_| DataFusionError::Execution(format!("{N} numbers were expected")))
}

fn value(numbers: &Float64Array, at: usize) -> Option<f64> {
    (!numbers.is_null(at)).then(|| numbers.value(at))
}
