//! Compaction of a journal of several segments, with hardly any room left: it frees as it goes, whenever the power goes.

use super::*;
use crate::store::memory::MemoryStorage;
use crate::store::sim_disk::{Fault, SimDisk};

const SEGMENT: u64 = 4_000;

fn open_on(town: &Town, disk: &SimDisk, first: Option<Vec<Record>>, quota_bytes: u64) -> Core {
    let options = CoreOptions { segment_bytes: SEGMENT, quota_bytes, ..town.options(Path::new("/nowhere")) };
    let opened = open::open_on(options, first, Arc::new(disk.clone()), &mut |_| Ok(Box::new(MemoryStorage::default())));
    opened.unwrap().0
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A journal of many segments in which a neighbour has replaced much; what is live; and private values, one of them taken back.
fn filled(town: &Town) -> (SimDisk, Vec<Record>) {
    let disk = SimDisk::default();
    let core = open_on(town, &disk, Some(town.first.clone()), u64::MAX);
    runtime().block_on(async {
        core.put_local("taken back", b"yes").await.unwrap();
        core.put_local("kept", b"first").await.unwrap();
        let (device, owner, records) = town.neighbour(&core.authority(), 20);
        core.arrive(records, Origin::Bundle).await.unwrap();
        for round in 0..8u64 {
            for n in 0..12u16 {
                // One of three is written once, the others again and again.
                let key = if n % 3 == 0 { format!("{round}-{n}") } else { format!("{n}") };
                let record = town.record(&device, owner, &key, &format!("Listing {key}"), NOW - 9_000 + round, n);
                core.arrive(vec![record], Origin::Bundle).await.unwrap();
            }
            if round == 3 {
                core.put_local("taken back", b"").await.unwrap();
                core.put_local("kept", b"second").await.unwrap();
            }
        }
        let live = core.ids_with_prefix("", 10_000).iter().filter_map(|id| core.record(id)).collect();
        core.close().await;
        (disk.clone(), live)
    })
}

fn segments(disk: &SimDisk) -> usize {
    use crate::store::disk::Disk as _;
    disk.list().unwrap().iter().filter(|name| name.ends_with(".hgj")).count()
}

/// What is not as it was.
fn missing(core: &Core, live: &[Record]) -> Vec<String> {
    let mut out: Vec<String> =
        live.iter().filter(|r| core.record(&r.id()).as_ref() != Some(*r)).map(|r| format!("{r:?}")).collect();
    if core.local("kept").as_deref() != Some(b"second") || core.local("taken back").is_some() {
        out.push(format!("private values: {:?}", core.locals("")));
    }
    out
}

#[test]
fn compaction_needs_the_room_of_one_segment() {
    let town = Town::new();
    let (disk, live) = filled(&town);
    assert!(segments(&disk) > 5);
    let before = disk.used();
    // The quota is full as well: compaction is what helps against that.
    let core = open_on(&town, &disk, None, before);
    disk.set_room(disk.used() + SEGMENT + 2_000);
    runtime().block_on(async {
        core.compact().await.unwrap();
        assert!(disk.used() < before / 4 * 3, "{} of {before}", disk.used());
        assert!(missing(&core, &live).is_empty());
        core.publish(vec![town.draft("after", "Afterwards")]).await.unwrap();
        core.close().await;
    });
    let core = open_on(&town, &disk, None, u64::MAX);
    assert!(missing(&core, &live).is_empty() && search(&core, "afterwards").len() == 1);
    runtime().block_on(core.close());
}

#[test]
fn compaction_without_room_changes_nothing() {
    let town = Town::new();
    let (disk, live) = filled(&town);
    let core = open_on(&town, &disk, None, u64::MAX);
    let before = disk.used();
    disk.set_room(before + 500);
    runtime().block_on(async {
        assert!(matches!(core.compact().await, Err(CoreError::NoSpace)));
        assert!(missing(&core, &live).is_empty());
        assert!(disk.used() <= before + 500, "{} and {before}", disk.used());
        core.close().await;
    });
}

#[test]
fn a_power_cut_anywhere_in_a_compaction_loses_nothing() {
    let town = Town::new();
    let (whole, live) = filled(&town);
    let mut cut = 0;
    for at in 0.. {
        let disk = whole.after_power_cut(0);
        let core = open_on(&town, &disk, None, u64::MAX);
        disk.set_room(disk.used() + SEGMENT + 2_000);
        disk.fail_in(at, Fault::PowerCut);
        let done = runtime().block_on(core.compact());
        if !disk.has_failed() {
            done.unwrap();
            break;
        }
        cut += 1;
        for seed in 0..5 {
            let disk = disk.after_power_cut(seed);
            let core = open_on(&town, &disk, None, u64::MAX);
            let lost = missing(&core, &live);
            assert!(lost.is_empty(), "power cut at operation {at}, seed {seed}: {lost:?}");
            // And the next one goes through.
            runtime().block_on(core.compact()).unwrap();
            let lost = missing(&core, &live);
            assert!(lost.is_empty(), "compacted after a cut at {at}, seed {seed}: {lost:?}");
            runtime().block_on(core.close());
        }
        runtime().block_on(core.close());
    }
    assert!(cut > 20, "{cut} cuts");
}
