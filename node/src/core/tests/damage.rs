//! Flipped, zeroed and missing bytes in journal and index: noticed, never silently wrong, and healed by neighbours.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

fn rounds(usual: usize) -> usize {
    std::env::var("HEDGEROW_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

/// Flips a bit, zeroes a run, cuts, or removes.
fn harm(path: &Path, dice: &mut Dice) -> String {
    let mut bytes = std::fs::read(path).unwrap();
    let at = dice.roll(bytes.len());
    let what = dice.roll(8);
    match what {
        0 => bytes.truncate(at),
        1 => {
            let end = (at + 1 + dice.roll(400)).min(bytes.len());
            bytes[at..end].fill(0);
        }
        2 => {
            std::fs::remove_file(path).unwrap();
            return "removed".into();
        }
        _ => match bytes.get_mut(at) {
            Some(b) => *b ^= 1 << dice.roll(8),
            None => return "empty".into(),
        },
    }
    std::fs::write(path, bytes).unwrap();
    format!("{what} at {at}")
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

fn snapshot(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files(dir).into_iter().map(|p| (p.clone(), std::fs::read(&p).unwrap())).collect()
}

fn restore(dir: &Path, from: &BTreeMap<PathBuf, Vec<u8>>) {
    std::fs::remove_dir_all(dir).unwrap();
    for (path, bytes) in from {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

async fn filled(dir: &Path, town: &Town) -> (Vec<Record>, (Vec<Id>, [u8; 32], Vec<String>)) {
    let core = town.create(dir);
    let mut all = town.first.clone();
    for n in 0..12 {
        let drafts = (0..5).map(|m| town.draft(&format!("{n}-{m}"), &format!("Café {n} {m}"))).collect();
        all.extend(core.publish(drafts).await.unwrap());
        if n == 8 {
            core.save_index().await.unwrap();
        }
    }
    let seen = view(&core);
    core.close().await;
    (all, seen)
}

#[tokio::test]
async fn a_damaged_index_is_made_again_and_never_wrong() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let dir = dir.path().join("data");
    let (_, before) = filled(&dir, &town).await;
    let good = snapshot(&dir);
    let mut dice = Dice(0x5eed_5eed);
    let mut rebuilt = 0;
    for round in 0..rounds(1_000) {
        restore(&dir, &good);
        let files = files(&dir.join("index"));
        let path = &files[dice.roll(files.len())];
        let what = harm(path, &mut dice);
        let (core, report) = Core::open(town.options(&dir)).unwrap();
        assert_eq!(view(&core), before, "round {round}: {} {what}", path.display());
        assert_eq!(report.notices.len(), usize::from(report.index_rebuilt));
        rebuilt += usize::from(report.index_rebuilt);
        core.close().await;
    }
    assert!(rebuilt > 0, "no damage was ever noticed");
    // An index of another time: the journal has moved on under another name.
    restore(&dir, &good);
    let old = snapshot(&dir.join("index"));
    let (core, _) = Core::open(town.options(&dir)).unwrap();
    core.compact().await.unwrap();
    core.publish(vec![town.draft("new", "Café New")]).await.unwrap();
    let now = view(&core);
    core.close().await;
    restore(&dir.join("index"), &old);
    let (core, report) = Core::open(town.options(&dir)).unwrap();
    assert!(report.index_rebuilt);
    assert_eq!(view(&core), now);
}

#[tokio::test]
async fn damage_in_the_journal_is_noticed_the_rest_kept_and_the_gap_heals() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let dir = dir.path().join("data");
    let (all, before) = filled(&dir, &town).await;
    let good = snapshot(&dir);
    let mut dice = Dice(0xdead_beef);
    let (mut lost_in_all, mut said_in_all) = (0, 0);
    for round in 0..rounds(1_000) {
        restore(&dir, &good);
        let with_index = round % 2 == 0;
        if !with_index {
            std::fs::remove_dir_all(dir.join("index")).unwrap();
        }
        let path = files(&dir.join("journal")).into_iter().find(|p| p.extension().is_some_and(|e| e == "hgj")).unwrap();
        let what = harm(&path, &mut dice);
        let (core, report) = match Core::open(town.options(&dir)) {
            Ok(opened) => opened,
            // All of it gone, or its founding record and the copy of that.
            Err(e) if what == "removed" || what.starts_with("0 at") || what.starts_with("1 at") => {
                assert!(matches!(e, CoreError::NoCommunity | CoreError::Disk(_)), "{e}");
                continue;
            }
            Err(e) => panic!("round {round}: {what}: {e}"),
        };
        let mut events = core.subscribe();
        let mut lost = BTreeSet::new();
        for record in &all {
            match core.record(&record.id()) {
                Some(found) => assert_eq!(&found, record, "round {round}: {what}"),
                None => lost.extend([record.id()]),
            }
        }
        lost_in_all += lost.len();
        // Cut exactly between two frames, a journal is a shorter journal: only an index that knew more can tell, and is made again.
        let is_shorter = what.starts_with("0 at") && (report.index_rebuilt || !with_index);
        if !lost.is_empty() && !is_shorter && report.frames_damaged + report.bytes_cut == 0 {
            // Noticed while reading, by us or by the look at everything that goes on beside: events say so, before or
            // after we listened. Authority is written again instead: it is in memory.
            said_in_all += lost.len();
            let authority: BTreeSet<Id> = core.authority().records().map(Record::id).collect();
            let mut unsaid: BTreeSet<Id> = lost.difference(&authority).copied().collect();
            let before = core.events_since(NOW * 1_000).unwrap_or_default();
            unsaid.retain(|id| !before.iter().any(|e| e.kind == EventKind::Damaged && e.id == *id));
            while !unsaid.is_empty() {
                let event = tokio::time::timeout(Duration::from_secs(20), events.recv()).await;
                let event = event.unwrap_or_else(|_| panic!("round {round}: {what}: nothing says so: {unsaid:?}"));
                if let Ok(Event { kind: EventKind::Damaged, id, .. }) = event {
                    unsaid.remove(&id);
                }
            }
        }
        // What a neighbour has comes back, and then nothing shows that there was damage.
        for _ in 0..3 {
            core.arrive(all.clone(), Origin::Bundle).await.unwrap();
            all.iter().for_each(|r| drop(core.record(&r.id())));
        }
        let lost = lost.len();
        assert_eq!(view(&core), before, "round {round}: {what}, index {with_index}, lost {lost}, {report:?}");
        core.close().await;
    }
    assert!(lost_in_all > 0, "no damage ever cost a record");
    assert!(said_in_all > 0, "no damage was ever noticed while reading");
}

#[tokio::test]
async fn a_newer_format_and_another_community_are_refused_untouched() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    core.close().await;
    let other = CoreOptions { community: Id([9; 32]), ..town.options(dir.path()) };
    assert!(matches!(Core::open(other), Err(CoreError::OtherCommunity)));
    let path =
        files(&dir.path().join("journal")).into_iter().find(|p| p.extension().is_some_and(|e| e == "hgj")).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let hedgerow_protocol::frame::Parsed::Frame { kind, body, next } = hedgerow_protocol::frame::parse(&bytes, 0)
    else {
        panic!()
    };
    let mut newer = Vec::new();
    hedgerow_protocol::frame::write(&mut newer, kind, &[&[0, 0, 0, 9], &body[4..]].concat());
    newer.extend_from_slice(&bytes[next..]);
    std::fs::write(&path, &newer).unwrap();
    assert!(matches!(Core::open(town.options(dir.path())), Err(CoreError::NewerFormat { found: 9, known: 2 })));
    assert_eq!(std::fs::read(&path).unwrap(), newer);
}
