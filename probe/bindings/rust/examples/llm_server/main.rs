//! Try it: `cargo run --example llm_server --features tower -- locked` (or `queued`), then
//! `curl -N -d 'Once upon a time' localhost:8080/generate` and, meanwhile, `curl localhost:8080/health`.
#[path = "mod.rs"]
mod llm_server;

use clearway_probe::Probe;
use llm_server::{locked, model::Model, queued, serve};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = Model::load(); // takes a while: before there is a loop to stop
    let _probe = Probe::builder().threshold(Duration::from_millis(50)).on_stall(|stall| eprintln!("{stall}")).start()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
        match std::env::args().nth(1).as_deref() {
            Some("locked") => serve(listener, locked::Server::new(model), 100, "generate").await,
            Some("queued") => serve(listener, queued::Server::new(model, 2), 100, "generate").await,
            _ => return Err("say which server to run: locked or queued".into()),
        }
        Ok(())
    })
}
