//! Local sites: a program that somebody publishes from a computer of theirs, as its record says it, and why a visit is
//! refused. Not for: carrying visits ([`crate::flow`]), or whether the program runs.
//!
//! The document of kind `local-site`, whose key is the site's name:
//! `{"title" (required), "text", "protocol": "http"|"tcp" (required), "computer": transport key in hexadecimal (required),
//! "audience": {"groups": [id…]} | {"people": [id…]}, "listing": address of an item}`. Without an audience, every member may
//! visit. The audience is enforced where the program runs; the record only says who need not try.

use serde_json::{Map, Value, json};

use crate::id::{Id, PublicKey};
use crate::limits::{LIST_MAX, SITE_NAME_CHARS_MAX, SITE_TITLE_CHARS_MAX};
use crate::listing::read::{str, text};

/// How a site is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Protocol {
    /// Web pages. Its program can be told who visits.
    #[default]
    Http,
    /// Anything else over TCP.
    Tcp,
}

impl Protocol {
    /// The word in documents.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Http => "http",
            Protocol::Tcp => "tcp",
        }
    }
    /// Reads the word in documents.
    pub fn from_name(name: &str) -> Option<Protocol> {
        [Protocol::Http, Protocol::Tcp].into_iter().find(|p| p.name() == name)
    }
}

/// Who may visit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SiteAudience {
    /// Every member.
    #[default]
    Community,
    /// Who is in one of these groups; 1 to 64.
    Groups(Vec<Id>),
    /// These people; 1 to 64.
    People(Vec<Id>),
}

/// A local site as its record says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// What it is, in a line.
    pub title: String,
    /// The rest.
    pub text: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The computer it runs on, by its transport key.
    pub computer: PublicKey,
    /// Who may visit.
    pub audience: SiteAudience,
    /// The item that describes what it is for, as the address people see.
    pub listing: Option<String>,
}

/// What is wrong with a site. The writer's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// Not a name.
    #[error("a site's name has 1 to {SITE_NAME_CHARS_MAX} letters: a to z, 0 to 9, and - between them")]
    Name,
    /// No title, or too long a one.
    #[error("a site needs a title of at most {SITE_TITLE_CHARS_MAX} letters")]
    Title,
    /// Neither http nor tcp.
    #[error("how a site is spoken to must be http or tcp")]
    Protocol,
    /// No computer.
    #[error("the computer of the site is missing or not a key")]
    Computer,
    /// Not an audience.
    #[error("who may visit must be everybody, 1 to {LIST_MAX} groups, or 1 to {LIST_MAX} people")]
    Audience,
}

/// Checks a site's name, which becomes part of a web address.
pub fn site_name(name: &str) -> Result<(), SiteError> {
    let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (1..=SITE_NAME_CHARS_MAX).contains(&name.len()) && name.chars().all(is_fine);
    if fits && !name.starts_with('-') && !name.ends_with('-') { Ok(()) } else { Err(SiteError::Name) }
}

impl Site {
    /// The document, checked.
    pub fn to_doc(&self) -> Result<Value, SiteError> {
        let mut doc = Map::new();
        doc.insert("title".into(), json!(self.title.trim()));
        if !self.text.trim().is_empty() {
            doc.insert("text".into(), json!(self.text.trim()));
        }
        doc.insert("protocol".into(), json!(self.protocol.name()));
        doc.insert("computer".into(), json!(self.computer.to_string()));
        let names = |ids: &[Id]| json!(ids.iter().map(Id::to_string).collect::<Vec<_>>());
        match &self.audience {
            SiteAudience::Community => {}
            SiteAudience::Groups(ids) => drop(doc.insert("audience".into(), json!({"groups": names(ids)}))),
            SiteAudience::People(ids) => drop(doc.insert("audience".into(), json!({"people": names(ids)}))),
        }
        if let Some(listing) = &self.listing {
            doc.insert("listing".into(), json!(listing));
        }
        let doc = Value::Object(doc);
        Site::from_doc(&doc)?;
        Ok(doc)
    }

