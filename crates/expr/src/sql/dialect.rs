//! What differs between databases, as far as expressions are concerned. The crate `db` implements it for each.
//!
//! Every value inside a computed expression has a [`Shape`] and, on each database, one form for that shape. The form
//! of a *column* may be another: SQLite keeps a decimal as a scaled integer. [`Dialect::read`] goes from the column's
//! form to the shape's, [`Dialect::result`] makes what a statement hands back. Comparisons of a bare column with a
//! constant never pass through here: they are written as `t."amount" > $1`, the constant bound with the column's own
//! [`ColumnType`], so that indexes serve them.
//!
//! | shape | SQLite | PostgreSQL |
//! |---|---|---|
//! | Bool | 0 or 1 | `boolean` |
//! | Number | INTEGER when whole, else TEXT such as `-12.5` without trailing zeros (so `=` and `in` work as they stand) | `numeric` |
//! | Text | TEXT | `text`, collation "C" |
//! | Date | INTEGER days since 1970-01-01 | `date` |
//! | Instant | INTEGER microseconds since 1970 | `timestamptz` |
//! | Id | BLOB of 16 bytes | `uuid` |
//! | List | TEXT, a JSON array of strings (ids in their hyphenated form) | `jsonb` |
//! | Json | TEXT | `jsonb` |

use kernel::{ColumnType, Value};

use super::Sql;

/// What a value is while it is computed, whatever it means: money and durations are numbers, choices are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    Bool,
    Number,
    Text,
    Date,
    Instant,
    Id,
    List,
    Json,
}

/// The comparisons that need an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// `<`, `<=`, `>` or `>=`.
    pub const fn sign(self) -> &'static str {
        match self {
            Order::Less => "<",
            Order::LessOrEqual => "<=",
            Order::Greater => ">",
            Order::GreaterOrEqual => ">=",
        }
    }
}

/// How one database says what expressions need. All methods return SQL that may stand as an operand (put it into
/// parentheses if it is not a name, a place or a call), and give NULL when an operand is NULL unless said otherwise.
pub trait Dialect {
    /// The content of a column, in the form of `column`'s shape ([`Shape::of`]).
    ///
    /// SQLite: `Decimal { scale }` is `rp_number(x, scale)` (NULL stays NULL), everything else as it stands.
    /// PostgreSQL: `Int` is `x::numeric`, everything else as it stands.
    fn read(&self, stored: &Sql, column: ColumnType) -> Sql;

    /// A constant in the form of `shape`, bound and never written out; `Value::Null` is a NULL of the right type.
    ///
    /// The value is a `Bool`, `Decimal` or `Int` (for Number), `Text`, `Date`, `Instant`, `Id`, `List` of texts or ids,
    /// or `Json`. SQLite: a whole number is bound as INTEGER, another as TEXT (`number.normalize().to_string()`).
    /// PostgreSQL: with a cast, `$1::numeric`, since a function's argument or a `case` gives no type to a bare place.
    fn constant(&self, value: &Value, shape: Shape) -> Sql;

    /// A computed value as a statement returns it, so that reading it as `column` yields a [`Value`].
    ///
    /// SQLite: a computed Decimal leaves as TEXT (`cast(x as text)`), which reading a Decimal column must accept
    /// beside the scaled INTEGER of stored ones; an Int leaves as `rp_int(x)` (NULL beyond 64 bits).
    /// PostgreSQL: an Int is `rp_int(x)` which gives `bigint`; a Decimal stays `numeric` of any scale. All else stands.
    fn result(&self, computed: &Sql, column: ColumnType) -> Sql;

    /// Two Numbers compared by size. SQLite: `rp_compare(left, right) < 0`; PostgreSQL: `left < right`.
    /// (Equality needs no method: `=` and `is distinct from` work on both forms.)
    fn compare_numbers(&self, left: &Sql, order: Order, right: &Sql) -> Sql;

    /// Two Texts compared without regard to the case of ASCII letters, else by bytes: the order of lists.
    /// SQLite: `left < right collate nocase`; PostgreSQL: `lower(left) < lower(right)` under collation "C".
    fn compare_texts(&self, left: &Sql, order: Order, right: &Sql) -> Sql;

    /// Whether `item` (a bare column of type `column`, or a value whose shape has the same form) is in `list`, which is
    /// bound as **one** argument so that the text stays the same whatever its length. An empty list gives false.
    ///
    /// Used for lists that come at run time, above all `team in my_teams`: `column` is then `Id`. An index on `item`
    /// must stay usable. SQLite: `item in (select value from rarray($1))` or the like; PostgreSQL: `item = any($1)`.
    fn in_list(&self, item: &Sql, list: Vec<Value>, column: ColumnType) -> Sql;

    /// Whether the List `list` has the entry `item`, a Text or (`shape` Id) an Id; false for an empty list.
    /// SQLite: `exists (select 1 from json_each(list) where value = item)`, an id through `rp_id_text`;
    /// PostgreSQL: `jsonb_exists(list, item::text)`.
    fn list_contains(&self, list: &Sql, item: &Sql, shape: Shape) -> Sql;
}

impl Shape {
    /// The shape in which a column's content is computed with.
    pub const fn of(column: ColumnType) -> Shape {
        match column {
            ColumnType::Bool => Shape::Bool,
            ColumnType::Int | ColumnType::Decimal { .. } => Shape::Number,
            ColumnType::Text => Shape::Text,
            ColumnType::Date => Shape::Date,
            ColumnType::Instant => Shape::Instant,
            ColumnType::Id => Shape::Id,
            ColumnType::List => Shape::List,
            ColumnType::Json => Shape::Json,
        }
    }
}
