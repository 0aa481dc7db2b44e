//! Texts that cross the C interface, and names as Rust programmers write them.
use crate::Error;
use std::ffi::{c_char, CStr, CString};
use std::time::Duration;

pub(crate) fn to_c(text: &str) -> Result<CString, Error> {
    CString::new(text).map_err(|_| Error::Invalid)
}

/// # Safety
/// `text` is null or ends with a zero.
pub(crate) unsafe fn from_c(text: *const c_char) -> Option<String> {
    // SAFETY: of the caller.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    duration.as_nanos().try_into().unwrap_or(u64::MAX)
}
