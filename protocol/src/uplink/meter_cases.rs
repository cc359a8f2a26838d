//! The meter tried: every limit, jumping clocks, restarts, and many people at once.

use proptest::prelude::*;

use super::meter::*;
use super::policy::*;
use super::{Policy, Refusal};
use crate::fields::Writer;
use crate::id::Id;
use crate::limits::METER_MEMBERS_MAX;
use crate::listing::local_ms;

fn now(text: &str, tick_ms: u64) -> Now {
    Now { second: local_ms(text, "Europe/London").unwrap() / 1000, tick_ms }
}

fn policy(limits: Limits) -> Policy {
    let responsible = Responsible { name: "Ann".into(), contact: "ann@example.org".into() };
    let mut policy = Policy::preset(Preset::Web, "Hall", responsible, "Europe/London");
    policy.consent = Some(Consent { by: "Ann".into(), on: "2026-01-01".into(), own_line: false });
    policy.limits = limits;
    policy
}

fn no_limits() -> Limits {
    Limits { day_seconds: None, day_bytes: None, ..Limits::default() }
}

const ANN: Member = Member([1; 16]);
const BEN: Member = Member([2; 16]);

/// Takes everything that is granted, until something else is said.
fn drain(meter: &mut Meter, who: Member, at: Now) -> (u64, Answer) {
    let mut had = 0;
    loop {
        match meter.allow(who, 7_777, false, at) {
            Answer::Grant(n) => {
                meter.took(who, n, n, at);
                had += n;
            }
            other => return (had, other),
        }
    }
}

#[test]
fn the_day_ends_to_the_byte_and_begins_when_the_doors_open() {
    let mut rules = policy(Limits { day_bytes: Some(300_000), ..no_limits() });
    rules.hours = vec!["daily 8:00-20:00".into()];
    let mut meter = Meter::new(rules, now("2026-07-01T19:00", 0));
    let (had, said) = drain(&mut meter, ANN, now("2026-07-01T19:00", 0));
    assert_eq!(had, 300_000);
    let Answer::Refuse(refusal @ Refusal::DayBytes(Some(_))) = said else { panic!("{said:?}") };
    assert!(
        refusal.sentence().starts_with("Your share for today is used up. It starts again tomorrow at 08:00."),
        "{refusal}"
    );
    assert_eq!(drain(&mut meter, BEN, now("2026-07-01T19:00", 0)).0, 300_000, "a share each");
    assert_eq!(drain(&mut meter, ANN, now("2026-07-02T00:00", 0)).0, 300_000, "a new day");
    assert_eq!(meter.month_bytes(), 900_000);
    let usage = meter.usage(ANN, now("2026-07-02T00:00", 0));
    assert_eq!((usage.day_bytes, usage.bytes_left), (300_000, Some(0)));
    assert_eq!(meter.usage(BEN, now("2026-07-02T00:00", 0)).bytes_left, Some(300_000));
}

#[test]
fn what_is_granted_is_held_and_what_is_not_used_comes_back() {
    let at = now("2026-07-01T10:00", 0);
    let mut meter = Meter::new(policy(Limits { day_bytes: Some(1000), ..no_limits() }), at);
    assert_eq!(meter.allow(ANN, 600, false, at), Answer::Grant(600));
    assert_eq!(meter.allow(ANN, 600, false, at), Answer::Grant(400));
    assert!(matches!(meter.allow(ANN, 1, false, at), Answer::Refuse(Refusal::DayBytes(_))));
    meter.took(ANN, 600, 0, at);
    assert_eq!(meter.allow(ANN, 9999, false, at), Answer::Grant(600));
    meter.took(ANN, 400, 400, at);
    meter.took(ANN, 600, 600, at);
    assert_eq!(meter.usage(ANN, at).day_bytes, 1000);
}

