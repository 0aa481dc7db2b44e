//! The loop of the calling thread, and the hot path on it.
//!
//! Everything goes through one structure per thread, so that a poll takes neither a lock nor a call into the library.
//! Polls nest (a measured future within another, a request within a connection): the outermost one is the poll, since
//! that is how long the thread's other tasks wait.
use crate::clock::{bucket, now_ns, ticks, to_ns};
use crate::ffi::{self, Slot};
use crate::{Error, LoopHandle};
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::Mutex;

/// Called when the time between two polls was at the threshold: true if it is to be counted.
pub(crate) type Judge = fn(now_ns: u64) -> bool;

/// What is measured between polls, on a thread where that can be told from waiting.
#[derive(Clone, Copy)]
pub(crate) struct Background {
    pub operation: u32,
    /// None: each is a poll. Otherwise only those count that are at the threshold and that this function confirms.
    pub judge: Option<Judge>,
}

struct Current {
    slot: Cell<*const Slot>,
    depth: Cell<u32>,
    operation: Cell<u32>,
    background: Cell<Option<Background>>,
    refused: Cell<bool>,
}

thread_local! {
    // Without a destructor, so that it can be used while the thread's others run.
    static CURRENT: Current = const {
        Current {
            slot: Cell::new(std::ptr::null()),
            depth: Cell::new(0),
            operation: Cell::new(0),
            background: Cell::new(None),
            refused: Cell::new(false),
        }
    };
    static OWNED: RefCell<Owned> = const { RefCell::new(Owned { handle: None, pool: None }) };
}

/// Keeps the loop alive as long as the thread can write to it.
struct Owned {
    handle: Option<LoopHandle>,
    /// Where the loop goes when the thread ends; None for loops that the program made.
    pool: Option<String>,
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            CURRENT.with(|current| {
                current.slot.set(std::ptr::null());
                current.background.set(None);
                current.refused.set(true);
            });
            let _ = handle.detach_in_library();
            give_back(handle, self.pool.take());
        }
    }
}

/// A measured poll; it ends when this is dropped. Belongs to its thread.
#[must_use = "the poll ends when this is dropped"]
#[derive(Debug)]
pub struct PollGuard<'a> {
    _of_this_thread: PhantomData<(*const (), &'a ())>,
}

impl Drop for PollGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        CURRENT.with(leave);
    }
}

/// Ends the poll whose guard was forgotten.
#[cfg(all(tokio_unstable, feature = "tokio"))]
#[inline]
pub(crate) fn leave_forgotten() {
    CURRENT.with(leave);
}

/// Begins a poll on the calling thread, which gets a loop if it has none.
#[inline]
pub(crate) fn enter<'a>(operation: u32) -> PollGuard<'a> {
    CURRENT.with(|current| {
        let depth = current.depth.get();
        current.depth.set(depth + 1);
        if depth == 0 {
            begin(current, operation);
        }
    });
    PollGuard { _of_this_thread: PhantomData }
}

#[inline]
fn begin(current: &Current, operation: u32) {
    if current.slot.get().is_null() {
        attach_by_itself(current);
    }
    current.operation.set(operation);
    // SAFETY: OWNED keeps the loop while the pointer is set.
    if let Some(slot) = unsafe { current.slot.get().as_ref() } {
        let now = ticks(slot);
        if current.background.get().is_some() {
            end_background(current, slot, now);
        }
        start_poll(slot, operation, now);
    }
}

#[inline]
fn leave(current: &Current) {
    let depth = current.depth.get() - 1;
    current.depth.set(depth);
    // SAFETY: as in `begin`.
    let Some(slot) = (unsafe { current.slot.get().as_ref() }) else { return };
    if depth != 0 {
        return;
    }
    let begin = slot.begin.load(Relaxed);
    if begin == 0 {
        return; // the loop was attached or left within the poll
    }
    let now = ticks(slot);
    count_poll(slot, begin, now);
    match current.background.get() {
        None => slot.begin.store(0, Relaxed),
        Some(background) => start_poll(slot, background.operation, now),
    }
}

#[inline]
fn start_poll(slot: &Slot, operation: u32, now: u64) {
    slot.operation.store(u64::from(operation), Relaxed);
    slot.sequence.store(slot.sequence.load(Relaxed) + 1, Relaxed);
    slot.begin.store(now, Relaxed);
}

#[inline]
fn count_poll(slot: &Slot, begin: u64, end: u64) {
    let elapsed = if (end.wrapping_sub(begin) as i64) > 0 { end - begin } else { 0 };
    let ns = to_ns(slot, elapsed);
    let count = &slot.counts[bucket(ns)];
    count.store(count.load(Relaxed) + 1, Relaxed);
    slot.sum_ns.store(slot.sum_ns.load(Relaxed) + ns, Relaxed);
    if ns > slot.max_ns.load(Relaxed) {
        slot.max_ns.store(ns, Relaxed);
    }
    if elapsed >= slot.threshold_ticks.load(Relaxed) {
        stalled(slot, begin, end);
    }
}

#[cold]
fn stalled(slot: &Slot, begin: u64, end: u64) {
    // SAFETY: the address of a slot is that of its loop, which is alive and attached to this thread.
    unsafe { ffi::clearway_poll_stalled(std::ptr::from_ref(slot).cast_mut().cast(), begin, end) };
}

