//! Posters for the wall: the address of the page, or an invite for many, as a picture that telephones read: as a screen, a
//! PNG and a PDF.
//!
//! The address is an IP, since names ending in `.local` do not work on every telephone; and never what a visitor's
//! browser claims to have asked for.

use std::net::SocketAddr;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::answer::{Ask, fault, file, html, make};
use super::serve::Arrived;
use super::view::Frame;
use super::words::{Language, Words};
use super::{Page, Shared, addresses, pdf};
use crate::app::Public;
use crate::qr::Picture;

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page of A4 to print.
    Pdf,
    /// The square picture alone, for a poster of one's own.
    Png,
}

/// Where a poster leads.
enum Lead {
    /// To the page at an address.
    Page(SocketAddr),
    /// To asking to join with this ticket.
    Ticket(String),
}

/// What a poster says.
pub struct Poster {
    words: Words,
    place: String,
    lead: Lead,
}

impl Poster {
    /// For a community's page at an address.
    pub fn new(language: Language, place: String, address: SocketAddr) -> Poster {
        Poster { words: Words { language }, place, lead: Lead::Page(address) }
    }

    /// For those who would like to join a community.
    pub fn of_ticket(language: Language, place: String, ticket: String) -> Poster {
        Poster { words: Words { language }, place, lead: Lead::Ticket(ticket) }
    }

    /// As a file.
    pub fn file(&self, form: Form) -> Option<Vec<u8>> {
        let picture = match &self.lead {
            Lead::Page(address) => Picture::of_address(&url(*address))?,
            Lead::Ticket(ticket) => Picture::of(ticket)?,
        };
        match form {
            Form::Png => picture.png().ok(),
            Form::Pdf => {
                let w = &self.words;
                let [title, plain, one, two, three, foot] = match self.lead {
                    Lead::Page(_) => [
                        "poster-title",
                        "poster-title-plain",
                        "poster-step-1",
                        "poster-step-2",
                        "poster-step-3",
                        "poster-foot",
                    ],
                    Lead::Ticket(_) => [
                        "poster-join",
                        "poster-join-plain",
                        "poster-join-step-1",
                        "poster-join-step-2",
                        "poster-join-step-3",
                        "poster-join-foot",
                    ],
                };
                let lines = [w.t(one), w.t(two), w.t(three)];
                Some(pdf::poster(
                    &pdf::Text {
                        title: w.with(title, "name", &self.place),
                        title_without_name: w.t(plain),
                        address: match &self.lead {
                            Lead::Page(address) => url(*address),
                            // Nobody types a ticket.
                            Lead::Ticket(_) => String::new(),
                        },
                        lines: &lines,
                        foot: w.t(foot),
                        language: w.language.code(),
                    },
                    &picture,
                ))
            }
        }
    }
}

/// An address as people type it.
pub fn url(address: SocketAddr) -> String {
    match address.port() {
        80 => match address.ip() {
            std::net::IpAddr::V6(ip) => format!("http://[{ip}]/"),
            ip => format!("http://{ip}/"),
        },
        _ => format!("http://{address}/"),
    }
}

/// The beginning of links for programs: where the visitor came in, without a slash at the end.
pub fn base(page: &Page, arrived: Option<Arrived>) -> String {
    url(arrived.map_or(page.listen, |a| plain(a.local))).trim_end_matches('/').to_owned()
}

/// The address to print: where the visitor came in, unless that was on this very computer.
async fn printed(page: &Page, arrived: Option<Arrived>) -> SocketAddr {
    let local = arrived.map(|a| plain(a.local)).filter(|a| !a.ip().is_loopback());
    if let Some(local) = local {
        return local;
    }
    let port = arrived.map_or(page.listen.port(), |a| a.local.port());
    let all = addresses(SocketAddr::new(page.listen.ip(), port)).await;
    all.first().copied().unwrap_or(page.listen)
}

fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[derive(Template)]
#[template(path = "poster.html")]
struct Screen {
    f: Frame,
    address: String,
}

/// `/poster`
pub async fn screen(State(page): Shared, ask: Ask) -> Response {
    let address = url(printed(&page, ask.arrived).await);
    make(page, ask, |_, ask, public| {
        let f = Frame::new(ask, Some(&public), "poster", &ask.words().t("poster"));
        html(StatusCode::OK, &Screen { f, address })
    })
    .await
}

/// `/poster.png`
pub async fn png(State(page): Shared, ask: Ask) -> Response {
    as_file(page, ask, Form::Png, "image/png").await
}

/// `/poster.pdf`
pub async fn pdf(State(page): Shared, ask: Ask) -> Response {
    as_file(page, ask, Form::Pdf, "application/pdf").await
}

async fn as_file(page: std::sync::Arc<Page>, ask: Ask, form: Form, media_type: &'static str) -> Response {
    let address = printed(&page, ask.arrived).await;
    make(page, ask, move |_, ask, public: Public| match Poster::new(ask.language, public.name(), address).file(form) {
        Some(bytes) => file(media_type, bytes).into_response(),
        None => fault(ask, Some(&public), StatusCode::NOT_FOUND, "nowhere"),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_short_to_type() {
        assert_eq!(url("192.168.1.20:8480".parse().unwrap()), "http://192.168.1.20:8480/");
        assert_eq!(url("192.168.1.20:80".parse().unwrap()), "http://192.168.1.20/");
        assert_eq!(url("[2001:db8::1]:80".parse().unwrap()), "http://[2001:db8::1]/");
        assert_eq!(url(plain("[::ffff:10.0.0.1]:8480".parse().unwrap())), "http://10.0.0.1:8480/");
    }

    #[test]
    fn the_files_are_what_they_say() {
        let poster = Poster::new(Language::Welsh, "Glan-yr-afon".into(), "192.168.1.20:8480".parse().unwrap());
        assert!(poster.file(Form::Png).unwrap().starts_with(b"\x89PNG\r\n"));
        let ticket = format!("hedgerow1{}", "ab2c".repeat(70));
        let joining = Poster::of_ticket(Language::English, "Riverside".into(), ticket);
        assert!(joining.file(Form::Png).unwrap().starts_with(b"\x89PNG\r\n"));
        for poster in [poster, joining] {
            let pdf = poster.file(Form::Pdf).unwrap();
            assert!(pdf.starts_with(b"%PDF-1.") && pdf.len() < 100_000, "{}", pdf.len());
        }
    }
}
