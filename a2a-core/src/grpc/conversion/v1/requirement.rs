use crate::{SecurityRequirement, grpc::v1};

impl From<v1::SecurityRequirement> for SecurityRequirement {
    fn from(requirement: v1::SecurityRequirement) -> Self {
        let schemes = requirement.schemes.into_iter().map(|(name, scopes)| (name, scopes.into()));
        Self { schemes: schemes.collect() }
    }
}

impl From<SecurityRequirement> for v1::SecurityRequirement {
    fn from(requirement: SecurityRequirement) -> Self {
        let schemes = requirement.schemes.into_iter().map(|(name, scopes)| (name, scopes.into()));
        Self { schemes: schemes.collect() }
    }
}

impl From<v1::StringList> for Vec<String> {
    fn from(scopes: v1::StringList) -> Self {
        scopes.list
    }
}

impl From<Vec<String>> for v1::StringList {
    fn from(list: Vec<String>) -> Self {
        Self { list }
    }
}
