//! Contents for fields without a column.

use indexmap::IndexMap;
use kernel::Message;

use super::{Making, Target, column_at};
use crate::{cell::Style, table::Header};

/// A content for a field without a column.
#[derive(Clone, Debug)]
pub struct Constant {
    pub target: Target,
    /// Pieces of text, and positions in the file of cells between them.
    pub pieces: Vec<Piece>,
    pub style: Style,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Cell(usize),
}

impl Making<'_> {
    pub(super) fn constants(&mut self, given: &IndexMap<String, String>) -> Vec<Constant> {
        let mut constants = Vec::new();
        for (path, text) in given {
            let target = self.target(path, None);
            let pieces = pieces(text, self.headers);
            match (target, pieces) {
                (Ok(target), Ok(pieces)) => constants.push(Constant { target, pieces, style: self.style() }),
                (Err(message), _) | (_, Err(message)) => self.refuse(path, message),
            }
        }
        constants
    }

    /// Files come for every record or for none: `set` names them, since whether a record has some already is not asked.
    pub(super) fn refuse_files(&mut self, default: &[Constant]) {
        for constant in default {
            if let Target::Files { field } = constant.target {
                let field = &self.object.fields[field];
                let label = self.label(field, &field.name);
                let message = Message::new("import-problem-files-default").with("name", label);
                self.refuse(&field.name, message);
            }
        }
    }
}

/// Text with `{Column}` in it.
fn pieces(text: &str, headers: &[Header]) -> Result<Vec<Piece>, Message> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| Message::new("import-problem-braces"))?;
        let at = column_at(headers, name)?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Cell(at));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}
