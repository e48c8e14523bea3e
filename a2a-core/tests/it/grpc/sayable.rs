//! Makes of any native value the nearest one that protobuf can say.

use a2a_core::{
    AgentCard, Artifact, Message, Metadata, Part, PartContent, Role, SecurityScheme, StreamEvent, Task,
    TaskState, TaskStatus, security::OAuthFlows,
};
use serde_json::Value;

/// Numbers become doubles, and integers where the double is one for sure.
pub(super) fn value(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let double = number.as_f64().expect("every number has a double");
            let integral = double.fract() == 0.0 && double.abs() <= 9_007_199_254_740_992.0;
            let integer = format!("{double}").parse::<i64>().ok().filter(|_| integral);
            *value = match integer {
                Some(0) if double.is_sign_negative() => double.into(),
                Some(integer) => integer.into(),
                None => double.into(),
            };
        }
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::Object(members) => metadata(members),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

pub(super) fn metadata(members: &mut Metadata) {
    members.values_mut().for_each(value);
}

pub(super) fn part(part: &mut Part) {
    metadata(&mut part.metadata);
    match &mut part.content {
        PartContent::Data(data) => value(data),
        PartContent::Unknown(_) => part.content = PartContent::Text("unknown".to_owned()),
        _ => {}
    }
}

pub(super) fn message(message: &mut Message) {
    message.parts.iter_mut().for_each(part);
    metadata(&mut message.metadata);
    if matches!(message.role, Role::Unknown(_)) && message.role.as_str().is_some() {
        message.role = Role::Unspecified;
    }
}

pub(super) fn status(status: &mut TaskStatus) {
    if let Some(update) = &mut status.message {
        message(update);
    }
    if matches!(status.state, TaskState::Unknown(_)) && status.state.as_str().is_some() {
        status.state = TaskState::Unspecified;
    }
}

pub(super) fn artifact(artifact: &mut Artifact) {
    artifact.parts.iter_mut().for_each(part);
    metadata(&mut artifact.metadata);
}

pub(super) fn task(task: &mut Task) {
    status(&mut task.status);
    task.artifacts.iter_mut().for_each(artifact);
    task.history.iter_mut().for_each(message);
    metadata(&mut task.metadata);
}

pub(super) fn event(event: &mut StreamEvent) {
    match event {
        StreamEvent::Task(all) => task(all),
        StreamEvent::Message(answer) => message(answer),
        StreamEvent::StatusUpdate(update) => {
            status(&mut update.status);
            metadata(&mut update.metadata);
        }
        StreamEvent::ArtifactUpdate(update) => {
            artifact(&mut update.artifact);
            metadata(&mut update.metadata);
        }
        _ => {}
    }
}

pub(super) fn card(card: &mut AgentCard) {
    card.capabilities.extensions.iter_mut().filter_map(|one| one.params.as_mut()).for_each(metadata);
    card.signatures.iter_mut().filter_map(|one| one.header.as_mut()).for_each(metadata);
    for scheme in card.security_schemes.values_mut() {
        match scheme {
            SecurityScheme::OAuth2(oauth) if matches!(oauth.flows, OAuthFlows::Unknown(_)) => {
                oauth.flows = OAuthFlows::default();
            }
            SecurityScheme::Unknown(members) => members.clear(),
            _ => {}
        }
    }
}
