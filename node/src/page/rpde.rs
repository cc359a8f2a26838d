//! Realtime Paged Data Exchange 1.0 (OpenActive): what changed, in order, with what is no longer public as `deleted`.
//!
//! A reader keeps its place and asks for what came after it, so the order is the order in which things became known
//! *here*: a record that arrives late by stick is new, however old its date. That order is remembered in a file, for a
//! restart must not make deletions vanish. Things that are hidden, withdrawn, over, or no longer open to all are deleted.

use std::collections::BTreeMap;
use std::path::Path;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::{self, Freq, Rule, Until, read};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answer::{Ask, make, problem};
use super::board::{Seen, strict};
use super::{Page, Shared};
use crate::app::{Found, Public};
use crate::files::{Saved, Unusable, read_saved, write_private};

/// Items on one page.
const ON_A_PAGE: usize = 200;
/// How long something deleted is told of; the standard asks for seven days.
const DELETED_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Most things remembered as deleted. More: the longest deleted are forgotten.
const DELETED_MAX: usize = 20_000;

/// One thing in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// The version that shows; none once it is deleted.
    record: Option<Id>,
    kind: u16,
    modified: u64,
}

/// What was told, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    entries: BTreeMap<[u8; 16], Entry>,
}

/// The file it is kept in.
#[derive(Serialize, Deserialize)]
struct Kept {
    format: u32,
    community: String,
    entries: Vec<(String, Option<String>, u16, u64)>,
}

/// The number of a slot: the same for all versions, and short.
pub fn slot_number(found: &Found) -> [u8; 16] {
    crate::store::table::slot_of(&found.record.address())
}

impl Feed {
    /// What was told before, brought up to date with what shows now, and kept. `None`: what was told cannot be read, so
    /// that readers would be told of everything again each time.
    pub fn told(file: &Path, public: &Public, seen: &Seen) -> Option<Feed> {
        let community = public.community().to_string();
        let (before, aside) = match Feed::read(file, &community) {
            Ok(read) => read.or_empty(),
            Err(error) => {
                tracing::warn!(%error, "there are no feeds until it can be read");
                return None;
            }
        };
        if let Some(aside) = aside {
            tracing::warn!(file = %aside.display(), "the order of the feeds was damaged, and begins anew");
        }
        let mut feed = before.clone();
        feed.update(seen, public.now().unix_ms());
        if feed != before
            && let Err(e) = feed.write(file, &community)
        {
            // The feed is right until the next start; after it readers are told of everything again.
            tracing::warn!(%e, "the order of the feed could not be kept");
        }
        Some(feed)
    }

    fn update(&mut self, seen: &Seen, now_ms: u64) {
        let last = self.entries.values().map(|e| e.modified).max().unwrap_or(0);
        let mut last = last.max(now_ms.saturating_sub(1));
        let mut stamp = || {
            last += 1;
            last
        };
        for (slot, entry) in &mut self.entries {
            if entry.record.is_some() && !seen.contains_key(slot) {
                *entry = Entry { record: None, modified: stamp(), ..*entry };
            }
        }
        for (slot, (record, kind)) in seen {
            let known = self.entries.get(slot).is_some_and(|e| e.record == Some(*record));
            if !known {
                self.entries.insert(*slot, Entry { record: Some(*record), kind: kind.0, modified: stamp() });
            }
        }
        self.entries.retain(|_, e| e.record.is_some() || e.modified.saturating_add(DELETED_MS) > now_ms);
        let mut deleted: Vec<u64> = self.entries.values().filter(|e| e.record.is_none()).map(|e| e.modified).collect();
        if let Some(beyond) = deleted.len().checked_sub(DELETED_MAX).filter(|n| *n > 0) {
            deleted.sort_unstable();
            let from = deleted[beyond];
            self.entries.retain(|_, e| e.record.is_some() || e.modified >= from);
        }
    }

