//! The tables that somebody sees: those of the objects they may read, with the rows and columns that they may see.
//!
//! Every table is a view ([`crate::view`]). At its bottom are the files and what is in memory; above them the rows that
//! [`records::Reader::sight`] opens and the columns that it shows. There is no way around it: nothing but these views
//! is in the catalogue of a session.
//!
//! For an object `deal`: `deal`, what is; `deal_history`, every version with `valid_from` and `valid_to`;
//! `deal_daily`, where the definition wants it, how open ones stood at the end of each day. Besides them `calendar`, and
//! the countries, regions and cities of the gazetteer.

use std::{collections::HashMap, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{SchemaProvider, TableProvider, view::ViewTable},
    common::{DataFusionError, Result},
};
use metadata::{Object, Registry};
use parking_lot::{Mutex, RwLock};
use records::{Principal, Reader};

use crate::{
    Asking, Warehouse, feed,
    functions::Rates,
    members::Members,
    places,
    source::{self, Kept, Loaded},
    state::State,
    view::{Shown, View, listing, memory_table},
};

/// What the tables of an object are called after its name.
const HISTORY: &str = "_history";
const DAILY: &str = "_daily";
/// The date dimension.
const CALENDAR: &str = "calendar";

/// What everybody sees; an object of the same name comes first.
fn open_tables() -> impl Iterator<Item = &'static str> {
    [CALENDAR].into_iter().chain(places::TABLES)
}

/// The tables of one session.
pub struct Catalog {
    warehouse: Arc<Warehouse>,
    /// What all tables of a query are read from; taken anew by [`Catalog::look_again`].
    moment: RwLock<Arc<Moment>>,
}

/// Who asks, what all tables of their query are read from, and what has been made of it for them.
pub struct Moment {
    asking: Asking,
    pub state: Arc<State>,
    pub rates: Arc<Rates>,
    sources: Vec<Kept>,
    views: Mutex<HashMap<String, Arc<dyn TableProvider>>>,
    /// Whom they see as members of lists, by object.
    members: Mutex<HashMap<String, Arc<Members>>>,
}

/// Which of an object's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Current,
    History,
    Daily,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalog")
    }
}

impl Catalog {
    pub fn new(warehouse: &Arc<Warehouse>, asking: Asking) -> Catalog {
        let moment = RwLock::new(Moment::now(warehouse, asking));
        Catalog { warehouse: Arc::clone(warehouse), moment }
    }

    /// Forgets what the tables were and who asks: for a session of several queries, before each.
    pub fn look_again(&self, asking: Asking) {
        let moment = Moment::now(&self.warehouse, asking);
        *self.moment.write() = moment;
    }

    fn moment(&self) -> Arc<Moment> {
        Arc::clone(&self.moment.read())
    }

    /// The columns of a table, if it is there.
    pub fn schema_of(&self, name: &str) -> Option<SchemaRef> {
        self.build(name).ok().flatten().map(|table| table.schema())
    }

    /// The object that a table is about, and which of its tables it is.
    pub fn object_behind(&self, name: &str) -> Option<(Arc<Object>, Shape)> {
        self.find(&self.moment(), name)
    }

    /// Whether a table of that name has one row for each `id`.
    pub fn has_key(&self, name: &str) -> bool {
        self.object_behind(name).is_some_and(|(_, shape)| shape == Shape::Current)
    }

    /// Whether whoever asks may do everything, and not by a token that is limited.
    pub fn is_administrators(&self) -> bool {
        let moment = self.moment();
        moment.asking.scope.is_none() && moment.asking.who.access.administrator
    }

    /// The rows of the source behind a name, for whoever may see them.
    fn source(&self, moment: &Moment, name: &str) -> Option<Loaded> {
        let named = |kept: &&Kept| name.strip_prefix(source::PREFIX) == Some(&kept.source.name);
        let kept = moment.sources.iter().find(named)?;
        let Asking { who, scope } = &moment.asking;
        let in_scope = scope.as_ref().is_none_or(|allows| allows(name));
        let open = who.access.administrator || self.holds_a_role_of(who, kept);
        kept.loaded.clone().filter(|_| in_scope && open)
    }

    /// Whether somebody holds one of the roles that a source is open to.
    fn holds_a_role_of(&self, who: &Principal, kept: &Kept) -> bool {
        let Some(user) = who.actor.user.filter(|_| !kept.source.roles.is_empty()) else { return false };
        let held = self.warehouse.engine.read(&Principal::system(), |reader| {
            let object = reader.object("user")?;
            let record = reader.load(&object, user)?;
            let field = object.fields.iter().position(|field| field.name == "roles");
            let held = record.members.iter().find(|(position, _)| Some(*position) == field);
            Ok::<_, records::Error>(held.map(|(_, members)| members.clone()).unwrap_or_default())
        });
        let opens = |role: &records::Member| match &kept.roles {
            Some(roles) => roles.contains(&role.id),
            None => kept.source.roles.contains(&role.title),
        };
        held.unwrap_or_default().iter().any(opens)
    }

    /// The object and table behind a name.
    fn find(&self, moment: &Moment, name: &str) -> Option<(Arc<Object>, Shape)> {
        let registry = self.warehouse.engine.registry();
        named(&registry, name).filter(|(object, _)| moment.may_read(object))
    }

