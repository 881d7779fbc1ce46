//! Functions that make much of little, bounded by what they are about to make of a batch of rows.
//!
//! Sorting, grouping and joining take memory from a pool that has a bound. What a function makes is in no pool, and
//! `repeat('x', n)` may be of any length; so may `t || t` in a query that goes on from its own rows. Each of them here
//! reckons from its arguments how many bytes that will be ([`sizes`]), and refuses before it takes them.

mod joined;
mod sizes;

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::datatypes::{DataType, FieldRef};
use datafusion::{
    common::{DataFusionError, Result},
    execution::FunctionRegistry,
    functions_nested::range::range_udf,
    logical_expr::{
        ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
        Signature,
    },
    prelude::SessionContext,
};

use self::sizes::Made;

/// Bytes that one call may make of a batch, which has 8,192 rows at most.
const MOST: u64 = 32 << 20;
/// Bytes of one value: that of a row, which may be joined with many, and one that stands in every row.
const LONGEST: u64 = 512 << 10;
const LONGEST_CONSTANT: u64 = 64 << 10;
/// How what is said of it ends: errors come as texts from a cluster.
const ENDING: &str = "make shorter values, or fewer";
/// What the days that a version was true are called.
const DAYS: &str = "days_of_version";

/// How much a call is about to make.
type Size = fn(&ScalarFunctionArgs) -> Result<Made>;

/// Functions, and what they make.
const FUNCTIONS: [(&str, Size); 24] = [
    ("array_append", sizes::all),
    ("array_concat", sizes::all),
    ("array_insert", sizes::all),
    ("array_prepend", sizes::all),
    ("array_repeat", sizes::entries),
    ("array_replace", sizes::entries_replaced),
    ("array_replace_all", sizes::entries_replaced),
    ("array_replace_n", sizes::entries_replaced),
    ("array_resize", sizes::resized),
    ("array_to_string", sizes::entries_joined),
    ("array_union", sizes::all),
    ("concat", sizes::all),
    ("concat_ws", sizes::separated),
    ("generate_series", sizes::series),
    ("lpad", sizes::padded),
    ("make_array", sizes::all),
    ("overlay", sizes::all),
    ("range", sizes::series),
    ("regexp_replace", sizes::replaced_by_pattern),
    ("repeat", sizes::repeated),
    ("replace", sizes::replaced),
    ("rpad", sizes::padded),
    ("to_char", sizes::written),
    ("translate", sizes::all),
];

/// Puts them into the places of those of the same names.
pub fn bound(context: &SessionContext) {
    for (name, size) in FUNCTIONS {
        if let Ok(inner) = context.udf(name) {
            context.register_udf(ScalarUDF::from(Bounded { name: name.to_owned(), inner, size }));
        }
    }
    context.register_udf(joined::joined());
    let registered = context.state_ref().write().register_function_rewrite(Arc::new(joined::Joining));
    debug_assert!(registered.is_ok());
}

/// Whether an error's text is that of such a function.
pub fn says(text: &str) -> bool {
    text.contains(ENDING)
}

/// `range` for the views of this crate, for as many versions as there are.
pub fn days() -> ScalarUDF {
    ScalarUDF::from(Bounded { name: DAYS.to_owned(), inner: range_udf(), size: sizes::little })
}

/// # Errors
/// When a call is about to make more than it may.
fn check(name: &str, call: &ScalarFunctionArgs, made: Made) -> Result<()> {
    let longest = if sizes::is_constant(call) { LONGEST_CONSTANT } else { LONGEST };
    let said = |bytes: u64| {
        if bytes < 10 << 20 { format!("{} kB", bytes >> 10) } else { format!("{} MB", bytes >> 20) }
    };
    let refused = |what: &str, wanted: u64, most: u64| {
        let (wanted, most) = (said(wanted), said(most));
        let why = format!("{name} would make {what} of {wanted}, and {most} is the most: {ENDING}");
        Err(DataFusionError::ResourcesExhausted(why))
    };
    match made {
        Made { longest: value, .. } if value > longest => refused("a value", value, longest),
        Made { all, .. } if all > MOST => refused("values for some rows", all, MOST),
        _ => Ok(()),
    }
}

/// A function that refuses to make too much.
struct Bounded {
    name: String,
    inner: Arc<ScalarUDF>,
    size: Size,
}

impl fmt::Debug for Bounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl PartialEq for Bounded {
    fn eq(&self, other: &Bounded) -> bool {
        self.name == other.name && self.inner == other.inner
    }
}

impl Eq for Bounded {}

impl Hash for Bounded {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        &self.name
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(arguments)
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(arguments)
    }

    fn short_circuits(&self) -> bool {
        self.inner.short_circuits()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        check(&self.name, &arguments, (self.size)(&arguments)?)?;
        self.inner.invoke_with_args(arguments)
    }
}
