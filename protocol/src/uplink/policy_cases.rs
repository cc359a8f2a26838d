//! Policies tried: every field, every refusal, every mistake.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::policy::*;
use super::{PolicyError, Refusal};
use crate::authority::Role;
use crate::cbor::doc_to_cbor;
use crate::id::Id;
use crate::limits::{POLICY_BYTES_MAX, POLICY_HOURS_MAX};
use crate::listing::local_ms;

fn second(text: &str) -> u64 {
    local_ms(text, "Europe/London").unwrap() / 1000
}

fn person() -> Responsible {
    Responsible { name: "Ann Lee".into(), contact: "01237 000000".into() }
}

fn agreed(preset: Preset) -> Policy {
    let mut policy = Policy::preset(preset, "Riverside Library", person(), "Europe/London");
    policy.consent = Some(Consent { by: "Ann Lee".into(), on: "2026-07-01".into(), own_line: false });
    policy
}

fn full() -> Policy {
    Policy {
        hours: vec!["Mon-Fri 8:00-18:00".into(), "Sat 10-12, 14-16".into()],
        closed: vec!["2026-08-31".into()],
        who: Who {
            community: false,
            roles: vec![Role::Steward, Role::Newcomer],
            people: vec![Id([1; 32])],
            groups: vec![Id([2; 32])],
            vouchers: true,
        },
        ports: vec![22, 443],
        udp: true,
        denied_hosts: true,
        terms: Terms { version: 3, text: "Be kind.\nClose at six.".into() },
        limits: Limits {
            bytes_per_second: Some(2_500_000),
            day_seconds: None,
            month_bytes: Some(1),
            floor_bytes: 9,
            ..Limits::default()
        },
        reserve: Reserve {
            percent: 20,
            times: vec![Share { hours: "Mon-Fri 9:00-17:00".into(), percent: 60 }],
            line_bytes_per_second: Some(10_000_000),
            enforced: true,
        },
        pence_per_gb: 40,
        breakout: Breakout::Tunnel,
        review: Some("2027-07-01".into()),
        expires: Some("2027-07-31".into()),
        ..agreed(Preset::Custom)
    }
}

#[test]
fn a_building_keeps_a_fifth_of_its_line_until_it_says_otherwise() {
    for preset in [Preset::CommunityOnly, Preset::Custom] {
        assert_eq!(agreed(preset).reserve, Reserve { percent: 20, ..Reserve::default() });
        assert_eq!(Reserve::default().percent, 0);
    }
}

#[test]
fn a_policy_is_needed_a_week_beyond_its_last_day() {
    let day = |text| (second(text) / 86_400) as u32;
    assert_eq!(full().expires_day(), Some(day("2027-08-07T12:00")));
    assert_eq!(Policy { expires: None, ..full() }.expires_day(), None);
}

#[test]
fn documents_come_back_the_same_with_what_was_not_known() {
    for policy in [agreed(Preset::CommunityOnly), agreed(Preset::Web), full()] {
        assert_eq!(policy.check(), Ok(()));
        assert_eq!(Policy::from_doc(&policy.to_doc()), Ok(policy));
    }
    let mut doc = full().to_doc();
    doc["mood"] = json!({"tea": true});
    doc["limits"]["per_week"] = json!(7);
    doc["consent"]["seal"] = json!("red");
    let mut policy = Policy::from_doc(&doc).unwrap();
    assert_eq!(policy.to_doc(), doc);
    policy.limits.day_bytes = Some(5);
    policy.consent = None;
    let doc = policy.to_doc();
    assert_eq!((&doc["limits"]["per_week"], &doc["limits"]["day_bytes"]), (&json!(7), &json!(5)));
    assert_eq!(doc.get("consent"), None, "what is said about a yes goes with the yes");
    assert_eq!(Policy::from_doc(&doc).unwrap().to_doc(), doc);
}

#[test]
fn the_least_that_is_a_policy() {
    let doc = json!({
        "title": "Hall", "responsible": {"name": "Bo", "contact": "bo@example.org"}, "time_zone": "Europe/London",
        "preset": "web", "who": {"community": true}, "breakout": "guest-line",
    });
    let policy = Policy::from_doc(&doc).unwrap();
    assert_eq!(
        (policy.ports.as_slice(), policy.limits.day_bytes, policy.limits.day_seconds),
        (&[80, 443][..], Some(300_000_000), Some(10_800))
    );
    assert_eq!((policy.limits.circuits_per_person, policy.limits.circuits, policy.recorded.days), (20, 200, 7));
    assert_eq!(policy.is_open(second("2026-07-01")), Err(Refusal::NotAgreed));
    for field in ["title", "responsible", "time_zone", "preset", "who", "breakout"] {
        let mut less = doc.clone();
        less.as_object_mut().unwrap().remove(field);
        assert_eq!(Policy::from_doc(&less), Err(PolicyError::Missing(field)), "{field}");
    }
}

