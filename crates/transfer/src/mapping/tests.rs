use super::{Blank, Mapping, Missing, Mode, Unknown, schema::name_of};
use crate::cell::DateStyle;

const TEXT: &str = r#"
object = "company"
mode = "upsert"
key = ["name"]
empty = ["NULL"]

[set]
"annual_revenue.currency" = "EUR"

[[column]]
name = "account"
field = "name"

[[column]]
name = "revenue"
field = "annual_revenue"
multiply = 1000000

[[column]]
name = "sector"
field = "industry"
unknown = "add"
values = { technolgy = "technology" }

[[column]]
name = "subsidiary_of"
field = "parent"
link = { missing = "create" }

[[column]]
name = "Visits"
new_field = { name = "visits", type = "integer", label = "Visits" }
"#;

#[test]
fn a_mapping_is_read_from_toml_and_printed_as_it_was() {
    let mapping = Mapping::parse(TEXT).unwrap();
    assert_eq!((mapping.mode, mapping.blank, &mapping.dates), (Mode::Upsert, Blank::Keep, &DateStyle::Iso));
    assert_eq!(mapping.columns[1].multiply, Some(1_000_000.into()));
    assert_eq!(mapping.columns[2].unknown, Unknown::Add);
    let link = mapping.columns[3].link.as_ref().unwrap();
    assert_eq!((link.by.as_str(), link.missing), ("title", Missing::Create));
    assert_eq!(Mapping::parse(&mapping.print()).unwrap(), mapping);
    let json = serde_json::to_string(&mapping).unwrap();
    assert_eq!(Mapping::parse(&json).unwrap(), mapping);
}

#[test]
fn where_links_lead_is_one_object_or_several_or_what_a_column_says() {
    let text = "object = \"task\"\ncolumn = [
        { name = \"a\", link = { to = \"person\" } },
        { name = \"b\", link = { to = [\"person\", \"Lead\"] } },
        { name = \"c\", link = { kind = \"d\" } },
    ]";
    let mapping = Mapping::parse(text).unwrap();
    let to: Vec<&[String]> =
        mapping.columns.iter().map(|rule| rule.link.as_ref().unwrap().to.as_slice()).collect();
    assert_eq!(to, [&["person".to_owned()][..], &["person".to_owned(), "Lead".to_owned()], &[]]);
    assert_eq!(mapping.kind_columns().collect::<Vec<_>>(), ["d"]);
    assert!(mapping.print().contains("to = \"person\""), "{}", mapping.print());
    assert_eq!(Mapping::parse(&mapping.print()).unwrap(), mapping);
    assert_eq!(Mapping::parse(&serde_json::to_string(&mapping).unwrap()).unwrap(), mapping);
}

#[test]
fn an_unknown_word_in_a_mapping_is_refused_with_its_place() {
    let wrong = TEXT.replace("multiply", "multiplied");
    let why = Mapping::parse(&wrong).unwrap_err();
    assert!(why.contains("multiplied") && why.contains("line"), "{why}");
}

#[test]
fn columns_become_names_of_fields() {
    assert_eq!(name_of("Total Time Spent on Website"), "total_time_spent_on_website");
    assert_eq!(name_of("1st größe (cm)"), "x_1st_grosse_cm");
    assert_eq!(name_of("日本"), "x");
}

#[test]
fn the_texts_are_sound() {
    let mut texts = i18n::Texts::new();
    texts.add("en", "transfer", include_str!("../en.ftl")).unwrap();
}
