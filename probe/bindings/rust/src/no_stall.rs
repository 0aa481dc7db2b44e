//! Assertions for tests: no poll above a limit between here and there.
use crate::error::check;
use crate::text::{from_c, nanoseconds};
use crate::{ffi, probe, Cause, Error, LoopHandle};
use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What an assertion saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measured {
    /// Polls that ended.
    pub polls: u64,
    /// Polls above the limit.
    pub stalls: u64,
    /// The longest poll; of those below the limit to 6.25 %.
    pub worst: Duration,
}

/// Why an assertion does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotProved {
    /// A poll was above the limit.
    Stalled(Stalled),
    /// Nothing was measured, which proves nothing: `NotAttached` or `NeverPolled`.
    NotMeasured(Error),
}

/// Polls above the limit of an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stalled {
    /// What was measured.
    pub measured: Measured,
    /// Of the worst stall.
    pub cause: Cause,
    /// For a person: durations, cause and the stack of the worst stall.
    pub summary: String,
}

impl fmt::Display for NotProved {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotProved::Stalled(stalled) => out.write_str(&stalled.summary),
            NotProved::NotMeasured(error) => write!(out, "no stall was seen because nothing was measured: {error}"),
        }
    }
}

impl std::error::Error for NotProved {}

/// One limit on one loop or, without a loop, on all.
pub(crate) struct Scope {
    handle: *mut ffi::ScopeHandle,
    of: Option<LoopHandle>,
}

// SAFETY: a scope may be ended by any thread.
unsafe impl Send for Scope {}

impl Scope {
    pub(crate) fn open(of: Option<LoopHandle>, limit: Duration) -> Result<Scope, Error> {
        let mut handle = std::ptr::null_mut();
        let raw = of.as_ref().map_or(std::ptr::null_mut(), LoopHandle::raw);
        // SAFETY: the loop is alive or null.
        check(unsafe { ffi::clearway_scope_begin(raw, nanoseconds(limit), &mut handle) })?;
        if let Some(of) = &of {
            of.asserted().fetch_add(1, Ordering::AcqRel);
        }
        Ok(Scope { handle, of })
    }

    pub(crate) fn of(&self) -> Option<&LoopHandle> {
        self.of.as_ref()
    }

    pub(crate) fn close(mut self) -> Result<Measured, NotProved> {
        let mut result = ffi::sized::<ffi::ScopeResult>();
        // SAFETY: the scope is open, and not used afterwards.
        let status = unsafe { ffi::clearway_scope_end(self.handle, &mut result) };
        self.handle = std::ptr::null_mut();
        let measured = Measured { polls: result.polls, stalls: result.stalls, worst: Duration::from_nanos(result.worst_ns) };
        if status == ffi::E_STALLED {
            // SAFETY: the library ends the text with a zero.
            let summary = unsafe { from_c(result.summary.as_ptr()) }.unwrap_or_default();
            return Err(NotProved::Stalled(Stalled { measured, cause: Cause::of(result.cause), summary }));
        }
        check(status).map(|()| measured).map_err(NotProved::NotMeasured)
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: the scope is open, and not used afterwards.
            unsafe { ffi::clearway_scope_end(self.handle, std::ptr::null_mut()) };
        }
        if let Some(of) = &self.of {
            of.asserted().fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// Asserts that no poll takes longer than a limit while it lives. Starts the watchdog if it does not run.
///
/// For code that is not within one future; within one, see `assert_no_stall!`.
///
/// ```
/// use clearway_probe::{NoStall, LoopHandle, Operation};
/// use std::time::Duration;
///
/// let handle = LoopHandle::new("dispatcher")?;
/// handle.attach()?;
/// let no_stall = NoStall::on(&handle, Duration::from_millis(50))?;
/// drop(handle.poll(Operation::default())?);
/// assert_eq!(no_stall.check().expect("nothing stalls").polls, 1);
/// # Ok::<(), clearway_probe::Error>(())
/// ```
#[must_use = "dropping it ends the assertion"]
pub struct NoStall(Option<Scope>);

impl NoStall {
    /// For one loop.
    ///
    /// # Errors
    /// `Invalid` for a limit of zero, `Memory`.
    pub fn on(handle: &LoopHandle, limit: Duration) -> Result<Self, Error> {
        probe::ensure_running();
        Scope::open(Some(handle.clone()), limit).map(|scope| NoStall(Some(scope)))
    }

    /// For all loops of the process that exist now, those of other tests too.
    ///
    /// # Errors
    /// `Invalid` for a limit of zero, `Memory`.
    pub fn everywhere(limit: Duration) -> Result<Self, Error> {
        probe::ensure_running();
        Scope::open(None, limit).map(|scope| NoStall(Some(scope)))
    }

    /// Ends the assertion. Waits up to a tick for the culprit.
    ///
    /// # Errors
    /// `NotProved` if a poll was above the limit, or none was measured.
    pub fn check(mut self) -> Result<Measured, NotProved> {
        self.0.take().map_or(Ok(Measured::default()), Scope::close)
    }
}

impl Drop for NoStall {
    /// Panics if the assertion does not hold and was not checked.
    fn drop(&mut self) {
        let Some(Err(error)) = self.0.take().map(Scope::close) else { return };
        if !std::thread::panicking() {
            panic!("{error}");
        }
    }
}

impl fmt::Debug for NoStall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NoStall")
    }
}
