//! One box over everything: the page of what was found, the palette, and the controls that look for a record.

use std::sync::Arc;

use app::App;
use axum::{Router, response::Response, routing::get};
use i18n::Reader;
use kernel::Message;
use maud::Markup;
use metadata::Object;
use records::{Action as May, Hit, Record, Sought};
use ui::{
    bits::Empty,
    content::Content,
    input::{Options, lookup_options},
    page::{Fit, PageHeader, page},
    palette::{Found, results},
    record::{Panel, RelatedItem, related_list},
};
use web::{Ctx, Error, Fields, Path, Query};

use crate::field::{href, label, show};

/// What the palette shows of each object.
const PALETTE: usize = 5;
/// What the page of results shows of each object.
const RESULTS: usize = 20;
/// What is told of each record beside its title.
const DETAILS: usize = 4;
/// Options of a control that looks for a record.
const OPTIONS: usize = 12;

/// What was found of one object.
type Group = (Arc<Object>, Vec<RelatedItem>);

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/search", get(search))
        .route("/palette", get(palette))
        .route("/lookup/{plural}", get(lookup))
}

async fn palette(ctx: Ctx, query: Query) -> Result<Markup, Error> {
    let words = query.get("q").unwrap_or("").to_owned();
    let groups = find(&ctx, &words, PALETTE).await?;
    let worker = ctx.clone();
    let shown = ctx
        .read(move |reader| -> Result<Vec<(String, Vec<Found>)>, Error> {
            let look = &worker.look;
            let sought = Sought::new(&words);
            let group = |(object, hits): (Arc<Object>, Vec<Hit>)| -> Result<_, Error> {
                let found = offered(look, reader, &object, hits, &sought)?;
                Ok((look.objects(&object.name, object.plural_label.as_deref()), found))
            };
            groups.into_iter().map(group).collect()
        })
        .await?;
    Ok(results(&shown))
}

/// What the palette offers of one object; where the title does not say why it was found, with what does.
fn offered(
    look: &Reader,
    reader: &mut records::Reader<'_, '_>,
    object: &Arc<Object>,
    hits: Vec<Hit>,
    sought: &Sought,
) -> Result<Vec<Found>, Error> {
    let registry = Arc::clone(reader.registry());
    let unclear: Vec<&Hit> = hits.iter().filter(|hit| !sought.is_in(&hit.title)).collect();
    let records = if unclear.is_empty() {
        Vec::new()
    } else {
        let searched = object.search.iter().map(|at| object.fields[*at].name.as_str());
        records_of(reader, object, &unclear, searched)?
    };
    let found = |hit: &Hit| {
        let record = records.iter().find(|record| record.id() == hit.id);
        Some(Found {
            href: href(&registry, &hit.object, hit.id)?,
            title: hit.title.clone(),
            icon: object.icon.clone(),
            detail: record.and_then(|record| why(look, sought, record)),
            ..Found::default()
        })
    };
    Ok(hits.iter().filter_map(found).collect())
}

/// `City: Vienna`, where the title does not say why a record was found.
fn why(look: &Reader, sought: &Sought, record: &Record) -> Option<String> {
    let (field, text) = sought.found_in(record)?;
    let said =
        Message::new("search-found-in").with("field", label(look, &record.object, field)).with("text", text);
    Some(look.text_with(&said))
}

async fn search(ctx: Ctx, query: Query) -> Result<Response, Error> {
    let words = query.get("q").unwrap_or("").trim().to_owned();
    let worker = ctx.clone();
    let groups = find(&ctx, &words, RESULTS).await?;
    let sought = Sought::new(&words);
    let groups = ctx
        .read(move |reader| -> Result<Vec<Group>, Error> {
            let found = groups.into_iter().filter(|(_, hits)| !hits.is_empty());
            found
                .map(|(object, hits)| {
                    Ok((Arc::clone(&object), told(&worker.look, reader, &object, &hits, &sought)?))
                })
                .collect()
        })
        .await?;
    let look = &ctx.look;
    let title = if words.is_empty() {
        look.text("search-title")
    } else {
        look.text_with(&Message::new("search-results").with("words", words.as_str()))
    };
    let head = PageHeader { title: title.clone(), icon: Some("search".to_owned()), ..PageHeader::default() };
    let parts: Vec<Markup> = groups
        .iter()
        .map(|(object, items)| {
            let all = Fields(vec![("q".into(), words.clone())]).encode();
            let panel = Panel {
                id: format!("found-{}", object.name),
                title: look.objects(&object.name, object.plural_label.as_deref()),
                body: related_list(look, items),
                all: (items.len() == RESULTS).then(|| format!("/{}?{all}", object.plural)),
                ..Panel::default()
            };
            panel.render(look)
        })
        .collect();
    let (said, hint) = if words.is_empty() {
        ("search-no-words", "search-no-words-hint")
    } else {
        ("search-nothing", "search-nothing-hint")
    };
    let nothing = Empty {
        icon: "search".to_owned(),
        title: look.text(said),
        hint: Some(look.text(hint)),
        actions: Vec::new(),
    };
    let parts = if parts.is_empty() { vec![nothing.render(look)] } else { parts };
    Ok(ctx.page(&title, page(&head.render(look), &parts, Fit::Narrow)).await)
}

