//! Measures the store alone: publishing, starting, searching. Prints one JSON object a line.
//!
//! `store_bench [RECORDS] [--dump FILE]`: RECORDS listings (100,000 if left out) go into a fresh directory under the
//! system's temporary one. `--dump` writes the same texts as JSON lines, so that another store can be fed with them,
//! and the queries as a last line.

use std::io::Write as _;
use std::time::{Duration, Instant};

use hedgerow_node::core::{Core, CoreOptions, Draft, Order, Query};
use hedgerow_protocol::authority::build;
use hedgerow_protocol::cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use serde_json::{Value, json};

const QUERIES: [&str; 16] = [
    "l",
    "li",
    "lib",
    "library",
    "warm space",
    "c",
    "community cafe",
    "exeter",
    "young pe",
    "ex4",
    "tod",
    "toddler group",
    "repair exeter saturday",
    "s",
    "advice housing",
    "zzz",
];
const WORDS: [&str; 48] = [
    "library",
    "community",
    "café",
    "toddler",
    "group",
    "repair",
    "warm",
    "space",
    "advice",
    "housing",
    "garden",
    "knitting",
    "young",
    "people",
    "choir",
    "walking",
    "football",
    "swimming",
    "dementia",
    "carers",
    "support",
    "volunteer",
    "food",
    "bank",
    "debt",
    "legal",
    "health",
    "clinic",
    "chess",
    "coding",
    "digital",
    "skills",
    "computer",
    "reuse",
    "bicycle",
    "workshop",
    "history",
    "heritage",
    "museum",
    "theatre",
    "dance",
    "yoga",
    "saturday",
    "monday",
    "evening",
    "morning",
    "drop-in",
    "club",
];
const TOWNS: [&str; 12] = [
    "Exeter",
    "Bideford",
    "Barnstaple",
    "Tiverton",
    "Crediton",
    "Honiton",
    "Sidmouth",
    "Exmouth",
    "Totnes",
    "Okehampton",
    "Tavistock",
    "Ilfracombe",
];

/// A small generator of its own, so that every run has the same texts.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
    fn words(&mut self, n: usize) -> String {
        // Every fifth word is rare, as in life.
        let word = |d: &mut Dice| match d.roll(5) {
            0 => format!("{}{}", WORDS[d.roll(48)], d.roll(4_000)),
            _ => WORDS[d.roll(48)].to_owned(),
        };
        (0..n).map(|_| word(self)).collect::<Vec<_>>().join(" ")
    }
}

fn doc(dice: &mut Dice) -> Value {
    let town = TOWNS[dice.roll(12)];
    let (opens, days) = (8 + dice.roll(4), ["MO,TU,WE,TH,FR", "SA", "MO,WE", "TU,TH,SA"][dice.roll(4)]);
    json!({
        "hsds": {
            "name": dice.words(3),
            "description": dice.words(24),
            "status": "active",
            "organization": {"name": dice.words(2)},
            "service_at_locations": [{
                "location": {"name": dice.words(2), "addresses": [{
                    "address_1": format!("{} High Street", 1 + dice.roll(200)), "city": town,
                    "postal_code": format!("EX{} {}QB", 1 + dice.roll(30), 1 + dice.roll(9)),
                }]},
                "schedules": [{"freq": "WEEKLY", "byday": days, "opens_at": format!("{opens:02}:00"), "closes_at": "17:00"}],
            }],
        },
        "assured": format!("2026-{:02}-{:02}", 1 + dice.roll(10), 1 + dice.roll(28)),
    })
}

fn rss_kb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn ms(d: Duration) -> f64 {
    (d.as_secs_f64() * 1e6).round() / 1e3
}

fn percentiles(mut all: Vec<Duration>) -> (f64, f64, f64) {
    all.sort_unstable();
    let at = |p: usize| ms(all[(all.len() * p / 100).min(all.len() - 1)]);
    (at(50), at(95), ms(all[all.len() - 1]))
}

