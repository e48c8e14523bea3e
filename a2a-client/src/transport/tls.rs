//! TLS with a provider of our own choice, whatever the app has installed.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::Verifier;

/// The roots of the system are read once a process.
static CONFIG: OnceLock<ClientConfig> = OnceLock::new();

pub(super) fn config() -> ClientConfig {
    CONFIG.get_or_init(build).clone()
}

fn build() -> ClientConfig {
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
            tracing::warn!(%error, "no root certificates: every HTTPS peer will be refused");
            builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    }
}
