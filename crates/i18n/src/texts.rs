//! The catalogues of all features, merged by language.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Arg, Message};
use parking_lot::{Mutex, RwLock};
use rust_decimal::Decimal;
use unic_langid::{CharacterDirection, LanguageIdentifier};

use crate::{BASE_EN, Direction, Reader, formats::Formats};

pub(crate) type Bundle = FluentBundle<Arc<FluentResource>>;

/// The language that every text exists in.
const FALLBACK: &str = "en";

/// All texts of the program: one merged Fluent bundle for each language.
pub struct Texts {
    bundles: BTreeMap<String, Bundle>,
    formats: RwLock<BTreeMap<String, Arc<Formats>>>,
    missing: Mutex<BTreeSet<String>>,
}

/// A catalogue that cannot be merged: broken syntax, or an id that another catalogue already has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("catalogue {source_name} ({language}): {reason}")]
pub struct CatalogueError {
    pub source_name: String,
    pub language: String,
    pub reason: String,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts::new()
    }
}

impl Texts {
    /// The base texts only: the shell, common words and problems.
    pub fn new() -> Texts {
        let mut texts =
            Texts { bundles: BTreeMap::new(), formats: RwLock::default(), missing: Mutex::default() };
        texts.add(FALLBACK, "i18n", BASE_EN).expect("the base catalogue is sound");
        texts
    }

    /// Merges one feature's catalogue.
    ///
    /// # Errors
    ///
    /// When the source is no valid Fluent, the language no BCP 47 tag, or an id is taken by an earlier source.
    pub fn add(&mut self, language: &str, source_name: &str, ftl: &str) -> Result<(), CatalogueError> {
        let error = |reason: String| CatalogueError {
            source_name: source_name.to_owned(),
            language: language.to_owned(),
            reason,
        };
        let tag: LanguageIdentifier = language.parse().map_err(|e| error(format!("{e}")))?;
        let resource = FluentResource::try_new(ftl.to_owned()).map_err(|(_, problems)| {
            error(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        let bundle = self.bundles.entry(tag.to_string()).or_insert_with(|| new_bundle(tag));
        bundle.add_resource(Arc::new(resource)).map_err(|problems| {
            error(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })
    }

    /// Somebody who reads in `locale` (BCP 47, such as `de-AT`; `en` when it is none) and lives in `zone`, at `now`.
    pub fn reader(self: &Arc<Self>, locale: &str, zone: TimeZone, now: Timestamp) -> Reader {
        Reader::new(Arc::clone(self), self.formats(locale), zone, now)
    }

    /// The ids asked for so far that no catalogue has.
    pub fn missing(&self) -> Vec<String> {
        self.missing.lock().iter().cloned().collect()
    }

    /// Whether the message exists in English, which has all.
    pub fn has(&self, id: &str) -> bool {
        self.bundles.get(FALLBACK).is_some_and(|bundle| bundle.has_message(id))
    }

    fn formats(&self, locale: &str) -> Arc<Formats> {
        if let Some(formats) = self.formats.read().get(locale) {
            return Arc::clone(formats);
        }
        let formats = Arc::new(Formats::new(locale));
        // The name comes from outside: keep a bounded number, under the canonical name only.
        let mut known = self.formats.write();
        if known.len() < 200 {
            known.insert(locale.to_owned(), Arc::clone(&formats));
        }
        formats
    }

    /// The text of `id` (and `attribute`) in the best language there is for `locale`; `None` if none has it.
    pub(crate) fn find(
        &self,
        formats: &Arc<Formats>,
        id: &str,
        attribute: Option<&str>,
        args: &[(&str, Arg)],
        shown: impl Fn(&kernel::Value) -> String,
    ) -> Option<String> {
        let arguments = arguments(args, shown);
        let _scope = NumbersIn::enter(formats);
        self.chain(formats).find_map(|bundle| {
            let text = format(bundle, id, attribute, arguments.as_ref())?;
            Some(if runs(bundle) == formats.direction { text } else { isolated(&text, runs(bundle)) })
        })
    }

    pub(crate) fn note_missing(&self, id: &str) {
        let mut missing = self.missing.lock();
        if missing.len() < 1_000 {
            missing.insert(id.to_owned());
        }
    }

    /// The bundles to look in, best first: `de-AT`, `de`, `en`.
    fn chain<'a>(&'a self, formats: &'a Formats) -> impl Iterator<Item = &'a Bundle> {
        formats.languages().chain([FALLBACK]).filter_map(|language| self.bundles.get(language))
    }
}

fn new_bundle(tag: LanguageIdentifier) -> Bundle {
    let right_to_left = tag.character_direction() == CharacterDirection::RTL;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(right_to_left);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => {
            let number = Decimal::try_from(number.value).ok()?;
            NUMBERS_IN.with_borrow(|formats| Some(formats.as_ref()?.number(number, None)))
        }
        _ => None,
    }));
    bundle.add_builtins().expect("a new bundle has no functions");
    bundle.add_function("WITHIN", |given, _| within(given)).expect("a new bundle has no such function");
    bundle
}

/// `WITHIN($objects)`: a name as it stands within a sentence, for languages that begin names with a small letter there.
/// One that begins like an abbreviation (`SLA targets`) stays.
fn within<'a>(given: &[FluentValue<'a>]) -> FluentValue<'a> {
    let Some(FluentValue::String(name)) = given.first() else { return FluentValue::Error };
    let mut letters = name.chars();
    let (first, rest) = (letters.next(), letters.as_str());
    match first {
        Some(first) if !rest.starts_with(char::is_uppercase) => {
            FluentValue::from(first.to_lowercase().chain(rest.chars()).collect::<String>())
        }
        _ => FluentValue::String(name.clone()),
    }
}

