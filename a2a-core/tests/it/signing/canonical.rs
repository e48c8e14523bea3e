//! The bytes that are signed.

use a2a_core::{
    AgentCard,
    signing::{Algorithm, Form, ProtectedHeader, Unsigned},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn payload(card: &AgentCard, form: Form) -> String {
    let header = ProtectedHeader::new(Algorithm::Es256, "k");
    let unsigned = Unsigned::in_form(card, &header, form).unwrap();
    let (_, payload) = std::str::from_utf8(unsigned.input()).unwrap().split_once('.').unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// How the parameters of an extension stand in the payload.
fn params(params: &str, form: Form) -> String {
    let card = format!(
        r#"{{"name":"N","capabilities":{{"extensions":[{{"uri":"u","params":{params}}}]}},"version":"1"}}"#
    );
    let payload = payload(&serde_json::from_str(&card).unwrap(), form);
    let (_, rest) = payload.split_once(r#""params":"#).unwrap();
    let (params, _) = rest.split_once(r#","uri":"u"}]"#).unwrap();
    params.to_owned()
}

/// §8.4.1. The specification's example leaves out four fields that its own rule keeps, because they are required.
#[test]
fn the_canonical_form_is_the_one_of_the_specifications_example() {
    let card: AgentCard = serde_json::from_str(
        r#"{"name":"Example Agent","description":"","capabilities":{"streaming":false,"pushNotifications":false,"extensions":[]},"skills":[]}"#,
    )
    .unwrap();
    let payload = payload(&card, Form::Specified);
    assert_eq!(
        payload,
        r#"{"capabilities":{"pushNotifications":false,"streaming":false},"defaultInputModes":[],"defaultOutputModes":[],"description":"","name":"Example Agent","skills":[],"supportedInterfaces":[],"version":""}"#
    );
    let left_out =
        [r#""defaultInputModes":[],"defaultOutputModes":[],"#, r#","supportedInterfaces":[],"version":"""#];
    assert_eq!(
        left_out.iter().fold(payload, |payload, fields| payload.replace(fields, "")),
        r#"{"capabilities":{"pushNotifications":false,"streaming":false},"description":"","name":"Example Agent","skills":[]}"#
    );
}

#[test]
fn required_fields_are_kept_though_empty_and_the_others_are_left_out_at_their_defaults() {
    let card: AgentCard = serde_json::from_value(json!({
        "name": "", "description": "", "version": "", "documentationUrl": "", "iconUrl": "",
        "supportedInterfaces": [{"url": "", "protocolBinding": "", "protocolVersion": "", "tenant": ""}],
        "provider": {"url": "", "organization": ""},
        "capabilities": {
            "streaming": false, "pushNotifications": false, "extendedAgentCard": false,
            "extensions": [{"uri": "", "description": "", "required": false, "params": {}}],
        },
        "securitySchemes": {
            "a": {"apiKeySecurityScheme": {"location": "", "name": "", "description": ""}},
            "b": {"httpAuthSecurityScheme": {"scheme": "", "description": "", "bearerFormat": ""}},
            "c": {"oauth2SecurityScheme": {
                "flows": {"authorizationCode": {
                    "authorizationUrl": "", "tokenUrl": "", "refreshUrl": "", "scopes": {}, "pkceRequired": false,
                }},
                "description": "", "oauth2MetadataUrl": "",
            }},
            "d": {"oauth2SecurityScheme": {"flows": {"clientCredentials": {"tokenUrl": "", "refreshUrl": "", "scopes": {}}}}},
            "e": {"oauth2SecurityScheme": {"flows": {"deviceCode": {
                "deviceAuthorizationUrl": "", "tokenUrl": "", "refreshUrl": "", "scopes": {},
            }}}},
            "f": {"oauth2SecurityScheme": {"flows": {"implicit": {"authorizationUrl": "", "refreshUrl": "", "scopes": {}}}}},
            "g": {"oauth2SecurityScheme": {"flows": {"password": {"tokenUrl": "", "refreshUrl": "", "scopes": {}}}}},
            "h": {"openIdConnectSecurityScheme": {"openIdConnectUrl": "", "description": ""}},
            "i": {"mtlsSecurityScheme": {"description": ""}},
        },
        "securityRequirements": [{"schemes": {"a": {"list": []}}}, {"schemes": {}}],
        "defaultInputModes": [], "defaultOutputModes": [],
        "skills": [{
            "id": "", "name": "", "description": "", "tags": [], "examples": [], "inputModes": [], "outputModes": [],
            "securityRequirements": [],
        }],
        "signatures": [{"protected": "", "signature": ""}],
    }))
    .unwrap();
    let kept: Value = serde_json::from_str(&payload(&card, Form::Specified)).unwrap();
    assert_eq!(
        kept,
        json!({
            "name": "", "description": "", "version": "", "documentationUrl": "", "iconUrl": "",
            "supportedInterfaces": [{"url": "", "protocolBinding": "", "protocolVersion": ""}],
            "provider": {"url": "", "organization": ""},
            "capabilities": {
                "streaming": false, "pushNotifications": false, "extendedAgentCard": false,
                "extensions": [{"params": {}}],
            },
            "securitySchemes": {
                "a": {"apiKeySecurityScheme": {"location": "", "name": ""}},
                "b": {"httpAuthSecurityScheme": {"scheme": ""}},
                "c": {"oauth2SecurityScheme": {
                    "flows": {"authorizationCode": {"authorizationUrl": "", "tokenUrl": "", "scopes": {}}},
                }},
                "d": {"oauth2SecurityScheme": {"flows": {"clientCredentials": {"tokenUrl": "", "scopes": {}}}}},
                "e": {"oauth2SecurityScheme": {"flows": {"deviceCode": {
                    "deviceAuthorizationUrl": "", "tokenUrl": "", "scopes": {},
                }}}},
                "f": {"oauth2SecurityScheme": {"flows": {"implicit": {}}}},
                "g": {"oauth2SecurityScheme": {"flows": {"password": {}}}},
                "h": {"openIdConnectSecurityScheme": {"openIdConnectUrl": ""}},
                "i": {"mtlsSecurityScheme": {}},
            },
            "securityRequirements": [{"schemes": {"a": {}}}, {}],
            "defaultInputModes": [], "defaultOutputModes": [],
            "skills": [{"id": "", "name": "", "description": "", "tags": []}],
        })
    );
}

#[test]
fn what_is_optional_and_not_set_is_left_out() {
    let card: AgentCard = serde_json::from_str(r#"{"name":"N","supportedInterfaces":[{}]}"#).unwrap();
    assert_eq!(
        payload(&card, Form::Specified),
        r#"{"capabilities":{},"defaultInputModes":[],"defaultOutputModes":[],"description":"","name":"N","skills":[],"supportedInterfaces":[{"protocolBinding":"","protocolVersion":"","url":""}],"version":""}"#
    );
}

#[test]
fn an_empty_text_that_a_host_set_is_signed_as_its_readers_read_it() {
    let mut card = AgentCard::new("N", "D", "1");
    let mut extension = a2a_core::AgentExtension::new("u");
    extension.description = Some(String::new());
    card.capabilities.extensions.push(extension);
    assert!(payload(&card, Form::Specified).contains(r#""extensions":[{"uri":"u"}]"#));
}

#[test]
fn names_are_sorted_by_utf_16_as_rfc_8785_3_2_3_prints_it() {
    let sample = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
        "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    assert_eq!(
        params(sample, Form::Specified),
        concat!(
            r#"{"\r":"Carriage Return","1":"One",""#,
            "\u{80}",
            r#"":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face",""#,
            "\u{fb33}",
            r#"":"Hebrew Letter Dalet With Dagesh"}"#
        )
    );
}

#[test]
fn literals_and_texts_are_written_as_rfc_8785_3_2_2_prints_them() {
    let sample = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
        "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
    assert_eq!(
        params(sample, Form::Specified),
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
}

#[test]
fn only_what_must_be_escaped_is() {
    let text = "\u{2028}\u{2029}\u{7f}\u{1}\u{8}\u{c}\u{feff}</ü";
    let expected = "{\"t\":\"\u{2028}\u{2029}\u{7f}\\u0001\\b\\f\u{feff}</ü\"}";
    assert_eq!(params(&json!({ "t": text }).to_string(), Form::Specified), expected);
}

/// RFC 8785, appendix B, and the ends of exact integers.
#[test]
fn numbers_are_written_as_ecmascript_does() {
    let numbers = [
        ("-0.0", "0"),
        ("5e-324", "5e-324"),
        ("-1.7976931348623157e308", "-1.7976931348623157e+308"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"),
        ("295147905179352830000", "295147905179352830000"),
        ("9.999999999999997e22", "9.999999999999997e+22"),
        ("1e23", "1e+23"),
        ("1.0000000000000001e23", "1.0000000000000001e+23"),
        ("999999999999999700000", "999999999999999700000"),
        ("999999999999999900000", "999999999999999900000"),
        ("1e21", "1e+21"),
        ("9.999999999999997e-7", "9.999999999999997e-7"),
        ("0.000001", "0.000001"),
        ("333333333.3333332", "333333333.3333332"),
        ("333333333.33333325", "333333333.33333325"),
        ("-0.0000033333333333333333", "-0.0000033333333333333333"),
        ("1424953923781206.2", "1424953923781206.2"),
        ("18446744073709551615", "18446744073709552000"),
        ("1.0", "1"),
    ];
    for (number, canonical) in numbers {
        assert_eq!(
            params(&format!("[{number}]").replace('[', r#"{"n":"#).replace(']', "}"), Form::Specified),
            format!(r#"{{"n":{canonical}}}"#)
        );
    }
}

#[test]
fn without_empties_nothing_empty_is_left_at_any_depth() {
    let sample = r#"{"a":"","b":[],"c":{},"d":null,"e":[{"f":[""]},{"g":0}],"h":false}"#;
    assert_eq!(params(sample, Form::WithoutEmpties), r#"{"e":[{"g":0}],"h":false}"#);
    assert_eq!(
        payload(&AgentCard::new("", "", ""), Form::WithoutEmpties),
        r#"{"defaultInputModes":["text/plain"],"defaultOutputModes":["text/plain"]}"#
    );
}

#[test]
fn the_ascii_form_escapes_and_sorts_as_python_does() {
    let sample = "{\"\u{fb33}\":1,\"😀\":2,\"ö\":3.0,\"\\r\":-0.0,\"t\":\"\u{7f}\\\"\\\\/\\t\\b\\f\\n\\u0001\",\"l\":[1.5,[],true]}";
    assert_eq!(
        params(sample, Form::AsciiWithoutEmpties),
        r#"{"\r":-0.0,"l":[1.5,true],"t":"\u007f\"\\/\t\b\f\n\u0001","\u00f6":3.0,"\ufb33":1.0,"\ud83d\ude00":2.0}"#
    );
    // As `repr(float(number))` of Python 3.11 prints them.
    let numbers =
        "[0.0001,-0.000012,1e23,9999999999999998,10000000000000000,5e-324,1.7976931348623157e308,12345678.9]";
    assert_eq!(
        params(&format!("{{\"n\":{numbers}}}"), Form::AsciiWithoutEmpties),
        r#"{"n":[0.0001,-1.2e-05,1e+23,9999999999999998.0,1e+16,5e-324,1.7976931348623157e+308,12345678.9]}"#
    );
}
