//! A request on its way: asked by Bob, carried in a bundle, answered in a group, closed by Bob; with Dora, a member
//! like them, who holds every byte of it and no word.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hedgerow_api::{ReportReason, RequestState};
use hedgerow_protocol::authority::body::DeviceOffer;
use hedgerow_protocol::authority::{Authority, Duty, GroupRole, build};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::seal::OpenError;
use hedgerow_protocol::sync::Bucket;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::core::tests::{NOW, Town, key};
use crate::core::{CoreOptions, Draft};

const TOPIC: &str = "Zeppelinform";
const ASKED: &str = "Quittenbrot and the blue form";
const ANSWERED: &str = "Wolkenkuckuck on Tuesday";
const WORDS: [&str; 4] = ["Zeppelinform", "Quittenbrot", "blue form", "Wolkenkuckuck"];

/// A community of Ann (organiser), Bob, Carl and Dora, each with a computer of their own, and a group.
struct Story {
    town: Town,
    dirs: Vec<TempDir>,
    clock: Arc<AtomicU64>,
    group: Id,
    people: Vec<Arc<Member>>,
}

const ANN: usize = 0;
const BOB: usize = 1;
const CARL: usize = 2;
const DORA: usize = 3;

impl Story {
    async fn new() -> Story {
        let (town, clock) = (Town::new(), Arc::new(AtomicU64::new(NOW)));
        let mut story = Story { town, dirs: vec![], clock, group: Id::SELF, people: vec![] };
        let (device, person, first) = (story.town.device.clone(), story.town.person, story.town.first.clone());
        let ann = story.computer(device, person, first);
        for n in [20, 21, 22] {
            let (device, person, records) = story.town.neighbour(&ann.authority(), n);
            ann.core.arrive(records, Origin::Here).await.unwrap();
            let all = ann.authority().records().cloned().collect();
            story.computer(device, person, all);
        }
        let me = story.town.person;
        let found = move |a: &Authority, d: &SecretKey, now| build::found_group(a, d, &[me], &[], [1; 16], now);
        story.group = ann.core.publish_authority(found).await.unwrap().id();
        story.put(CARL, GroupRole::Member).await;
        for (n, name) in ["Ann", "Bob", "Carl", "Dora"].iter().enumerate() {
            let member = &story.people[n];
            member.core.publish(vec![named(member.person.unwrap(), name)]).await.unwrap();
        }
        ann.core.publish(vec![named(story.group, "Mentors")]).await.unwrap();
        story
    }

    fn computer(&mut self, device: SecretKey, person: Id, first: Vec<Record>) -> Arc<Member> {
        let (dir, clock) = (tempfile::tempdir().unwrap(), self.clock.clone());
        let options = CoreOptions {
            person: Some(person),
            os_clock: Arc::new(move || clock.fetch_add(1, Ordering::Relaxed)),
            ..CoreOptions::new(dir.path(), self.town.id(), device)
        };
        let member = Member::create(options, first).unwrap().0;
        self.dirs.push(dir);
        self.people.push(member.clone());
        member
    }

    fn id(&self, n: usize) -> Id {
        self.people[n].person.unwrap()
    }

    async fn put(&self, n: usize, role: GroupRole) {
        let (group, person) = (self.group, self.id(n));
        let build = move |a: &Authority, d: &SecretKey, now| build::group_member(a, d, group, person, role, now);
        self.people[ANN].core.publish_authority(build).await.unwrap();
    }

    async fn confirm(&self, n: usize) {
        let person = self.id(n);
        let build = move |a: &Authority, d: &SecretKey, now| build::grant(a, d, person, GrantRole::Mentor, now);
        self.people[ANN].core.publish_authority(build).await.unwrap();
    }

    /// Everybody's records to everybody, until nothing is new and every key is in order.
    async fn meet(&self) {
        loop {
            let mut new = 0;
            for member in &self.people {
                new += tend(member).await.unwrap() as u64;
                member.forget_names();
            }
            for (from, to) in self.people.iter().flat_map(|a| self.people.iter().map(move |b| (a, b))) {
                new += carry(from, to).await;
            }
            if new == 0 {
                return;
            }
        }
    }
}

