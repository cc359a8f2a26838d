//! What I publish, in rows: first what nobody checked for long.

use hedgerow_api::{ItemSummary, clean};

use crate::icons::Icon;
use crate::pages::find::data::{Mark, kind, place, urgency};
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::when;
use crate::words::Words;

/// One thing of mine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// Its slot.
    pub slot: String,
    /// Its name.
    pub title: String,
    /// What kind of thing it is, and for which group it was published.
    pub kind: String,
    /// Where and when.
    pub place: String,
    /// How fresh, how many keep it, who sees it.
    pub marks: Vec<Mark>,
    /// Whether checking it again makes sense.
    pub can_check: bool,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct All {
    /// "3 things".
    pub count: String,
    /// What needs a look first, then by name.
    pub things: Vec<Mine>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<All> {
    let words = cx.words;
    let me = cx.known.status.ready().and_then(|s| s.me.as_ref()).map(|m| m.person.as_str()).unwrap_or_default();
    cx.known.mine.part(words, ("things-none", "things-none-do"), |page| {
        if page.items.is_empty() {
            return None;
        }
        let mut things: Vec<Mine> = page.items.iter().map(|i| mine(words, i, me, cx.known.now_ms())).collect();
        let old = |m: &Mine| !m.marks.iter().any(|m| m.tone == Tone::Warn);
        things.sort_by_cached_key(|m| (old(m), m.title.to_lowercase(), m.slot.clone()));
        let count = page.total.unwrap_or(things.len() as u64);
        Some(All { count: words.with("things-count", "count", count), things, more: page.next.is_some() })
    })
}

fn mine(words: &Words, item: &ItemSummary, me: &str, now_ms: u64) -> Mine {
    let mut marks = Vec::new();
    let is_service = item.kind == "service";
    if is_service {
        let (tone, text) = when::checked(words, item.assured.as_deref(), now_ms);
        marks.push(Mark { tone, icon: if tone == Tone::Warn { Icon::Warning } else { Icon::Clock }, text });
        let today = i64::try_from(now_ms / 86_400_000).unwrap_or(i64::MAX);
        if let Some(day) = item.review_by.as_deref().filter(|d| when::day_number(d).is_some()) {
            let due = when::day_number(day).is_some_and(|d| d < today);
            let tone = if due { Tone::Warn } else { Tone::Plain };
            let icon = if due { Icon::Warning } else { Icon::Clock };
            marks.push(Mark { tone, icon, text: words.with("check-by", "day", &when::day(words, day)) });
        }
    }
    marks.push(crate::pages::item::data::copies(words, item.copies));
    if !item.public {
        marks.push(Mark { tone: Tone::Plain, icon: Icon::Person, text: words.t("seen-by-members") });
    }
    let kind = match urgency(words, item) {
        Some(urgent) => format!("{} · {}", kind(words, &item.kind), urgent.text),
        None => kind(words, &item.kind),
    };
    let publisher = clean::line(&item.publisher);
    let starts = match when::happens(words, item, now_ms) {
        Some(happens) => Some(happens.line()),
        None if item.kind == "notice" => when::written(words, item),
        None => item.starts.as_deref().map(|s| when::local(words, s)),
    };
    let place = place(item.place.as_deref(), item.postcode.as_deref());
    Mine {
        slot: item.slot.clone(),
        title: clean::line(&item.title),
        kind: if item.owner == me || publisher.is_empty() { kind } else { format!("{kind} · {publisher}") },
        place: [starts.unwrap_or_default(), place]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        marks,
        can_check: is_service,
    }
}