#[test]
fn the_month_is_for_everybody_together() {
    let mut meter =
        Meter::new(policy(Limits { month_bytes: Some(100_000), ..no_limits() }), now("2026-07-30T10:00", 0));
    assert_eq!(drain(&mut meter, ANN, now("2026-07-30T10:00", 0)).0, 100_000);
    let (had, said) = drain(&mut meter, BEN, now("2026-07-31T10:00", 0));
    assert!(had == 0 && matches!(said, Answer::Refuse(Refusal::MonthBytes(Some(m))) if m.days_ahead == 1), "{said:?}");
    assert_eq!(
        meter.open(BEN, false, now("2026-07-31T10:00", 0)),
        Err(match said {
            Answer::Refuse(r) => r,
            _ => Refusal::Busy,
        })
    );
    assert_eq!(drain(&mut meter, BEN, now("2026-08-01T00:00", 0)).0, 100_000);
}

#[test]
fn time_is_counted_while_something_goes_on() {
    let mut meter = Meter::new(policy(Limits { day_seconds: Some(100), ..no_limits() }), now("2026-07-01T10:00", 0));
    let mut tick = 0;
    let mut step = |meter: &mut Meter, ms: u64| {
        tick += ms;
        let at = now("2026-07-01T10:00", tick);
        match meter.allow(ANN, 1, false, at) {
            Answer::Grant(n) => Ok(meter.took(ANN, n, n, at)),
            Answer::Refuse(refusal) => Err(refusal),
            Answer::Wait(_) => panic!("nothing to wait for"),
        }
    };
    step(&mut meter, 0).unwrap(); // 1 s for the first touch
    for _ in 0..9 {
        step(&mut meter, 10_000).unwrap(); // 91 s
    }
    step(&mut meter, 3_600_000).unwrap(); // an hour of nothing: 1 s
    step(&mut meter, 7_500).unwrap(); // 99.5 s
    step(&mut meter, 500).unwrap(); // 100 s
    assert!(matches!(step(&mut meter, 1), Err(Refusal::DayTime(Some(_)))));
}

#[test]
fn the_rate_of_a_person_holds_to_a_hundredth() {
    let start = now("2026-07-01T10:00", 0);
    let mut meter = Meter::new(policy(Limits { bytes_per_second: Some(100_000), ..no_limits() }), start);
    let mut had = [0u64; 2];
    let (mut tick, mut turn) = (0, 0);
    while tick < 60_000 {
        turn += 1;
        let n = turn % 2;
        let at = Now { tick_ms: tick, ..start };
        match meter.allow([ANN, BEN][n], 20_000, false, at) {
            Answer::Grant(bytes) => {
                meter.took([ANN, BEN][n], bytes, bytes, at);
                had[n] += bytes;
            }
            Answer::Wait(ms) => {
                assert!((1..=1000).contains(&ms));
                tick += 5;
            }
            Answer::Refuse(refusal) => panic!("{refusal}"),
        }
    }
    // A second's worth may go at once in the beginning.
    assert!(had.iter().all(|n| (6_000_000..=6_100_000 + 16_384).contains(n)), "{had:?}");
    let mut slow = Meter::new(policy(Limits { bytes_per_second: Some(10), ..no_limits() }), start);
    assert_eq!(slow.allow(ANN, 5000, false, start), Answer::Grant(10));
    assert_eq!(slow.allow(ANN, 5000, false, start), Answer::Wait(1000));
}

#[test]
fn the_free_share_is_never_charged() {
    let at = now("2026-07-01T10:00", 0);
    let mut rules = policy(Limits { floor_bytes: 1000, ..no_limits() });
    rules.pence_per_gb = 40;
    let mut meter = Meter::new(rules, at);
    assert_eq!(meter.allow(ANN, 5000, false, at), Answer::Grant(1000));
    assert_eq!(meter.took(ANN, 1000, 900, at), 0);
    assert_eq!(meter.allow(ANN, 5000, true, at), Answer::Grant(5000));
    assert_eq!(meter.took(ANN, 5000, 5000, at), 4900);
    assert_eq!(meter.allow(ANN, 1, false, at), Answer::Refuse(Refusal::Floor(40)));
    assert_eq!(meter.open(ANN, false, at), Err(Refusal::Floor(40)));
    assert_eq!(meter.open(ANN, true, at), Ok(()));
}

