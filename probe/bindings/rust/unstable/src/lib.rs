//! What measuring a poll costs, beside tokio's own poll-time histogram.
//!
//! One task asks to be polled again and again. The variants take turns, round by round, since the machine's speed changes.
use clearway_probe::{tokio::instrument, ProbedExt};
use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

type Configure = fn(&mut Builder) -> &mut Builder;

struct Variant {
    name: &'static str,
    configure: Configure,
    probed: bool,
}

const PLAIN: usize = 0;
const HISTOGRAM: usize = 1;
const VARIANTS: [Variant; 4] = [
    Variant { name: "plain", configure: |builder| builder, probed: false },
    Variant { name: "tokio's histogram", configure: |builder| builder.enable_metrics_poll_time_histogram(), probed: false },
    Variant { name: "probed()", configure: |builder| builder, probed: true },
    Variant { name: "instrument()", configure: instrument, probed: false },
];

/// What a way to measure adds to a poll, and what tokio's histogram does, in nanoseconds.
pub struct Cost {
    pub name: &'static str,
    /// Fastest round against fastest round: other work on the machine disturbed these least.
    pub added: f64,
    pub histogram_added: f64,
    /// Median over the rounds of how much more this took than tokio's histogram, next to it in turn.
    pub beyond_histogram: f64,
}

pub struct Comparison {
    pub plain: f64,
    pub costs: Vec<Cost>,
}

async fn polled(polls: u32) -> Duration {
    let (mut left, begin) = (polls, Instant::now());
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

/// Nanoseconds for each poll.
fn round(runtime: &Runtime, probed: bool, polls: u32) -> f64 {
    let task = async {
        if probed {
            tokio::spawn(polled(polls).probed("polled")).await
        } else {
            tokio::spawn(polled(polls)).await
        }
    };
    let passed = runtime.block_on(task).expect("the task does not panic");
    passed.as_nanos() as f64 / f64::from(polls)
}

fn smallest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs each variant `rounds` times for `polls` polls, in turns. The probe has to run.
pub fn compare(make: fn() -> Builder, rounds: usize, polls: u32) -> Comparison {
    let build = |variant: &Variant| (variant.configure)(&mut make()).build().expect("a runtime can be built");
    let runtimes: Vec<_> = VARIANTS.iter().map(build).collect();
    let turn = || -> Vec<f64> {
        VARIANTS.iter().zip(&runtimes).map(|(variant, runtime)| round(runtime, variant.probed, polls)).collect()
    };
    let turns: Vec<_> = (0..rounds).map(|_| turn()).collect();
    let fastest = |variant: usize| smallest(turns.iter().map(|turn| turn[variant]));
    let plain = fastest(PLAIN);
    let costs = (HISTOGRAM + 1..VARIANTS.len()).map(|variant| Cost {
        name: VARIANTS[variant].name,
        added: fastest(variant) - plain,
        histogram_added: fastest(HISTOGRAM) - plain,
        beyond_histogram: median(turns.iter().map(|turn| turn[variant] - turn[HISTOGRAM]).collect()),
    });
    Comparison { plain, costs: costs.collect() }
}

/// The runtimes to compare on: all that runs in them runs in one thread.
pub const RUNTIMES: [(&str, fn() -> Builder); 2] =
    [("current thread", Builder::new_current_thread), ("multi thread", one_worker)];

fn one_worker() -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1);
    builder
}
