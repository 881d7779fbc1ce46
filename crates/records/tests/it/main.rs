//! Tests that need processes of their own, or a world of some size.

mod cost;
mod crash;
#[path = "../../benches/world.rs"]
#[allow(dead_code, reason = "benches use what tests do not")]
mod world;
