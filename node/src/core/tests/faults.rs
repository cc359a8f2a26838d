//! Power cuts at every operation on the disk, disks that fill up or fail at every call: what was acknowledged stays.

use super::*;
use crate::store::memory::MemoryStorage;
use crate::store::sim_disk::{Fault, SimDisk};

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    records: Vec<Record>,
    /// What was said not to be saved.
    refused: Vec<Address>,
    local: Option<Vec<u8>>,
    created: bool,
}

fn open_on(town: &Town, disk: &SimDisk, first: Option<Vec<Record>>) -> Result<(Core, OpenReport), CoreError> {
    // Small segments, so that the story fills several and compaction takes several steps.
    let options = CoreOptions { segment_bytes: 3_000, ..town.options(Path::new("/nowhere")) };
    open::open_on(options, first, Arc::new(disk.clone()), &mut |_| Ok(Box::new(MemoryStorage::default())))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Writes for a while: listings, private values, compaction in between. Stops at the first error if `stop` says so.
fn story(town: &Town, disk: &SimDisk, stop_at_error: bool) -> Acknowledged {
    let mut done = Acknowledged::default();
    let Ok((core, _)) = open_on(town, disk, Some(town.first.clone())) else { return done };
    done.created = true;
    done.records.extend(town.first.iter().cloned());
    runtime().block_on(async {
        for round in 0..8u32 {
            let drafts: Vec<Draft> =
                (0..3).map(|n| town.draft(&format!("{round}-{n}"), &format!("Listing {round} {n}"))).collect();
            let addresses = drafts.iter().map(Draft::address).collect::<Vec<_>>();
            match core.publish(drafts).await {
                Ok(records) => done.records.extend(records),
                Err(_) if stop_at_error => return,
                Err(_) => done.refused.extend(addresses),
            }
            match core.put_local("count", &round.to_be_bytes()).await {
                Ok(()) => done.local = Some(round.to_be_bytes().to_vec()),
                Err(_) if stop_at_error => return,
                Err(_) => {}
            }
            if round % 3 == 2 && core.compact().await.is_err() && stop_at_error {
                return;
            }
        }
        core.close().await;
    });
    done
}

/// What is missing after opening again.
fn missing(town: &Town, disk: &SimDisk, done: &Acknowledged) -> Vec<String> {
    let core = match open_on(town, disk, None) {
        Ok((core, _)) => core,
        Err(CoreError::NoCommunity) if !done.created => return Vec::new(),
        Err(e) => return vec![format!("does not open: {e}")],
    };
    let mut out: Vec<String> =
        done.records.iter().filter(|r| core.record(&r.id()).as_ref() != Some(*r)).map(|r| format!("{r:?}")).collect();
    let comes_back = |at: &&Address| !core.slot(at).heads.is_empty();
    out.extend(done.refused.iter().filter(comes_back).map(|at| format!("refused, and there: {at:?}")));
    let at_least = |v: &Vec<u8>| core.local("count").is_some_and(|found| found >= *v);
    if !done.local.as_ref().is_none_or(at_least) {
        out.push("the private value".into());
    }
    runtime().block_on(async {
        // And it goes on from there.
        match core.publish(vec![town.draft("after", "Afterwards")]).await {
            Ok(_) if search(&core, "afterwards").len() == 1 => {}
            other => out.push(format!("cannot go on: {other:?}")),
        }
        core.close().await;
    });
    out
}

fn operations(town: &Town) -> u64 {
    let disk = SimDisk::default();
    let done = story(town, &disk, true);
    assert_eq!(done.records.len(), 3 + 24);
    let operations = disk.operations();
    assert!(missing(town, &disk, &done).is_empty());
    operations
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    let town = Town::new();
    let seeds: u64 = std::env::var("HEDGEROW_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    for at in 0..operations(&town) {
        let disk = SimDisk::with_fault(at, Fault::PowerCut);
        let done = story(&town, &disk, true);
        assert!(disk.has_failed());
        for seed in 0..seeds {
            let lost = missing(&town, &disk.after_power_cut(seed), &done);
            assert!(lost.is_empty(), "power cut at operation {at}, seed {seed}: {lost:?}");
        }
    }
}

#[test]
fn leaving_out_one_kind_of_sync_is_noticed() {
    let town = Town::new();
    for (file, name) in [(true, false), (false, true)] {
        let noticed = (0..operations(&town)).any(|at| {
            let disk = SimDisk::with_fault(at, Fault::PowerCut).without_sync(file, name);
            let done = story(&town, &disk, true);
            (0..3).any(|seed| !missing(&town, &disk.after_power_cut(seed), &done).is_empty())
        });
        assert!(noticed, "without file sync {file}, without name sync {name}: nobody noticed");
    }
}

#[test]
fn a_full_or_failing_disk_at_any_call_loses_nothing_acknowledged() {
    let town = Town::new();
    for fault in [Fault::NoSpace, Fault::Error, Fault::ReadOnly] {
        for at in 0..operations(&town) {
            let disk = SimDisk::with_fault(at, fault);
            let mut done = story(&town, &disk, false);
            disk.mend();
            if fault == Fault::ReadOnly {
                // A write whose sync failed could not be cut off before the end. Whether it is there is the disk's to say.
                done.refused.clear();
            }
            let lost = missing(&town, &disk, &done);
            assert!(lost.is_empty(), "{fault:?} at operation {at}: {lost:?}");
        }
    }
}

#[test]
fn after_a_disk_error_anywhere_saving_goes_on_without_a_restart() {
    let town = Town::new();
    let (mut went_on, mut cut) = (0, 0);
    for fault in [Fault::NoSpace, Fault::Error, Fault::ReadOnly] {
        for at in 0..operations(&town) {
            let disk = SimDisk::with_fault(at, fault);
            let Ok((core, _)) = open_on(&town, &disk, Some(town.first.clone())) else { continue };
            let mut done = Acknowledged { records: town.first.clone(), created: true, ..Acknowledged::default() };
            runtime().block_on(async {
                for n in 0..30 {
                    let draft = town.draft(&format!("{n}"), &format!("Listing {n}"));
                    let address = draft.address();
                    match core.publish(vec![draft]).await {
                        Ok(records) => done.records.extend(records),
                        Err(_) => {
                            assert!(core.trouble().is_some(), "{fault:?} at operation {at}: nobody is told");
                            assert!(core.slot(&address).heads.is_empty(), "{fault:?} at operation {at}: it shows");
                            done.refused.push(address);
                            disk.mend();
                        }
                    }
                    if n == 4 {
                        let _ = core.compact().await;
                    }
                }
                disk.mend();
                let records = core.publish(vec![town.draft("last", "Last")]).await;
                done.records.extend(records.unwrap_or_else(|e| panic!("{fault:?} at operation {at}: {e}")));
                assert_eq!(core.trouble(), None, "{fault:?} at operation {at}");
            });
            went_on += usize::from(!done.refused.is_empty());
            // The power goes now, and what was refused before has gone for good.
            for seed in 0..5 {
                let lost = missing(&town, &disk.after_power_cut(seed), &done);
                assert!(lost.is_empty(), "{fault:?} at operation {at}, seed {seed}: {lost:?}");
                cut += 1;
            }
            runtime().block_on(core.close());
        }
    }
    assert!(went_on > 60 && cut > 300, "{went_on} went on, {cut} cut");
}

#[test]
fn a_disk_that_is_well_again_is_noticed_though_nobody_saves_anything() {
    let town = Town::new();
    for fault in [Fault::NoSpace, Fault::ReadOnly] {
        let disk = SimDisk::default();
        let (core, _) = open_on(&town, &disk, Some(town.first.clone())).unwrap();
        disk.fail_in(4, fault);
        runtime().block_on(async {
            let mut n = 0;
            while core.publish(vec![town.draft(&format!("{n}"), "Room?")]).await.is_ok() {
                n += 1;
                assert!(n < 20, "{fault:?} never came");
            }
            let expected = if fault == Fault::NoSpace { Trouble::Full } else { Trouble::Failing };
            assert_eq!(core.trouble(), Some(expected));
            let mut events = core.subscribe();
            assert_eq!(search(&core, "room").len(), n, "what is there can be read");
            disk.mend();
            crate::patience::until("the disk is well", async || core.trouble().is_none().then_some(())).await;
            let is_saving = |event| matches!(event, Ok(Event { kind: EventKind::Saving, .. })).then_some(());
            crate::patience::until("it is said", async || is_saving(events.try_recv())).await;
            core.close().await;
        });
    }
}

#[test]
fn the_limit_of_the_settings_is_no_trouble_of_the_disk() {
    let (town, disk) = (Town::new(), SimDisk::default());
    let options = CoreOptions { quota_bytes: 3_000, ..town.options(Path::new("/nowhere")) };
    let first = Some(town.first.clone());
    let opened = open::open_on(options, first, Arc::new(disk), &mut |_| Ok(Box::new(MemoryStorage::default())));
    let core = opened.unwrap().0;
    runtime().block_on(async {
        let mut n = 0;
        while core.publish(vec![town.draft(&format!("{n}"), "Quota")]).await.is_ok() {
            n += 1;
        }
        assert_eq!(core.trouble(), None);
        core.close().await;
    });
}

#[test]
fn a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let town = Town::new();
    let disk = SimDisk::default();
    let (core, _) = open_on(&town, &disk, Some(town.first.clone())).unwrap();
    disk.fail_in(2, Fault::NoSpace);
    runtime().block_on(async {
        let mut refused = 0;
        for n in 0..4 {
            match core.publish(vec![town.draft(&format!("{n}"), "Room?")]).await {
                Err(CoreError::NoSpace) => refused += 1,
                other => assert!(other.is_ok() && refused == 0),
            }
        }
        assert!(refused >= 2);
        let shown = core.counts().shown;
        assert_eq!(search(&core, "room").len() as u64, shown, "what was refused is not shown");
        disk.mend();
        core.publish(vec![town.draft("x", "Room!")]).await.unwrap();
        assert_eq!(core.counts().shown, shown + 1);
        core.close().await;
    });
}

#[tokio::test]
async fn the_quota_is_kept() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let options = CoreOptions { quota_bytes: 6_000, ..town.options(dir.path()) };
    let (core, _) = Core::create(options, town.first.clone()).unwrap();
    let mut saved = 0;
    let error = loop {
        match core.publish(vec![town.draft(&format!("k{saved}"), "Quota")]).await {
            Ok(_) => saved += 1,
            Err(e) => break e,
        }
        assert!(saved < 100);
    };
    assert!(matches!(error, CoreError::NoSpace) && saved > 3);
    assert_eq!(core.counts().shown, saved);
    // What organisers do has room of its own, so that a flood keeps nobody from taking out whoever makes it; then it is full.
    let mut inside = 1u8;
    loop {
        let (_, _, records) = town.neighbour(&core.authority(), 20 + inside);
        match core.arrive(records, Origin::Bundle).await {
            Ok(_) => inside += 1,
            Err(e) => break assert!(matches!(e, CoreError::NoSpace), "{e}"),
        }
        assert!(inside < 100);
    }
    assert!(inside > 1);
    assert_eq!(core.authority().persons().count(), usize::from(inside), "what was not saved does not count");
}
