//! The functions that computed expressions call, written in SQL.

use std::fmt::Write;

use expr::{
    sql::{Shape, functions},
    text::{fold_pairs, raise_pairs},
};

use crate::schema::literal;

/// Statements that make or replace every function that PostgreSQL needs.
pub fn definitions() -> String {
    let ((fold_from, fold_to), (raise_from, raise_to)) = (fold_pairs(), raise_pairs());
    let tables = [
        ("{fold_from}", literal(&fold_from)),
        ("{fold_to}", literal(&fold_to)),
        ("{raise_from}", literal(&raise_from)),
        ("{raise_to}", literal(&raise_to)),
    ];
    let mut text = String::new();
    for function in functions().iter().filter(|function| !function.definition.is_empty()) {
        let parameters: Vec<String> = function
            .parameters
            .iter()
            .zip(["a", "b", "c", "d"])
            .map(|(shape, name)| format!("{name} {}", type_of(*shape)))
            .collect();
        // A whole number is a bigint only where it leaves an expression.
        let returns = if function.name == "rp_int" { "bigint" } else { type_of(function.returns) };
        let definition = tables
            .iter()
            .fold(function.definition.to_owned(), |text, (place, table)| text.replace(place, table));
        let _ = writeln!(
            text,
            "create or replace function {}({}) returns {returns} language sql immutable parallel safe as $body$ select ({definition}) $body$;",
            function.name,
            parameters.join(", "),
        );
    }
    text
}

const fn type_of(shape: Shape) -> &'static str {
    match shape {
        Shape::Bool => "boolean",
        Shape::Number => "numeric",
        Shape::Text => "text",
        Shape::Date => "date",
        Shape::Instant => "timestamptz",
        Shape::Id => "uuid",
        Shape::List | Shape::Json => "jsonb",
    }
}
