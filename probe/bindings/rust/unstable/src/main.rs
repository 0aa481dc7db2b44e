//! Prints what measuring a poll costs, beside tokio's own poll-time histogram. Run in this folder with
//! `cargo run --release [ROUNDS]`.
use clearway_probe::Probe;
use clearway_probe_unstable::{compare, RUNTIMES};

fn main() {
    let rounds = std::env::args().nth(1).map_or(200, |rounds| rounds.parse().expect("the argument is a number of rounds"));
    let _probe = Probe::builder().start().expect("nothing else has started it");
    for (flavor, make) in RUNTIMES {
        let comparison = compare(make, rounds, 50_000);
        println!("{flavor}: a plain poll takes {:.0} ns; added by", comparison.plain);
        println!("  {:<20} {:>5.0} ns", "tokio's histogram", comparison.costs[0].histogram_added);
        for cost in comparison.costs {
            println!(
                "  {:<20} {:>5.0} ns, {:.2} of tokio's; median of the differences {:.0} ns",
                cost.name,
                cost.added,
                cost.added / cost.histogram_added,
                cost.beyond_histogram
            );
        }
    }
}
