//! What a proxy says of the request that it passes on.

use axum::{
    extract::NestedPath,
    http::{HeaderMap, HeaderName, header, request::Parts, uri::Authority},
};

use super::public_url::authority;

static PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
static PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

/// Every header that is looked at.
pub(super) static HEADERS: [HeaderName; 6] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    header::HOST,
];

/// Bytes of a prefix: more is nobody's path, and what is made of it is kept.
const MAX_PREFIX: usize = 256;
/// Bytes of a host's name (RFC 1035 §2.3.4), and of an address.
const MAX_HOST: usize = 255;

/// What was forwarded, as it was said.
#[derive(Default)]
struct Said {
    proto: Option<String>,
    host: Option<String>,
}

/// The URL that the client used, with the path that the router is mounted at; nothing if no host is named.
///
/// What makes no sense counts as unsaid. The first value counts where proxies have appended theirs.
pub(super) fn url(request: &Parts) -> Option<String> {
    let headers = &request.headers;
    let said = Said::of(headers);
    let proto = said.proto.as_deref().filter(|proto| matches!(*proto, "http" | "https")).unwrap_or("http");
    let forwarded = said.host.as_deref().and_then(parse);
    let named = forwarded.is_some();
    let authority = forwarded.or_else(|| authority(request).filter(plain))?;
    let port = first(headers, &PORT).and_then(|port| port.parse().ok());
    // The port in a host that a proxy names is the client's; one in what it left alone may be our own.
    let port = if named { authority.port_u16().or(port) } else { port.or(authority.port_u16()) };
    let usual = if proto == "https" { 443 } else { 80 };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    let host = authority.host();
    let prefix = first(headers, &PREFIX).and_then(path).unwrap_or_default();
    let nested = request.extensions.get::<NestedPath>().map_or("", NestedPath::as_str);
    if nested.contains('{') {
        // A pattern, and what stood in its place is gone.
        return None;
    }
    Some(format!("{proto}://{host}{port}{prefix}{}/", nested.trim_end_matches('/')))
}

impl Said {
    /// Who writes `X-Forwarded-…` often passes on a `Forwarded` of whoever called, so that one counts only alone.
    fn of(headers: &HeaderMap) -> Self {
        let (proto, host) = (first(headers, &PROTO), first(headers, &HOST));
        if proto.is_some() || host.is_some() {
            return Self { proto: proto.map(str::to_ascii_lowercase), host: host.map(str::to_owned) };
        }
        headers
            .get(header::FORWARDED)
            .and_then(|value| value.to_str().ok())
            .map(Self::parse)
            .unwrap_or_default()
    }

    /// The first element of a `Forwarded` (RFC 7239 §4).
    fn parse(text: &str) -> Self {
        let mut said = Self::default();
        let element = split(text, ',').next().unwrap_or_default();
        for pair in split(element, ';') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let value = unquoted(value.trim());
            match name.trim().to_ascii_lowercase().as_str() {
                "proto" => said.proto = Some(value.to_ascii_lowercase()),
                "host" => said.host = Some(value),
                _ => {}
            }
        }
        said
    }
}

/// The first of the values in a header, if it says anything.
fn first<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    value.split(',').next().map(str::trim).filter(|value| !value.is_empty())
}

/// The parts between separators that don't stand in quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |next: char| {
        match next {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => return next == separator && !quoted,
        }
        false
    })
}

/// What a value says (RFC 9110 §5.6.4).
fn unquoted(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut escaped = false;
    quoted
        .chars()
        .filter(|next| {
            escaped = *next == '\\' && !escaped;
            !escaped
        })
        .collect()
}

fn parse(host: &str) -> Option<Authority> {
    host.parse().ok().filter(plain)
}

/// Whether it is a host with or without a port, and nothing that looks like one.
fn plain(authority: &Authority) -> bool {
    let host = authority.host();
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let of_an_address = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.bytes().all(of_an_address),
        None => host.bytes().all(of_a_name),
    };
    is_host && (1..=MAX_HOST).contains(&host.len()) && !authority.as_str().contains('@')
}

/// A path without its last slash, if it is one and says anything.
fn path(text: &str) -> Option<&str> {
    let of_a_path = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:@/".contains(&byte);
    let is_path = text.starts_with('/') && !text.starts_with("//") && text.bytes().all(of_a_path);
    (is_path && text.len() <= MAX_PREFIX).then(|| text.trim_end_matches('/'))
}