    /// Another community's is as none.
    fn read(file: &Path, community: &str) -> Result<Saved<Feed>, Unusable> {
        read_saved(file, |bytes| Feed::parse(bytes, community))
    }

    fn parse(bytes: &[u8], community: &str) -> Option<Feed> {
        let kept: Kept = serde_json::from_slice(bytes).ok().filter(|kept: &Kept| kept.format == 1)?;
        if kept.community != community {
            return Some(Feed::default());
        }
        let entries = kept.entries.into_iter().map(|(slot, record, kind, modified)| {
            let slot = data_encoding::HEXLOWER.decode(slot.as_bytes()).ok()?.try_into().ok()?;
            let record = record.map(|r| r.parse().ok()).map_or(Some(None), |r: Option<Id>| r.map(Some))?;
            Some((slot, Entry { record, kind, modified }))
        });
        Some(Feed { entries: entries.collect::<Option<_>>()? })
    }

    fn write(&self, file: &Path, community: &str) -> std::io::Result<()> {
        let entries = self.entries.iter().map(|(slot, e)| {
            (data_encoding::HEXLOWER.encode(slot), e.record.map(|r| r.to_string()), e.kind, e.modified)
        });
        let kept = Kept { format: 1, community: community.to_owned(), entries: entries.collect() };
        write_private(file, &serde_json::to_vec(&kept)?)
    }

    /// What came after a place, in order.
    fn after(&self, kind: Kind, place: &(u64, String)) -> Vec<(u64, String, &Entry)> {
        let of_kind = self.entries.iter().filter(|(_, e)| e.kind == kind.0);
        let all = of_kind.map(|(slot, e)| (e.modified, data_encoding::HEXLOWER.encode(slot), e));
        let mut rest: Vec<_> = all.filter(|(m, id, _)| (*m, id.as_str()) > (place.0, place.1.as_str())).collect();
        rest.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        rest.truncate(ON_A_PAGE);
        rest
    }
}

/// `/rpde/services`: Open Referral UK services.
pub async fn services(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        answer(page, ask, &public, Kind::SERVICE, "Service", |found| strict(found).services.into_values().next())
    })
    .await
}

/// `/rpde/events`: events in the words of schema.org.
pub async fn events(State(page): Shared, ask: Ask) -> Response {
    make(page, ask, |page, ask, public| {
        let zone = public.time_zone();
        answer(page, ask, &public, Kind::EVENT, "Event", |found| event(found, &zone, &public))
    })
    .await
}

fn answer(
    page: &Page,
    ask: &Ask,
    public: &Public,
    kind: Kind,
    name: &str,
    data: impl Fn(&Found) -> Option<Value>,
) -> Response {
    let (Ok(after), id) = (ask.number("afterTimestamp"), ask.text("afterId")) else {
        return problem(
            StatusCode::BAD_REQUEST,
            "That cannot be asked.",
            "\"afterTimestamp\" has to be a whole number.",
        );
    };
    if after.is_some() == id.is_empty() {
        let text = "\"afterTimestamp\" and \"afterId\" come together or not at all. Start without them.";
        return problem(StatusCode::BAD_REQUEST, "That cannot be asked.", text);
    }
    let mut place = (after.unwrap_or(0), id);
    let board = page.board.get(public);
    let Some(feed) = &board.feed else {
        let text = "What was told before cannot be read on this computer. Its disk has to be looked at.";
        return problem(StatusCode::SERVICE_UNAVAILABLE, "There is no feed now.", text);
    };
    let mut items = Vec::new();
    for (modified, id, entry) in feed.after(kind, &place) {
        let found = entry.record.and_then(|r| public.version(&r));
        // What stopped being public since the summary was made is told as deleted with the next one.
        let item = match found.as_ref().and_then(&data) {
            Some(data) => json!({"state": "updated", "kind": name, "id": id, "modified": modified, "data": data}),
            None => json!({"state": "deleted", "kind": name, "id": id, "modified": modified}),
        };
        items.push(item);
        place = (modified, id);
    }
    let path = &ask.path;
    let base = super::poster::base(page, ask.arrived);
    let next = match place.1.is_empty() {
        true => format!("{base}{path}"),
        false => format!("{base}{path}?afterTimestamp={}&afterId={}", place.0, super::answer::encoded(&place.1)),
    };
    let last = items.is_empty();
    let body = json!({"next": next, "items": items, "license": format!("{base}/help#programs")});
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, if last { "public, max-age=8" } else { "public, max-age=3600" }),
    ];
    (headers, body.to_string()).into_response()
}