/// Everything one has, as in a bundle, to another.
async fn carry(from: &Member, to: &Member) -> u64 {
    use hedgerow_protocol::sync::Source as _;
    let buckets: Vec<Bucket> = from.core.buckets().into_iter().map(|b| b.bucket).collect();
    let ids = buckets.into_iter().flat_map(|b| from.core.ids_from(b, &Id([0; 32]), usize::MAX));
    let records = ids.filter_map(|id| from.core.record(&id)).collect();
    to.core.arrive(records, Origin::Bundle).await.unwrap().new
}

fn named(owner: Id, name: &str) -> Draft {
    Draft::new(owner, Kind::PROFILE, b"profile".to_vec(), doc_to_cbor(&json!({ "name": name })))
}

fn request(to: &str) -> RequestNew {
    RequestNew { topic: TOPIC.into(), text: ASKED.into(), to: vec![to.into()], ..RequestNew::default() }
}

/// Whether a word stands in any file below a folder, in one of the ways text is written.
fn holds(dir: &Path, word: &str) -> bool {
    std::fs::read_dir(dir).unwrap().flatten().any(|entry| match entry.path().is_dir() {
        true => holds(&entry.path(), word),
        false => {
            let bytes = std::fs::read(entry.path()).unwrap().to_ascii_lowercase();
            bytes.windows(word.len()).any(|w| w == word.to_ascii_lowercase().as_bytes())
        }
    })
}

#[tokio::test]
async fn asked_carried_answered_closed_and_no_word_for_anybody_else() {
    let s = Story::new().await;
    s.meet().await;
    let dry = ask(&s.people[BOB], RequestNew { dry_run: true, ..request("mentors") }).await.unwrap();
    assert!(!dry.saved && dry.id.is_none() && dry.to[0].name == "Mentors");
    assert!(list(&s.people[BOB], false).requests.is_empty());
    let sent = ask(&s.people[BOB], request("mentors")).await.unwrap();
    let id = sent.id.unwrap();
    assert!(sent.saved && sent.left_out.is_empty());

    // Carl gets it by way of Dora, who can do nothing with it.
    carry(&s.people[BOB], &s.people[DORA]).await;
    carry(&s.people[DORA], &s.people[CARL]).await;
    assert!(list(&s.people[DORA], false).requests.is_empty());
    assert_eq!(thread_of(&s.people[DORA], &id).err().unwrap().code, Code::NotFound);
    let seen = list(&s.people[CARL], false).requests;
    assert_eq!((seen.len(), seen[0].topic.as_str(), seen[0].state), (1, TOPIC, RequestState::Open));
    assert!(seen[0].unread && !seen[0].mine && seen[0].from.name == "Bob");
    mark_read(&s.people[CARL], &id[..8]).await.unwrap();
    assert!(!list(&s.people[CARL], false).requests[0].unread);

    reply(&s.people[CARL], &id[..8], Some(ANSWERED.into()), false).await.unwrap();
    s.meet().await;
    let all = whole(&s.people[BOB], &thread_of(&s.people[BOB], &id).unwrap());
    assert_eq!(all.messages.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), [ASKED, ANSWERED]);
    assert_eq!((all.summary.state, all.summary.unread, all.summary.mine), (RequestState::Answered, true, true));
    reply(&s.people[BOB], &id, None, false).await.unwrap();
    s.meet().await;
    for n in [ANN, BOB, CARL] {
        assert_eq!(list(&s.people[n], false).requests[0].state, RequestState::Closed, "{n}");
    }

    // Nobody's disk holds a word, the sender's own neither; the check itself finds what is there in the open.
    for (n, dir) in s.dirs.iter().enumerate() {
        s.people[n].core.compact().await.unwrap();
        s.people[n].core.save_index().await.unwrap();
        for word in WORDS {
            assert!(!holds(dir.path(), word), "{word} on the disk of {n}");
        }
        assert!(holds(dir.path(), "mentors"), "names are looked for and found");
    }
    let find = |text: &str| s.people[BOB].core.find(&crate::core::Query { text: text.into(), ..Default::default() });
    assert_eq!(find(TOPIC).total + find("Wolkenkuckuck").total, 0);
    assert_eq!(find("mentors").total, 1);
}

