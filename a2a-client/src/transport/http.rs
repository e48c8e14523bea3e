use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use tokio::time::Instant;
use url::Url;

use super::reply::{Limits, Reply};
use crate::{
    ConnectError, ConnectErrorKind, FailureKind, Phase, Timeouts,
    failure::Failure,
    origin::{self, Origin},
    settings::Settings,
};

/// How often one call may be sent elsewhere.
const MAX_REDIRECTS: usize = 5;

/// Sends requests with the user's headers, and those only to the origin that they are meant for.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    own: HeaderMap,
    pub(crate) timeouts: Timeouts,
}

/// One request, ready to be sent more than once.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Http {
    /// For URLs like this one: proxies are the environment's, but nothing that stays on this machine meets one.
    pub(crate) fn new(settings: &Settings, url: &Url) -> Result<Self, ConnectError> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(super::tls::config())
            .redirect(redirect::Policy::none())
            .referer(false)
            .tcp_nodelay(true)
            .user_agent(concat!("a2a-client/", env!("CARGO_PKG_VERSION")));
        if let Some(limit) = settings.timeouts.connect {
            builder = builder.connect_timeout(limit);
        }
        if origin::is_loopback(url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            ConnectError::new(ConnectErrorKind::InvalidSetting, "the HTTP client can't be set up")
                .with_source(error)
        })?;
        Ok(Self { client, own: own_headers(settings)?, timeouts: settings.timeouts })
    }

    /// What a call may wait for; `overall` replaces the setting if given.
    pub(crate) fn limits(&self, overall: Option<Duration>) -> Limits {
        let overall = overall.or(self.timeouts.overall);
        let deadline = overall.and_then(|limit| Instant::now().checked_add(limit));
        Limits { head: self.timeouts.head, idle: self.timeouts.idle, deadline }
    }

    /// Sends a request and waits for the head of its response.
    ///
    /// Follows redirects of a `GET` anywhere but from HTTPS to HTTP, without the user's headers once the origin
    /// is another one, and those of a `POST` that keep it a `POST` within its origin.
    pub(crate) async fn send(&self, out: Outgoing<'_>, limits: Limits) -> Result<Reply, Failure> {
        let mut url = out.url.clone();
        let mut hops = 0;
        loop {
            let at_home = Origin::of(&url) == Origin::of(out.url);
            let mut request = reqwest::Request::new(out.method.clone(), url.clone());
            if at_home {
                request.headers_mut().clone_from(&self.own);
            }
            request.headers_mut().extend(out.headers.clone());
            if out.method != Method::GET {
                *request.body_mut() = Some(out.body.clone().into());
            }
            let sent = self.client.execute(request);
            let response = limits.wait(limits.head, FailureKind::HeadTimeout, Phase::Head, sent).await?;
            let Some(next) = redirect_target(&response) else {
                return Ok(Reply::new(response, limits));
            };
            hops += 1;
            if hops > MAX_REDIRECTS || !may_follow(&out, response.status(), &url, &next) {
                return Err(Failure::new(FailureKind::Redirected, Phase::Head)
                    .with_status(response.status().as_u16())
                    .with_detail(format!("to {}", origin::public(&next))));
            }
            url = next;
        }
    }
}

fn redirect_target(response: &reqwest::Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}

fn may_follow(out: &Outgoing<'_>, status: StatusCode, from: &Url, to: &Url) -> bool {
    if out.method == Method::GET {
        return to.scheme() == "https" || (to.scheme() == "http" && from.scheme() == "http");
    }
    matches!(status.as_u16(), 307 | 308) && Origin::of(to) == Origin::of(out.url)
}

fn own_headers(settings: &Settings) -> Result<HeaderMap, ConnectError> {
    let invalid = |what: &str| ConnectError::new(ConnectErrorKind::InvalidSetting, what);
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let known = HeaderName::try_from(name.as_str());
        let known = known.map_err(|_| invalid(&format!("{name:?} isn't the name of a header")))?;
        let value = HeaderValue::from_str(value);
        let mut value = value.map_err(|_| invalid(&format!("the value of {name:?} can't be in a header")))?;
        value.set_sensitive(true);
        headers.append(known, value);
    }
    if let Some(token) = &settings.bearer {
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        let mut value = value.map_err(|_| invalid("the bearer token can't be in a header"))?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
    }
    Ok(headers)
}
