//! What goes wrong, as an answer: a page for a person, a piece for a script of the page, a problem document
//! (RFC 9457) for a program.

use std::{any::Any, sync::Arc};

use app::App;
use axum::{
    Json,
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Message, Problem};
use maud::{Markup, html};
use records::DatabaseError;
use serde_json::json;
use ui::{
    action::{Action, Go},
    bits::Empty,
    overlay::Toast,
    page::{Fit, PageHeader},
};

use crate::{Ctx, Visitor, again::Sent};

/// What is said when nobody knows whether something was saved.
const IN_DOUBT: &str = "error-unavailable-doubt";
/// When programs should try again what was out of reach.
const RETRY_AFTER_SECONDS: &str = "5";

/// A request that did not succeed.
#[derive(Clone, Debug)]
pub struct Error {
    pub kind: Kind,
    /// What is said about it; each kind has a text of its own otherwise.
    pub message: Option<Message>,
    /// What is wrong with the input, by field.
    pub problems: Vec<Problem>,
}

/// Why it did not succeed, told apart by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nobody is signed in.
    SignedOut,
    /// Known, but not allowed.
    Denied,
    NotFound,
    /// The input is wrong.
    Invalid,
    /// Somebody else changed it meanwhile.
    Conflict,
    /// The request was made upon a version that no longer stands.
    Stale,
    TooLarge,
    /// The body is of a kind that is not read here.
    Unsupported,
    TooMany,
    /// The database cannot be reached or takes no changes, or the disk is full: the same may succeed later.
    Unavailable,
    /// A fault of ours.
    Broken,
}

impl Kind {
    pub const fn status(self) -> StatusCode {
        match self {
            Kind::SignedOut => StatusCode::UNAUTHORIZED,
            Kind::Denied => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Stale => StatusCode::PRECONDITION_FAILED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The name of its texts, `error-{name}` with the attribute `.hint`, and of its type in problem documents.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::SignedOut => "signed-out",
            Kind::Denied => "denied",
            Kind::NotFound => "not-found",
            Kind::Invalid => "invalid",
            Kind::Conflict => "conflict",
            Kind::Stale => "stale",
            Kind::TooLarge => "too-large",
            Kind::Unsupported => "unsupported",
            Kind::TooMany => "too-many",
            Kind::Unavailable => "unavailable",
            Kind::Broken => "broken",
        }
    }
}

impl Error {
    pub const fn new(kind: Kind) -> Error {
        Error { kind, message: None, problems: Vec::new() }
    }

    pub const fn not_found() -> Error {
        Error::new(Kind::NotFound)
    }

    pub const fn signed_out() -> Error {
        Error::new(Kind::SignedOut)
    }

    pub fn denied() -> Error {
        Error::new(Kind::Denied)
    }

    pub fn invalid(message: Message) -> Error {
        Error { message: Some(message), ..Error::new(Kind::Invalid) }
    }
}

impl From<records::Error> for Error {
    fn from(error: records::Error) -> Error {
        match error {
            records::Error::NotFound => Error::not_found(),
            records::Error::Denied(message) => Error { message: Some(message), ..Error::new(Kind::Denied) },
            records::Error::Invalid(problems) => Error { problems, ..Error::new(Kind::Invalid) },
            records::Error::Conflict(conflict) => {
                let problem = |field: records::ConflictingField| {
                    Problem::at(field.field, Message::new("problem-conflict"))
                };
                let problems = conflict.fields.into_iter().map(problem).collect();
                Error { problems, ..Error::new(Kind::Conflict) }
            }
            records::Error::Database(error) => {
                tracing::error!(%error, "the database failed");
                Error { message: hindrance(&error), ..Error::new(kind_of(&error)) }
            }
        }
    }
}

const fn kind_of(error: &DatabaseError) -> Kind {
    if error.is_transient() { Kind::Unavailable } else { Kind::Broken }
}

