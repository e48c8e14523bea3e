use super::*;

/// The shortest and the longest of many pauses.
fn pauses(deliveries: &Deliveries, failures: u32) -> [Duration; 2] {
    let pauses: Vec<_> = (0..300).map(|_| deliveries.pause(failures)).collect();
    [*pauses.iter().min().unwrap(), *pauses.iter().max().unwrap()]
}

#[test]
fn each_pause_is_about_twice_the_one_before_up_to_the_longest() {
    let (first, most) = (Duration::from_millis(100), Duration::from_secs(1));
    let deliveries = Deliveries::new(Webhooks::unguarded().retry(first, most));
    for (failures, millis) in [
        (1, 100),
        (2, 200),
        (3, 400),
        (4, 800),
        (5, 1_000),
        (6, 1_000),
        (32, 1_000),
        (33, 1_000),
        (u32::MAX, 1_000),
    ] {
        let whole = Duration::from_millis(millis);
        let [least, longest] = pauses(&deliveries, failures);
        // Up to half is left out, and chance says how much.
        assert!(whole / 2 <= least && least < whole.mul_f64(0.6), "{failures}: {least:?}");
        assert!(whole.mul_f64(0.9) < longest && longest <= whole, "{failures}: {longest:?}");
    }
}

#[test]
fn no_pause_is_longer_than_the_longest_though_the_first_was_to_be() {
    let (first, most) = (Duration::from_secs(60), Duration::from_secs(1));
    let deliveries = Deliveries::new(Webhooks::unguarded().retry(first, most));
    assert!(pauses(&deliveries, 1)[1] <= most);
    let at_once = Deliveries::new(Webhooks::unguarded().retry(Duration::ZERO, Duration::ZERO));
    assert_eq!(pauses(&at_once, 3), [Duration::ZERO; 2]);
}

#[test]
fn by_default_a_call_has_some_seconds_and_an_event_some_attempts() {
    let Webhooks { attempts, retry_first, retry_most, connect, total, .. } = Webhooks::unguarded();
    let seconds = Duration::from_secs;
    assert!(seconds(10) <= connect && connect <= total && total <= seconds(30), "{connect:?} {total:?}");
    assert_eq!((attempts, retry_first, retry_most), (6, Duration::from_millis(500), seconds(30)));
}
