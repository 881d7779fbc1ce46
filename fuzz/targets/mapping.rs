#![no_main]
#[path = "../doors.rs"]
#[allow(dead_code, reason = "each target uses one")]
mod doors;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| doors::mapping(bytes));
