//! "No poll above a limit" for the duration of a future, on the runtime it runs on.
use super::pulse::Pulse;
use crate::no_stall::{Measured, NotProved, Scope};
use crate::{probe, thread, LoopHandle, Operation};
use std::future::Future;
use std::pin::{pin, Pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Handle, Id, RuntimeFlavor};

/// Panics if a poll takes longer than a limit while a future runs, naming the cause and the stack; gives the future's value.
/// The limit is written `50ms`, `2s`, `800us` or as an expression of type `Duration`. Used in async code.
///
/// Measured are the future itself, all futures with `.probed()` and all instrumented workers on the same runtime. On a
/// current-thread runtime (that of `#[tokio::test]`) all its other tasks are watched too: together they must not keep the
/// loop for longer than the limit plus a tenth.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use clearway_probe::assert_no_stall;
/// use std::time::Duration;
///
/// let answer = assert_no_stall!(50ms, async {
///     tokio::time::sleep(Duration::from_millis(60)).await; // others may run meanwhile
///     42
/// });
/// assert_eq!(answer, 42);
/// # });
/// ```
///
/// ```should_panic
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use std::time::Duration;
///
/// clearway_probe::assert_no_stall!(50ms, async {
///     std::thread::sleep(Duration::from_millis(80)); // nobody else can run
/// });
/// # });
/// ```
#[macro_export]
macro_rules! assert_no_stall {
    ($limit:literal, $future:expr $(,)?) => {{
        const LIMIT: ::std::time::Duration = $crate::tokio::parse_limit(::std::stringify!($limit));
        $crate::assert_no_stall!(LIMIT, $future)
    }};
    ($limit:expr, $future:expr $(,)?) => {{
        let (value, verdict) = $crate::tokio::measure_stalls($limit, $future).await;
        if let ::std::result::Result::Err(error) = verdict {
            ::std::panic!("{error}");
        }
        value
    }};
}

/// The duration written as `50ms`, `2s` or `800us`.
///
/// # Panics
/// For anything else; within `assert_no_stall!` that is an error of compilation.
pub const fn parse_limit(text: &str) -> Duration {
    let bytes = text.as_bytes();
    let (mut at, mut number) = (0, 0u64);
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        number = number * 10 + (bytes[at] - b'0') as u64;
        at += 1;
    }
    assert!(at > 0 && number > 0, "a limit is written 50ms, 2s or 800us");
    match bytes.split_at(at).1 {
        b"s" => Duration::from_secs(number),
        b"ms" => Duration::from_millis(number),
        b"us" => Duration::from_micros(number),
        _ => panic!("a limit is written 50ms, 2s or 800us"),
    }
}

/// Runs a future and says beside its value whether a poll took longer than `limit` meanwhile. Starts the watchdog if it does
/// not run. See [`crate::assert_no_stall!`].
pub async fn measure_stalls<F: Future>(limit: Duration, future: F) -> (F::Output, Result<Measured, NotProved>) {
    let mut watched = pin!(Watched { inner: pin!(future), assertion: None, limit });
    let value = std::future::poll_fn(|context| watched.as_mut().get_mut().poll(context)).await;
    let verdict = watched.assertion.take().map_or(Ok(Measured::default()), Assertion::finish);
    (value, verdict)
}

struct Watched<'a, F> {
    inner: Pin<&'a mut F>,
    assertion: Option<Assertion>,
    limit: Duration,
}

impl<F: Future> Watched<'_, F> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<F::Output> {
        let assertion = self.assertion.get_or_insert_with(|| Assertion::begin(self.limit, context));
        let inner = &mut self.inner;
        let _poll = thread::enter(assertion.operation.number());
        match &assertion.pulse {
            Some(pulse) => pulse.poll(context, |context| inner.as_mut().poll(context)),
            None => inner.as_mut().poll(context),
        }
    }
}

/// An assertion in progress. Dropped before it is finished, it asserts nothing.
struct Assertion {
    pulse: Option<Pulse>,
    scopes: Arc<Scopes>,
    operation: Operation,
}

