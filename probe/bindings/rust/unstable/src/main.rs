//! What measuring a poll costs, beside tokio's own poll-time histogram. Run in this folder with `cargo run --release`.
//!
//! One task asks to be polled again and again. The variants take turns, round by round; of each the fastest round counts, which
//! other work on the machine disturbed least. Printed are the cost of a plain poll and what each variant adds to it.
use clearway_probe::{tokio::instrument, Probe, ProbedExt};
use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const POLLS: u32 = 50_000;

type Configure = fn(&mut Builder) -> &mut Builder;

struct Variant {
    name: &'static str,
    configure: Configure,
    probed: bool,
}

const VARIANTS: [Variant; 4] = [
    Variant { name: "plain", configure: |builder| builder, probed: false },
    Variant { name: "tokio's histogram", configure: |builder| builder.enable_metrics_poll_time_histogram(), probed: false },
    Variant { name: "probed()", configure: |builder| builder, probed: true },
    Variant { name: "instrument()", configure: instrument, probed: false },
];

async fn polled() -> Duration {
    let (mut left, begin) = (POLLS, Instant::now());
    poll_fn(|context| {
        left -= 1;
        if left == 0 {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    begin.elapsed()
}

fn round(runtime: &Runtime, probed: bool) -> Duration {
    let task = async {
        if probed {
            tokio::spawn(polled().probed("polled")).await
        } else {
            tokio::spawn(polled()).await
        }
    };
    runtime.block_on(task).expect("the task does not panic")
}

fn nanoseconds_per_poll(runtimes: &[Runtime], rounds: u32) -> Vec<f64> {
    let mut best = vec![Duration::MAX; VARIANTS.len()];
    for _ in 0..rounds {
        for ((best, variant), runtime) in best.iter_mut().zip(&VARIANTS).zip(runtimes) {
            *best = round(runtime, variant.probed).min(*best);
        }
    }
    best.iter().map(|best| best.as_nanos() as f64 / f64::from(POLLS)).collect()
}

fn compare(flavor: &str, make: fn() -> Builder, rounds: u32) {
    let build = |variant: &Variant| (variant.configure)(&mut make()).build().expect("a runtime can be built");
    let runtimes: Vec<_> = VARIANTS.iter().map(build).collect();
    let cost = nanoseconds_per_poll(&runtimes, rounds);
    println!("{flavor}: a plain poll takes {:.0} ns; added by", cost[0]);
    for (variant, cost_of_it) in VARIANTS.iter().zip(&cost).skip(1) {
        let added = cost_of_it - cost[0];
        println!("  {:<20} {added:>5.0} ns, {:.2} of tokio's", variant.name, added / (cost[1] - cost[0]));
    }
}

fn main() {
    let rounds = std::env::args().nth(1).map_or(200, |rounds| rounds.parse().expect("the argument is a number of rounds"));
    let _probe = Probe::builder().start().expect("nothing else has started it");
    compare("current thread", Builder::new_current_thread, rounds);
    let one_worker = || {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1);
        builder
    };
    compare("multi thread", one_worker, rounds);
}
