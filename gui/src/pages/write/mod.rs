//! Writing a service, a notice or an event, new or to change it.

pub mod data;
pub mod day;
pub mod form;
pub mod ui;

use std::collections::BTreeMap;

use hedgerow_api::Publish;
use serde_json::Value;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// What is wrong, by field: keys of words.
    pub wrong: BTreeMap<Field, &'static str>,
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
    /// In whose name the last was written: whoever writes for a group writes for it again.
    pub group: Option<String>,
}

impl Forms {
    /// From now on in the name of this group, also what was begun and is new.
    pub fn write_as(&mut self, group: &str) {
        self.group = Some(group.to_owned());
        for form in self.all.values_mut().filter(|form| form.base.is_none()) {
            form.group.clone_from(&self.group);
        }
    }
}
