//! The clock of the hot path and the arithmetic on it, as in `<clearway/probe_inline.h>`.
use crate::ffi::{self, Slot};

#[inline(always)]
pub(crate) fn ticks(slot: &Slot) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if slot.use_tsc != 0 {
        // SAFETY: every x86-64 processor has the counter; the library found that it can be used.
        return unsafe { core::arch::x86_64::_rdtsc() };
    }
    let _ = slot;
    now_ns()
}

/// CLOCK_MONOTONIC.
pub(crate) fn now_ns() -> u64 {
    // SAFETY: has no conditions.
    unsafe { ffi::clearway_clock_ns() }
}

#[inline(always)]
pub(crate) fn to_ns(slot: &Slot, ticks: u64) -> u64 {
    ((u128::from(ticks) * u128::from(slot.ns_per_tick)) >> 32) as u64
}

/// Where a duration is counted: 16 buckets per power of two.
#[inline(always)]
pub(crate) fn bucket(ns: u64) -> usize {
    if ns < 16 {
        return ns as usize;
    }
    let top = 63 - ns.leading_zeros() as usize;
    if top > 41 {
        return ffi::BUCKETS - 1;
    }
    (top - 3) * 16 + ((ns >> (top - 4)) & 15) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_those_of_the_library() {
        for shift in 0..44 {
            for value in [1u64 << shift, (1 << shift) + 1, (3 << shift) >> 1, (1 << shift) - 1] {
                let at = bucket(value);
                // SAFETY: `at` is below the number of buckets.
                let upper = |index| unsafe { ffi::clearway_histogram_upper_ns(index) };
                assert!(value <= upper(at), "{value}");
                assert!(at == 0 || value > upper(at - 1), "{value}");
            }
        }
    }
}
