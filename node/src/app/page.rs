//! The page on the building's Wi-Fi: turned on and off, and where it can be opened.

use std::net::SocketAddr;
use std::sync::Arc;

use hedgerow_api::{Code, InvitePoster, PageSet, PageStatus, PosterQuery, Problem, Severity, Warning};
use hedgerow_protocol::invite::Ticket;

use super::join::bad_ticket;
use super::problems::{internal, invalid};
use super::{App, locked};
use crate::config::{self, ConfigError};
use crate::page::{self, Form, Language, Page, Poster, Server};

/// The page as this computer offers it.
#[derive(Default)]
pub struct Offer {
    server: tokio::sync::Mutex<Option<Server>>,
    /// Why it could not be offered.
    problem: std::sync::Mutex<Option<String>>,
}

impl App {
    /// Offers the page if the settings say so; keeps why it could not.
    pub(super) async fn offer_page(self: &Arc<Self>) {
        let config = self.config();
        let mut server = self.offer.server.lock().await;
        if let Some(old) = server.take() {
            old.stop().await;
        }
        let mut problem = None;
        if config.page_enabled {
            // The page must not keep the node alive: it asks for what is public each time, while there is a node.
            let app = Arc::downgrade(self);
            let page = Page::new(Box::new(move || app.upgrade()?.public()), config.page_listen, self.dir.path());
            match Server::start(page).await {
                Ok(started) => *server = Some(started),
                Err(e) => problem = Some(format!("{} cannot be listened at: {e}.", config.page_listen)),
            }
        }
        *locked(&self.offer.problem) = problem;
    }

    /// Takes the page away.
    pub(super) async fn stop_page(&self) {
        if let Some(server) = self.offer.server.lock().await.take() {
            server.stop().await;
        }
    }

    /// Whether and where it is offered.
    pub async fn page(&self) -> PageStatus {
        let config = self.config();
        let local = self.offer.server.lock().await.as_ref().map(Server::local);
        let addresses = match local {
            Some(local) => page::addresses(local).await.into_iter().map(page::url).collect(),
            None => Vec::new(),
        };
        PageStatus {
            on: config.page_enabled,
            answers: local.is_some(),
            listen: config.page_listen.to_string(),
            addresses,
            problem: locked(&self.offer.problem).clone(),
        }
    }

    /// Turns it on or off, now and for later starts.
    pub async fn page_set(self: &Arc<Self>, set: &PageSet) -> Result<PageStatus, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let change = |name: &str, value: &str| -> Result<(), ConfigError> {
            let config = config::set(&self.dir, name, Some(value))?;
            *self.config.write().unwrap_or_else(std::sync::PoisonError::into_inner) = config;
            Ok(())
        };
        if let Some(listen) = &set.listen {
            let address: Result<SocketAddr, _> = listen.trim().parse();
            if address.is_err() {
                let text = format!("\"{listen}\" is not an address and port.");
                return Err(invalid(text, "Write it like 0.0.0.0:8480, or [::]:8480."));
            }
            change("page.listen", listen)?;
        }
        change("page.enabled", if set.on { "true" } else { "false" })?;
        self.offer_page().await;
        self.tell_status();
        Ok(self.page().await)
    }

    /// A poster of the first address it can be opened at.
    pub async fn page_poster(&self, query: &PosterQuery) -> Result<Vec<u8>, Problem> {
        let (form, language) = form_of(&query.format, &query.lang)?;
        let member = self.member()?;
        let local = self.offer.server.lock().await.as_ref().map(Server::local);
        let Some(local) = local else {
            return Err(Problem::new(
                Code::NotFound,
                "The page is off, so there is nothing a poster could lead to.",
                "A poster shows the address at which the page can be opened.",
                "Turn it on: hedgerow page on",
            ));
        };
        let address = page::addresses(local).await.first().copied().unwrap_or(local);
        let poster = Poster::new(language, member.name(&member.community), address);
        poster.file(form).ok_or_else(|| internal("The poster could not be made.", "the address is too long"))
    }

    /// A poster of an invite for many.
    pub fn invite_poster(&self, poster: &InvitePoster) -> Result<Vec<u8>, Problem> {
        let (form, language) = form_of(&poster.format, &poster.lang)?;
        let member = self.member()?;
        let typed = poster.ticket.trim();
        let ticket = Ticket::decode(typed).map_err(bad_ticket)?;
        if ticket.community != member.community {
            return Err(Problem::new(
                Code::InviteElsewhere,
                "This invite is for another community.",
                "The poster would have the wrong name on it.",
                "Make a poster here: hedgerow invite --poster",
            ));
        }
        let poster = Poster::of_ticket(language, member.name(&member.community), typed.to_owned());
        poster.file(form).ok_or_else(|| internal("The poster could not be made.", "the invite is too long"))
    }

    /// What people should know about it.
    pub(super) fn page_warning(&self) -> Option<Warning> {
        let problem = locked(&self.offer.problem).clone()?;
        Some(Warning {
            code: "page-not-offered".into(),
            severity: Severity::Warning,
            title: "The page for the building's Wi-Fi is on, but nobody can open it.".into(),
            text: problem,
            action: "Choose another port: hedgerow page on --listen 0.0.0.0:8481. Or turn it off: hedgerow page off"
                .into(),
        })
    }
}

/// In which form and language a poster is wanted.
fn form_of(format: &str, lang: &str) -> Result<(Form, Language), Problem> {
    let form = match format {
        "" | "pdf" => Form::Pdf,
        "png" => Form::Png,
        other => return Err(invalid(format!("There is no poster as \"{other}\"."), "There are: pdf, png.")),
    };
    let language = match lang {
        "" => Language::default(),
        code => Language::from_code(code)
            .ok_or_else(|| invalid(format!("There is no poster in \"{code}\"."), "There are: en, cy."))?,
    };
    Ok((form, language))
}
