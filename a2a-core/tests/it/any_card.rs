//! Any agent card there is, for properties.

use std::{collections::BTreeMap, str::FromStr};

use a2a_core::{
    AgentCapabilities, AgentCard, AgentCardSignature, AgentExtension, AgentInterface, AgentProvider,
    AgentSkill, Metadata, ProtocolBinding, SecurityRequirement, SecurityScheme, Tenant,
    security::{
        ApiKeySecurityScheme, AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow, DeviceCodeOAuthFlow,
        HttpAuthSecurityScheme, ImplicitOAuthFlow, MutualTlsSecurityScheme, OAuth2SecurityScheme, OAuthFlows,
        OpenIdConnectSecurityScheme, PasswordOAuthFlow, Scopes,
    },
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use serde_json::{Value, json};

/// What a card may have: all that v1.0 has, or only what v0.3 has a form for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Range {
    V1_0,
    V0_3,
}

fn name() -> impl Strategy<Value = String> + Clone {
    prop_oneof!["[a-zA-Z0-9._/:-]{1,9}", ".{1,4}"]
}

fn text() -> impl Strategy<Value = String> {
    ".{0,6}"
}

fn json_object() -> impl Strategy<Value = Metadata> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
        vec(any::<bool>(), 0..2).prop_map(Value::from),
    ];
    vec((name(), value), 0..3).prop_map(Metadata::from_iter)
}

fn binding() -> impl Strategy<Value = ProtocolBinding> {
    prop_oneof![
        select(vec!["JSONRPC", "GRPC", "HTTP+JSON"]).prop_map(ProtocolBinding::from),
        name().prop_map(ProtocolBinding::from)
    ]
}

fn interface(range: Range) -> impl Strategy<Value = AgentInterface> {
    let versions = match range {
        Range::V1_0 => vec!["1.0", "0.3", "0.3.0", "0.2", "1.1", ""],
        Range::V0_3 => vec!["0.3"],
    };
    let tenant = option::of(name().prop_map(|tenant| Tenant::from_str(&tenant).expect("it isn't empty")));
    (name(), binding(), select(versions), tenant).prop_map(move |(url, binding, version, tenant)| {
        let mut interface = AgentInterface::new(url, binding, version);
        interface.tenant = tenant.filter(|_| range == Range::V1_0);
        interface
    })
}

fn scopes() -> impl Strategy<Value = Scopes> {
    btree_map(name(), text(), 0..3)
}

fn flow(range: Range) -> BoxedStrategy<OAuthFlows> {
    let urls = (text(), text(), option::of(name()), scopes(), any::<bool>());
    let common = (0..4, urls).prop_map(move |(kind, (first, token, refresh, scopes, pkce))| match kind {
        0 => {
            let mut flow = AuthorizationCodeOAuthFlow::new(first, token, scopes);
            flow.pkce_required = pkce && range == Range::V1_0;
            flow.refresh_url = refresh;
            flow.into()
        }
        1 => {
            let mut flow = ClientCredentialsOAuthFlow::new(token, scopes);
            flow.refresh_url = refresh;
            flow.into()
        }
        2 => {
            let mut flow = ImplicitOAuthFlow::default();
            (flow.authorization_url, flow.refresh_url, flow.scopes) = (refresh.clone(), refresh, scopes);
            flow.into()
        }
        _ => {
            let mut flow = PasswordOAuthFlow::default();
            (flow.token_url, flow.refresh_url, flow.scopes) = (refresh.clone(), refresh, scopes);
            flow.into()
        }
    });
    let none = Just(OAuthFlows::default());
    let later = Just(OAuthFlows::Unknown(object(&json!({"tokenExchange": {"tokenUrl": "t"}}))));
    let device = (text(), text(), scopes())
        .prop_map(|(device, token, scopes)| DeviceCodeOAuthFlow::new(device, token, scopes).into());
    match range {
        Range::V0_3 => prop_oneof![4 => common, 1 => none].boxed(),
        Range::V1_0 => prop_oneof![4 => common, 1 => none, 1 => later, 1 => device].boxed(),
    }
}

fn object(json: &Value) -> Metadata {
    json.as_object().cloned().expect("it is an object")
}

