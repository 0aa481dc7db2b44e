//! Measuring tokio.
//!
//! | what | sees |
//! |---|---|
//! | [`ProbedExt::probed`] around a future | the polls of that future, on any runtime |
//! | [`crate::tower::ProbeLayer`] (feature `tower`) | the polls of each request, its handler time, first item and gaps |
//! | [`instrument`] on a runtime's builder | which threads are workers; built with `--cfg tokio_unstable`: the polls of every task |
//! | [`crate::assert_no_stall!`] | all of the above; on a current-thread runtime also all other tasks |
mod assertion;
mod block_in_place;
mod probed;
mod pulse;
mod workers;

pub(crate) use assertion::loop_attached;
pub use assertion::{measure_stalls, parse_limit};
pub use block_in_place::block_in_place;
pub use probed::{Probed, ProbedExt};
pub use workers::{instrument, Workers};
