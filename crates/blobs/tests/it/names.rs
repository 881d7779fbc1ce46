//! Names of files.

use blobs::{Blob, Purpose, sanitise};
use kernel::{Id, Timestamp};

fn check(name: &str, expected: &str) {
    assert_eq!(sanitise(name), expected, "{name:?}");
    assert_eq!(sanitise(expected), expected, "twice is once");
}

#[test]
fn ordinary_names_stay() {
    for name in ["report.pdf", "Angebot Müller & Söhne (2).docx", "見積書.xlsx", "a", "archive.tar.gz"] {
        check(name, name);
    }
}

#[test]
fn folders_go() {
    check("../../etc/passwd", "passwd");
    check("C:\\Users\\ann\\list.csv", "list.csv");
    check("/", "file");
    check("..", "file");
    check("a/..", "file");
}

#[test]
fn what_is_not_seen_or_misleads_goes() {
    check("invoice\u{202e}fdp.exe", "invoicefdp.exe");
    check("a\0b\r\nc.txt", "abc.txt");
    check("zero\u{200b}width.txt", "zerowidth.txt");
    check("non\u{a0}breaking.txt", "non breaking.txt");
}

#[test]
fn what_systems_interpret_is_replaced() {
    check("a<b>c:d\"e|f?g*.txt", "a_b_c_d_e_f_g_.txt");
    check(".htaccess", "htaccess");
    check("trailing. . ", "trailing");
    check("con.txt", "_con.txt");
    check("LPT1", "_LPT1");
    check("console.txt", "console.txt");
}

#[test]
fn letters_and_their_marks_become_one() {
    check("Mu\u{308}ller.txt", "Müller.txt");
}

#[test]
fn an_empty_name_becomes_file() {
    for name in ["", "   ", ".", "\u{200b}"] {
        check(name, "file");
    }
}

#[test]
fn a_long_name_loses_its_middle_and_keeps_its_ending() {
    let name = sanitise(&("ä".repeat(500) + ".csv"));
    assert!(name.len() <= 200 && name.ends_with("ä.csv"), "{name}");
    let name = sanitise(&("x.".to_owned() + &"y".repeat(500)));
    assert_eq!(name.len(), 200);
}

#[test]
fn the_header_carries_any_name_and_only_pictures_and_pdf_are_inline() {
    let header = |name: &str, media_type: &str| {
        let blob = Blob {
            id: Id::generate(),
            name: sanitise(name),
            media_type: media_type.to_owned(),
            size_bytes: 0,
            sha256: String::new(),
            purpose: Purpose::Attachment,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: None,
            expires_at: None,
            record: None,
        };
        blob.content_disposition()
    };
    assert_eq!(header("plan.pdf", "application/pdf"), "inline; filename=\"plan.pdf\"");
    assert_eq!(header("page.html", "text/plain"), "attachment; filename=\"page.html\"");
    assert_eq!(
        header("Müller 10%.png", "image/png"),
        "inline; filename=\"M_ller 10_.png\"; filename*=UTF-8''M%C3%BCller%2010%25.png"
    );
    assert_eq!(header("a\"; b=c\r\nX: y", "text/plain"), "attachment; filename=\"a_; b=cX_ y\"");
}
