use std::sync::Arc;

use adk_bridge::adk::{Event, Events};
use pretty_assertions::assert_eq;

fn event(id: &str) -> Arc<Event> {
    let mut event = Event::new("a").with_content(id);
    event.id = id.into();
    Arc::new(event)
}

fn events(events: &[Arc<Event>]) -> Events {
    events.iter().cloned().collect()
}

#[test]
fn a_view_of_events_stays_as_it_was_however_many_are_added() {
    let all: Vec<_> = (0..300).map(|id| event(&id.to_string())).collect();
    let mut growing = Events::new();
    for (count, event) in all.iter().enumerate() {
        let view = growing.clone();
        growing.push(Arc::clone(event));
        assert_eq!(view.iter().collect::<Vec<_>>(), all[..count].iter().collect::<Vec<_>>());
        assert_eq!(growing.last(), Some(event));
    }
    assert_eq!(growing.iter().rev().collect::<Vec<_>>(), all.iter().rev().collect::<Vec<_>>());
    for count in [0, 1, 127, 128, 129, 300, 301] {
        assert_eq!(growing.recent(count), events(&all[300_usize.saturating_sub(count)..]), "{count}");
    }
    assert_eq!((growing.len(), growing.get(299), growing.get(300)), (300, Some(&all[299]), None));
}
