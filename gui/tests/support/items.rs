//! What is published in the scripted community.

use hedgerow_api::*;
use serde_json::json;

use super::NOW_MS;

/// Finds as the node does: by the beginnings of words, and by what is open.
pub fn find(items: &[ItemSummary], query: &FindQuery) -> FindPage {
    let words: Vec<String> = query.text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let items: Vec<ItemSummary> = items
        .iter()
        .filter(|i| {
            let text = format!("{} {}", i.title, i.lines.join(" ")).to_lowercase();
            words.iter().all(|w| text.split_whitespace().any(|t| t.starts_with(w)))
        })
        .filter(|i| !query.open_now || i.opening.as_ref().is_some_and(|o| o.state == OpenState::Open))
        .cloned()
        .collect();
    FindPage { total: Some(items.len() as u64), items, next: None, said: None }
}

fn summary(
    kind: &str,
    title: &str,
    lines: &[&str],
    place: &str,
    assured: Option<&str>,
    open: Option<OpenState>,
) -> ItemSummary {
    let id: String = title.bytes().map(|b| format!("{b:02x}")).collect();
    ItemSummary {
        id: id.clone(),
        slot: format!("slot-{id}"),
        kind: kind.into(),
        title: title.into(),
        lines: lines.iter().map(|l| (*l).to_owned()).collect(),
        publisher: "Riverside Council".into(),
        owner: "0c".repeat(32),
        lat: None,
        lon: None,
        starts: None,
        ends: None,
        severity: None,
        written_ms: NOW_MS,
        by_me: false,
        repeats: None,
        next_starts: None,
        next_ends: None,
        next_unknown: false,
        phone: None,
        review_by: None,
        copies: 1,
        place: (!place.is_empty()).then(|| place.to_owned()),
        postcode: None,
        assured: assured.map(str::to_owned),
        freshness: String::new(),
        opening: open.map(|state| Opening {
            state,
            changes_ms: None,
            text: match state {
                OpenState::Open => "Open until 5:30 pm".into(),
                OpenState::Closed => "Closed, opens Tuesday 10 am".into(),
                OpenState::ClosedForGood => "Closed for good".into(),
                OpenState::Unknown => String::new(),
            },
            notes: Vec::new(),
        }),
        public: true,
        also_from: 0,
    }
}

pub fn items() -> Vec<ItemSummary> {
    vec![
        summary(
            "service",
            "Appledore Library",
            &["Books, computers and a warm room."],
            "The Quay, Bideford, EX39 1QS",
            Some("2026-11-20"),
            Some(OpenState::Open),
        ),
        summary(
            "service",
            "Repair café",
            &["Bring what is broken. We mend it together."],
            "Village hall, Riverside",
            Some("2025-03-02"),
            Some(OpenState::Closed),
        ),
        summary("service", "Old bus office", &["Moved to the square."], "", None, Some(OpenState::ClosedForGood)),
        supper(),
    ]
}

/// An event that repeats: its first time was last month.
pub fn supper() -> ItemSummary {
    ItemSummary {
        starts: Some("2026-10-24T18:00".into()),
        ends: Some("2026-10-24T20:30".into()),
        repeats: Some("FREQ=MONTHLY;BYDAY=4SA".into()),
        next_starts: Some("2026-11-28T18:00".into()),
        next_ends: Some("2026-11-28T20:30".into()),
        phone: Some("01632 960777".into()),
        ..summary("event", "Harvest supper", &["Bring a dish to share."], "Village hall", None, None)
    }
}

/// Events as the node finds them: one is over, and more than three come.
pub fn events() -> Vec<ItemSummary> {
    let on = |title: &str, day: &str, is_over: bool| ItemSummary {
        starts: Some(day.into()),
        next_starts: (!is_over).then(|| day.into()),
        next_ends: (!is_over).then(|| day.into()),
        ..summary("event", title, &["Come along."], "", None, None)
    };
    vec![
        on("Summer fair", "2027-07-03", false),
        supper(),
        on("Old fair", "2026-07-04", true),
        on("Carols", "2026-12-20", false),
        on("New year walk", "2027-01-01", false),
    ]
}

pub fn notice() -> ItemSummary {
    summary("notice", "Water off on Mill Lane", &["Tuesday 9 am to noon."], "", None, None)
}

/// What Gwen and the food bank publish.
pub fn mine() -> Vec<ItemSummary> {
    let mut all = vec![lunch().summary, items().remove(1)];
    all[1].owner = "f00d".into();
    all[1].publisher = "Food bank".into();
    all[1].copies = 4;
    all
}

/// A service of Gwen's.
pub fn lunch() -> Item {
    let place = "St Mary’s, Bideford";
    let summary = ItemSummary {
        publisher: "Gwen".into(),
        owner: "aa".repeat(32),
        copies: 1,
        ..summary("service", "Lunch club", &["A warm meal."], place, Some("2026-11-20"), None)
    };
    Item {
        doc: json!({
            "hsds": {
                "name": "Lunch club",
                "description": "A warm meal.",
                "email": "lunch@example.org",
                "schedules": [
                    { "freq": "WEEKLY", "byday": "WE", "opens_at": "12:00", "closes_at": "14:00" }
                ]
            }
        }),
        sources: vec![],
        notes: vec![],
        hours: vec!["Wednesday 12 noon to 2 pm".into()],
        copies: 1,
        mine: true,
        summary,
        ..library()
    }
}

/// Something an organiser hid.
pub fn hidden() -> HiddenItem {
    HiddenItem {
        what: "item".into(),
        title: "Cheap watches".into(),
        target: "notice.00.01".into(),
        owner: "Mal".into(),
        reason: "spam".into(),
        reason_text: "advertising".into(),
        by: "Gwen".into(),
        note: "Third time.".into(),
        hidden_ms: NOW_MS - 3_600_000,
        record: "99".into(),
    }
}

pub fn library() -> Item {
    let mut summary = items().remove(0);
    summary.opening.as_mut().unwrap().notes = vec!["Closed on bank holidays.".into()];
    Item {
        doc: json!({
            "hsds": {
                "name": "Appledore Library",
                "description": "Books, computers and a warm room.\nEverybody is welcome.",
                "email": "appledore@example.org",
                "url": "https://example.org/appledore",
                "phones": [{ "number": "01632 960123" }],
                "organization": { "name": "Riverside Council", "url": "javascript:alert(1)" }
            }
        }),
        sources: vec![
            ItemSource {
                id: summary.id.clone(),
                publisher: "Riverside Council".into(),
                name: "Devon libraries".into(),
                url: String::new(),
                assured: Some("2026-11-20".into()),
            },
            ItemSource {
                id: "99".into(),
                publisher: "Food bank".into(),
                name: String::new(),
                url: String::new(),
                assured: Some("2025-02-01".into()),
            },
        ],
        notes: vec!["Shares its building with the post office.".into()],
        hours: vec!["Tuesday 10 am to 1 pm".into(), "Wednesday 2 pm to 5:30 pm".into()],
        copies: 3,
        copies_text: "Kept on 3 computers".into(),
        versions: Vec::new(),
        expires: Some("2027-11-20".into()),
        mine: false,
        withdrawn: false,
        hidden: None,
        summary,
    }
}
