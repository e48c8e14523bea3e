use proptest::prelude::*;

use crate::arbitrary;

proptest! {
    #[test]
    fn every_native_value_survives_its_json(
        task in arbitrary::task(),
        event in arbitrary::stream_event(),
        request in arbitrary::send_message_request(),
        response in arbitrary::send_message_response(),
    ) {
        let text = serde_json::to_string(&(&task, &event, &request, &response)).unwrap();
        prop_assert_eq!(serde_json::from_str(&text).map_err(|error| error.to_string()), Ok((task, event, request, response)));
    }
}
