//! A server that generates text, before and after its repair: what its clients may rely on, and what the probe says where they
//! may not. The model computes for real, on real connections; the runtime has a single thread.
#![cfg(feature = "tower")]
#[path = "../examples/llm_server/mod.rs"]
mod llm_server;

use clearway_probe::tokio::measure_stalls;
use clearway_probe::tower::Route;
use clearway_probe::{Cause, Measured, NotProved, OperationSnapshot};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use llm_server::model::{Model, TOKENS_MADE};
use llm_server::{locked, queued, serve, Answer};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

const LIMIT: Duration = Duration::from_millis(100);
const LENGTH: usize = 24;
const PROMPT: &str = "Once upon a time there was an event loop";

async fn request(address: SocketAddr, method: &str, body: &'static str) -> Incoming {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder().method(method).body(Full::<Bytes>::from(body)).unwrap();
    let response = sender.send_request(request).await.unwrap();
    response.into_body()
}

/// The text of an answer, and when its parts came.
async fn read(mut body: Incoming) -> (String, Vec<Instant>) {
    let (mut text, mut arrivals) = (Vec::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        text.extend_from_slice(frame.unwrap().data_ref().unwrap());
        arrivals.push(Instant::now());
    }
    (String::from_utf8(text).unwrap(), arrivals)
}

async fn generate(address: SocketAddr) -> (String, Vec<Instant>) {
    read(request(address, "POST", PROMPT).await).await
}

async fn health(address: SocketAddr) -> Duration {
    let begin = Instant::now();
    assert_eq!(read(request(address, "GET", "").await).await.0, "ok");
    begin.elapsed()
}

/// Runs a client against a server on one thread, and says what stalled.
fn run<T>(server: impl Answer, name: &str, client: impl AsyncFnOnce(SocketAddr) -> T) -> (T, Result<Measured, NotProved>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = serve(listener, server, LENGTH, name);
        measure_stalls(LIMIT, async {
            tokio::select! {
                () = serving => panic!("the server does not end"),
                value = client(address) => value,
            }
        })
        .await
    })
}

fn counted(name: &str) -> (OperationSnapshot, OperationSnapshot) {
    let route = Route::new(name).unwrap();
    (route.request.snapshot().unwrap(), route.handler.snapshot().unwrap())
}

/// The tests compute on all cores: one at a time, and again when the machine had none for the event loop.
fn on_a_quiet_machine(test: impl Fn(usize) -> Result<(), String>) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut last = String::new();
    for attempt in 1..=5 {
        match test(attempt) {
            Ok(()) => return,
            Err(problem) => last = problem,
        }
        eprintln!("attempt {attempt}: {last}");
    }
    panic!("{last}");
}

fn at_most(what: &str, value: Duration, limit: Duration) -> Result<(), String> {
    if value <= limit {
        Ok(())
    } else {
        Err(format!("{what} took {value:?}, more than {limit:?}"))
    }
}

async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    tokio::join!(one, other)
}

#[test]
fn before_a_generation_stops_the_loop_and_is_named_as_the_culprit() {
    on_a_quiet_machine(|attempt| {
        let name = format!("locked {attempt}");
        let (((_, arrivals), _), verdict) = run(locked::Server::new(Model::load()), &name, async |address| {
            both(generate(address), async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                health(address).await
            })
            .await
        });
        let (request, handler) = counted(&name);
        assert!(handler.duration.max > LIMIT, "the handler has generated everything: {handler:?}");
        assert!(request.first_item.max > LIMIT, "{request:?}");
        let streaming = arrivals[arrivals.len() - 1] - arrivals[0];
        assert!(streaming < request.first_item.max / 2, "what is called a stream comes at once: {streaming:?}");
        let Err(NotProved::Stalled(stalled)) = verdict else { panic!("{verdict:?}") };
        assert!(stalled.summary.contains(&format!("in operation {name}")), "{}", stalled.summary);
        let named = stalled.summary.contains("Backend::execute") && stalled.summary.contains("Model::generate");
        let computing = matches!(stalled.cause, Cause::OnCpu | Cause::Starved | Cause::Throttled); // if there is a core for it
        if named && computing {
            Ok(())
        } else {
            Err(stalled.summary)
        }
    });
}

#[test]
fn after_the_loop_does_not_stop_and_tokens_come_as_they_are_made() {
    on_a_quiet_machine(|attempt| {
        let name = format!("queued {attempt}");
        let ((((_, arrivals), _), waited), verdict) = run(queued::Server::new(Model::load(), 2), &name, async |address| {
            both(both(generate(address), generate(address)), async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                health(address).await
            })
            .await
        });
        let (request, handler) = counted(&name);
        assert_eq!((request.ended, request.cancelled, handler.ended), (2, 0, 2));
        assert_eq!(request.gaps.count as usize, 2 * (LENGTH - 1));
        verdict.map_err(|error| error.to_string())?;
        at_most("the handler", handler.duration.max, LIMIT)?;
        at_most("health", waited, LIMIT)?;
        at_most("the first token", request.first_item.max, Duration::from_secs(1).min(request.duration.max / 2))?;
        at_most("the longest gap", request.gaps.max, request.duration.max / 2)?;
        let streaming = arrivals[arrivals.len() - 1] - arrivals[0];
        assert!(streaming >= request.duration.max / 4, "tokens came in one batch");
        assert!(arrivals.len() > LENGTH / 2, "{} parts", arrivals.len());
        Ok(())
    });
}

#[test]
fn after_several_requests_at_once_get_what_one_alone_gets() {
    on_a_quiet_machine(|_| {
        let server = queued::Server::new(Model::load(), 2);
        let mut expected = String::new();
        let model = Model::load();
        model.generate(PROMPT, LENGTH, |token| {
            expected.push_str(&token);
            true
        });
        let (texts, _) = run(server, "several", async |address| {
            let four = [(); 4].map(|()| tokio::spawn(generate(address)));
            let mut texts = Vec::new();
            for one in four {
                texts.push(one.await.unwrap().0);
            }
            texts
        });
        assert_eq!(texts, vec![expected; 4]);
        Ok(())
    });
}

#[test]
fn after_a_client_that_goes_away_stops_its_generation() {
    on_a_quiet_machine(|attempt| {
        let name = format!("given up {attempt}");
        let before = TOKENS_MADE.load(Relaxed);
        let (made, _) = run(queued::Server::new(Model::load(), 1), &name, async |address| {
            let mut body = request(address, "POST", PROMPT).await;
            body.frame().await.unwrap().unwrap();
            drop(body);
            let gone = tokio::time::timeout(Duration::from_secs(20), async {
                while counted(&name).0.cancelled == 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
            gone.await.expect("the server sees that its client is gone");
            health(address).await;
            TOKENS_MADE.load(Relaxed) - before
        });
        let ended = TOKENS_MADE.load(Relaxed) - before; // the runtime has waited for its blocking pool
        assert!(ended <= made + 2, "it went on: {made}, then {ended}");
        if ended < LENGTH {
            Ok(())
        } else {
            Err(format!("all {ended} tokens were made before the client was seen to be gone"))
        }
    });
}