fn end_background(current: &Current, slot: &Slot, now: u64) {
    let begin = slot.begin.load(Relaxed);
    let Some(background) = current.background.get() else { return };
    if begin == 0 {
        return;
    }
    let counts = background
        .judge
        .is_none_or(|judge| now.saturating_sub(begin) >= slot.threshold_ticks.load(Relaxed) && judge(now_ns()));
    if counts {
        count_poll(slot, begin, now);
    }
}

/// Measures what happens between polls from here on; None: no longer.
pub(crate) fn set_background(background: Option<Background>) {
    CURRENT.with(|current| {
        if current.slot.get().is_null() {
            attach_by_itself(current);
        }
        pause_background(current);
        current.background.set(background);
        resume_background(current);
    });
}

fn pause_background(current: &Current) {
    // SAFETY: as in `begin`.
    if let (0, Some(slot), Some(_)) = (current.depth.get(), unsafe { current.slot.get().as_ref() }, current.background.get())
    {
        end_background(current, slot, ticks(slot));
        slot.begin.store(0, Relaxed);
    }
}

fn resume_background(current: &Current) {
    // SAFETY: as in `begin`.
    if let (0, Some(slot), Some(background)) =
        (current.depth.get(), unsafe { current.slot.get().as_ref() }, current.background.get())
    {
        start_poll(slot, background.operation, ticks(slot));
    }
}

/// Runs `work` outside of the poll in progress: it does not delay the loop.
pub(crate) fn outside_poll<R>(work: impl FnOnce() -> R) -> R {
    struct Resume(u32, u32, Option<Background>);
    impl Drop for Resume {
        fn drop(&mut self) {
            CURRENT.with(|current| {
                current.background.set(self.2);
                if self.0 != 0 {
                    begin(current, self.1);
                }
                current.depth.set(self.0);
                resume_background(current);
            });
        }
    }
    let _resume = CURRENT.with(|current| {
        let resume = Resume(current.depth.get(), current.operation.get(), current.background.get());
        pause_background(current);
        current.background.set(None);
        if resume.0 != 0 {
            current.depth.set(1);
            leave(current);
        }
        resume
    });
    work()
}

// ---- Attaching ----

/// Loops whose threads have ended, for the next thread of the same name.
static POOL: Mutex<Vec<(String, LoopHandle)>> = Mutex::new(Vec::new());
static NAME: Mutex<Option<String>> = Mutex::new(None);

pub(crate) fn name_loops(prefix: Option<String>) {
    *lock(&NAME) = prefix;
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn give_back(handle: LoopHandle, pool: Option<String>) {
    if let (Some(name), false) = (pool, handle.is_asserted()) {
        lock(&POOL).push((name, handle));
    }
}

fn take_from_pool(name: &str) -> Option<LoopHandle> {
    let mut pool = lock(&POOL);
    let at = pool.iter().position(|(of, _)| of == name)?;
    Some(pool.swap_remove(at).1)
}

#[cold]
fn attach_by_itself(current: &Current) {
    if !current.refused.get() {
        let prefix = lock(&NAME).clone();
        let _ = attach_named(prefix);
    }
}

/// Gives the thread a loop named after `prefix` (its own name if None), unless it has one.
///
/// # Errors
/// What creating or attaching a loop answers; the thread is not tried again then.
pub(crate) fn attach_named(prefix: Option<String>) -> Result<(), Error> {
    if !CURRENT.with(|current| current.slot.get().is_null()) {
        return Ok(());
    }
    let result = try_attach(prefix);
    CURRENT.with(|current| current.refused.set(result.is_err()));
    result
}

fn try_attach(prefix: Option<String>) -> Result<(), Error> {
    let of_thread = || std::thread::current().name().unwrap_or("thread").to_owned();
    let name = prefix.unwrap_or_else(of_thread);
    let handle = take_from_pool(&name).map_or_else(|| LoopHandle::numbered(&name), Ok)?;
    handle.attach_in_library()?;
    bind(handle, Some(name));
    Ok(())
}

pub(crate) fn bind(handle: LoopHandle, pool: Option<String>) {
    let slot = handle.slot();
    let bound = OWNED.try_with(|owned| *owned.borrow_mut() = Owned { handle: Some(handle.clone()), pool });
    if bound.is_err() {
        let _ = handle.detach_in_library(); // the thread is ending
        return;
    }
    CURRENT.with(|current| current.slot.set(slot));
    #[cfg(feature = "tokio")]
    crate::tokio::loop_attached(&handle);
}

pub(crate) fn unbind() -> Option<LoopHandle> {
    CURRENT.with(|current| {
        pause_background(current);
        current.background.set(None);
        current.slot.set(std::ptr::null());
    });
    let mut taken = OWNED.try_with(|owned| {
        let mut owned = owned.borrow_mut();
        (owned.handle.take(), owned.pool.take())
    });
    taken.as_mut().ok().and_then(|(handle, _)| handle.take())
}

#[inline]
pub(crate) fn is_current(slot: *const Slot) -> bool {
    CURRENT.with(|current| current.slot.get() == slot)
}

pub(crate) fn current_loop() -> Option<LoopHandle> {
    OWNED.try_with(|owned| owned.borrow().handle.clone()).ok().flatten()
}
