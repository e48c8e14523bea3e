use crate::{
    grpc::{
        field::{optional_text, or_empty},
        v1::{self, o_auth_flows::Flow},
    },
    security::{
        AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow, DeviceCodeOAuthFlow, ImplicitOAuthFlow,
        OAuthFlows, PasswordOAuthFlow,
    },
};

/// A flow that this version doesn't know is none: nothing of it comes in.
impl From<v1::OAuthFlows> for OAuthFlows {
    fn from(flows: v1::OAuthFlows) -> Self {
        match flows.flow {
            Some(Flow::AuthorizationCode(flow)) => Self::AuthorizationCode(flow.into()),
            Some(Flow::ClientCredentials(flow)) => Self::ClientCredentials(flow.into()),
            Some(Flow::Implicit(flow)) => Self::Implicit(flow.into()),
            Some(Flow::Password(flow)) => Self::Password(flow.into()),
            Some(Flow::DeviceCode(flow)) => Self::DeviceCode(flow.into()),
            None => Self::default(),
        }
    }
}

/// A flow that this version doesn't know is none.
impl From<OAuthFlows> for v1::OAuthFlows {
    fn from(flows: OAuthFlows) -> Self {
        let flow = match flows {
            OAuthFlows::AuthorizationCode(flow) => Some(Flow::AuthorizationCode(flow.into())),
            OAuthFlows::ClientCredentials(flow) => Some(Flow::ClientCredentials(flow.into())),
            OAuthFlows::Implicit(flow) => Some(Flow::Implicit(flow.into())),
            OAuthFlows::Password(flow) => Some(Flow::Password(flow.into())),
            OAuthFlows::DeviceCode(flow) => Some(Flow::DeviceCode(flow.into())),
            OAuthFlows::Unknown(_) => None,
        };
        Self { flow }
    }
}

impl From<v1::AuthorizationCodeOAuthFlow> for AuthorizationCodeOAuthFlow {
    fn from(flow: v1::AuthorizationCodeOAuthFlow) -> Self {
        let v1::AuthorizationCodeOAuthFlow {
            authorization_url,
            token_url,
            refresh_url,
            scopes,
            pkce_required,
        } = flow;
        let refresh_url = optional_text(refresh_url);
        Self { authorization_url, token_url, refresh_url, scopes, pkce_required }
    }
}

impl From<AuthorizationCodeOAuthFlow> for v1::AuthorizationCodeOAuthFlow {
    fn from(flow: AuthorizationCodeOAuthFlow) -> Self {
        let AuthorizationCodeOAuthFlow { authorization_url, token_url, refresh_url, scopes, pkce_required } =
            flow;
        let refresh_url = or_empty(refresh_url);
        Self { authorization_url, token_url, refresh_url, scopes, pkce_required }
    }
}

impl From<v1::ClientCredentialsOAuthFlow> for ClientCredentialsOAuthFlow {
    fn from(flow: v1::ClientCredentialsOAuthFlow) -> Self {
        let v1::ClientCredentialsOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url, refresh_url: optional_text(refresh_url), scopes }
    }
}

impl From<ClientCredentialsOAuthFlow> for v1::ClientCredentialsOAuthFlow {
    fn from(flow: ClientCredentialsOAuthFlow) -> Self {
        let ClientCredentialsOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url, refresh_url: or_empty(refresh_url), scopes }
    }
}

impl From<v1::DeviceCodeOAuthFlow> for DeviceCodeOAuthFlow {
    fn from(flow: v1::DeviceCodeOAuthFlow) -> Self {
        let v1::DeviceCodeOAuthFlow { device_authorization_url, token_url, refresh_url, scopes } = flow;
        Self { device_authorization_url, token_url, refresh_url: optional_text(refresh_url), scopes }
    }
}

impl From<DeviceCodeOAuthFlow> for v1::DeviceCodeOAuthFlow {
    fn from(flow: DeviceCodeOAuthFlow) -> Self {
        let DeviceCodeOAuthFlow { device_authorization_url, token_url, refresh_url, scopes } = flow;
        Self { device_authorization_url, token_url, refresh_url: or_empty(refresh_url), scopes }
    }
}

impl From<v1::ImplicitOAuthFlow> for ImplicitOAuthFlow {
    fn from(flow: v1::ImplicitOAuthFlow) -> Self {
        let v1::ImplicitOAuthFlow { authorization_url, refresh_url, scopes } = flow;
        Self {
            authorization_url: optional_text(authorization_url),
            refresh_url: optional_text(refresh_url),
            scopes,
        }
    }
}

impl From<ImplicitOAuthFlow> for v1::ImplicitOAuthFlow {
    fn from(flow: ImplicitOAuthFlow) -> Self {
        let ImplicitOAuthFlow { authorization_url, refresh_url, scopes } = flow;
        Self { authorization_url: or_empty(authorization_url), refresh_url: or_empty(refresh_url), scopes }
    }
}

impl From<v1::PasswordOAuthFlow> for PasswordOAuthFlow {
    fn from(flow: v1::PasswordOAuthFlow) -> Self {
        let v1::PasswordOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url: optional_text(token_url), refresh_url: optional_text(refresh_url), scopes }
    }
}

impl From<PasswordOAuthFlow> for v1::PasswordOAuthFlow {
    fn from(flow: PasswordOAuthFlow) -> Self {
        let PasswordOAuthFlow { token_url, refresh_url, scopes } = flow;
        Self { token_url: or_empty(token_url), refresh_url: or_empty(refresh_url), scopes }
    }
}
