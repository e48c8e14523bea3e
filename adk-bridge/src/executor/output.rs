//! What an event means on the wire.

use std::collections::HashMap;

use a2a_core::{Artifact, ArtifactId, Metadata, Part, Task};
use a2a_server::{ArtifactSpec, ArtifactWriter, Chunk, StatusSpec, Stopped, TaskHandle, Updates};
use serde_json::Value;

use super::error_part;
use crate::{
    AgentError, Event,
    adk::PartData,
    convert::{envelope, keys, metadata, part},
};

/// The function call that asks for a credential instead of a decision.
const CREDENTIAL: &str = "adk_request_credential";

/// Writes the events of one turn.
pub(super) struct Output<'t> {
    own: bool,
    /// What an earlier attempt at the run has written.
    before: HashMap<&'t ArtifactId, &'t Artifact>,
    /// What goes on every status.
    base: Metadata,
    /// The artifact that the chunks of each author, in each branch, stream into.
    open: HashMap<(String, Option<String>), ArtifactWriter>,
    /// The calls without a response by id, for the case that one turns out to be pending.
    calls: HashMap<String, Part>,
    pending: Vec<Part>,
    pending_ids: Vec<String>,
    wants_credential: bool,
    failure: Option<Failure>,
    escalate: bool,
    /// The agent that is to go on and hasn't.
    transfer: Option<String>,
}

struct Failure {
    text: String,
    code: Option<String>,
}

impl<'t> Output<'t> {
    /// `before` is the task of a run that is made again.
    pub(super) fn new(own: bool, base: Metadata, before: Option<&'t Task>) -> Self {
        let before = before.into_iter().flat_map(|task| &task.artifacts);
        Self {
            own,
            before: before.map(|artifact| (&artifact.artifact_id, artifact)).collect(),
            base,
            open: HashMap::new(),
            calls: HashMap::new(),
            pending: Vec::new(),
            pending_ids: Vec::new(),
            wants_credential: false,
            failure: None,
            escalate: false,
            transfer: None,
        }
    }

    /// Writes one event.
    pub(super) async fn write(&mut self, task: &Updates, event: Event) -> Result<(), Stopped> {
        self.note(&event);
        let parts = self.parts(&event);
        let about = if self.own {
            Metadata::from_iter([(keys::EVENTS_EXTENSION.to_owned(), envelope::write(&event))])
        } else {
            metadata::of_event(&event)
        };
        let place = (event.author.clone(), event.branch.clone());
        let open = self.open.remove(&place);
        if parts.is_empty() {
            if let (true, Some(open)) = (event.is_partial(), open) {
                self.open.insert(place, open);
            }
            return self.write_bare(task, about).await;
        }
        let mut artifact = open.unwrap_or_else(|| task.artifact(artifact(&event)));
        if !event.is_partial()
            && self.before.remove(artifact.id()).is_some_and(|before| {
                // Whoever has seen it shouldn't see it again.
                before.parts == parts && before.metadata == about
            })
        {
            return Ok(());
        }
        let chunk = Chunk::new(parts).with_metadata(about);
        if !event.is_partial() {
            return artifact.replace(chunk).await;
        }
        self.before.remove(artifact.id());
        artifact.append(chunk).await?;
        self.open.insert(place, artifact);
        Ok(())
    }

    /// An event without content: its reader is a caller of ours, or nobody.
    async fn write_bare(&self, task: &Updates, about: Metadata) -> Result<(), Stopped> {
        if !self.own {
            return Ok(());
        }
        task.working(StatusSpec::none().with_metadata(about)).await
    }

    /// Remembers what the end of the task will need.
    fn note(&mut self, event: &Event) {
        self.escalate |= event.actions.escalate == Some(true);
        if self.transfer.as_ref() == Some(&event.author) {
            // It has happened here.
            self.transfer = None;
        }
        if let Some(agent) = &event.actions.transfer_to_agent {
            self.transfer = Some(agent.clone());
        }
        if event.is_error() && !event.is_partial() && self.failure.is_none() {
            let text = event.error_message.clone().unwrap_or_else(|| AgentError::GENERIC.to_owned());
            self.failure = Some(Failure { text, code: event.error_code.clone() });
        }
    }

    /// The event's content. What is pending moves into the question that the task pauses with; a caller of ours
    /// gets it where it happened, too. A call in a chunk may be half of one, so a peer gets only whole ones.
    fn parts(&mut self, event: &Event) -> Vec<Part> {
        let Some(content) = &event.content else { return Vec::new() };
        let mut parts = Vec::with_capacity(content.parts.len());
        for said in &content.parts {
            let converted = part::to_a2a(said, &event.long_running_tool_ids);
            let held = if event.is_partial() {
                matches!(said.data, PartData::FunctionCall(_))
            } else {
                self.pend(event, &said.data, &converted)
            };
            if self.own || !held {
                parts.push(converted);
            }
        }
        parts
    }

    /// Whether a part belongs to a call whose result comes later; if so it is remembered.
    fn pend(&mut self, event: &Event, data: &PartData, converted: &Part) -> bool {
        match data {
            PartData::FunctionCall(call) if event.is_long_running(&call.id) => {
                if !self.pending_ids.contains(&call.id) {
                    self.wants_credential = call.name == CREDENTIAL;
                    self.pending_ids.push(call.id.clone());
                    self.pending.push(converted.clone());
                }
                true
            }
            PartData::FunctionCall(call) => {
                self.calls.insert(call.id.clone(), converted.clone());
                false
            }
            PartData::FunctionResponse(response) => {
                let known = self.pending_ids.contains(&response.id);
                let call = self.calls.remove(&response.id);
                if !known && !event.is_long_running(&response.id) {
                    return false;
                }
                if !known {
                    // Only now the call turns out to be pending, and a peer looks for the call.
                    self.pending_ids.push(response.id.clone());
                    if let Some(mut call) = call {
                        call.metadata.insert(keys::IS_LONG_RUNNING.to_owned(), Value::Bool(true));
                        self.pending.push(call);
                    }
                }
                self.pending.push(converted.clone());
                true
            }
            _ => false,
        }
    }

    /// Ends or pauses the task as the turn has ended.
    pub(super) async fn end(mut self, task: TaskHandle) -> Result<(), Stopped> {
        let mut metadata = std::mem::take(&mut self.base);
        if self.escalate {
            metadata.insert(keys::ESCALATE.to_owned(), Value::Bool(true));
        }
        if let Some(agent) = self.transfer {
            metadata.insert(keys::TRANSFER_TO_AGENT.to_owned(), Value::String(agent));
        }
        if let Some(Failure { text, code }) = self.failure {
            let mut status = StatusSpec::new(error_part(text));
            if let Some(code) = code {
                // Go looks for it beside the message, Python in it.
                let code = Metadata::from_iter([(keys::ERROR_CODE.to_owned(), Value::String(code))]);
                metadata.extend(code.clone());
                status = status.with_message_metadata(code);
            }
            return task.fail(status.with_metadata(metadata)).await;
        }
        let status = StatusSpec::new(self.pending).with_metadata(metadata);
        if status.parts.is_empty() {
            task.complete_with(status).await
        } else if self.wants_credential {
            task.auth_required(status).await?;
            task.flush().await
        } else {
            task.input_required(status).await
        }
    }
}

/// The artifact that an event is: the same for the same event, so that writing it twice replaces it.
fn artifact(event: &Event) -> ArtifactSpec {
    ArtifactId::new(event.id.as_str()).map_or_else(|_| ArtifactSpec::default(), ArtifactSpec::with_id)
}
