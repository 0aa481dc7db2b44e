use crate::ffi;
use std::ffi::{c_int, CStr};
use std::fmt;

/// What the library answers when a call cannot work. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// An argument is out of range, or a text has a zero byte.
    Invalid,
    /// The linked library is of another version than this crate was written for.
    Version,
    /// The thread is not the one attached to the loop.
    WrongThread,
    /// The loop has a thread already, or the thread has a loop.
    Attached,
    /// The loop has no thread: nothing is measured.
    NotAttached,
    /// The watchdog does not run: stalls are counted, but no culprit is named.
    NotRunning,
    /// The watchdog runs already.
    Running,
    /// No poll was seen: the hook is not installed.
    NeverPolled,
    /// Out of memory or threads.
    Memory,
    /// An output file cannot be written; the message given to `on_message` names it.
    Output,
    /// The operating system refused; the message given to `on_message` says what.
    System,
    /// Any other status of the library.
    Other(i32),
}

const STATUSES: [(Error, c_int); 11] = [
    (Error::Invalid, -1),
    (Error::Version, -2),
    (Error::WrongThread, -3),
    (Error::Attached, -6),
    (Error::NotAttached, -7),
    (Error::NotRunning, -8),
    (Error::Running, -9),
    (Error::NeverPolled, -10),
    (Error::Memory, -11),
    (Error::Output, -12),
    (Error::System, -13),
];

impl Error {
    fn of(status: c_int) -> Error {
        STATUSES.iter().find(|(_, code)| *code == status).map_or(Error::Other(status), |(error, _)| *error)
    }

    fn status(self) -> c_int {
        match self {
            Error::Other(status) => status,
            _ => STATUSES.iter().find(|(error, _)| *error == self).map_or(-1, |(_, code)| *code),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: the text is static and ends with a zero.
        let text = unsafe { CStr::from_ptr(ffi::clearway_status_text(self.status())) };
        out.write_str(&text.to_string_lossy())
    }
}

impl std::error::Error for Error {}

pub(crate) fn check(status: c_int) -> Result<(), Error> {
    if status == ffi::OK {
        Ok(())
    } else {
        Err(Error::of(status))
    }
}