#[test]
fn mistakes_are_named() {
    let with = |path: &str, value: Value| {
        let mut doc = full().to_doc();
        *doc.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        Policy::from_doc(&doc).map(|_| ()).unwrap_err()
    };
    let long = "x".repeat(300);
    assert_eq!(with("/ports", json!([443, 25])), PolicyError::Port25);
    assert_eq!(with("/ports", json!([0])), PolicyError::Range { field: "ports", from: 1, to: 65_535 });
    assert_eq!(with("/ports", json!([65_536])), PolicyError::Range { field: "ports", from: 1, to: 65_535 });
    assert_eq!(with("/ports", json!("443")), PolicyError::Shape("ports", "a list of numbers"));
    assert_eq!(with("/ports", json!((1..=70).map(|n| n + 1000).collect::<Vec<_>>())), PolicyError::Long("ports", 64));
    assert_eq!(with("/preset", json!("web")), PolicyError::Preset("web", "kinds of connection"));
    assert_eq!(with("/preset", json!("all")), PolicyError::Word("preset", "community-only, web, custom"));
    assert_eq!(with("/hours", json!(["whenever"])), PolicyError::Hours("whenever".into()));
    assert_eq!(with("/closed", json!(["soon"])), PolicyError::Day("soon".into()));
    assert_eq!(with("/expires", json!("2027-02-30")), PolicyError::Day("2027-02-30".into()));
    assert_eq!(with("/review", json!("2027-07-03")), PolicyError::Review);
    assert_eq!(with("/time_zone", json!("Mars/Olympus")), PolicyError::Zone("Mars/Olympus".into()));
    assert_eq!(with("/who/people", json!(["abc"])), PolicyError::Id("abc".into()));
    assert_eq!(
        with("/who/roles", json!(["king"])),
        PolicyError::Word("who.roles", "organiser, resident, newcomer, group")
    );
    assert_eq!(with("/title", json!(long)), PolicyError::Long("title", 200));
    assert_eq!(with("/title", json!("\u{202e}\u{1b}[1m")), PolicyError::Missing("title"));
    assert_eq!(with("/title", json!(7)), PolicyError::Shape("title", "a text"));
    assert_eq!(with("/terms/version", json!(0)), PolicyError::Terms);
    assert_eq!(with("/terms/text", json!("x".repeat(4097))), PolicyError::Long("terms.text", 4096));
    assert_eq!(
        with("/limits/day_bytes", json!(-1)),
        PolicyError::Shape("limits.day_bytes", "a whole number from 1, or none")
    );
    assert_eq!(
        with("/limits/circuits", json!(0)),
        PolicyError::Range { field: "limits.circuits", from: 1, to: 10_000 }
    );
    assert_eq!(with("/reserve/percent", json!(96)), PolicyError::Range { field: "reserve.percent", from: 0, to: 95 });
    assert_eq!(with("/reserve/times/0/hours", json!("Mon")), PolicyError::Hours("Mon".into()));
    assert_eq!(with("/recorded/days", json!(32)), PolicyError::Range { field: "recorded.days", from: 0, to: 31 });
    assert_eq!(with("/udp", json!("yes")), PolicyError::Shape("udp", "true or false"));
    assert_eq!(with("/breakout", json!("hole")), PolicyError::Word("breakout", "guest-line, tunnel, direct"));
    assert_eq!(Policy::from_doc(&json!([])), Err(PolicyError::Shape("the policy", "an object")));
    let mut doc = full().to_doc();
    doc["more"] = json!("x".repeat(14 * 1024));
    assert_eq!(Policy::from_doc(&doc), Err(PolicyError::Large(14 * 1024)));
}

