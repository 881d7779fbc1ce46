//! Who calls: handshakes, and the tokens that every call after them brings.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::{Duration, Instant},
};

use app::App;
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};
use parking_lot::Mutex;
use tonic::{Request, Status, metadata::MetadataMap};

use super::statements::Prepared;
use crate::{
    Error,
    guest::{Guest, Shown},
};

/// How long a session lasts that nobody uses.
const IDLE: Duration = Duration::from_secs(3_600);
/// Sessions at once; beyond them the one goes that was used the longest ago.
const SESSIONS: usize = 500;

/// Base64 with or without `=` at its end: ADBC sends it without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Somebody's calls.
pub struct Session {
    pub guest: Guest,
    pub prepared: Mutex<HashMap<String, Prepared>>,
    used: Mutex<Instant>,
}

/// All sessions, by what their calls bring.
pub struct Sessions {
    app: Arc<App>,
    kept: Mutex<HashMap<String, Arc<Session>>>,
}

impl Sessions {
    pub fn new(app: &Arc<App>) -> Sessions {
        Sessions { app: Arc::clone(app), kept: Mutex::default() }
    }

    /// Opens a session by e-mail address and password (or API token), in `authorization: Basic`; gives the token that
    /// stands for it from now on.
    pub fn begin<T>(&self, request: &Request<T>) -> Result<String, Status> {
        let refused =
            || Status::unauthenticated("sign in with an e-mail address and a password or API token");
        let basic = after(request.metadata(), "Basic ").ok_or_else(refused)?;
        let pair = BASE64.decode(basic).ok().and_then(|pair| String::from_utf8(pair).ok());
        let pair = pair.ok_or_else(refused)?;
        let (email, secret) = pair.split_once(':').ok_or_else(refused)?;
        let guest = self.sign_in(request, Some(email), secret)?;
        let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        self.keep(token.clone(), guest);
        Ok(token)
    }

    /// The session that a call belongs to, with the rights that its caller has now.
    pub fn of<T>(&self, request: &Request<T>) -> Result<Arc<Session>, Status> {
        let missing =
            || Status::unauthenticated("sign in first, or bring an API token: authorization: Bearer …");
        let token = after(request.metadata(), "Bearer ").ok_or_else(missing)?;
        let known = self.kept.lock().get(token).cloned();
        let session = match known {
            Some(session) => session,
            None => self.keep(token.to_owned(), self.sign_in(request, None, token)?),
        };
        *session.used.lock() = Instant::now();
        match tokio::task::block_in_place(|| session.guest.renew()) {
            Ok(()) => Ok(session),
            Err(error) => {
                if matches!(error, Error::Denied) {
                    self.kept.lock().remove(token);
                }
                Err(status(&error))
            }
        }
    }

    fn sign_in<T>(&self, request: &Request<T>, email: Option<&str>, secret: &str) -> Result<Guest, Status> {
        let host =
            request.metadata().get("database").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let from = request.remote_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        let shown = Shown { host, email, secret, from };
        let guest = tokio::task::block_in_place(|| Guest::sign_in(&self.app, shown));
        let refused = || Status::unauthenticated("the e-mail address, password or token is not right");
        guest.map_err(|error| status(&error))?.ok_or_else(refused)
    }

    fn keep(&self, token: String, guest: Guest) -> Arc<Session> {
        let session =
            Arc::new(Session { guest, prepared: Mutex::default(), used: Mutex::new(Instant::now()) });
        let mut kept = self.kept.lock();
        kept.retain(|_, session| session.used.lock().elapsed() < IDLE);
        if kept.len() >= SESSIONS {
            let oldest = kept.iter().min_by_key(|(_, session)| *session.used.lock());
            if let Some(oldest) = oldest.map(|(token, _)| token.clone()) {
                kept.remove(&oldest);
            }
        }
        kept.insert(token, Arc::clone(&session));
        session
    }
}

/// What stands after a scheme in the header `authorization`.
fn after<'m>(metadata: &'m MetadataMap, scheme: &str) -> Option<&'m str> {
    let text = metadata.get("authorization")?.to_str().ok()?;
    let is_scheme = text.get(..scheme.len())?.eq_ignore_ascii_case(scheme);
    is_scheme.then(|| text[scheme.len()..].trim())
}

/// What a caller is told.
pub fn status(error: &Error) -> Status {
    let text = error.to_string();
    match error {
        Error::Query(_) | Error::Source(_) | Error::NoSource(_) => Status::invalid_argument(text),
        Error::Limit(_) | Error::Memory => Status::resource_exhausted(text),
        Error::Cancelled => Status::cancelled(text),
        Error::Denied => Status::unauthenticated(text),
        Error::Busy | Error::Replaced | Error::Cluster(_) => Status::unavailable(text),
        Error::Records(_) | Error::Damaged { .. } | Error::Files(_) => {
            tracing::error!(%error, "the warehouse failed");
            Status::internal("the warehouse cannot be read now")
        }
    }
}
