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
use records::{Principal, SeenMembers};

use crate::{
    Asking, Warehouse, feed,
    functions::Rates,
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
    asking: RwLock<Asking>,
    /// The state that all tables of a query are read from; taken anew by [`Catalog::look_again`].
    moment: Mutex<Moment>,
}

/// What all tables of a query are read from.
#[derive(Clone)]
pub struct Moment {
    pub state: Arc<State>,
    pub rates: Arc<Rates>,
    sources: Arc<[Kept]>,
    views: HashMap<String, Arc<dyn TableProvider>>,
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
        let moment = Moment::now(warehouse);
        Catalog { warehouse: Arc::clone(warehouse), asking: RwLock::new(asking), moment: Mutex::new(moment) }
    }

    /// Forgets what the tables were and who asks: for a session of several queries, before each.
    pub fn look_again(&self, asking: Asking) {
        *self.asking.write() = asking;
        *self.moment.lock() = Moment::now(&self.warehouse);
    }

    /// The columns of a table, if it is there.
    pub fn schema_of(&self, name: &str) -> Option<SchemaRef> {
        self.build(name).ok().flatten().map(|table| table.schema())
    }

    /// Whether a table of that name has one row for each `id`.
    pub fn has_key(&self, name: &str) -> bool {
        self.find(name).is_some_and(|(_, shape)| shape == Shape::Current)
    }

    /// The rows of the source behind a name, for whoever may see them.
    fn source(&self, name: &str) -> Option<Loaded> {
        let sources = Arc::clone(&self.moment.lock().sources);
        let kept =
            sources.iter().find(|kept| name.strip_prefix(source::PREFIX) == Some(&kept.source.name))?;
        let asking = self.asking.read();
        let in_scope = asking.scope.as_ref().is_none_or(|allows| allows(name));
        let open = asking.who.access.administrator || self.holds_a_role_of(&asking.who, kept);
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

    fn source_table(&self, loaded: &Loaded) -> Result<Arc<dyn TableProvider>> {
        let schema = source::schema(&loaded.columns);
        match &loaded.file {
            Some(file) => listing(self.warehouse.store(), &[file], &schema),
            None => memory_table(RecordBatch::new_empty(schema)),
        }
    }

    /// The object and table behind a name.
    fn find(&self, name: &str) -> Option<(Arc<Object>, Shape)> {
        let registry = self.warehouse.engine.registry();
        named(&registry, name).filter(|(object, _)| self.may_read(object))
    }

    fn may_read(&self, object: &Object) -> bool {
        let asking = self.asking.read();
        if asking.scope.as_ref().is_some_and(|allows| !allows(&object.name)) {
            return false;
        }
        let access = &asking.who.access;
        let open = |name: &str| access.may(name, records::Action::Read);
        match object.part_of {
            Some(link) if access.grants(&object.name).is_empty() => {
                object.fields[link].kind.targets().iter().any(|parent| open(parent))
            }
            _ => open(&object.name),
        }
    }

    /// The members that somebody sees of an object's many-to-many fields, by their positions; nothing of those that lead
    /// to what they may not read.
    fn members(
        &self,
        who: &Principal,
        object: &Object,
    ) -> std::result::Result<HashMap<usize, SeenMembers>, records::Error> {
        let registry = self.warehouse.engine.registry();
        let mut members = HashMap::new();
        for (position, field) in object.many_to_many() {
            let target = field.kind.targets().first().and_then(|to| registry.object(to));
            let Some(target) = target.filter(|target| self.may_read(target)) else { continue };
            match self.warehouse.engine.read(who, |reader| reader.seen_members(target)) {
                Ok(seen) => _ = members.insert(position, seen),
                Err(records::Error::Denied(_) | records::Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(members)
    }

    fn build(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let moment = self.moment.lock().clone();
        if let Some(view) = moment.views.get(name) {
            return Ok(Some(Arc::clone(view)));
        }
        let view: Arc<dyn TableProvider> = match self.find(name) {
            Some((object, shape)) => {
                let who = self.asking.read().who.clone();
                let sight = self.warehouse.engine.read(&who, |reader| reader.sight(&object));
                let sight = match sight {
                    Ok(sight) => sight,
                    Err(records::Error::Denied(_) | records::Error::NotFound) => return Ok(None),
                    Err(error) => return Err(DataFusionError::External(Box::new(error))),
                };
                let Some(fresh) = moment.state.tables.get(&object.name) else { return Ok(None) };
                let members = self
                    .members(&who, &object)
                    .map_err(|error| DataFusionError::External(Box::new(error)))?;
                let view = View {
                    warehouse: &self.warehouse,
                    moment: &moment,
                    object: &object,
                    fresh,
                    sight: &sight,
                    members: &members,
                };
                Arc::new(Shown(ViewTable::new(view.plan(shape)?, None)))
            }
            None if name == CALENDAR => {
                let calendar = crate::calendar::calendar(self.warehouse.options.fiscal_year_begins)
                    .map_err(|error| DataFusionError::External(Box::new(error)))?;
                memory_table(calendar)?
            }
            None => match places::table(name) {
                Some(table) => memory_table(table?)?,
                None => match self.source(name) {
                    Some(loaded) => self.source_table(&loaded)?,
                    None => return Ok(None),
                },
            },
        };
        self.moment.lock().views.insert(name.to_owned(), Arc::clone(&view));
        Ok(Some(view))
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
    fn now(warehouse: &Arc<Warehouse>) -> Moment {
        let state = warehouse.state();
        let rates = Arc::new(warehouse.rates());
        let sources = warehouse.kept_sources().unwrap_or_else(|error| {
            tracing::warn!(%error, "the sources of outside data cannot be read");
            Vec::new()
        });
        Moment { state, rates, sources: sources.into(), views: HashMap::new() }
    }
}

#[async_trait]
impl SchemaProvider for Catalog {
    fn table_names(&self) -> Vec<String> {
        let registry = self.warehouse.engine.registry();
        let mut names: Vec<String> = Vec::new();
        for object in feed::objects(&registry).filter(|object| self.may_read(object)) {
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
        let sources = Arc::clone(&self.moment.lock().sources);
        let sources = sources.iter().map(|kept| format!("{}{}", source::PREFIX, kept.source.name));
        names.extend(sources.filter(|name| self.source(name).is_some()));
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        tokio::task::block_in_place(|| self.build(name))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.find(name).is_some() || open_tables().any(|open| open == name) || self.source(name).is_some()
    }
}
