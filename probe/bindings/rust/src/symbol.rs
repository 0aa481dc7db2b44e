//! Names of functions as Rust programmers write them, in everything the library says of a stack.
use crate::ffi;
use std::ffi::{c_char, CStr};
use std::io::{Cursor, Write};

/// The library's own demangler, made for C++, leaves Rust's names encoded or half encoded: `_$LT$T$GT$::poll::h0123456789abcdef`.
pub(crate) fn make_readable() {
    // SAFETY: the function lives as long as the process.
    unsafe { ffi::clearway_set_demangler(Some(demangle)) };
}

unsafe extern "C" fn demangle(symbol: *const c_char, buffer: *mut c_char, size: usize) -> usize {
    // SAFETY: the library gives a text that ends with a zero, and a buffer of this size.
    let (symbol, buffer) = unsafe { (CStr::from_ptr(symbol), std::slice::from_raw_parts_mut(buffer.cast::<u8>(), size)) };
    symbol.to_str().map_or(0, |symbol| demangle_into(symbol, buffer))
}

/// The length of the name, which has a zero behind it; 0 if this is no symbol of Rust. What does not fit is cut off.
fn demangle_into(symbol: &str, buffer: &mut [u8]) -> usize {
    let Some(room) = buffer.len().checked_sub(1) else { return 0 };
    let Ok(name) = rustc_demangle::try_demangle(symbol) else { return 0 };
    let mut out = Cursor::new(&mut buffer[..room]);
    let _ = write!(out, "{name:#}"); // fails where the name does not fit
    let written = usize::try_from(out.position()).unwrap_or(0);
    let whole = std::str::from_utf8(&buffer[..written]).map_or_else(|error| error.valid_up_to(), str::len);
    buffer[whole] = 0;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(symbol: &str, size: usize) -> String {
        let mut buffer = vec![b'x'; size];
        let length = demangle_into(symbol, &mut buffer);
        assert!(length == 0 || buffer[length] == 0, "{buffer:?}");
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn both_manglings_are_known() {
        let older = "_ZN92_$LT$core..panic..AssertUnwindSafe$LT$F$GT$$u20$as$u20$core..ops..FnOnce$LT$$LP$$RP$$GT$$GT$9call_once17h0123456789abcdefE";
        assert_eq!(readable(older, 200), "<core::panic::AssertUnwindSafe<F> as core::ops::FnOnce<()>>::call_once");
        assert_eq!(
            readable("_ZN6server4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE", 200),
            "server::main::{{closure}}"
        );
        assert_eq!(readable("_RNvC6server4main", 200), "server::main");
        assert_eq!(readable("_RNvCs1234_6server4main", 200), "server::main");
    }

    #[test]
    fn other_languages_are_left_alone() {
        for symbol in ["clock_nanosleep", "_ZN2ns5Class6methodEi", "_ZNSt6vectorIiSaIiEE9push_backERKi", "_R", "main", ""] {
            assert_eq!(readable(symbol, 200), "", "{symbol}");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        assert_eq!(readable("_RNvC6server4main", 7), "server");
        assert_eq!(readable("_RNvC6server4main", 1), "");
        assert_eq!(readable("_RNvC6server4main", 0), "");
        assert_eq!(readable("_RNvC6serveru8gdel_5qa", 10), "server::g", "no part of a letter");
    }
}
