//! Which web pages may call.

use std::time::Duration;

use a2a_core::header::{A2A_EXTENSIONS, A2A_VERSION, X_A2A_EXTENSIONS};
use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer, ExposeHeaders, MaxAge};

use crate::ServeError;

/// How long a browser may keep what it was told: an hour.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// Lets web pages call the agent: answers what browsers ask first, and exposes the headers of the protocol to scripts
/// (`A2A-Extensions`, `WWW-Authenticate` and their like).
///
/// Without it no page of another origin can, as inspectors of agents are. Pages bring their credentials themselves, in
/// whichever header the agent wants them; a browser's cookies are never asked for. What a browser asks first is
/// answered without asking who calls, where no layer of the app's own stands before.
///
/// ```
/// use a2a_server::Cors;
///
/// let pages = Cors::origins(["https://inspector.example.com"]);
/// ```
#[derive(Clone, Debug)]
pub struct Cors {
    /// None for any.
    origins: Option<Vec<String>>,
}

impl Cors {
    /// Lets pages of any origin call.
    pub fn any() -> Self {
        Self { origins: None }
    }

    /// Lets pages of these origins call, each such as `https://example.com`: a scheme, a host and perhaps a port, and
    /// nothing behind.
    pub fn origins<O: Into<String>>(origins: impl IntoIterator<Item = O>) -> Self {
        Self { origins: Some(origins.into_iter().map(Into::into).collect()) }
    }

    /// As a layer; an error names what is no origin.
    pub(crate) fn layer(&self) -> Result<CorsLayer, ServeError> {
        let origins = match &self.origins {
            None => AllowOrigin::any(),
            Some(origins) => {
                let values = origins.iter().map(|origin| value(origin)).collect::<Result<Vec<_>, _>>()?;
                AllowOrigin::list(values)
            }
        };
        let exposed = [A2A_VERSION, A2A_EXTENSIONS, X_A2A_EXTENSIONS].map(HeaderName::from_static);
        let exposed =
            exposed.into_iter().chain([header::WWW_AUTHENTICATE, header::ETAG, header::RETRY_AFTER]);
        Ok(CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::POST, Method::DELETE])
            // An agent may want its keys in headers of any name.
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(ExposeHeaders::list(exposed))
            .max_age(MaxAge::exact(MAX_AGE)))
    }
}

/// An origin as browsers write it, for it is compared as text.
fn value(origin: &str) -> Result<HeaderValue, ServeError> {
    let is_origin = origin.split_once("://").is_some_and(|(scheme, host)| {
        !scheme.is_empty() && !host.is_empty() && !host.contains(['/', '?', '#', '@', '*'])
    });
    let value = HeaderValue::try_from(origin).ok().filter(|_| is_origin);
    value.ok_or_else(|| ServeError::Origin(origin.to_owned()))
}
