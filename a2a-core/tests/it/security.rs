use a2a_core::{
    AgentCard, SecurityRequirement, SecurityScheme,
    security::{
        ApiKeyLocation, ApiKeySecurityScheme, AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow,
        DeviceCodeOAuthFlow, HttpAuthSecurityScheme, ImplicitOAuthFlow, MutualTlsSecurityScheme,
        OAuth2SecurityScheme, OAuthFlows, OpenIdConnectSecurityScheme, PasswordOAuthFlow, Scopes,
    },
};
use pretty_assertions::assert_eq;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Both directions at once.
fn is_json<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, json: &Value) {
    assert_eq!(serde_json::to_value(value).expect("it can be written"), *json);
    assert_eq!(serde_json::from_str::<T>(&json.to_string()).expect("it can be read"), *value);
}

fn read(json: &Value) -> SecurityScheme {
    serde_json::from_str(&json.to_string()).expect("any object is read")
}

fn scopes() -> Scopes {
    Scopes::from([("write".to_owned(), "w".to_owned()), ("read".to_owned(), "r".to_owned())])
}

#[test]
fn each_scheme_is_wrapped_in_its_member() {
    let mut key = ApiKeySecurityScheme::new(ApiKeyLocation::Header, "X-API-Key");
    key.description = Some("d".to_owned());
    is_json(
        &SecurityScheme::from(key),
        &json!({"apiKeySecurityScheme": {"location": "header", "name": "X-API-Key", "description": "d"}}),
    );
    is_json(
        &SecurityScheme::from(HttpAuthSecurityScheme::new("Bearer").with_bearer_format("JWT")),
        &json!({"httpAuthSecurityScheme": {"scheme": "Bearer", "bearerFormat": "JWT"}}),
    );
    let flow = ClientCredentialsOAuthFlow::new("https://a/token", scopes());
    let mut oauth = OAuth2SecurityScheme::new(flow);
    oauth.oauth2_metadata_url = Some("https://a/.well-known/oauth-authorization-server".to_owned());
    is_json(
        &SecurityScheme::from(oauth),
        &json!({"oauth2SecurityScheme": {
            "flows": {"clientCredentials": {
                "tokenUrl": "https://a/token", "scopes": {"read": "r", "write": "w"},
            }},
            "oauth2MetadataUrl": "https://a/.well-known/oauth-authorization-server",
        }}),
    );
    is_json(
        &SecurityScheme::from(OpenIdConnectSecurityScheme::new("https://a/.well-known/openid-configuration")),
        &json!({"openIdConnectSecurityScheme": {
            "openIdConnectUrl": "https://a/.well-known/openid-configuration",
        }}),
    );
    is_json(&SecurityScheme::from(MutualTlsSecurityScheme::new()), &json!({"mtlsSecurityScheme": {}}));
}

#[test]
fn each_flow_is_wrapped_in_its_member() {
    let mut code = AuthorizationCodeOAuthFlow::new("https://a/authorize", "https://a/token", scopes());
    code.pkce_required = true;
    code.refresh_url = Some("https://a/refresh".to_owned());
    is_json(
        &OAuthFlows::from(code),
        &json!({"authorizationCode": {
            "authorizationUrl": "https://a/authorize", "tokenUrl": "https://a/token",
            "refreshUrl": "https://a/refresh", "scopes": {"read": "r", "write": "w"}, "pkceRequired": true,
        }}),
    );
    is_json(
        &OAuthFlows::from(AuthorizationCodeOAuthFlow::new("a", "t", Scopes::new())),
        &json!({"authorizationCode": {"authorizationUrl": "a", "tokenUrl": "t", "scopes": {}}}),
    );
    is_json(
        &OAuthFlows::from(DeviceCodeOAuthFlow::new("https://a/device", "https://a/token", scopes())),
        &json!({"deviceCode": {
            "deviceAuthorizationUrl": "https://a/device", "tokenUrl": "https://a/token",
            "scopes": {"read": "r", "write": "w"},
        }}),
    );
    is_json(&OAuthFlows::from(ImplicitOAuthFlow::default()), &json!({"implicit": {}}));
    is_json(&OAuthFlows::from(PasswordOAuthFlow::default()), &json!({"password": {}}));
}

