//! Spans of requests through a real tower stack.
#![cfg(feature = "tower")]
use clearway_probe::tokio::measure_stalls;
use clearway_probe::tower::{ProbeLayer, Route};
use clearway_probe::{NotProved, OperationSnapshot};
use http::{Request, Response};
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::sleep;
use tower::{service_fn, Layer, ServiceExt};

type Item = Result<Frame<Bytes>, Infallible>;

const HANDLER: Duration = Duration::from_millis(30);
const GAP: Duration = Duration::from_millis(20);

/// Five items with a gap before each.
fn items() -> impl http_body::Body<Data = Bytes, Error = Infallible> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Item>(1);
    tokio::spawn(async move {
        for _ in 0..5 {
            sleep(GAP).await;
            if sender.send(Ok(Frame::data(Bytes::from_static(b"token ")))).await.is_err() {
                return;
            }
        }
    });
    StreamBody::new(Received(receiver))
}

struct Received(tokio::sync::mpsc::Receiver<Item>);

impl futures_core::Stream for Received {
    type Item = Item;
    fn poll_next(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Option<Item>> {
        self.0.poll_recv(context)
    }
}

fn counted(route: Route) -> (OperationSnapshot, OperationSnapshot) {
    (route.request.snapshot().unwrap(), route.handler.snapshot().unwrap())
}

#[tokio::test]
async fn a_streamed_response_has_a_first_item_and_gaps() {
    let handler = service_fn(|_: Request<Empty<Bytes>>| async {
        sleep(HANDLER).await;
        Ok::<_, Infallible>(Response::new(items()))
    });
    let service = ProbeLayer::new("streamed").unwrap().layer(handler);
    let response = service.oneshot(Request::default()).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes().len(), 30);
    let (request, handler) = counted(Route::new("streamed").unwrap());
    assert_eq!((request.ended, request.cancelled, request.open), (1, 0, 0));
    assert_eq!((request.first_item.count, request.gaps.count), (1, 4));
    assert!(request.first_item.max >= HANDLER + GAP && request.gaps.p50 >= GAP - GAP / 8, "{request:?}");
    assert!(request.duration.max >= HANDLER + 5 * GAP);
    assert!(handler.duration.max >= HANDLER && handler.duration.max < request.duration.max, "{handler:?}");
}

#[tokio::test]
async fn a_body_given_up_is_cancelled() {
    let handler = service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(items())) });
    let service = ProbeLayer::new("given up").unwrap().layer(handler);
    let mut body = service.oneshot(Request::default()).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let (request, handler) = counted(Route::new("given up").unwrap());
    assert_eq!((request.ended, request.cancelled, request.open), (0, 1, 0));
    assert_eq!((handler.ended, handler.cancelled), (1, 0));
}

#[tokio::test]
async fn bodies_that_are_complete_end_without_being_asked() {
    let full =
        service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("text"))) });
    let mut body = ProbeLayer::new("full").unwrap().layer(full).oneshot(Request::default()).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let empty = service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) });
    drop(ProbeLayer::new("empty").unwrap().layer(empty).oneshot(Request::default()).await.unwrap());
    for name in ["full", "empty"] {
        let (request, _) = counted(Route::new(name).unwrap());
        assert_eq!((request.ended, request.cancelled), (1, 0), "{name}");
    }
}

#[tokio::test]
async fn a_handler_that_fails_is_cancelled() {
    let fails = service_fn(|_: Request<Empty<Bytes>>| async { Err::<Response<Empty<Bytes>>, _>("no") });
    let service = ProbeLayer::new("fails").unwrap().layer(fails);
    assert_eq!(service.oneshot(Request::default()).await.unwrap_err(), "no");
    let (request, handler) = counted(Route::new("fails").unwrap());
    assert_eq!((request.cancelled, handler.cancelled), (1, 1));
}

#[tokio::test]
async fn routes_depend_on_the_request() {
    let (health, other) = (Route::new("health").unwrap(), Route::new("the rest").unwrap());
    let layer = ProbeLayer::by(move |_, uri| if uri.path() == "/health" { health } else { other });
    for path in ["/health", "/a", "/b"] {
        let empty =
            service_fn(|_: Request<Empty<Bytes>>| async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) });
        let request = Request::builder().uri(path).body(Empty::new()).unwrap();
        layer.layer(empty).oneshot(request).await.unwrap();
    }
    assert_eq!((counted(health).0.ended, counted(other).0.ended), (1, 2));
}

#[tokio::test]
async fn a_handler_that_blocks_is_found_under_its_name() {
    let blocks = service_fn(|_: Request<Empty<Bytes>>| async {
        std::thread::sleep(Duration::from_millis(150));
        Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
    });
    let service = ProbeLayer::new("blocks").unwrap().layer(blocks);
    let on_a_task = async { tokio::spawn(service.oneshot(Request::default())).await.unwrap() };
    let (_, verdict) = measure_stalls(Duration::from_millis(50), on_a_task).await;
    let Err(NotProved::Stalled(stalled)) = verdict else { panic!("{verdict:?}") };
    assert!(stalled.summary.contains("in operation blocks"), "{}", stalled.summary);
}