/// An event in the words of schema.org: the model of OpenActive is for sports, and wants an activity and a price. Only what does not change with the time of day: a reader is told once.
fn event(found: &Found, community_zone: &str, public: &Public) -> Option<Value> {
    let doc = &found.doc;
    let s = listing::summary(Kind::EVENT, doc);
    let zone = read::str(doc, "time_zone").filter(|z| listing::zone_ok(z)).unwrap_or(community_zone);
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| value.map(|v| out.insert(key.to_owned(), v));
    put("@context", Some(json!("https://schema.org")));
    put("@type", Some(json!("Event")));
    put("identifier", Some(json!(data_encoding::HEXLOWER.encode(&slot_number(found)))));
    put("name", Some(json!(s.title)));
    put("description", read::text(doc, "text").map(|t| json!(listing::plain_block(&t))));
    put("startDate", s.starts.as_deref().and_then(|t| moment(t, zone)));
    put("endDate", s.ends.as_deref().and_then(|t| moment(t, zone)));
    put("url", s.url.map(|u| json!(u)));
    put("eventStatus", s.closed.then(|| json!("https://schema.org/EventCancelled")));
    put("maximumAttendeeCapacity", read::number(doc, "capacity").map(|n| json!(n as u64)));
    let owner = found.record.owner();
    let organizer = public.name_of(&owner);
    let kind = if public.is_group(&owner) { "Organization" } else { "Person" };
    put("organizer", Some(organizer).filter(|n| !n.is_empty()).map(|n| json!({"@type": kind, "name": n})));
    if let Some(place) = s.place {
        let address = s.postcode.map(|p| json!({"@type": "PostalAddress", "postalCode": p}));
        let mut location = json!({"@type": "Place", "name": place});
        if let Some(address) = address {
            location["address"] = address;
        }
        put("location", Some(location));
    }
    put("eventSchedule", schedule(doc, zone).map(|s| json!([s])));
    Some(Value::Object(out))
}

/// A local time with its offset, or a day.
fn moment(text: &str, zone: &str) -> Option<Value> {
    if text.len() <= 10 {
        return text.parse::<jiff::civil::Date>().ok().map(|d| json!(d.to_string()));
    }
    let ms = i64::try_from(listing::local_ms(text, zone).ok()?).ok()?;
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let zoned = jiff::Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(zone);
    Some(json!(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()))
}