#[tokio::test]
async fn who_was_taken_out_reads_nothing_new_and_a_later_computer_reads_all() {
    let mut s = Story::new().await;
    s.meet().await;
    let before = ask(&s.people[BOB], request("mentors")).await.unwrap().id.unwrap();
    s.meet().await;
    let (group, carl) = (s.group, s.id(CARL));
    let out = move |a: &Authority, d: &SecretKey, now| build::group_remove(a, d, group, carl, &[], now);
    let removed = s.people[ANN].core.publish_authority(out).await.unwrap();
    // Bob hears of it before the key is changed: then nothing is sealed with the old one.
    s.people[BOB].core.arrive(vec![removed], Origin::Bundle).await.unwrap();
    assert_eq!(ask(&s.people[BOB], request("mentors")).await.unwrap_err().code, Code::NoKeyYet);
    s.meet().await;
    let after = ask(&s.people[BOB], request("mentors")).await.unwrap().id.unwrap();
    s.meet().await;
    assert!(list(&s.people[CARL], false).requests.is_empty(), "no longer one of the group");
    // Not even with every key his computer can get at.
    let carls = &s.people[CARL];
    let ring = carls.owner_keys(&carls.sealing_records(), group).keyring(&carls.device);
    let open = |id: &str| {
        let record = carls.core.record(&id.parse().unwrap()).unwrap();
        sealed::open(&carls.community, &record, &ring).map(|o| o.sender)
    };
    assert_eq!(open(&before), Ok(s.id(BOB)), "what he could read then is not taken back");
    assert_eq!(open(&after), Err(OpenError::NotForUs));

    // A second computer of Ann's, added now, reads what came before it.
    let device = key(77);
    let offer = DeviceOffer::sign(&s.town.id(), &s.town.person, &device, Duty::Full);
    let place = build::Place::next(&s.people[ANN].authority(), &key(1).public());
    let added = build::device_add(&s.town.id(), &key(1), place, s.town.person, offer, Hlc::new(NOW, 9)).unwrap();
    let (ann, person) = (s.people[ANN].clone(), s.town.person);
    ann.core.arrive(vec![added], Origin::Here).await.unwrap();
    let first = ann.authority().records().cloned().collect();
    let second = s.computer(device, person, first);
    s.meet().await;
    let topics = list(&second, false).requests;
    assert_eq!(topics.len(), 2, "{topics:?}");
    // And answers in her name.
    reply(&second, &before, Some(ANSWERED.into()), false).await.unwrap();
    s.meet().await;
    let all = whole(&s.people[BOB], &thread_of(&s.people[BOB], &before).unwrap());
    assert!(all.messages.iter().any(|m| m.from.name == "Ann" && !m.outsider));
}

#[tokio::test]
async fn somebody_under_18_is_never_sent_to_one_adult() {
    let s = Story::new().await;
    s.meet().await;
    let young = |to: &str| ask(&s.people[BOB], RequestNew { under_18: true, ..request(to) });
    assert_eq!(young("Carl").await.unwrap_err().code, Code::Refused);
    let no = young("mentors").await.unwrap_err();
    assert!(no.code == Code::Refused && no.detail.contains("not confirmed as a mentor"), "{no:?}");
    s.confirm(ANN).await;
    s.meet().await;
    assert!(young("mentors").await.unwrap_err().detail.contains("Carl"));
    s.confirm(CARL).await;
    s.meet().await;
    let sent = young("mentors").await.unwrap();
    s.meet().await;
    let seen = list(&s.people[CARL], false).requests;
    assert!(seen[0].under_18 && Some(&seen[0].id) == sent.id.as_ref());
    let both = RequestNew { under_18: true, to: vec!["mentors".into(), "Dora".into()], ..request("") };
    assert_eq!(ask(&s.people[BOB], both).await.unwrap_err().code, Code::Refused);
}