    /// The members that somebody sees of an object's many-to-many fields, by their positions; nothing of those that lead
    /// to what they may not read. All fields of a query that lead to the same object have the same.
    fn members(
        &self,
        moment: &Moment,
        object: &Object,
        reader: &Reader<'_, '_>,
    ) -> HashMap<usize, Arc<Members>> {
        let registry = self.warehouse.engine.registry();
        let mut known = moment.members.lock();
        let mut of = |target: &Arc<Object>| {
            let unread = || Arc::new(Members::of(&self.warehouse.engine, &moment.asking.who, target));
            Arc::clone(known.entry(target.name.clone()).or_insert_with(unread))
        };
        let targets = object.many_to_many().filter_map(|(position, field)| {
            Some((position, field.kind.targets().first().and_then(|to| registry.object(to))?))
        });
        let seen = targets.filter(|(_, target)| moment.may_read(target) && reader.may_see_members(target));
        seen.map(|(position, target)| (position, of(target))).collect()
    }

    fn build(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let moment = self.moment();
        if let Some(view) = moment.views.lock().get(name) {
            return Ok(Some(Arc::clone(view)));
        }
        let built = match self.find(&moment, name) {
            Some((object, shape)) => self.view(&moment, &object, shape)?,
            None => self.open_table(&moment, name)?,
        };
        let Some(built) = built else { return Ok(None) };
        moment.views.lock().insert(name.to_owned(), Arc::clone(&built));
        Ok(Some(built))
    }

    /// A table of an object, as far as whoever asks sees it.
    fn view(
        &self,
        moment: &Moment,
        object: &Arc<Object>,
        shape: Shape,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let seen = self.warehouse.engine.read(&moment.asking.who, |reader| {
            Ok((reader.sight(object)?, self.members(moment, object, reader)))
        });
        let (sight, members) = match seen {
            Ok(seen) => seen,
            Err(records::Error::Denied(_) | records::Error::NotFound) => return Ok(None),
            Err(error) => return Err(DataFusionError::External(Box::new(error))),
        };
        let Some(fresh) = moment.state.tables.get(&object.name) else { return Ok(None) };
        let (sight, members) = (&sight, &members);
        let view = View { warehouse: &self.warehouse, moment, object, fresh, sight, members };
        Ok(Some(Arc::new(Shown(ViewTable::new(view.plan(shape)?, None)))))
    }

    /// A table that is about no records: the calendar, places, outside data.
    fn open_table(&self, moment: &Moment, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        if name == CALENDAR {
            let calendar = crate::calendar::calendar(self.warehouse.options.fiscal_year_begins);
            return memory_table(calendar.map_err(|error| DataFusionError::External(Box::new(error)))?)
                .map(Some);
        }
        match places::table(name) {
            Some(table) => memory_table(table?).map(Some),
            None => self.source(moment, name).map(|loaded| self.source_table(&loaded)).transpose(),
        }
    }

    fn source_table(&self, loaded: &Loaded) -> Result<Arc<dyn TableProvider>> {
        let schema = source::schema(&loaded.columns);
        match &loaded.file {
            Some(file) => listing(self.warehouse.store(), &[file], &schema),
            None => memory_table(RecordBatch::new_empty(schema)),
        }
    }
}

/// The object whose table, history or daily states have a name.
pub fn object_of(registry: &Registry, table: &str) -> Option<String> {
    named(registry, table).map(|(object, _)| object.name.clone())
}

fn named(registry: &Registry, table: &str) -> Option<(Arc<Object>, Shape)> {
    let object = |name: &str| feed::objects(registry).find(|object| object.name == name).cloned();
    object(table).map(|object| (object, Shape::Current)).or_else(|| {
        let with = |ending: &str, shape| object(table.strip_suffix(ending)?).map(|object| (object, shape));
        with(HISTORY, Shape::History)
            .or_else(|| with(DAILY, Shape::Daily).filter(|(object, _)| object.star.daily))
    })
}

impl Moment {
    fn now(warehouse: &Arc<Warehouse>, asking: Asking) -> Arc<Moment> {
        let state = warehouse.state();
        let rates = Arc::new(warehouse.rates());
        let sources = warehouse.kept_sources().unwrap_or_else(|error| {
            tracing::warn!(%error, "the sources of outside data cannot be read");
            Vec::new()
        });
        let (views, members) = (Mutex::default(), Mutex::default());
        Arc::new(Moment { asking, state, rates, sources, views, members })
    }

    fn may_read(&self, object: &Object) -> bool {
        if self.asking.scope.as_ref().is_some_and(|allows| !allows(&object.name)) {
            return false;
        }
        let access = &self.asking.who.access;
        let open = |name: &str| access.may(name, records::Action::Read);
        match object.part_of {
            Some(link) if access.grants(&object.name).is_empty() => {
                object.fields[link].kind.targets().iter().any(|parent| open(parent))
            }
            _ => open(&object.name),
        }
    }
}

#[async_trait]
impl SchemaProvider for Catalog {
    fn table_names(&self) -> Vec<String> {
        let (moment, registry) = (self.moment(), self.warehouse.engine.registry());
        let mut names: Vec<String> = Vec::new();
        for object in feed::objects(&registry).filter(|object| moment.may_read(object)) {
            names.push(object.name.clone());
            names.push(format!("{}{HISTORY}", object.name));
            if object.star.daily {
                names.push(format!("{}{DAILY}", object.name));
            }
        }
        for open in open_tables() {
            if !names.iter().any(|name| name == open) {
                names.push(open.to_owned());
            }
        }
        let sources = moment.sources.iter().map(|kept| format!("{}{}", source::PREFIX, kept.source.name));
        names.extend(sources.filter(|name| self.source(&moment, name).is_some()));
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        tokio::task::block_in_place(|| self.build(name))
    }

    fn table_exist(&self, name: &str) -> bool {
        let moment = self.moment();
        self.find(&moment, name).is_some()
            || open_tables().any(|open| open == name)
            || self.source(&moment, name).is_some()
    }
}
