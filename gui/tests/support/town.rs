//! The scripted community itself, and what is known of this computer.

use hedgerow_api::*;

use super::NOW_MS;

pub fn config() -> Config {
    let setting =
        |key: &str, value: &str| Setting { key: key.into(), value: value.into(), set: false, help: String::new() };
    Config {
        path: "/home/gwen/.local/share/hedgerow/config.toml".into(),
        settings: vec![
            setting("multicast", "true"),
            setting("neighbours", "3333@10.0.0.5:4850"),
            setting("port", "4847"),
            setting("quota", "2 GiB"),
        ],
    }
}

pub fn community() -> Community {
    Community { id: "c0".repeat(32), name: "Riverside".into(), time_zone: "Europe/London".into(), people: 1, groups: 1 }
}

pub fn me() -> Me {
    Me {
        person: "aa".repeat(32),
        name: "Gwen".into(),
        role: "organiser".into(),
        device: "dd".repeat(32),
        groups: Vec::new(),
    }
}

pub fn community_status() -> Status {
    Status {
        state: State::NearbyOnly,
        sentence: "Linked with 1 computer.".into(),
        freshness: Freshness::UpToDate,
        freshness_sentence: "Up to date.".into(),
        community: Some(community()),
        me: Some(me()),
        taken_out: None,
        neighbours: vec![
            Neighbour {
                key: "11".repeat(32),
                name: "Riverside Library".into(),
                seen: true,
                linked: true,
                reason: String::new(),
                up_to_date: true,
                partial: false,
                addresses: vec!["10.0.0.7:4850".into()],
                path: "nearby".into(),
                equal_since_ms: Some(NOW_MS),
            },
            Neighbour {
                key: "22".repeat(32),
                name: String::new(),
                seen: true,
                linked: false,
                reason: "It does not answer. Its firewall may be in the way.".into(),
                up_to_date: false,
                partial: false,
                addresses: vec!["10.0.0.9:4850".into()],
                path: "nearby".into(),
                equal_since_ms: None,
            },
        ],
        internet: None,
        counts: Counts { services: 3, notices: 1, events: 1, records: 12, authority_records: 4 },
        space: Space { used_bytes: 100_000, quota_bytes: 10_000_000_000, partial: false },
        warnings: vec![Warning {
            code: "one-organiser".into(),
            severity: Severity::Warning,
            title: "There is only one organiser".into(),
            text: "If this computer is lost, nobody can let people in.".into(),
            action: "Invite a second person soon.".into(),
        }],
        addresses: vec!["3333@10.0.0.5:4850".into()],
        root: Some("ee".repeat(32)),
        now_ms: NOW_MS,
        version: "0.1.0".into(),
        pid: 77,
    }
}

pub fn empty_status() -> Status {
    Status {
        state: State::NeedsYou,
        community: None,
        me: None,
        neighbours: Vec::new(),
        warnings: Vec::new(),
        counts: Counts::default(),
        root: None,
        ..community_status()
    }
}

/// What happened lately.
pub fn activity() -> Activity {
    let happening = |what: &str, kind: &str, title: &str, by: &str, minutes: u64, count: u64| Happening {
        at_ms: NOW_MS - minutes * 60_000,
        what: what.into(),
        kind: kind.into(),
        title: title.into(),
        by: by.into(),
        item: (what == "published").then(|| "service.00.01".into()),
        count,
    };
    Activity {
        happenings: vec![
            happening("published", "service", "Lunch club", "Gwen", 5, 1),
            happening("published", "service", "", "Riverside Council", 90, 120),
            happening("withdrawn", "notice", "Old news", "Bob", 3_000, 1),
            happening("admit", "", "", "Gwen", 4_000, 1),
            happening("request", "", "Help with a form", "Bob", 5_000, 1),
            happening("something-new", "", "", "Bob", 5_001, 1),
        ],
    }
}
