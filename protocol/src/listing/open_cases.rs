//! The table of `cases/open_now.txt`, line by line, on the document and on its compact form.

use serde_json::Value;

use super::*;

fn answer(open: &Open, zone: &str) -> String {
    let local = |ms: u64| {
        let at = At::new(zone, ms).unwrap();
        at.local.strftime("%Y-%m-%d %H:%M").to_string()
    };
    match open {
        Open::Open { until: Some(t) } => format!("open until {}", local(*t)),
        Open::Open { until: None } => "open".into(),
        Open::Closed { next: Some(t) } => format!("closed, opens {}", local(*t)),
        Open::Closed { next: None } => "closed".into(),
        Open::Unknown => "not known".into(),
        Open::ClosedForGood => "closed for good".into(),
    }
}

#[test]
fn open_now_table() {
    let (mut zone, mut place, mut doc) = (String::new(), String::new(), Value::Null);
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in
        include_str!("cases/open_now.txt").lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix("place ") {
            place = name.to_owned();
        } else if let Some(name) = line.strip_prefix("zone ") {
            zone = name.to_owned();
        } else if line.starts_with('{') {
            doc = serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
        } else {
            let (time, want) = line.split_once(" | ").unwrap_or_else(|| panic!("not a case: {line}"));
            cases += 1;
            let at = At::new(&zone, local_ms(time, &zone).unwrap()).unwrap();
            let open = open_at(&doc, &at);
            let bytes = hours(crate::kind::Kind::SERVICE, &doc).unwrap();
            let now = match open {
                Open::Open { .. } => Now::Open,
                Open::Closed { .. } => Now::Closed,
                Open::Unknown => Now::Unknown,
                Open::ClosedForGood => Now::ClosedForGood,
            };
            let got = answer(&open, &zone);
            if got != want {
                wrong.push(format!("{place}, {time}: {got}, not {want}"));
            }
            if now_at(&bytes, &at) != now || open_from(&bytes, &at) != open {
                wrong.push(format!("{place}, {time}: the compact form says otherwise"));
            }
            assert!(bytes.len() <= 160, "{place}: {} bytes", bytes.len());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 60, "only {cases} cases were read");
}

#[test]
fn what_ends_at_midnight_ends_on_the_day_before() {
    let at = At::new("Europe/London", local_ms("2026-11-30T20:00", "Europe/London").unwrap()).unwrap();
    let words = |text: &str| {
        let until = local_ms(text, "Europe/London").unwrap();
        open_words(&Open::Open { until: Some(until) }, &at)
    };
    for (until, want) in [
        ("2026-11-30T22:00", "Open now, until 10 pm"),
        ("2026-12-01T00:00", "Open now, until midnight"),
        ("2026-12-01T00:30", "Open now, until tomorrow 12:30 am"),
        ("2026-12-02T00:00", "Open now, until tomorrow midnight"),
        ("2026-12-03T00:00", "Open now, until Wednesday midnight"),
    ] {
        assert_eq!(words(until), want);
    }
}

/// What the quick evaluation says must be what walking every minute says: half a year over both clock changes.
#[test]
fn quick_and_slow_agree_over_clock_changes() {
    let doc = serde_json::json!({"schedules": [
        {"freq": "WEEKLY", "byday": "FR,SA,SU", "opens_at": "22:10", "closes_at": "02:20"},
        {"freq": "WEEKLY", "byday": "SU,MO", "opens_at": "01:05", "closes_at": "01:40"},
        {"freq": "MONTHLY", "byday": "-1SU", "opens_at": "00:00", "closes_at": "24:00"},
    ]});
    let hours = Hours::read(&doc);
    for (zone, around) in
        [("Europe/London", "2026-03-27"), ("Europe/London", "2026-10-23"), ("America/New_York", "2026-10-30")]
    {
        let from = local_ms(around, zone).unwrap();
        let mut edges = Vec::new();
        let mut was = None;
        for minute in 0..4 * 1440 {
            let ms = from + minute * 60_000;
            let now = hours.now(&At::new(zone, ms).unwrap());
            if was.is_some_and(|w| w != now) {
                edges.push((ms, now));
            }
            was = Some(now);
        }
        // From every edge the one before must have announced it.
        for pair in edges.windows(2) {
            let open = hours.open(&At::new(zone, pair[0].0).unwrap());
            let told = match open {
                Open::Open { until } => until,
                Open::Closed { next } => next,
                _ => None,
            };
            assert_eq!(told, Some(pair[1].0), "{zone} {around}: {open:?}");
        }
        assert!(edges.len() >= 4, "{zone} {around}: {edges:?}");
    }
}

proptest::proptest! {
    #[test]
    fn hours_never_panic(text in "\\PC{0,12}", n in proptest::prelude::any::<i64>(), ms in proptest::prelude::any::<u64>(),
                         bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
        let doc = serde_json::json!({"schedules": [
            {"freq": text, "byday": text, "opens_at": text, "closes_at": text},
            {"freq": "MONTHLY", "byday": "MO", "bymonthday": n, "interval": n, "opens_at": "09:00", "closes_at": "10:00", "dtstart": text},
            {"freq": "WEEKLY", "byday": "MO", "count": n, "opens_at": text, "closes_at": "10:00", "until": text, "timezone": text},
        ], "status": text});
        let at = At::new("Europe/London", ms).unwrap();
        let open = open_at(&doc, &at);
        proptest::prop_assert_eq!(open_from(&Hours::read(&doc).to_bytes(), &at), open);
        let mut own = vec![1];
        own.extend(&bytes);
        let _ = (open_from(&bytes, &at), open_from(&own, &at), summary(crate::kind::Kind::SERVICE, &doc));
        let _ = (plain(&text), plain_block(&text), Rule::parse(&text), local_ms(&text, "Europe/London"));
    }
}

/// Not a benchmark: it fails when asking becomes a hundred times dearer than it should be.
#[test]
fn asking_is_cheap() {
    let days: Vec<Value> = ["MO", "TU", "WE", "TH", "FR", "SA"]
        .iter()
        .map(|d| serde_json::json!({"freq": "WEEKLY", "byday": d, "opens_at": "09:00", "closes_at": "17:00"}))
        .collect();
    let bytes = hours(crate::kind::Kind::SERVICE, &serde_json::json!({"schedules": days})).unwrap();
    assert!(bytes.len() <= 50, "{} bytes", bytes.len());
    let at = At::new("Europe/London", local_ms("2026-11-23T18:00", "Europe/London").unwrap()).unwrap();
    let begun = std::time::Instant::now();
    let closed = (0..10_000).filter(|_| now_at(&bytes, &at) == Now::Closed).count();
    let each = begun.elapsed() / 10_000;
    eprintln!("one question takes {each:?}, {} bytes", bytes.len());
    assert_eq!(closed, 10_000);
    assert!(each < std::time::Duration::from_micros(200), "{each:?}");
}

#[test]
fn a_day_without_a_closing_time_is_said_to_be_open_all_day() {
    let doc = |opens: &str, closes: &str| {
        serde_json::json!({"hsds": {"schedules": [
            {"freq": "WEEKLY", "byday": "MO,SU", "opens_at": opens, "closes_at": closes}
        ]}})
    };
    for (opens, closes) in [("00:00", "24:00"), ("00:00", "00:00"), ("00:00", "23:59")] {
        assert_eq!(
            hours_lines(&doc(opens, closes)),
            ["Monday open all day", "Sunday open all day"],
            "{opens} {closes}"
        );
    }
    assert_eq!(hours_lines(&doc("09:00", "00:00")), ["Monday 09:00–00:00", "Sunday 09:00–00:00"]);
}
