use crate::error::check;
use crate::{ffi, Cause, Error};
use std::time::Duration;

/// Durations in short. Known to 6.25 %, the maximum exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quantiles {
    /// How many.
    pub count: u64,
    /// Together.
    pub sum: Duration,
    /// Half are at most this long.
    pub p50: Duration,
    /// 90 % are at most this long.
    pub p90: Duration,
    /// 99 % are at most this long.
    pub p99: Duration,
    /// 99.9 % are at most this long.
    pub p999: Duration,
    /// 99.99 % are at most this long.
    pub p9999: Duration,
    /// The longest.
    pub max: Duration,
}

impl Quantiles {
    pub(crate) fn of(from: &ffi::Quantiles) -> Self {
        Quantiles {
            count: from.count,
            sum: Duration::from_nanos(from.sum_ns),
            p50: Duration::from_nanos(from.p50_ns),
            p90: Duration::from_nanos(from.p90_ns),
            p99: Duration::from_nanos(from.p99_ns),
            p999: Duration::from_nanos(from.p999_ns),
            p9999: Duration::from_nanos(from.p9999_ns),
            max: Duration::from_nanos(from.max_ns),
        }
    }
}

/// What a loop has counted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// Polls that ended.
    pub polls: u64,
    /// Heartbeats.
    pub heartbeats: u64,
    /// Polls above the threshold: every one, whether reported or not.
    pub stalls: u64,
    /// Their total duration.
    pub stall_time: Duration,
    /// Stalls reported.
    pub reports: u64,
    /// Reports withheld by the rate limit.
    pub suppressed: u64,
    /// Calls from a wrong thread.
    pub wrong_thread: u64,
    /// Kernel thread id; 0 if the loop has no thread.
    pub thread_id: i32,
    /// Durations of polls, as they were.
    pub raw: Quantiles,
    /// The same with what would have waited behind long polls (correction of coordinated omission).
    pub corrected: Quantiles,
    /// How many polls lasted how long: the largest duration of a bucket, and its count. Empty buckets are left out.
    pub buckets: Vec<(Duration, u64)>,
    causes: [u64; ffi::CAUSES],
}

impl Snapshot {
    pub(crate) fn of(handle: *const ffi::Loop) -> Result<Self, Error> {
        let mut from = ffi::sized::<ffi::Snapshot>();
        let mut counts = [0u64; ffi::BUCKETS];
        // SAFETY: the caller's handle is alive; there is room for all buckets.
        unsafe {
            check(ffi::clearway_loop_snapshot(handle, &mut from))?;
            check(ffi::clearway_loop_histogram(handle, 0, counts.as_mut_ptr()))?;
        }
        Ok(Snapshot {
            polls: from.polls,
            heartbeats: from.heartbeats,
            stalls: from.stalls,
            stall_time: Duration::from_nanos(from.stall_ns),
            reports: from.reports,
            suppressed: from.suppressed,
            wrong_thread: from.misuse_thread,
            thread_id: from.thread_id,
            raw: Quantiles::of(&from.raw),
            corrected: Quantiles::of(&from.corrected),
            buckets: non_empty(&counts),
            causes: from.causes,
        })
    }

    /// Stalls with this cause; those that had no sample have `Cause::Unknown`.
    pub fn stalls_caused_by(&self, cause: Cause) -> u64 {
        self.causes[cause as usize]
    }
}

fn non_empty(counts: &[u64]) -> Vec<(Duration, u64)> {
    // SAFETY: has no conditions.
    let upper = |bucket| Duration::from_nanos(unsafe { ffi::clearway_histogram_upper_ns(bucket) });
    let used = counts.iter().enumerate().filter(|(_, count)| **count != 0);
    used.map(|(bucket, count)| (upper(bucket), *count)).collect()
}
