#![doc = include_str!("../README.md")]

mod clock;
mod error;
mod ffi;
mod installed;
mod loop_handle;
mod no_stall;
mod operation;
mod probe;
mod snapshot;
mod stall;
mod symbol;
mod text;
mod thread;
#[cfg(feature = "tokio")]
pub mod tokio;
#[cfg(feature = "tower")]
pub mod tower;

pub use error::Error;
pub use installed::{installation, is_installed, Installation};
pub use loop_handle::LoopHandle;
pub use no_stall::{Measured, NoStall, NotProved, Stalled};
pub use operation::{Operation, OperationSnapshot, Span, SpanLimits};
pub use probe::{Builder, Level, Probe};
pub use snapshot::{Quantiles, Snapshot};
pub use stall::{Cause, Frame, Stall};
pub use thread::PollGuard;

#[cfg(feature = "tokio")]
pub use crate::tokio::{Probed, ProbedExt};

/// Runs work outside of the poll in progress: waits of a loop of your own, or work that is known not to delay others.
///
/// ```
/// # use clearway_probe::outside_poll;
/// let events = outside_poll(|| vec!["an event"]); // where the loop waits
/// assert_eq!(events.len(), 1);
/// ```
pub fn outside_poll<R>(work: impl FnOnce() -> R) -> R {
    thread::outside_poll(work)
}

/// The state of all loops and operations in Prometheus' text format.
pub fn prometheus_text() -> String {
    let mut text: Vec<u8> = Vec::new();
    loop {
        // SAFETY: the library writes at most as many bytes as there is room for.
        let length = unsafe { ffi::clearway_prometheus_text(text.as_mut_ptr().cast(), text.len()) };
        if length < text.len() {
            text.truncate(length);
            return String::from_utf8_lossy(&text).into_owned();
        }
        text.resize(length + 1024, 0); // more may be counted meanwhile
    }
}

/// The version of the C library that is linked.
pub fn library_version() -> String {
    // SAFETY: the text is static and ends with a zero.
    unsafe { text::from_c(ffi::clearway_probe_version()) }.unwrap_or_default()
}
