//! One box over everything: the page of what was found, the palette, and the controls that look for a record.

use std::sync::Arc;

use app::App;
use axum::{Router, response::Response, routing::get};
use kernel::Message;
use maud::{Markup, html};
use metadata::Object;
use records::{Action as May, Hit};
use ui::{
    bits::Empty,
    input::{Options, lookup_options},
    page::{Fit, PageHeader, page},
    palette::{Found, results},
    record::{RelatedItem, related_list},
};
use web::{Ctx, Error, Path, Query};

use crate::field::href;

/// What the palette shows of each object.
const PALETTE: usize = 5;
/// What the page of results shows of each object.
const RESULTS: usize = 20;
/// Options of a control that looks for a record.
const OPTIONS: usize = 12;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/search", get(search))
        .route("/palette", get(palette))
        .route("/{plural}/lookup", get(lookup))
}

async fn palette(ctx: Ctx, query: Query) -> Result<Markup, Error> {
    let groups = find(&ctx, query.get("q").unwrap_or(""), PALETTE).await?;
    let registry = ctx.workspace.engine.registry();
    let shown = groups.into_iter().map(|(object, hits)| {
        let found = hits.into_iter().filter_map(|hit| {
            Some(Found {
                href: href(&registry, &hit.object, hit.id)?,
                title: hit.title,
                icon: object.icon.clone(),
                ..Found::default()
            })
        });
        (ctx.look.objects(&object.name, object.plural_label.as_deref()), found.collect())
    });
    Ok(results(&shown.collect::<Vec<_>>()))
}

async fn search(ctx: Ctx, query: Query) -> Result<Response, Error> {
    let words = query.get("q").unwrap_or("").trim().to_owned();
    let groups = find(&ctx, &words, RESULTS).await?;
    let look = &ctx.look;
    let registry = ctx.workspace.engine.registry();
    let title = look.text_with(&Message::new("search-results").with("words", words.as_str()));
    let head = PageHeader { title: title.clone(), icon: Some("search".to_owned()), ..PageHeader::default() };
    let parts: Vec<Markup> = groups
        .iter()
        .filter(|(_, hits)| !hits.is_empty())
        .map(|(object, hits)| {
            let items: Vec<RelatedItem> = hits
                .iter()
                .filter_map(|hit| {
                    Some(RelatedItem {
                        title: hit.title.clone(),
                        href: href(&registry, &hit.object, hit.id)?,
                        icon: Some(object.icon.clone()),
                        ..RelatedItem::default()
                    })
                })
                .collect();
            html! {
                section class="panel" {
                    header class="panel-head" { h2 class="panel-title" { (look.objects(&object.name, object.plural_label.as_deref())) } }
                    div class="panel-body" { (related_list(look, &items)) }
                }
            }
        })
        .collect();
    let nothing = Empty {
        icon: "search".to_owned(),
        title: look.text("search-nothing"),
        hint: Some(look.text("search-nothing-hint")),
        actions: Vec::new(),
    };
    let parts = if parts.is_empty() { vec![nothing.render(look)] } else { parts };
    Ok(ctx.page(&title, page(&head.render(look), &parts, Fit::Narrow)).await)
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
