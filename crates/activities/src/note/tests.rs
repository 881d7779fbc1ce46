use super::first_line::first_line;
use crate::testing::house;

#[test]
fn a_note_is_called_by_its_first_line_until_another_subject_is_typed() {
    let house = house();
    let note = house.save(house.draft("note").with("body", "<p>Likes <b>tea</b></p><p>Not coffee</p>")).id;
    assert_eq!(house.text("note", note, "subject"), "Likes tea");
    house.save(house.change("note", note).with("body", "<p>Likes coffee now</p>"));
    assert_eq!(house.text("note", note, "subject"), "Likes coffee now");
    house.save(house.change("note", note).with("subject", "Drinks"));
    house.save(house.change("note", note).with("body", "<p>Water</p>"));
    assert_eq!(house.text("note", note, "subject"), "Drinks");
}

#[test]
fn a_first_line_has_no_tags_and_ends_at_a_word() {
    let check = |html: &str, expected: &str| assert_eq!(first_line(html), expected, "{html}");
    check("<div><br></div><p>A &amp; B</p>", "A & B");
    check("3 < 4", "3 < 4");
    check("plain\nlines", "plain");
    check("", "");
    let long = "word ".repeat(40);
    assert!(first_line(&long).ends_with("word…"));
    assert!(first_line(&long).chars().count() <= 80);
}

#[test]
fn a_note_without_a_body_is_no_note() {
    let house = house();
    assert!(house.problems(house.draft("note")).contains(&"body: problem-required".to_owned()));
}