#[test]
fn connections_have_a_most_each_and_together() {
    let at = now("2026-07-01T10:00", 0);
    let mut meter = Meter::new(policy(Limits { circuits_per_person: 2, circuits: 3, ..no_limits() }), at);
    assert_eq!((meter.open(ANN, false, at), meter.open(ANN, false, at)), (Ok(()), Ok(())));
    assert_eq!(meter.open(ANN, false, at), Err(Refusal::Circuits(2)));
    assert_eq!((meter.open(BEN, false, at), meter.open(BEN, false, at)), (Ok(()), Err(Refusal::Busy)));
    meter.close(ANN);
    assert_eq!((meter.open(BEN, false, at), meter.circuits()), (Ok(()), 3));
    for _ in 0..9 {
        meter.close(ANN);
        meter.close(Member([9; 16]));
    }
    assert_eq!(meter.circuits(), 2);
}

#[test]
fn a_clock_that_jumps_gives_nothing_away_and_locks_nobody_out() {
    let limits = Limits { day_bytes: Some(1000), month_bytes: Some(1_000_000), ..no_limits() };
    let mut meter = Meter::new(policy(limits), now("2026-07-02T00:10", 0));
    assert_eq!(drain(&mut meter, ANN, now("2026-07-02T00:10", 0)).0, 1000);
    for at in ["2026-07-01T23:50", "2026-07-02T00:10", "2026-06-30T12:00", "2026-07-02T00:20"] {
        assert_eq!(drain(&mut meter, ANN, now(at, 0)).0, 0, "{at}");
    }
    // Ten years ahead and back: one new share, not one for each jump; and the next day is a new day.
    assert_eq!(drain(&mut meter, ANN, now("2036-01-01T12:00", 0)).0, 1000);
    assert_eq!(drain(&mut meter, ANN, now("2026-07-02T12:00", 0)).0, 0);
    assert_eq!(meter.month_bytes(), 1000);
    assert_eq!(drain(&mut meter, ANN, now("2026-07-03T12:00", 0)).0, 1000);
    assert_eq!(meter.month_bytes(), 2000);
    assert_eq!(drain(&mut meter, ANN, now("2026-08-01T12:00", 0)).0, 1000);
    assert_eq!(meter.month_bytes(), 1000);
}

#[test]
fn counters_come_back_after_a_restart() {
    let limits = Limits { day_bytes: Some(1000), day_seconds: Some(10_000), month_bytes: Some(5000), ..no_limits() };
    let mut meter = Meter::new(policy(limits.clone()), now("2026-07-01T10:00", 0));
    drain(&mut meter, ANN, now("2026-07-01T10:00", 77_000));
    meter.allow(BEN, 100, false, now("2026-07-01T10:00", 77_000));
    let bytes = meter.encode();
    let again = |at: &str| Meter::restore(policy(limits.clone()), &bytes, now(at, 3)).unwrap();
    assert_eq!(again("2026-07-01T11:00").encode(), bytes);
    assert_eq!(drain(&mut again("2026-07-01T11:00"), ANN, now("2026-07-01T11:00", 3)).0, 0);
    assert_eq!(
        drain(&mut again("2026-06-30T11:00"), ANN, now("2026-06-30T11:00", 3)).0,
        0,
        "the clock is behind after a restart"
    );
    let mut next = again("2026-07-02T11:00");
    assert_eq!(drain(&mut next, ANN, now("2026-07-02T11:00", 3)).0, 1000);
    assert_eq!(next.month_bytes(), 2000);
    for n in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[n] ^= 1;
        assert_eq!(
            Meter::restore(policy(limits.clone()), &bad, now("2026-07-01T11:00", 0)).err(),
            Some(CountersError::Damaged)
        );
        assert!(Meter::restore(policy(limits.clone()), &bytes[..n], now("2026-07-01T11:00", 0)).is_err());
    }
    let later = Writer::new().uint(1, 2).finish();
    let sum: [u8; 16] = core::array::from_fn(|n| blake3::derive_key("hedgerow 2026 counters of a gateway", &later)[n]);
    let later = [&sum[..], &later].concat();
    assert_eq!(Meter::restore(policy(limits), &later, now("2026-07-01T11:00", 0)).err(), Some(CountersError::Version));
}

