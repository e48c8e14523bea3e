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
fn two_known_members_are_refused() {
    for json in [
        r#"{"mtlsSecurityScheme":{},"httpAuthSecurityScheme":{"scheme":"Bearer"}}"#,
        r#"{"oauth2SecurityScheme":{"flows":{"implicit":{},"password":{}}}}"#,
    ] {
        let error = serde_json::from_str::<SecurityScheme>(json).unwrap_err();
        assert!(error.to_string().contains("two members are set"), "{error}");
    }
}

#[test]
fn a_scheme_that_is_no_object_is_refused() {
    let error = serde_json::from_str::<SecurityScheme>(r#""bearer""#).unwrap_err();
    assert!(error.to_string().contains("an object with one of apiKeySecurityScheme"), "{error}");
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