/// One append and sync of 600 bytes to a plain file in the same directory: what the disk itself takes.
fn fsync_median(dir: &std::path::Path) -> std::io::Result<f64> {
    let mut file = std::fs::File::create(dir.join("plain"))?;
    let mut all = Vec::new();
    for _ in 0..50 {
        let from = Instant::now();
        file.write_all(&[7; 600])?;
        file.sync_data()?;
        all.push(from.elapsed());
    }
    Ok(percentiles(all).0)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut records = 100_000;
    let mut dump = None;
    let mut args = std::env::args().skip(1);
    if let [_, start, dir, community] = &std::env::args().collect::<Vec<_>>()[..]
        && start == "--start"
    {
        return start_once(dir.as_ref(), community.parse()?);
    }
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--dump" => dump = args.next(),
            n => records = n.parse()?,
        }
    }
    let dir = std::env::temp_dir().join(format!("hedgerow-store-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let result = measure(&dir, records, dump);
    std::fs::remove_dir_all(&dir)?;
    result
}

/// What a fresh process takes to open and to answer one search: printed as milliseconds, of the processor too, and
/// resident memory in kB.
fn start_once(dir: &std::path::Path, community: Id) -> Result<(), Box<dyn std::error::Error>> {
    let options = CoreOptions::new(dir, community, SecretKey::from_seed(&[2; 32]));
    let from = Instant::now();
    let (core, report) = Core::open(options)?;
    let page = core.find(&Query { text: "library".into(), ..Query::default() });
    let took = ms(from.elapsed());
    assert!(!report.index_rebuilt && page.total > 0, "the index was to be there: {report:?}");
    println!("{took} {} {}", cpu_ms(), rss_kb());
    tokio::runtime::Builder::new_current_thread().build()?.block_on(core.close());
    Ok(())
}

/// Milliseconds of processor time of this process so far; a tick is 10 ms.
fn cpu_ms() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum::<u64>() * 10
}

fn measure(dir: &std::path::Path, records: usize, dump: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (steward, device) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
    let hlc = Hlc::new(hedgerow_node::core::os_now_ms(), 0);
    let root = SecretKey::from_seed(&[3; 32]).public();
    let genesis = build::found_community(&steward, &[], &[root], 1, false, [4; 16], hlc)?;
    let [person, listed] = build::newcomer(&genesis.id(), &steward, &device, hlc)?;
    let owner: Id = person.id();
    let options = CoreOptions { person: Some(owner), ..CoreOptions::new(dir, genesis.id(), device) };
    let (core, _) = Core::create(options.clone(), vec![genesis, person, listed])?;

    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let docs: Vec<Value> = (0..records).map(|_| doc(&mut dice)).collect();
    if let Some(path) = dump {
        let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
        for d in &docs {
            let texts = hedgerow_protocol::listing::search_text(Kind::SERVICE, d);
            let body: Vec<&str> = texts.iter().map(|(_, t)| t.as_str()).collect();
            writeln!(out, "{}", json!({"title": d["hsds"]["name"], "body": body.join(" ")}))?;
        }
        writeln!(out, "{}", json!({"queries": QUERIES}))?;
    }
    let draft = |n: usize, d: &Value| Draft::new(owner, Kind::SERVICE, format!("k{n}"), cbor::doc_to_cbor(d));

    // P3: in batches of 1,000, then one at a time.
    let mut writing = Duration::ZERO;
    let cpu = cpu_ms();
    for (i, chunk) in docs.chunks(1_000).enumerate() {
        let drafts = chunk.iter().enumerate().map(|(j, d)| draft(i * 1_000 + j, d)).collect();
        let from = Instant::now();
        runtime.block_on(core.publish(drafts))?;
        writing += from.elapsed();
    }
    let cpu = cpu_ms() - cpu;
    let fsync = fsync_median(dir)?;
    let mut single = Vec::new();
    for n in 0..200 {
        let d = doc(&mut dice);
        let from = Instant::now();
        runtime.block_on(core.publish(vec![draft(records + n, &d)]))?;
        single.push(from.elapsed());
    }
    let (p50, p95, max) = percentiles(single);
    let rate = records as f64 / writing.as_secs_f64();
    println!(
        "{}",
        json!({"id": "P3", "records": records, "batch_records_per_s": rate.round(), "batch_cpu_us_per_record": 1_000.0 * cpu as f64 / records as f64, "publish_ms_p50": p50,
        "publish_ms_p95": p95, "publish_ms_max": max, "plain_fsync_ms_p50": fsync})
    );

    queries(&core, "P9");
    let from = Instant::now();
    runtime.block_on(core.close());
    let closing = ms(from.elapsed());
    drop(core);

    // P8: a usual start, then one that has to make the index again.
    let (mut starts, mut processor, mut resident) = (Vec::new(), 0, 0);
    for _ in 0..5 {
        let program = std::env::current_exe()?;
        let community = options.community.to_string();
        let out = std::process::Command::new(program).arg("--start").arg(dir).arg(community).output()?;
        let text = String::from_utf8(out.stdout)?;
        let figures: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        let [took, cpu, rss] = figures[..] else { return Err(format!("the start failed: {text}").into()) };
        starts.push(Duration::from_secs_f64(took / 1e3));
        (processor, resident) = (cpu as u64, rss as u64);
    }
    std::fs::remove_dir_all(dir.join("index"))?;
    let (from, cpu) = (Instant::now(), cpu_ms());
    let (core, report) = Core::open(options.clone())?;
    let rebuilt = ms(from.elapsed());
    let rebuilt_cpu = cpu_ms() - cpu;
    assert!(report.index_rebuilt);
    let (median, ..) = percentiles(starts);
    println!(
        "{}",
        json!({"id": "P8", "records": records, "start_ms_p50": median, "start_cpu_ms": processor, "rebuild_ms": rebuilt, "rebuild_cpu_ms": rebuilt_cpu,
        "close_ms": closing, "rss_kb": resident, "journal_bytes": core.counts().journal_bytes})
    );
    queries(&core, "P9-rebuilt");
    runtime.block_on(core.close());
    Ok(())
}

