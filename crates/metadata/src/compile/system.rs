//! The fields that every object has without saying so.

use kernel::limits;

use crate::definition::{FieldDef, ObjectDef, OptionDef, TypeName};

/// The fields that follow an object's own: who it belongs to, where it came from, who touched it when.
pub fn fields(definition: &ObjectDef) -> Vec<FieldDef> {
    let mut fields = Vec::new();
    if definition.owned {
        fields.push(FieldDef { index: true, ..FieldDef::new("owner", TypeName::User) });
        fields.push(FieldDef { to: vec!["team".to_owned()], ..FieldDef::new("team", TypeName::Link) });
        fields.push(FieldDef::new("tags", TypeName::Tags));
        fields
            .push(FieldDef { max: Some(limits::FILES_PER_FIELD), ..FieldDef::new("files", TypeName::File) });
    }
    fields.push(FieldDef { unique: true, ..FieldDef::new("external_id", TypeName::Text) });
    for (moment, person, way) in
        [("created_at", "created_by", "created_via"), ("updated_at", "updated_by", "updated_via")]
    {
        fields
            .push(engine(FieldDef { index: definition.owned, ..FieldDef::new(moment, TypeName::DateTime) }));
        fields.push(engine(FieldDef::new(person, TypeName::User)));
        fields.push(engine(FieldDef { options: channels(), ..FieldDef::new(way, TypeName::Choice) }));
    }
    fields.push(engine(FieldDef::new("deleted_at", TypeName::DateTime)));
    fields
}

fn engine(field: FieldDef) -> FieldDef {
    FieldDef { read_only: true, ..field }
}

fn channels() -> Vec<OptionDef> {
    ["user", "api", "import", "workflow", "system"]
        .map(|name| OptionDef { name: name.to_owned(), ..OptionDef::default() })
        .to_vec()
}