    /// Reads a document. What is not known to this version is passed over, but for the audience: a site whose audience
    /// cannot be read is for nobody.
    pub fn from_doc(doc: &Value) -> Result<Site, SiteError> {
        let title = crate::listing::plain(str(doc, "title").unwrap_or_default());
        if title.is_empty() || title.chars().count() > SITE_TITLE_CHARS_MAX {
            return Err(SiteError::Title);
        }
        let protocol = str(doc, "protocol").and_then(Protocol::from_name).ok_or(SiteError::Protocol)?;
        let computer = str(doc, "computer").and_then(|k| k.parse().ok()).ok_or(SiteError::Computer)?;
        let ids = |value: &Value| -> Option<Vec<Id>> {
            let list = value.as_array().filter(|l| (1..=LIST_MAX).contains(&l.len()))?;
            list.iter().map(|id| id.as_str()?.parse().ok()).collect()
        };
        let audience = match doc.get("audience") {
            None => SiteAudience::Community,
            Some(audience) => match (audience.get("groups"), audience.get("people")) {
                (Some(groups), None) => SiteAudience::Groups(ids(groups).ok_or(SiteError::Audience)?),
                (None, Some(people)) => SiteAudience::People(ids(people).ok_or(SiteError::Audience)?),
                _ => return Err(SiteError::Audience),
            },
        };
        let text = text(doc, "text").map(|t| crate::listing::plain_block(&t)).unwrap_or_default();
        let listing = str(doc, "listing").map(str::to_owned);
        Ok(Site { title, text, protocol, computer, audience, listing })
    }
}

/// Why a visit is refused, as one byte on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum SiteRefusal {
    /// No site of this name is published there.
    Unknown = 1,
    /// It is for others.
    NotForYou = 2,
    /// The program behind it does not answer.
    ProgramDown = 3,
    /// Too many visits at once.
    Busy = 4,
}

impl SiteRefusal {
    /// For the wire.
    pub fn encode(self) -> Vec<u8> {
        vec![self as u8]
    }
    /// From the wire; what is not known counts as [`SiteRefusal::Unknown`].
    pub fn decode(bytes: &[u8]) -> SiteRefusal {
        match bytes {
            [2] => SiteRefusal::NotForYou,
            [3] => SiteRefusal::ProgramDown,
            [4] => SiteRefusal::Busy,
            _ => SiteRefusal::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(audience: SiteAudience) -> Site {
        Site {
            title: "Room bookings".into(),
            text: "Book the hall".into(),
            protocol: Protocol::Http,
            computer: PublicKey([3; 32]),
            audience,
            listing: None,
        }
    }

    #[test]
    fn a_site_survives_its_document() {
        let ids = vec![Id([1; 32]), Id([2; 32])];
        for audience in [SiteAudience::Community, SiteAudience::Groups(ids.clone()), SiteAudience::People(ids)] {
            let site = site(audience);
            assert_eq!(Site::from_doc(&site.to_doc().unwrap()), Ok(site));
        }
    }

    #[test]
    fn an_audience_that_cannot_be_read_is_not_everybody() {
        let mut doc = site(SiteAudience::Community).to_doc().unwrap();
        let none: [Value; 0] = [];
        for bad in [json!(null), json!({}), json!({"groups": none}), json!({"groups": ["x"]}), json!({"later": 1})] {
            doc["audience"] = bad;
            assert_eq!(Site::from_doc(&doc), Err(SiteError::Audience), "{doc}");
        }
        let many = SiteAudience::People(vec![Id([1; 32]); LIST_MAX + 1]);
        assert_eq!(site(many).to_doc(), Err(SiteError::Audience));
    }

    #[test]
    fn names_fit_into_a_web_address() {
        for good in ["bookings", "a", "room-2", &"a".repeat(SITE_NAME_CHARS_MAX)] {
            assert_eq!(site_name(good), Ok(()), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a_b", "é", "a b", &"a".repeat(SITE_NAME_CHARS_MAX + 1)] {
            assert_eq!(site_name(bad), Err(SiteError::Name), "{bad}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let whole = site(SiteAudience::Community).to_doc().unwrap();
        for (key, error) in
            [("title", SiteError::Title), ("protocol", SiteError::Protocol), ("computer", SiteError::Computer)]
        {
            let mut doc = whole.clone();
            doc.as_object_mut().unwrap().remove(key);
            assert_eq!(Site::from_doc(&doc), Err(error));
        }
        for refusal in [SiteRefusal::Unknown, SiteRefusal::NotForYou, SiteRefusal::ProgramDown, SiteRefusal::Busy] {
            assert_eq!(SiteRefusal::decode(&refusal.encode()), refusal);
        }
    }
}
