//! The URL that an agent is known under.

use std::sync::Arc;

use axum::http::{HeaderName, Uri, header, request::Parts, uri::Authority};

use super::forwarded::{self, HEADERS};

/// How a server knows its URL.
#[derive(Clone, Debug, Default)]
pub(crate) enum PublicUrl {
    /// From where it listens.
    #[default]
    Unsaid,
    /// It was told.
    Fixed(Arc<str>),
    /// A proxy says it with each request.
    Proxy,
    /// It is that of these which the request names; the first one if it names none of them.
    Hosts(Vec<Site>),
}

/// A URL with the host that requests to it name.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    url: Arc<str>,
    host: Host,
}

/// A host as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Host {
    name: String,
    /// None is the one of the scheme.
    port: Option<u16>,
}

/// A URL that no agent can have.
#[derive(Debug)]
pub(crate) struct WrongUrl {
    pub(crate) url: String,
    pub(crate) reason: &'static str,
}

impl PublicUrl {
    pub(crate) fn fixed(url: &str) -> Result<Self, WrongUrl> {
        Site::new(url).map(|site| Self::Fixed(site.url))
    }

    pub(crate) fn hosts(urls: impl IntoIterator<Item: AsRef<str>>) -> Result<Self, WrongUrl> {
        let sites = urls.into_iter().map(|url| Site::new(url.as_ref())).collect::<Result<Vec<_>, _>>()?;
        if sites.is_empty() {
            return Err(WrongUrl { url: String::new(), reason: "there has to be one at least" });
        }
        Ok(Self::Hosts(sites))
    }

    /// The URL that a request came under; nothing if requests say nothing of it.
    pub(super) fn of_request(&self, request: &Parts) -> Option<Arc<str>> {
        match self {
            Self::Unsaid | Self::Fixed(_) => None,
            Self::Proxy => forwarded::url(request).map(Arc::from),
            Self::Hosts(sites) => {
                let named = authority(request)?;
                let site = sites.iter().find(|site| site.host.is(&named, &site.url))?;
                Some(Arc::clone(&site.url))
            }
        }
    }

    /// The URL where no request says one.
    pub(super) fn usual(&self) -> Option<Arc<str>> {
        match self {
            Self::Unsaid | Self::Proxy => None,
            Self::Fixed(url) => Some(Arc::clone(url)),
            Self::Hosts(sites) => sites.first().map(|site| Arc::clone(&site.url)),
        }
    }

    /// The headers of a request that the URL depends on.
    pub(crate) fn depends_on(&self) -> &'static [HeaderName] {
        match self {
            Self::Unsaid | Self::Fixed(_) => &[],
            Self::Proxy => &HEADERS,
            Self::Hosts(_) => &[header::HOST],
        }
    }
}

impl Site {
    fn new(url: &str) -> Result<Self, WrongUrl> {
        let wrong = |reason| WrongUrl { url: url.to_owned(), reason };
        let parsed: Uri = url.parse().map_err(|_| wrong("it isn't a URL"))?;
        let Some("http" | "https") = parsed.scheme_str() else {
            return Err(wrong("it has to begin with http:// or https://"));
        };
        if url.contains(['?', '#', '@']) {
            return Err(wrong("it can't have a user, a query or a fragment"));
        }
        let authority = parsed.authority().ok_or_else(|| wrong("it has to name a host"))?;
        // What serves under no path of its own is written with the empty one.
        let url =
            if parsed.path() == "/" && !url.ends_with('/') { format!("{url}/") } else { url.to_owned() };
        Ok(Self { host: Host::of(authority, &url), url: url.into() })
    }
}

impl Host {
    fn of(authority: &Authority, url: &str) -> Self {
        let usual = if url.starts_with("https") { 443 } else { 80 };
        let port = authority.port_u16().filter(|port| *port != usual);
        Self { name: authority.host().to_ascii_lowercase(), port }
    }

    fn is(&self, authority: &Authority, url: &str) -> bool {
        *self == Self::of(authority, url)
    }
}

/// The host that a request is for: with HTTP/2 it is part of the target.
pub(super) fn authority(request: &Parts) -> Option<Authority> {
    if let Some(authority) = request.uri.authority() {
        return Some(authority.clone());
    }
    Authority::try_from(request.headers.get(header::HOST)?.as_bytes()).ok()
}
