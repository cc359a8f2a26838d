//! The page a browser shows when what was asked for cannot be had: what happened, what it means, what to do, and who says so.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

/// Nobody is to think that the place itself said it.
const SPEAKER: &str = "This page comes from Hedgerow, your community's own network.";

/// One page, complete in itself, with everything in it escaped.
pub fn page(title: &str, paragraphs: &[&str]) -> String {
    let paragraphs: String =
        paragraphs.iter().filter(|p| !p.trim().is_empty()).map(|p| format!("<p>{}</p>", escaped(p))).collect();
    let (title, speaker) = (escaped(title), escaped(SPEAKER));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>:root{{color-scheme:light dark}}body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;\
         margin:3rem auto;padding:0 1rem}}h1{{font-size:1.6rem}}footer{{margin-top:2rem;border-top:1px solid;padding-top:.5rem}}\
         </style></head><body><main><h1>{title}</h1>{paragraphs}</main><footer>{speaker}</footer></body></html>"
    )
}

/// The page as an answer.
pub fn answer(status: StatusCode, title: &str, paragraphs: &[&str]) -> Response<Body> {
    let mut response = Response::new(Body::from(page(title, paragraphs)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// The content security policy that goes with it.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        let page = page("<b>", &["a & b", "  ", "\"><script>"]);
        assert!(page.contains("<h1>&lt;b&gt;</h1><p>a &amp; b</p><p>&quot;&gt;&lt;script&gt;</p></main>"), "{page}");
        assert!(page.contains("This page comes from Hedgerow"), "{page}");
    }
}
