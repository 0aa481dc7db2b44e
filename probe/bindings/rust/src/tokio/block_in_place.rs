use crate::thread::outside_poll;

/// `tokio::task::block_in_place`, not counted as a stall: tokio hands the worker's other tasks to another thread meanwhile.
///
/// Called directly, tokio's function leaves the poll of its task running, which is then reported: what else runs within that
/// task (other branches of a `join!`) does wait.
///
/// # Panics
/// On a current-thread runtime, as tokio's does.
pub fn block_in_place<F, R>(work: F) -> R
where
    F: FnOnce() -> R,
{
    outside_poll(|| ::tokio::task::block_in_place(work))
}
