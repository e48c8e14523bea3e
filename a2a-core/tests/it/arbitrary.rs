//! Any native value there is, for properties. Each noun has a strategy; whoever wants fewer values maps or filters.
//! They are boxed, for what is made of many is too large for the stack of a test.

use std::{fmt::Debug, str::FromStr};

use a2a_core::{
    Artifact, AuthenticationInfo, Message, Metadata, Part, PartContent, Role, SendMessageConfiguration,
    SendMessageRequest, SendMessageResponse, StreamEvent, Task, TaskArtifactUpdateEvent,
    TaskPushNotificationConfig, TaskState, TaskStatus, TaskStatusUpdateEvent, Timestamp,
};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

/// Text of one character at least, so that it survives where empty is the same as absent.
pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9._/:-]{1,12}", ".{1,6}"]
}

pub(crate) fn id<Id: FromStr<Err: Debug> + Debug>() -> impl Strategy<Value = Id> {
    name().prop_map(|id| id.parse().expect("it isn't empty"))
}

/// JSON of a few levels, with nulls and with integers beyond what a double holds.
pub(crate) fn json_value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((name(), inner), 0..3).prop_map(|members| members.into_iter().collect()),
        ]
    })
    .boxed()
}

pub(crate) fn metadata() -> BoxedStrategy<Metadata> {
    vec((name(), json_value()), 0..3).prop_map(Metadata::from_iter).boxed()
}

/// The milliseconds of the years 1 to 9999.
pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_000_i64..=253_402_207_200_000).prop_map(Timestamp::from_unix_millis)
}

/// Every state, those that nobody knows among them.
pub(crate) fn task_state() -> impl Strategy<Value = TaskState> {
    let number = (0..=8).prop_map(Value::from);
    let unknown = prop_oneof![
        Just(json!("TASK_STATE_PAUSED")),
        Just(json!("paused")),
        Just(json!(77)),
        Just(json!(-1))
    ];
    prop_oneof![4 => number, 1 => unknown].prop_map(|state| serde_json::from_value(state).expect("it is one"))
}

/// Every role, those that nobody knows among them.
pub(crate) fn role() -> impl Strategy<Value = Role> {
    let number = (0..=2).prop_map(Value::from);
    let unknown = prop_oneof![Just(json!("ROLE_CRITIC")), Just(json!("critic")), Just(json!(9))];
    prop_oneof![4 => number, 1 => unknown].prop_map(|role| serde_json::from_value(role).expect("it is one"))
}

pub(crate) fn part_content() -> impl Strategy<Value = PartContent> {
    let unknown = (name(), json_value()).prop_map(|(kind, value)| {
        let members = json!({"kind": format!("x-{kind}"), "later": value});
        PartContent::Unknown(members.as_object().cloned().expect("it is an object"))
    });
    let anonymous = json_value()
        .prop_map(|value| PartContent::Unknown(Metadata::from_iter([("later".to_owned(), value)])));
    prop_oneof![
        4 => ".{0,12}".prop_map(PartContent::Text),
        2 => vec(any::<u8>(), 0..12).prop_map(|bytes| PartContent::Raw(bytes.into())),
        2 => ".{0,12}".prop_map(PartContent::Url),
        4 => json_value().prop_map(PartContent::Data),
        1 => unknown,
        1 => anonymous,
    ]
}

pub(crate) fn part() -> BoxedStrategy<Part> {
    (part_content(), metadata(), option::of(name()), option::of(name()))
        .prop_map(|(content, metadata, filename, media_type)| {
            let mut part = Part::text("").with_metadata(metadata);
            (part.content, part.filename, part.media_type) = (content, filename, media_type);
            part
        })
        .boxed()
}

pub(crate) fn parts() -> impl Strategy<Value = Vec<Part>> {
    vec(part(), 0..3)
}

pub(crate) fn message() -> BoxedStrategy<Message> {
    let ids = (id(), option::of(id()), option::of(id()), vec(id(), 0..3));
    (ids, role(), parts(), metadata(), vec(name(), 0..3))
        .prop_map(
            |((message_id, context_id, task_id, reference_task_ids), role, parts, metadata, extensions)| {
                let mut message = Message::user(message_id, parts);
                (message.context_id, message.task_id) = (context_id, task_id);
                (message.role, message.metadata) = (role, metadata);
                (message.extensions, message.reference_task_ids) = (extensions, reference_task_ids);
                message
            },
        )
        .boxed()
}

