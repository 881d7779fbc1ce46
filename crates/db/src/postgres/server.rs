//! A server as an address names it: how it is reached, and whether anybody on the way can read along.
//!
//! `sslmode` means what it means to libpq (PostgreSQL documentation, 32.19): `require` encrypts, `verify-ca` also wants a
//! certificate that an authority has signed whom we trust, `verify-full` one for the name in the address. Those trusted are
//! the system's, or those in the file that `sslrootcert` names. Without `sslmode` nothing is encrypted.

use std::{path::Path, sync::Arc, time::Duration};

use ::postgres::{Client, NoTls, config::SslMode};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Error;

/// How long to wait for a server to accept a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A server, and a database there.
#[derive(Clone)]
pub struct Server {
    config: ::postgres::Config,
    tls: Option<MakeRustlsConnect>,
}

/// How the server has to show that it is the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Anybody,
    Signed,
    Named,
}

impl Server {
    /// What a `postgres://…` says.
    ///
    /// # Errors
    /// [`Error::Config`] for one that makes no sense, or names certificates that cannot be read.
    pub fn parse(url: &str) -> Result<Server, Error> {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for setting in query.split('&').filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some(("sslmode", given)) => mode = secrecy(given)?,
                Some(("sslrootcert", path)) => roots = Some(path.replace("%2F", "/")),
                _ => rest.push(setting),
            }
        }
        let address = match rest.is_empty() {
            true => address.to_owned(),
            false => format!("{address}?{}", rest.join("&")),
        };
        let mut config: ::postgres::Config = address
            .parse()
            .map_err(|error| Error::Config(format!("the database address cannot be read: {error}")))?;
        config.ssl_mode(mode.map_or(SslMode::Disable, |(mode, _)| mode));
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WITHIN);
        }
        if config.get_application_name().is_none() {
            config.application_name("rapport");
        }
        let tls = mode.map(|(_, trust)| connector(trust, roots.as_deref().map(Path::new))).transpose()?;
        Ok(Server { config, tls })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When nobody answers there, or not whom we trust, or we are not let in.
    pub fn connect(&self) -> Result<Client, ::postgres::Error> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
    }
}

/// What a `sslmode` wants; nothing where it wants no encryption.
fn secrecy(mode: &str) -> Result<Option<(SslMode, Trust)>, Error> {
    Ok(Some(match mode {
        "disable" => return Ok(None),
        "allow" | "prefer" => (SslMode::Prefer, Trust::Anybody),
        "require" => (SslMode::Require, Trust::Anybody),
        "verify-ca" => (SslMode::Require, Trust::Signed),
        "verify-full" => (SslMode::Require, Trust::Named),
        _ => {
            return Err(Error::Config(format!(
                "sslmode={mode} is none of disable, prefer, require, verify-ca and verify-full"
            )));
        }
    }))
}

fn connector(trust: Trust, roots: Option<&Path>) -> Result<MakeRustlsConnect, Error> {
    let provider = Arc::new(ring::default_provider());
    // As in libpq, who names certificates wants them looked at.
    let trust = if trust == Trust::Anybody && roots.is_some() { Trust::Signed } else { trust };
    let signed = match trust {
        Trust::Anybody => None,
        _ => {
            let roots = Arc::new(authorities(roots)?);
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            Some(verifier.map_err(|error| Error::Config(format!("sslrootcert: {error}")))?)
        }
    };
    let verifier = Verifier { signed, named: trust == Trust::Named, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Config(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// Whose signatures count.
fn authorities(file: Option<&Path>) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file.filter(|file| *file != Path::new("system")) else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    let fault = |error: String| Error::Config(format!("sslrootcert {}: {error}", file.display()));
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| fault(error.to_string()))? {
        let certificate = certificate.map_err(|error| fault(error.to_string()))?;
        roots.add(certificate).map_err(|error| fault(error.to_string()))?;
    }
    Ok(roots)
}

/// Looks at a server's certificate as closely as is wanted.
#[derive(Debug)]
struct Verifier {
    /// Nothing where anybody will do.
    signed: Option<Arc<WebPkiServerVerifier>>,
    /// Whether its name is looked at too.
    named: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(signed) = &self.signed else { return Ok(ServerCertVerified::assertion()) };
        match signed.verify_server_cert(certificate, between, name, ocsp, now) {
            // The name is looked at last.
            Err(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }))
                if !self.named =>
            {
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
