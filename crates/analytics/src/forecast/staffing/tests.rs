//! Published tables, and limits in which one formula becomes another.

use super::*;
use crate::Error;

const HALF_HOUR: Load = Load { calls: 100.0, interval_s: 1800.0, handling_s: 180.0 };
const GOAL: Goal = Goal { service_level: 0.8, target_s: 20.0, max_occupancy: 1.0, shrinkage: 0.3 };

#[track_caller]
fn check(actual: f64, expected: f64, distance: f64) {
    assert!((actual - expected).abs() <= distance, "{actual} is not {expected}");
}

#[test]
fn a_hundred_calls_in_half_an_hour_take_fourteen_agents() {
    let staffing = agents_to_goal(&HALF_HOUR, &GOAL).unwrap();
    assert_eq!((staffing.agents, staffing.scheduled), (14, 20));
    check(staffing.queue.p_wait, 0.174, 5e-4);
    check(staffing.queue.service_level, 0.888, 5e-4);
    check(staffing.queue.mean_wait_s, 7.8, 0.05);
    check(staffing.queue.occupancy, 0.714, 5e-4);
    let calmer = agents_to_goal(&HALF_HOUR, &Goal { max_occupancy: 0.5, ..GOAL }).unwrap();
    assert_eq!(calmer.agents, 20);
}

#[test]
fn loads_meet_erlangs_table() {
    for (lines, load) in [(5, 1.36), (10, 4.46), (20, 12.0), (30, 20.3), (50, 37.9), (100, 84.1)] {
        check(erlang_b_load(lines, 0.01).unwrap(), load, 0.05);
        assert_eq!(lines_for_blocking(erlang_b_load(lines, 0.01).unwrap() - 1e-6, 0.01), Ok(lines));
    }
    check(erlang_b(1, 1.0).unwrap(), 0.5, 1e-15);
    assert_eq!(lines_for_blocking(0.0, 0.01), Ok(1));
}

#[test]
fn too_few_agents_never_catch_up() {
    let queue = erlang_c(&HALF_HOUR, 10, 20.0).unwrap();
    assert_eq!((queue.p_wait, queue.service_level, queue.mean_wait_s), (1.0, 0.0, f64::INFINITY));
    assert!(erlang_c(&HALF_HOUR, 0, 20.0).is_err());
    assert!(erlang_c(&Load { handling_s: 0.0, ..HALF_HOUR }, 3, 20.0).is_err());
    assert!(agents_to_goal(&HALF_HOUR, &Goal { service_level: 1.0, ..GOAL }).is_err());
    assert_eq!(agents_to_goal(&Load { calls: 0.0, ..HALF_HOUR }, &GOAL).unwrap().agents, 1);
}

#[test]
fn endless_patience_is_erlang_c_and_none_is_erlang_b() {
    let patient = erlang_a(&HALF_HOUR, 1e9, 14, 20.0).unwrap();
    let waiting = erlang_c(&HALF_HOUR, 14, 20.0).unwrap();
    check(patient.p_wait, waiting.p_wait, 1e-6);
    check(patient.service_level, waiting.service_level, 1e-6);
    check(patient.mean_wait_s, waiting.mean_wait_s, 1e-3);
    let hasty = erlang_a(&HALF_HOUR, 1e-6, 12, 20.0).unwrap();
    check(hasty.p_abandon, erlang_b(12, 10.0).unwrap(), 1e-6);
}

#[test]
fn whoever_is_not_answered_has_hung_up() {
    for agents in [4, 9, 14] {
        let queue = erlang_a(&HALF_HOUR, 120.0, agents, 1e5).unwrap();
        check(queue.service_level, 1.0 - queue.p_abandon, 1e-9);
    }
    let some = erlang_a(&HALF_HOUR, 120.0, 11, 20.0).unwrap();
    assert!(some.service_level > 1.0 - some.p_wait && some.service_level < 1.0 - some.p_abandon);
    assert_eq!(erlang_a(&Load { calls: 0.0, ..HALF_HOUR }, 60.0, 2, 20.0).unwrap().p_wait, 0.0);
    assert!(erlang_a(&HALF_HOUR, 0.0, 3, 20.0).is_err());
}

#[test]
fn a_rush_on_patient_callers_neither_overflows_nor_stalls() {
    let rush = erlang_a(&Load { calls: 2_000.0, ..HALF_HOUR }, 1e5, 10, 20.0).unwrap();
    check(rush.p_abandon, 1.0 - 10.0 / 200.0, 1e-6);
    check(rush.occupancy, 1.0, 1e-9);
    check(rush.service_level, 0.0, 1e-9);
    assert!(matches!(erlang_a(&HALF_HOUR, 1e12, 3, 20.0), Err(Error::Parameter { name: "patience", .. })));
    let patient = agents_with_abandonment(&HALF_HOUR, 1e12, &GOAL).unwrap();
    assert_eq!(patient.agents, agents_to_goal(&HALF_HOUR, &GOAL).unwrap().agents);
}

#[test]
fn impatient_callers_take_fewer_agents() {
    let staffing = agents_with_abandonment(&HALF_HOUR, 60.0, &GOAL).unwrap();
    assert!(staffing.agents <= 14 && staffing.queue.service_level >= 0.8);
    let fewer = erlang_a(&HALF_HOUR, 60.0, staffing.agents - 1, 20.0).unwrap();
    assert!(fewer.service_level < 0.8);
    let many = Load { calls: 20_000.0, ..HALF_HOUR };
    let large = agents_with_abandonment(&many, 60.0, &GOAL).unwrap();
    assert!((1_600..1_700).contains(&large.agents), "{large:?}");
}
