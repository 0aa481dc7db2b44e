use crate::error::check;
use crate::ffi::{self, Slot};
use crate::text::{nanoseconds, to_c};
use crate::thread::{self, PollGuard};
use crate::{Error, Operation, Snapshot};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

/// One thread that must not stop: an event loop, or one worker of a runtime.
///
/// Futures measured with `Probed` need none: their threads get loops by themselves. This is for loops of your own.
///
/// ```
/// use clearway_probe::{LoopHandle, Operation};
///
/// let handle = LoopHandle::new("dispatcher")?;
/// let command = Operation::new("command")?;
/// handle.attach()?; // on the loop's own thread
/// for _ in 0..3 {
///     // ... wait for events ...
///     let _poll = handle.poll(command)?;
///     // ... handle them ...
/// }
/// assert_eq!(handle.snapshot()?.polls, 3);
/// # Ok::<(), clearway_probe::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LoopHandle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    handle: *mut ffi::Loop,
    /// Assertions that cover it.
    asserted: AtomicUsize,
}

// SAFETY: the library's functions check the calling thread themselves, and its counters are atomic.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: the last handle; a thread that is attached holds one.
        unsafe { ffi::clearway_loop_destroy(self.handle) };
    }
}

impl LoopHandle {
    /// A loop without a thread.
    ///
    /// # Errors
    /// `Invalid` for a name with a zero byte, `Memory`, `Version`.
    pub fn new(name: &str) -> Result<Self, Error> {
        // SAFETY: has no conditions.
        if unsafe { ffi::clearway_slot_layout() } != ffi::SLOT_LAYOUT {
            return Err(Error::Version);
        }
        let name = to_c(name)?;
        let mut config = ffi::sized::<ffi::LoopConfig>();
        config.name = name.as_ptr();
        let mut handle = std::ptr::null_mut();
        // SAFETY: the library copies the name.
        check(unsafe { ffi::clearway_loop_create(&config, &mut handle) })?;
        Ok(LoopHandle(Arc::new(Inner { handle, asserted: AtomicUsize::new(0) })))
    }

    pub(crate) fn numbered(prefix: &str) -> Result<Self, Error> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        LoopHandle::new(&format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// The loop of the calling thread.
    pub fn current() -> Option<Self> {
        thread::current_loop()
    }

    /// Makes the calling thread the loop's thread. The thread's end detaches it.
    ///
    /// # Errors
    /// `Attached` if the thread has a loop or the loop a thread.
    pub fn attach(&self) -> Result<(), Error> {
        self.attach_in_library()?;
        thread::bind(self.clone(), None);
        Ok(())
    }

    /// Ends a poll in progress and releases the thread.
    ///
    /// # Errors
    /// `WrongThread` on another thread, `NotAttached`.
    pub fn detach(&self) -> Result<(), Error> {
        if !self.is_of_this_thread() {
            return self.detach_in_library(); // says what is wrong, and counts it
        }
        thread::unbind();
        self.detach_in_library()
    }

    /// Begins a poll, which ends when the guard is dropped. Within another poll it is part of that one.
    ///
    /// # Errors
    /// `WrongThread` on another thread, `NotAttached`.
    pub fn poll(&self, operation: Operation) -> Result<PollGuard<'_>, Error> {
        self.on_its_thread()?;
        Ok(thread::enter(operation.number()))
    }

    /// The loop is alive and busy. For loops without polls: silence from here on is a stall, until `idle`.
    ///
    /// # Errors
    /// `WrongThread` on another thread, `NotAttached`.
    pub fn heartbeat(&self) -> Result<(), Error> {
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_heartbeat(self.0.handle) })
    }

    /// The loop is about to wait for events.
    ///
    /// # Errors
    /// `WrongThread` on another thread, `NotAttached`.
    pub fn idle(&self) -> Result<(), Error> {
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_idle(self.0.handle) })
    }

    /// Changes the threshold of this loop.
    ///
    /// # Errors
    /// `Invalid` for zero.
    pub fn set_threshold(&self, threshold: Duration) -> Result<(), Error> {
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_set_threshold(self.0.handle, nanoseconds(threshold)) })
    }

    /// What was counted so far. 5 us.
    ///
    /// # Errors
    /// None in practice; `Version` if the linked library is another one.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Snapshot::of(self.0.handle)
    }

    /// Whether stalls of this loop would be found.
    ///
    /// # Errors
    /// `NotAttached`, `NeverPolled` or `NotRunning`: what is missing first.
    pub fn is_installed(&self) -> Result<(), Error> {
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_installed(self.0.handle) })
    }

    pub(crate) fn raw(&self) -> *mut ffi::Loop {
        self.0.handle
    }

    pub(crate) fn slot(&self) -> *const Slot {
        self.0.handle.cast_const().cast()
    }

    pub(crate) fn attach_in_library(&self) -> Result<(), Error> {
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_attach(self.0.handle) })
    }

    pub(crate) fn detach_in_library(&self) -> Result<(), Error> {
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_detach(self.0.handle) })
    }

    fn is_of_this_thread(&self) -> bool {
        thread::is_current(self.slot())
    }

    fn on_its_thread(&self) -> Result<(), Error> {
        if self.is_of_this_thread() {
            return Ok(());
        }
        // The library knows which mistake it is, and counts it; there is no poll of this thread to end.
        // SAFETY: the handle is alive.
        check(unsafe { ffi::clearway_loop_end(self.0.handle) })?;
        Err(Error::WrongThread)
    }

    /// Somebody else holds it too.
    #[cfg(feature = "tokio")]
    pub(crate) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    pub(crate) fn asserted(&self) -> &AtomicUsize {
        &self.0.asserted
    }

    pub(crate) fn is_asserted(&self) -> bool {
        self.asserted().load(Ordering::Acquire) != 0
    }
}

impl PartialEq for LoopHandle {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for LoopHandle {}
