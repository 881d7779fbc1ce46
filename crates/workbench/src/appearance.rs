//! How the pages look to one person: remembered in a cookie that the script and the server both read.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use ui::shell::{Appearance, Density, Theme};
use web::{Ctx, Fields};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/appearance", post(remember))
}

/// Keeps what was chosen for a year; the page has changed already.
async fn remember(ctx: Ctx, fields: Fields) -> impl IntoResponse {
    let mut appearance = ctx.appearance;
    match fields.get("theme") {
        Some("light") => appearance.theme = Theme::Light,
        Some("dark") => appearance.theme = Theme::Dark,
        Some(_) => appearance.theme = Theme::System,
        None => {}
    }
    match fields.get("density") {
        Some("compact") => appearance.density = Density::Compact,
        Some(_) => appearance.density = Density::Comfortable,
        None => {}
    }
    if let Some(nav) = fields.get("nav") {
        appearance.narrow = nav == "narrow";
    }
    let text =
        format!("{}={}; Path=/; SameSite=Lax; Max-Age=31536000", Appearance::COOKIE, as_cookie(appearance));
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, text)])
}

fn as_cookie(appearance: Appearance) -> String {
    let theme = match appearance.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let density = if appearance.density == Density::Compact { "compact" } else { "comfortable" };
    format!("{theme}-{density}-{}", if appearance.narrow { "narrow" } else { "wide" })
}