/// As much as each field takes, and one more.
#[test]
fn bounds_hold_to_the_one() {
    let with = |path: &str, value: Value| {
        let mut doc = full().to_doc();
        *doc.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        Policy::from_doc(&doc).map(|_| ())
    };
    let ports = |n: u16| json!((0..n).map(|n| n + 1000).collect::<Vec<_>>());
    let people = |n: u8| json!((0..n).map(|n| Id([n; 32]).to_string()).collect::<Vec<_>>());
    let range = |field, from, to| PolicyError::Range { field, from, to };
    for (path, most, more, error) in [
        ("/ports", ports(64), ports(65), PolicyError::Long("ports", 64)),
        ("/ports", json!([1, 65_535]), json!(vec![80; 65]), PolicyError::Long("ports", 64)),
        ("/title", json!("x".repeat(200)), json!("x".repeat(201)), PolicyError::Long("title", 200)),
        ("/title", json!("\u{10000}".repeat(200)), json!("x".repeat(801)), PolicyError::Long("title", 800)),
        (
            "/hours",
            json!(vec!["Mon 8-9"; POLICY_HOURS_MAX]),
            json!(vec!["Mon 8-9"; POLICY_HOURS_MAX + 1]),
            PolicyError::Long("hours", POLICY_HOURS_MAX),
        ),
        ("/hours", json!(["Mon 8-9"]), json!(["x".repeat(201)]), PolicyError::Shape("hours", "a list of texts")),
        ("/hours", json!([]), json!(["x".repeat(200)]), PolicyError::Hours("x".repeat(200))),
        (
            "/closed",
            json!(vec!["2026-08-31"; POLICY_HOURS_MAX]),
            json!(vec!["2026-08-31"; POLICY_HOURS_MAX + 1]),
            PolicyError::Long("closed", POLICY_HOURS_MAX),
        ),
        ("/who/people", people(64), people(65), PolicyError::Long("who.people", 64)),
        (
            "/who/roles",
            json!(["organiser", "resident", "newcomer", "group"]),
            json!(vec!["resident"; 5]),
            PolicyError::Long("who.roles", 4),
        ),
        ("/review", json!("2027-07-02"), json!("2027-07-03"), PolicyError::Review),
        ("/terms/text", json!("x".repeat(4096)), json!("x".repeat(4097)), PolicyError::Long("terms.text", 4096)),
        ("/terms/version", json!(u32::MAX), json!(1u64 << 32), range("terms.version", 0, u32::MAX.into())),
        ("/limits/circuits", json!(10_000), json!(10_001), range("limits.circuits", 1, 10_000)),
        ("/limits/circuits_per_person", json!(1), json!(0), range("limits.circuits_per_person", 1, 10_000)),
        (
            "/limits/day_bytes",
            json!(1),
            json!(0),
            PolicyError::Shape("limits.day_bytes", "a whole number from 1, or none"),
        ),
        (
            "/limits/day_bytes",
            json!("none"),
            json!("all"),
            PolicyError::Shape("limits.day_bytes", "a whole number from 1, or none"),
        ),
        ("/reserve/percent", json!(95), json!(96), range("reserve.percent", 0, 95)),
        ("/reserve/times/0/percent", json!(0), json!(96), range("reserve.times.percent", 0, 95)),
        ("/recorded/days", json!(31), json!(32), range("recorded.days", 0, 31)),
        ("/recorded/days", json!(0), json!(-1), PolicyError::Shape("recorded.days", "a whole number from 0")),
    ] {
        assert_eq!(with(path, most), Ok(()), "{path}");
        assert_eq!(with(path, more), Err(error), "{path}");
    }
    let share = json!({"hours": "Mon 8-9", "percent": 5});
    assert_eq!(with("/reserve/times", json!(vec![share.clone(); POLICY_HOURS_MAX])), Ok(()));
    let more = with("/reserve/times", json!(vec![share; POLICY_HOURS_MAX + 1]));
    assert_eq!(more, Err(PolicyError::Long("reserve.times", POLICY_HOURS_MAX)));
    // What is not known is kept, as long as all of it fits into a record.
    let mut doc = full().to_doc();
    doc["more"] = json!("x".repeat(1000));
    let room = POLICY_BYTES_MAX - doc_to_cbor(&doc).len();
    doc["more"] = json!("x".repeat(1000 + room));
    assert!(Policy::from_doc(&doc).is_ok());
    doc["more"] = json!("x".repeat(1001 + room));
    assert_eq!(Policy::from_doc(&doc), Err(PolicyError::Large(POLICY_BYTES_MAX)));
}

