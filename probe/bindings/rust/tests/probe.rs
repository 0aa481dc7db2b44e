//! Start and stop, loops of one's own, spans. One process, one watchdog: the tests take turns.
use clearway_probe::{
    installation, is_installed, library_version, outside_poll, prometheus_text, Cause, Error, LoopHandle, NoStall,
    NotProved, Operation, Probe, SpanLimits, Stall,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    drop(Probe::builder().start().unwrap()); // takes the place of the one that assertions start, and ends it
    turn
}

/// Starts the probe with a threshold of 20 ms; the stalls it reports are collected.
fn collecting() -> (Probe, Arc<Mutex<Vec<Stall>>>) {
    let stalls = Arc::new(Mutex::new(Vec::new()));
    let sink = stalls.clone();
    let on_stall = move |stall: &Stall| sink.lock().unwrap().push(stall.clone());
    let probe = Probe::builder().threshold(Duration::from_millis(20)).on_stall(on_stall).start().unwrap();
    (probe, stalls)
}

const STALL: Duration = Duration::from_millis(300); // most of it is seen, even on a busy machine

#[inline(never)]
fn sleeps_within_a_poll() {
    thread::sleep(STALL);
}

#[test]
fn a_stall_is_reported_with_cause_and_stack() {
    let _turn = alone();
    let (probe, stalls) = collecting();
    let handle = LoopHandle::new("own").unwrap();
    handle.attach().unwrap();
    {
        let _poll = handle.poll(Operation::new("request").unwrap()).unwrap();
        sleeps_within_a_poll();
    }
    probe.flush().unwrap();
    let stalls = stalls.lock().unwrap();
    let [stall] = stalls.as_slice() else { panic!("{stalls:?}") };
    assert_eq!((stall.cause, stall.loop_name.as_str()), (Cause::Syscall, "own"));
    assert_eq!((stall.operation.as_deref(), stall.poll), (Some("request"), 1));
    assert!(stall.detail.as_deref().unwrap().ends_with("nanosleep"), "{stall}");
    assert!(stall.is_in("sleeps_within_a_poll"), "{stall}");
    assert!(stall.duration >= STALL);
    assert!(stall.frames[0].module.is_some() && !stall.ongoing);
}

#[test]
fn a_second_start_is_refused() {
    let _turn = alone();
    let probe = Probe::builder().start().unwrap();
    assert_eq!(Probe::builder().start().unwrap_err(), Error::Running);
    probe.stop().unwrap();
    assert_eq!(is_installed(), Err(Error::NotRunning));
    drop(Probe::builder().start().unwrap());
    assert!(!installation().running);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_named() {
    let _turn = alone();
    let said = Arc::new(Mutex::new(String::new()));
    let sink = said.clone();
    let builder = Probe::builder().jsonl("/nowhere/stalls.jsonl");
    let result = builder.on_message(move |_, text| sink.lock().unwrap().push_str(text)).start();
    assert_eq!(result.unwrap_err(), Error::Output);
    assert!(said.lock().unwrap().contains("/nowhere/stalls.jsonl"));
    assert!(!installation().running);
    assert_eq!(Probe::builder().jsonl("zero\0byte").start().unwrap_err(), Error::Invalid);
}

#[test]
fn records_are_written() {
    let _turn = alone();
    let path = std::env::temp_dir().join(format!("clearway-{}.jsonl", std::process::id()));
    let probe = Probe::builder().threshold(Duration::from_millis(20)).jsonl(&path).start().unwrap();
    let handle = LoopHandle::new("written").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            handle.attach().unwrap();
            let _poll = handle.poll(Operation::default()).unwrap();
            sleeps_within_a_poll();
        });
    });
    drop(probe);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let stall = text.lines().find(|line| line.contains("\"type\":\"stall\"")).expect(&text);
    assert!(stall.contains("\"symbol\":\"probe::sleeps_within_a_poll\""), "{stall}");
    assert!(!stall.contains('$') && !stall.contains("_ZN") && !stall.contains("\"_R"), "{stall}");
    let is_hash = |rest: &str| rest.len() > 16 && rest.bytes().take(16).all(|byte| byte.is_ascii_hexdigit());
    assert!(!stall.split("::h").skip(1).any(is_hash), "{stall}");
    assert!(text.lines().last().unwrap().contains("\"type\":\"stop\""), "{text}");
}

#[test]
fn a_panic_in_a_callback_harms_nobody() {
    let _turn = alone();
    let probe = Probe::builder().threshold(Duration::from_millis(20)).on_stall(|_| panic!("on purpose")).start().unwrap();
    let handle = LoopHandle::new("unlucky").unwrap();
    handle.attach().unwrap();
    {
        let _poll = handle.poll(Operation::default()).unwrap();
        sleeps_within_a_poll();
    }
    probe.flush().unwrap();
    assert_eq!(handle.snapshot().unwrap().stalls, 1);
    probe.stop().unwrap();
}

