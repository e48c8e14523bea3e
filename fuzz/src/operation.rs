//! The parameters and results of each operation.

use std::fmt::Debug;

use a2a_core::{Operation, operation};

use crate::json::round_trip;

pub fn check(data: &[u8]) {
    one::<operation::SendMessage>(data);
    one::<operation::GetTask>(data);
    one::<operation::ListTasks>(data);
    one::<operation::CancelTask>(data);
    one::<operation::SubscribeToTask>(data);
    one::<operation::CreateTaskPushNotificationConfig>(data);
    one::<operation::GetTaskPushNotificationConfig>(data);
    one::<operation::ListTaskPushNotificationConfigs>(data);
    one::<operation::DeleteTaskPushNotificationConfig>(data);
    one::<operation::GetExtendedAgentCard>(data);
}

fn one<O: Operation>(data: &[u8])
where
    O::Params: PartialEq + Debug,
    O::Output: PartialEq + Debug,
{
    round_trip::<O::Params>(data);
    round_trip::<O::Output>(data);
}