fn scheme(range: Range) -> BoxedStrategy<SecurityScheme> {
    let places = match range {
        Range::V1_0 => vec!["query", "header", "cookie", "body"],
        Range::V0_3 => vec!["query", "header", "cookie"],
    };
    let key = (select(places), text(), option::of(name())).prop_map(|(place, name, description)| {
        let mut key = ApiKeySecurityScheme::new(place, name);
        key.description = description;
        key.into()
    });
    let http = (text(), option::of(name()), option::of(name())).prop_map(|(scheme, format, description)| {
        let mut http = HttpAuthSecurityScheme::new(scheme);
        (http.bearer_format, http.description) = (format, description);
        http.into()
    });
    let oauth =
        (flow(range), option::of(name()), option::of(name())).prop_map(|(flow, metadata, description)| {
            let mut oauth = OAuth2SecurityScheme::new(flow);
            (oauth.oauth2_metadata_url, oauth.description) = (metadata, description);
            oauth.into()
        });
    let connect = (text(), option::of(name())).prop_map(|(url, description)| {
        let mut connect = OpenIdConnectSecurityScheme::new(url);
        connect.description = description;
        connect.into()
    });
    let tls = option::of(name()).prop_map(|description| {
        let mut tls = MutualTlsSecurityScheme::new();
        tls.description = description;
        tls.into()
    });
    let unknown = json_object()
        .prop_map(|members| SecurityScheme::Unknown(object(&json!({"quantumSecurityScheme": members}))));
    prop_oneof![2 => key, 2 => http, 4 => oauth, 2 => connect, 1 => tls, 1 => unknown].boxed()
}

fn requirements() -> impl Strategy<Value = Vec<SecurityRequirement>> {
    let requirement = btree_map(name(), vec(name(), 0..3), 0..3).prop_map(|schemes: BTreeMap<_, _>| {
        let mut requirement = SecurityRequirement::new();
        requirement.schemes = schemes;
        requirement
    });
    vec(requirement, 0..3)
}

fn skill() -> impl Strategy<Value = AgentSkill> {
    let texts = || vec(text(), 0..2);
    ((text(), text(), text()), texts(), texts(), texts(), texts(), requirements()).prop_map(
        |((id, name, description), tags, examples, input, output, requirements)| {
            let mut skill = AgentSkill::new(id, name, description, tags).with_examples(examples);
            (skill.input_modes, skill.output_modes) = (input, output);
            skill.security_requirements = requirements;
            skill
        },
    )
}

fn capabilities() -> impl Strategy<Value = AgentCapabilities> {
    let extension = (text(), option::of(name()), any::<bool>(), option::of(json_object())).prop_map(
        |(uri, description, required, params)| {
            let mut extension = AgentExtension::new(uri).with_required(required);
            (extension.description, extension.params) = (description, params);
            extension
        },
    );
    let flags = (any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>());
    (flags, vec(extension, 0..2)).prop_map(|((streaming, push, extended), extensions)| {
        let mut capabilities = AgentCapabilities::new();
        (capabilities.streaming, capabilities.push_notifications) = (streaming, push);
        (capabilities.extended_agent_card, capabilities.extensions) = (extended, extensions);
        capabilities
    })
}

fn signature() -> impl Strategy<Value = AgentCardSignature> {
    (text(), text(), option::of(json_object())).prop_map(|(protected, signature, header)| {
        let mut signature = AgentCardSignature::new(protected, signature);
        signature.header = header;
        signature
    })
}

/// A card with one interface at least. One of v0.3 has no second that is the same as its first.
pub(crate) fn card(range: Range) -> BoxedStrategy<AgentCard> {
    let names =
        (name(), text(), text(), option::of(text()), option::of(text()), option::of((text(), text())));
    let security = (btree_map(name(), scheme(range), 0..3), requirements());
    let lists = (vec(text(), 0..2), vec(text(), 0..2), vec(skill(), 0..2), vec(signature(), 0..2));
    (names, vec(interface(range), 1..4), capabilities(), security, lists)
        .prop_map(move |(names, interfaces, capabilities, security, lists)| {
            let (name, description, version, documentation, icon, provider) = names;
            let mut card = AgentCard::new(name, description, version).with_capabilities(capabilities);
            (card.documentation_url, card.icon_url) = (documentation, icon);
            card.provider = provider.map(|(organization, url)| AgentProvider::new(organization, url));
            (card.security_schemes, card.security_requirements) = security;
            (card.default_input_modes, card.default_output_modes, card.skills, card.signatures) = lists;
            card.supported_interfaces = interfaces;
            if range == Range::V0_3 {
                let main = card.supported_interfaces.remove(0);
                card.supported_interfaces.retain(|other| *other != main);
                card.supported_interfaces.insert(0, main);
            }
            card
        })
        .boxed()
}
