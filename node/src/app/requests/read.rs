//! Reading what is sealed: every sealed record this computer can open, put together into requests with their answers.
//!
//! Opened in memory each time it is asked for; no opened word is kept, indexed or logged.

use std::collections::BTreeMap;

use hedgerow_api::{Code, Party, Problem, ReportReason, RequestMessage, RequestState, RequestSummary, RequestThread};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::seal::sealed::{self, Opened};
use hedgerow_protocol::seal::{About, Message, Reason};

use super::super::Member;
use super::super::items::{day_text, doc_of, slot_text};
use super::super::problems::{invalid, not_found};

/// Fewest digits of an id that name a request.
const PREFIX_MIN: usize = 8;

/// A request or report, with everything written in it.
pub(super) struct Thread {
    /// The first, then by time.
    pub messages: Vec<(Record, Opened)>,
}

impl Thread {
    pub fn root(&self) -> Id {
        self.messages[0].0.id()
    }
    pub fn first(&self) -> &Opened {
        &self.messages[0].1
    }
    pub fn asker(&self) -> Id {
        self.first().sender
    }
    pub fn is_report(&self) -> bool {
        matches!(self.first().message, Message::Report { .. })
    }
    pub fn is_under_18(&self) -> bool {
        matches!(self.first().message, Message::Request { from_minor: true, .. })
    }
    /// Whom it is for, the one who asks among them.
    pub fn owners(&self) -> Vec<Id> {
        let mut owners: Vec<Id> = self.first().addressees.iter().map(|(owner, _)| *owner).collect();
        owners.dedup();
        owners
    }
    /// When the last message was written.
    pub fn last(&self) -> Hlc {
        self.messages.iter().map(|(r, _)| r.payload().hlc).max().unwrap_or_default()
    }
    /// Whether somebody asked, or is one of those asked.
    pub fn is_insider(&self, member: &Member, person: &Id) -> bool {
        let authority = member.authority();
        let is_one = |owner: &Id| owner == person || authority.group_role(owner, person).is_some();
        self.asker() == *person || self.owners().iter().any(is_one)
    }
    /// How it stands: what those it concerns said last decides.
    pub fn state(&self, member: &Member) -> RequestState {
        let mut state = RequestState::Open;
        for (_, opened) in self.messages.iter().filter(|(_, o)| self.is_insider(member, &o.sender)) {
            state = match opened.message {
                Message::Close { .. } => RequestState::Closed,
                Message::Answer { .. } if opened.sender != self.asker() => RequestState::Answered,
                _ => RequestState::Open,
            };
        }
        state
    }
}

/// The private note of this computer that says how far a request was read. It holds a time and no word.
pub(super) fn read_note(root: &Id) -> String {
    format!("request-read/{root}")
}

fn read_until(member: &Member, root: &Id) -> Hlc {
    let note = member.core.local(&read_note(root)).and_then(|v| v.try_into().ok());
    Hlc(note.map_or(0, u64::from_be_bytes))
}

/// Everything this computer can open, those changed last first.
pub(super) fn threads(member: &Member) -> Vec<Thread> {
    let ring = member.keyring();
    let open = |record: Record| {
        let opened = sealed::open(&member.community, &record, &ring).ok()?;
        Some((record, opened))
    };
    let opened = member.core.of_kind(Kind::SEALED, true).into_iter().filter_map(open);
    let (first, rest): (Vec<_>, Vec<_>) =
        opened.partition(|(_, o)| matches!(o.message, Message::Request { .. } | Message::Report { .. }));
    let mut threads: BTreeMap<Id, Thread> = BTreeMap::new();
    // Which request an answer belongs to: it may name the request, or another answer.
    let mut root_of: BTreeMap<Id, Id> = BTreeMap::new();
    for (record, opened) in first {
        root_of.insert(record.id(), record.id());
        threads.insert(record.id(), Thread { messages: vec![(record, opened)] });
    }
    for (record, opened) in rest {
        let (Message::Answer { about, .. } | Message::Close { about }) = &opened.message else { continue };
        let Some(root) = root_of.get(about).copied() else { continue };
        root_of.insert(record.id(), root);
        if let Some(thread) = threads.get_mut(&root) {
            thread.messages.push((record, opened));
        }
    }
    let mut threads: Vec<Thread> = threads.into_values().collect();
    threads.sort_by_key(|t| core::cmp::Reverse((t.last(), t.root())));
    threads
}

