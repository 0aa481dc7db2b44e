use crate::{thread, Operation};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// A future whose polls are measured. Made by [`ProbedExt::probed`].
    ///
    /// A measured poll costs two readings of the clock and a few stores. The thread that polls gets a loop by itself.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Probed<F> {
        #[pin]
        inner: F,
        operation: Operation,
    }
}

/// Adds `.probed("name")` to futures.
pub trait ProbedExt: Future + Sized {
    /// Measures the polls of this future under a name.
    ///
    /// ```
    /// use clearway_probe::ProbedExt;
    ///
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// let task = tokio::spawn(async { 6 * 7 }.probed("answer"));
    /// assert_eq!(task.await.unwrap(), 42);
    /// # });
    /// ```
    fn probed(self, name: &str) -> Probed<Self> {
        self.probed_as(Operation::named(name))
    }

    /// The same with an operation made before: no lock is taken.
    fn probed_as(self, operation: Operation) -> Probed<Self> {
        Probed { inner: self, operation }
    }
}

impl<F: Future> ProbedExt for F {}

impl<F: Future> Future for Probed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _poll = thread::enter(this.operation.number());
        this.inner.poll(context)
    }
}
