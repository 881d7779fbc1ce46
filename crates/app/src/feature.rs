//! What a feature brings, and the app that is made of all features.

use std::{collections::HashMap, sync::Arc};

use axum::Router;
use db::Migration;
use metadata::{
    Object,
    definition::{DefinitionError, ObjectDef, parse_object},
};
use parking_lot::RwLock;
use records::Behaviour;

use crate::{Action, Authenticator, Panel, Workspace};

/// A text shipped in the program: its file, for messages about it, and what stands in it.
pub type Source = (&'static str, &'static str);

/// Makes the behaviours of a feature, for each workspace anew.
pub type Behaviours = fn() -> Vec<Box<dyn Behaviour>>;

/// Everything one feature brings.
#[derive(Default)]
pub struct Feature {
    pub name: &'static str,
    /// `object.toml` files.
    pub objects: Vec<Source>,
    /// `cube.toml` files.
    pub cubes: Vec<Source>,
    /// The English catalogue.
    pub texts: &'static str,
    /// Tables of its own, besides records.
    pub migrations: Vec<Migration>,
    pub behaviours: Option<Behaviours>,
    pub actions: Vec<Action>,
    pub panels: Vec<Arc<dyn Panel>>,
    /// Adds its kinds of job to the runner of a workspace.
    pub jobs: Option<fn(&mut jobs::Registry<Workspace>)>,
    pub routes: Option<Router<Arc<App>>>,
    /// Who people are; one feature brings it.
    pub authenticator: Option<Arc<dyn Authenticator>>,
}

/// All features, and the workspaces that this process serves.
pub struct App {
    shipped: Vec<ObjectDef>,
    cubes: Vec<Source>,
    texts: Arc<i18n::Texts>,
    migrations: Vec<Migration>,
    behaviours: Vec<Behaviours>,
    actions: Vec<Action>,
    panels: Vec<Arc<dyn Panel>>,
    jobs: Vec<fn(&mut jobs::Registry<Workspace>)>,
    authenticator: Option<Arc<dyn Authenticator>>,
    /// By the host that people address; the one under the empty name serves every other host.
    workspaces: RwLock<HashMap<String, Arc<Workspace>>>,
}

impl App {
    /// Puts the features together; gives their routes apart, since a router is consumed when it is served.
    ///
    /// # Errors
    /// When a shipped definition or catalogue is wrong: a fault of the program, told with its place.
    pub fn new(features: Vec<Feature>) -> Result<(App, Router<Arc<App>>), DefinitionError> {
        let mut texts = i18n::Texts::new();
        texts
            .add("en", "expr", expr::TEXTS)
            .map_err(|error| DefinitionError::new("expr", error.to_string()))?;
        let mut router = Router::new();
        let mut app = App {
            shipped: Vec::new(),
            cubes: Vec::new(),
            texts: Arc::default(),
            migrations: records::schema::MIGRATIONS.to_vec(),
            behaviours: Vec::new(),
            actions: Vec::new(),
            panels: Vec::new(),
            jobs: Vec::new(),
            authenticator: None,
            workspaces: RwLock::default(),
        };
        app.migrations.extend_from_slice(jobs::MIGRATIONS);
        app.migrations.extend_from_slice(blobs::MIGRATIONS);
        for feature in features {
            for (file, text) in &feature.objects {
                app.shipped.push(parse_object(file, text)?);
            }
            app.cubes.extend(feature.cubes);
            texts
                .add("en", feature.name, feature.texts)
                .map_err(|error| DefinitionError::new(feature.name, error.to_string()))?;
            app.migrations.extend(feature.migrations);
            app.behaviours.extend(feature.behaviours);
            app.actions.extend(feature.actions);
            app.panels.extend(feature.panels);
            app.jobs.extend(feature.jobs);
            app.authenticator = feature.authenticator.or(app.authenticator);
            if let Some(routes) = feature.routes {
                router = router.merge(routes);
            }
        }
        app.panels.sort_by_key(|panel| panel.order());
        app.texts = Arc::new(texts);
        Ok((app, router))
    }

    /// The shipped definitions, before any workspace's changes.
    pub fn shipped(&self) -> &[ObjectDef] {
        &self.shipped
    }

    /// The cubes that features bring: their files' names and texts.
    pub fn cubes(&self) -> &[Source] {
        &self.cubes
    }

    pub const fn texts(&self) -> &Arc<i18n::Texts> {
        &self.texts
    }

    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    pub(crate) fn behaviours(&self) -> Vec<Box<dyn Behaviour>> {
        self.behaviours.iter().flat_map(|behaviours| behaviours()).collect()
    }

    /// The verbs on records of an object.
    pub fn actions<'a>(&'a self, object: &'a str) -> impl Iterator<Item = &'a Action> {
        self.actions.iter().filter(move |action| action.object == object)
    }

    pub fn action(&self, object: &str, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.object == object && action.name == name)
    }

    /// The blocks on the page of a record, in their order.
    pub fn panels<'a>(&'a self, object: &'a Object) -> impl Iterator<Item = &'a Arc<dyn Panel>> {
        self.panels.iter().filter(move |panel| panel.shows_on(object))
    }

    /// The kinds of job of all features.
    pub fn job_registry(&self) -> jobs::Registry<Workspace> {
        let mut registry = jobs::Registry::default();
        self.jobs.iter().for_each(|add| add(&mut registry));
        registry
    }

    pub fn authenticator(&self) -> Option<&Arc<dyn Authenticator>> {
        self.authenticator.as_ref()
    }

    /// Serves a workspace under a host; under the empty name, it serves every host without one of its own.
    pub fn serve(&self, host: &str, workspace: Arc<Workspace>) {
        self.workspaces.write().insert(host.to_owned(), workspace);
    }

    /// The workspace behind a `Host` header.
    pub fn workspace(&self, host: &str) -> Option<Arc<Workspace>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let workspaces = self.workspaces.read();
        workspaces.get(name).or_else(|| workspaces.get("")).cloned()
    }

    pub fn workspaces(&self) -> Vec<Arc<Workspace>> {
        self.workspaces.read().values().cloned().collect()
    }
}
