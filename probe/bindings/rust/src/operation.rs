use crate::error::check;
use crate::text::{nanoseconds, to_c};
use crate::{ffi, Error, Quantiles};
use std::time::Duration;

/// The name of a kind of work. Making one takes a lock: make it once and keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Operation(u32);

/// Limits of an operation's spans; `None` = no limit. A span that breaks one is counted and written as a record.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpanLimits {
    /// From begin to end.
    pub duration: Option<Duration>,
    /// From begin to the first item.
    pub first_item: Option<Duration>,
    /// Between two items.
    pub gap: Option<Duration>,
}

/// What an operation's spans have counted.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OperationSnapshot {
    /// Begun and not ended.
    pub open: u64,
    /// Ended.
    pub ended: u64,
    /// Given up, such as by a client that went away.
    pub cancelled: u64,
    /// Of those ended, how many broke a limit.
    pub broken: u64,
    /// From begin to end.
    pub duration: Quantiles,
    /// From begin to the first item.
    pub first_item: Quantiles,
    /// Between two items.
    pub gaps: Quantiles,
}

impl Operation {
    /// The operation of this name; the same for the same name. The empty name is no operation.
    ///
    /// # Errors
    /// `Invalid` for a name with a zero byte, `Memory` when 65,535 names are used up.
    pub fn new(name: &str) -> Result<Self, Error> {
        let text = to_c(name)?;
        // SAFETY: the library copies the name.
        let number = unsafe { ffi::clearway_operation_of(text.as_ptr()) };
        if number == 0 && !name.is_empty() {
            return Err(Error::Memory);
        }
        Ok(Operation(number))
    }

    /// The same, with no operation where the name cannot be had: a measurement without a name is better than none.
    pub(crate) fn named(name: &str) -> Self {
        Operation::new(name).unwrap_or_default()
    }

    pub(crate) fn number(self) -> u32 {
        self.0
    }

    /// Sets the limits of this operation's spans.
    ///
    /// # Errors
    /// `Invalid` for no operation.
    pub fn set_limits(self, limits: SpanLimits) -> Result<(), Error> {
        let mut given = ffi::sized::<ffi::SpanLimits>();
        let to_ns = |limit: Option<Duration>| limit.map_or(0, |limit| nanoseconds(limit).max(1));
        given.duration_ns = to_ns(limits.duration);
        given.first_item_ns = to_ns(limits.first_item);
        given.gap_ns = to_ns(limits.gap);
        // SAFETY: the structure says its size.
        check(unsafe { ffi::clearway_operation_set_limits(self.0, &given) })
    }

    /// What its spans have counted.
    ///
    /// # Errors
    /// `Invalid` for no operation.
    pub fn snapshot(self) -> Result<OperationSnapshot, Error> {
        let mut from = ffi::sized::<ffi::OperationSnapshot>();
        // SAFETY: the structure says its size.
        check(unsafe { ffi::clearway_operation_snapshot_of(self.0, &mut from) })?;
        Ok(OperationSnapshot {
            open: from.open,
            ended: from.ended,
            cancelled: from.cancelled,
            broken: from.broken,
            duration: Quantiles::of(&from.duration),
            first_item: Quantiles::of(&from.first_item),
            gaps: Quantiles::of(&from.gaps),
        })
    }

    /// A request begins.
    pub fn span(self) -> Span {
        // SAFETY: has no conditions.
        Span { handle: unsafe { ffi::clearway_span_begin(self.0) } }
    }
}

/// One request as its client sees it, across threads: how long it took, when its first item came, how long the gaps
/// between items were. Dropping it counts as given up.
///
/// ```
/// use clearway_probe::Operation;
///
/// let generate = Operation::new("generate")?;
/// let mut span = generate.span();
/// for _token in 0..5 {
///     // ... hand an item to the client ...
///     span.item();
/// }
/// span.end();
/// assert_eq!(generate.snapshot()?.gaps.count, 4);
/// # Ok::<(), clearway_probe::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "dropping it counts as given up"]
pub struct Span {
    handle: *mut ffi::SpanHandle,
}

// SAFETY: a span may be used by one thread after another.
unsafe impl Send for Span {}
// SAFETY: all methods that change it take it mutably.
unsafe impl Sync for Span {}

impl Span {
    /// An item was handed to the client.
    pub fn item(&mut self) {
        // SAFETY: the handle is alive or null.
        unsafe { ffi::clearway_span_item(self.handle) };
    }

    /// The request is over.
    pub fn end(self) {
        // SAFETY: the handle is alive or null, and forgotten afterwards.
        unsafe { ffi::clearway_span_end(self.handle) };
        std::mem::forget(self);
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        // SAFETY: the handle is alive or null.
        unsafe { ffi::clearway_span_cancel(self.handle) };
    }
}
