//! Very many records over real sockets: of eight neighbours at once, and of a neighbour who lies.

use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Payload, Record};

use super::*;
use crate::core::{Core, CoreOptions};

/// The blake3 of a number, again and again: a body that does not pack.
fn noise(n: u32) -> Vec<u8> {
    (0..10u32).flat_map(|part| *blake3::hash(&(16 * n + part).to_be_bytes()).as_bytes()).collect()
}

/// Whether all hold the same, without looking at each record: there may be very many.
fn same(homes: &[&Home]) -> bool {
    homes.windows(2).all(|w| w[0].records.root() == w[1].records.root())
}

/// Waits for a fact as long as records come.
async fn while_records_come(what: &str, home: &Home, mut fact: impl FnMut() -> bool) {
    loop {
        let before = home.records.count();
        if asked(async || fact().then_some(())).await.is_some() {
            return;
        }
        assert!(home.records.count() > before, "never came: {what}: {:#?}", home.mesh.neighbours());
    }
}

/// The protocol's own test of it has no sockets and other sizes: `protocol/src/sync/star.rs`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_with_eight_neighbours_gets_everything_about_once_and_cuts_none() {
    let count = if std::env::var_os("HEDGEROW_FULL").is_some() { 200_000 } else { 10_000 };
    let mut homes = vec![Home::of(founder(1)).await];
    for n in 0..7u8 {
        homes.push(join(&homes[0].invite(n + 1), 11 + 2 * n).await.unwrap());
    }
    let all: Vec<&Home> = homes.iter().collect();
    until("the eight to know each other", &all, || equal(&all)).await;
    let sign = |n: u32| {
        let days = 20 + 7 * (n % 16);
        homes[0].records.sign(&format!("n{n}"), Audience::Public, &noise(n), Some(days))
    };
    let records: Vec<Record> = (0..count).map(sign).collect();
    for home in &homes {
        home.records.take(records.clone());
    }
    until("the eight to be equal", &all, || same(&all)).await;

    let new = join(&homes[0].invite(99), 41).await.unwrap();
    for home in &homes[1..] {
        new.knows(home).await;
    }
    let up_to_date = |home: &Home| new.state_of(home) == Some(State::UpToDate);
    while_records_come("everything, over all eight links", &new, || homes.iter().all(up_to_date)).await;
    assert!(homes.iter().all(|home| same(&[home, &new])) && new.records.count() > u64::from(count));
    let (received, bad_ends) = new.mesh.sync_cost();
    let times = received as f64 / new.records.bytes() as f64;
    println!("{count} records from eight neighbours: {times:.3} of their bytes were received");
    assert!(times <= 1.2, "{times}");
    assert_eq!((bad_ends, homes.iter().map(|h| h.mesh.sync_cost().1).sum::<u64>()), (0, 0));
}

/// More than one session may cost in a minute.
const MANY: u64 = 60_000;

/// Records that nobody has room for: logs of keys that nobody let in, or content of such keys.
fn of_nobody(community: Id, many: u64, is_authority: bool) -> Vec<Record> {
    let now = os_now_ms();
    let of_key = |n: u64| {
        let nobody = SecretKey::from_seed(blake3::hash(&n.to_be_bytes()).as_bytes());
        let mut prev = Vec::new();
        let signed = (1..=100u64).map(|seq| {
            let (hlc, body) = (Hlc::new(now - 10_000 + seq, 0), vec![7; 400]);
            let (owner, device) = (Id([9; 32]), nobody.public());
            let payload = match is_authority {
                true => Payload::authority(Kind(6_000), owner, device, hlc, seq, prev.clone(), body),
                false => Payload::content(Kind::NOTICE, owner, device, seq.to_be_bytes(), hlc, body),
            };
            let record = payload.sign(&community, &nobody).unwrap();
            prev = vec![record.id()];
            record
        });
        signed.collect::<Vec<_>>()
    };
    (0..many / 100).flat_map(of_key).collect()
}

/// A member's computer that keeps and offers everything, whoever signed it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_has_room_for_fills_no_disk_over_a_link_either() {
    let count = if std::env::var_os("HEDGEROW_FULL").is_some() { MANY } else { 3_000 };
    for is_authority in [true, false] {
        let twin = founder(1);
        let (first, dir) = (twin.authority(), tempfile::tempdir().unwrap());
        let options = CoreOptions::new(dir.path(), twin.community, key(2));
        let (core, _) = Core::create(options, first.records().cloned().collect()).unwrap();
        let [founding, listed] =
            build::newcomer(&twin.community, &key(30), &key(31), Hlc::new(os_now_ms(), 0)).unwrap();
        core.arrive(vec![founding.clone(), listed.clone()], crate::core::Origin::Here).await.unwrap();
        let person = founding.id();
        core.publish_authority(move |a, d, now| build::admit(a, d, person, None, now)).await.unwrap();
        core.arrive(vec![founding, listed], crate::core::Origin::Here).await.unwrap();
        let all: Vec<Record> = core.authority().records().cloned().collect();
        let liar = Home::of(Twin::new(&all, key(31))).await;
        liar.records.plant(&of_nobody(twin.community, count, is_authority));

        let (before, bytes) = (core.counts().records, core.counts().journal_bytes);
        let honest = mesh(key(2).transport(), Some(Arc::new(core.clone()))).await;
        liar.mesh
            .add_neighbour(&PeerAddress { key: honest.id(), addresses: honest.sockets().into_iter().collect() })
            .await
            .unwrap();
        until("the flood to come", &[&liar], || honest.sync_cost().0 > count * 400).await;
        // What the liar publishes itself still comes, as long as the rest fits into what a session may cost in a minute;
        // beyond, the two pause.
        let own = liar.records.publish("fair", Audience::Public, b"x");
        match (is_authority, count < MANY) {
            (true, _) => {}
            (false, true) => until("what is its own to come", &[&liar], || core.has(&own.id())).await,
            (false, false) => until("the pause", &[&liar], || honest.sync_cost().1 > 0).await,
        }
        println!(
            "{} bytes of records came for nothing, {} sessions cost too much",
            honest.sync_cost().0,
            honest.sync_cost().1
        );
        assert!(core.counts().records <= before + 1, "{}", core.counts().records - before);
        assert!(core.counts().journal_bytes < bytes + 4_096, "{}", core.counts().journal_bytes - bytes);
        honest.shutdown().await;
        core.close().await;
    }
}
