//! From a target to a card and an interface that can be called.

use std::{io::Read as _, path::PathBuf};

use a2a_core::{AgentCard, AgentInterface, ProtocolBinding, Version, header as names};
use bytes::Bytes;
use reqwest::{
    Method,
    header::{ACCEPT, HeaderMap, HeaderValue},
};
use url::Url;

use crate::{
    ConnectError, ConnectErrorKind, FailureKind, Phase, Target,
    failure::{Failure, excerpt},
    origin::{self, Origin},
    settings::Settings,
    target::Kind,
    transport::{Http, Outgoing},
};

/// The most bytes that a card may have: 1 MiB.
pub const MAX_CARD_BYTES: usize = 1024 * 1024;

const WELL_KNOWN: &str = ".well-known/agent-card.json";

/// A card and the interface to call.
pub(crate) struct Resolved {
    pub(crate) card: AgentCard,
    pub(crate) interface: AgentInterface,
    pub(crate) url: Url,
    /// What fetched the card, if it can be used for the interface too.
    pub(crate) http: Option<Http>,
}

pub(crate) async fn resolve(target: Target, settings: &Settings) -> Result<Resolved, ConnectError> {
    let trusted = settings.trusted.iter().map(|text| trusted_origin(text)).collect::<Result<Vec<_>, _>>()?;
    let (card, fetched) = match target.0 {
        Kind::Card(card) => (*card, None),
        Kind::File(path) => (read(path).await?, None),
        Kind::Text(text) if !text.contains("://") => (read(text.into()).await?, None),
        Kind::Text(text) => {
            let url = card_url(&text)?;
            let http = Http::new(settings, &url)?;
            (fetch(&http, &url).await?, Some((url, http)))
        }
    };
    let home = fetched.as_ref().map(|(url, _)| url);
    let (interface, url) = pick(&card, home, &trusted)?;
    let http = fetched.filter(|(card, _)| Origin::of(card) == Origin::of(&url)).map(|(_, http)| http);
    Ok(Resolved { card, interface, url, http })
}

fn trusted_origin(text: &str) -> Result<Origin, ConnectError> {
    let origin = Url::parse(text).ok().and_then(|url| Origin::of(&url));
    origin.ok_or_else(|| {
        let message = format!("{text:?} isn't an origin such as \"https://agent.example\"");
        ConnectError::new(ConnectErrorKind::InvalidSetting, message)
    })
}

fn card_url(text: &str) -> Result<Url, ConnectError> {
    let invalid = |message: &str| ConnectError::new(ConnectErrorKind::InvalidTarget, message);
    let mut url = Url::parse(text).map_err(|error| invalid("the target isn't a URL").with_source(error))?;
    if Origin::of(&url).is_none() {
        return Err(invalid("the target isn't an http or https URL"));
    }
    if has_credentials(&url) {
        return Err(invalid(
            "the target carries credentials, which belong in the builder's bearer or header",
        ));
    }
    let is_card = std::path::Path::new(url.path()).extension().is_some_and(|end| end == "json");
    if !is_card {
        let path = format!("{}/{WELL_KNOWN}", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    Ok(url)
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

async fn read(path: PathBuf) -> Result<AgentCard, ConnectError> {
    let shown = path.display().to_string();
    let limit = u64::try_from(MAX_CARD_BYTES).unwrap_or(u64::MAX) + 1;
    let reading = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes).map(|_| bytes)
    });
    let bytes = reading.await.unwrap_or_else(|stopped| Err(stopped.into())).map_err(|error| {
        let hint = "a URL begins with http:// or https://";
        ConnectError::new(ConnectErrorKind::File, format!("the card in {shown} can't be read ({hint})"))
            .with_source(error)
    })?;
    parse(&bytes, &shown)
}

async fn fetch(http: &Http, url: &Url) -> Result<AgentCard, ConnectError> {
    let shown = origin::public(url);
    let failed = |failure| ConnectError::fetch(&shown, failure);
    let mut headers = HeaderMap::new();
    headers.insert(names::A2A_VERSION, HeaderValue::from_static("1.0"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let out = Outgoing { method: Method::GET, url, headers, body: Bytes::new() };
    let mut reply = http.send(out, http.limits(None)).await.map_err(failed)?;
    let status = reply.status();
    if !status.is_success() {
        let kind = FailureKind::Agent(a2a_core::ErrorKind::from_http_status(status.as_u16()));
        let body = reply.read_some(1024).await;
        let failure =
            Failure::new(kind, Phase::Head).with_status(status.as_u16()).with_detail(excerpt(&body));
        return Err(failed(failure));
    }
    let body = reply.read(MAX_CARD_BYTES).await.map_err(failed)?;
    parse(&body, &shown)
}

fn parse(bytes: &[u8], from: &str) -> Result<AgentCard, ConnectError> {
    let invalid = |message| ConnectError::new(ConnectErrorKind::InvalidCard, message);
    if bytes.len() > MAX_CARD_BYTES {
        return Err(invalid(format!("the card in {from} has more than {MAX_CARD_BYTES} bytes")));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        invalid(format!("{from} isn't an agent card: {}", excerpt(bytes))).with_source(error)
    })
}

/// The first interface that we speak and may call.
fn pick(
    card: &AgentCard,
    home: Option<&Url>,
    trusted: &[Origin],
) -> Result<(AgentInterface, Url), ConnectError> {
    let home = home.and_then(Origin::of);
    let mut refused = None;
    for interface in card.supported_interfaces.iter().filter(|interface| is_spoken(interface)) {
        let Some((url, origin)) = address(interface) else { continue };
        if home.as_ref().is_none_or(|home| *home == origin) || trusted.contains(&origin) {
            return Ok((interface.clone(), url));
        }
        refused.get_or_insert(origin);
    }
    Err(match (refused, home) {
        (Some(origin), Some(home)) => {
            let message = format!(
                "the card of {:?} at {home} names an interface at {origin}; if that is right, trust that origin",
                card.name
            );
            ConnectError::new(ConnectErrorKind::UntrustedOrigin, message)
        }
        _ => ConnectError::new(ConnectErrorKind::NoInterface, no_interface(card)),
    })
}

fn is_spoken(interface: &AgentInterface) -> bool {
    // The list of interfaces came with version 1.0, so one that doesn't say is of that.
    let version = if interface.protocol_version.is_empty() { "1.0" } else { &interface.protocol_version };
    let version = version.parse::<Version>();
    interface.protocol_binding == ProtocolBinding::JsonRpc
        && version.is_ok_and(|version| version.major == Version::V1_0.major)
}

fn address(interface: &AgentInterface) -> Option<(Url, Origin)> {
    let url = Url::parse(&interface.url).ok().filter(|url| !has_credentials(url))?;
    let origin = Origin::of(&url)?;
    Some((url, origin))
}

fn no_interface(card: &AgentCard) -> String {
    let offers: Vec<_> = card
        .supported_interfaces
        .iter()
        .map(|interface| {
            format!("{} {} at {:?}", interface.protocol_binding, interface.protocol_version, interface.url)
        })
        .collect();
    let offers = if offers.is_empty() { "nothing".to_owned() } else { offers.join(", ") };
    format!("the card of {:?} has no interface for JSON-RPC 1.x over HTTP; it offers {offers}", card.name)
}
