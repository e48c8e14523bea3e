use crate::{
    grpc::{
        field::{optional_text, or_empty},
        v0_3::{self, o_auth_flows::Flow},
    },
    security::{
        AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow, ImplicitOAuthFlow, PasswordOAuthFlow,
    },
    v0_3::OAuthFlows,
};

impl From<v0_3::OAuthFlows> for OAuthFlows {
    fn from(flows: v0_3::OAuthFlows) -> Self {
        let mut all = Self::default();
        match flows.flow {
            Some(Flow::AuthorizationCode(flow)) => all.authorization_code = Some(flow.into()),
            Some(Flow::ClientCredentials(flow)) => all.client_credentials = Some(flow.into()),
            Some(Flow::Implicit(flow)) => all.implicit = Some(flow.into()),
            Some(Flow::Password(flow)) => all.password = Some(flow.into()),
            None => {}
        }
        all
    }
}

/// One of several: the first there is of authorization code, client credentials, implicit and password.
impl From<OAuthFlows> for v0_3::OAuthFlows {
    fn from(flows: OAuthFlows) -> Self {
        let OAuthFlows { authorization_code, client_credentials, implicit, password } = flows;
        let flow = authorization_code.map(|flow| Flow::AuthorizationCode(flow.into()));
        let flow = flow.or_else(|| client_credentials.map(|flow| Flow::ClientCredentials(flow.into())));
        let flow = flow.or_else(|| implicit.map(|flow| Flow::Implicit(flow.into())));
        let flow = flow.or_else(|| password.map(|flow| Flow::Password(flow.into())));
        Self { flow }
    }
}

impl From<v0_3::AuthorizationCodeOAuthFlow> for AuthorizationCodeOAuthFlow {
    fn from(flow: v0_3::AuthorizationCodeOAuthFlow) -> Self {
        let v0_3::AuthorizationCodeOAuthFlow { authorization_url, token_url, refresh_url, scopes } = flow;
        let refresh_url = optional_text(refresh_url);
        Self { authorization_url, token_url, refresh_url, scopes, pkce_required: false }
    }
}

/// That PKCE is required is left out: there is no field for it.
impl From<AuthorizationCodeOAuthFlow> for v0_3::AuthorizationCodeOAuthFlow {
    fn from(flow: AuthorizationCodeOAuthFlow) -> Self {
        Self {
            authorization_url: flow.authorization_url,
            token_url: flow.token_url,
            refresh_url: or_empty(flow.refresh_url),
            scopes: flow.scopes,
        }
    }
}

impl From<v0_3::ClientCredentialsOAuthFlow> for ClientCredentialsOAuthFlow {
    fn from(flow: v0_3::ClientCredentialsOAuthFlow) -> Self {
        let v0_3::ClientCredentialsOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url, refresh_url: optional_text(refresh_url), scopes }
    }
}

impl From<ClientCredentialsOAuthFlow> for v0_3::ClientCredentialsOAuthFlow {
    fn from(flow: ClientCredentialsOAuthFlow) -> Self {
        let ClientCredentialsOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url, refresh_url: or_empty(refresh_url), scopes }
    }
}

impl From<v0_3::ImplicitOAuthFlow> for ImplicitOAuthFlow {
    fn from(flow: v0_3::ImplicitOAuthFlow) -> Self {
        let v0_3::ImplicitOAuthFlow { authorization_url, refresh_url, scopes } = flow;
        Self {
            authorization_url: optional_text(authorization_url),
            refresh_url: optional_text(refresh_url),
            scopes,
        }
    }
}

impl From<ImplicitOAuthFlow> for v0_3::ImplicitOAuthFlow {
    fn from(flow: ImplicitOAuthFlow) -> Self {
        let ImplicitOAuthFlow { authorization_url, refresh_url, scopes } = flow;
        Self { authorization_url: or_empty(authorization_url), refresh_url: or_empty(refresh_url), scopes }
    }
}

impl From<v0_3::PasswordOAuthFlow> for PasswordOAuthFlow {
    fn from(flow: v0_3::PasswordOAuthFlow) -> Self {
        let v0_3::PasswordOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url: optional_text(token_url), refresh_url: optional_text(refresh_url), scopes }
    }
}

impl From<PasswordOAuthFlow> for v0_3::PasswordOAuthFlow {
    fn from(flow: PasswordOAuthFlow) -> Self {
        let PasswordOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url: or_empty(token_url), refresh_url: or_empty(refresh_url), scopes }
    }
}
