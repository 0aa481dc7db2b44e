use crate::error::check;
use crate::text::from_c;
use crate::{ffi, Error};

/// The state of the probe in this process.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Installation {
    /// The watchdog runs.
    pub running: bool,
    /// Loops that exist.
    pub loops: u32,
    /// Of these, with a live thread.
    pub attached: u32,
    /// Of these, with at least one poll.
    pub polled: u32,
    /// The signal in use; 0 if none.
    pub signal: i32,
    /// Its handler is still the probe's.
    pub signal_intact: bool,
    /// Blocked threads get a stack.
    pub proc_readable: bool,
    /// A stack of the calling thread could be taken.
    pub stacks: bool,
    /// The first thing that is wrong, in words.
    pub problem: Option<String>,
}

/// The state of the probe, whether it works or not.
pub fn installation() -> Installation {
    query().0
}

/// Whether stalls would be found at all: a probe that is not installed looks like a program without stalls. Call it from a
/// test or a health check.
///
/// ```
/// # use clearway_probe::Error;
/// assert_eq!(clearway_probe::is_installed(), Err(Error::NotRunning)); // nobody started it
/// ```
///
/// # Errors
/// What is missing first: `NotRunning`, `NotAttached`, `NeverPolled`.
pub fn is_installed() -> Result<(), Error> {
    query().1
}

fn query() -> (Installation, Result<(), Error>) {
    let mut from = ffi::sized::<ffi::Installation>();
    // SAFETY: the structure says its size; the text in it is static or null.
    let (status, problem) = unsafe {
        let status = ffi::clearway_probe_installed(&mut from);
        (status, from_c(from.problem))
    };
    let state = Installation {
        running: from.running != 0,
        loops: from.loops,
        attached: from.attached,
        polled: from.polled,
        signal: from.signal,
        signal_intact: from.signal_intact != 0,
        proc_readable: from.proc_readable != 0,
        stacks: from.stacks != 0,
        problem,
    };
    (state, check(status))
}
