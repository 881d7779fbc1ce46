//! Reading and printing are inverse, and reading never fails but with a problem.

use expr::{
    Expected, FieldRef, check,
    generate::{
        Choices, conditions, expressions,
        sample::{SampleCatalog, World},
    },
    parse, print, rename,
};
use proptest::prelude::*;

fn settings() -> ProptestConfig {
    ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() }
}

fn ids() -> Vec<kernel::Id> {
    World::random(&mut Choices::new(&[])).ids()
}

fn check_round_trip(source: &str) -> Result<(), TestCaseError> {
    let tree = parse(source).map_err(|problem| TestCaseError::fail(format!("{source}: {problem}")))?;
    let printed = print(&tree);
    let again = parse(&printed).map_err(|problem| TestCaseError::fail(format!("{printed}: {problem}")))?;
    prop_assert_eq!(&again, &tree, "{}\n{}", source, printed);
    prop_assert_eq!(print(&again), printed);
    Ok(())
}

/// Words and signs in any order: most are wrong, some are right.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "and",
        "or",
        "not",
        "is",
        "empty",
        "in",
        "between",
        "within",
        "contains",
        "starts with",
        "ends with",
        "last",
        "7",
        "days",
        "this",
        "quarter",
        "today",
        "me",
        "my_teams",
        "true",
        "amount",
        "stage",
        ".outcome",
        "company",
        ".owner",
        "name",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "&",
        "=",
        "!=",
        "<",
        ">=",
        "\"new\"",
        "'x'",
        "1.5",
        "if(",
        "lower(",
        "date(",
        "é",
        "\"",
        "tags",
    ]);
    prop::collection::vec(scrap, 0..14).prop_map(|scraps| scraps.join(" "))
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn what_is_printed_reads_the_same(source in conditions(SampleCatalog.vocabulary(&ids()))) {
        check_round_trip(&source)?;
    }

    #[test]
    fn values_too(source in expressions(SampleCatalog.vocabulary(&ids()))) {
        check_round_trip(&source)?;
    }

    #[test]
    fn whatever_can_be_read_can_be_printed(source in scraps()) {
        if parse(&source).is_ok() {
            check_round_trip(&source)?;
        }
    }

    #[test]
    fn nothing_panics_on_any_text(source in any::<String>()) {
        let _ = check(&source, "deal", &SampleCatalog, &Expected::Any);
    }

    #[test]
    fn nothing_panics_on_scraps_and_problems_have_a_place(source in scraps()) {
        if let Err(problems) = check(&source, "deal", &SampleCatalog, &Expected::Any) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.span.start <= problem.span.end && problem.span.end <= source.len());
                prop_assert!(problem.render(&source, "here").contains('^'));
            }
        }
    }
}

#[test]
fn nesting_and_length_have_limits() {
    let nested = |count: usize| format!("{}1{}", "(".repeat(count), ")".repeat(count));
    assert!(parse(&nested(60)).is_ok());
    let told = |source: &str| parse(source).expect_err("a limit").message.id;
    assert_eq!(told(&nested(70)), "expr-too-deep");
    assert_eq!(told(&vec!["1"; 100].join(" + ")), "expr-too-deep");
    assert_eq!(told(&"-".repeat(9_000)), "expr-too-deep");
    assert_eq!(told(&"not ".repeat(2_000)), "expr-too-deep");
    assert_eq!(told(&"a".repeat(10_001)), "expr-too-long");
    assert!(parse(&vec!["a"; 1_000].join(" or ")).is_ok());
}

#[test]
fn the_canonical_form_is_plain() {
    let check = |source: &str, expected: &str| assert_eq!(print(&parse(source).expect(source)), expected);
    check("NOT(stage IN ('won','lost'))AND(amount)>=5", "stage not in (\"won\", \"lost\") and amount >= 5");
    check("not (not a is empty)", "not a is not empty");
    check("(a or b) and c", "(a or b) and c");
    check("(a and b) or c", "a and b or c");
    check("1-(2-3)-4", "1 - (2 - 3) - 4");
    check("d in last 1 day", "d within last 1 day");
    check("d within YESTERDAY", "d within yesterday");
    check("x <> \"a\"\"b\"", "x != \"a\"\"b\"");
    check("a not between 1 and 2 or b", "a not between 1 and 2 or b");
    check("(a = 1) = true", "(a = 1) = true");
    check("-(-5)", "--5");
}

#[test]
fn a_renamed_field_is_rewritten_wherever_it_is_meant() {
    let mut tree = parse("name = \"x\" and company.owner.name = me.name and company.name = name")
        .expect("an expression");
    let field = FieldRef { object: "user".into(), field: "name".into() };
    assert!(rename(&mut tree, "deal", &SampleCatalog, &field, "full_name"));
    let expected = "name = \"x\" and company.owner.full_name = me.full_name and company.name = name";
    assert_eq!(print(&tree), expected);
    let field = FieldRef { object: "company".into(), field: "owner".into() };
    assert!(rename(&mut tree, "deal", &SampleCatalog, &field, "keeper"));
    assert!(!rename(&mut tree, "deal", &SampleCatalog, &field, "keeper"));
}

#[test]
fn what_grows_when_it_is_written_out_has_a_limit() {
    let told = |source: &str| {
        let problems = check(source, "deal", &SampleCatalog, &Expected::Any).expect_err(source);
        problems[0].message.id.clone()
    };
    let mut doubling = "quantity".to_owned();
    for _ in 0..28 {
        doubling = format!("if({doubling} between 1 and 2, 1, 2)");
    }
    assert_eq!(told(&doubling), "expr-too-large");
    assert_eq!(told(&vec!["urgent"; 300].join(" or ")), "expr-too-large");
    assert_eq!(told(&vec!["name"; 300].join(" & ")), "expr-too-large");
    assert_eq!(told(&format!("min({})", vec!["quantity"; 900].join(","))), "expr-too-large");
    let many = format!("quantity in ({})", vec!["1"; 3_000].join(","));
    assert!(check(&many, "deal", &SampleCatalog, &Expected::Any).is_ok());
}
