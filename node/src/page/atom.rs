//! Notices as an Atom feed (RFC 4287). Written here: it is half a page, and escaping is the only hard part of it.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::Response;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, read};
use jiff::Timestamp;

use super::answer::{Ask, file, make};
use super::{Shared, poster};
use crate::app::{Found, Public};

/// Notices in the feed. More: the oldest are left out.
const ENTRIES_MAX: usize = 100;

/// `/notices.atom`
pub async fn notices(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        let base = poster::base(page, ask.arrived);
        let notices = public.newest(Kind::NOTICE, ENTRIES_MAX);
        let words = ask.words();
        let feed = feed(&public, &base, &notices, &words.t("notices"), &words.t("somebody"));
        file("application/atom+xml; charset=utf-8", feed)
    })
    .await
}

/// `nameless`: what stands for an author who chose no name.
fn feed(public: &Public, base: &str, notices: &[Found], title: &str, nameless: &str) -> String {
    let newest = notices.iter().map(|n| n.record.payload().hlc.unix_ms()).max().unwrap_or(0);
    let community = public.community().to_string();
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    // Writing to a text cannot fail.
    let _ = writeln!(out, "<id>urn:uuid:{}</id>", listing::derived_uuid(&["notices of", &community]));
    let _ = writeln!(out, "<title>{}</title>", escaped(&format!("{}: {title}", public.name())));
    let _ = writeln!(out, "<updated>{}</updated>", moment(newest));
    let _ = writeln!(out, "<link rel=\"self\" href=\"{}/notices.atom\"/>", escaped(base));
    let _ = writeln!(out, "<link rel=\"alternate\" type=\"text/html\" href=\"{}/notices\"/>", escaped(base));
    out.push_str("<generator>Hedgerow</generator>\n");
    for notice in notices {
        entry(&mut out, public, base, notice, nameless);
    }
    out.push_str("</feed>\n");
    out
}

fn entry(out: &mut String, public: &Public, base: &str, notice: &Found, nameless: &str) {
    let s = listing::summary(Kind::NOTICE, &notice.doc);
    let slot = notice.slot();
    let name = public.name_of(&notice.record.owner());
    let author = if name.is_empty() { nameless } else { &name };
    let text = listing::plain_block(&read::text(&notice.doc, "text").unwrap_or_default());
    let written = moment(notice.record.payload().hlc.unix_ms());
    let _ = write!(
        out,
        "<entry>\n<id>urn:uuid:{}</id>\n<title>{}</title>\n<updated>{written}</updated>\n<author><name>{}</name></author>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}/item/{}\"/>\n<content type=\"text\">{}</content>\n</entry>\n",
        listing::derived_uuid(&["notice", &slot]),
        escaped(&s.title),
        escaped(author),
        escaped(base),
        escaped(&slot),
        escaped(&text),
    );
}

fn moment(ms: u64) -> String {
    let moment =
        i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Text inside an element or an attribute: nothing of it is mark-up, and what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_mark_up() {
        assert_eq!(escaped("a<b>&\"]]>\u{0}\u{1b}\u{ffff}é\n"), "a&lt;b&gt;&amp;&quot;]]&gt;é\n");
        assert_eq!(moment(1_795_435_200_123), "2026-11-23T12:00:00Z");
    }
}
