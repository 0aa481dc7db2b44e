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

/// The name of a function as Rust programmers write it. The library's own demangling, made for C++, leaves Rust's names
/// half encoded: `_$LT$T$GT$::poll::h0123456789abcdef`.
pub(crate) fn readable_symbol(symbol: &str) -> String {
    if symbol.contains('$') || has_hash(symbol) {
        let encoded: String = symbol.split("::").map(|part| format!("{}{part}", part.len())).collect();
        return format!("{:#}", rustc_demangle::demangle(&format!("_ZN{encoded}E")));
    }
    format!("{:#}", rustc_demangle::demangle(symbol))
}

fn has_hash(symbol: &str) -> bool {
    let hash = symbol.rsplit_once("::h").map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The same for every word of a text.
pub(crate) fn readable_symbols(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let bare = word.trim_end();
        format!("{}{}", readable_symbol(bare), &word[bare.len()..])
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_whoever_has_demangled_them() {
        let half = "_$LT$core..panic..AssertUnwindSafe$LT$F$GT$$u20$as$u20$core..ops..FnOnce$GT$::call::h0123456789abcdef";
        assert_eq!(readable_symbol(half), "<core::panic::AssertUnwindSafe<F> as core::ops::FnOnce>::call");
        assert_eq!(readable_symbol("server::main::_$u7b$$u7b$closure$u7d$$u7d$"), "server::main::{{closure}}");
        assert_eq!(readable_symbol("_RNvC6server4main"), "server::main");
        assert_eq!(readable_symbol("clock_nanosleep"), "clock_nanosleep");
        assert_eq!(readable_symbol("ns::Class::method(int)"), "ns::Class::method(int)");
    }

    #[test]
    fn texts_keep_all_else() {
        let text = "1 of 2 polls\n  #0 a::b::h0123456789abcdef  server+0x12\n";
        assert_eq!(readable_symbols(text), "1 of 2 polls\n  #0 a::b  server+0x12\n");
    }
}
