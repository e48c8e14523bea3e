//! What a process uses, as the kernel counts it; `self` is this one.

use std::{fs, io, time::Duration};

/// CPU time of all its threads, user and system, to the nanosecond.
pub(crate) fn cpu(process: &str) -> io::Result<Duration> {
    let mut total = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let stat = fs::read_to_string(thread?.path().join("schedstat"))?;
        let nanos = stat.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
        total += nanos.map(Duration::from_nanos).ok_or_else(|| io::Error::other("no schedstat"))?;
    }
    Ok(total)
}

/// Bytes of its memory that are in RAM.
pub(crate) fn resident(process: &str) -> io::Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
    let kibibytes = line.and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kibibytes.map(|kibibytes| kibibytes * 1024).ok_or_else(|| io::Error::other("no smaps_rollup"))
}
