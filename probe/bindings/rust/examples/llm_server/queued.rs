//! After: requests wait in a queue for a backend, which generates on the blocking pool; tokens go through a channel as they are
//! made. The handler returns at once, and a client that goes away stops its generation.
use super::model::Model;
use super::{text, Answer, Reply};
use std::sync::Arc;
use tokio::sync::{mpsc, Semaphore};

const TOKENS_AHEAD: usize = 4; // of a client that reads slowly

#[derive(Clone)]
pub struct Server {
    model: Arc<Model>,
    backends: Arc<Semaphore>,
}

impl Server {
    /// Up to `backends` requests are generated at once, in the order of their arrival.
    pub fn new(model: Model, backends: usize) -> Server {
        Server { model: Arc::new(model), backends: Arc::new(Semaphore::new(backends)) }
    }
}

impl Answer for Server {
    async fn generate(&self, prompt: String, length: usize) -> Reply {
        let (sender, receiver) = mpsc::channel(TOKENS_AHEAD);
        let server = self.clone();
        tokio::spawn(async move {
            let backend = tokio::select! {
                backend = server.backends.acquire_owned() => backend,
                () = sender.closed() => return, // gone while it was waiting
            };
            let generation = tokio::task::spawn_blocking(move || {
                let _backend = backend;
                server.model.generate(&prompt, length, |token| sender.blocking_send(token).is_ok());
            });
            generation.await.expect("generating does not panic");
        });
        text(receiver, Vec::new().into_iter())
    }
}
