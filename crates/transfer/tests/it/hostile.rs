//! Files that mean ill, or that a broken program wrote: each is told plainly and with its place, nothing of a row is half
//! in, and nothing that comes out again does anything in a spreadsheet.

use testkit::both;
use transfer::{
    mapping::Mapping,
    run::{self, State},
};

use crate::given::{count, figures, imported, mapping, problems, proposed, shown};

const PEOPLE: &str = r#"
object = "person"
mode = "upsert"
key = ["email"]
column = [
    { name = "Name", field = "name.last" },
    { name = "Email", field = "email" },
    { name = "About", field = "description" },
]
"#;

fn people() -> Mapping {
    mapping(PEOPLE)
}

fn utf_32(text: &str) -> Vec<u8> {
    std::iter::once('\u{feff}').chain(text.chars()).flat_map(|char| u32::from(char).to_le_bytes()).collect()
}

fn utf_16(text: &str, big: bool) -> Vec<u8> {
    let mark = '\u{feff}'.encode_utf16(&mut [0; 1])[0];
    let units = std::iter::once(mark).chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn rows_that_cannot_be_read_are_told_by_row_and_column_and_the_others_are_in() {
    let long = "x".repeat(10 << 20);
    let wide = ",x".repeat(1_000_000);
    let cases: [(&str, Vec<u8>, &[&str]); 7] = [
        (
            "a quote that is never closed",
            b"3,c@x.example,\"open\n4,d@x.example,\n".to_vec(),
            &["3 C: import-problem-unclosed"],
        ),
        (
            "text behind a quote",
            b"\"3\"y,c@x.example,\n4,d@x.example,\n".to_vec(),
            &["3 A: import-problem-quote"],
        ),
        ("a NUL byte", b"3,c@x.example,a\0b\n4,d@x.example,\n".to_vec(), &["3 C: import-problem-nul"]),
        ("too few cells", b"3\n4,d@x.example,\n".to_vec(), &["3 : import-problem-ragged"]),
        (
            "a million cells",
            format!("3,c@x.example{wide}\n4,d@x.example,\n").into_bytes(),
            &["3 : import-problem-columns"],
        ),
        (
            "a cell of 10 MB",
            format!("3,c@x.example,{long}\n4,d@x.example,\n").into_bytes(),
            &["3 C: import-problem-cell-size"],
        ),
        ("no key", b"3,,\n4,d@x.example,\n".to_vec(), &["3 B: import-problem-key-empty"]),
    ];
    both(|app| {
        for (what, rows, told) in &cases {
            let content = [b"Name,Email,About\n2,b@x.example,\n".as_slice(), rows].concat();
            let import = imported(app, &content, &people());
            assert_eq!(import.state, State::Done, "{what}");
            assert_eq!(import.progress.counts.bad, 1, "{what}");
            let said: Vec<String> = problems(app, &import);
            assert_eq!(said, *told, "{what}");
            assert_eq!(count(app, "person", "email = \"c@x.example\""), 0, "{what}");
        }
        assert_eq!(shown(app, "person", "", &["email"]), ["2: b@x.example", "4: d@x.example"]);
    });
}

#[test]
fn every_encoding_gives_the_same_people() {
    let text = "Name,Email,About\nJosé Müller,j@x.example,\"Zoë, Łódź\"\nØrsted,o@x.example,–\n";
    let narrow = text.replace("Łódź", "Lodz");
    let windows = windows_1252(&narrow);
    both(|app| {
        let files = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf_16(text, false),
            utf_16(text, true),
        ];
        for (at, file) in files.iter().enumerate() {
            let import = imported(app, file, &people());
            let wanted = if at == 0 { "2/0/0/0" } else { "0/0/2/0" };
            assert_eq!(figures(&import), wanted, "{at}");
        }
        assert_eq!(figures(&imported(app, &windows, &people())), "0/1/1/0");
        let about = ["José Müller: Zoë, Lodz", "Ørsted: –"];
        assert_eq!(shown(app, "person", "", &["description"]), about);
    });
}

fn windows_1252(text: &str) -> Vec<u8> {
    let bytes = text.chars().map(|char| match char {
        '–' => 0x96,
        char => u8::try_from(u32::from(char)).unwrap(),
    });
    bytes.collect()
}

#[test]
fn bytes_that_are_half_a_character_break_nothing() {
    let mut odd = utf_16("Name,Email,About\nAda,a@x.example,\n", false);
    odd.push(b'x');
    let mut lone = utf_16("Name,Email,About\nAda,a@x.example,", false);
    lone.extend([0x00, 0xd8, 0x0a, 0x00]);
    let cut = b"Name,Email,About\nAda,a@x.example,Zo\xc3".to_vec();
    both(|app| {
        for content in [&odd, &lone, &cut] {
            let import = imported(app, content, &people());
            assert_eq!(import.state, State::Done, "{:?}", import.reason);
        }
        assert_eq!(count(app, "person", "email = \"a@x.example\""), 1);
    });
}

