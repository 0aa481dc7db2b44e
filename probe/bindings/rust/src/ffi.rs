//! The C interface of the library, as `<clearway/probe.h>` and `<clearway/probe_inline.h>` declare it.
#![allow(missing_docs, dead_code)]
use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::AtomicU64;

pub const OK: c_int = 0;
pub const E_NOT_POLLING: c_int = -5;
pub const E_STALLED: c_int = -14;
pub const CAUSES: usize = 8;
pub const BUCKETS: usize = 624;
pub const SLOT_LAYOUT: c_int = 1;

pub const REPORT_ONGOING: u32 = 1;
pub const REPORT_WATCHDOG_LATE: u32 = 2;
pub const REPORT_TRUNCATED: u32 = 8;
pub const REPORT_ESTIMATED: u32 = 16;

#[repr(C)]
pub struct Loop {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct SpanHandle {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ScopeHandle {
    _opaque: [u8; 0],
}

/// What a loop's thread writes and the watchdog reads; the address of a loop is that of its slot.
#[repr(C)]
pub struct Slot {
    pub begin: AtomicU64,
    pub sequence: AtomicU64,
    pub operation: AtomicU64,
    pub owner: AtomicU64,
    pub threshold_ticks: AtomicU64,
    pub ns_per_tick: u64,
    pub use_tsc: u64,
    pub depth: AtomicU64,
    pub beats: AtomicU64,
    pub device_wait: AtomicU64,
    pub sum_ns: AtomicU64,
    pub max_ns: AtomicU64,
    pub counts: [AtomicU64; BUCKETS],
}

#[repr(C)]
pub struct Frame {
    pub kind: c_int,
    pub address: u64,
    pub offset: u64,
    pub module: *const c_char,
    pub build_id: *const c_char,
    pub symbol: *const c_char,
    pub symbol_offset: u64,
    pub file: *const c_char,
    pub line: u32,
    pub language: *const c_char,
}

#[repr(C)]
pub struct Report {
    pub struct_size: usize,
    pub id: u64,
    pub loop_name: *const c_char,
    pub loop_id: u64,
    pub thread_id: i32,
    pub operation: *const c_char,
    pub poll: u64,
    pub begin_ns: u64,
    pub begin_unix_ns: u64,
    pub duration_ns: u64,
    pub threshold_ns: u64,
    pub cause: c_int,
    pub detail: *const c_char,
    pub samples: u32,
    pub agreeing: u32,
    pub cause_samples: [u32; CAUSES],
    pub flags: u32,
    pub frames: *const Frame,
    pub frame_count: usize,
    pub stack_samples: u32,
    pub stack_note: *const c_char,
    pub stack_hash: u64,
    pub suppressed: u64,
}

pub type ReportFn = unsafe extern "C" fn(*const Report, *mut c_void);
pub type MessageFn = unsafe extern "C" fn(c_int, *const c_char, *mut c_void);

pub type DemangleFn = unsafe extern "C" fn(symbol: *const c_char, buffer: *mut c_char, size: usize) -> usize;

#[repr(C)]
pub struct Config {
    pub struct_size: usize,
    pub threshold_ns: u64,
    pub tick_ns: u64,
    pub reports_per_second: u32,
    pub reports_burst: u32,
    pub samples_per_stall: u32,
    pub stack_bytes: u32,
    pub signal: i32,
    pub disable: u32,
    pub after_fork: c_int,
    pub on_report: Option<ReportFn>,
    pub on_report_user: *mut c_void,
    pub on_message: Option<MessageFn>,
    pub on_message_user: *mut c_void,
    pub jsonl_path: *const c_char,
    pub prometheus_path: *const c_char,
    pub trace_path: *const c_char,
    pub cgroup_path: *const c_char,
}

#[repr(C)]
pub struct Installation {
    pub struct_size: usize,
    pub running: i32,
    pub loops: u32,
    pub attached: u32,
    pub polled: u32,
    pub signal: i32,
    pub signal_intact: i32,
    pub proc_readable: i32,
    pub stacks: i32,
    pub problem: *const c_char,
}

#[repr(C)]
pub struct LoopConfig {
    pub struct_size: usize,
    pub name: *const c_char,
    pub threshold_ns: u64,
    pub expected_interval_ns: u64,
    pub user: *mut c_void,
}

#[repr(C)]
pub struct SpanLimits {
    pub struct_size: usize,
    pub duration_ns: u64,
    pub first_item_ns: u64,
    pub gap_ns: u64,
}

#[repr(C)]
pub struct ScopeResult {
    pub struct_size: usize,
    pub polls: u64,
    pub stalls: u64,
    pub worst_ns: u64,
    pub cause: c_int,
    pub summary: [c_char; 4096],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Quantiles {
    pub count: u64,
    pub sum_ns: u64,
    pub p50_ns: u64,
    pub p90_ns: u64,
    pub p99_ns: u64,
    pub p999_ns: u64,
    pub p9999_ns: u64,
    pub max_ns: u64,
}

#[repr(C)]
pub struct Snapshot {
    pub struct_size: usize,
    pub polls: u64,
    pub heartbeats: u64,
    pub stalls: u64,
    pub stall_ns: u64,
    pub reports: u64,
    pub suppressed: u64,
    pub causes: [u64; CAUSES],
    pub stacks: u64,
    pub misuse_thread: u64,
    pub misuse_nested: u64,
    pub misuse_end: u64,
    pub thread_id: i32,
    pub polling: i32,
    pub raw: Quantiles,
    pub corrected: Quantiles,
}

#[repr(C)]
pub struct OperationSnapshot {
    pub struct_size: usize,
    pub open: u64,
    pub ended: u64,
    pub cancelled: u64,
    pub broken: u64,
    pub duration: Quantiles,
    pub first_item: Quantiles,
    pub gaps: Quantiles,
}

extern "C" {
    pub fn clearway_probe_version() -> *const c_char;
    pub fn clearway_status_text(status: c_int) -> *const c_char;
    pub fn clearway_config_from_env(config: *mut Config) -> c_int;
    pub fn clearway_probe_start(config: *const Config) -> c_int;
    pub fn clearway_probe_stop() -> c_int;
    pub fn clearway_probe_flush() -> c_int;
    pub fn clearway_probe_installed(out: *mut Installation) -> c_int;
    pub fn clearway_loop_create(config: *const LoopConfig, out: *mut *mut Loop) -> c_int;
    pub fn clearway_loop_destroy(handle: *mut Loop);
    pub fn clearway_loop_attach(handle: *mut Loop) -> c_int;
    pub fn clearway_loop_detach(handle: *mut Loop) -> c_int;
    pub fn clearway_loop_set_threshold(handle: *mut Loop, threshold_ns: u64) -> c_int;
    pub fn clearway_loop_installed(handle: *const Loop) -> c_int;
    pub fn clearway_operation_of(name: *const c_char) -> u32;
    pub fn clearway_loop_begin(handle: *mut Loop, operation: u32) -> c_int;
    pub fn clearway_loop_end(handle: *mut Loop) -> c_int;
    pub fn clearway_loop_heartbeat(handle: *mut Loop) -> c_int;
    pub fn clearway_loop_idle(handle: *mut Loop) -> c_int;
    pub fn clearway_device_wait_begin(name: *const c_char);
    pub fn clearway_device_wait_end();
    pub fn clearway_operation_set_limits(operation: u32, limits: *const SpanLimits) -> c_int;
    pub fn clearway_span_begin(operation: u32) -> *mut SpanHandle;
    pub fn clearway_span_item(span: *mut SpanHandle);
    pub fn clearway_span_end(span: *mut SpanHandle);
    pub fn clearway_span_cancel(span: *mut SpanHandle);
    pub fn clearway_scope_begin(handle: *mut Loop, limit_ns: u64, out: *mut *mut ScopeHandle) -> c_int;
    pub fn clearway_scope_end(scope: *mut ScopeHandle, out: *mut ScopeResult) -> c_int;
    pub fn clearway_histogram_upper_ns(bucket: usize) -> u64;
    pub fn clearway_loop_snapshot(handle: *const Loop, out: *mut Snapshot) -> c_int;
    pub fn clearway_loop_histogram(handle: *const Loop, kind: c_int, counts: *mut u64) -> c_int;
    pub fn clearway_operation_snapshot_of(operation: u32, out: *mut OperationSnapshot) -> c_int;
    pub fn clearway_prometheus_text(buffer: *mut c_char, size: usize) -> usize;
    pub fn clearway_slot_layout() -> c_int;
    pub fn clearway_clock_ns() -> u64;
    pub fn clearway_set_demangler(demangle: Option<DemangleFn>);
    pub fn clearway_poll_stalled(handle: *mut Loop, begin: u64, end: u64);
}

/// A structure of zeros that says its own size: the library's defaults, or room for its answer.
pub fn sized<T>() -> T {
    // SAFETY: only called for the structures above, for which zeros are a valid value; all start with their size.
    unsafe {
        let mut value: T = std::mem::zeroed();
        (&raw mut value).cast::<usize>().write(size_of::<T>());
        value
    }
}
