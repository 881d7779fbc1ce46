//! How plans are written: as Ballista does, with the functions of views and cubes and the facts that these answer from.
//!
//! A function of DataFusion, of places or of the expression language goes by its name, since every process of the
//! cluster knows it. One that only this session knows goes nowhere.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use cube::Calendar;
use datafusion::{
    common::{DataFusionError, Result},
    execution::{SessionState, SessionStateBuilder, TaskContext},
    logical_expr::{AggregateUDF, ScalarUDF, WindowUDF},
    physical_plan::ExecutionPlan,
    prelude::SessionContext,
};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use jiff::tz::TimeZone;
use kernel::Id;
use records::SeenMembers;

use crate::{
    bounded,
    cubes::functions::{self as of_cubes, Period},
    functions::{Facts, Function},
    members::Members,
    places,
};

/// What a function's facts begin with.
const UNTOUCHED: u8 = 1;
const PERMITTED: u8 = 2;
const LOCAL_DAY: u8 = 3;
const TO_BASE: u8 = 4;
const PERIOD: u8 = 5;
const MEMBERS_BUT: u8 = 6;
const MEMBERS_ONLY: u8 = 7;

/// Writes and reads what DataFusion's own form of a plan lacks.
#[derive(Debug, Default)]
pub struct Codec(BallistaPhysicalExtensionCodec);

/// A session with all functions that go by their names.
pub fn with_functions(state: SessionState) -> SessionState {
    let context = SessionContext::new_with_state(state);
    places::functions().into_iter().for_each(|function| context.register_udf(function));
    bounded::bound(&context);
    context.register_udf(bounded::days());
    // Periods bring their own calendar and zone.
    of_cubes::register(&context, Calendar { fiscal_year_begins: 1 }, &TimeZone::UTC);
    context.state()
}

/// The functions that every process knows, and what each is made of: a session may have others of the same names.
struct Known {
    scalar: HashMap<String, TypeId>,
    aggregate: HashSet<String>,
    window: HashSet<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let state = with_functions(SessionStateBuilder::new().with_default_features().build());
    let kinds = state.scalar_functions().iter().map(|(name, function)| (name.clone(), kind(function)));
    Known {
        scalar: kinds.collect(),
        aggregate: state.aggregate_functions().keys().cloned().collect(),
        window: state.window_functions().keys().cloned().collect(),
    }
});

fn kind(function: &ScalarUDF) -> TypeId {
    let inner: &dyn Any = function.inner().as_ref();
    inner.type_id()
}

fn unknown(name: &str) -> DataFusionError {
    DataFusionError::NotImplemented(format!("{name} is known to this session only"))
}

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        written: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.try_decode(written, inputs, context, converter)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        written: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        self.0.try_encode(node, written, converter)
    }

    fn try_encode_udf(&self, function: &ScalarUDF, written: &mut Vec<u8>) -> Result<()> {
        let inner: &dyn Any = function.inner().as_ref();
        if let Some(own) = inner.downcast_ref::<Function>() {
            return write_facts(own.facts(), written).ok_or_else(|| unknown(function.name()));
        }
        if let Some(period) = inner.downcast_ref::<Period>() {
            let (fiscal_year_begins, zone) = period.calendar();
            written.extend([PERIOD, fiscal_year_begins.cast_unsigned()]);
            written.extend(zone.unwrap_or_default().as_bytes());
            return Ok(());
        }
        match KNOWN.scalar.get(function.name()) {
            Some(known) if *known == kind(function) => Ok(()),
            _ => Err(unknown(function.name())),
        }
    }

    fn try_decode_udf(&self, name: &str, written: &[u8]) -> Result<Arc<ScalarUDF>> {
        let function = match written {
            [PERIOD, begins, zone @ ..] => std::str::from_utf8(zone)
                .ok()
                .and_then(|zone| Period::of_calendar(name, begins.cast_signed(), zone))
                .map(ScalarUDF::from),
            _ => read_facts(written).map(|facts| Function::of(name, facts)),
        };
        function.map(Arc::new).ok_or_else(|| unknown(name))
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, _: &mut Vec<u8>) -> Result<()> {
        KNOWN.aggregate.contains(function.name()).then_some(()).ok_or_else(|| unknown(function.name()))
    }

    fn try_encode_udwf(&self, function: &WindowUDF, _: &mut Vec<u8>) -> Result<()> {
        KNOWN.window.contains(function.name()).then_some(()).ok_or_else(|| unknown(function.name()))
    }
}

/// Nothing for facts that cannot be written.
fn write_facts(facts: &Facts, written: &mut Vec<u8>) -> Option<()> {
    match facts {
        Facts::Untouched(ids) => {
            written.push(UNTOUCHED);
            for id in &**ids {
                written.extend(id.parse::<Id>().ok()?.as_bytes());
            }
        }
        Facts::Permitted(ids) => {
            written.push(PERMITTED);
            ids.iter().for_each(|id| written.extend(id.as_bytes()));
        }
        Facts::Members(seen) => {
            let seen = seen.seen().ok()?;
            let (kind, ids) = match &*seen {
                SeenMembers::AllBut(ids) => (MEMBERS_BUT, ids),
                SeenMembers::Only(ids) => (MEMBERS_ONLY, ids),
            };
            written.push(kind);
            ids.iter().for_each(|id| written.extend(id.as_bytes()));
        }
        Facts::LocalDay(zone) => {
            written.push(LOCAL_DAY);
            written.extend(zone.iana_name()?.as_bytes());
        }
        Facts::ToBase(rates) => {
            written.push(TO_BASE);
            serde_json::to_writer(written, rates).ok()?;
        }
    }
    Some(())
}

fn read_facts(written: &[u8]) -> Option<Facts> {
    let (kind, facts) = written.split_first()?;
    match *kind {
        UNTOUCHED => Some(Facts::Untouched(Arc::new(ids(facts)?.map(|id| id.to_string()).collect()))),
        PERMITTED => Some(Facts::Permitted(ids(facts)?.collect())),
        MEMBERS_BUT => Some(members(SeenMembers::AllBut(ids(facts)?.collect()))),
        MEMBERS_ONLY => Some(members(SeenMembers::Only(ids(facts)?.collect()))),
        LOCAL_DAY => Some(Facts::LocalDay(TimeZone::get(std::str::from_utf8(facts).ok()?).ok()?)),
        TO_BASE => Some(Facts::ToBase(serde_json::from_slice(facts).ok()?)),
        _ => None,
    }
}

fn members(seen: SeenMembers) -> Facts {
    Facts::Members(Arc::new(Members::known(seen)))
}

fn ids(bytes: &[u8]) -> Option<impl Iterator<Item = Id>> {
    let (ids, rest) = bytes.as_chunks::<16>();
    rest.is_empty().then(|| ids.iter().map(|id| Id::from_bytes(*id)))
}
