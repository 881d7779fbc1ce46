//! Cubes of files against adding up row by row, and of what is no number.

use cube::Table;
use kernel::Decimal;

use super::{cubes::shown, *};
use crate::cubes;

#[test]
fn a_cube_is_what_adding_up_row_by_row_says() {
    let mut sums = std::collections::BTreeMap::new();
    let mut rows: Vec<(String, kernel::Date, Decimal)> = Vec::new();
    for number in 0..3_000_i64 {
        let who = format!("w{}", number * number % 97);
        let day: kernel::Date =
            format!("20{:02}-{:02}-{:02}", 20 + number % 3, 1 + number * 7 % 12, 1 + number % 28)
                .parse()
                .unwrap();
        let amount = Decimal::new(number * 7_919 % 100_003 - 20_000, 3);
        rows.push((who, day, amount));
    }
    for (who, day, amount) in &rows {
        let cell = sums.entry((day.year(), day.month())).or_insert((
            Decimal::ZERO,
            0_i64,
            std::collections::BTreeSet::new(),
        ));
        cell.0 += amount;
        cell.1 += 1;
        cell.2.insert(who.clone());
    }
    let table = of_file(
        &rows,
        r#"{"by": ["day.month"], "measures": ["sum", "count", "who", "so_far", "year", "ago"]}"#,
    );
    assert_eq!(table.rows.len(), sums.len());
    for (row, ((year, month), (sum, count, who))) in table.rows.iter().zip(&sums) {
        let until = |from: (i16, i8)| -> std::collections::BTreeSet<String> {
            sums.range(from..=(*year, *month)).flat_map(|(_, cell)| cell.2.iter().cloned()).collect()
        };
        let so_far: Decimal = sums.range(..=(*year, *month)).map(|(_, cell)| cell.0).sum();
        let ago =
            sums.get(&(*year - 1, *month)).map_or_else(String::new, |cell| cell.0.normalize().to_string());
        let wanted = [
            format!("{year:04}-{month:02}"),
            sum.normalize().to_string(),
            count.to_string(),
            who.len().to_string(),
            so_far.normalize().to_string(),
            until((*year, 1)).len().to_string(),
            ago,
        ];
        assert_eq!(row.iter().map(cube::Datum::shown).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn what_is_no_number_counts_as_nothing() {
    use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    let numbers = Float64Array::from(vec![Some(1.5), Some(f64::NAN), None, Some(2.5), Some(-f64::NAN)]);
    let nothing = StringArray::from(vec![None::<&str>; 5]);
    let columns: Vec<(&str, ArrayRef)> = vec![("x", Arc::new(numbers)), ("void", Arc::new(nothing))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let text = r#"
        name = "numbers"
        dimension = [{ name = "void" }, { name = "x" }]
        measure = [
            { name = "sum", is = "sum", of = "x" },
            { name = "mean", is = "average", of = "x" },
            { name = "known", is = "count", of = "x" },
            { name = "different", is = "distinct", of = "x" },
            { name = "middle", is = "median", of = "x" },
            { name = "nowhere", is = "distinct", of = "void" },
        ]
    "#;
    let table = of_batch(batch, text, r#"{"by": ["void"]}"#);
    assert_eq!(shown(&table), ["(none),4,2,2,2,2,0"]);
}

#[test]
fn a_cell_of_several_values_counts_once_under_each() {
    use arrow::array::{ArrayRef, Int64Array, LargeListArray, RecordBatch, StringArray};
    use arrow::datatypes::Int32Type;
    let tags = StringArray::from(vec![Some("a; b;a"), Some("b"), Some(" ; "), None]);
    let codes = LargeListArray::from_iter_primitive::<Int32Type, _, _>(vec![
        Some(vec![Some(1), Some(2)]),
        None,
        Some(vec![Some(2), None, Some(2)]),
        Some(vec![]),
    ]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("tags", Arc::new(tags)),
        ("codes", Arc::new(codes)),
        ("x", Arc::new(Int64Array::from(vec![1, 10, 100, 1_000]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let text = r#"
        name = "rows"
        dimension = [{ name = "tags" }, { name = "codes" }]
        measure = [{ name = "rows", is = "count" }, { name = "sum", is = "sum", of = "x" }]
    "#;
    let check = |question: &str, wanted: &[&str]| {
        assert_eq!(shown(&of_batch_with(batch.clone(), &["tags"], text, question)), wanted, "{question}");
    };
    check(r#"{"by": ["tags"], "totals": "rollup"}"#, &["a,1,1", "b,2,11", "(none),2,1100", "(all),4,1111"]);
    check(r#"{"by": ["codes"], "totals": "rollup"}"#, &["1,1,1", "2,2,101", "(none),2,1010", "(all),4,1111"]);
    check(r#"{"filter": "tags contains \"b\"", "measures": ["sum"]}"#, &["11"]);
    check(r#"{"through": true, "slice": {"tags": ["a"]}}"#, &["[a, b, a],[1, 2],1"]);
}

/// Asks about rows as if they were a file.
fn of_file(rows: &[(String, kernel::Date, Decimal)], question: &str) -> Table {
    use arrow::datatypes::{DataType, Field, Schema};
    let amounts = rows.iter().map(|row| {
        let mut amount = row.2;
        amount.rescale(3);
        Some(amount.mantissa())
    });
    let money = DataType::Decimal128(19, 3);
    let amounts: arrow::array::Decimal128Array = amounts.collect();
    let columns: Vec<arrow::array::ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| Some(row.0.as_str())).collect::<arrow::array::StringArray>()),
        Arc::new(
            rows.iter().map(|row| Some(crate::columns::days(row.1))).collect::<arrow::array::Date32Array>(),
        ),
        Arc::new(amounts.with_data_type(money.clone())),
    ];
    let fields = [("who", DataType::Utf8), ("day", DataType::Date32), ("amount $1", money)];
    let fields: Vec<Field> = fields.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect();
    let batch = arrow::array::RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let text = r#"
        name = "rows"
        dimension = [{ name = "day" }, { name = "who" }]
        measure = [
            { name = "sum", is = "sum", of = "amount__1" },
            { name = "count", is = "count" },
            { name = "who", is = "distinct", of = "who" },
            { name = "so_far", is = "running", of = "sum" },
            { name = "year", is = "year_to_date", of = "who" },
            { name = "ago", is = "year_ago", of = "sum" },
        ]
    "#;
    of_batch(batch, text, question)
}

fn of_batch(batch: arrow::array::RecordBatch, text: &str, question: &str) -> Table {
    of_batch_with(batch, &[], text, question)
}

/// `several` are columns whose cells hold values between semicolons.
fn of_batch_with(batch: arrow::array::RecordBatch, several: &[&str], text: &str, question: &str) -> Table {
    let calendar = cube::Calendar { fiscal_year_begins: 4 };
    let several = several.iter().map(|name| ((*name).to_owned(), ";".to_owned())).collect();
    let source = cube::Source { content: cube::Content::Rows(batch), several };
    let mut opened = cubes::files::open(source, calendar, 2, Arc::default()).unwrap();
    let def = cube::parse_cube("rows.toml", text).unwrap();
    let made = cube::Cube::new("rows.toml", &def, opened.take_relation());
    assert!(made.problems.is_empty(), "{:?}", made.problems);
    let zone = jiff::tz::TimeZone::UTC;
    let binding =
        expr::Binding { now: jiff::Timestamp::UNIX_EPOCH, zone: &zone, me: None, my_teams: &[], guard: None };
    let context = cube::Context { binding, calendar };
    cube::ask(&made, &serde_json::from_str(question).unwrap(), &context, &opened).unwrap()
}

#[test]
fn fiscal_years_begin_where_they_are_said_to() {
    let rows = ["2026-03-31", "2026-04-01", "2026-12-31", "2027-03-31", "2027-04-01"];
    let rows = rows.map(|day| ("Ada".to_owned(), day.parse().unwrap(), Decimal::ONE));
    let years = of_file(&rows, r#"{"by": ["day.fiscal_year"], "measures": ["sum"]}"#);
    let shown: Vec<String> =
        years.rows.iter().map(|row| format!("{} {}", row[0].shown(), row[1].shown())).collect();
    assert_eq!(shown, ["FY2026 1", "FY2027 3", "FY2028 1"]);
}
