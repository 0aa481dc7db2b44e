//! Spans per request for servers made of tower services (axum, tonic, hyper).
use crate::{thread, Error, Operation, Span};
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{ready, Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// The operations of a kind of requests.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// From the request to the end of the response's body.
    pub request: Operation,
    /// From the request to the begin of the response, named `NAME handler`.
    pub handler: Operation,
}

impl Route {
    /// Made once per name, such as at start.
    ///
    /// # Errors
    /// As those of `Operation::new`.
    pub fn new(name: &str) -> Result<Self, Error> {
        Ok(Route { request: Operation::new(name)?, handler: Operation::new(&format!("{name} handler"))? })
    }
}

type Namer = dyn Fn(&http::Method, &http::Uri) -> Route + Send + Sync;

/// Measures each request: the polls of its handler and of its body, and two spans.
///
/// The span named like the route lasts until the end of the body; its items are the body's data frames, so it tells when the
/// client got the first token and how long the gaps were. A body that is dropped before its end counts as cancelled. The
/// span named `NAME handler` lasts until the handler returned its response.
///
/// ```
/// use clearway_probe::tower::{ProbeLayer, Route};
/// use tower_layer::Layer;
///
/// let (generate, other) = (Route::new("generate")?, Route::new("other")?);
/// let by_path = ProbeLayer::by(move |_method, uri| if uri.path() == "/generate" { generate } else { other });
/// let everything = ProbeLayer::new("request")?;
/// # let (_, _) = (by_path.layer(()), everything.layer(()));
/// # Ok::<(), clearway_probe::Error>(())
/// ```
#[derive(Clone)]
pub struct ProbeLayer {
    namer: Arc<Namer>,
}

impl ProbeLayer {
    /// All requests are one route.
    ///
    /// # Errors
    /// As those of `Operation::new`.
    pub fn new(name: &str) -> Result<Self, Error> {
        let route = Route::new(name)?;
        Ok(ProbeLayer::by(move |_, _| route))
    }

    /// The route depends on the request. Make routes beforehand, and not from paths with parameters in them: names are kept for
    /// the life of the process.
    pub fn by(namer: impl Fn(&http::Method, &http::Uri) -> Route + Send + Sync + 'static) -> Self {
        ProbeLayer { namer: Arc::new(namer) }
    }
}

impl std::fmt::Debug for ProbeLayer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ProbeLayer")
    }
}

impl<S> Layer<S> for ProbeLayer {
    type Service = ProbeService<S>;

    fn layer(&self, inner: S) -> ProbeService<S> {
        ProbeService { inner, namer: self.namer.clone() }
    }
}

/// A service whose requests are measured. Made by [`ProbeLayer`].
#[derive(Clone)]
pub struct ProbeService<S> {
    inner: S,
    namer: Arc<Namer>,
}

impl<S: std::fmt::Debug> std::fmt::Debug for ProbeService<S> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("ProbeService").field(&self.inner).finish()
    }
}

impl<S, In, Out: Body> Service<Request<In>> for ProbeService<S>
where
    S: Service<Request<In>, Response = Response<Out>>,
{
    type Response = Response<ProbedBody<Out>>;
    type Error = S::Error;
    type Future = ProbedResponse<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        let route = (self.namer)(request.method(), request.uri());
        let spans = Some((route.request.span(), route.handler.span()));
        let _poll = thread::enter(route.request.number()); // handlers may work before they return a future
        ProbedResponse { inner: self.inner.call(request), spans, operation: route.request }
    }
}

pin_project! {
    /// The response of a measured request.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ProbedResponse<F> {
        #[pin]
        inner: F,
        spans: Option<(Span, Span)>, // of the request, of the handler
        operation: Operation,
    }
}

impl<F, Out: Body, E> Future for ProbedResponse<F>
where
    F: Future<Output = Result<Response<Out>, E>>,
{
    type Output = Result<Response<ProbedBody<Out>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _poll = thread::enter(this.operation.number());
        let response = ready!(this.inner.poll(context))?; // spans of a handler that failed are cancelled
        let operation = *this.operation;
        let span = this.spans.take().map(|(request, handler)| {
            handler.end();
            request
        });
        Poll::Ready(Ok(response.map(|inner| ProbedBody { inner, span, operation }.ended_if_empty())))
    }
}

pin_project! {
    /// The body of a measured response.
    #[derive(Debug)]
    pub struct ProbedBody<B> {
        #[pin]
        inner: B,
        span: Option<Span>,
        operation: Operation,
    }
}

impl<B: Body> ProbedBody<B> {
    // Servers need not poll a body that says it is at its end.
    fn ended_if_empty(mut self) -> Self {
        if self.inner.is_end_stream() {
            end(&mut self.span);
        }
        self
    }
}

fn end(span: &mut Option<Span>) {
    if let Some(span) = span.take() {
        span.end();
    }
}

impl<B: Body> Body for ProbedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let frame = {
            let _poll = thread::enter(this.operation.number());
            ready!(this.inner.as_mut().poll_frame(context))
        };
        match (&frame, this.span.as_mut()) {
            (Some(Ok(frame)), Some(span)) if frame.is_data() => span.item(),
            (Some(Err(_)), _) => drop(this.span.take()),
            _ => {}
        }
        if frame.is_none() || this.inner.is_end_stream() {
            end(this.span);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
