#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::v0_3::check(data));
