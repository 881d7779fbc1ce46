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
    if let Some(name) = fields.get("theme") {
        appearance.theme = Theme::named(name);
    }
    if let Some(name) = fields.get("density") {
        appearance.density = Density::named(name);
    }
    if let Some(nav) = fields.get("nav") {
        appearance.narrow = nav == "narrow";
    }
    let text =
        format!("{}={}; Path=/; SameSite=Lax; Max-Age=31536000", Appearance::COOKIE, appearance.cookie());
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, text)])
}
