//! Gateways near, in words.

use hedgerow_api::{Gateway, Statements, Uplink, clean};

use crate::amount;
use crate::browser;
use crate::deeds::Outcome;
use crate::fault::spoken;
use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::when;
use crate::words::{Language, Words};

/// One way to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// `off`, `auto`, or a gateway's key.
    pub mode: String,
    /// What people read.
    pub name: String,
    /// Whether it is the one.
    pub chosen: bool,
}

/// What is left of my share for today.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// "120 MB left for you today."
    pub text: String,
    /// From 0, nothing, to 1, all of it; absent where the whole is not known.
    pub part: Option<f32>,
}

/// A building.
#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    /// Its computer.
    pub key: String,
    /// Its name.
    pub title: String,
    /// Whether it can be used.
    pub mark: Mark,
    /// Why not, or what to know, in a sentence.
    pub sentence: String,
    /// When.
    pub hours: String,
    /// What it costs.
    pub price: String,
    /// Who answers for it.
    pub contact: String,
    /// Words to agree to before the first use.
    pub terms: String,
    /// What is left today.
    pub left: Vec<Left>,
    /// Its price when it is more than I agreed to pay.
    pub asks_pence: Option<u32>,
}

/// A month at a building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// "November 2026, Riverside Library".
    pub name: String,
    /// "120 MB, free".
    pub text: String,
}

/// Browsers of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserView {
    /// The address they take; absent while the way is off.
    pub pac: Option<String>,
    /// Whether one button does it.
    pub by_button: bool,
    /// The address they have from us now.
    pub set: Option<String>,
    /// Browsers that can be started with it: program and name.
    pub startable: Vec<(String, String)>,
}

