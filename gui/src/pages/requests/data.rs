//! Requests and reports, in rows.

use hedgerow_api::{ReportReason, RequestState, RequestSummary, Requests, clean};

use crate::icons::Icon;
use crate::pages::find::data::Mark;
use crate::pages::people::data::{mark, name_of};
use crate::pages::{Cx, Part};
use crate::theme::Tone;
use crate::words::Words;

/// A request in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// Id.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// Who asks whom.
    pub parties: String,
    /// How it stands.
    pub marks: Vec<Mark>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestsView {
    /// What I asked.
    pub mine: Vec<RequestRow>,
    /// What others ask of me and my groups.
    pub others: Vec<RequestRow>,
    /// What was reported, as far as I can read it.
    pub reports: Vec<RequestRow>,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<RequestsView> {
    let words = cx.words;
    cx.known.requests.and(&cx.known.reports).part(words, ("help-none", "help-none-do"), |(requests, reports)| {
        let rows = |list: &Requests, mine: Option<bool>| -> Vec<RequestRow> {
            let wanted = list.requests.iter().filter(|r| mine.is_none_or(|mine| r.mine == mine));
            wanted.map(|r| row(words, r)).collect()
        };
        let view = RequestsView {
            mine: rows(requests, Some(true)),
            others: rows(requests, Some(false)),
            reports: rows(reports, None),
        };
        (!view.mine.is_empty() || !view.others.is_empty() || !view.reports.is_empty()).then_some(view)
    })
}

fn row(words: &Words, request: &RequestSummary) -> RequestRow {
    RequestRow {
        id: request.id.clone(),
        topic: topic(words, request),
        parties: parties(words, request),
        marks: marks(words, request),
    }
}

/// What it is about.
pub fn topic(words: &Words, request: &RequestSummary) -> String {
    let topic = clean::line(&request.topic);
    if topic.trim().is_empty() { words.t("help-no-topic") } else { topic }
}

/// Who asks, or whom I asked.
pub fn parties(words: &Words, request: &RequestSummary) -> String {
    if request.mine {
        let to: Vec<String> = request.to.iter().map(|p| name_of(words, &p.name)).collect();
        words.with("help-to", "names", &to.join(", "))
    } else {
        words.with("request-from", "name", &name_of(words, &request.from.name))
    }
}

/// How it stands, as pills.
pub fn marks(words: &Words, request: &RequestSummary) -> Vec<Mark> {
    let (tone, icon, key) = match (request.state, request.mine) {
        (RequestState::Open, true) => (Tone::Warn, Icon::Clock, "help-open-mine"),
        (RequestState::Open, false) => (Tone::Warn, Icon::Clock, "help-open"),
        (RequestState::Answered, _) => (Tone::Good, Icon::Tick, "help-state-answered"),
        (RequestState::Closed, _) => (Tone::Plain, Icon::Stop, "help-state-closed"),
    };
    let mut marks = vec![mark(tone, icon, words.t(key))];
    if request.unread {
        marks.push(mark(Tone::Warn, Icon::Info, words.t("help-unread")));
    }
    if let Some(reason) = request.reason {
        marks.push(mark(Tone::Plain, Icon::Warning, words.t(reason_key(reason))));
    }
    if request.under_18 {
        marks.push(mark(Tone::Plain, Icon::Person, words.t("help-under-18")));
    }
    marks
}

/// Key of the words for a reason.
pub fn reason_key(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Spam => "report-is-spam",
        ReportReason::Wrong => "report-is-wrong",
        ReportReason::Hurtful => "report-is-hurtful",
        ReportReason::Private => "report-is-private",
        ReportReason::Unlawful => "report-is-unlawful",
        ReportReason::Dangerous => "report-is-dangerous",
        ReportReason::Pretends => "report-is-pretends",
        ReportReason::Other => "report-is-other",
    }
}