#[test]
fn the_probe_cannot_be_stopped_from_its_own_callback() {
    let _turn = alone();
    let answer = Arc::new(Mutex::new(None));
    let sink = answer.clone();
    let on_stall = move |_: &Stall| *sink.lock().unwrap() = Some(Probe::builder().start().unwrap_err());
    let probe = Probe::builder().threshold(Duration::from_millis(20)).on_stall(on_stall).start().unwrap();
    let handle = LoopHandle::new("own").unwrap();
    handle.attach().unwrap();
    {
        let _poll = handle.poll(Operation::default()).unwrap();
        sleeps_within_a_poll();
    }
    probe.flush().unwrap();
    assert_eq!(*answer.lock().unwrap(), Some(Error::Invalid));
}

#[test]
fn what_is_missing_is_said() {
    let _turn = alone();
    assert_eq!(is_installed(), Err(Error::NotRunning));
    assert!(installation().problem.unwrap().contains("run"));
    let handle = LoopHandle::new("later").unwrap();
    let _probe = Probe::builder().start().unwrap();
    assert_eq!(handle.is_installed(), Err(Error::NotAttached));
    handle.attach().unwrap();
    assert_eq!(handle.is_installed(), Err(Error::NeverPolled));
    drop(handle.poll(Operation::default()).unwrap());
    assert_eq!((handle.is_installed(), is_installed()), (Ok(()), Ok(())));
    assert!(installation().stacks && installation().signal_intact);
}

#[test]
fn calls_from_a_wrong_thread_change_nothing_and_are_counted() {
    let handle = LoopHandle::new("owned").unwrap();
    assert_eq!(handle.poll(Operation::default()).unwrap_err(), Error::NotAttached);
    handle.attach().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(handle.poll(Operation::default()).unwrap_err(), Error::WrongThread);
            assert_eq!(handle.heartbeat().unwrap_err(), Error::WrongThread);
            assert_eq!(handle.idle().unwrap_err(), Error::WrongThread);
            assert_eq!(handle.attach().unwrap_err(), Error::Attached);
            assert_eq!(handle.detach().unwrap_err(), Error::WrongThread);
        });
    });
    let counted = handle.snapshot().unwrap();
    assert_eq!(counted.polls, 0);
    assert_eq!(counted.wrong_thread, 5); // four here, and the one before it had a thread
    handle.detach().unwrap();
    assert_eq!(handle.detach().unwrap_err(), Error::NotAttached);
}

#[test]
fn a_thread_has_one_loop() {
    let (one, other) = (LoopHandle::new("one").unwrap(), LoopHandle::new("other").unwrap());
    one.attach().unwrap();
    assert_eq!(one.attach().unwrap_err(), Error::Attached);
    assert_eq!(other.attach().unwrap_err(), Error::Attached);
    assert_eq!(LoopHandle::current(), Some(one.clone()));
    one.detach().unwrap();
    other.attach().unwrap();
    assert_eq!(LoopHandle::current(), Some(other));
}

#[test]
fn polls_nest_into_one() {
    let handle = LoopHandle::new("nested").unwrap();
    handle.attach().unwrap();
    {
        let _outer = handle.poll(Operation::default()).unwrap();
        drop(handle.poll(Operation::default()).unwrap());
    }
    let counted = handle.snapshot().unwrap();
    assert_eq!((counted.polls, counted.buckets.iter().map(|(_, count)| count).sum()), (1, 1));
}

#[test]
fn a_wait_within_a_poll_can_be_left_out() {
    let handle = LoopHandle::new("waits").unwrap();
    handle.attach().unwrap();
    {
        let _poll = handle.poll(Operation::default()).unwrap();
        outside_poll(|| thread::sleep(Duration::from_millis(60)));
    }
    let counted = handle.snapshot().unwrap();
    assert_eq!(counted.polls, 2); // before and after
    assert!(counted.raw.max < Duration::from_millis(50), "{counted:?}");
}

#[test]
fn the_end_of_a_thread_detaches_its_loop() {
    let handle = LoopHandle::new("short").unwrap();
    let theirs = handle.clone();
    let thread = thread::spawn(move || {
        theirs.attach().unwrap();
        std::mem::forget(theirs.poll(Operation::default()).unwrap());
    });
    thread.join().unwrap();
    let counted = handle.snapshot().unwrap();
    assert_eq!((counted.thread_id, counted.polls), (0, 1));
    handle.attach().unwrap(); // it can have another thread now
}

#[test]
fn a_loop_may_be_dropped_while_its_thread_lives() {
    let operation = Operation::new("kept").unwrap();
    thread::spawn(move || {
        let handle = LoopHandle::new("dropped").unwrap();
        handle.attach().unwrap();
        drop(handle);
        let current = LoopHandle::current().unwrap();
        drop(current.poll(operation).unwrap());
        assert_eq!(current.snapshot().unwrap().polls, 1);
    })
    .join()
    .unwrap();
}

