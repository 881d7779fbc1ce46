use std::{fs, io::Write, ops::ControlFlow};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

use super::{Error, Format, Reading, Source, Table, letters};

/// A file of its own for one test.
struct Given {
    _folder: TempDir,
    source: Source,
}

fn given(name: &str, content: &[u8]) -> Given {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    Given { _folder: folder, source: Source::File(path) }
}

impl Given {
    fn open(&self) -> Result<Table, Error> {
        Table::open(self.source.clone(), &Reading::default())
    }

    fn problem(&self) -> String {
        match self.open() {
            Err(Error::File(message)) => message.id.into_owned(),
            other => panic!("{other:?}"),
        }
    }
}

/// The headers, and each row as `number: cell|cell !column problem`.
fn read(content: &[u8]) -> (String, Vec<String>) {
    let given = given("table.csv", content);
    let table = given.open().unwrap();
    let headers: Vec<&str> = table.shape.headers.iter().map(|header| header.name.as_str()).collect();
    (headers.join("|"), rows(&table))
}

fn rows(table: &Table) -> Vec<String> {
    let mut rows = Vec::new();
    table
        .each(0, &mut |row| {
            let mut line = format!("{}: {}", row.number, row.cells().collect::<Vec<_>>().join("|"));
            for fault in &row.faults {
                let place = fault.column.map_or_else(String::new, letters);
                line.push_str(&format!(" !{place} {}", fault.message.id));
            }
            rows.push(line);
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

#[test]
fn cells_are_read_with_quotes_line_ends_and_lines_of_their_own() {
    let (headers, rows) = read(b"name,note\r\n\"Acme, Inc.\",\"two\nlines\"\r\n\"say \"\"hi\"\"\",\r\n");
    assert_eq!(headers, "name|note");
    assert_eq!(rows, ["2: Acme, Inc.|two\nlines", "3: say \"hi\"|"]);
}

#[test]
fn the_sign_between_cells_is_found() {
    for (content, sign) in [
        ("a;b;c\n1,5;2;3\n4;5;6\n", ';'),
        ("a\tb\n1\t2\n", '\t'),
        ("a|b\n1|2\n", '|'),
        ("sep=;\na;b\n1;2\n", ';'),
        ("only\none\n", ','),
    ] {
        let given = given("table.csv", content.as_bytes());
        let Format::Delimited { delimiter, .. } = given.open().unwrap().shape.format else { panic!() };
        assert_eq!(delimiter, sign, "{content:?}");
    }
    assert_eq!(read(b"sep=;\na;b\n1;2\n"), ("a|b".to_owned(), vec!["2: 1|2".to_owned()]));
}

#[test]
fn the_encoding_is_found() {
    let text = "name,city\nJosé,Köln\n";
    let wide = |big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let marked = |mark: &[u8], rest: Vec<u8>| [mark, rest.as_slice()].concat();
    let latin: Vec<u8> = text.chars().map(|character| character as u8).collect();
    for content in [
        text.as_bytes().to_vec(),
        marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        marked(b"\xff\xfe", wide(false)),
        marked(b"\xfe\xff", wide(true)),
        wide(false),
        wide(true),
        latin,
    ] {
        assert_eq!(read(&content), ("name|city".to_owned(), vec!["2: José|Köln".to_owned()]), "{content:?}");
    }
}

#[test]
fn stray_bytes_of_another_encoding_are_read_as_windows_1252_and_remembered() {
    let mut content = "name\n".to_owned().into_bytes();
    for _ in 0..40_000 {
        content.extend_from_slice("Zoë\n".as_bytes());
    }
    content.extend_from_slice(b"Ren\xe9\n");
    let given = given("mixed.csv", &content);
    let table =
        Table::open(given.source.clone(), &Reading { encoding: Some("utf-8".into()), ..Reading::default() });
    let mut repaired = Vec::new();
    table
        .unwrap()
        .each(0, &mut |row| {
            if row.repaired {
                repaired.push((row.number, row.cell(0).to_owned()));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(repaired, [(40_002, "René".to_owned())]);
}

#[test]
fn a_quote_that_is_never_closed_spoils_one_row_only() {
    let (_, rows) = read(b"a,b\n1,\"open\n2,x\n3,y\n");
    assert_eq!(rows, ["2: 1|\"open !B import-problem-unclosed", "3: 2|x", "4: 3|y"]);
}

#[test]
fn text_behind_a_closing_quote_is_told_with_its_place() {
    let (_, rows) = read(b"a,b\n\"x\"y,1\n\"z\" ,2\n");
    assert_eq!(rows, ["2: xy|1 !A import-problem-quote", "3: z|2"]);
}

#[test]
fn ragged_rows_and_nul_bytes_are_told_and_blank_lines_passed_over() {
    let (_, rows) = read(b"a,b\n1\n\n1,2,3\n1,2,\nx\0y,2\n");
    assert_eq!(
        rows,
        [
            "2: 1 ! import-problem-ragged",
            "4: 1|2|3 ! import-problem-ragged",
            "5: 1|2|",
            "6: x\0y|2 !A import-problem-nul",
        ]
    );
}

#[test]
fn headers_are_made_unique_and_an_empty_last_one_is_ignored() {
    assert_eq!(read(b"name,Name,,x,\n1,2,3,4,\n").0, "name|Name (2)|C|x");
    let given = given("t.csv", b"name,name,\n1,2,\n");
    let notes = given.open().unwrap().shape.notes;
    assert_eq!(notes.iter().map(|note| note.id.as_ref()).collect::<Vec<_>>(), ["import-note-same-name"]);
}

#[test]
fn a_file_without_a_header_has_columns_by_letter() {
    let (headers, rows) = read(b"ann@example.com,12\nbob@example.com,14\n");
    assert_eq!(headers, "A|B");
    assert_eq!(rows.len(), 2);
}

#[test]
fn what_is_no_table_is_refused_with_a_reason() {
    assert_eq!(given("a.csv", b"").problem(), "import-problem-empty-file");
    assert_eq!(given("a.csv", b"\n\n\n").problem(), "import-problem-empty-file");
    assert_eq!(given("a.csv", &[0; 500]).problem(), "import-problem-no-table");
    assert_eq!(given("a.xlsx", b"PK\x03\x04 nothing more").problem(), "import-problem-archive");
    let wide = "x,".repeat(1_000_000);
    assert_eq!(given("a.csv", wide.as_bytes()).problem(), "import-problem-columns");
}

#[test]
fn a_cell_beyond_the_limit_spoils_its_row_and_no_other() {
    let large = "y".repeat(10 << 20);
    let content = format!("a,b\n1,\"{large}\"\n2,{large}\n3,fine\n");
    let (_, rows) = read(content.as_bytes());
    assert_eq!(rows.len(), 3);
    assert!(rows[0].ends_with("!B import-problem-cell-size"), "{}", &rows[0][rows[0].len() - 60..]);
    assert!(rows[1].ends_with("!B import-problem-cell-size"));
    assert_eq!(rows[2], "4: 3|fine");
}

#[test]
fn a_compressed_file_is_unpacked_as_it_is_read() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(b"a,b\n1,2\n").unwrap();
    let packed = packer.finish().unwrap();
    assert_eq!(read(&packed), ("a|b".to_owned(), vec!["2: 1|2".to_owned()]));
    let cut = given("cut.csv.gz", &packed[..packed.len() - 12]);
    assert!(cut.open().is_err());
}

#[test]
fn a_workbook_is_read_with_its_days_and_numbers() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (column, name) in (0..).zip(["name", "amount", "day"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_string(1, 0, "Acme").unwrap();
    sheet.write_number(1, 1, 1100.04).unwrap();
    let moment = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 12, 24).unwrap();
    sheet.write_datetime_with_format(1, 2, &moment, &day).unwrap();
    sheet.write_string(3, 0, "Below a blank row").unwrap();
    let given = given("book.xlsx", &book.save_to_buffer().unwrap());
    let table = given.open().unwrap();
    assert_eq!(rows(&table), ["2: Acme|1100.04|2026-12-24", "4: Below a blank row||"]);
}

#[test]
fn lines_of_json_are_rows_whose_columns_are_called_by_keys_and_parts() {
    let (headers, rows) = read(
        "\u{feff}{\"name\": \"Rotor\", \"size\": 1.5, \"big\": true, \"price\": {\"amount\": \"2.50\", \"currency\": \"EUR\"}}\r\n\n\
         {\"name\": \"=1+1\", \"who\": {\"id\": \"7\", \"title\": \"Ada\"}, \"tags\": [\"a\", \"b\"], \"price\": null}\n\
         {\"tags\": [\"a, b\"], \"to\": [{\"id\": \"1\", \"title\": \"Jo\"}, {\"id\": \"2\", \"title\": \"Mo; Bo\"}], \"at\": {\"city\": \"Graz\"}, \"raw\": {\"x\": [1]}}"
            .as_bytes(),
    );
    assert_eq!(headers, "name|size|big|price|price.currency|who|who.id|tags|to|to.id|at.city|raw");
    assert_eq!(
        rows,
        [
            "1: Rotor|1.5|true|2.50|EUR|||||||",
            "3: '=1+1|||||Ada|7|a; b||||",
            "4: |||||||[\"a, b\"]|[\"Jo\",\"Mo; Bo\"]|1; 2|Graz|{\"x\":[1]}",
        ]
    );
}

#[test]
fn a_line_that_is_none_is_refused_with_a_reason_and_the_others_go_on() {
    let mut content = b"{\"a\": 1, \"b\": \"x\"}\n{\"a\": 1, \"a\": 2}\nnothing\n[1]\n".to_vec();
    content.extend(format!("{{\"a\": {}1{}}}\n", "[".repeat(40), "]".repeat(40)).bytes());
    content.extend(format!("{{\"a\": \"{}\"}}\n", "x".repeat(17 << 20)).bytes());
    content.extend(format!("{{\"a\": 5, \"b\": \"{}\"}}\n", "x".repeat(2 << 20)).bytes());
    content.extend(b"{\"a\": 8}\n{\"b\": \"\xff\"}");
    let (headers, rows) = read(&content);
    assert_eq!(headers, "a|b");
    assert_eq!(
        rows,
        [
            "1: 1|x",
            "2: | ! import-problem-lines-twice",
            "3: | ! import-problem-lines-broken",
            "4: | ! import-problem-lines-object",
            "5: | ! import-problem-lines-deep",
            "6: | ! import-problem-lines-long",
            "7: 5| !B import-problem-cell-size",
            "8: 8|",
            "9: | ! import-problem-lines-broken",
        ]
    );
}

#[test]
fn json_that_is_no_lines_is_told_what_to_be() {
    assert_eq!(given("a.jsonl", b"").problem(), "import-problem-empty-file");
    assert_eq!(given("a.jsonl", b"[1]\n[2]\n").problem(), "import-problem-lines");
    assert_eq!(given("a.json", b"[{\"a\": 1}]").problem(), "import-problem-lines-document");
    assert_eq!(given("a.json", b"{\n  \"a\": 1\n}").problem(), "import-problem-lines-document");
    let wide: Vec<String> = (0..1_001).map(|at| format!("\"k{at}\": 1")).collect();
    assert_eq!(
        given("a.jsonl", format!("{{{}}}", wide.join(",")).as_bytes()).problem(),
        "import-problem-columns"
    );
    let late = format!("{}{{\"a\": 1, \"new\": 2, \"none\": null}}\n", "{\"a\": 1}\n".repeat(10_000));
    let rows = read(late.as_bytes()).1;
    assert_eq!(rows.last().unwrap(), "10001: 1 ! import-problem-lines-late");
}
