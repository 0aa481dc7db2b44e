//! The hooks of a runtime's builder.
use crate::thread::{self, Background};
use crate::Operation;
use std::sync::Arc;
use tokio::runtime::Builder;

/// Attaches the workers of a runtime, with the defaults of [`Workers`].
///
/// ```
/// let mut builder = tokio::runtime::Builder::new_multi_thread();
/// clearway_probe::tokio::instrument(builder.worker_threads(2).enable_all());
/// let runtime = builder.build()?;
/// # runtime.block_on(async {});
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn instrument(builder: &mut Builder) -> &mut Builder {
    Workers::default().instrument(builder)
}

/// How the workers of a runtime are measured.
///
/// Built with `--cfg tokio_unstable`, each poll of each task is measured, under the place where it was spawned.
/// Otherwise tokio tells only when a worker begins and ceases to wait. Polls of futures with `.probed()` are measured then, and
/// the workers are attached before the first of them.
#[derive(Clone, Debug, Default)]
pub struct Workers {
    name: Option<String>,
    busy: bool,
}

impl Workers {
    /// Prefix of the loops' names. The threads' names by default.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Without `tokio_unstable`: measures what a worker does between two measured polls as one poll, named "other tasks".
    /// Finds stalls in tasks that are not measured themselves. Many short polls in a row without a wait count as one
    /// long one, so this is for tests and for workers with time to spare.
    pub fn measure_between(mut self, wanted: bool) -> Self {
        self.busy = wanted;
        self
    }

    /// Sets the builder's hooks `on_thread_park`, `on_thread_unpark` and, with `tokio_unstable`, those around polls. tokio keeps
    /// one hook of each kind: others set on this builder are replaced.
    pub fn instrument(self, builder: &mut Builder) -> &mut Builder {
        let between = self.between();
        let name: Arc<Option<String>> = Arc::new(self.name);
        let attach = move || {
            let _ = thread::attach_named((*name).clone()); // a thread that cannot have a loop is not measured
        };
        builder.on_thread_unpark({
            let attach = attach.clone();
            move || {
                attach();
                if between.is_some() {
                    thread::set_background(between);
                }
            }
        });
        builder.on_thread_park(move || {
            attach();
            if between.is_some() {
                thread::set_background(None);
            }
        });
        #[cfg(tokio_unstable)]
        polls::measure(builder);
        builder
    }

    fn between(&self) -> Option<Background> {
        let operation = || Operation::named("other tasks").number();
        (self.busy && !cfg!(tokio_unstable)).then(|| Background { operation: operation(), judge: None })
    }
}

#[cfg(tokio_unstable)]
mod polls {
    use super::{thread, Builder, Operation};
    use std::cell::{Cell, RefCell};
    use std::collections::HashMap;
    use std::panic::Location;
    use std::ptr;

    type Place = *const Location<'static>;

    thread_local! {
        static LAST: Cell<(Place, u32)> = const { Cell::new((ptr::null(), 0)) };
        static ALL: RefCell<HashMap<Place, u32>> = RefCell::default();
    }

    pub(super) fn measure(builder: &mut Builder) {
        builder.on_before_task_poll(|task| std::mem::forget(thread::enter(operation(task.spawned_at()))));
        builder.on_after_task_poll(|_| thread::leave_forgotten());
    }

    /// "task at FILE:LINE". The place of the last poll is remembered, since workers often poll tasks of one kind in a row.
    fn operation(spawned: &'static Location<'static>) -> u32 {
        let (place, operation) = LAST.get();
        if ptr::eq(place, spawned) {
            return operation;
        }
        let name = || Operation::named(&format!("task at {}:{}", spawned.file(), spawned.line())).number();
        let found = ALL.try_with(|all| *all.borrow_mut().entry(ptr::from_ref(spawned)).or_insert_with(name)).unwrap_or(0);
        LAST.set((spawned, found));
        found
    }
}
