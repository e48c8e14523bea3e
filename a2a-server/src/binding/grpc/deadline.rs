//! `grpc-timeout`: how long a client waits.

use std::time::Duration;

use axum::http::HeaderMap;
use tokio::time::Instant;

use super::status::Status;

/// When the client gives up, if it says.
pub(super) fn of(headers: &HeaderMap) -> Result<Option<Instant>, Status> {
    let Some(timeout) = headers.get("grpc-timeout") else { return Ok(None) };
    let timeout = timeout.to_str().ok().and_then(parse).ok_or_else(|| {
        Status::invalid("grpc-timeout must be up to 8 digits and one of H, M, S, m, u and n, such as 10S")
    })?;
    // One that is past all times is none.
    Ok(Instant::now().checked_add(timeout))
}

fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if number.is_empty() || number.len() > 8 || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_up_to_eight_digits_and_a_unit() {
        let good = [
            ("2H", Duration::from_secs(7_200)),
            ("3M", Duration::from_secs(180)),
            ("10S", Duration::from_secs(10)),
            ("99999999m", Duration::from_millis(99_999_999)),
            ("5u", Duration::from_micros(5)),
            ("0n", Duration::ZERO),
        ];
        for (text, duration) in good {
            assert_eq!(parse(text), Some(duration), "{text}");
        }
        for bad in ["", "S", "10", "10s", "-1S", "+1S", "999999999S", "1.5S", "1 S", "1€"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
