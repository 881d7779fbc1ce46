//! Who sends requests: a person with a browser, a program with a token.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    http::{Method, Request, Response, header},
};
use futures_util::StreamExt;
use serde_json::Value as Json;
use tower::ServiceExt;

use crate::{Answer, TestApp};

/// How long a piece of an answer that goes on is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A person in front of a browser: keeps cookies, sends forms.
pub struct Browser<'a> {
    app: &'a TestApp,
    cookies: RefCell<BTreeMap<String, String>>,
    host: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Browser<'a> {
        Browser { app, cookies: RefCell::default(), host: app.host.clone() }
    }

    /// The same person, cookies and all, at another host.
    #[must_use]
    pub fn at(&self, host: &str) -> Browser<'a> {
        Browser { app: self.app, cookies: self.cookies.clone(), host: host.to_owned() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[])
    }

    /// As the page's script asks: for a piece.
    pub fn piece(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[("hx-request", "true")])
    }

    /// Sends a form, as a browser without script does.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(form(fields)), &[("sec-fetch-site", "same-origin")])
    }

    /// Sends a form as the page's script does.
    pub fn post_piece(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("hx-request", "true")];
        self.send(Method::POST, path, Some(form(fields)), &headers)
    }

    pub fn patch(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("hx-request", "true")];
        self.send(Method::PATCH, path, Some(form(fields)), &headers)
    }

    /// What another site's page would make this browser send.
    pub fn post_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(form(fields)), &[("sec-fetch-site", "cross-site")])
    }

    /// Sends a request with whatever headers.
    pub fn send(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let is_said = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if body.is_some() && !is_said {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (answer, response) = exchange(self.app, request.body(body.map_or_else(Body::empty, Body::from)));
        for set in response.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// An answer that goes on.
pub struct Listening<'a> {
    app: &'a TestApp,
    pieces: BodyDataStream,
}

impl Listening<'_> {
    /// What comes next; nothing when the program has ended it.
    ///
    /// # Panics
    /// When neither happens.
    pub fn heard(&mut self) -> Option<String> {
        let next = async { tokio::time::timeout(PATIENCE, self.pieces.next()).await };
        let piece = self.app.runtime.block_on(next).expect("a piece, or the end");
        piece.map(|piece| String::from_utf8_lossy(&piece.expect("it is not broken off")).into_owned())
    }
}

/// A program with a token: sends and gets JSON.
pub struct Program<'a> {
    app: &'a TestApp,
    token: String,
}

impl<'a> Program<'a> {
    pub(crate) fn new(app: &'a TestApp, token: String) -> Program<'a> {
        Program { app, token }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[])
    }

    /// Opens an answer that goes on.
    ///
    /// # Panics
    /// When it is refused.
    pub fn listen(&self, path: &str) -> Listening<'a> {
        let request = Request::builder().uri(path).header(header::HOST, &self.app.host);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.body(Body::empty()).expect("a request");
        let answered = self.app.runtime.block_on(self.app.router.clone().oneshot(request));
        let response = answered.unwrap_or_else(|never| match never {});
        assert_eq!(response.status(), 200);
        Listening { app: self.app, pieces: response.into_body().into_data_stream() }
    }

    pub fn post(&self, path: &str, body: &Json) -> Answer {
        self.send(Method::POST, path, Some(body), &[])
    }

    pub fn put(&self, path: &str, body: &Json) -> Answer {
        self.send(Method::PUT, path, Some(body), &[])
    }

    pub fn patch(&self, path: &str, body: &Json) -> Answer {
        self.send(Method::PATCH, path, Some(body), &[])
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[])
    }

    /// Sends bytes, as a file is sent.
    pub fn send_file(&self, path: &str, content: &[u8]) -> Answer {
        self.send_as(Method::POST, path, Some("application/octet-stream"), content)
    }

    /// Sends bytes that say what they are, or do not.
    pub fn send_as(&self, method: Method, path: &str, media_type: Option<&str>, content: &[u8]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.app.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if let Some(media_type) = media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        exchange(self.app, request.body(Body::from(content.to_vec()))).0
    }

    pub fn send(&self, method: Method, path: &str, body: Option<&Json>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.app.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        exchange(self.app, request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))).0
    }
}

fn exchange(app: &TestApp, request: Result<Request<Body>, axum::http::Error>) -> (Answer, Response<()>) {
    let request = request.expect("a request that can be sent");
    let asked = format!("{} {}", request.method(), request.uri());
    app.runtime.block_on(async {
        let response = app.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body to its end");
        let answer = Answer {
            asked,
            status: parts.status.as_u16(),
            headers: parts.headers.clone(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        };
        (answer, Response::from_parts(parts, ()))
    })
}

fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    web::Fields(fields.collect()).encode()
}
