use crate::ffi;
use crate::text::from_c;
use std::ffi::c_int;
use std::fmt;
use std::time::{Duration, SystemTime};

/// Where most of the time of a stall went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Over before a sample could be taken, or `/proc` is not readable.
    Unknown,
    /// Computing.
    OnCpu,
    /// Waiting for a lock, a condition variable or a thread.
    Lock,
    /// Blocked in a system call.
    Syscall,
    /// Waiting for memory.
    PageFault,
    /// Ready to run, but another thread had the core.
    Starved,
    /// The control group's CPU quota was used up.
    Throttled,
    /// Waiting for a GPU.
    DeviceWait,
}

impl Cause {
    /// All causes, in the order of the library's counters.
    pub const ALL: [Cause; ffi::CAUSES] = [
        Cause::Unknown,
        Cause::OnCpu,
        Cause::Lock,
        Cause::Syscall,
        Cause::PageFault,
        Cause::Starved,
        Cause::Throttled,
        Cause::DeviceWait,
    ];

    pub(crate) fn of(cause: c_int) -> Cause {
        usize::try_from(cause).ok().and_then(|index| Cause::ALL.get(index)).copied().unwrap_or(Cause::Unknown)
    }

    /// The word used in every output: `on-cpu`, `lock`, ...
    pub fn name(self) -> &'static str {
        match self {
            Cause::Unknown => "unknown",
            Cause::OnCpu => "on-cpu",
            Cause::Lock => "lock",
            Cause::Syscall => "syscall",
            Cause::PageFault => "page-fault",
            Cause::Starved => "starved",
            Cause::Throttled => "throttled",
            Cause::DeviceWait => "device-wait",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// One function on a stack.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Run-time address of the instruction.
    pub address: u64,
    /// The same as a link-time address of `module`: what `addr2line -e module` takes.
    pub offset: u64,
    /// Path of the program or shared object.
    pub module: Option<String>,
    /// GNU build id of `module`.
    pub build_id: Option<String>,
    /// Function, demangled; inlined functions appear only after offline symbolization.
    pub symbol: Option<String>,
}

/// One stall, as `Builder::on_stall` receives it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stall {
    /// Unique in the process; a stall reported while it goes on is reported again with the same id.
    pub id: u64,
    /// Name of the loop.
    pub loop_name: String,
    /// Kernel thread id.
    pub thread_id: i32,
    /// Name of the operation that was polled.
    pub operation: Option<String>,
    /// Number of the poll in its loop, from 1.
    pub poll: u64,
    /// When it began.
    pub begin: SystemTime,
    /// How long it lasted, or has lasted so far.
    pub duration: Duration,
    /// The threshold it exceeded.
    pub threshold: Duration,
    /// Where most of the time went.
    pub cause: Cause,
    /// Name of the system call, kind of lock, driver function, `user` or `kernel`.
    pub detail: Option<String>,
    /// Samples taken.
    pub samples: u32,
    /// How many of them said `cause`.
    pub agreeing: u32,
    /// It goes on.
    pub ongoing: bool,
    /// The watchdog woke late itself: the machine may have been slow.
    pub watchdog_late: bool,
    /// From heartbeats: the duration is known to one tick.
    pub estimated: bool,
    /// The stack is incomplete.
    pub truncated: bool,
    /// The stack, innermost first; empty if there is none.
    pub frames: Vec<Frame>,
    /// Why the stack is missing or short.
    pub stack_note: Option<String>,
    /// Equal for equal stacks of one build.
    pub stack_hash: u64,
    /// Reports of this loop that the rate limit withheld since its last one.
    pub suppressed: u64,
}

impl Stall {
    /// # Safety
    /// `report` is as the library hands it to a callback.
    pub(crate) unsafe fn from_report(report: &ffi::Report) -> Stall {
        // SAFETY: the texts and frames live as long as the callback runs.
        unsafe {
            Stall {
                id: report.id,
                loop_name: from_c(report.loop_name).unwrap_or_default(),
                thread_id: report.thread_id,
                operation: from_c(report.operation),
                poll: report.poll,
                begin: SystemTime::UNIX_EPOCH + Duration::from_nanos(report.begin_unix_ns),
                duration: Duration::from_nanos(report.duration_ns),
                threshold: Duration::from_nanos(report.threshold_ns),
                cause: Cause::of(report.cause),
                detail: from_c(report.detail),
                samples: report.samples,
                agreeing: report.agreeing,
                ongoing: report.flags & ffi::REPORT_ONGOING != 0,
                watchdog_late: report.flags & ffi::REPORT_WATCHDOG_LATE != 0,
                estimated: report.flags & ffi::REPORT_ESTIMATED != 0,
                truncated: report.flags & ffi::REPORT_TRUNCATED != 0,
                frames: frames(report),
                stack_note: from_c(report.stack_note),
                stack_hash: report.stack_hash,
                suppressed: report.suppressed,
            }
        }
    }

    /// True if a function on the stack has `name` in its path.
    pub fn is_in(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| frame.symbol.as_deref().is_some_and(|symbol| symbol.contains(name)))
    }
}

/// # Safety
/// As for `Stall::from_report`.
unsafe fn frames(report: &ffi::Report) -> Vec<Frame> {
    if report.frames.is_null() {
        return Vec::new();
    }
    // SAFETY: of the caller.
    let frames = unsafe { std::slice::from_raw_parts(report.frames, report.frame_count) };
    let convert = |frame: &ffi::Frame| {
        // SAFETY: the texts are null or end with a zero.
        let (module, build_id, symbol) = unsafe { (from_c(frame.module), from_c(frame.build_id), from_c(frame.symbol)) };
        Frame {
            address: frame.address,
            offset: frame.offset,
            module,
            build_id,
            symbol,
        }
    };
    frames.iter().map(convert).collect()
}

impl fmt::Display for Stall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "loop '{}' stalled for {:.1?}: {}", self.loop_name, self.duration, self.cause)?;
        if let Some(detail) = &self.detail {
            write!(out, " ({detail})")?;
        }
        if let Some(operation) = &self.operation {
            write!(out, " in operation {operation}")?;
        }
        for (index, frame) in self.frames.iter().enumerate() {
            let symbol = frame.symbol.as_deref().unwrap_or("?");
            write!(out, "\n  #{index} {symbol}")?;
        }
        Ok(())
    }
}
