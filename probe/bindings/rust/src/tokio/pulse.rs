//! Stalls of tasks that are not measured themselves, on a current-thread runtime.
//!
//! tokio tells a wrapped future nothing about its neighbours. So a helper thread wakes the future again and again, and the time
//! from one poll of it to the next is watched like a poll named "other tasks". The runtime waits for events in that time too,
//! and the machine may be late to run either thread, so such a time counts only if the wake-up was pending for the whole limit,
//! without what the runtime's thread waited for a core meanwhile.
use crate::clock::now_ns;
use crate::thread::{set_background, Background};
use crate::Operation;
use std::cell::RefCell;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

/// Shared by the runtime's thread, the helper and the wakers of the watched future.
struct Shared {
    limit_ns: u64,
    schedstat: Option<File>,
    /// When the wake-up that is pending was sent; 0: none is.
    sent_ns: AtomicU64,
    /// What the thread had waited for a core by then.
    delay_at_sent_ns: AtomicU64,
    /// The watched future itself wants to be polled.
    woken: AtomicBool,
    parent: Mutex<Waker>,
    stop: Mutex<bool>,
    stopped: Condvar,
}

thread_local! {
    static OF_THREAD: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

pub(super) struct Pulse {
    shared: Arc<Shared>,
    waker: Waker,
    helper: Option<JoinHandle<()>>,
    thread: ThreadId,
}

impl Pulse {
    /// None if there is no thread to be had, or another assertion on this thread pulses already.
    pub(super) fn start(limit: Duration, parent: &Waker) -> Option<Pulse> {
        if OF_THREAD.with_borrow(Option::is_some) {
            return None;
        }
        let shared = Arc::new(Shared {
            limit_ns: crate::text::nanoseconds(limit),
            schedstat: File::open("/proc/thread-self/schedstat").ok(),
            sent_ns: AtomicU64::new(0),
            delay_at_sent_ns: AtomicU64::new(0),
            woken: AtomicBool::new(true),
            parent: Mutex::new(parent.clone()),
            stop: Mutex::new(false),
            stopped: Condvar::new(),
        });
        let period = (limit / 10).clamp(Duration::from_millis(1), Duration::from_millis(100));
        let theirs = shared.clone();
        let helper = std::thread::Builder::new().name("clearway-pulse".into()).spawn(move || theirs.pulse(period)).ok()?;
        OF_THREAD.set(Some(shared.clone()));
        set_background(Some(Background { operation: Operation::named("other tasks").number(), judge: Some(is_stall) }));
        let waker = Waker::from(shared.clone());
        Some(Pulse { shared, waker, helper: Some(helper), thread: std::thread::current().id() })
    }

    /// Polls the watched future if it asked for that, and not because of a pulse.
    pub(super) fn poll<T>(&self, context: &Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        {
            let mut parent = lock(&self.shared.parent);
            parent.clone_from(context.waker());
        }
        self.shared.sent_ns.store(0, Ordering::Release);
        if self.shared.woken.swap(false, Ordering::AcqRel) {
            poll(&mut Context::from_waker(&self.waker))
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        *lock(&self.shared.stop) = true;
        self.shared.stopped.notify_one();
        if self.thread == std::thread::current().id() {
            set_background(None);
            let _ = OF_THREAD.try_with(|of_thread| of_thread.take());
        }
        if let Some(helper) = self.helper.take() {
            let _ = helper.join();
        }
    }
}

impl Shared {
    fn pulse(&self, period: Duration) {
        let mut stop = lock(&self.stop);
        while !*stop {
            stop = self.stopped.wait_timeout(stop, period).unwrap_or_else(PoisonError::into_inner).0;
            if !*stop && self.sent_ns.load(Ordering::Acquire) == 0 {
                self.delay_at_sent_ns.store(self.run_queue_delay_ns(), Ordering::Relaxed);
                self.sent_ns.store(now_ns(), Ordering::Release);
                let parent = lock(&self.parent).clone();
                parent.wake();
            }
        }
    }

    /// How long the runtime's thread has waited for a core in its life; 0 if that cannot be known.
    fn run_queue_delay_ns(&self) -> u64 {
        let mut text = [0; 64];
        let length = self.schedstat.as_ref().and_then(|file| file.read_at(&mut text, 0).ok()).unwrap_or(0);
        let fields = std::str::from_utf8(&text[..length]).unwrap_or_default();
        fields.split_whitespace().nth(1).and_then(|delay| delay.parse().ok()).unwrap_or(0)
    }

    fn is_stall(&self, end_ns: u64) -> bool {
        let sent = self.sent_ns.load(Ordering::Acquire);
        if sent == 0 {
            return false; // the helper itself was late
        }
        let starved = self.run_queue_delay_ns().saturating_sub(self.delay_at_sent_ns.load(Ordering::Relaxed));
        end_ns.saturating_sub(sent).saturating_sub(starved) >= self.limit_ns
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        let parent = lock(&self.parent).clone();
        parent.wake();
    }
}

fn is_stall(end_ns: u64) -> bool {
    let of_thread = OF_THREAD.try_with(|of_thread| of_thread.borrow().clone());
    of_thread.ok().flatten().is_some_and(|shared| shared.is_stall(end_ns))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