fn queries(core: &Core, id: &str) {
    let (mut search, mut list) = (Vec::new(), Vec::new());
    let now = core.clock();
    let time = |all: &mut Vec<Duration>, query: &Query| {
        let from = Instant::now();
        let page = core.find(query);
        std::hint::black_box(core.records(&page));
        all.push(from.elapsed());
        page
    };
    let mut worst: (f64, String) = (0.0, String::new());
    for round in 0..5 {
        for text in QUERIES {
            let query = Query { text: text.into(), ..Query::default() };
            for q in [
                query.clone(),
                Query { open_at: Some(now), ..query.clone() },
                Query { near: Some("Exeter".into()), ..query.clone() },
                Query { order: Order::Newest, ..query },
            ] {
                time(&mut search, &q);
                let took = search.last().map_or(0.0, |d| ms(*d));
                if took > worst.0 {
                    worst = (
                        took,
                        format!("{text:?} {:?} open {} near {}", q.order, q.open_at.is_some(), q.near.is_some()),
                    );
                }
            }
        }
        let mut cursor = None;
        for _ in 0..10 {
            let page = time(
                &mut list,
                &Query { kinds: vec![Kind::SERVICE], order: Order::Title, cursor, limit: 50, ..Query::default() },
            );
            cursor = page.next;
        }
        time(&mut list, &Query { order: Order::Newest, limit: 50, ..Query::default() });
        time(&mut list, &Query { open_at: Some(now + round * 7_200_000), limit: 50, ..Query::default() });
        time(&mut list, &Query { near: Some("totnes".into()), limit: 50, ..Query::default() });
        time(&mut list, &Query { public_only: true, limit: 50, ..Query::default() });
    }
    let ((s50, s95, smax), (l50, l95, lmax)) = (percentiles(search), percentiles(list));
    println!(
        "{}",
        json!({"id": id, "search_ms_p50": s50, "search_ms_p95": s95, "search_ms_max": smax, "worst": worst.1,
        "list_ms_p50": l50, "list_ms_p95": l95, "list_ms_max": lmax})
    );
}