#[test]
fn a_scheme_that_is_not_known_is_kept_and_does_not_fail_its_card() {
    let json = json!({
        "name": "n", "description": "", "supportedInterfaces": [], "version": "", "capabilities": {},
        "securitySchemes": {
            "new": {"quantumSecurityScheme": {"qubits": 9_007_199_254_740_993_u64, "noise": null}},
            "none": {},
            "known": {"mtlsSecurityScheme": {}},
        },
        "defaultInputModes": [], "defaultOutputModes": [], "skills": [],
    });
    let card: AgentCard = serde_json::from_str(&json.to_string()).unwrap();
    assert!(matches!(card.security_schemes["new"], SecurityScheme::Unknown(_)));
    assert_eq!(card.security_schemes["known"], MutualTlsSecurityScheme::new().into());
    assert_eq!(serde_json::to_value(&card).unwrap(), json);
}

#[test]
fn a_flow_that_is_not_known_is_kept() {
    let json = json!({"oauth2SecurityScheme": {"flows": {"tokenExchange": {"tokenUrl": "t"}}}});
    let scheme: SecurityScheme = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&scheme).unwrap(), json);
}

#[test]
fn an_unknown_member_beside_a_known_one_and_null_members_are_ignored() {
    for json in [
        r#"{"mtlsSecurityScheme":{},"x":1}"#,
        r#"{"x":{"y":[1]},"mtlsSecurityScheme":{}}"#,
        r#"{"apiKeySecurityScheme":null,"mtls_security_scheme":{"description":null},"oauth2SecurityScheme":null}"#,
    ] {
        let scheme: SecurityScheme = serde_json::from_str(json).unwrap();
        assert_eq!(scheme, MutualTlsSecurityScheme::new().into(), "{json}");
    }
}

#[test]
fn two_known_members_are_kept_as_they_came_for_nobody_knows_which_is_meant() {
    let json = json!({"mtlsSecurityScheme": {}, "httpAuthSecurityScheme": {"scheme": "Bearer"}});
    assert_eq!(read(&json), SecurityScheme::Unknown(json.as_object().cloned().unwrap()));
}

#[test]
fn of_several_flows_the_most_useful_is_read() {
    let all = [
        ("authorizationCode", OAuthFlows::from(AuthorizationCodeOAuthFlow::new("a", "t", scopes()))),
        ("clientCredentials", ClientCredentialsOAuthFlow::new("t", scopes()).into()),
        ("deviceCode", DeviceCodeOAuthFlow::new("d", "t", scopes()).into()),
        ("implicit", ImplicitOAuthFlow::default().into()),
        ("password", PasswordOAuthFlow::default().into()),
    ];
    for from in 0..all.len() {
        let members: Value =
            all[from..].iter().map(|(name, flow)| (*name, json!(flow)[name].clone())).collect();
        assert_eq!(serde_json::from_value::<OAuthFlows>(members).unwrap(), all[from].1);
    }
    let one_is_bad = r#"{"authorizationCode":{"tokenUrl":5},"password":{}}"#;
    let flows: OAuthFlows = serde_json::from_str(one_is_bad).unwrap();
    assert_eq!(flows, PasswordOAuthFlow::default().into());
}

