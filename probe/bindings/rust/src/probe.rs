//! Start and stop of the watchdog.
use crate::error::check;
use crate::text::{from_c, nanoseconds};
use crate::{ffi, symbol, thread, Error, Stall};
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How grave a message of the library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something is probably not as intended.
    Warning,
    /// For information.
    Note,
}

type OnStall = Box<dyn Fn(&Stall) + Send + Sync>;
type OnMessage = Box<dyn Fn(Level, &str) + Send + Sync>;

/// The running watchdog. Dropping it stops the watchdog and completes the outputs; counting goes on.
///
/// ```
/// use clearway_probe::Probe;
/// use std::time::Duration;
///
/// let probe = Probe::builder()
///     .threshold(Duration::from_millis(20))
///     .on_stall(|stall| eprintln!("{stall}"))
///     .start()?;
/// // ... run the server ...
/// drop(probe);
/// # Ok::<(), clearway_probe::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "dropping it stops the watchdog"]
pub struct Probe {
    _private: (),
}

/// The configuration of a `Probe`. What is not set has the library's default.
#[derive(Default)]
pub struct Builder {
    threshold: Duration,
    tick: Duration,
    rate: u32,
    burst: u32,
    signal: i32,
    from_env: bool,
    name: Option<String>,
    jsonl: Option<PathBuf>,
    prometheus: Option<PathBuf>,
    trace: Option<PathBuf>,
    on_stall: Option<OnStall>,
    on_message: Option<OnMessage>,
}

impl Probe {
    /// A configuration to start from.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Waits until every stall that ended before the call is reported and written.
    ///
    /// # Errors
    /// `NotRunning`; `Invalid` when called from a callback of the probe.
    pub fn flush(&self) -> Result<(), Error> {
        refuse_in_callback()?;
        // SAFETY: not called from a callback.
        check(unsafe { ffi::clearway_probe_flush() })
    }

    /// Stops the watchdog like dropping does, and says whether that worked.
    ///
    /// # Errors
    /// `NotRunning` if something else in the process stopped it; `Invalid` when called from a callback of the probe.
    pub fn stop(self) -> Result<(), Error> {
        let result = stop();
        std::mem::forget(self);
        result
    }
}

fn stop() -> Result<(), Error> {
    refuse_in_callback()?;
    // SAFETY: not called from a callback.
    check(unsafe { ffi::clearway_probe_stop() })
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = stop(); // an error means that it is stopped
    }
}

impl Builder {
    /// A longer poll is a stall. 50 ms by default.
    pub fn threshold(mut self, threshold: Duration) -> Self {
        self.threshold = threshold;
        self
    }

    /// How often the watchdog looks. A quarter of the smallest threshold by default, at least 1 ms.
    pub fn tick(mut self, tick: Duration) -> Self {
        self.tick = tick;
        self
    }

    /// Reports per second, and how many may come at once; others are counted only. 10 and 20 by default.
    pub fn rate(mut self, per_second: u32, burst: u32) -> Self {
        (self.rate, self.burst) = (per_second, burst);
        self
    }

    /// The signal used on running threads. A free real-time signal by default.
    pub fn signal(mut self, signal: i32) -> Self {
        self.signal = signal;
        self
    }

    /// Prefix of the names of loops that threads get by themselves. The threads' names by default.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Appends records to a file, one JSON object per line; `%p` in its name becomes the process id.
    pub fn jsonl(mut self, path: impl AsRef<Path>) -> Self {
        self.jsonl = Some(path.as_ref().into());
        self
    }

    /// Rewrites a file in Prometheus' text format every second.
    pub fn prometheus(mut self, path: impl AsRef<Path>) -> Self {
        self.prometheus = Some(path.as_ref().into());
        self
    }

    /// Writes a trace for Perfetto or Chrome, complete when the probe stops.
    pub fn trace(mut self, path: impl AsRef<Path>) -> Self {
        self.trace = Some(path.as_ref().into());
        self
    }

    /// Takes what is not set here from `CLEARWAY_PROBE_THRESHOLD_MS`, `CLEARWAY_PROBE_JSONL`, `CLEARWAY_PROBE_PROMETHEUS`
    /// and `CLEARWAY_PROBE_TRACE`.
    pub fn from_env(mut self) -> Self {
        self.from_env = true;
        self
    }

    /// Receives each report, on the watchdog's thread. A panic in it is caught. It must not start or stop the probe.
    pub fn on_stall(mut self, callback: impl Fn(&Stall) + Send + Sync + 'static) -> Self {
        self.on_stall = Some(Box::new(callback));
        self
    }

    /// Receives messages for a person, on any thread, each distinct one once. Standard error by default.
    pub fn on_message(mut self, callback: impl Fn(Level, &str) + Send + Sync + 'static) -> Self {
        self.on_message = Some(Box::new(callback));
        self
    }

