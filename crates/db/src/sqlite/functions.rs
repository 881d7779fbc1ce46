//! The functions that computed expressions call, made known to a SQLite connection.

use expr::sql::{SqlFunction, functions};
use kernel::{Id, Value};
use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::{Value as Stored, ValueRef},
};

pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("rp_list_contains", 2, flags, |context| Ok(list_contains(context)))?;
    for function in functions() {
        let arity = i32::try_from(function.arity()).unwrap_or(-1);
        connection
            .create_scalar_function(function.name, arity, flags, |context| Ok(call(function, context)))?;
    }
    Ok(())
}

fn call(function: &SqlFunction, context: &Context<'_>) -> Stored {
    let arguments: Vec<Value> = (0..context.len()).map(|at| raw(context.get_raw(at))).collect();
    match function.call_raw(&arguments) {
        Value::Int(number) => Stored::Integer(number),
        Value::Text(text) => Stored::Text(text),
        Value::Id(id) => Stored::Blob(id.as_bytes().to_vec()),
        _ => Stored::Null,
    }
}

fn raw(stored: ValueRef<'_>) -> Value {
    match stored {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => str::from_utf8(text).map_or(Value::Null, Value::from),
        ValueRef::Blob(bytes) => {
            <[u8; 16]>::try_from(bytes).map_or(Value::Null, |bytes| Value::Id(Id::from_bytes(bytes)))
        }
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

/// Whether a JSON array of strings has the text as an entry; null when either is null or no such thing.
fn list_contains(context: &Context<'_>) -> Stored {
    let (ValueRef::Text(list), ValueRef::Text(item)) = (context.get_raw(0), context.get_raw(1)) else {
        return Stored::Null;
    };
    let (Ok(entries), Ok(item)) = (serde_json::from_slice::<Vec<String>>(list), str::from_utf8(item)) else {
        return Stored::Null;
    };
    Stored::Integer(entries.iter().any(|entry| entry == item).into())
}
