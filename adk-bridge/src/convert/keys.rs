//! The metadata keys and URIs that ADK's bridges agree on, and the few that are ours.

/// The extension that ADK's bridges mark their tasks and status updates with.
pub const ADK_EXTENSION: &str = "https://google.github.io/adk-docs/a2a/a2a-extension/";
/// Our extension: updates carry the [envelope](super::envelope) of their event, under this key.
pub const EVENTS_EXTENSION: &str = "urn:adk-bridge:events:1";

/// Of a data part: which kind of ADK part it is.
pub const TYPE: &str = "adk_type";
/// [`TYPE`] of a function call.
pub const FUNCTION_CALL: &str = "function_call";
/// [`TYPE`] of a function response.
pub const FUNCTION_RESPONSE: &str = "function_response";
/// [`TYPE`] of code to run.
pub const EXECUTABLE_CODE: &str = "executable_code";
/// [`TYPE`] of what running code gave.
pub const CODE_EXECUTION_RESULT: &str = "code_execution_result";
/// [`TYPE`] of a call of a tool at the model's provider; Go doesn't know it.
pub const TOOL_CALL: &str = "tool_call";
/// [`TYPE`] of the result of such a call; Go doesn't know it.
pub const TOOL_RESPONSE: &str = "tool_response";
/// [`TYPE`] of a whole ADK part that has no other form in A2A. Ours.
pub const GENAI_PART: &str = "genai_part";

/// Of a function call: `true` if its result comes later.
pub const IS_LONG_RUNNING: &str = "adk_is_long_running";
/// Of a part: whether it is thinking and no answer.
pub const THOUGHT: &str = "adk_thought";
/// Of a part: the signature of a thought in base64.
pub const THOUGHT_SIGNATURE: &str = "adk_thought_signature";
/// Of a part: which stretch of a video is meant.
pub const VIDEO_METADATA: &str = "adk_video_metadata";
/// [`VIDEO_METADATA`] as Go writes it, on raw parts.
pub const VIDEO_METADATA_UNPREFIXED: &str = "video_metadata";
/// Of a part: how finely a medium is read.
pub const MEDIA_RESOLUTION: &str = "adk_media_resolution";
/// Of a part: its `partMetadata` as one object, where its keys would be mistaken for those above. Ours.
pub const PART_METADATA: &str = "adk_part_metadata";
/// Of a data part: the exact text of its JSON, where it isn't written the usual way. Ours.
pub const DATA_TEXT: &str = "adk_data_text";
/// Of a part: whether it belongs to a partial update.
pub const PARTIAL: &str = "adk_partial";
/// Of a part: `true` if its text is the error message of a failed task.
pub const IS_ERROR_MESSAGE: &str = "adk_is_error_message";
/// Of a part: `true` if its text says what was wrong with an answer.
pub const VALIDATION_ERROR: &str = "validation_error";
/// Of a part: `true` if the user said it, as the Python proxy marks it.
pub const IS_USER_INPUT: &str = "is_user_input";

/// The app that an event comes from.
pub const APP_NAME: &str = "adk_app_name";
/// The user that it is for.
pub const USER_ID: &str = "adk_user_id";
/// The session that it is stored in.
pub const SESSION_ID: &str = "adk_session_id";
/// The turn that it belongs to.
pub const INVOCATION_ID: &str = "adk_invocation_id";
/// Who made it.
pub const AUTHOR: &str = "adk_author";
/// The path of agents within a parallel run.
pub const BRANCH: &str = "adk_branch";
/// Its id.
pub const EVENT_ID: &str = "adk_event_id";
/// What kind of failure it tells of.
pub const ERROR_CODE: &str = "adk_error_code";
/// The model's citations.
pub const CITATION_METADATA: &str = "adk_citation_metadata";
/// What the answer is grounded on.
pub const GROUNDING_METADATA: &str = "adk_grounding_metadata";
/// The count of tokens.
pub const USAGE_METADATA: &str = "adk_usage_metadata";
/// What the app notes about it: an object, or its JSON as a string from older Python peers.
pub const CUSTOM_METADATA: &str = "adk_custom_metadata";
/// What it does, as Python writes it.
pub const ACTIONS: &str = "adk_actions";
/// Whether the agent gives up its place, as Go writes it on the final status.
pub const ESCALATE: &str = "adk_escalate";
/// The agent that goes on, as Go writes it on the final status.
pub const TRANSFER_TO_AGENT: &str = "adk_transfer_to_agent";

/// The prefix of what a proxy notes in a session about A2A. It never travels.
pub const A2A_PREFIX: &str = "a2a:";
/// The prefix of what a runtime keeps for itself. It never travels.
pub const INTERNAL_PREFIX: &str = "__adk_internal_";
/// In a session: what of a tool's reply its response doesn't show. Ours.
pub const TOOL_REPLY: &str = "__adk_internal_tool_reply";
/// In a session: the remote task that an event comes from.
pub const A2A_TASK_ID: &str = "a2a:task_id";
/// In a session: the remote context that an event comes from.
pub const A2A_CONTEXT_ID: &str = "a2a:context_id";
/// In a session: the proxy that an event came through. Ours.
pub const A2A_PROXY: &str = "a2a:proxy";
/// In a session: the remote artifact that an event was made from. Ours.
pub const A2A_ARTIFACT_ID: &str = "a2a:artifact_id";
/// In a session: the request that an event answers.
pub const A2A_REQUEST: &str = "a2a:request";
/// In a session: what an event was made from.
pub const A2A_RESPONSE: &str = "a2a:response";
/// In a session: why a request failed.
pub const A2A_ERROR: &str = "a2a:error";
/// In the `partMetadata` of an ADK part: what an A2A part says that ADK has no field for. Ours.
pub const A2A_PART: &str = "a2a:part";
/// The kind of an ADK part that holds an A2A part of unknown content. Ours.
pub const A2A_PART_KIND: &str = "a2aPart";

/// Whether an entry of an event's `customMetadata` is for a peer.
pub fn travels(key: &str) -> bool {
    !key.starts_with(A2A_PREFIX) && !key.starts_with(INTERNAL_PREFIX)
}
