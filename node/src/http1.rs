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
