//! What stands around a form: who can publish, what it was read from, what came of it.

use hedgerow_api::{Code, Item, Publish, clean};

use super::{Field, Form, What};
use crate::deeds::{Outcome, things};
use crate::link::Fault;
use crate::pages::item::data::{ItemView, preview};
use crate::pages::{Cx, Part};

/// Somebody in whose name one can publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The group; nothing: me.
    pub group: Option<String>,
    /// "Me, as Gwen", or the group's name.
    pub name: String,
}

/// What came of the last thing done here.
#[derive(Debug, Clone, PartialEq)]
pub enum Came {
    /// Nothing yet.
    Nothing,
    /// A preview of this.
    Preview(Box<(Publish, ItemView)>),
    /// It is published: its slot.
    Published(String),
    /// It was taken back.
    Gone,
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteView {
    /// What the page is about: empty, a kind, or a slot.
    pub about: String,
    /// Heading.
    pub title: String,
    /// What is changed.
    pub item: Option<Item>,
    /// Why it cannot be changed here, if so.
    pub why_not: Option<(String, String)>,
    /// Who can publish: me first.
    pub owners: Vec<Owner>,
    /// Opening hours as they are, for those that cannot be typed as lines.
    pub hours_now: Vec<String>,
    /// What came of the last thing done.
    pub came: Came,
    /// A field the node found fault with, and the key of the words.
    pub blamed: Option<(Field, &'static str)>,
    /// Somebody changed it meanwhile, as the node says.
    pub changed: bool,
    /// Whether something is being done.
    pub busy: bool,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<WriteView> {
    let words = cx.words;
    let me = cx.known.status.ready().and_then(|s| s.me.as_ref());
    let mut owners = Vec::new();
    // A group's own computer publishes for the group alone.
    if let Some(me) = me {
        owners.push(Owner { group: None, name: words.with("owner-me", "name", &clean::line(&me.name)) });
        owners.extend(
            me.groups
                .iter()
                .filter(|g| g.id != me.person)
                .map(|g| Owner { group: Some(g.id.clone()), name: clean::line(&g.name) }),
        );
    }
    cx.known.editing.part(words, ("write-nothing", "write-nothing-do"), |item| {
        let item = (**item).clone();
        let form = item.as_ref().map(|i| What::of(&i.summary.kind).is_some());
        let why_not = match &item {
            Some(i) if i.withdrawn => Some((words.t("item-withdrawn"), words.t("item-withdrawn-do"))),
            Some(i) if !i.mine => Some((words.t("write-not-mine"), words.t("write-not-mine-do"))),
            Some(_) if form == Some(false) => Some((words.t("write-no-form"), words.t("write-no-form-do"))),
            _ if me.is_some_and(|m| m.role == "none" || m.role == "newcomer") => {
                Some((words.t("write-not-yet"), words.t("write-not-yet-do")))
            }
            _ => None,
        };
        let title = match (&item, What::of(cx.about)) {
            (Some(i), _) => words.with("write-change", "title", &clean::line(&i.summary.title)),
            (None, Some(What::Service)) => words.t("write-service"),
            (None, Some(What::Notice)) => words.t("write-notice"),
            (None, Some(What::Event)) => words.t("write-event"),
            (None, None) => words.t("page-write"),
        };
        let came = match cx.outcome {
            Some(Outcome::Preview(shown)) => {
                Came::Preview(Box::new((shown.0.clone(), preview(words, &shown.1, cx.known.now_ms()))))
            }
            Some(Outcome::Changed(change)) => Came::Published(published(change)),
            Some(Outcome::Gone(_)) => Came::Gone,
            _ => Came::Nothing,
        };
        let title = if matches!(came, Came::Published(_)) { words.t("published-title") } else { title };
        Some(WriteView {
            about: cx.about.to_owned(),
            title,
            hours_now: item.as_ref().map(|i| i.hours.iter().map(|l| clean::line(l)).collect()).unwrap_or_default(),
            item,
            why_not,
            owners: owners.clone(),
            came,
            blamed: cx.fault.and_then(blame),
            changed: cx.fault.and_then(Fault::code) == Some(Code::ChangedMeanwhile),
            busy: cx.doing.is_some(),
        })
    })
}

fn published(change: &things::Change) -> String {
    change.item.summary.slot.clone()
}

/// Which field the node found fault with: its sentences name what they are about.
fn blame(fault: &Fault) -> Option<(Field, &'static str)> {
    let Fault::Problem(problem) = fault else { return None };
    if problem.code != Code::Invalid {
        return None;
    }
    let said = format!("{} {}", problem.title, problem.detail);
    let signs = [
        ("opening hours", Field::Hours, "wrong-hours"),
        ("web address", Field::Url, "wrong-url"),
        ("mail address", Field::Email, "wrong-email"),
        ("needs a name", Field::Name, "wrong-name"),
        ("needs a title", Field::Name, "wrong-name"),
        ("title is too long", Field::Name, "wrong-long"),
        ("text is too long", Field::Text, "wrong-long"),
        ("first day does not fit", Field::Day, "wrong-first-day"),
        ("repeat rule", Field::Times, "wrong-repeat"),
        ("end must come", Field::EndTime, "wrong-order"),
        ("notice ends before", Field::Until, "wrong-until"),
        ("cannot be saved", Field::Text, "wrong-long"),
    ];
    signs.into_iter().find(|(sign, ..)| said.contains(sign)).map(|(_, field, key)| (field, key))
}

/// The form of a page: the one that was begun, or a fresh one. One that nobody touched follows what the node says.
pub fn form<'a>(forms: &'a mut super::Forms, view: &WriteView) -> Option<&'a mut Form> {
    let fresh = || match &view.item {
        Some(item) => Form::of(item),
        // In the name of a group only while I may, and where that was asked for.
        None => What::of(&view.about).map(|what| {
            let group = forms.group.clone().filter(|g| view.owners.iter().any(|o| o.group.as_ref() == Some(g)));
            Form { group, ..Form::new(what) }.remembered()
        }),
    };
    let now = view.item.as_ref().map(|i| i.summary.id.as_str());
    let stale = forms.all.get(&view.about).is_none_or(|form| {
        let base = form.base.as_ref().map(|(_, version)| version.as_str());
        let named = form.fresh.as_ref().and_then(|fresh| fresh.group.as_ref());
        let is_old = base != now || base.is_none() && named != forms.group.as_ref();
        is_old && !form.is_touched()
    });
    if stale {
        let fresh = fresh()?;
        forms.all.insert(view.about.clone(), fresh);
    }
    forms.all.get_mut(&view.about)
}
