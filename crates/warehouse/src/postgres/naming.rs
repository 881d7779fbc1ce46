//! Names that tools ask for, where the engine has others: of tables, of constraints, of the columns of an answer.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgumentList, Ident, ObjectName, ObjectNamePart, SelectItem,
    SetExpr,
};

use super::{activity::ACTIVITY, dialect::nothing, keys::STANDARD};

/// What is beside PostgreSQL's own tables: who is connected, and the keys that the engine's catalogue of the standard lacks.
pub fn find_own(table: &mut ObjectName) {
    let catalogue = || Ident::new("pg_catalog");
    match table.0.as_mut_slice() {
        [ObjectNamePart::Identifier(own)] if own.value.eq_ignore_ascii_case(ACTIVITY) => {
            table.0.insert(0, ObjectNamePart::Identifier(catalogue()));
        }
        [.., ObjectNamePart::Identifier(schema), ObjectNamePart::Identifier(own)]
            if schema.value.eq_ignore_ascii_case("information_schema")
                && STANDARD.contains(&own.value.to_ascii_lowercase().as_str()) =>
        {
            *schema = catalogue();
        }
        _ => {}
    }
}

/// What `pg_get_constraintdef(oid)` says: it stands beside the number.
pub fn definition(arguments: &FunctionArgumentList) -> Option<Expr> {
    let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(number))) = arguments.args.first() else {
        return None;
    };
    beside(number, |column| (column == "oid").then_some("condef"))
}

/// `conrelid::regclass` as the name of the table, where it is shown.
pub fn name_tables(body: &mut SetExpr) {
    let SetExpr::Select(select) = body else { return };
    for item in &mut select.projection {
        let (SelectItem::UnnamedExpr(shown) | SelectItem::ExprWithAlias { expr: shown, .. }) = item else {
            continue;
        };
        let Expr::Cast { expr, data_type, .. } = &*shown else { continue };
        let name = data_type.to_string().to_ascii_lowercase();
        if name.ends_with("regclass")
            && let Some(named) = beside(expr, |column| match column {
                "conrelid" => Some("conrelname"),
                "confrelid" => Some("confrelname"),
                _ => None,
            })
        {
            *shown = named;
        }
    }
}

/// Another column of the same table as this one.
fn beside(column: &Expr, other: impl Fn(&str) -> Option<&'static str>) -> Option<Expr> {
    match column {
        Expr::Identifier(name) => Some(Expr::Identifier(Ident::new(other(&name.value)?))),
        Expr::CompoundIdentifier(names) => {
            let mut names = names.clone();
            let last = names.last_mut()?;
            *last = Ident::new(other(&last.value)?);
            Some(Expr::CompoundIdentifier(names))
        }
        _ => None,
    }
}

/// Gives columns other names that would be called the same: `select null, null`.
pub fn tell_apart(body: &mut SetExpr) {
    let select = match body {
        SetExpr::Select(select) => select,
        SetExpr::SetOperation { left, right, .. } => {
            tell_apart(left);
            return tell_apart(right);
        }
        _ => return,
    };
    let mut named: Vec<String> = Vec::new();
    for item in &mut select.projection {
        let SelectItem::UnnamedExpr(expression) = item else { continue };
        if matches!(expression, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            continue;
        }
        let name = expression.to_string();
        let before = named.iter().filter(|own| **own == name).count();
        if before > 0 {
            let alias = Ident::with_quote('"', format!("{name} {}", before + 1).replace('"', "'"));
            let expr = std::mem::replace(expression, nothing());
            *item = SelectItem::ExprWithAlias { expr, alias };
        }
        named.push(name);
    }
}