#[tokio::test]
async fn who_has_no_key_yet_is_named_and_typing_errors_are_said() {
    let s = Story::new().await;
    // Names and authority go round, but only Bob's computer makes keys.
    for (from, to) in s.people.iter().flat_map(|a| s.people.iter().map(move |b| (a, b))) {
        carry(from, to).await;
    }
    s.people.iter().for_each(|m| m.forget_names());
    let no = ask(&s.people[BOB], request("Carl")).await.unwrap_err();
    assert!(no.code == Code::NoKeyYet && no.title.starts_with("Carl "), "{no:?}");
    assert_eq!(ask(&s.people[BOB], request("mentors")).await.unwrap_err().code, Code::NoKeyYet);
    assert_eq!(ask(&s.people[BOB], request("nobody")).await.unwrap_err().code, Code::NotFound);
    assert_eq!(ask(&s.people[BOB], request("Bob")).await.unwrap_err().code, Code::Invalid);
    s.meet().await;
    let long = RequestNew { text: "x".repeat(8_193), ..request("mentors") };
    assert_eq!(ask(&s.people[BOB], long).await.unwrap_err().code, Code::Invalid);
    let nameless = RequestNew { topic: " ".into(), ..request("mentors") };
    assert_eq!(ask(&s.people[BOB], nameless).await.unwrap_err().code, Code::Invalid);
    assert_eq!(reply(&s.people[BOB], "3f9a1c20", None, false).await.unwrap_err().code, Code::NotFound);
    assert_eq!(reply(&s.people[BOB], "x", None, false).await.unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn reports_reach_the_organisers_but_not_the_one_they_are_about() {
    let s = Story::new().await;
    s.meet().await;
    let new = |text: &str| ReportNew {
        about: String::new(),
        reason: ReportReason::Pretends,
        text: text.into(),
        dry_run: false,
    };
    let sent = report(&s.people[BOB], About::Owner(s.id(CARL)), new(ASKED)).await.unwrap();
    assert_eq!(sent.to.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Ann"]);
    s.meet().await;
    let seen = list(&s.people[ANN], true).requests;
    assert_eq!((seen.len(), seen[0].topic.as_str()), (1, "Carl"));
    assert_eq!(seen[0].reason, Some(ReportReason::Pretends));
    assert!(list(&s.people[ANN], false).requests.is_empty(), "a report is no request");
    for n in [CARL, DORA] {
        assert!(list(&s.people[n], true).requests.is_empty());
    }
    let about_her = report(&s.people[BOB], About::Owner(s.id(ANN)), new(ASKED)).await.unwrap_err();
    assert_eq!(about_her.code, Code::Refused);
}

#[tokio::test]
async fn a_stranger_to_a_request_cannot_close_it() {
    let s = Story::new().await;
    s.meet().await;
    let id = ask(&s.people[BOB], request("mentors")).await.unwrap().id.unwrap();
    // Dora knows the id, as everybody does who holds the record, and seals a "close" to Bob.
    let dora = &s.people[DORA];
    let me = s.id(DORA);
    carry(&s.people[BOB], dora).await;
    let to = [addressee(dora, &s.id(BOB)).unwrap()];
    let sender = Sender { community: &dora.community, person: &me, device: &dora.device };
    let message = Message::Close { about: id.parse().unwrap() };
    let hlc = Hlc::new(dora.core.clock(), 0);
    let record = sealed::seal(sender, &to, &message, hlc, hlc.day() + 9, randomness().unwrap()).unwrap();
    keep(dora, record).await.unwrap();
    s.meet().await;
    let all = whole(&s.people[BOB], &thread_of(&s.people[BOB], &id).unwrap());
    assert_eq!(all.summary.state, RequestState::Open);
    assert!(all.messages[1].outsider && all.messages[1].from.name == "Dora");
}