    /// Starts the watchdog.
    ///
    /// # Errors
    /// `Running`, `Output`, `Memory`, `System`; `Invalid` for a path with a zero byte and when called from a callback of
    /// the probe. Nothing is started then.
    pub fn start(self) -> Result<Probe, Error> {
        refuse_in_callback()?;
        let paths = [to_path(&self.jsonl)?, to_path(&self.prometheus)?, to_path(&self.trace)?];
        let mut config = self.numbers();
        if self.from_env {
            // SAFETY: the structure says its size.
            check(unsafe { ffi::clearway_config_from_env(&mut config) })?;
            self.override_numbers(&mut config);
        }
        let fields = [&mut config.jsonl_path, &mut config.prometheus_path, &mut config.trace_path];
        for (field, path) in fields.into_iter().zip(&paths) {
            *field = path.as_ref().map_or(*field, |path| path.as_ptr());
        }
        // The library keeps the callbacks for a restart, so they live as long as the process.
        if let Some(callback) = self.on_stall {
            config.on_report = Some(report);
            config.on_report_user = Box::into_raw(Box::new(callback)).cast();
        }
        if let Some(callback) = self.on_message {
            config.on_message = Some(message);
            config.on_message_user = Box::into_raw(Box::new(callback)).cast();
        }
        replace_assertions_watchdog(&config)?;
        thread::name_loops(self.name);
        Ok(Probe { _private: () })
    }

    fn numbers(&self) -> ffi::Config {
        let mut config = ffi::sized::<ffi::Config>();
        self.override_numbers(&mut config);
        config
    }

    fn override_numbers(&self, config: &mut ffi::Config) {
        if !self.threshold.is_zero() {
            config.threshold_ns = nanoseconds(self.threshold);
        }
        config.tick_ns = nanoseconds(self.tick);
        config.reports_per_second = self.rate;
        config.reports_burst = self.burst;
        config.signal = self.signal;
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Builder").field("threshold", &self.threshold).field("tick", &self.tick).finish_non_exhaustive()
    }
}

fn to_path(path: &Option<PathBuf>) -> Result<Option<CString>, Error> {
    use std::os::unix::ffi::OsStrExt;
    let convert = |path: &PathBuf| CString::new(path.as_os_str().as_bytes()).map_err(|_| Error::Invalid);
    path.as_ref().map(convert).transpose()
}

/// Whether an assertion started the watchdog that runs.
static FOR_ASSERTIONS: Mutex<bool> = Mutex::new(false);

/// Starts the watchdog with the defaults unless it runs.
pub(crate) fn ensure_running() {
    let mut for_assertions = FOR_ASSERTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let config = ffi::sized::<ffi::Config>();
    symbol::make_readable();
    // SAFETY: a structure of defaults. Refused if it runs, which is as good.
    *for_assertions |= unsafe { ffi::clearway_probe_start(&config) } == ffi::OK;
}

/// The one that assertions started gives way to the one that is asked for.
fn replace_assertions_watchdog(config: &ffi::Config) -> Result<(), Error> {
    let mut for_assertions = FOR_ASSERTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    if std::mem::take(&mut *for_assertions) {
        // SAFETY: not called from a callback.
        unsafe { ffi::clearway_probe_stop() };
    }
    symbol::make_readable();
    // SAFETY: the library copies the configuration; the callbacks are never freed.
    check(unsafe { ffi::clearway_probe_start(config) })
}

thread_local! {
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

// The watchdog would wait for itself.
fn refuse_in_callback() -> Result<(), Error> {
    if IN_CALLBACK.get() {
        Err(Error::Invalid)
    } else {
        Ok(())
    }
}

// A panic must not unwind into the library.
fn guarded(callback: impl FnOnce()) {
    let outer = IN_CALLBACK.replace(true);
    let _ = catch_unwind(AssertUnwindSafe(callback)); // the panic hook has told about it
    IN_CALLBACK.set(outer);
}

unsafe extern "C" fn report(report: *const ffi::Report, user: *mut c_void) {
    guarded(|| {
        // SAFETY: the library hands over a valid report and what `start` gave it.
        let (stall, callback) = unsafe { (Stall::from_report(&*report), &*user.cast::<OnStall>()) };
        callback(&stall);
    });
}

unsafe extern "C" fn message(level: c_int, text: *const c_char, user: *mut c_void) {
    guarded(|| {
        // SAFETY: the library hands over a text that ends with a zero and what `start` gave it.
        let (text, callback) = unsafe { (from_c(text).unwrap_or_default(), &*user.cast::<OnMessage>()) };
        let level = match level {
            0 => Level::Error,
            1 => Level::Warning,
            _ => Level::Note,
        };
        callback(level, &text);
    });
}
