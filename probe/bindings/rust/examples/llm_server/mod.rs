//! An HTTP server that generates text: `GET /health`, and `POST /generate` whose body is the prompt.
//!
//! `locked` and `queued` are the same service before and after its repair.
pub mod locked;
pub mod model;
pub mod queued;

use clearway_probe::tower::{ProbeLayer, Route};
use futures_core::Stream;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower::{service_fn, Layer};

/// Tokens: those that are there, then those of the channel until it is closed.
pub struct Tokens {
    ready: std::vec::IntoIter<String>,
    coming: mpsc::Receiver<String>,
}

impl Stream for Tokens {
    type Item = Result<Frame<Bytes>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let token = match self.ready.next() {
            Some(token) => Poll::Ready(Some(token)),
            None => self.coming.poll_recv(context),
        };
        token.map(|token| token.map(|token| Ok(Frame::data(Bytes::from(token)))))
    }
}

pub type Reply = Response<StreamBody<Tokens>>;

pub fn text(coming: mpsc::Receiver<String>, ready: std::vec::IntoIter<String>) -> Reply {
    Response::new(StreamBody::new(Tokens { ready, coming }))
}

/// What the two servers do differently.
pub trait Answer: Clone + Send + Sync + 'static {
    fn generate(&self, prompt: String, length: usize) -> impl Future<Output = Reply> + Send;
}

async fn handle(server: impl Answer, length: usize, request: Request<Incoming>) -> Result<Reply, hyper::Error> {
    if request.method() == Method::GET {
        let (sender, receiver) = mpsc::channel(1);
        drop(sender);
        return Ok(text(receiver, vec!["ok".to_owned()].into_iter()));
    }
    let prompt = request.into_body().collect().await?.to_bytes();
    Ok(server.generate(String::from_utf8_lossy(&prompt).into_owned(), length).await)
}

/// Serves until it is dropped. Each generation has `length` tokens and is measured under `name`.
pub async fn serve(listener: TcpListener, server: impl Answer, length: usize, name: &str) {
    let generate = Route::new(name).expect("a name without a zero byte");
    let health = Route::new("health").expect("a name without a zero byte");
    let layer = ProbeLayer::by(move |method, _| if method == Method::GET { health } else { generate });
    while let Ok((connection, _)) = listener.accept().await {
        let server = server.clone();
        let service = layer.layer(service_fn(move |request| handle(server.clone(), length, request)));
        tokio::spawn(async move {
            let service = TowerToHyperService::new(service);
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(connection), service);
            let _ = connection.await; // a client that goes away is no failure of the server
        });
    }
}
