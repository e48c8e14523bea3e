//! Calls to webhooks.

use std::{fmt, sync::Arc};

use a2a_core::{Version, header::A2A_VERSION};
use bytes::Bytes;
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
    redirect,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::Verifier;

use super::{Webhooks, target::Target};

/// Calls webhooks, and nobody else: no proxy, no redirect, nothing read of an answer but its status.
#[derive(Debug)]
pub(super) struct Client(reqwest::Client);

/// Why an event isn't told.
#[derive(Debug)]
pub(super) enum Failure {
    /// The webhook says no.
    Status(StatusCode),
    /// The webhook says nothing.
    Http(reqwest::Error),
}

impl Client {
    pub(super) fn new(settings: &Webhooks) -> Self {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls())
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .tcp_nodelay(true)
            .user_agent(concat!("a2a-server/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect)
            .timeout(settings.total)
            .build();
        Self(client.expect("all that could be wrong with the settings is the TLS that we made"))
    }

    /// Calls a webhook once.
    pub(super) async fn post(&self, to: &Target, version: Version, body: Bytes) -> Result<(), Failure> {
        let is_old = version.major == 0;
        let kind = if is_old { "application/json" } else { "application/a2a+json" };
        let mut request = self.0.post(to.url.clone()).headers(to.headers.clone()).body(body);
        request = request.header(CONTENT_TYPE, HeaderValue::from_static(kind));
        if !is_old {
            request = request.header(A2A_VERSION, version.to_string());
        }
        let answer = request.send().await.map_err(|error| Failure::Http(error.without_url()))?;
        if answer.status().is_success() { Ok(()) } else { Err(Failure::Status(answer.status())) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "it answered {status}"),
            Self::Http(_) => f.write_str("it couldn't be called"),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Status(_) => None,
            Self::Http(error) => Some(error),
        }
    }
}

/// TLS with a provider of our own choice, whatever the app has installed.
fn tls() -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring has the cipher suites of the default versions");
    match Verifier::new(provider) {
        Ok(verifier) => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        Err(error) => {
            // Plain HTTP has to work in an image without certificates.
            tracing::warn!(%error, "no root certificates: every webhook behind HTTPS will be refused");
            builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    }
}
