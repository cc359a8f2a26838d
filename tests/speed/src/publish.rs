//! P3: a durable answer to whoever publishes. P4: from there to a neighbour's screen.

use crate::table::{Row, Sample, ms};
use anyhow::{Context as _, Result};
use hedgerow_tests::lab::{Lab, solo::Solo, story};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

const SINGLE: usize = 200;
const BATCH_ROUNDS: usize = 5;
const BATCH: usize = 5_000;

/// One at a time and in batches, beside SQLite with `synchronous=FULL` and the disk's own fsync.
///
/// # Errors
/// No room, no SQLite.
pub async fn p3() -> Result<Vec<Row>> {
    let mut solo = Solo::new("bench");
    solo.computer.start().await;
    story::found(&solo.computer, "Bench").await;
    story::give_space(&solo.computer).await;
    let mut ours = Sample::default();
    for n in 0..SINGLE {
        let what = story::notice(&format!("Notice {n}"));
        let from = Instant::now();
        story::publish(&solo.computer, what).await;
        ours.add(from.elapsed());
    }
    let mut batch = Sample::default();
    for round in 0..BATCH_ROUNDS {
        let file = solo.dir.path().join(format!("round-{round}.csv"));
        std::fs::write(&file, crate::large::directory(round * BATCH, BATCH))?;
        let from = Instant::now();
        let report = story::import(&solo.computer, &file).await;
        batch.add(from.elapsed());
        anyhow::ensure!(report.new == BATCH as u64, "{report:?}");
    }
    solo.computer.stop().await;

    let fsync = fsyncs(solo.dir.path())?;
    let (single, many) = sqlite(solo.dir.path())?;
    let rate = |sample: &Sample| format!("{:.0} records/s", BATCH as f64 / sample.at(0.5).as_secs_f64());
    Ok(vec![
        Row::new(
            "P3",
            format!("publish one notice through the API, durable ({SINGLE} times)"),
            ours.words(),
            format!("SQLite FULL: {}; one fsync here: p50 {}", single.words(), ms(fsync.at(0.5))),
            "p50 <= 5 ms + one fsync",
        ),
        Row::new(
            "P3",
            format!("import {BATCH} services: read, signed, saved, indexed (median of {BATCH_ROUNDS})"),
            rate(&batch),
            format!("SQLite FULL, one transaction, rows only, nothing signed: {}", rate(&many)),
            ">= 5,000 records/s",
        ),
    ])
}

fn fsyncs(dir: &Path) -> Result<Sample> {
    let mut file = std::fs::File::create(dir.join("fsync"))?;
    let mut sample = Sample::default();
    for _ in 0..100 {
        file.write_all(&[7; 500])?;
        let from = Instant::now();
        file.sync_data()?;
        sample.add(from.elapsed());
    }
    Ok(sample)
}

fn sqlite(dir: &Path) -> Result<(Sample, Sample)> {
    let mut db = rusqlite::Connection::open(dir.join("peer.sqlite"))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("create table r(id blob primary key, body blob not null)")?;
    let id = |n: usize| {
        let mut id = [0u8; 32];
        id[..8].copy_from_slice(&(n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        id
    };
    let mut single = Sample::default();
    for n in 0..SINGLE {
        let from = Instant::now();
        db.execute("insert into r values (?, ?)", (&id(n)[..], &[7u8; 400][..]))?;
        single.add(from.elapsed());
    }
    let mut many = Sample::default();
    for round in 0..BATCH_ROUNDS {
        let from = Instant::now();
        let transaction = db.transaction()?;
        for n in 0..BATCH {
            transaction
                .execute("insert into r values (?, ?)", (&id((round + 1) * 100_000 + n)[..], &[7u8; 400][..]))?;
        }
        transaction.commit()?;
        many.add(from.elapsed());
    }
    Ok((single, many))
}

/// From the request on one computer to the event on its neighbour, beside a bare iroh stream in this process.
///
/// # Errors
/// The API breaks.
pub async fn p4() -> Result<Vec<Row>> {
    const ROUNDS: usize = 200;
    let bare = bare_iroh(ROUNDS).await?;
    let Some(mut lab) = Lab::new("P4", &["library", "resident"]) else { return Ok(Vec::new()) };
    for name in ["library", "resident"] {
        lab.at_mut(name).start().await;
    }
    let (library, resident) = (lab.at("library"), lab.at("resident"));
    story::found(library, "Bench").await;
    story::give_space(library).await;
    story::join(resident, library).await;
    story::equal(&[library, resident], Duration::from_secs(10)).await;
    let mut events = resident.api().events(None).await?;
    let mut ours = Sample::default();
    for n in 0..ROUNDS {
        let from = Instant::now();
        let id = story::publish(library, story::notice(&format!("Notice {n}"))).await.item.summary.id;
        let seen = async {
            while let Some(event) = events.next().await {
                if event.item.as_deref() == Some(&id) {
                    return Some(());
                }
            }
            None
        };
        tokio::time::timeout(Duration::from_secs(10), seen).await.context("never seen")?.context("the node went")?;
        ours.add(from.elapsed());
    }
    Ok(vec![Row::new(
        "P4",
        format!("publish request on one computer to event on its neighbour, both durable ({ROUNDS} times)"),
        ours.words(),
        format!("400 bytes over a bare iroh stream, nothing saved: {}", bare.words()),
        "p50 <= 50 ms, p99 <= 250 ms",
    )])
}

async fn bare_iroh(rounds: usize) -> Result<Sample> {
    let alpn: &[u8] = b"bench/1";
    let (one, other) = (hedgerow_tests::raw::endpoint(&[alpn]).await?, hedgerow_tests::raw::endpoint(&[alpn]).await?);
    let port = other.bound_sockets().iter().find(|s| s.is_ipv4()).context("an IPv4 socket")?.port();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let address = iroh::EndpointAddr::from_parts(other.id(), [iroh::TransportAddr::Ip(address)]);
    let listener = other.clone();
    let (got, mut arrived) = tokio::sync::mpsc::channel(1);
    let task = tokio::spawn(async move {
        let connection = listener.accept().await.context("closed")?.await?;
        let (_, mut receive) = connection.accept_bi().await?;
        let mut message = [0; 400];
        while receive.read_exact(&mut message).await.is_ok() {
            got.send(Instant::now()).await?;
        }
        anyhow::Ok(())
    });
    let connection = one.connect(address, alpn).await?;
    let (mut send, _receive) = connection.open_bi().await?;
    let mut sample = Sample::default();
    for _ in 0..rounds {
        let from = Instant::now();
        send.write_all(&[7; 400]).await?;
        sample.add(arrived.recv().await.context("closed")? - from);
    }
    drop(connection);
    one.close().await;
    task.abort();
    other.close().await;
    Ok(sample)
}
