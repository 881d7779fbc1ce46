//! `cargo xtask bench cube`: a cube over ten million order lines, beside DuckDB on the same file and threads.
//!
//! Flags: `--rows N`, `--threads N`, `--runs N`, `--folder PATH` for the file, `--python PATH` with DuckDB in it (without, only
//! ours is measured), `--totals` for all subtotals. Both print how long each run took, best first; the answers are compared.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

use arrow::{
    array::{ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use cube::{Calendar, Content, Context, Cube, Datum, Question, Source, parse_cube};
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};

const CUBE: &str = r#"
name = "lines"
dimension = [{ name = "country" }, { name = "category" }, { name = "day" }]
measure = [
    { name = "revenue", is = "sum", of = "amount" },
    { name = "lines", is = "count" },
    { name = "customers", is = "distinct", of = "customer" },
]
"#;

fn main() {
    let flags: Vec<String> = std::env::args().skip(1).collect();
    let value =
        |name: &str| flags.iter().position(|flag| flag == name).and_then(|at| flags.get(at + 1)).cloned();
    let number = |name: &str, usual: usize| value(name).map_or(usual, |text| text.parse().expect("a number"));
    let (rows, runs) = (number("--rows", 10_000_000), number("--runs", 3));
    let threads = number("--threads", std::thread::available_parallelism().map_or(2, usize::from));
    let totals = flags.iter().any(|flag| flag == "--totals");
    let folder = value("--folder").map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join(format!("order_lines_{rows}.parquet"));
    if !path.exists() {
        write(&path, rows);
    }
    let (ours, cells) = ours(&path, threads, runs, totals);
    println!("ours    {} cells  {}", cells.len(), said(&ours));
    let Some(python) = value("--python") else { return };
    let (theirs, wanted) = duckdb(&python, &path, threads, runs, totals);
    println!("DuckDB  {} cells  {}", wanted.len(), said(&theirs));
    println!("ours / DuckDB  {:.2}", least(&ours) / least(&theirs));
    assert!(cells == wanted, "the answers differ: {:?} and {:?}", cells.first(), wanted.first());
    println!("the answers are the same, cell by cell");
}

/// Seconds of each run, and the cells as lines.
fn ours(path: &Path, threads: usize, runs: usize, totals: bool) -> (Vec<f64>, Vec<String>) {
    let def = parse_cube("lines.toml", CUBE).expect("a cube");
    let text = r#"{"by": ["country", "category", "day.month"], "totals": "TOTALS"}"#;
    let text = text.replace("TOTALS", if totals { "cube" } else { "none" });
    let question: Question = serde_json::from_str(&text).expect("a question");
    let (mut seconds, mut cells) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let begun = Instant::now();
        let opened = warehouse::cubes::files::open(
            Source { content: Content::Parquet(vec![path.to_owned()]), several: Vec::new() },
            cube::Calendar::default(),
            threads,
            Arc::default(),
        );
        let mut opened = opened.expect("the file");
        let relation = opened.take_relation();
        let cube = Cube::new("lines.toml", &def, relation);
        let zone = jiff::tz::TimeZone::UTC;
        let now = jiff::Timestamp::UNIX_EPOCH;
        let binding = expr::Binding { now, zone: &zone, me: None, my_teams: &[], guard: None };
        let context = Context { binding, calendar: Calendar::default() };
        let table = cube::ask(&cube, &question, &context, &opened).expect("an answer");
        seconds.push(begun.elapsed().as_secs_f64());
        let line = |row: &Vec<Datum>| row.iter().map(Datum::shown).collect::<Vec<_>>().join(",");
        cells = table.rows.iter().map(line).collect();
    }
    cells.sort();
    (seconds, cells)
}

fn duckdb(python: &str, path: &Path, threads: usize, runs: usize, totals: bool) -> (Vec<f64>, Vec<String>) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/cube.py");
    let out = Command::new(python)
        .arg(script)
        .arg(path)
        .args([threads.to_string(), runs.to_string(), if totals { "cube" } else { "none" }.to_owned()])
        .output()
        .expect("Python runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).expect("text");
    let mut lines = text.lines();
    let seconds = lines.next().expect("times").split(' ').map(|one| one.parse().expect("seconds")).collect();
    let mut cells: Vec<String> = lines.map(str::to_owned).collect();
    cells.sort();
    (seconds, cells)
}

fn least(seconds: &[f64]) -> f64 {
    seconds.iter().copied().fold(f64::INFINITY, f64::min)
}

fn said(seconds: &[f64]) -> String {
    let all: Vec<String> = seconds.iter().map(|one| format!("{one:.2} s")).collect();
    format!("best {:.2} s of {}", least(seconds), all.join(", "))
}

/// Order lines from a seed: 400,000 customers, some of whom buy far more than others, over three years.
fn write(path: &Path, rows: usize) {
    const BATCH: usize = 250_000;
    let money = DataType::Decimal128(12, 2);
    let fields = vec![
        Field::new("order", DataType::Int64, false),
        Field::new("day", DataType::Date32, false),
        Field::new("customer", DataType::Utf8, false),
        Field::new("country", DataType::Utf8, true),
        Field::new("category", DataType::Utf8, false),
        Field::new("product", DataType::Utf8, false),
        Field::new("quantity", DataType::Int32, false),
        Field::new("amount", money.clone(), false),
    ];
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).expect("a writer");
    let mut seed = 20_261_122_u64;
    for start in (0..rows).step_by(BATCH) {
        let count = BATCH.min(rows - start);
        let draws: Vec<[u64; 5]> = (0..count).map(|_| std::array::from_fn(|_| next(&mut seed))).collect();
        // The product of two even draws favours small numbers.
        let customer = |draw: &[u64; 5]| (draw[0] % 633) * (draw[1] % 633);
        let product = |draw: &[u64; 5]| draw[2] % 2_000;
        let quantity = |draw: &[u64; 5]| (draw[3] % 9) as i32 + 1;
        let text = |of: &dyn Fn(&[u64; 5]) -> String| -> ArrayRef {
            Arc::new(draws.iter().map(|draw| Some(of(draw))).collect::<StringArray>())
        };
        let country = |draw: &[u64; 5]| match customer(draw) % 31 {
            30 => None,
            at => Some(format!("Country {at:02}")),
        };
        let cents = |draw: &[u64; 5]| i128::from(quantity(draw)) * i128::from(product(draw) * 7 + 99);
        let columns: Vec<ArrayRef> = vec![
            Arc::new((0..count).map(|at| Some((start + at) as i64 / 3)).collect::<Int64Array>()),
            Arc::new(
                draws.iter().map(|draw| Some(19_723 + (draw[4] % 1_096) as i32)).collect::<Date32Array>(),
            ),
            text(&|draw| format!("C{:06}", customer(draw))),
            Arc::new(draws.iter().map(country).collect::<StringArray>()),
            text(&|draw| format!("Category {:02}", product(draw) % 20)),
            text(&|draw| format!("Product {:04}", product(draw))),
            Arc::new(draws.iter().map(|draw| Some(quantity(draw))).collect::<Int32Array>()),
            Arc::new(
                draws
                    .iter()
                    .map(|draw| Some(cents(draw)))
                    .collect::<Decimal128Array>()
                    .with_data_type(money.clone()),
            ),
        ];
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns).expect("a batch")).expect("written");
    }
    writer.close().expect("closed");
}

/// Splitmix64 (Steele, Lea and Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
