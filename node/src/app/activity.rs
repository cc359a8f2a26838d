//! What happened lately, told from the records: who published, changed and withdrew what, and what was decided about people.
//!
//! Not for: news as it happens ([`super::news`]).

use hedgerow_api::{Activity, Happening, Problem};
use hedgerow_protocol::authority::Inserted;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::listing;
use hedgerow_protocol::record::Record;

use super::items::{doc_of, slot_text};
use super::{App, Member};
use crate::core::Latest;

/// Most lines told.
const LINES_MAX: usize = 200;
/// What one hand does to one kind of thing within this time is one line.
const TOGETHER_MS: u64 = 10 * 60 * 1000;

impl App {
    /// What happened lately.
    pub fn activity(&self) -> Result<Activity, Problem> {
        let member = self.member()?;
        let blocked = member.blocked();
        let latest = member.core.latest(LINES_MAX, TOGETHER_MS, &blocked);
        let mut happenings: Vec<Happening> = latest.iter().filter_map(|l| told(&member, l)).collect();
        // What is sealed is told to those who can read it.
        happenings.extend(self.requests()?.requests.into_iter().map(|r| Happening {
            at_ms: r.changed_ms,
            what: "request".into(),
            kind: String::new(),
            title: r.topic,
            by: r.from.name,
            item: None,
            count: 1,
        }));
        happenings.sort_by_key(|h| std::cmp::Reverse(h.at_ms));
        happenings.truncate(LINES_MAX);
        Ok(Activity { happenings })
    }
}

fn told(member: &Member, latest: &Latest) -> Option<Happening> {
    let record = member.core.record(&latest.id)?;
    let kind = record.payload().kind;
    let mut line = Happening {
        at_ms: record.payload().hlc.unix_ms(),
        what: kind.to_string(),
        kind: String::new(),
        title: String::new(),
        by: member.name(&record.owner()),
        item: None,
        count: latest.count,
    };
    if record.lane() == Lane::Authority {
        if member.authority().standing_of(&latest.id) != Some(Inserted::Counts) {
            return None;
        }
        // Who signed it says more than whose papers it stands among.
        let signer = member.authority().person_of_device(&record.payload().device);
        line.by = signer.map(|id| member.name(&id)).unwrap_or(line.by);
        return Some(line);
    }
    if kind == Kind::PROFILE {
        // The first name comes with the person or the group, which is told already.
        return (!record.payload().prev.is_empty()).then_some(line);
    }
    kind.name()?;
    line.kind = kind.to_string();
    let address = record.address();
    if member.hidden_at(&address).is_some() {
        return None;
    }
    if record.is_withdrawal() {
        line.what = "withdrawn".into();
        line.title = before(member, &record);
    } else {
        line.what = if record.payload().prev.is_empty() { "published" } else { "changed" }.into();
        line.title = doc_of(&record).map(|d| listing::summary(kind, &d).title).unwrap_or_default();
        line.item = Some(slot_text(&address));
    }
    if kind == Kind::GATEWAY_POLICY {
        // Rules have neither a title nor a page that people read.
        (line.title, line.item) = (String::new(), None);
    }
    Some(line)
}

/// What was withdrawn was called, as long as a version of it is here.
fn before(member: &Member, withdrawal: &Record) -> String {
    let older = withdrawal.payload().prev.iter().find_map(|id| member.core.record(id));
    let doc = older.as_ref().and_then(doc_of);
    doc.map(|d| listing::summary(withdrawal.payload().kind, &d).title).unwrap_or_default()
}