/// How an event repeats, where the standard can say it.
fn schedule(doc: &Value, zone: &str) -> Option<Value> {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let rule = Rule::parse(read::str(doc, "rrule")?).ok()?;
    let start = read::str(doc, "start")?;
    let unit = match rule.freq {
        Freq::Daily => "D",
        Freq::Weekly => "W",
        Freq::Monthly => "M",
        Freq::Yearly => "Y",
    };
    let mut out = json!({
        "@type": "Schedule", "repeatFrequency": format!("P{}{unit}", rule.interval), "startDate": start.get(..10)?,
        "scheduleTimezone": zone,
    });
    let time = |text: &str| text.get(11..16).map(|t| json!(t));
    for (key, value) in [
        ("startTime", time(start)),
        ("endTime", listing::event_end(doc).as_deref().and_then(time)),
        ("repeatCount", rule.count.map(|n| json!(n))),
        (
            "endDate",
            rule.until.map(|u| match u {
                Until::Day(d) => json!(d.to_string()),
                Until::Local(t) | Until::Utc(t) => json!(t.date().to_string()),
            }),
        ),
    ] {
        if let Some(value) = value {
            out[key] = value;
        }
    }
    let days = DAYS.iter().enumerate().filter(|(n, _)| rule.by_day & (1 << n) != 0);
    let days: Vec<String> = days.map(|(_, d)| format!("https://schema.org/{d}")).collect();
    if !days.is_empty() {
        out["byDay"] = json!(days);
    }
    if !rule.by_month_day.is_empty() {
        out["byMonthDay"] = json!(rule.by_month_day);
    }
    let except = doc.get("except").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let except: Vec<&str> = except.filter_map(|d| d.get(..10)).collect();
    if !except.is_empty() {
        out["exceptDate"] = json!(except);
    }
    // "The second Saturday" and the like have no words in that vocabulary: the rule itself says it.
    if !rule.by_nth_day.is_empty() || !rule.by_set_pos.is_empty() {
        out["hedgerow:rrule"] = json!(rule.to_string());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(feed: &Feed, place: &(u64, String)) -> Vec<(u64, String, bool)> {
        feed.after(Kind::EVENT, place)
            .into_iter()
            .map(|(m, id, e)| (m, id[..2].to_owned(), e.record.is_some()))
            .collect()
    }

    #[test]
    fn late_comers_come_last_and_what_is_gone_is_deleted_and_a_reader_misses_nothing() {
        let start = (0, String::new());
        let mut seen: Seen = (1..4).map(|n| ([n; 16], (Id([n; 32]), Kind::EVENT))).collect();
        let mut feed = Feed::default();
        feed.update(&seen, 1000);
        let told = ids(&feed, &start);
        assert_eq!(told.iter().map(|t| t.1.as_str()).collect::<Vec<_>>(), ["01", "02", "03"]);
        let place = (told[2].0, data_encoding::HEXLOWER.encode(&[3; 16]));
        assert!(ids(&feed, &place).is_empty());
        // One changes, one goes, and one comes whose number would have stood before all of them; the clock stood still.
        seen.insert([2; 16], (Id([22; 32]), Kind::EVENT));
        seen.remove(&[1; 16]);
        seen.insert([0; 16], (Id([9; 32]), Kind::EVENT));
        feed.update(&seen, 1000);
        let told = ids(&feed, &place);
        assert_eq!(
            told.iter().map(|t| (t.1.as_str(), t.2)).collect::<Vec<_>>(),
            [("01", false), ("00", true), ("02", true)]
        );
        assert!(told.windows(2).all(|w| w[0].0 < w[1].0) && told[0].0 > place.0);
        let same = feed.clone();
        feed.update(&seen, 2000);
        assert_eq!(feed, same, "nothing changed, so nothing is told");
        feed.update(&seen, 1000 + DELETED_MS + 10);
        assert_eq!(feed.entries.len(), 3, "long enough");
    }

    #[test]
    fn the_file_comes_back_and_nonsense_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("page.json");
        let mut feed = Feed::default();
        feed.update(&Seen::from([([7; 16], (Id([7; 32]), Kind::SERVICE))]), 5);
        feed.update(&Seen::new(), 6);
        feed.write(&file, "c").unwrap();
        assert_eq!(Feed::read(&file, "c").unwrap(), Saved::Whole(feed));
        assert_eq!(Feed::read(&file, "d").unwrap(), Saved::Whole(Feed::default()));
        std::fs::write(&file, "{\"format\":1,\"community\":\"c\",\"entries\":[[\"zz\",null,1,1]]}").unwrap();
        assert!(matches!(Feed::read(&file, "c").unwrap(), Saved::Damaged(_)));
        std::fs::create_dir(&file).unwrap();
        assert!(Feed::read(&file, "c").is_err() && file.is_dir(), "what cannot be read stays as it is");
    }
}