/// Which way the texts of a bundle run.
fn runs(bundle: &Bundle) -> Direction {
    let right_to_left =
        bundle.locales.first().is_some_and(|tag| tag.character_direction() == CharacterDirection::RTL);
    if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight }
}

/// A text that runs against its surroundings, set apart so that its numbers stay in place (Unicode UAX #9, isolates).
fn isolated(text: &str, direction: Direction) -> String {
    let start = if direction == Direction::LeftToRight { '\u{2066}' } else { '\u{2067}' };
    format!("{start}{text}\u{2069}")
}

thread_local! {
    /// Whose numbers a message that is being formatted shows; Fluent's formatter is a bare function.
    static NUMBERS_IN: RefCell<Option<Arc<Formats>>> = const { RefCell::new(None) };
}

struct NumbersIn;

impl NumbersIn {
    fn enter(formats: &Arc<Formats>) -> NumbersIn {
        NUMBERS_IN.replace(Some(Arc::clone(formats)));
        NumbersIn
    }
}

impl Drop for NumbersIn {
    fn drop(&mut self) {
        NUMBERS_IN.replace(None);
    }
}

fn format(
    bundle: &Bundle,
    id: &str,
    attribute: Option<&str>,
    args: Option<&FluentArgs<'_>>,
) -> Option<String> {
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(name) => message.get_attribute(name)?.value(),
        None => message.value()?,
    };
    let mut problems = Vec::new();
    Some(bundle.format_pattern(pattern, args, &mut problems).into_owned())
}

fn arguments<'a>(
    args: &'a [(&str, Arg)],
    shown: impl Fn(&kernel::Value) -> String,
) -> Option<FluentArgs<'a>> {
    if args.is_empty() {
        return None;
    }
    let mut arguments = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        let value = match arg {
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Value(kernel::Value::Int(number)) => FluentValue::from(*number),
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Value(value) => FluentValue::from(shown(value)),
        };
        arguments.set((*name).to_owned(), value);
    }
    Some(arguments)
}

impl Texts {
    pub(crate) fn message(
        &self,
        formats: &Arc<Formats>,
        message: &Message,
        shown: impl Fn(&kernel::Value) -> String,
    ) -> Option<String> {
        let args: Vec<(&str, Arg)> =
            message.args.iter().map(|(name, arg)| (name.as_ref(), arg.clone())).collect();
        self.find(formats, &message.id, None, &args, shown)
    }
}

/// Requests on all threads read from one `Texts`; icu_provider's feature `sync` makes its formats fit for that.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Texts>();
};
