//! Keeps expressions true when a field gets another name.

use crate::{
    checked::FieldRef,
    syntax::{Expr, Name},
    types::{Catalog, Type},
};

/// Writes the new name wherever the tree names the field, directly or at the end of links. Returns whether it does.
///
/// `object` is what the expression is about; `catalog` still knows the field by its old name.
pub fn rename(tree: &mut Expr, object: &str, catalog: &dyn Catalog, field: &FieldRef, to: &str) -> bool {
    let mut changed = false;
    tree.for_each_path(&mut |names| changed |= rename_in_path(names, object, catalog, field, to));
    changed
}

fn rename_in_path(
    names: &mut [Name],
    object: &str,
    catalog: &dyn Catalog,
    field: &FieldRef,
    to: &str,
) -> bool {
    let mut object = object.to_owned();
    let mut changed = false;
    for (index, name) in names.iter_mut().enumerate() {
        if index == 0 && name.text == "me" {
            "user".clone_into(&mut object);
            continue;
        }
        let Some(found) = catalog.field(&object, &name.text) else { break };
        if *object == *field.object && *name.text == *field.field {
            to.clone_into(&mut name.text);
            changed = true;
        }
        match found.ty {
            Type::Link(target) => object = target.to_string(),
            _ => break,
        }
    }
    changed
}
