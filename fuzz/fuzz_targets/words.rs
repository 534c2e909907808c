//! `words` of `checks.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| sepet_fuzz::checks::words(input));
