//! What single functions cost: writing, reading, folding, converting, appending.
//!
//! `cargo bench -p benches` measures, `cargo bench -p benches -- --quick` measures less, and
//! `cargo test -p benches --bench functions` runs each once.

mod convert;
mod decode;
mod encode;
mod fold;
mod log;
mod samples;
#[path = "../src/text_event.rs"]
mod text_event;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    encode::measure(&mut criterion);
    decode::measure(&mut criterion);
    fold::measure(&mut criterion);
    convert::measure(&mut criterion);
    log::measure(&mut criterion);
    criterion.final_summary();
}
