//! P8 and P9: a large directory, made up here, opened and searched.

use crate::table::{Row, Sample, ms};
use anyhow::Result;
use hedgerow_api::FindQuery;
use hedgerow_tests::lab::cost::memory_kb;
use hedgerow_tests::lab::{solo::Solo, story};
use std::fmt::Write as _;
use std::time::Instant;

/// How many services, unless `HEDGEROW_BENCH_RECORDS` says otherwise.
const RECORDS: usize = 100_000;
const CHUNK: usize = 5_000;
const STARTS: usize = 5;
const ROUNDS: usize = 5;

const FIRST: [&str; 16] = [
    "Amble", "Birch", "Cold", "Dun", "Elder", "Fern", "Gorse", "Hazel", "Ivy", "Juniper", "Kestrel", "Lark", "Moss",
    "Nettle", "Oak", "Pine",
];
const SECOND: [&str; 12] =
    ["brook", "cliff", "combe", "field", "ford", "ham", "ley", "mere", "moor", "stead", "water", "worth"];
const WHAT: [&str; 10] = [
    "Library",
    "Reading Room",
    "Repair Café",
    "Food Bank",
    "Youth Club",
    "Village Hall",
    "Day Centre",
    "Toy Library",
    "Community Garden",
    "Advice Desk",
];
const STREET: [&str; 8] =
    ["Mill Lane", "High Street", "Church Row", "Quay Street", "Station Road", "The Green", "Market Place", "Back Lane"];

/// One made-up place: name, address, town, postcode. The same number gives the same place.
fn place(n: usize) -> (String, String, String, String) {
    let town = format!("{}{}", FIRST[n % 16], SECOND[n / 16 % 12]);
    let name = format!("{town} {} {}", WHAT[n / 192 % 10], n / 1920 + 1);
    let address = format!("{} {}", n % 97 + 1, STREET[n / 7 % 8]);
    let postcode = format!("ZZ{} {}{}{}", n / 9000 % 99 + 1, n / 1000 % 9 + 1, letter(n / 26), letter(n));
    (name, address, town, postcode)
}

fn letter(n: usize) -> char {
    char::from(b'A' + (n % 26) as u8)
}

/// A directory as the library dataset writes it, places `from` to `from + count`.
pub fn directory(from: usize, count: usize) -> String {
    let fixture = std::fs::read_to_string(hedgerow_tests::root().join("node/fixtures/riverside_libraries.csv"))
        .unwrap_or_default();
    let mut csv = format!("{}\n", fixture.lines().next().unwrap_or_default());
    for n in from..from + count {
        let (name, address, town, postcode) = place(n);
        // A String takes everything that is written to it.
        let _ = writeln!(
            csv,
            "Benchshire Council,{name},{address},{town},,{postcode},,Yes,LAL,1931,,09:00-17:00,09:00-17:00,,09:00-19:00,\
             09:00-17:00,10:00-13:00,,,,,,,,,,No,,,https://bench.example.org/{n},"
        );
    }
    csv
}

/// Starts a computer and fills it with the directory. Returns how many services there are.
///
/// # Errors
/// No room.
pub async fn fill(solo: &mut Solo) -> Result<usize> {
    let records = std::env::var("HEDGEROW_BENCH_RECORDS").ok().and_then(|n| n.parse().ok()).unwrap_or(RECORDS);
    solo.computer.start().await;
    story::found(&solo.computer, "Bench").await;
    story::give_space(&solo.computer).await;
    let filling = Instant::now();
    for from in (0..records).step_by(CHUNK) {
        let file = solo.dir.path().join(format!("part-{from}.csv"));
        std::fs::write(&file, directory(from, CHUNK.min(records - from)))?;
        let report = story::import(&solo.computer, &file).await;
        anyhow::ensure!(report.quarantined_count == 0, "{report:?}");
        eprintln!("  {} of {records} in, {:.0?}", from + report.new as usize, filling.elapsed());
    }
    Ok(records)
}