#[test]
fn a_scheme_is_read_in_a_wrapper_by_its_type_and_flat() {
    let mut key = ApiKeySecurityScheme::new(ApiKeyLocation::Cookie, "k");
    key.description = Some("d".to_owned());
    let http = HttpAuthSecurityScheme::new("Bearer").with_bearer_format("JWT");
    let mut oauth = OAuth2SecurityScheme::new(ClientCredentialsOAuthFlow::new("t", scopes()));
    oauth.oauth2_metadata_url = Some("m".to_owned());
    let connect = OpenIdConnectSecurityScheme::new("u");
    let flows = json!({"clientCredentials": {"tokenUrl": "t", "scopes": {"read": "r", "write": "w"}}});
    let forms = [
        (
            SecurityScheme::from(key),
            "apiKey",
            "api_key_security_scheme",
            json!({"in": "cookie", "name": "k", "description": "d"}),
        ),
        (
            http.into(),
            "http",
            "http_auth_security_scheme",
            json!({"scheme": "Bearer", "bearerFormat": "JWT"}),
        ),
        (oauth.into(), "oauth2", "oauth2_security_scheme", json!({"flows": flows, "oauth2MetadataUrl": "m"})),
        (
            connect.into(),
            "openIdConnect",
            "open_id_connect_security_scheme",
            json!({"openIdConnectUrl": "u"}),
        ),
        (MutualTlsSecurityScheme::new().into(), "mutualTLS", "mtls_security_scheme", json!({})),
    ];
    for (scheme, kind, member, fields) in forms {
        assert_eq!(read(&json!({member: fields})), scheme);
        assert_eq!(read(&json!({kind: fields})), scheme, "a member named as v0.3's type");
        let mut typed = fields.clone();
        typed["type"] = json!(kind);
        assert_eq!(read(&typed), scheme);
        assert_eq!(read(&json!(scheme)), scheme, "as we write it");
        if kind != "mutualTLS" {
            assert_eq!(read(&fields), scheme, "flat");
            typed["type"] = Value::Null;
            typed[member] = Value::Null;
            assert_eq!(read(&typed), scheme, "null is absent");
        }
    }
    for location in [
        json!({"location": "cookie", "name": "k"}),
        json!({"location": "cookie", "in": "cookie", "name": "k"}),
        json!({"type": "apiKey", "in": "header", "location": "cookie", "name": "k"}),
        json!({"in": "cookie", "location": null, "name": "k"}),
    ] {
        let key = ApiKeySecurityScheme::new(ApiKeyLocation::Cookie, "k");
        assert_eq!(read(&location), key.into(), "{location}");
    }
}

#[test]
fn of_both_forms_in_one_object_the_wrapper_holds() {
    let json = json!({
        "type": "oauth2", "flows": {"password": {"tokenUrl": "old", "scopes": {}}},
        "oauth2SecurityScheme": {"flows": {"deviceCode": {"tokenUrl": "new", "deviceAuthorizationUrl": "d"}}},
    });
    let flow = DeviceCodeOAuthFlow::new("d", "new", Scopes::new());
    assert_eq!(read(&json), OAuth2SecurityScheme::new(flow).into());
    let json = json!({"type": "http", "scheme": "Basic", "httpAuthSecurityScheme": {"scheme": 5}});
    assert_eq!(read(&json), HttpAuthSecurityScheme::new("Basic").into(), "a wrapper that can't be read");
}

#[test]
fn a_bad_scheme_is_kept_and_never_fails_its_card() {
    let bad = json!({
        "field of a wrong type": {"apiKeySecurityScheme": {"location": 5}},
        "no object in the wrapper": {"oauth2SecurityScheme": [1]},
        "typed with a wrong field": {"type": "http", "scheme": {"x": 1}},
        "unknown type": {"type": "quantum", "scheme": "Bearer"},
        "type of a wrong type": {"type": 7, "name": "n"},
        "flat with a wrong field": {"openIdConnectUrl": ["u"]},
        "only a description": {"description": "d"},
        "flat beside a bad wrapper": {"httpAuthSecurityScheme": {"scheme": 5}, "scheme": "Basic"},
    });
    let card: AgentCard = serde_json::from_value(json!({"name": "n", "securitySchemes": bad})).unwrap();
    assert!(card.security_schemes.values().all(|scheme| matches!(scheme, SecurityScheme::Unknown(_))));
    assert_eq!(json!(card)["securitySchemes"], bad);
    let none = json!({"text": "bearer", "list": ["bearer"], "number": 5, "null": null});
    let card: AgentCard = serde_json::from_value(json!({"name": "n", "securitySchemes": none})).unwrap();
    assert_eq!(json!(card)["securitySchemes"], json!({"text": {}, "list": {}, "number": {}, "null": {}}));
}