/// The page, once the node answered.
#[derive(Debug, Clone, PartialEq)]
pub struct InternetView {
    /// How things are.
    pub mark: Mark,
    /// The same in a sentence.
    pub sentence: String,
    /// Why the last connection was refused.
    pub refused: String,
    /// The way until now: `off`, `auto`, or a gateway's key.
    pub mode: String,
    /// Ways to choose.
    pub ways: Vec<Way>,
    /// The one used first on top.
    pub buildings: Vec<Building>,
    /// What I pay at most now: for a gigabyte and in a month, in pence.
    pub pays: (u32, u64),
    /// The same in a sentence.
    pub pays_text: String,
    /// The highest price near; 0 when everything is free.
    pub dearest: u32,
    /// Browsers; absent until known.
    pub browser: Option<BrowserView>,
    /// What came of trying: whether it works, and how.
    pub tested: Option<(bool, String)>,
    /// What I used.
    pub months: Vec<Month>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<InternetView> {
    let words = cx.words;
    let is_out = cx.is_taken_out();
    let none = if is_out { ("internet-out", "internet-out-do") } else { ("internet-none", "internet-none-do") };
    cx.known.uplink.part(words, none, |uplink| {
        // Somebody whose way is on must be able to turn it off, whoever is near.
        (!is_out && !uplink.gateways.is_empty() || uplink.mode != "off").then(|| here(cx, words, uplink))
    })
}

fn here(cx: &Cx<'_>, words: &Words, uplink: &Uplink) -> InternetView {
    let pinned = uplink.gateways.iter().find(|g| g.pinned).map(|g| g.key.clone());
    let mode = match (uplink.mode.as_str(), pinned) {
        ("pinned", Some(key)) => key,
        (mode, _) => mode.to_owned(),
    };
    let way = |mode_of: &str, name: String| Way { mode: mode_of.to_owned(), name, chosen: mode == mode_of };
    let mut ways = vec![way("auto", words.t("way-auto")), way("off", words.t("way-off"))];
    let named = uplink.gateways.iter().map(|g| way(&g.key, words.with("way-only", "name", &clean::line(&g.title))));
    ways.splice(1..1, named);
    let (tone, icon, key) = match (uplink.mode.as_str(), uplink.ready) {
        ("off", _) => (Tone::Plain, Icon::Alone, "internet-off"),
        (_, true) => (Tone::Good, Icon::Tick, "internet-ready"),
        (_, false) => (Tone::Warn, Icon::Warning, "internet-waits"),
    };
    let through = uplink.gateways.iter().find(|g| g.open).map(|g| clean::line(&g.title));
    let is_out = cx.is_taken_out();
    let sentence = match (uplink.mode.as_str(), through) {
        _ if is_out => words.t("internet-out-do"),
        ("off", _) => words.t("internet-off-sentence"),
        (_, Some(name)) => words.with("internet-through", "name", &name),
        (_, None) => words.t("internet-waits-sentence"),
    };
    let browser = cx.known.browser.ready().map(|b| browser_view(b, uplink));
    InternetView {
        mark: Mark { tone, icon, text: words.t(key) },
        sentence,
        refused: theirs(words, &uplink.last_refusal, "internet-refused-other"),
        mode,
        ways,
        buildings: uplink.gateways.iter().map(|g| building(words, g, uplink, is_out)).collect(),
        pays: (uplink.pence_per_gb, uplink.ceiling_pence),
        pays_text: match uplink.ceiling_pence {
            0 => words.t("pays-nothing"),
            pence => words.with("pays-most", "sum", &amount::money(pence)),
        },
        dearest: uplink.gateways.iter().map(|g| g.pence_per_gb).max().unwrap_or_default(),
        browser,
        tested: match cx.outcome {
            Some(Outcome::UplinkTested(t)) if t.works => {
                Some((true, words.with("test-works", "name", &clean::line(&t.through))))
            }
            Some(Outcome::UplinkTested(t)) => Some((false, theirs(words, &t.sentence, "test-fails"))),
            _ => None,
        },
        months: cx.known.my_use.ready().map(|s| months(words, s)).unwrap_or_default(),
    }
}

/// A sentence of the node, which is in English; our own words for it in another language.
pub(crate) fn theirs(words: &Words, sentence: &str, ours: &str) -> String {
    match (sentence.is_empty(), words.language) {
        (true, _) => String::new(),
        (_, Language::English) => spoken(sentence),
        _ => words.t(ours),
    }
}

fn browser_view(b: &browser::State, uplink: &Uplink) -> BrowserView {
    BrowserView { pac: uplink.pac.clone(), by_button: b.by_button, set: b.set.clone(), startable: b.startable.clone() }
}

/// Why something cannot be used, by the name of the refusal.
pub(crate) fn refusal(words: &Words, name: &str) -> String {
    words.t(match name {
        "hours" => "refused-hours",
        "paused" => "refused-paused",
        "community-only" => "refused-community-only",
        "not-agreed" | "review-due" | "ended" => "refused-rules",
        "not-member" | "not-for-you" | "voucher" => "refused-not-for-you",
        "terms" => "refused-terms",
        "price" | "floor" => "refused-price",
        "ceiling" => "refused-ceiling",
        "day-bytes" | "day-time" | "rate" | "circuits" => "refused-share",
        "month-bytes" => "refused-month",
        "gone" | "gateway-gone" | "stopping" => "refused-gone",
        "uplink-down" => "refused-line",
        "asking" => "refused-asking",
        "not-asked" => "refused-not-asked",
        "not-public" => "refused-not-public",
        "port" | "udp" => "refused-port",
        "local-name" | "odd-address" => "refused-local",
        "name-not-found" | "name-slow" | "name-too-many" => "refused-name",
        "denied-host" => "refused-list",
        "no-answer" | "other-answered" => "refused-no-answer",
        _ => "refused-other",
    })
}

fn building(words: &Words, g: &Gateway, uplink: &Uplink, is_out: bool) -> Building {
    let (tone, icon, key) = match (g.open, g.refusal.as_str()) {
        (false, _) if is_out => (Tone::Plain, Icon::Stop, "building-closed"),
        (true, _) => (Tone::Good, Icon::Tick, "building-open"),
        (_, "asking" | "not-asked") => (Tone::Plain, Icon::Look, "building-unknown"),
        (_, "terms" | "price" | "floor" | "ceiling") => (Tone::Warn, Icon::Warning, "building-needs-you"),
        (_, "gone" | "gateway-gone" | "stopping") => (Tone::Plain, Icon::Alone, "building-away"),
        _ => (Tone::Plain, Icon::Clock, "building-closed"),
    };
    let sentence = match g.open {
        true => String::new(),
        false if is_out => words.t("refused-out"),
        // The node knows when it opens again; our own words do not.
        false
            if words.language == Language::English
                && !matches!(g.refusal.as_str(), "asking" | "not-asked" | "gone") =>
        {
            spoken(&g.sentence)
        }
        false => refusal(words, &g.refusal),
    };
    let left = |left: Option<u64>, whole: Option<u64>, said: String| {
        left.map(|left| Left {
            text: words.with("left-today", "what", &said),
            part: whole.filter(|w| *w > 0).map(|whole| (left as f32 / whole as f32).clamp(0.0, 1.0)),
        })
    };
    let bytes = amount::size(g.bytes_left.unwrap_or_default());
    let time = amount::span(words, g.seconds_left.unwrap_or_default() / 60 * 60);
    let contact = [&g.responsible, &g.contact].map(|t| clean::line(t)).join(", ");
    let agreed = uplink.pence_per_gb >= g.pence_per_gb && uplink.ceiling_pence > 0;
    Building {
        key: g.key.clone(),
        title: clean::line(&g.title),
        mark: Mark { tone, icon, text: words.t(key) },
        sentence,
        hours: amount::hours(words, &g.hours),
        price: match g.pence_per_gb {
            0 => words.t("price-free"),
            pence => words.with("price-gb", "sum", &amount::money(pence.into())),
        },
        contact: words.with("answers-for-it", "name", &contact),
        terms: clean::lines(&g.terms),
        left: left(g.bytes_left, g.day_bytes, bytes)
            .into_iter()
            .chain(left(g.seconds_left, g.day_seconds, time))
            .collect(),
        asks_pence: (g.pence_per_gb > 0 && !agreed).then_some(g.pence_per_gb),
    }
}

/// What was used, the newest month first.
pub(crate) fn months(words: &Words, all: &Statements) -> Vec<Month> {
    let month = |row: &hedgerow_api::StatementRow| {
        let used = amount::size(row.bytes_up.saturating_add(row.bytes_down));
        let cost = match row.cost_pence {
            0 => words.t("used-free"),
            pence => words.with("used-cost", "sum", &amount::money(pence)),
        };
        let cost = match row.due_pence {
            due if due > 0 && due < row.cost_pence => {
                format!("{cost}, {}", words.with("used-due", "sum", &amount::money(due)))
            }
            0 if row.cost_pence > 0 => format!("{cost}, {}", words.t("used-settled")),
            _ => cost,
        };
        let who = [&row.building, &row.name].map(|t| clean::line(t)).into_iter().find(|t| !t.is_empty());
        Month {
            name: format!("{}, {}", when::year_month(words, &row.month), who.unwrap_or_default()),
            text: format!("{used}, {cost}"),
        }
    };
    all.rows.iter().rev().map(month).collect()
}