/// What was found: why, where the title does not say it, and the fields by which one tells it from others of the same
/// name; in the order of the hits.
fn told(
    look: &Reader,
    reader: &mut records::Reader<'_, '_>,
    object: &Arc<Object>,
    hits: &[Hit],
    sought: &Sought,
) -> Result<Vec<RelatedItem>, Error> {
    let registry = Arc::clone(reader.registry());
    let own = |name: &String| !object.title.iter().any(|at| object.fields[*at].name == *name);
    let layout = &object.layout;
    let names: Vec<&str> =
        layout.path.iter().chain(&layout.key).filter(|name| own(name)).map(String::as_str).collect();
    let searched = object.search.iter().map(|at| object.fields[*at].name.as_str());
    let all: Vec<&Hit> = hits.iter().collect();
    let records = records_of(reader, object, &all, names.iter().copied().chain(searched))?;
    let fields: Vec<_> = names.iter().filter_map(|name| object.field(name)).collect();
    let details = |hit: &Hit| -> Vec<Content> {
        let Some(record) = records.iter().find(|record| record.id() == hit.id) else { return Vec::new() };
        let found_in = sought.found_in(record).map(|(field, _)| field.name.as_str());
        let why = why(look, sought, record).map(Content::text);
        let others = fields.iter().filter(|field| Some(field.name.as_str()) != found_in);
        let contents = others.map(|field| show::content(look, &registry, record, field));
        why.into_iter().chain(contents.filter(|content| !content.is_empty()).take(DETAILS)).collect()
    };
    let item = |hit: &Hit| {
        Some(RelatedItem {
            title: hit.title.clone(),
            href: href(&registry, &hit.object, hit.id)?,
            icon: Some(object.icon.clone()),
            details: details(hit),
            ..RelatedItem::default()
        })
    };
    Ok(hits.iter().filter_map(item).collect())
}

/// The records that were found, with these fields as far as they may be seen.
fn records_of<'n>(
    reader: &mut records::Reader<'_, '_>,
    object: &Arc<Object>,
    hits: &[&Hit],
    fields: impl Iterator<Item = &'n str>,
) -> Result<Vec<Record>, Error> {
    let any: Vec<String> = hits.iter().map(|hit| format!("id = \"{}\"", hit.id)).collect();
    let filter =
        expr::check(&any.join(" or "), &object.name, &**reader.registry(), &expr::Expected::Condition)
            .map_err(|problems| records::Error::invalid(problems[0].message.clone()))?;
    let query =
        records::ListQuery::new(object).fields(fields).filter(Some(Arc::new(filter))).limit(hits.len());
    Ok(reader.list(&query)?.records)
}

/// Everything that answers the words, object by object in the order of the navigation.
async fn find(ctx: &Ctx, words: &str, limit: usize) -> Result<Vec<(Arc<Object>, Vec<Hit>)>, Error> {
    let words = words.to_owned();
    let registry = ctx.workspace.engine.registry();
    let access = Arc::clone(&ctx.principal().access);
    let objects: Vec<Arc<Object>> = registry
        .objects()
        .filter(|object| object.area.is_some() && access.may(&object.name, May::Read))
        .cloned()
        .collect();
    ctx.read(move |reader| -> Result<_, Error> {
        let mut groups = Vec::new();
        for object in objects {
            let hits = reader.search(&object, &words, limit)?;
            groups.push((object, hits));
        }
        Ok(groups)
    })
    .await
}

/// The records that a link's control offers: what was typed, or the latest.
async fn lookup(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Markup, Error> {
    let object = ctx.object(&plural)?;
    let typed = query.get("q").unwrap_or("").trim().to_owned();
    let (asked, words) = (Arc::clone(&object), typed.clone());
    let hits = ctx
        .read(move |reader| -> Result<Vec<Hit>, Error> {
            if !words.is_empty() {
                return Ok(reader.search(&asked, &words, OPTIONS)?);
            }
            let latest = records::ListQuery::new(&asked)
                .fields([])
                .sort(vec![records::Sort::parse("-updated_at")])
                .limit(OPTIONS);
            let page = reader.list(&latest)?;
            let name: Arc<str> = asked.name.as_str().into();
            let hit = |record: &records::Record| Hit {
                object: Arc::clone(&name),
                id: record.id(),
                title: record.title().to_owned(),
            };
            Ok(page.records.iter().map(hit).collect())
        })
        .await?;
    let mut options = Options {
        typed,
        may_create: ctx.principal().access.may(&object.name, May::Create),
        ..Options::default()
    };
    for hit in hits {
        options.push(hit.id.to_string(), hit.title, None);
    }
    Ok(lookup_options(&ctx.look, &options))
}
