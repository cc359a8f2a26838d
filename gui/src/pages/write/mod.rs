//! Writing a service, a notice or an event, new or to change it.

pub mod data;
pub mod day;
pub mod form;
pub mod ui;

use std::collections::BTreeMap;

use hedgerow_api::{Publish, clean};
use hedgerow_protocol::listing::HoursError;
use serde_json::Value;

use crate::words::Words;

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum What {
    /// A service.
    Service,
    /// A notice.
    Notice,
    /// An event.
    Event,
}

impl What {
    /// Its name in the API, which is also what the page of a new one is about.
    pub fn name(self) -> &'static str {
        match self {
            What::Service => "service",
            What::Notice => "notice",
            What::Event => "event",
        }
    }

    /// The one of that name.
    pub fn of(name: &str) -> Option<What> {
        use strum::VariantArray as _;
        What::VARIANTS.iter().copied().find(|w| w.name() == name)
    }
}

/// Whether a page about this is about something new.
pub fn is_new(about: &str) -> bool {
    about.is_empty() || What::of(about).is_some()
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[allow(missing_docs)]
pub enum Field {
    Name,
    Text,
    Organisation,
    Hours,
    HoursNotes,
    Cost,
    Address,
    Town,
    Postcode,
    Phone,
    Email,
    Url,
    From,
    Until,
    Day,
    Time,
    EndDay,
    EndTime,
    Times,
    Place,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The key of the words that say it.
    Key(&'static str),
    /// It can be meant in two ways: both, as they are written so that there is no other.
    Either(String, String),
}

impl Wrong {
    /// What was read and not understood, or in two ways; the key says what to write instead.
    pub fn of(error: HoursError, key: &'static str) -> Wrong {
        match error {
            HoursError::Unread(_) => Wrong::Key(key),
            HoursError::Either { one, other, .. } => Wrong::Either(one, other),
        }
    }

    /// The sentence.
    pub fn said(&self, words: &Words) -> String {
        match self {
            Wrong::Key(key) => words.t(key),
            Wrong::Either(one, other) => words.fill("wrong-two-ways", &[("one", one.into()), ("other", other.into())]),
        }
    }
}

/// How an event comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Repeat {
    /// It does not.
    #[default]
    Once,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every second week.
    Fortnightly,
    /// Every month, on the same day of the week: the second Tuesday.
    Monthly,
    /// As it was read, in a way this form has no choice for.
    Kept(String),
}

impl Repeat {
    /// As a word, for a draft.
    pub fn code(&self) -> String {
        match self {
            Repeat::Once => "once".into(),
            Repeat::Daily => "daily".into(),
            Repeat::Weekly => "weekly".into(),
            Repeat::Fortnightly => "fortnightly".into(),
            Repeat::Monthly => "monthly".into(),
            Repeat::Kept(rule) => format!("kept:{rule}"),
        }
    }

    /// The one with this word; any other word is none.
    pub fn of(code: &str) -> Repeat {
        let plain = [Repeat::Daily, Repeat::Weekly, Repeat::Fortnightly, Repeat::Monthly];
        match code.strip_prefix("kept:") {
            Some(rule) => Repeat::Kept(rule.to_owned()),
            None => plain.into_iter().find(|r| r.code() == code).unwrap_or_default(),
        }
    }
}

/// How much a notice matters, in the order of the choices.
pub const SEVERITIES: [(&str, &str); 3] =
    [("info", "severity-info"), ("warning", "severity-warning"), ("urgent", "severity-urgent")];

/// What was typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// What is written.
    pub what: What,
    /// What is changed, and in which version it was read; nothing for something new.
    pub base: Option<(String, String)>,
    /// The document that is changed; null for something new.
    pub doc: Value,
    /// Opening hours cannot be shown as lines, so they stay as they are unless new ones are typed.
    pub odd_hours: bool,
    /// The texts.
    pub texts: BTreeMap<Field, String>,
    /// How much a notice matters: place in [`SEVERITIES`].
    pub severity: usize,
    /// How an event comes back.
    pub repeat: Repeat,
    /// The group it is published for; nothing: me.
    pub group: Option<String>,
    /// Only members may read it.
    pub members_only: bool,
    /// What is wrong, by field.
    pub wrong: BTreeMap<Field, Wrong>,
    /// The field that gets the keyboard next.
    pub go_to: Option<Field>,
    /// Whether the node was asked and may find fault with a field.
    pub asked: bool,
    /// What a preview was asked of.
    pub preview: Option<Box<Publish>>,
    /// Makes the key of this form's requests its own.
    pub nonce: u64,
    /// As it was before anything was typed.
    pub fresh: Option<Box<Form>>,
}

/// The forms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forms {
    /// By what the page is about.
    pub all: BTreeMap<String, Form>,
    /// What was thrown away last on each page, until something is published from it.
    pub dropped: BTreeMap<String, Form>,
    /// In whose name the next thing is written that is begun; nothing: mine. For that one thing only.
    pub group: Option<String>,
}

impl Forms {
    /// Throws away what was typed on a page. It can be brought back.
    pub fn start_again(&mut self, about: &str) {
        let Some(form) = self.all.get_mut(about) else { return };
        if let Some(fresh) = form.fresh.clone() {
            let again = Form { fresh: Some(fresh.clone()), ..*fresh };
            let old = std::mem::replace(form, again);
            self.dropped.insert(about.to_owned(), old);
        }
    }

    /// Brings back what was thrown away on a page.
    pub fn bring_back(&mut self, about: &str) {
        if let Some(form) = self.dropped.remove(about) {
            self.all.insert(about.to_owned(), form);
        }
    }

    /// What was begun and is not published yet: what its page is about, and what it is called.
    pub fn begun(&self, words: &Words) -> Vec<(String, String)> {
        let begun = self.all.iter().filter(|(_, form)| form.is_touched());
        begun
            .map(|(about, form)| {
                let title = clean::line(form.text(Field::Name));
                let unnamed = match form.what {
                    What::Service => "kind-service",
                    What::Notice => "kind-notice",
                    What::Event => "kind-event",
                };
                (about.clone(), if title.is_empty() { words.t(unnamed) } else { title })
            })
            .collect()
    }

    /// Something was published from a page: nothing of it is kept.
    pub fn published(&mut self, about: &str) {
        self.all.remove(about);
        self.dropped.remove(about);
        self.group = None;
    }
}
