//! libFuzzer's target: configuration files in every format. `fuzz/run formats`
//! builds and runs it.
#![no_main]

mod formats;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| formats::check(bytes));
