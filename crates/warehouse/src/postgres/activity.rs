//! Who is connected and what they ask: `pg_stat_activity`, `pg_backend_pid`, and ending what one has begun oneself.
//!
//! People see their own connections, administrators all of the workspace. The number of any other is one that is not there.

use std::{net::SocketAddr, sync::Arc};

use app::Workspace;
use arrow::{
    array::{
        ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
        new_null_array,
    },
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use datafusion::{
    common::{DataFusionError, Result},
    logical_expr::{ColumnarValue, ScalarUDF, TypeSignature, Volatility, create_udf},
    logical_expr::{ScalarFunctionArgs, ScalarUDFImpl, Signature},
    prelude::SessionContext,
};
use kernel::{Id, Timestamp};
use parking_lot::Mutex;

use super::stopping::{Known, Stop};
use crate::{catalog::Catalog, live::Live, query::CATALOG};

/// What the table of connections is called.
pub const ACTIVITY: &str = "pg_stat_activity";
/// Characters of a statement that are shown.
const SHOWN: usize = 1_024;

/// Who a connection is of.
pub struct Connected {
    pub workspace: Arc<Workspace>,
    pub user: Id,
    pub email: String,
    /// What the client calls itself.
    pub application: String,
    pub from: SocketAddr,
    pub since: Timestamp,
    asking: Mutex<Statement>,
}

/// What a connection asks, or has asked last.
#[derive(Clone, Default)]
struct Statement {
    number: u64,
    text: String,
    began: Option<Timestamp>,
    changed: Option<Timestamp>,
    is_running: bool,
}

impl Connected {
    pub fn new(
        workspace: Arc<Workspace>,
        (user, email): (Id, &str),
        application: &str,
        from: SocketAddr,
    ) -> Connected {
        let since = workspace.engine.clock().now();
        let (email, application) = (email.to_owned(), application.to_owned());
        Connected { workspace, user, email, application, from, since, asking: Mutex::default() }
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.workspace.engine.clock().now())
    }
}

/// A statement that is being answered, until this is dropped.
pub struct Running {
    known: Arc<Known>,
    number: u64,
}

impl Running {
    pub fn of(known: &Arc<Known>, text: &str) -> Running {
        let connected = &known.connected;
        let mut asking = connected.asking.lock();
        let (number, now) = (asking.number + 1, connected.now());
        let text = text.chars().take(SHOWN).collect();
        *asking = Statement { number, text, began: now, changed: now, is_running: true };
        Running { known: Arc::clone(known), number }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let connected = &self.known.connected;
        let mut asking = connected.asking.lock();
        if asking.number == self.number {
            asking.is_running = false;
            asking.changed = connected.now();
        }
    }
}

/// Somebody's connection, as its own statements look at all of them.
#[derive(Clone)]
struct Looking {
    stop: Arc<Stop>,
    tables: Arc<Catalog>,
}

impl Looking {
    /// Those that may be seen and ended.
    fn seen(&self) -> Vec<Arc<Known>> {
        let all = self.stop.all.connections();
        all.into_iter().filter(|known| self.sees(known)).collect()
    }

    fn sees(&self, known: &Known) -> bool {
        let Some(own) = self.stop.known() else { return false };
        Arc::ptr_eq(&own.connected.workspace, &known.connected.workspace)
            && (own.connected.user == known.connected.user || self.tables.is_administrators())
    }

    fn find(&self, number: i32) -> Option<Arc<Known>> {
        self.stop.all.find(number).filter(|known| self.sees(known))
    }
}

/// The table of connections, and the functions that end them, for the session of one.
pub fn add(context: &SessionContext, tables: &Arc<Catalog>, stop: &Arc<Stop>) -> Live {
    let looking = Looking { stop: Arc::clone(stop), tables: Arc::clone(tables) };
    let own = Arc::clone(stop);
    let number = move |_: &[ColumnarValue]| {
        let number = own.known().map_or(0, |known| known.number);
        Ok(ColumnarValue::Array(Arc::new(Int32Array::from(vec![number]))))
    };
    let number =
        create_udf("pg_backend_pid", Vec::new(), DataType::Int32, Volatility::Stable, Arc::new(number));
    context.register_udf(number);
    for verb in [Verb::Cancel, Verb::Terminate] {
        context.register_udf(ScalarUDF::from(Ending::new(verb, looking.clone())));
    }
    Live::new(schema(), move || rows(&looking.seen()))
}

/// What is done to another connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Verb {
    /// What it asks is stopped.
    Cancel,
    /// It is closed.
    Terminate,
}

/// `pg_cancel_backend(pid)`, `pg_terminate_backend(pid)`: whether there was such a connection.
struct Ending {
    verb: Verb,
    looking: Looking,
    signature: Signature,
}