#[test]
fn room_for_strangers_ends_and_comes_back() {
    let at = now("2026-07-01T10:00", 0);
    let mut meter = Meter::new(policy(no_limits()), at);
    let who = |n: usize| Member::new(&[7; 32], &Id(*blake3::hash(&n.to_be_bytes()).as_bytes()));
    for n in 0..METER_MEMBERS_MAX {
        assert_eq!(meter.allow(who(n), 1, false, at), Answer::Grant(1));
        meter.took(who(n), 1, 1, at);
    }
    assert_eq!(meter.allow(ANN, 1, false, at), Answer::Refuse(Refusal::Busy));
    assert_eq!(meter.allow(who(3), 1, false, at), Answer::Grant(1));
    assert_eq!(meter.allow(ANN, 1, false, now("2026-07-02T10:00", 0)), Answer::Grant(1));
    assert_ne!(who(1), who(2));
    assert_ne!(Member::new(&[8; 32], &Id([1; 32])), Member::new(&[7; 32], &Id([1; 32])));
}

proptest! {
    /// Whatever happens in whatever order, nobody gets more than the day and all together not more than the month, and
    /// what was counted is what was taken.
    #[test]
    fn limits_hold_in_any_order(steps in prop::collection::vec((0u8..3, 1u64..5000, 0u64..120, 0u8..4), 1..120), day in 1u64..20_000, month in 1u64..40_000) {
        let start = now("2026-07-30T23:58", 0);
        let limits = Limits { day_bytes: Some(day), month_bytes: Some(month), ..no_limits() };
        let mut meter = Meter::new(policy(limits.clone()), start);
        let (mut second, mut open, mut days, mut months) = (start.second, Vec::new(), std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
        for (who, want, pass, what) in steps {
            second += pass;
            let at = Now { second, tick_ms: second * 1000 };
            let member = Member([who; 16]);
            match what {
                0 | 1 => match meter.allow(member, want, false, at) {
                    Answer::Grant(n) => {
                        prop_assert!((1..=want).contains(&n));
                        open.push((member, n));
                    }
                    Answer::Refuse(Refusal::DayBytes(_) | Refusal::MonthBytes(_)) => {}
                    other => prop_assert!(false, "{other:?}"),
                },
                2 if !open.is_empty() => {
                    let (member, granted) = open.remove(0);
                    let used = granted.min(want);
                    meter.took(member, granted, used, at);
                    // 00:00 on 31 July and on 1 August.
                    let (d, m) = ((second + 3600) / 86_400, second >= local_ms("2026-08-01", "Europe/London").unwrap() / 1000);
                    *days.entry((member, d)).or_insert(0) += used;
                    *months.entry(m).or_insert(0) += used;
                }
                _ => meter = {
                    // A restart: what was not taken is given back.
                    open.clear();
                    Meter::restore(policy(limits.clone()), &meter.encode(), at).unwrap()
                },
            }
        }
        // Bytes granted before midnight may be counted after it: at most what was held then.
        prop_assert!(days.values().all(|n| *n <= 2 * day), "{days:?}");
        prop_assert!(months.values().all(|n| *n <= 2 * month), "{months:?}");
        let last = second >= local_ms("2026-08-01", "Europe/London").unwrap() / 1000;
        prop_assert_eq!(meter.month_bytes(), months.get(&last).copied().unwrap_or(0));
    }
    #[test]
    fn reading_counters_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        prop_assert!(Meter::restore(policy(no_limits()), &bytes, Now::default()).is_err());
    }
}