#[test]
fn silence_of_a_loop_that_only_beats_is_a_stall() {
    let _turn = alone();
    let (probe, stalls) = collecting();
    let handle = LoopHandle::new("beating").unwrap();
    handle.attach().unwrap();
    handle.heartbeat().unwrap();
    thread::sleep(Duration::from_millis(30));
    handle.heartbeat().unwrap();
    sleeps_within_a_poll();
    handle.idle().unwrap();
    thread::sleep(Duration::from_millis(60)); // waiting is no stall
    probe.flush().unwrap();
    let stalls = stalls.lock().unwrap();
    assert!(stalls.iter().any(|stall| stall.estimated && stall.is_in("sleeps_within_a_poll")), "{stalls:?}");
    assert!(stalls.iter().all(|stall| stall.loop_name == "beating"));
}

#[test]
fn an_assertion_on_a_loop_names_the_culprit() {
    let _turn = alone();
    let handle = LoopHandle::new("asserted").unwrap();
    handle.attach().unwrap();
    let limit = Duration::from_millis(30);
    let stalls = || {
        let _poll = handle.poll(Operation::default()).unwrap();
        sleeps_within_a_poll();
    };
    let no_stall = NoStall::on(&handle, limit).unwrap();
    stalls();
    let Err(NotProved::Stalled(stalled)) = no_stall.check() else { panic!("not found") };
    assert!(stalled.summary.contains("sleeps_within_a_poll"), "{}", stalled.summary);
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _no_stall = NoStall::on(&handle, limit).unwrap();
        stalls();
    }));
    assert!(dropped.unwrap_err().downcast_ref::<String>().unwrap().contains("sleeps_within_a_poll"));
}

#[test]
fn an_assertion_that_measured_nothing_does_not_hold() {
    let _turn = alone();
    let handle = LoopHandle::new("unused").unwrap();
    let limit = Duration::from_millis(30);
    assert_eq!(NoStall::on(&handle, limit).unwrap().check(), Err(NotProved::NotMeasured(Error::NotAttached)));
    handle.attach().unwrap();
    assert_eq!(NoStall::on(&handle, limit).unwrap().check(), Err(NotProved::NotMeasured(Error::NeverPolled)));
    assert_eq!(NoStall::on(&handle, Duration::ZERO).unwrap_err(), Error::Invalid);
}

#[test]
fn spans_measure_the_first_item_and_the_gaps() {
    let operation = Operation::new("stream").unwrap();
    let limits = SpanLimits { gap: Some(Duration::from_millis(20)), ..SpanLimits::default() };
    operation.set_limits(limits).unwrap();
    let mut span = operation.span();
    for _ in 0..3 {
        thread::sleep(Duration::from_millis(30));
        span.item();
    }
    assert_eq!(operation.snapshot().unwrap().open, 1);
    thread::spawn(move || span.end()).join().unwrap();
    drop(operation.span());
    let counted = operation.snapshot().unwrap();
    assert_eq!((counted.open, counted.ended, counted.cancelled, counted.broken), (0, 1, 1, 1));
    assert_eq!((counted.first_item.count, counted.gaps.count), (1, 2));
    assert!(counted.first_item.max >= Duration::from_millis(30) && counted.duration.max >= Duration::from_millis(90));
    assert_eq!(Operation::default().set_limits(limits), Err(Error::Invalid));
}

#[test]
fn the_watchdog_that_assertions_start_gives_way() {
    let _turn = alone();
    let handle = LoopHandle::new("implicit").unwrap();
    drop(NoStall::on(&handle, Duration::from_secs(9)).unwrap().check());
    assert!(installation().running);
    let probe = Probe::builder().start().unwrap();
    drop(NoStall::on(&handle, Duration::from_secs(9)).unwrap().check());
    probe.stop().unwrap();
    assert!(!installation().running);
}

#[test]
fn bad_names_are_refused() {
    assert_eq!(Operation::new("zero\0byte").unwrap_err(), Error::Invalid);
    assert_eq!(LoopHandle::new("zero\0byte").unwrap_err(), Error::Invalid);
    assert_eq!(Operation::new("same").unwrap(), Operation::new("same").unwrap());
    assert_eq!(Error::Running.to_string(), "the watchdog runs already");
}

#[test]
fn counts_are_offered_to_prometheus() {
    let handle = LoopHandle::new("scraped").unwrap();
    handle.attach().unwrap();
    drop(handle.poll(Operation::default()).unwrap());
    assert!(prometheus_text().contains("loop=\"scraped\""), "{}", prometheus_text());
    assert_eq!(library_version(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn many_loops_come_and_go() {
    for _ in 0..10_000 {
        LoopHandle::new("many").unwrap();
    }
    let threads: Vec<_> = (0..50)
        .map(|_| {
            thread::spawn(|| {
                let handle = LoopHandle::new("threads").unwrap();
                handle.attach().unwrap();
                drop(handle.poll(Operation::default()).unwrap());
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
