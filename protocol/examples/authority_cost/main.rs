//! What it costs to evaluate 100,000 authority records, and one more: realistic sets, and ones made to be slow.
//!
//! `authority_cost [--ledger FILE] [SHAPE…]`. Every shape is a community with that many records, or as many as the
//! shape can have; the ratio is by record, against the realistic one. Not for: whether the answers are right.

mod shapes;
mod town;

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::authority::body::{DeviceAdd, Recover};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Record;
use serde_json::json;

use shapes::*;
use town::Town;

/// Its name, and how it is made.
type Shape = (&'static str, fn() -> Town);

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How long it takes to check what new computers and new keys signed for themselves.
fn counter_signatures(community: &Id, records: &[Record]) -> Duration {
    let started = now();
    for record in records {
        let p = record.payload();
        black_box(match p.kind {
            Kind::DEVICE_ADD => DeviceAdd::decode(&p.body).is_ok_and(|a| a.offer.verify(community, &p.owner)),
            Kind::RECOVER => Recover::decode(&p.body).is_ok_and(|r| r.statement.verify(community, &p.owner)),
            _ => true,
        });
    }
    now().saturating_sub(started)
}

/// How long this program has been running on a processor: what others do there at the time does not count. Not exact
/// below some milliseconds.
fn now() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|n| n.parse().ok());
    static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    nanos.map_or_else(|| BEGUN.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// Memory of this process, in bytes.
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn main() {
    let shapes: [Shape; 13] = [
        ("realistic", realistic),
        ("20,000 removals of one person", many_removals),
        ("forked log", forked),
        ("merged log", merges),
        ("20,000 proposals", proposals),
        ("20,000 approvals", approvals),
        ("a computer of thousands", shared_device),
        ("a group of thousands", big_group),
        ("5,000 recoveries of one person", recoveries),
        ("20,000 hides of one owner", hides),
        ("admits by admits", admits),
        ("one key, thousands of people", one_key),
        ("19,000 ids that begin alike", alike),
    ];
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let ledger = args.iter().position(|a| a == "--ledger").map(|at| args.drain(at..at + 2).nth(1).unwrap_or_default());
    let runs = if args.iter().any(|a| a == "--once") { 1 } else { 5 };
    args.retain(|a| a != "--once");
    println!(
        "{:32} {:>7} {:>9} {:>9} {:>6} {:>9} {:>9}  slowest one more",
        "", "records", "all ms", "us/record", "ratio", "clone ms", "bytes/r"
    );
    let (mut rows, mut usual) = (Vec::new(), None);
    for (name, make) in shapes {
        if !args.is_empty() && name != "realistic" && !args.iter().any(|a| name.contains(a.as_str())) {
            continue;
        }
        if args.iter().any(|a| a == "--alone") && !args.iter().any(|a| name.contains(a.as_str())) {
            continue;
        }
        let mut town = make();
        let records = std::mem::take(&mut town.records);
        let mut all = Vec::new();
        let before = resident_bytes();
        let mut authority = None;
        for _ in 0..runs {
            let mut a = Authority::new(&town.genesis).expect("a founding record");
            let list = records.clone();
            let started = now();
            a.extend(list);
            all.push(now().saturating_sub(started));
            authority.get_or_insert(a);
        }
        let mut authority = authority.expect("at least one run");
        let bytes = resident_bytes().saturating_sub(before) / records.len() as u64;
        let clones = (0..runs).map(|_| {
            let started = Instant::now();
            black_box(authority.clone());
            started.elapsed()
        });
        let clone = median(clones.collect());
        town.records.clone_from(&records);
        let mut slowest = (Duration::ZERO, "");
        let mut kinds = Vec::new();
        for (kind, record) in more(&mut town) {
            let times = (0..runs).map(|_| {
                let mut copy = authority.clone();
                let started = Instant::now();
                copy.insert(&record);
                started.elapsed()
            });
            let time = median(times.collect());
            authority.insert(&record);
            slowest = slowest.max((time, kind));
            kinds.push(json!({"kind": kind, "us": time.as_micros() as u64}));
        }
        // What inside bodies is signed is checked where a record is taken in, which counts as done before.
        let signed = counter_signatures(&town.community, &records);
        let all = median(all).saturating_sub(signed);
        let each = all.as_secs_f64() * 1e6 / records.len() as f64;
        let ratio = each / *usual.get_or_insert(each);
        let ms = |d: Duration| d.as_secs_f64() * 1e3;
        println!(
            "{name:32} {:7} {:8.0} {:8.0} {each:9.2} {ratio:6.2} {:9.2} {bytes:9}  {:.2} ms: {}",
            records.len(),
            ms(all),
            ms(signed),
            ms(clone),
            ms(slowest.0),
            slowest.1,
        );
        rows.push(json!({"shape": name, "records": records.len(), "all_ms": ms(all), "counter_signatures_ms": ms(signed), "us_per_record": each,
            "ratio": ratio, "clone_ms": ms(clone), "bytes_per_record": bytes, "one_more": kinds}));
    }
    if let Some(file) = ledger {
        let run = |program: &str, args: &[&str]| {
            let out = std::process::Command::new(program).args(args).output();
            out.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
        };
        let line = json!({"date": run("date", &["-u", "+%Y-%m-%dT%H:%MZ"]),
            "commit": run("git", &["rev-parse", "--short=12", "HEAD"]), "rows": rows});
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(&file);
        let written = opened.and_then(|mut f| writeln!(f, "{line}"));
        written.unwrap_or_else(|e| panic!("{file}: {e}"));
    }
}
