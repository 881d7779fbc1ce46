//! Media types.

use blobs::sniff;

fn check(head: &[u8], name: &str, expected: &str) {
    assert_eq!(sniff(head, name), expected, "{name}");
}

#[test]
fn the_content_tells_the_type_whatever_the_name_says() {
    check(b"\x89PNG\r\n\x1a\n....", "photo.txt", "image/png");
    check(b"\xff\xd8\xff\xe0..JFIF", "photo", "image/jpeg");
    check(b"RIFF\x10\0\0\0WEBPVP8 ", "x.webp", "image/webp");
    check(b"%PDF-1.7\n", "contract.exe", "application/pdf");
    check(b"MZ\x90\0\x03\0", "contract.pdf", "application/octet-stream");
}

#[test]
fn the_name_tells_contents_that_look_alike_apart() {
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    check(b"PK\x03\x04\x14\0", "Figures.XLSX", xlsx);
    check(b"PK\x03\x04\x14\0", "figures.pdf", "application/zip");
    check(b"name,age\nann,3\n", "people.csv", "text/csv");
    check(b"\xff\xfen\0a\0m\0e\0", "people.csv", "text/csv");
    check(b"caf\xe9;1\n", "people.csv", "text/csv");
    check(b"name,age\n", "people.png", "text/plain");
    check(b"", "nothing.csv", "text/csv");
}

#[test]
fn what_a_browser_could_run_is_plain_text() {
    check(b"<!doctype html><script>alert(1)</script>", "page.html", "text/plain");
    check(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg", "text/plain");
    check(b"alert(1)", "script.js", "text/plain");
}