impl Ending {
    fn new(verb: Verb, looking: Looking) -> Ending {
        let mut ways = vec![TypeSignature::Exact(vec![DataType::Int64])];
        if verb == Verb::Terminate {
            // How long to wait for it: it is over at once.
            ways.push(TypeSignature::Exact(vec![DataType::Int64, DataType::Int64]));
        }
        Ending { verb, looking, signature: Signature::one_of(ways, Volatility::Volatile) }
    }

    fn end(&self, number: i64) -> bool {
        let Some(known) = i32::try_from(number).ok().and_then(|number| self.looking.find(number)) else {
            return false;
        };
        match self.verb {
            Verb::Terminate => known.end(),
            Verb::Cancel => {
                let all = Arc::clone(&self.looking.stop.all);
                tokio::spawn(async move { all.stop(&known).await });
            }
        }
        true
    }
}

impl std::fmt::Debug for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.verb.fmt(f)
    }
}

impl PartialEq for Ending {
    fn eq(&self, other: &Ending) -> bool {
        self.verb == other.verb && Arc::ptr_eq(&self.looking.stop, &other.looking.stop)
    }
}

impl Eq for Ending {}

impl std::hash::Hash for Ending {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.verb.hash(state);
    }
}

impl ScalarUDFImpl for Ending {
    fn name(&self) -> &str {
        match self.verb {
            Verb::Cancel => "pg_cancel_backend",
            Verb::Terminate => "pg_terminate_backend",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let missing = || DataFusionError::Execution("which connection?".to_owned());
        let numbers = arguments.args.first().ok_or_else(missing)?.to_array(arguments.number_rows)?;
        let numbers = arrow::array::cast::as_primitive_array::<arrow::datatypes::Int64Type>(&numbers).clone();
        let ended: BooleanArray =
            numbers.iter().map(|number| number.map(|number| self.end(number))).collect();
        Ok(ColumnarValue::Array(Arc::new(ended)))
    }
}

/// The columns of PostgreSQL's view of that name.
fn schema() -> SchemaRef {
    let (text, number) = (DataType::Utf8, DataType::Int32);
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let columns = [
        ("datid", &number),
        ("datname", &text),
        ("pid", &number),
        ("leader_pid", &number),
        ("usesysid", &number),
        ("usename", &text),
        ("application_name", &text),
        ("client_addr", &text),
        ("client_hostname", &text),
        ("client_port", &number),
        ("backend_start", &instant),
        ("xact_start", &instant),
        ("query_start", &instant),
        ("state_change", &instant),
        ("wait_event_type", &text),
        ("wait_event", &text),
        ("state", &text),
        ("backend_xid", &number),
        ("backend_xmin", &number),
        ("query_id", &DataType::Int64),
        ("query", &text),
        ("backend_type", &text),
    ];
    let columns = columns.map(|(name, kind)| Field::new(name, kind.clone(), true));
    Arc::new(Schema::new(columns.to_vec()))
}

fn rows(connections: &[Arc<Known>]) -> Result<RecordBatch> {
    let asking: Vec<Statement> =
        connections.iter().map(|known| known.connected.asking.lock().clone()).collect();
    let texts = |of: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new((0..connections.len()).map(|at| Some(of(at))).collect::<StringArray>())
    };
    let numbers = |of: &dyn Fn(&Known) -> i32| -> ArrayRef {
        Arc::new(connections.iter().map(|known| Some(of(known))).collect::<Int32Array>())
    };
    let instants = |of: &dyn Fn(usize) -> Option<Timestamp>| -> ArrayRef {
        let instants = (0..connections.len()).map(|at| of(at).map(Timestamp::as_microsecond));
        Arc::new(instants.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    };
    let connected = |at: usize| &connections[at].connected;
    let columns = schema();
    let columns = columns.fields().iter().map(|column| match column.name().as_str() {
        "datname" => texts(&|_| CATALOG.to_owned()),
        "pid" => numbers(&|known| known.number),
        "usename" => texts(&|at| connected(at).email.clone()),
        "application_name" => texts(&|at| connected(at).application.clone()),
        "client_addr" => texts(&|at| connected(at).from.ip().to_string()),
        "client_port" => numbers(&|known| known.connected.from.port().into()),
        "backend_start" => instants(&|at| Some(connected(at).since)),
        "xact_start" => instants(&|at| asking[at].began.filter(|_| asking[at].is_running)),
        "query_start" => instants(&|at| asking[at].began),
        "state_change" => instants(&|at| asking[at].changed),
        "state" => texts(&|at| if asking[at].is_running { "active" } else { "idle" }.to_owned()),
        "query" => texts(&|at| asking[at].text.clone()),
        "backend_type" => texts(&|_| "client backend".to_owned()),
        _ => new_null_array(column.data_type(), connections.len()),
    });
    Ok(RecordBatch::try_new(schema(), columns.collect())?)
}
