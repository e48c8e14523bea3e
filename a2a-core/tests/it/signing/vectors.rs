//! What the RFCs print.

use a2a_core::signing::{Algorithm, PublicKey, TrustedKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

const CLAIMS: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

fn key(jwk: &serde_json::Value) -> PublicKey {
    TrustedKey::from_jwk(jwk.to_string().as_bytes()).unwrap().key
}

fn check(key: &PublicKey, algorithm: Algorithm, input: &str, signature: &str) {
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(key.verifies(algorithm, input.as_bytes(), &signature));
    for other in Algorithm::ALL.iter().filter(|other| **other != algorithm) {
        assert!(!key.verifies(*other, input.as_bytes(), &signature), "{other}");
    }
    assert!(!key.verifies(algorithm, format!("{input} ").as_bytes(), &signature));
    signature[10] ^= 1;
    assert!(!key.verifies(algorithm, input.as_bytes(), &signature));
    assert!(!key.verifies(algorithm, input.as_bytes(), &[]));
}

#[test]
fn es256_verifies_what_rfc_7515_a_3_prints() {
    let key = key(&json!({
        "kid": "k", "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }));
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    check(&key, Algorithm::Es256, &format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}"), signature);
}

#[test]
fn rs256_verifies_what_rfc_7515_a_2_prints() {
    let key = key(&json!({
        "kid": "k", "kty": "RSA", "e": "AQAB",
        "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL\
              -yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e\
              -KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9\
              _h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    }));
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujG\
                     bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
                     0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6\
                     LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    check(&key, Algorithm::Rs256, &format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}"), signature);
}

#[test]
fn eddsa_verifies_what_rfc_8037_a_4_prints() {
    let key = key(&json!({
        "kid": "k", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }));
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    check(&key, Algorithm::EdDsa, input, signature);
}
