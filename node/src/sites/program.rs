//! One request to the program behind a site, and the connections it goes over.
//!
//! A visit begins with a connection that shows that the program is there. Programs let go of connections on which nothing is
//! said, and a browser opens some long before it asks: so the first connection may be of no use when it is needed.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body, HttpBody as _};
use axum::http::{Request, Response};
use futures::FutureExt as _;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::publish::connect;
use crate::http1;

/// Asks the program, over the spare connection while that is good, else over one of its own. `None`: no answer came.
///
/// Where the spare one breaks before a byte of an answer, and the request can do no harm twice, it is asked once more.
pub async fn ask(request: Request<Body>, spare: Option<TcpStream>, port: u16) -> Option<Response<Incoming>> {
    let request = match spare.filter(is_quiet) {
        None => request,
        Some(spare) => {
            let (parts, body) = request.into_parts();
            let may_repeat = parts.method.is_idempotent() && body.is_end_stream();
            let copy = may_repeat.then(|| Request::from_parts(parts.clone(), Body::empty()));
            match once(Request::from_parts(parts, body), spare).await {
                Asked::Answered(response) => return Some(response),
                Asked::BrokeOff => return None,
                Asked::Unheard(unsent) => unsent.or(copy)?,
            }
        }
    };
    match once(request, connect(port).await.ok()?).await {
        Asked::Answered(response) => Some(response),
        Asked::BrokeOff | Asked::Unheard(_) => None,
    }
}

/// Whether nothing came over it yet, not even its end. What comes before a request is no answer to it: some programs say
/// that it took too long, and close.
fn is_quiet(spare: &TcpStream) -> bool {
    spare.peek(&mut [0]).now_or_never().is_none()
}

/// What came of asking.
enum Asked {
    /// An answer began.
    Answered(Response<Incoming>),
    /// The connection ended within the answer.
    BrokeOff,
    /// The connection ended before an answer. With the request, if none of it was sent.
    Unheard(Option<Request<Body>>),
}

async fn once(request: Request<Body>, program: TcpStream) -> Asked {
    let heard = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Heard { stream: program, heard: heard.clone() });
    let Ok((mut sender, connection)) = http1::client().handshake(io).await else {
        return Asked::Unheard(Some(request));
    };
    tokio::spawn(async move {
        // Its end is seen by whoever reads the answer.
        let _ = connection.with_upgrades().await;
    });
    match sender.try_send_request(request).await {
        Ok(response) => Asked::Answered(response),
        Err(_) if heard.load(Ordering::Relaxed) => Asked::BrokeOff,
        Err(mut error) => Asked::Unheard(error.take_message()),
    }
}

/// Remembers whether the program said anything.
struct Heard {
    stream: TcpStream,
    heard: Arc<AtomicBool>,
}

impl AsyncRead for Heard {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buf));
        if buf.filled().len() > before {
            self.heard.store(true, Ordering::Relaxed);
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Heard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