pub(crate) fn artifact() -> BoxedStrategy<Artifact> {
    (id(), option::of(name()), option::of(name()), parts(), metadata(), vec(name(), 0..3))
        .prop_map(|(artifact_id, name, description, parts, metadata, extensions)| {
            let mut artifact = Artifact::new(artifact_id, parts);
            (artifact.name, artifact.description) = (name, description);
            (artifact.metadata, artifact.extensions) = (metadata, extensions);
            artifact
        })
        .boxed()
}

pub(crate) fn task_status() -> BoxedStrategy<TaskStatus> {
    (task_state(), option::of(message()), option::of(timestamp()))
        .prop_map(|(state, message, timestamp)| {
            let mut status = TaskStatus::new(state);
            (status.message, status.timestamp) = (message.map(Box::new), timestamp);
            status
        })
        .boxed()
}

pub(crate) fn task() -> BoxedStrategy<Task> {
    (id(), option::of(id()), task_status(), vec(artifact(), 0..3), vec(message(), 0..3), metadata())
        .prop_map(|(id, context_id, status, artifacts, history, metadata)| {
            let mut task = Task::new(id, "c".parse().expect("it isn't empty"));
            (task.context_id, task.status) = (context_id, status);
            (task.artifacts, task.history, task.metadata) = (artifacts, history, metadata);
            task
        })
        .boxed()
}

pub(crate) fn status_update() -> BoxedStrategy<TaskStatusUpdateEvent> {
    (id(), option::of(id()), task_status(), metadata())
        .prop_map(|(task_id, context_id, status, metadata)| {
            let mut update =
                TaskStatusUpdateEvent::new(task_id, "c".parse().expect("it isn't empty"), status);
            (update.context_id, update.metadata) = (context_id, metadata);
            update
        })
        .boxed()
}

pub(crate) fn artifact_update() -> BoxedStrategy<TaskArtifactUpdateEvent> {
    (id(), option::of(id()), artifact(), any::<bool>(), any::<bool>(), metadata())
        .prop_map(|(task_id, context_id, artifact, append, last_chunk, metadata)| {
            let mut update =
                TaskArtifactUpdateEvent::new(task_id, "c".parse().expect("it isn't empty"), artifact);
            (update.context_id, update.metadata) = (context_id, metadata);
            (update.append, update.last_chunk) = (append, last_chunk);
            update
        })
        .boxed()
}

/// Every event but one that nobody knows.
pub(crate) fn stream_event() -> BoxedStrategy<StreamEvent> {
    prop_oneof![
        task().prop_map(StreamEvent::from),
        message().prop_map(StreamEvent::from),
        status_update().prop_map(StreamEvent::from),
        artifact_update().prop_map(StreamEvent::from),
    ]
    .boxed()
}

pub(crate) fn send_message_response() -> BoxedStrategy<SendMessageResponse> {
    prop_oneof![task().prop_map(SendMessageResponse::Task), message().prop_map(SendMessageResponse::Message)]
        .boxed()
}

pub(crate) fn push_config() -> BoxedStrategy<TaskPushNotificationConfig> {
    let authentication = (name(), option::of(name())).prop_map(|(scheme, credentials)| {
        let mut authentication = AuthenticationInfo::new(scheme, "");
        authentication.credentials = credentials;
        authentication
    });
    let ids = (option::of(id()), option::of(name()), option::of(id()));
    (ids, name(), option::of(name()), option::of(authentication))
        .prop_map(|((tenant, id, task_id), url, token, authentication)| {
            let mut config = TaskPushNotificationConfig::new(url);
            (config.tenant, config.id, config.task_id) = (tenant, id, task_id);
            (config.token, config.authentication) = (token, authentication);
            config
        })
        .boxed()
}

pub(crate) fn send_message_configuration() -> BoxedStrategy<SendMessageConfiguration> {
    (vec(name(), 0..3), option::of(push_config()), option::of(any::<i32>()), any::<bool>())
        .prop_map(|(accepted_output_modes, config, history_length, return_immediately)| {
            let mut configuration = SendMessageConfiguration::default();
            configuration.accepted_output_modes = accepted_output_modes;
            configuration.task_push_notification_config = config.map(Box::new);
            configuration.history_length = history_length;
            configuration.return_immediately = return_immediately;
            configuration
        })
        .boxed()
}

pub(crate) fn send_message_request() -> BoxedStrategy<SendMessageRequest> {
    (option::of(id()), message(), send_message_configuration(), metadata())
        .prop_map(|(tenant, message, configuration, metadata)| {
            let mut request = SendMessageRequest::new(message);
            (request.tenant, request.configuration, request.metadata) = (tenant, configuration, metadata);
            request
        })
        .boxed()
}
