//! Memory that a server still holds when all its tasks have ended.

use std::io;

use crate::{blocking_sends, child::Child, options::Lengths, report};

const MEBIBYTE: u64 = 1 << 20;

pub(crate) async fn measure(lengths: &Lengths) -> io::Result<()> {
    let ours = Child::ours()?;
    let [few, many] = lengths.retained;
    blocking_sends::send(ours.port, few).await?;
    let after_few = mebibytes(&ours)?;
    report::value(&format!("memory after {few} sends"), after_few, "MiB");
    blocking_sends::send(ours.port, many - few).await?;
    let after_many = mebibytes(&ours)?;
    let name = format!("memory after {many} sends");
    report::ratio(&name, after_many, "MiB", &format!("after {few}"), after_many / after_few);
    Ok(())
}

fn mebibytes(server: &Child) -> io::Result<f64> {
    // A tenth is as exact as the kernel counts.
    let tenths = u32::try_from(server.resident()? * 10 / MEBIBYTE).map_err(io::Error::other)?;
    Ok(f64::from(tenths) / 10.0)
}