/// What is in the way, where it is known better than "out of reach".
fn hindrance(error: &DatabaseError) -> Option<Message> {
    match error {
        DatabaseError::DiskFull(_) => Some(Message::new("error-unavailable-disk")),
        DatabaseError::ReadOnly(_) => Some(Message::new("error-unavailable-read-only")),
        DatabaseError::Busy(_) => Some(Message::new("error-unavailable-busy")),
        DatabaseError::InDoubt => Some(Message::new(IN_DOUBT)),
        _ => None,
    }
}

impl IntoResponse for Error {
    /// A bare answer that carries the error; [`render`] makes it what the request wants.
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub async fn no_such_page() -> Error {
    Error::not_found()
}

/// A panic is a fault of ours: it is logged, and told as such.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = message.unwrap_or("unknown"), "a handler panicked");
    (Kind::Broken.status(), "Something went wrong on our side. It has been logged.").into_response()
}

/// Turns answers that carry an [`Error`] into what the request wants.
pub async fn render(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let wants = Wants::of(&request);
    let (request, sent) = if wants == Wants::Page { Sent::keep(request).await } else { (request, None) };
    let (mut parts, body) = request.into_parts();
    let mut seen = parts.clone();
    parts.extensions = std::mem::take(&mut seen.extensions);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(error) = response.extensions_mut().remove::<Error>() else {
        return if wants == Wants::Document { in_words(response) } else { response };
    };
    let mut answer = match wants {
        Wants::Document => {
            let mut answer = problem_document(&app, &mut seen, &error).await;
            if error.kind == Kind::SignedOut {
                // RFC 9110, 15.5.2: whoever is refused is told what to send.
                answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            answer
        }
        Wants::Piece if error.kind == Kind::SignedOut => {
            let mut answer = error.kind.status().into_response();
            answer.headers_mut().insert("hx-redirect", HeaderValue::from_static("/sign-in"));
            answer
        }
        Wants::Page if error.kind == Kind::SignedOut => {
            let here = seen.uri.path_and_query().map_or("/", |path| path.as_str());
            let to =
                if here == "/" { "/sign-in".to_owned() } else { format!("/sign-in?then={}", escape(here)) };
            Redirect::to(&to).into_response()
        }
        Wants::Piece => piece(&app, &mut seen, &error).await,
        Wants::Page => {
            // What may have been saved must not be sent again without a look.
            let is_in_doubt = error.message.as_ref().is_some_and(|message| message.id == IN_DOUBT);
            let sent = sent.filter(|_| error.kind == Kind::Unavailable && !is_in_doubt);
            page(&app, &mut seen, &error, sent.as_ref()).await
        }
    };
    if error.kind == Kind::Unavailable {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    }
    answer
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    Page,
    Piece,
    Document,
}

impl Wants {
    fn of(request: &Request) -> Wants {
        if is_of_api(request.uri().path()) {
            Wants::Document
        } else if request.headers().contains_key("hx-request") {
            Wants::Piece
        } else {
            Wants::Page
        }
    }
}

/// Whether a program asks, and not a person.
pub(crate) fn is_of_api(address: &str) -> bool {
    address.starts_with("/api/")
}

/// What axum refuses before a handler sees it.
fn in_words(response: Response) -> Response {
    let (name, detail) = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (Kind::TooLarge.name(), "The request's body is too large."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("method", "Nothing of this kind can be done here: the header Allow says what can.")
        }
        StatusCode::BAD_REQUEST => ("broken-off", "The request's body broke off, or cannot be read."),
        _ => return response,
    };
    let mut answer = document_of(response.status(), name, detail, &json!([]));
    let allowed = response.headers().get(header::ALLOW).cloned();
    answer.headers_mut().extend(allowed.map(|allowed| (header::ALLOW, allowed)));
    answer
}

