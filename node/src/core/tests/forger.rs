//! Somebody who writes what this computer trusts into a record that it only keeps, and waits for a power cut.
//!
//! A record's body may hold anything, so also whole frames. Once the frame around it is torn, whoever looks for the next
//! frame comes upon those inside: they must not be taken for what this computer wrote.

use super::*;
use crate::store::journal::tests::by_a_reader;
use crate::store::memory::MemoryStorage;
use crate::store::sim_disk::SimDisk;
use hedgerow_protocol::authority::body::GrantRole;
use hedgerow_protocol::frame::{self, FrameType};

const PRIVATE: &str = "forged/value";

fn open_on(town: &Town, disk: &SimDisk, first: Option<Vec<Record>>) -> (Core, OpenReport) {
    let options = town.options(Path::new("/nowhere"));
    open::open_on(options, first, Arc::new(disk.clone()), &mut |_| Ok(Box::new(MemoryStorage::default()))).unwrap()
}

/// What a member who has seen nothing of this computer's disk can put into a record.
fn payload(grant: &[u8]) -> Vec<u8> {
    let value = local::local_body(PRIVATE, b"yes");
    let mut body = Vec::new();
    frame::write(&mut body, FrameType::RECORD, grant);
    frame::write(&mut body, FrameType::LOCAL, &value);
    // The end is what is torn off.
    body.resize(body.len() + 200, 0);
    body
}

/// A grant over the steward's name, signed by nobody.
fn forged_grant(town: &Town, authority: &Authority, person: Id) -> Vec<u8> {
    let hlc = Hlc::new(NOW - 1_000, 0);
    let grant = build::grant(authority, &town.device, person, GrantRole::GatewayHost, hlc).unwrap();
    let mut wire = grant.wire().to_vec();
    let signature = wire.len() - 64;
    wire[signature..].fill(0);
    wire
}

/// A computer that has kept the forger's record, and where that stands in its journal; and who the forger is.
async fn kept(town: &Town, core: &Core) -> (Id, Vec<u8>) {
    let (device, person, records) = town.neighbour(&core.authority(), 20);
    core.arrive(records, Origin::Bundle).await.unwrap();
    let body = payload(&forged_grant(town, &core.authority(), person));
    let record = Payload::content(Kind(6_000), person, device.public(), b"k", Hlc::new(NOW - 900, 0), body)
        .sign(&town.id(), &device)
        .unwrap();
    let arrived = core.arrive(vec![record.clone()], Origin::Bundle).await.unwrap();
    assert_eq!((arrived.new, arrived.refused), (1, 0), "an unknown kind is kept");
    assert!(!core.authority().is_gateway_host(&person) && core.local(PRIVATE).is_none());
    (person, record.wire().to_vec())
}

fn find(all: &[u8], part: &[u8]) -> usize {
    all.windows(part.len()).position(|w| w == part).expect("it is in the journal")
}

/// What the forger has got.
fn got(core: &Core, person: &Id) -> (bool, Option<Vec<u8>>) {
    (core.authority().is_gateway_host(person), core.local(PRIVATE))
}

#[test]
fn frames_inside_a_torn_record_are_not_believed() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (what, more) in [("cut off", false), ("flipped at the end", false), ("flipped in the middle", true)] {
        let disk = SimDisk::default();
        let (core, _) = open_on(&town, &disk, Some(town.first.clone()));
        let (person, wire) = runtime.block_on(kept(&town, &core));
        if more {
            runtime.block_on(core.publish(vec![town.draft("after", "Afterwards")])).unwrap();
        }
        runtime.block_on(core.close());
        drop(core);
        disk.harm("hgj", |bytes| {
            let end = find(bytes, &wire) + wire.len();
            if what == "cut off" { bytes.truncate(end - 100) } else { bytes[end - 100] ^= 1 }
        });
        let (core, report) = open_on(&town, &disk, None);
        assert_eq!(got(&core, &person), (false, None), "{what}: {report:?}");
        assert!(report.frames_damaged + report.bytes_cut > 0, "{what}: it is said");
        assert_eq!(search(&core, "afterwards").len(), usize::from(more), "{what}: the rest is there");
        runtime.block_on(core.close());
    }
}

#[test]
fn who_has_read_the_journal_can_make_frames_and_no_signatures() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let disk = SimDisk::default();
    let (core, _) = open_on(&town, &disk, Some(town.first.clone()));
    let (person, wire) = runtime.block_on(kept(&town, &core));
    let grant = forged_grant(&town, &core.authority(), person);
    runtime.block_on(core.close());
    drop(core);
    disk.harm("hgj", |bytes| {
        // As if they had known from an old copy where their record would stand.
        let (at, end) = (find(bytes, &grant) - 13, find(bytes, &wire) + wire.len());
        let frame = by_a_reader(bytes, at, FrameType::RECORD, &grant);
        bytes[at..at + frame.len()].copy_from_slice(&frame);
        bytes.truncate(end - 100);
    });
    let (core, report) = open_on(&town, &disk, None);
    assert_eq!(report.frames_damaged, 2, "it is a frame, and refused: {report:?}");
    assert_eq!(got(&core, &person), (false, None));
    runtime.block_on(core.close());
}

#[tokio::test]
async fn frames_inside_a_torn_record_are_not_believed_on_a_real_disk() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let (person, wire) = kept(&town, &core).await;
    core.close().await;
    let journal = std::fs::read_dir(dir.path().join("journal")).unwrap().map(|e| e.unwrap().path());
    let file = journal.into_iter().find(|p| p.extension().is_some_and(|e| e == "hgj")).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..find(&bytes, &wire) + wire.len() - 100]).unwrap();
    let (core, report) = Core::open(town.options(dir.path())).unwrap();
    assert_eq!(got(&core, &person), (false, None), "{report:?}");
    core.close().await;
}
