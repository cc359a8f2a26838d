//! HTTP/1 that is passed on, as the proxy and local sites do: names of headers stay as they were written, and many fit.
//!
//! Some small devices look for `Host:` and not for `host:`. Not for: what is passed on, and to whom.

use hyper::{client, server};

/// Header fields of one message; hyper's own bound of 100 is less than some programs send. More: refused. Their bytes are
/// bounded by the buffers of a connection besides.
const FIELDS_MAX: usize = 1000;

/// For the side that asks.
pub fn server() -> server::conn::http1::Builder {
    let mut builder = server::conn::http1::Builder::new();
    builder.preserve_header_case(true).title_case_headers(true).max_headers(FIELDS_MAX);
    builder
}

/// For the side that answers.
pub fn client() -> client::conn::http1::Builder {
    let mut builder = client::conn::http1::Builder::new();
    builder.preserve_header_case(true).title_case_headers(true).max_headers(FIELDS_MAX);
    builder
}

#[cfg(test)]
mod tests {
    use http_body_util::Empty;
    use hyper::body::Bytes;
    use hyper::service::service_fn;
    use hyper::{Request, Response, StatusCode};
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// What a program gets that asks with so many fields.
    async fn asked_with(fields: usize) -> Option<StatusCode> {
        let (near, far) = duplex(1 << 16);
        let answers = service_fn(async |request: Request<_>| {
            let _: &hyper::body::Incoming = request.body();
            assert!(request.headers().len() <= FIELDS_MAX);
            Ok::<_, std::convert::Infallible>(Response::new(Empty::<Bytes>::new()))
        });
        tokio::spawn(server().serve_connection(TokioIo::new(far), answers));
        let (mut sender, connection) = client().handshake(TokioIo::new(near)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::builder().uri("/");
        for n in 0..fields {
            request = request.header(format!("x-{n}"), "1");
        }
        let answer = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await;
        answer.ok().map(|answer| answer.status())
    }

    #[tokio::test]
    async fn a_thousand_fields_pass_and_one_more_is_refused() {
        for (fields, status) in [(150, StatusCode::OK), (FIELDS_MAX, StatusCode::OK)] {
            assert_eq!(asked_with(fields).await, Some(status), "{fields}");
        }
        let status = asked_with(FIELDS_MAX + 1).await;
        assert_eq!(status, Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
    }

    #[tokio::test]
    async fn names_of_fields_stay_as_they_were_written() {
        let (mut near, far) = duplex(1 << 16);
        // What came in on one side goes out on the other.
        let passes_on = service_fn(async |mut request: Request<hyper::body::Incoming>| {
            let (one, mut other) = duplex(1 << 16);
            let (mut sender, connection) = client().handshake(TokioIo::new(one)).await.unwrap();
            let on_its_way = tokio::spawn(connection);
            let mut on = Request::new(Empty::<Bytes>::new());
            std::mem::swap(on.headers_mut(), request.headers_mut());
            std::mem::swap(on.extensions_mut(), request.extensions_mut());
            let asking = tokio::spawn(async move { sender.send_request(on).await.map(|_| ()) });
            let mut wire = vec![0; 4096];
            let read = other.read(&mut wire).await.unwrap();
            drop(other);
            let _ = (asking.await, on_its_way.await);
            let body = http_body_util::Full::new(Bytes::copy_from_slice(&wire[..read]));
            Ok::<_, std::convert::Infallible>(Response::new(body))
        });
        tokio::spawn(server().serve_connection(TokioIo::new(far), passes_on));
        near.write_all(
            b"GET / HTTP/1.1\r\nHost: a\r\nsoapAction: \"x\"\r\nX-lower-UPPER: 1\r\nConnection: close\r\n\r\n",
        )
        .await
        .unwrap();
        let mut answer = String::new();
        near.read_to_string(&mut answer).await.unwrap();
        for name in ["Host: a", "soapAction: \"x\"", "X-lower-UPPER: 1"] {
            assert!(answer.contains(name), "{name}: {answer}");
        }
    }
}
