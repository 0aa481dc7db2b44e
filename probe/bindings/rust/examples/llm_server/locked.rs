//! Before: the backend is locked for a whole generation, which runs on the event loop. Nothing else moves meanwhile, and the
//! client gets a stream whose items were all computed before the first was sent.
use super::model::Model;
use super::{text, Answer, Reply};
use std::sync::Arc;
use tokio::sync::Mutex;

pub struct Backend {
    model: Model,
}

impl Backend {
    fn execute(&mut self, prompt: &str, length: usize) -> Vec<String> {
        let mut tokens = Vec::new();
        self.model.generate(prompt, length, |token| {
            tokens.push(token);
            true
        });
        tokens
    }

    /// A stream in name.
    fn execute_stream(&mut self, prompt: &str, length: usize) -> std::vec::IntoIter<String> {
        self.execute(prompt, length).into_iter()
    }
}

#[derive(Clone)]
pub struct Server {
    backend: Arc<Mutex<Backend>>,
}

impl Server {
    pub fn new(model: Model) -> Server {
        Server { backend: Arc::new(Mutex::new(Backend { model })) }
    }
}

impl Answer for Server {
    async fn generate(&self, prompt: String, length: usize) -> Reply {
        let mut backend = self.backend.lock().await;
        let tokens = backend.execute_stream(&prompt, length);
        text(tokio::sync::mpsc::channel(1).1, tokens)
    }
}