/// The request that an id or its beginning names.
pub(super) fn thread_of(member: &Member, typed: &str) -> Result<Thread, Problem> {
    let lower = typed.trim().to_ascii_lowercase();
    if lower.len() < PREFIX_MIN || lower.len() > 64 || !lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Problem::new(
            Code::NotFound,
            "That is not the code of a request.",
            format!("A code has digits and the letters a to f; the first {PREFIX_MIN} or more are enough."),
            "Copy it from: hedgerow request list",
        ));
    }
    let mut found = threads(member).into_iter().filter(|t| t.root().to_string().starts_with(&lower));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Problem {
            detail: "It is not for you, has not arrived yet, or is older than what is kept.".into(),
            action: "See what there is: hedgerow request list".into(),
            ..not_found("request", typed)
        }),
        _ => Err(invalid(format!("More than one code begins with {lower}."), "Type more of its digits.")),
    }
}

/// A person or group, as others see it.
pub(super) fn party(member: &Member, id: &Id) -> Party {
    let is_group = member.authority().groups().any(|group| group == *id);
    Party { id: id.to_string(), name: member.name(id), group: is_group }
}

/// In short.
pub(super) fn summary(member: &Member, thread: &Thread) -> RequestSummary {
    let (record, opened) = &thread.messages[0];
    let is_me = |id: &Id| Some(*id) == member.person;
    let read = read_until(member, &thread.root());
    let is_unread = |(r, o): &(Record, Opened)| !is_me(&o.sender) && r.payload().hlc > read;
    let (topic, reason, about) = match &opened.message {
        Message::Report { about, reason, .. } => {
            let (topic, about) = reported(member, about);
            (topic, Some(reason_name(*reason)), Some(about))
        }
        Message::Request { topic, .. } => (topic.clone(), None, None),
        _ => (String::new(), None, None),
    };
    RequestSummary {
        id: thread.root().to_string(),
        from: party(member, &opened.sender),
        to: thread.owners().iter().filter(|o| **o != opened.sender).map(|o| party(member, o)).collect(),
        topic,
        reason,
        about,
        state: thread.state(member),
        mine: is_me(&opened.sender),
        unread: thread.messages.iter().any(is_unread),
        under_18: thread.is_under_18(),
        messages: thread.messages.len() as u64,
        written_ms: record.payload().hlc.unix_ms(),
        changed_ms: thread.last().unix_ms(),
        expires: record.payload().expires.map(day_text).unwrap_or_default(),
    }
}

/// In full.
pub(super) fn whole(member: &Member, thread: &Thread) -> RequestThread {
    let message = |(record, opened): &(Record, Opened)| RequestMessage {
        id: record.id().to_string(),
        from: party(member, &opened.sender),
        mine: Some(opened.sender) == member.person,
        written_ms: record.payload().hlc.unix_ms(),
        text: match &opened.message {
            Message::Request { text, .. } | Message::Answer { text, .. } | Message::Report { text, .. } => text.clone(),
            Message::Close { .. } => String::new(),
        },
        closes: matches!(opened.message, Message::Close { .. }),
        outsider: !thread.is_insider(member, &opened.sender),
    };
    RequestThread { summary: summary(member, thread), messages: thread.messages.iter().map(message).collect() }
}

/// What is reported: its title or name, and its address or id.
fn reported(member: &Member, about: &About) -> (String, String) {
    match about {
        About::Owner(owner) => (member.name(owner), owner.to_string()),
        About::Address(address) => {
            let view = member.core.slot(address);
            let title = view.winner().and_then(|r| Some(listing::summary(address.kind, &doc_of(r)?).title));
            (title.unwrap_or_default(), slot_text(address))
        }
    }
}

const REASONS: [(ReportReason, Reason); 8] = [
    (ReportReason::Spam, Reason::SPAM),
    (ReportReason::Wrong, Reason::WRONG),
    (ReportReason::Hurtful, Reason::HURTFUL),
    (ReportReason::Private, Reason::PRIVATE),
    (ReportReason::Unlawful, Reason::UNLAWFUL),
    (ReportReason::Dangerous, Reason::DANGEROUS),
    (ReportReason::Pretends, Reason::PRETENDS),
    (ReportReason::Other, Reason::OTHER),
];

fn reason_name(reason: Reason) -> ReportReason {
    REASONS.iter().find(|(_, r)| *r == reason).map_or(ReportReason::Other, |(name, _)| *name)
}

pub(super) fn reason_of(name: ReportReason) -> Reason {
    REASONS.iter().find(|(n, _)| *n == name).map_or(Reason::OTHER, |(_, reason)| *reason)
}
