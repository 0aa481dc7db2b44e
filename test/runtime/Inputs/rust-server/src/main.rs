//! A loop that stalls in known places, watched by the probe: `server RECORDS`.
use std::collections::VecDeque;
use std::ffi::{c_char, c_int, CString};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

#[repr(C)]
struct Config {
    struct_size: usize,
    threshold_ns: u64,
    tick_ns: u64,
    numbers: [u32; 6],
    after_fork: c_int,
    callbacks: [usize; 4],
    jsonl_path: *const c_char,
}

enum Loop {}

extern "C" {
    fn clearway_probe_start(config: *const Config) -> c_int;
    fn clearway_probe_stop() -> c_int;
    fn clearway_loop_create(config: *const Config, out: *mut *mut Loop) -> c_int;
    fn clearway_loop_attach(handle: *mut Loop) -> c_int;
    fn clearway_loop_destroy(handle: *mut Loop);
    fn clearway_loop_begin(handle: *mut Loop, operation: u32) -> c_int;
    fn clearway_loop_end(handle: *mut Loop) -> c_int;
}

struct NextTurn(bool);

impl Future for NextTurn {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

struct Backend {
    pause: Duration,
}

trait Retry {
    fn back_off(&self);
}

impl Retry for Backend {
    // Predicted and seen.
    #[inline(never)]
    fn back_off(&self) {
        thread::sleep(self.pause);
        std::hint::black_box(self);
    }
}

async fn fetch(backend: Backend) {
    NextTurn(false).await;
    backend.back_off();
}

// Predicted, and it never runs.
async fn shut_down(really: bool) {
    NextTurn(false).await;
    if really {
        thread::sleep(Duration::from_secs(1));
    }
}

// Seen, and not predicted: no catalogue knows how long this computes.
#[inline(never)]
fn tokenize(end: Instant) -> u64 {
    let mut sum = 1u64;
    while Instant::now() < end {
        for i in 0..1000 {
            sum = sum.wrapping_mul(6364136223846793005).wrapping_add(i);
        }
    }
    sum
}

async fn complete() {
    NextTurn(false).await;
    std::hint::black_box(tokenize(Instant::now() + Duration::from_millis(80)));
}

fn run(handle: *mut Loop, mut ready: VecDeque<Pin<Box<dyn Future<Output = ()>>>>) {
    let mut context = Context::from_waker(Waker::noop());
    while let Some(mut task) = ready.pop_front() {
        unsafe { clearway_loop_begin(handle, 0) };
        let result = task.as_mut().poll(&mut context);
        unsafe { clearway_loop_end(handle) };
        if result.is_pending() {
            ready.push_back(task);
        }
    }
}

fn main() {
    let path = CString::new(std::env::args().nth(1).expect("a file for the records")).expect("a path");
    let mut config: Config = unsafe { std::mem::zeroed() };
    (config.struct_size, config.threshold_ns, config.jsonl_path) = (size_of::<Config>(), 20_000_000, path.as_ptr());
    let mut handle = std::ptr::null_mut();
    unsafe {
        assert_eq!(clearway_probe_start(&config), 0);
        clearway_loop_create(std::ptr::null(), &mut handle);
        clearway_loop_attach(handle);
    }
    let mut ready: VecDeque<Pin<Box<dyn Future<Output = ()>>>> = VecDeque::new();
    for _ in 0..3 {
        ready.push_back(Box::pin(fetch(Backend { pause: Duration::from_millis(60) })));
    }
    ready.push_back(Box::pin(shut_down(false)));
    ready.push_back(Box::pin(complete()));
    run(handle, ready);
    unsafe {
        clearway_probe_stop();
        clearway_loop_destroy(handle);
    }
}
