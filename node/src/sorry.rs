//! The page a browser shows when what was asked for cannot be had: what happened, what it means, what to do.

/// One page, complete in itself, with everything in it escaped.
pub fn page(title: &str, paragraphs: &[&str]) -> String {
    let paragraphs: String =
        paragraphs.iter().filter(|p| !p.trim().is_empty()).map(|p| format!("<p>{}</p>", escaped(p))).collect();
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>:root{{color-scheme:light dark}}body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;\
         margin:3rem auto;padding:0 1rem}}h1{{font-size:1.6rem}}</style></head><body><main><h1>{title}</h1>{paragraphs}</main></body></html>"
    )
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
    }
}
