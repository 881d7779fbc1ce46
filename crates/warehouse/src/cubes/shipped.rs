//! The page of shipped cubes: what each tells, how it is asked, and how to begin one's own from it.

use std::sync::Arc;

use app::App;
use axum::{Router, response::Response, routing::get};
use cube::{CubeDef, parse_cube};
use maud::{Markup, html};
use records::Action;
use ui::{
    action::{Action as Button, Go},
    content::Content,
    page::{Fit, PageHeader, page},
    record::{FieldView, Panel, field_list},
};
use web::{Ctx, Error, Fields};

use super::{all, known::OBJECT};
use crate::api::told;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/cubes/shipped", get(shipped))
}

struct Shipped {
    cube: CubeDef,
    definition: &'static str,
    /// Whether one that was saved has its name, and is asked instead.
    replaced: bool,
}

/// For whoever may save cubes.
async fn shipped(ctx: Ctx) -> Result<Response, Error> {
    if !ctx.principal().access.may(OBJECT, Action::Create) {
        return Err(Error::not_found());
    }
    let cubes = ctx.blocking(found).await?;
    let look = &ctx.look;
    let title = look.text("cubes-shipped");
    let head = PageHeader {
        title: title.clone(),
        icon: Some("chart-column".to_owned()),
        crumbs: vec![(look.objects(OBJECT, None), "/cubes".to_owned())],
        subtitle: Some(look.text("cubes-shipped-hint")),
        ..PageHeader::default()
    };
    let panels = html! {
        div class="home-panels" { @for shipped in &cubes { (shipped.panel(&ctx).render(look)) } }
    };
    Ok(ctx.page(&title, page(&head.render(look), &[panels], Fit::Flow)).await)
}

fn found(ctx: &Ctx) -> Result<Vec<Shipped>, Error> {
    let asked = all(&ctx.workspace, ctx.principal()).map_err(|error| told(cube::Error::Engine(error)))?;
    let cubes = ctx.app.cubes().iter().filter_map(|(file, definition)| {
        let cube = parse_cube(file, definition).ok()?;
        let replaced = !asked.iter().any(|known| known.file == *file);
        Some(Shipped { cube, definition, replaced })
    });
    Ok(cubes.collect())
}

impl Shipped {
    fn panel(&self, ctx: &Ctx) -> Panel {
        Panel {
            id: format!("cube-{}", self.cube.name),
            title: self.cube.label.clone().unwrap_or_else(|| self.cube.name.clone()),
            icon: Some("chart-column".to_owned()),
            body: self.body(ctx),
            ..Panel::default()
        }
    }

    /// By the names that questions use.
    fn body(&self, ctx: &Ctx) -> Markup {
        let look = &ctx.look;
        let dimensions: Vec<&str> = self.cube.dimensions.iter().map(|own| own.name.as_str()).collect();
        let measures: Vec<&str> = self.cube.measures.iter().map(|own| own.name.as_str()).collect();
        let field = |name: &str, content| FieldView {
            name: name.to_owned(),
            label: look.text(&format!("cubes-shipped-{name}")),
            content,
            ..FieldView::default()
        };
        let fields = [
            field("dimensions", Content::text(dimensions.join(", "))),
            field("measures", Content::text(measures.join(", "))),
            field("ask", Content::markup(html! { code class="code" { (self.command()) } })),
        ];
        let given = Fields::default().with("definition", Some(self.definition));
        let begin = Go::Dialog(format!("/cubes/new?{}", given.encode()));
        html! {
            (field_list(look, None, &fields))
            @if self.replaced { p class="section-hint" { (look.text("cubes-shipped-kept")) } }
            div class="form-buttons" { (Button::new(look.text("cubes-shipped-begin"), "copy", begin).button(look)) }
        }
    }

    /// A first question to it.
    fn command(&self) -> String {
        // Days have levels to choose from; what has a field of its name needs no more words.
        let by = self.cube.dimensions.iter().find(|own| own.of.is_none());
        let by = by.map(|own| format!(" --by {}", own.name)).unwrap_or_default();
        let measure = self.cube.measures.first().map(|own| format!(" --measure {}", own.name));
        format!("rapport query --cube {}{by}{}", self.cube.name, measure.unwrap_or_default())
    }
}