#[test]
fn a_file_that_is_no_table_fails_as_a_whole_and_says_why() {
    both(|app| {
        let head = "Name,Email,About\n";
        for (content, reason) in [
            (vec![0; 5_000], "import-problem-no-table"),
            (utf_32(head), "import-problem-no-table"),
            (Vec::new(), "import-problem-empty-file"),
            ("x,".repeat(1_000_000).into_bytes(), "import-problem-columns"),
            ([b"\x1f\x8b\x08\x00", head.as_bytes()].concat(), "import-problem-compressed"),
            (b"Name,About\nAda,x\n".to_vec(), "import-problem-no-column"),
        ] {
            let import = imported(app, &content, &people());
            assert_eq!(import.state, State::Failed, "{reason}");
            assert_eq!(import.reason.map(|reason| reason.id.into_owned()).as_deref(), Some(reason));
        }
        assert_eq!(count(app, "person", ""), 0);
    });
}

#[test]
fn columns_of_one_name_are_told_apart() {
    both(|app| {
        let content = b"Email,email, Email ,Name\na@x.example,b@x.example,c@x.example,Ada\n";
        let text = r#"
            object = "person"
            column = [
                { name = "Email", field = "email" },
                { name = "email (2)", field = "other_email" },
                { name = "Name", field = "name.last" },
            ]
        "#;
        assert_eq!(figures(&imported(app, content, &mapping(text))), "1/0/0/0");
        assert_eq!(shown(app, "person", "", &["email", "other_email"]), ["Ada: a@x.example b@x.example"]);
    });
}

#[test]
fn the_report_of_refused_rows_does_nothing_in_a_spreadsheet_and_comes_in_once_it_is_mended() {
    let text = PEOPLE.replace("\"Name\"", "\"=Name\"").replace("about", "About");
    both(|app| {
        let content = b"=Name,Email,About\n=cmd|' /C calc'!A1,,@SUM(1)\n-5,b@x.example,fine\n";
        let import = imported(app, content, &mapping(&text));
        assert_eq!(figures(&import), "1/0/0/1");
        let workspace = &app.workspace;
        let headers = run::open(workspace, &import).unwrap().shape.headers;
        let look =
            workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
        let mut report = Vec::new();
        run::write_report(workspace.db(), &import, &headers, &look, &mut report).unwrap();
        let report = String::from_utf8(report).unwrap();
        for cell in report.split(['\n', ',']) {
            assert!(!cell.trim_start_matches('"').starts_with(['=', '@', '+', '-']), "{report}");
        }
        let mended = report.replace("calc'!A1,,", "calc'!A1,c@x.example,");
        assert_eq!(figures(&imported(app, mended.as_bytes(), &mapping(&text))), "1/0/0/0", "{mended}");
        let people = ["-5: fine", "=cmd|' /C calc'!A1: @SUM(1)"];
        assert_eq!(shown(app, "person", "", &["description"]), people);
    });
}

#[test]
fn amounts_keep_the_currency_that_they_name_and_a_german_file_its_thousands() {
    const FILE: &str =
        "Name;Amount;Description\nA;1.234,50 €;x\nB;2.500;x\nC;GBP 5;x\nD;5 M;x\nE;$ 7,00;x\nF;XYZ 5;x\n";
    both(|app| {
        let mapping = proposed(app, FILE.as_bytes(), "deal", false);
        assert_eq!(mapping.decimal_mark, Some(','));
        let import = imported(app, FILE.as_bytes(), &mapping);
        assert_eq!(figures(&import), "4/0/0/2");
        assert_eq!(problems(app, &import), ["5 B: import-problem-number", "7 B: import-problem-no-currency"]);
        for (deal, amount, currency) in
            [("A", "1234.5", "EUR"), ("B", "2500", "USD"), ("C", "5", "GBP"), ("E", "7", "USD")]
        {
            let filter =
                format!("name = \"{deal}\" and amount = {amount} and amount.currency = \"{currency}\"");
            assert_eq!(count(app, "deal", &filter), 1, "{filter}");
        }
        let both_said = "Name,Amount,Amount Currency\nG,€ 5,EUR\nH,€ 5,USD\n";
        let mapping = proposed(app, both_said.as_bytes(), "deal", false);
        let import = imported(app, both_said.as_bytes(), &mapping);
        assert_eq!(problems(app, &import), ["3 B: import-problem-currency"]);
    });
}
