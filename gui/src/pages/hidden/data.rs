//! Hidden things and blocked people in words.

use hedgerow_api::clean;

use crate::deeds::{Deed, item};
use crate::pages::item::data::reason;
use crate::pages::{Cx, Part};
use crate::when;

/// Something hidden, or somebody not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its title or their name.
    pub title: String,
    /// Whose, why, by whom, when.
    pub lines: Vec<String>,
    /// What shows it again, where I may.
    pub undo: Option<Deed>,
    /// Where it can be read, where there is one item.
    pub item: Option<String>,
}

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenView {
    /// What is hidden, latest first.
    pub hidden: Part<Vec<Line>>,
    /// Whether I may show things again.
    pub organiser: bool,
    /// Whom I do not see.
    pub blocked: Part<Vec<Line>>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> HiddenView {
    let words = cx.words;
    let organiser = cx.known.status.ready().and_then(|s| s.me.as_ref()).is_some_and(|m| m.role == "organiser");
    HiddenView {
        organiser,
        hidden: cx.known.hidden.part(words, ("hidden-none", "hidden-none-do"), |list| {
            let lines: Vec<Line> = list
                .hidden
                .iter()
                .map(|h| {
                    let everything = h.what == "everything";
                    let title = clean::line(&h.title);
                    let by = words.with("item-hidden-by", "name", &clean::line(&h.by));
                    Line {
                        lines: [
                            if everything { words.t("hidden-all") } else { clean::line(&h.owner) },
                            format!("{} {by}", reason(words, &h.reason)),
                            clean::line(&h.note),
                            when::ago(words, h.hidden_ms, cx.known.now_ms()),
                        ]
                        .into_iter()
                        .filter(|l| !l.trim().is_empty())
                        .collect(),
                        undo: organiser.then(|| {
                            Deed::Item(item::Deed::Unhide {
                                what: h.target.clone(),
                                title: title.clone(),
                                reason: h.reason.clone(),
                                note: h.note.clone(),
                            })
                        }),
                        item: (organiser && !everything).then(|| h.target.clone()),
                        title,
                    }
                })
                .collect();
            (!lines.is_empty()).then_some(lines)
        }),
        blocked: cx.known.blocked.part(words, ("blocked-none", "blocked-none-do"), |list| {
            let lines: Vec<Line> = list
                .blocked
                .iter()
                .map(|b| {
                    let name = clean::line(&b.name);
                    let name = if name.is_empty() { words.t("someone") } else { name };
                    Line {
                        undo: Some(Deed::Item(item::Deed::Unblock { owner: b.id.clone(), name: name.clone() })),
                        title: name,
                        lines: Vec::new(),
                        item: None,
                    }
                })
                .collect();
            (!lines.is_empty()).then_some(lines)
        }),
    }
}
