//! Records out into files: CSV, workbooks (XLSX) and JSON Lines.
//!
//! Records are read a page at a time, each page on a snapshot of its own, so that a slow receiver keeps nothing back;
//! pages go by key, so no record comes twice. Only what may be exported is read: [`records::Action::Export`].

mod cell;
pub mod query;
mod sheet;

use std::io::{self, Write};

use i18n::Reader;
use kernel::limits;
use metadata::{Field, Kind, Object};
use records::{Action, Engine, FieldSet, ListQuery, Principal, Record};
use serde_json::{Map, Value as Json, json};

use crate::write::csv_line;

pub use cell::Cell;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Jsonl,
    Xlsx,
}

/// For whom the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Columns and options are called as on the screen.
    People,
    /// They have the names of the API, by which the file is imported again.
    Programs,
}

/// What is exported.
pub struct Export<'a> {
    pub engine: &'a Engine,
    pub who: &'a Principal,
    pub look: &'a Reader,
    pub query: ListQuery,
    /// Positions of the fields, in their order.
    pub fields: Vec<usize>,
    pub readers: For,
}

/// What an export has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub records: u64,
    /// Texts of which a workbook has only the beginning, since they are longer than its cells may be.
    pub cut: u64,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Records(#[from] records::Error),
    /// The receiver is gone, or the disk is full.
    #[error(transparent)]
    Output(#[from] io::Error),
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl Format {
    pub fn parse(name: &str) -> Option<Format> {
        match name {
            "csv" => Some(Format::Csv),
            "jsonl" => Some(Format::Jsonl),
            "xlsx" => Some(Format::Xlsx),
            _ => None,
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Jsonl => "application/jsonl",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl<'a> Export<'a> {
    /// All records of a query, with these fields.
    pub fn new(
        engine: &'a Engine,
        who: &'a Principal,
        look: &'a Reader,
        mut query: ListQuery,
        fields: Vec<usize>,
        readers: For,
    ) -> Export<'a> {
        query.action = Action::Export;
        query.limit = limits::PAGE_RECORDS;
        query.fields = fields.iter().copied().collect::<FieldSet>();
        query.labels = true;
        Export { engine, who, look, query, fields, readers }
    }

    /// Whether whoever asks may export any record of this at all; to be asked before an answer is begun.
    ///
    /// # Errors
    /// As listing.
    pub fn check(&self) -> Result<(), records::Error> {
        let mut query = self.query.clone();
        query.limit = 1;
        self.engine.read(self.who, |reader| reader.list(&query)).map(|_| ())
    }

    /// Writes all records.
    ///
    /// # Errors
    /// When records cannot be read, or the receiver fails.
    pub fn write(&self, format: Format, out: &mut (dyn Write + Send)) -> Result<Written, Error> {
        let whole = |records| Written { records, cut: 0 };
        match format {
            Format::Csv => self.write_csv(out).map(whole),
            Format::Jsonl => self.write_jsonl(out).map(whole),
            Format::Xlsx => sheet::write(self, out),
        }
    }

    fn write_csv(&self, out: &mut dyn Write) -> Result<u64, Error> {
        if self.readers == For::People {
            // Without it, spreadsheets take the file for one of their own old encodings.
            out.write_all("\u{feff}".as_bytes())?;
        }
        csv_line(out, self.headers())?;
        self.each(&mut |record| {
            let cells = self.cells(record);
            Ok(csv_line(out, cells.iter().map(Cell::plain))?)
        })
    }

    fn write_jsonl(&self, out: &mut dyn Write) -> Result<u64, Error> {
        self.each(&mut |record| {
            serde_json::to_writer(&mut *out, &self.json(record)).map_err(io::Error::from)?;
            Ok(out.write_all(b"\n")?)
        })
    }

    /// Hands over every record; tells how many.
    fn each(&self, visit: &mut dyn FnMut(&Record) -> Result<(), Error>) -> Result<u64, Error> {
        let mut query = self.query.clone();
        let mut count = 0;
        loop {
            let page = self.engine.read(self.who, |reader| reader.list(&query))?;
            for record in &page.records {
                visit(record)?;
            }
            count += page.records.len() as u64;
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(count),
            }
        }
    }

    fn object(&self) -> &Object {
        &self.query.object
    }

    fn shown(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().map(|position| &self.object().fields[*position])
    }

    /// The names of the columns.
    fn headers(&self) -> Vec<String> {
        let mut headers = Vec::new();
        if self.readers == For::Programs {
            headers.push("id".to_owned());
        }
        for field in self.shown() {
            let label = self.look.field(&self.object().name, &field.name, field.label.as_deref());
            for part in cell::parts(field, self.readers) {
                headers.push(match (self.readers, part) {
                    (For::Programs, "") => field.name.clone(),
                    (For::Programs, part) => format!("{}.{part}", field.name),
                    (For::People, "") => label.clone(),
                    (For::People, part) => {
                        format!("{label} {}", self.look.text(&format!("part-{}", part.replace('_', "-"))))
                    }
                });
            }
        }
        headers
    }

    fn cells(&self, record: &Record) -> Vec<Cell> {
        let mut cells = Vec::new();
        if self.readers == For::Programs {
            cells.push(Cell::Text(record.id().to_string()));
        }
        for field in self.shown() {
            cell::of(self.look, record, field, self.readers, &mut cells);
        }
        cells
    }

    /// The record as the API shows it, without what was not asked for. A link to what may not be seen is null, as it is
    /// empty in a table: a file goes on to others.
    fn json(&self, record: &Record) -> Json {
        let mut map = Map::new();
        map.insert("id".to_owned(), json!(record.id()));
        for field in self.shown().filter(|field| record.shows(field)) {
            map.insert(field.name.clone(), json_of(record, field));
        }
        Json::Object(map)
    }
}

fn json_of(record: &Record, field: &Field) -> Json {
    let plain = records::plain::to_json;
    match &field.kind {
        Kind::Money | Kind::PersonName | Kind::Address => {
            let values = record.parts(field);
            if values.iter().all(kernel::Value::is_empty) {
                return Json::Null;
            }
            let named = |name: &str| if name.is_empty() { "amount".to_owned() } else { name.to_owned() };
            let pairs = field.kind.parts().into_iter().zip(values);
            Json::Object(pairs.map(|(part, value)| (named(part.name), plain(value))).collect())
        }
        _ if field.is_computed_money() => match record.get(&field.name) {
            kernel::Value::Null => Json::Null,
            amount => json!({ "amount": plain(amount), "currency": record.currency(&field.name) }),
        },
        Kind::Link(_) => match (record.link(&field.name), record.label(&field.name)) {
            (Some(id), Some(title)) => json!({ "id": id, "title": title }),
            _ => Json::Null,
        },
        Kind::LinkAny(_) => match (record.link_any(&field.name), record.label(&field.name)) {
            (Some((object, id)), Some(title)) => json!({ "object": object, "id": id, "title": title }),
            _ => Json::Null,
        },
        Kind::LinkMany { .. } => {
            let position = record.object.position(&field.name);
            let members = record.members.iter().find(|(at, _)| Some(*at) == position);
            let members = members.into_iter().flat_map(|(_, members)| members);
            members.map(|member| json!({ "id": member.id, "title": member.title })).collect()
        }
        _ => plain(record.get(&field.name)),
    }
}
