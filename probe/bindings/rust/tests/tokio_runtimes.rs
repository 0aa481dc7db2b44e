//! Stalls on real tokio runtimes: found with cause and stack, and nothing found where nothing stalls.
use clearway_probe::tokio::{block_in_place, instrument, measure_stalls, Workers};
use clearway_probe::{assert_no_stall, Cause, Measured, NotProved, ProbedExt, Stalled};
use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const LIMIT: Duration = Duration::from_millis(50);
const STALL: Duration = Duration::from_millis(120);

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    instrument(builder.worker_threads(2).enable_all());
    builder.build().unwrap()
}

fn both() -> [Runtime; 2] {
    [current_thread(), multi_thread()]
}

fn stalled(verdict: Result<Measured, NotProved>) -> Stalled {
    match verdict {
        Err(NotProved::Stalled(stalled)) => stalled,
        other => panic!("no stall was found: {other:?}"),
    }
}

/// The stall is always found. A machine with more work than cores may keep the probe from seeing what it is: then it is tried
/// again.
fn assert_culprit(words: &[&str], cause: Cause, what: impl Fn() -> Result<Measured, NotProved>) {
    let mut summary = String::new();
    for _ in 0..5 {
        let stalled = stalled(what());
        assert!(stalled.measured.worst >= LIMIT);
        summary = stalled.summary;
        if stalled.cause == cause {
            for word in words {
                assert!(summary.contains(word), "{word} is not in:\n{summary}");
            }
            return;
        }
    }
    panic!("the cause is not {cause}: {summary}");
}

/// Nothing here stalls, but a machine with more work than cores may keep a poll waiting, or take its pages: not each time.
fn assert_silent(what: impl Fn() -> Result<Measured, NotProved>) {
    let mut said = Vec::new();
    for _ in 0..5 {
        match what() {
            Ok(_) => return,
            Err(NotProved::Stalled(stalled)) => said.push(stalled.summary),
            Err(error) => panic!("{error}"),
        }
    }
    panic!("it stalled each time: {}", said.join("\n"));
}

#[inline(never)]
fn sleeps_in_async() {
    thread::sleep(STALL);
}

#[inline(never)]
fn computes_in_async() {
    let begin = Instant::now();
    while begin.elapsed() < STALL {
        black_box((0..1000u64).sum::<u64>());
    }
}

#[inline(never)]
fn locks_in_async(mutex: &Mutex<()>) {
    drop(mutex.lock());
}

#[test]
fn a_sleep_in_async_code_is_found_with_its_stack() {
    for runtime in both() {
        assert_culprit(&["sleeps_in_async", "clock_nanosleep"], Cause::Syscall, || {
            runtime.block_on(measure_stalls(LIMIT, async { sleeps_in_async() })).1
        });
    }
}

#[test]
fn computing_in_async_code_is_found_with_its_stack() {
    for runtime in both() {
        let (_, verdict) = runtime.block_on(measure_stalls(LIMIT, async { computes_in_async() }));
        let stalled = stalled(verdict);
        assert!(stalled.summary.contains("computes_in_async"), "{}", stalled.summary);
        assert!(matches!(stalled.cause, Cause::OnCpu | Cause::Starved), "{}", stalled.summary);
    }
}

#[test]
fn waiting_for_a_lock_is_found_with_its_stack() {
    for runtime in both() {
        assert_culprit(&["locks_in_async"], Cause::Lock, || {
            let mutex = Arc::new(Mutex::new(()));
            let (held, theirs) = (std::sync::mpsc::channel(), mutex.clone());
            let holder = thread::spawn(move || {
                let _guard = theirs.lock().unwrap();
                held.0.send(()).unwrap();
                thread::sleep(STALL);
            });
            held.1.recv().unwrap();
            let verdict = runtime.block_on(measure_stalls(LIMIT, async { locks_in_async(&mutex) })).1;
            holder.join().unwrap();
            verdict
        });
    }
}

#[test]
fn a_stall_in_a_spawned_task_that_is_measured_is_found() {
    for runtime in both() {
        assert_culprit(&["sleeps_in_async", "in operation handler"], Cause::Syscall, || {
            let body = async { tokio::spawn(async { sleeps_in_async() }.probed("handler")).await.unwrap() };
            runtime.block_on(measure_stalls(LIMIT, body)).1
        });
    }
}

#[test]
fn on_a_current_thread_runtime_any_task_is_watched() {
    assert_culprit(&["sleeps_in_async", "in operation other tasks"], Cause::Syscall, || {
        let body = async { tokio::spawn(async { sleeps_in_async() }).await.unwrap() };
        current_thread().block_on(measure_stalls(LIMIT, body)).1
    });
}

#[test]
fn workers_can_be_watched_between_measured_polls() {
    let mut builder = Builder::new_multi_thread();
    Workers::default().named("between").measure_between(true).instrument(builder.worker_threads(2).enable_all());
    let runtime = builder.build().unwrap();
    assert_culprit(&["sleeps_in_async", "in operation other tasks", "loop 'between-"], Cause::Syscall, || {
        let body = async {
            tokio::time::sleep(Duration::from_millis(20)).await; // by then the workers have waited once
            tokio::spawn(async { sleeps_in_async() }).await.unwrap();
        };
        runtime.block_on(measure_stalls(LIMIT, body)).1
    });
}

#[test]
fn work_on_the_blocking_pool_is_no_stall() {
    for runtime in both() {
        assert_silent(|| {
            let body = async { tokio::task::spawn_blocking(sleeps_in_async).await.unwrap() };
            runtime.block_on(measure_stalls(LIMIT, body)).1
        });
    }
}

