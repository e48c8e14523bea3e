//! The JSON of v0.3 over REST. The specification shows that of JSON-RPC there, deployed peers speak protobuf's: this
//! is theirs.
//!
//! [`ProtoJson`] around a reference is written as they do, and around a value it is read as they mean it:
//!
//! | member | read | written |
//! |---|---|---|
//! | `historyLength` 0 | no limit | left out: a client that wants none drops the history itself |
//! | `configuration` without `blocking` | doesn't wait | always with `blocking` |
//! | no `configuration` | waits | always there |
//! | `fileWithBytes` | base64, and once more if what it holds is base64 | base64 twice |
//! | `name`, `parent` of a webhook | the ids in it | `tasks/{id}/pushNotificationConfigs/{id}` |
//! | `data` of a part | at most 99 levels, for the object around it is one | in an object of its own |
//! | `referenceTaskIds` | kept | left out: strict peers refuse what protobuf doesn't have |
//!
//! Both families are read in each place, here and in the `Deserialize` of the types themselves; what is told apart by
//! the name of a member alone, such as `fileWithBytes`, means here what it means there.
//!
//! ```
//! use a2a_core::v0_3::{Message, MessageSendParams, Part, Role, rest::ProtoJson};
//!
//! let message = Message::new("m1".parse()?, Role::User, vec![Part::text("hi")]);
//! let json = serde_json::to_string(&ProtoJson(&MessageSendParams::new(message)))?;
//! assert_eq!(json, concat!(
//!     r#"{"message":{"messageId":"m1","role":"ROLE_USER","content":[{"text":"hi"}]},"#,
//!     r#""configuration":{"blocking":true}}"#,
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod artifact;
mod error;
mod event;
mod message;
mod object;
mod params;
mod part;
mod push;
mod task;

use serde::{Deserialize, Deserializer};

pub use self::push::CreateTaskPushNotificationConfigRequest;
use super::{Artifact, Message, SendMessageResult, StreamEvent, Task, TaskPushNotificationConfig};

/// A value of v0.3 as REST has it: `ProtoJson(&value)` is written, `ProtoJson<Value>` is read.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper is its content")]
pub struct ProtoJson<T>(pub T);

/// What means the same in both families.
macro_rules! read_as_it_is {
    ($( $Type:ty )+) => { $(
        impl<'de> Deserialize<'de> for ProtoJson<$Type> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$Type>::deserialize(deserializer).map(Self)
            }
        }
    )+ };
}

read_as_it_is! { Task Message Artifact StreamEvent SendMessageResult TaskPushNotificationConfig }
