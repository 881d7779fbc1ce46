//! The bounds that everything from outside is held to.
//!
//! Each is far above honest use and exists so that one request cannot take the machine from everyone else.

/// Characters in a `text` field that declares no `max` of its own.
pub const TEXT_CHARS: usize = 255;
/// Characters in a `long_text`, `rich_text` or `json` field.
pub const LONG_TEXT_CHARS: usize = 100_000;
/// Entries in one multi-choice, tags or many-to-many field.
pub const LIST_ENTRIES: usize = 200;
/// Records on one page of a list.
pub const PAGE_RECORDS: usize = 200;
/// Records in one bulk request.
pub const BULK_RECORDS: usize = 1_000;
/// Matches that a list counts before it says "10,000+".
pub const COUNT: usize = 10_000;
/// Characters of an expression's text.
pub const EXPRESSION_CHARS: usize = 10_000;
/// Nesting of an expression.
pub const EXPRESSION_DEPTH: usize = 64;
/// Bytes of one request body that is no upload.
pub const BODY_BYTES: usize = 2 << 20;
/// Bytes of one file that belongs to a record.
pub const ATTACHMENT_BYTES: usize = 100_000_000;
/// Files in one field of a record.
pub const FILES_PER_FIELD: usize = 100;
/// Bytes of one uploaded file.
pub const UPLOAD_BYTES: usize = 1 << 30;
/// Columns of an imported table.
pub const IMPORT_COLUMNS: usize = 1_000;
/// Bytes of one line of an imported file of JSON Lines.
pub const IMPORT_LINE_BYTES: usize = 16 << 20;
/// Bytes of one cell of an imported table.
pub const IMPORT_CELL_BYTES: usize = 1 << 20;
/// Fields on one object, shipped and custom together.
pub const FIELDS: usize = 500;