/// Start to serving, and searches, beside SQLite FTS5 on the same text.
///
/// # Errors
/// No room, no SQLite.
pub async fn p8_p9() -> Result<Vec<Row>> {
    let mut solo = Solo::new("bench");
    let records = fill(&mut solo).await?;
    let searches = searches();
    let mut ours = Sample::default();
    let mut pages = Sample::default();
    for _ in 0..ROUNDS {
        for text in &searches {
            let find = FindQuery { text: text.clone(), limit: Some(50), ..FindQuery::default() };
            let from = Instant::now();
            let page = solo.computer.api().find(&find).await?;
            ours.add(from.elapsed());
            anyhow::ensure!(!page.items.is_empty(), "nothing found for {text}");
        }
        let mut find = FindQuery { kinds: "service".into(), limit: Some(50), ..FindQuery::default() };
        for _ in 0..20 {
            let from = Instant::now();
            let page = solo.computer.api().find(&find).await?;
            pages.add(from.elapsed());
            find.cursor = page.next;
        }
    }
    let memory = memory_kb(&solo.computer)? as f64 / 1024.0;
    let mut starts = Sample::default();
    for _ in 0..STARTS {
        solo.computer.stop().await;
        let from = Instant::now();
        solo.computer.start().await;
        let find = FindQuery { text: searches[0].clone(), limit: Some(1), ..FindQuery::default() };
        anyhow::ensure!(!solo.computer.api().find(&find).await?.items.is_empty(), "it serves what it has");
        starts.add(from.elapsed());
    }
    let peer = fts5(&solo, records, &searches)?;
    Ok(vec![
        Row::new(
            "P8",
            format!("start to the first answer with {records} records (median of {STARTS})"),
            format!("{} ({memory:.0} MB of memory while searching)", ms(starts.at(0.5))),
            String::new(),
            "<= 1 s with 100,000",
        ),
        Row::new(
            "P9",
            format!("search among {records}, 50 a page, through the API ({} times)", searches.len() * ROUNDS),
            ours.words(),
            format!("SQLite FTS5 in this process, same text: {}", peer.words()),
            "p95 <= 20 ms",
        ),
        Row::new("P9", "one list page after another, 50 a page", pages.words(), String::new(), "p95 <= 20 ms"),
    ])
}

/// What people type: a name half typed, two words, a postcode, a street, an accent left out.
fn searches() -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..20 {
        let town = format!("{}{}", FIRST[n % 16], SECOND[n % 12]).to_lowercase();
        all.push(town[..4].to_string());
        all.push(town.clone());
        all.push(format!("{town} {}", WHAT[n % 10].split(' ').next().unwrap_or_default().to_lowercase()));
        all.push(STREET[n % 8].to_lowercase());
    }
    all.push("repair cafe".into());
    all
}

fn fts5(solo: &Solo, records: usize, searches: &[String]) -> Result<Sample> {
    let mut db = rusqlite::Connection::open(solo.dir.path().join("peer.sqlite"))?;
    db.execute_batch(
        "create virtual table t using fts5(name, address, town, postcode, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')",
    )?;
    let transaction = db.transaction()?;
    for n in 0..records {
        let (name, address, town, postcode) = place(n);
        transaction.execute("insert into t values (?, ?, ?, ?)", (name, address, town, postcode))?;
    }
    transaction.commit()?;
    let mut sample = Sample::default();
    let mut query = db.prepare("select name, address, town, postcode from t where t match ? order by rank limit 50")?;
    for _ in 0..ROUNDS {
        for text in searches {
            let words: Vec<String> = text.split(' ').map(|w| format!("\"{w}\"*")).collect();
            let from = Instant::now();
            let mut rows = query.query([words.join(" ")])?;
            let mut found = 0;
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                found += usize::from(!name.is_empty());
            }
            sample.add(from.elapsed());
            anyhow::ensure!(found > 0, "nothing for {text}");
        }
    }
    Ok(sample)
}