/// What is built without a document meets the same bounds before it is signed.
#[test]
fn what_is_built_by_hand_is_checked_too() {
    let share = Share { hours: "Mon 8:00-9:00".into(), percent: 96 };
    let who = |who: Who| Policy { who: Who { community: true, ..who }, ..full() };
    let range = |field, from, to| PolicyError::Range { field, from, to };
    for (policy, error) in [
        (
            Policy { hours: vec!["Mon 8-9".into(); POLICY_HOURS_MAX + 1], ..full() },
            PolicyError::Long("hours", POLICY_HOURS_MAX),
        ),
        (Policy { ports: (1000..1065).collect(), ..full() }, PolicyError::Long("ports", 64)),
        (Policy { ports: vec![0], ..full() }, range("ports", 1, 65_535)),
        (Policy { ports: vec![25], ..full() }, PolicyError::Port25),
        (Policy { ports: vec![80], ..agreed(Preset::CommunityOnly) }, PolicyError::Preset("community-only", "ports")),
        (
            Policy { udp: true, ..agreed(Preset::CommunityOnly) },
            PolicyError::Preset("community-only", "kinds of connection"),
        ),
        (Policy { ports: vec![80, 22], ..agreed(Preset::Web) }, PolicyError::Preset("web", "ports")),
        (Policy { udp: true, ..agreed(Preset::Web) }, PolicyError::Preset("web", "kinds of connection")),
        (who(Who { people: vec![Id([1; 32]); 65], ..Who::default() }), PolicyError::Long("who", 64)),
        (who(Who { groups: vec![Id([1; 32]); 65], ..Who::default() }), PolicyError::Long("who", 64)),
        (
            who(Who { roles: vec![Role::Node], ..Who::default() }),
            PolicyError::Word("who.roles", "organiser, resident, newcomer, group"),
        ),
        (
            Policy { terms: Terms { version: 1, text: "x".repeat(4097) }, ..full() },
            PolicyError::Long("terms.text", 4096),
        ),
        (Policy { terms: Terms { version: 1, text: " ".into() }, ..full() }, PolicyError::Terms),
        (
            Policy { reserve: Reserve { times: vec![share], ..Reserve::default() }, ..full() },
            range("reserve.percent", 0, 95),
        ),
        (Policy { recorded: Recorded { days: 32, ..Recorded::default() }, ..full() }, range("recorded.days", 0, 31)),
    ] {
        assert_eq!(policy.check(), Err(error));
    }
}

#[test]
fn open_in_its_hours_and_dates() {
    let policy = full();
    let at = |t: &str| policy.is_open(second(t));
    assert_eq!(at("2026-07-06T08:00"), Ok(()));
    let closed = at("2026-07-06T18:00").unwrap_err();
    assert!(matches!(closed, Refusal::Hours(Some(m)) if m.second == second("2026-07-07T08:00")), "{closed:?}");
    assert!(closed.sentence().contains("It opens again tomorrow at 08:00."), "{closed}");
    // A closed Monday; the Tuesday after is the next opening.
    assert_eq!(policy.next_open(second("2026-08-31T09:00")), Some(second("2026-09-01T08:00")));
    assert_eq!(policy.closes(second("2026-07-06T09:00")), Some(second("2026-07-06T18:00")));
    assert_eq!(policy.closes(second("2026-07-06T19:00")), Some(second("2026-07-06T19:00")));
    assert_eq!(at("2027-07-02T09:00"), Err(Refusal::ReviewDue));
    assert_eq!(at("2027-08-01T09:00"), Err(Refusal::Ended));
    assert_eq!(policy.next_open(second("2027-07-01T19:00")), None);
    let always = agreed(Preset::Web);
    assert_eq!(
        (always.is_open(second("2026-12-25T03:00")), always.closes(second("2027-06-30"))),
        (Ok(()), Some(second("2027-07-02")))
    );
    assert_eq!(always.is_open(second("2027-07-02")), Err(Refusal::ReviewDue), "a year after the yes");
    assert_eq!(always.is_open(u64::MAX), Err(Refusal::ReviewDue));
    let but_one = Policy { closed: vec!["2026-12-25".into()], ..always.clone() };
    assert!(matches!(but_one.is_open(second("2026-12-25T12:00")), Err(Refusal::Hours(Some(_)))));
    assert_eq!(but_one.is_open(second("2026-12-26")), Ok(()));
    let own = Policy { breakout: Breakout::Direct, ..always.clone() };
    assert_eq!(own.is_open(second("2026-07-01")), Err(Refusal::NotAgreed), "the own line needs a yes of its own");
    assert_eq!(Policy { paused: true, ..always }.is_open(second("2026-07-01")), Err(Refusal::Paused));
    assert_eq!(agreed(Preset::CommunityOnly).is_open(second("2026-07-01")), Err(Refusal::CommunityOnly));
    assert_eq!(
        (policy.reserve_percent(second("2026-07-06T10:00")), policy.reserve_percent(second("2026-07-05T10:00"))),
        (60, 20)
    );
}

