//! Walking through everything: a page costs the page, and loses nothing.

use hedgerow_protocol::limits::CURSOR_BYTES_MAX;
use hedgerow_protocol::sync::LaneKey;

use super::*;
use crate::core::find::ROWS;
use crate::mesh::{RecordPage, Records};

/// How many rows are looked at meanwhile.
fn rows<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ROWS.get();
    let done = work();
    (done, ROWS.get() - before)
}

#[tokio::test]
async fn a_page_costs_the_page() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    for part in 0..4 {
        let drafts = (0..500).map(|n| town.draft(&format!("{part}-{n}"), &format!("Club {part} {n}")));
        core.publish(drafts.collect()).await.unwrap();
    }
    let (mut cursor, mut all) = (None, 0);
    loop {
        let query = Query {
            public_only: true,
            order: Order::Title,
            uncounted: true,
            limit: 100,
            cursor: cursor.clone(),
            ..Query::default()
        };
        let (page, looked_at) = rows(|| core.find(&query));
        assert!(looked_at <= 101, "{looked_at}");
        all += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(all, 2000);
    let mut place = Some((hedgerow_protocol::sync::Bucket::week(0), Id([0; 32])));
    let mut seen = Vec::new();
    while let Some(from) = place {
        let ((found, next), looked_at) = rows(|| core.public_from(from, 100));
        assert!(looked_at <= 100, "{looked_at}");
        seen.extend(found);
        place = next;
    }
    assert_eq!(seen.len(), 2000);
}

#[tokio::test]
async fn members_read_all_of_it_ancestors_first_whatever_comes_meanwhile() {
    let (dir, town) = (tempfile::tempdir().unwrap(), Town::new());
    let core = town.create(dir.path());
    let mut expected: Vec<Id> = town.first.iter().map(Record::id).collect();
    let people = |from: u8, to: u8| {
        let authority = core.authority();
        (from..to).flat_map(|n| town.neighbour(&authority, n).2).collect::<Vec<_>>()
    };
    // All are let in by the same log, in one fork of it for each: only what it is made of matters here.
    let first = people(10, 40);
    core.arrive(first.clone(), Origin::Here).await.unwrap();
    expected.extend(first.iter().map(Record::id));

    let (mut after, mut seen): (Option<LaneKey>, Vec<Record>) = (None, Vec::new());
    loop {
        let page = core.lane_after(after, 7);
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        seen.extend(page.into_iter().map(|(_, record)| record));
        if seen.len() == 14 {
            core.arrive(people(40, 60), Origin::Here).await.unwrap();
        }
    }
    let ids: Vec<Id> = seen.iter().map(Record::id).collect();
    assert_eq!(ids[0], town.id());
    assert!(expected.iter().all(|id| ids.contains(id)), "what was there when it began is there");
    for (n, record) in seen.iter().enumerate() {
        assert!(record.payload().prev.iter().all(|prev| ids[..n].contains(prev)), "{n}");
    }

    // Titles as long as they get, and more things than fit into one page.
    let long = "the meeting of everybody who cares about the hedges of the whole valley";
    for part in 0..3 {
        let drafts = (0..400).map(|n| town.draft(&format!("{part}-{n}"), &format!("{long} {part} {n}")));
        core.publish(drafts.collect()).await.unwrap();
    }
    let all = |page: &dyn Fn(Option<&[u8]>) -> RecordPage| {
        let (mut cursor, mut wires) = (None, Vec::new());
        loop {
            let (more, next) = page(cursor.as_deref());
            wires.extend(more);
            let Some(next) = next else { break wires.len() as u64 };
            assert!(next.len() <= CURSOR_BYTES_MAX, "{}", next.len());
            cursor = Some(next);
        }
    };
    assert_eq!(all(&|cursor| core.public_page(cursor)), 1200, "strangers read content alone");
    assert_eq!(all(&|cursor| core.member_page(cursor)), core.counts().authority + 1200);
    for rubbish in [&b"a77"[..], b"c77", b"x", b"\xff"] {
        assert_eq!(core.public_page(Some(rubbish)).0, core.public_page(None).0, "rubbish begins at the beginning");
        assert_eq!(core.member_page(Some(rubbish)).0, core.member_page(None).0);
    }
}
