//! One computer and eight neighbours at once, over real sockets.

use super::*;

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