#[test]
fn for_whom_it_is() {
    let everyone = agreed(Preset::Web);
    let someone = Asker { owner: Id([9; 32]), role: Some(Role::Resident), ..Asker::default() };
    assert_eq!(everyone.may_use(&someone), Ok(()));
    assert_eq!(everyone.may_use(&Asker { role: None, ..someone }), Err(Refusal::NotMember));
    assert_eq!(everyone.may_use(&Asker { role: None, voucher: true, ..someone }), Err(Refusal::NotMember));
    assert_eq!(everyone.may_use(&Asker { role: Some(Role::Newcomer), ..someone }), Err(Refusal::NotForYou));
    let few = Policy { pence_per_gb: 0, ..full() };
    let yes = Asker { terms: Some(3), ..someone };
    assert_eq!(few.may_use(&yes), Err(Refusal::NotForYou));
    for asker in [
        Asker { role: Some(Role::Steward), ..yes },
        Asker { role: Some(Role::Newcomer), ..yes },
        Asker { owner: Id([1; 32]), ..yes },
        Asker { owner: Id([2; 32]), role: Some(Role::Group), ..yes },
        Asker { groups: &[Id([2; 32])], ..yes },
        Asker { role: None, voucher: true, ..yes },
    ] {
        assert_eq!(few.may_use(&asker), Ok(()), "{asker:?}");
        assert_eq!(few.may_use(&Asker { terms: Some(2), ..asker }), Err(Refusal::Terms(3)));
    }
    // A computer that only stores browses nowhere, neither as its group nor with a voucher.
    let equipment = Asker { owner: Id([2; 32]), role: Some(Role::Node), voucher: true, ..yes };
    assert_eq!(few.may_use(&equipment), Err(Refusal::NotForYou));
    let priced = Policy { pence_per_gb: 40, ..everyone };
    assert_eq!(priced.may_use(&someone), Err(Refusal::Price(40)));
    assert_eq!(priced.may_use(&Asker { pence_per_gb: Some(39), ..someone }), Err(Refusal::Price(40)));
    assert_eq!(priced.may_use(&Asker { pence_per_gb: Some(40), ..someone }), Ok(()));
    let floor = Policy { limits: Limits { floor_bytes: 1, ..Limits::default() }, ..priced };
    assert_eq!(floor.may_use(&someone), Ok(()), "the free share needs no yes to a price");
}

#[test]
fn ports() {
    let web = agreed(Preset::Web);
    assert_eq!((web.allows_port(443, false), web.allows_port(80, false)), (Ok(()), Ok(())));
    assert_eq!((web.allows_port(22, false), web.allows_port(443, true)), (Err(Refusal::Port(22)), Err(Refusal::Udp)));
    assert_eq!((full().allows_port(443, true), full().allows_port(22, false)), (Ok(()), Ok(())));
    let forged = Policy { ports: vec![0, 25], ..web };
    assert_eq!(
        (forged.allows_port(25, false), forged.allows_port(0, false)),
        (Err(Refusal::Port(25)), Err(Refusal::Port(0)))
    );
    assert_eq!(agreed(Preset::CommunityOnly).allows_port(443, false), Err(Refusal::CommunityOnly));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("none")),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z_]{1,8}", inner), 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn anything_in_any_place_is_read_or_refused(n in 0usize..60, value in any_json(), now: u64) {
        let mut doc = full().to_doc();
        let mut paths = Vec::new();
        collect(&doc, String::new(), &mut paths);
        *doc.pointer_mut(&paths[n % paths.len()]).unwrap() = value;
        if let Ok(policy) = Policy::from_doc(&doc) {
            prop_assert_eq!(Policy::from_doc(&policy.to_doc()), Ok(policy.clone()));
            prop_assert!(!policy.ports.contains(&25));
            let _ = (policy.is_open(now), policy.next_open(now), policy.closes(now), policy.reserve_percent(now));
        }
    }
}

fn collect(value: &Value, at: String, out: &mut Vec<String>) {
    out.push(at.clone());
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| collect(v, format!("{at}/{k}"), out)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, v)| collect(v, format!("{at}/{n}"), out)),
        _ => {}
    }
}
