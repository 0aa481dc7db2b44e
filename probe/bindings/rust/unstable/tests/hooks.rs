//! With `--cfg tokio_unstable` every poll of every task is measured.
use clearway_probe::tokio::{measure_stalls, Workers};
use clearway_probe::{LoopHandle, Measured, NotProved, ProbedExt};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

const LIMIT: Duration = Duration::from_millis(50);

fn runtimes() -> [Runtime; 2] {
    [Builder::new_multi_thread(), Builder::new_current_thread()].map(|mut builder| {
        Workers::default().instrument(builder.enable_all());
        builder.build().unwrap()
    })
}

/// Nothing stalls, but a machine with more work than cores may keep a poll waiting: then it is tried again.
fn assert_silent(what: impl Fn() -> Result<Measured, NotProved>) {
    let silent = (0..5).any(|_| what().map_err(|error| eprintln!("{error}")).is_ok());
    assert!(silent, "five times in a row");
}

#[inline(never)]
fn sleeps() {
    std::thread::sleep(Duration::from_millis(120));
}

#[test]
fn a_stall_in_any_task_is_found_and_named_after_the_place_where_it_was_spawned() {
    for runtime in runtimes() {
        let line = line!() + 1;
        let body = async { tokio::spawn(async { sleeps() }).await.unwrap() };
        let (_, verdict) = runtime.block_on(measure_stalls(LIMIT, body));
        let Err(NotProved::Stalled(stalled)) = verdict else { panic!("{verdict:?}") };
        let place = format!("in operation task at {}:{line}", file!());
        assert!(stalled.summary.contains(&place), "{place} is not in\n{}", stalled.summary);
    }
}

#[test]
fn each_poll_is_counted_once() {
    let mut builder = Builder::new_current_thread();
    let runtime = clearway_probe::tokio::instrument(builder.enable_all()).build().unwrap();
    let polls = || LoopHandle::current().unwrap().snapshot().unwrap().polls;
    runtime.block_on(async {
        tokio::time::sleep(Duration::from_millis(1)).await; // attached by then
        let before = polls();
        for _ in 0..10 {
            tokio::spawn(tokio::task::yield_now()).await.unwrap(); // polled twice each
        }
        tokio::spawn(async {}.probed("measured twice, counted once")).await.unwrap();
        assert_eq!(polls() - before, 21);
    });
}

#[test]
fn a_task_that_panics_leaves_no_poll_open() {
    for runtime in runtimes() {
        runtime.block_on(async { assert!(tokio::spawn(async { panic!("on purpose") }).await.is_err()) });
        assert_silent(|| {
            let waits = async { tokio::spawn(tokio::time::sleep(3 * LIMIT)).await.unwrap() };
            runtime.block_on(measure_stalls(LIMIT, waits)).1
        });
    }
}

#[test]
fn block_in_place_is_no_stall() {
    let [runtime, _] = runtimes();
    assert_silent(|| {
        let body = async { tokio::spawn(async { clearway_probe::tokio::block_in_place(sleeps) }).await.unwrap() };
        runtime.block_on(measure_stalls(LIMIT, body)).1
    });
}