#[test]
fn a_scheme_that_is_no_object_is_refused() {
    assert!(serde_json::from_str::<SecurityScheme>(r#""bearer""#).is_err());
}

#[test]
fn a_place_for_a_key_that_is_not_known_is_kept() {
    let json = json!({"location": "body", "name": "key"});
    let scheme: ApiKeySecurityScheme = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!(scheme, ApiKeySecurityScheme::new("body", "key"));
    assert_eq!(serde_json::to_value(&scheme).unwrap(), json);
}

#[test]
fn scopes_are_lists_in_an_object_of_their_own() {
    is_json(
        &vec![
            SecurityRequirement::new().with_scheme("oauth", ["read"]),
            SecurityRequirement::new()
                .with_scheme("mtls", [] as [&str; 0])
                .with_scheme("apikey", [] as [&str; 0]),
            SecurityRequirement::new(),
        ],
        &json!([{"schemes": {"oauth": {"list": ["read"]}}}, {"schemes": {"apikey": {}, "mtls": {}}}, {}]),
    );
}

#[test]
fn an_empty_list_of_scopes_is_read_in_every_form() {
    for json in [
        r#"{"schemes":{"k":{"list":[]}}}"#,
        r#"{"schemes":{"k":{"list":null}}}"#,
        r#"{"schemes":{"k":{}}}"#,
        r#"{"schemes":{"k":null}}"#,
    ] {
        let requirement: SecurityRequirement = serde_json::from_str(json).unwrap();
        assert_eq!(requirement, SecurityRequirement::new().with_scheme("k", [] as [&str; 0]), "{json}");
        assert_eq!(serde_json::to_string(&requirement).unwrap(), r#"{"schemes":{"k":{}}}"#);
    }
}

#[test]
fn an_empty_requirement_is_read_in_every_form() {
    for json in ["{}", r#"{"schemes":{}}"#, r#"{"schemes":null}"#] {
        let requirement: SecurityRequirement = serde_json::from_str(json).unwrap();
        assert_eq!(requirement, SecurityRequirement::new());
        assert_eq!(serde_json::to_string(&requirement).unwrap(), "{}");
    }
}

#[test]
fn a_requirement_is_read_as_v0_3_writes_it() {
    let expected = SecurityRequirement::new()
        .with_scheme("key", [] as [&str; 0])
        .with_scheme("oauth", ["read", "write"]);
    for json in [
        json!({"oauth": ["read", "write"], "key": []}),
        json!({"oauth": ["read", "write"], "key": null}),
        json!({"oauth": {"list": ["read", "write"]}, "key": {}, "schemes": null}),
        json!({"schemes": {"oauth": ["read", "write"], "key": {"list": []}}}),
        json!({"schemes": {"oauth": {"list": ["read", "write"]}, "key": {}}, "a later field": ["x"]}),
    ] {
        let requirement: SecurityRequirement = serde_json::from_str(&json.to_string()).unwrap();
        assert_eq!(requirement, expected, "{json}");
    }
    let odd: SecurityRequirement = serde_json::from_str(r#"{"schemes":["a"]}"#).unwrap();
    assert_eq!(odd, SecurityRequirement::new().with_scheme("schemes", ["a"]));
}

#[test]
fn a_requirement_that_is_not_understood_never_allows_everybody() {
    let odd: SecurityRequirement = serde_json::from_str(r#"{"key":5}"#).unwrap();
    assert_eq!(odd, SecurityRequirement::new().with_scheme("key", [] as [&str; 0]));
    for refused in
        [r#"{"k":[null]}"#, r#"{"k":[5]}"#, r#"{"schemes":{"k":{"list":[null]}}}"#, r#"["k"]"#, r#""k""#]
    {
        assert!(serde_json::from_str::<SecurityRequirement>(refused).is_err(), "{refused}");
    }
}