#[test]
fn waiting_asynchronously_is_no_stall() {
    for runtime in both() {
        assert_silent(|| runtime.block_on(measure_stalls(LIMIT, async { tokio::time::sleep(STALL).await })).1);
    }
}

#[test]
fn block_in_place_is_no_stall_through_the_wrapper() {
    let runtime = multi_thread();
    assert_silent(|| {
        let body = async {
            let task = async { block_in_place(sleeps_in_async) };
            tokio::spawn(task.probed("hands over")).await.unwrap();
        };
        runtime.block_on(measure_stalls(LIMIT, body)).1
    });
}

#[test]
fn a_bare_block_in_place_is_told_by_its_stack() {
    let runtime = multi_thread();
    assert_culprit(&["block_in_place", "sleeps_in_async"], Cause::Syscall, || {
        let task = async { tokio::task::block_in_place(sleeps_in_async) };
        let body = async { tokio::spawn(task.probed("blocks its own task")).await.unwrap() };
        runtime.block_on(measure_stalls(LIMIT, body)).1
    });
}

#[test]
fn a_thousand_tasks_are_no_stall() {
    for runtime in both() {
        assert_silent(|| {
            let body = async {
                let sleepy = || tokio::time::sleep(Duration::from_millis(2)).probed("sleepy");
                let tasks: Vec<_> = (0..1000).map(|_| tokio::spawn(sleepy())).collect();
                for task in tasks {
                    task.await.unwrap();
                }
            };
            let verdict = runtime.block_on(measure_stalls(LIMIT, body)).1;
            assert!(verdict.as_ref().map_or(1000, |measured| measured.polls) >= 1000, "{verdict:?}");
            verdict
        });
    }
}

#[test]
fn a_panic_in_a_poll_ends_it() {
    for runtime in both() {
        assert_silent(|| {
            let body = async {
                // Unlike panic!() this prints nothing: writing a stack trace is a stall of its own.
                let unwinding = async { std::panic::resume_unwind(Box::new("on purpose")) };
                let task = tokio::spawn(unwinding.probed("panics"));
                assert!(task.await.is_err());
                tokio::time::sleep(STALL).await; // a poll left open would be a stall
            };
            runtime.block_on(measure_stalls(LIMIT, body)).1
        });
    }
}

#[test]
fn the_watched_future_is_polled_only_when_woken() {
    let mut polls = 0;
    let begin = Instant::now();
    let counted = std::future::poll_fn(|context| {
        polls += 1;
        if begin.elapsed() > STALL {
            return std::task::Poll::Ready(());
        }
        let waker = context.waker().clone();
        thread::spawn(move || {
            thread::sleep(STALL);
            waker.wake();
        });
        std::task::Poll::Pending
    });
    let _ = current_thread().block_on(measure_stalls(LIMIT, counted));
    assert!(polls <= 3, "{polls}");
}

#[test]
fn an_assertion_may_be_given_up() {
    for runtime in both() {
        runtime.block_on(async {
            let endless = measure_stalls(LIMIT, std::future::pending::<()>());
            assert!(tokio::time::timeout(Duration::from_millis(20), endless).await.is_err());
        });
        assert_silent(|| runtime.block_on(measure_stalls(LIMIT, async {})).1);
    }
}

#[test]
fn assertions_nest() {
    let runtime = current_thread();
    let (inner, outer) = runtime.block_on(measure_stalls(Duration::from_millis(60), async {
        measure_stalls(Duration::from_secs(60), async { sleeps_in_async() }).await.1
    }));
    assert!(inner.is_ok(), "{inner:?}");
    stalled(outer);
}

#[test]
fn a_runtime_may_be_dropped_and_another_made() {
    for _ in 0..3 {
        let runtime = multi_thread();
        runtime.spawn(std::future::pending::<()>().probed("never ends"));
        runtime.block_on(async { tokio::spawn(async {}.probed("ends")).await.unwrap() });
        drop(runtime);
    }
    assert_silent(|| current_thread().block_on(measure_stalls(LIMIT, async {})).1);
}

#[test]
fn stalls_of_other_runtimes_do_not_count() {
    let other = thread::spawn(|| {
        let runtime = multi_thread();
        runtime.block_on(async { tokio::spawn(async { sleeps_in_async() }.probed("elsewhere")).await.unwrap() });
    });
    assert_silent(|| multi_thread().block_on(measure_stalls(LIMIT, async { tokio::time::sleep(STALL).await })).1);
    other.join().unwrap();
}

#[tokio::test]
async fn the_macro_gives_the_value_of_the_future() {
    assert_eq!(assert_no_stall!(10s, async { 6 * 7 }), 42);
    assert_eq!(assert_no_stall!(Duration::from_secs(10), async { 6 * 7 }), 42);
}

#[tokio::test]
#[should_panic(expected = "sleeps_in_async")]
async fn the_macro_panics_with_the_culprit() {
    assert_no_stall!(50ms, async { sleeps_in_async() });
}

#[test]
fn limits_are_read_as_they_are_written() {
    use clearway_probe::tokio::parse_limit;
    assert_eq!(parse_limit("50ms"), Duration::from_millis(50));
    assert_eq!(parse_limit("2s"), Duration::from_secs(2));
    assert_eq!(parse_limit("800us"), Duration::from_micros(800));
    for wrong in ["50", "ms", "0ms", "5m", "1.5s"] {
        assert!(std::panic::catch_unwind(|| parse_limit(wrong)).is_err(), "{wrong}");
    }
}