/// Its limits, one per loop of its runtime.
struct Scopes {
    limit: Duration,
    runtime: Option<Id>,
    open: Mutex<Vec<Scope>>,
}

static ASSERTIONS: Mutex<Vec<Arc<Scopes>>> = Mutex::new(Vec::new());
static LOOPS: Mutex<Vec<(LoopHandle, Id)>> = Mutex::new(Vec::new());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Assertion {
    fn begin(limit: Duration, context: &Context<'_>) -> Assertion {
        probe::ensure_running();
        let runtime = Handle::try_current().ok();
        let _ = thread::attach_named(None);
        let scopes = Arc::new(Scopes { limit, runtime: runtime.as_ref().map(Handle::id), open: Mutex::default() });
        lock(&ASSERTIONS).push(scopes.clone());
        if let Some(own) = LoopHandle::current() {
            scopes.cover(&own);
        }
        let of_runtime = |id: &Id| Some(*id) == scopes.runtime;
        let others: Vec<_> = lock(&LOOPS).iter().filter(|(_, id)| of_runtime(id)).map(|(of, _)| of.clone()).collect();
        others.iter().for_each(|other| scopes.cover(other));
        let alone = runtime.is_some_and(|handle| handle.runtime_flavor() == RuntimeFlavor::CurrentThread);
        let pulse = alone.then(|| Pulse::start(limit, context.waker())).flatten();
        Assertion { pulse, scopes, operation: Operation::named("assert_no_stall") }
    }

    fn finish(mut self) -> Result<Measured, NotProved> {
        self.pulse = None; // or the wait for the culprit would be watched
        self.scopes.close()
    }
}

impl Drop for Assertion {
    fn drop(&mut self) {
        lock(&ASSERTIONS).retain(|scopes| !Arc::ptr_eq(scopes, &self.scopes));
    }
}

impl Scopes {
    fn cover(&self, handle: &LoopHandle) {
        let mut open = lock(&self.open);
        if !open.iter().any(|scope| scope.of() == Some(handle)) {
            open.extend(Scope::open(Some(handle.clone()), self.limit));
        }
    }

    /// The loop of the assertion's own thread comes first: closing waits, which is not to count as its poll.
    fn close(&self) -> Result<Measured, NotProved> {
        let mut open = std::mem::take(&mut *lock(&self.open));
        open.sort_by_key(|scope| scope.of() != LoopHandle::current().as_ref());
        let verdicts = open.into_iter().map(Scope::close);
        verdicts.reduce(both).unwrap_or(Err(NotProved::NotMeasured(crate::Error::NotAttached)))
    }
}

/// Loops that saw nothing prove nothing, and do not refute either; of stalls the worst one is told.
fn both(one: Result<Measured, NotProved>, other: Result<Measured, NotProved>) -> Result<Measured, NotProved> {
    let worst = |verdict: &NotProved| match verdict {
        NotProved::Stalled(stalled) => stalled.measured.worst,
        NotProved::NotMeasured(_) => Duration::ZERO,
    };
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(Measured {
            polls: one.polls + other.polls,
            stalls: one.stalls + other.stalls,
            worst: one.worst.max(other.worst),
        }),
        (Err(one), Err(other)) => Err(if worst(&one) >= worst(&other) { one } else { other }),
        (Err(NotProved::NotMeasured(_)), Ok(measured)) | (Ok(measured), Err(NotProved::NotMeasured(_))) => Ok(measured),
        (Err(stalled), Ok(_)) | (Ok(_), Err(stalled)) => Err(stalled),
    }
}

/// A thread got a loop: remembers whose it is, and lets assertions on that runtime cover it.
pub(crate) fn loop_attached(handle: &LoopHandle) {
    let runtime = Handle::try_current().ok().map(|handle| handle.id());
    {
        let mut loops = lock(&LOOPS);
        loops.retain(|(of, _)| of != handle && of.is_shared());
        loops.extend(runtime.map(|id| (handle.clone(), id)));
    }
    let open: Vec<_> =
        lock(&ASSERTIONS).iter().filter(|scopes| runtime.is_some() && scopes.runtime == runtime).cloned().collect();
    open.iter().for_each(|scopes| scopes.cover(handle));
}
