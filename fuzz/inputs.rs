//! libFuzzer's target: a stack, a profile and `--set`s. `fuzz/run` builds and
//! runs it.
#![no_main]

mod check;

libfuzzer_sys::fuzz_target!(|text: &str| check::check(text));