async fn problem_document(app: &Arc<App>, parts: &mut axum::http::request::Parts, error: &Error) -> Response {
    let Ok(visitor) = Visitor::from_request_parts(parts, app).await else {
        return document(error.kind, error.kind.name(), &json!([]));
    };
    let look = &visitor.look;
    let detail = said(look, error);
    let problems: Vec<_> = error
        .problems
        .iter()
        .map(|problem| json!({ "field": problem.field, "code": problem.message.id, "message": look.problem(problem) }))
        .collect();
    document(error.kind, &detail, &json!(problems))
}

fn document(kind: Kind, detail: &str, problems: &serde_json::Value) -> Response {
    document_of(kind.status(), kind.name(), detail, problems)
}

fn document_of(status: StatusCode, name: &str, detail: &str, problems: &serde_json::Value) -> Response {
    let body = json!({
        "type": format!("/problems/{name}"),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
        "problems": problems,
    });
    let mut response = (status, Json(body)).into_response();
    let media_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}

/// A toast beside the page, which stays as it is.
async fn piece(app: &Arc<App>, parts: &mut axum::http::request::Parts, error: &Error) -> Response {
    let Ok(visitor) = Visitor::from_request_parts(parts, app).await else {
        return error.kind.status().into_response();
    };
    let problems: Vec<String> = error.problems.iter().map(|problem| visitor.look.problem(problem)).collect();
    let text = if problems.is_empty() { said(&visitor.look, error) } else { problems.join(" ") };
    let mut response = (error.kind.status(), Toast::error(text).partial(&visitor.look)).into_response();
    response.headers_mut().insert("hx-reswap", HeaderValue::from_static("none"));
    response
}

async fn page(
    app: &Arc<App>,
    parts: &mut axum::http::request::Parts,
    error: &Error,
    sent: Option<&Sent>,
) -> Response {
    let status = error.kind.status();
    if let Ok(ctx) = Ctx::from_request_parts(parts, app).await {
        let content = ui::page::page(&html! {}, &explanation(&ctx.look, error, sent), Fit::Flow);
        let title = ctx.look.text(&format!("error-{}", error.kind.name()));
        let markup = ctx.framed(&title, &content);
        return (status, markup).into_response();
    }
    match Visitor::from_request_parts(parts, app).await {
        Ok(visitor) => {
            let look = &visitor.look;
            let content = html! { @for part in explanation(look, error, sent) { (part) } };
            let title = look.text(&format!("error-{}", error.kind.name()));
            (status, ui::shell::plain(look, visitor.appearance, &title, None, &content)).into_response()
        }
        Err(_) => (status, "Nothing is served under this name.").into_response(),
    }
}

fn said(look: &i18n::Reader, error: &Error) -> String {
    match &error.message {
        Some(message) => look.text_with(message),
        None => look.text(&format!("error-{}-hint", error.kind.name())),
    }
}

/// What has happened, what is wrong, and what to do.
fn explanation(look: &i18n::Reader, error: &Error, sent: Option<&Sent>) -> Vec<Markup> {
    let title = look.text(&format!("error-{}", error.kind.name()));
    let home = Action::new(look.text("nav-my-day"), "sun", Go::Page("/".to_owned()));
    let leads_nowhere = matches!(error.kind, Kind::NotFound | Kind::Denied);
    let empty = Empty {
        icon: "circle-alert".to_owned(),
        title: said(look, error),
        actions: if leads_nowhere { vec![home] } else { Vec::new() },
        ..Empty::default()
    };
    let problems = html! {
        @if !error.problems.is_empty() {
            ul { @for problem in &error.problems { li { (look.problem(problem)) } } }
        }
    };
    let again = sent.and_then(|sent| sent.button(look)).unwrap_or_default();
    vec![PageHeader { title, ..PageHeader::default() }.render(look), empty.render(look), problems, again]
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if plain(byte) {
            escaped.push(byte.into());
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
        escaped
    })
}
