//! Counting: who may have how many bytes now, and what they have had. A state machine; the node keeps its counters.
//!
//! Order of calls: [`Meter::open`] for a new connection; then, again and again, [`Meter::allow`], and once the granted bytes
//! are sent or lost, [`Meter::took`] with how many it were; [`Meter::close`] at the end. Limits stack, and the strictest one
//! that is reached wins. Not for: hours, ports and who may come in ([`super::policy`]), or what is owed
//! ([`super::receipt`]).
//!
//! Days and months are those of the policy's time zone. A clock that steps back resets nothing: the later day goes on, for at
//! most two days; a clock that was further ahead was wrong, and its counters go on under the right day.

use std::collections::BTreeMap;

use super::{Moment, Policy, Refusal};
use crate::fields::{FieldError, Reader, Writer};
use crate::id::Id;
use crate::limits::METER_MEMBERS_MAX;
use crate::listing::At;

/// A person under another name: what a gateway's disk knows them by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Member(pub [u8; 16]);

impl Member {
    /// The name of a person or group at a gateway; `secret` stays at the gateway, so that nobody else can tell who it is.
    pub fn new(secret: &[u8; 32], owner: &Id) -> Member {
        let hash = blake3::keyed_hash(secret, &owner.0);
        let mut name = [0; 16];
        name.copy_from_slice(&hash.as_bytes()[..16]);
        Member(name)
    }
}

/// The time, by two clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Now {
    /// Seconds since 1970 by the wall clock, which may jump.
    pub second: u64,
    /// Milliseconds by a clock that never steps back and counts from anywhere.
    pub tick_ms: u64,
}

/// May they?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// This many bytes, 1 to what was wanted. They are set aside until [`Meter::took`].
    Grant(u64),
    /// Not yet: ask again in so many milliseconds.
    Wait(u64),
    /// No.
    Refuse(Refusal),
}

/// What somebody used and has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    /// Bytes today.
    pub day_bytes: u64,
    /// Seconds today.
    pub day_seconds: u64,
    /// Bytes left today, the month's budget included; `None`: no limit.
    pub bytes_left: Option<u64>,
    /// Seconds left today; `None`: no limit.
    pub seconds_left: Option<u64>,
    /// When the share starts again.
    pub again: Option<Moment>,
}

/// Why counters on disk were refused. The remedy for each: the copy before, and if there is none, begin with what the
/// receipts say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountersError {
    /// Damaged, or cut short.
    #[error("the counters are damaged")]
    Damaged,
    /// Written by a later version.
    #[error("the counters were written by a later version")]
    Version,
    /// Not in the one form.
    #[error("the counters are not in order: {0}")]
    Form(#[from] FieldError),
}

/// Traffic closer together than this is one stretch of use.
const PAUSE_MS: u64 = 60_000;
/// Smallest grant while more is wanted: fewer, larger turns.
const CHUNK: u64 = 16 * 1024;
/// Longest time to wait before asking again.
const WAIT_MS_MAX: u64 = 1000;
/// How far the wall clock may step back with the later day going on.
const BACK_DAYS: u32 = 2;

#[derive(Clone, Debug, Default)]
struct Account {
    day: u32,
    bytes: u64,
    ms: u64,
    last_tick: Option<u64>,
    /// Granted and not yet taken.
    held: u64,
    circuits: u32,
    bucket: Bucket,
}

/// A token bucket of one second, exact: levels are bytes times milliseconds.
#[derive(Clone, Debug, Default)]
struct Bucket {
    level: u128,
    tick_ms: Option<u64>,
}

impl Bucket {
    fn bytes(&mut self, rate: u64, tick_ms: u64) -> u64 {
        let full = u128::from(rate) * 1000;
        self.level = match self.tick_ms {
            None => full,
            Some(then) => (self.level + u128::from(rate) * u128::from(tick_ms.saturating_sub(then))).min(full),
        };
        self.tick_ms = Some(self.tick_ms.unwrap_or(0).max(tick_ms));
        (self.level / 1000) as u64
    }
    fn take(&mut self, bytes: u64) {
        self.level = self.level.saturating_sub(u128::from(bytes) * 1000);
    }
    fn put_back(&mut self, bytes: u64) {
        self.level += u128::from(bytes) * 1000;
    }
    fn wait(&self, rate: u64, bytes: u64) -> u64 {
        let missing = (u128::from(bytes) * 1000).saturating_sub(self.level);
        (missing.div_ceil(u128::from(rate.max(1))) as u64).clamp(1, WAIT_MS_MAX)
    }
}

/// The counters of one gateway.
#[derive(Clone, Debug)]
pub struct Meter {
    policy: Policy,
    day: u32,
    month: u32,
    /// When the wall clock must be asked again what day it is.
    day_until: u64,
    day_from: u64,
    month_bytes: u64,
    month_held: u64,
    circuits: u32,
    accounts: BTreeMap<Member, Account>,
}

impl Meter {
    /// Begins at zero.
    pub fn new(policy: Policy, now: Now) -> Meter {
        let mut meter = Meter {
            policy,
            day: 0,
            month: 0,
            day_until: 0,
            day_from: 0,
            month_bytes: 0,
            month_held: 0,
            circuits: 0,
            accounts: BTreeMap::new(),
        };
        meter.turn_page(now.second);
        meter
    }

    /// Goes on from what [`Meter::encode`] wrote.
    pub fn restore(policy: Policy, bytes: &[u8], now: Now) -> Result<Meter, CountersError> {
        let mut meter = Meter::new(policy, now);
        let (check, map) = bytes.split_first_chunk::<16>().ok_or(CountersError::Damaged)?;
        if *check != checksum(map) {
            return Err(CountersError::Damaged);
        }
        let mut r = Reader::new(map)?;
        if r.uint(key::VERSION)? != 1 {
            return Err(CountersError::Version);
        }
        let small = |n: u64, key| u32::try_from(n).map_err(|_| FieldError::Value(key));
        let (day, month) = (small(r.uint(key::DAY)?, key::DAY)?, small(r.uint(key::MONTH)?, key::MONTH)?);
        let month_bytes = r.uint(key::MONTH_BYTES)?;
        let (rows, rest) = r.bytes(key::ROWS)?.as_chunks::<ROW>();
        r.finish()?;
        let members: Vec<Member> = rows.iter().map(|row| Member(part(row, 0))).collect();
        if !rest.is_empty() || rows.len() > METER_MEMBERS_MAX || !members.windows(2).all(|w| w[0] < w[1]) {
            return Err(FieldError::Value(key::ROWS).into());
        }
        for (member, row) in members.into_iter().zip(rows) {
            let (bytes, ms) = (u64::from_be_bytes(part(row, 16)), u64::from_be_bytes(part(row, 24)));
            meter.accounts.insert(member, Account { day, bytes, ms, ..Account::default() });
        }
        (meter.day, meter.month, meter.month_bytes, meter.day_until) = (day, month, month_bytes, 0);
        meter.turn_page(now.second);
        Ok(meter)
    }

    /// The counters, in their one form. What is granted and not yet taken is not in them.
    pub fn encode(&self) -> Vec<u8> {
        let mut rows = Vec::with_capacity(self.accounts.len() * ROW);
        for (member, account) in self.accounts.iter().filter(|(_, a)| a.day == self.day && a.bytes + a.ms > 0) {
            rows.extend(member.0);
            rows.extend(account.bytes.to_be_bytes());
            rows.extend(account.ms.to_be_bytes());
        }
        let mut w = Writer::new();
        w.uint(key::VERSION, 1).uint(key::DAY, self.day.into()).uint(key::MONTH, self.month.into());
        let map = w.uint(key::MONTH_BYTES, self.month_bytes).bytes(key::ROWS, &rows).finish();
        [&checksum(&map)[..], &map].concat()
    }

    /// Other rules from now on; what was counted stays.
    pub fn set_policy(&mut self, policy: Policy, now: Now) {
        self.policy = policy;
        self.day_until = 0;
        self.turn_page(now.second);
    }

    /// A new connection of somebody.
    pub fn open(&mut self, member: Member, price_accepted: bool, now: Now) -> Result<(), Refusal> {
        self.turn_page(now.second);
        let limits = &self.policy.limits;
        let (most, all) = (limits.circuits_per_person, limits.circuits);
        if self.circuits >= all {
            return Err(Refusal::Busy);
        }
        if self.accounts.get(&member).is_some_and(|a| a.circuits >= most) {
            return Err(Refusal::Circuits(most));
        }
        self.left(member, price_accepted, now)?;
        self.account(member)?.circuits += 1;
        self.circuits += 1;
        Ok(())
    }

    /// A connection ended.
    pub fn close(&mut self, member: Member) {
        if let Some(account) = self.accounts.get_mut(&member).filter(|a| a.circuits > 0) {
            account.circuits -= 1;
            self.circuits -= 1;
        }
    }

    /// Somebody wants to send or fetch `want` bytes (at least 1). `price_accepted`: they said yes to the policy's price.
    pub fn allow(&mut self, member: Member, want: u64, price_accepted: bool, now: Now) -> Answer {
        self.turn_page(now.second);
        let left = match self.left(member, price_accepted, now) {
            Ok(left) => left,
            Err(refusal) => return Answer::Refuse(refusal),
        };
        let want = want.max(1).min(left);
        let rate = self.policy.limits.bytes_per_second;
        let account = match self.account(member) {
            Ok(account) => account,
            Err(refusal) => return Answer::Refuse(refusal),
        };
        let mut may = want;
        if let Some(rate) = rate {
            let have = account.bucket.bytes(rate, now.tick_ms);
            let need = want.min(CHUNK).min(rate);
            if have < need {
                return Answer::Wait(account.bucket.wait(rate, need));
            }
            may = may.min(have);
        }
        account.bucket.take(may);
        account.held += may;
        self.month_held += may;
        Answer::Grant(may)
    }

    /// Of `granted` bytes, `used` were really sent or fetched. Gives how many of them cost something.
    pub fn took(&mut self, member: Member, granted: u64, used: u64, now: Now) -> u64 {
        self.turn_page(now.second);
        let (day, floor, pence) = (self.day, self.policy.limits.floor_bytes, self.policy.pence_per_gb);
        let unused = granted.saturating_sub(used);
        self.month_held = self.month_held.saturating_sub(granted);
        self.month_bytes = self.month_bytes.saturating_add(used);
        let Some(account) = self.accounts.get_mut(&member) else { return 0 };
        account.roll(day);
        account.held = account.held.saturating_sub(granted);
        account.bucket.put_back(unused);
        if used > 0 {
            let gap = account.last_tick.map(|then| now.tick_ms.saturating_sub(then));
            account.ms = account.ms.saturating_add(gap.filter(|gap| *gap <= PAUSE_MS).unwrap_or(1000));
            account.last_tick = Some(now.tick_ms);
        }
        let before = account.bytes;
        account.bytes = before.saturating_add(used);
        if pence == 0 { 0 } else { account.bytes.saturating_sub(floor) - before.saturating_sub(floor) }
    }

    /// What somebody used today and has left.
    pub fn usage(&mut self, member: Member, now: Now) -> Usage {
        self.turn_page(now.second);
        let account = self.accounts.get(&member).filter(|a| a.day == self.day);
        let (bytes, ms) = account.map_or((0, 0), |a| (a.bytes, a.ms));
        let limits = &self.policy.limits;
        let month = limits.month_bytes.map(|most| most.saturating_sub(self.month_bytes));
        let day = limits.day_bytes.map(|most| most.saturating_sub(bytes));
        Usage {
            day_bytes: bytes,
            day_seconds: ms / 1000,
            bytes_left: [day, month].into_iter().flatten().min(),
            seconds_left: limits.day_seconds.map(|most| most.saturating_sub(ms / 1000)),
            again: self.again(now.second, false),
        }
    }

    /// Bytes of everybody this month.
    pub fn month_bytes(&self) -> u64 {
        self.month_bytes
    }

    /// Connections open now.
    pub fn circuits(&self) -> u32 {
        self.circuits
    }

    /// Bytes that limits of day and month leave, held ones taken off; at least 1.
    fn left(&self, member: Member, price_accepted: bool, now: Now) -> Result<u64, Refusal> {
        let limits = &self.policy.limits;
        let account = self.accounts.get(&member);
        let today = account.filter(|a| a.day == self.day);
        let (bytes, ms) = today.map_or((0, 0), |a| (a.bytes, a.ms));
        let used = bytes.saturating_add(account.map_or(0, |a| a.held));
        let mut left = u64::MAX;
        if let Some(most) = limits.month_bytes {
            left = most.saturating_sub(self.month_bytes.saturating_add(self.month_held));
            if left == 0 {
                return Err(Refusal::MonthBytes(self.again(now.second, true)));
            }
        }
        if let Some(most) = limits.day_bytes {
            left = left.min(most.saturating_sub(used));
            if left == 0 {
                return Err(Refusal::DayBytes(self.again(now.second, false)));
            }
        }
        if limits.day_seconds.is_some_and(|most| ms / 1000 >= most) {
            return Err(Refusal::DayTime(self.again(now.second, false)));
        }
        if self.policy.pence_per_gb > 0 && !price_accepted {
            left = left.min(limits.floor_bytes.saturating_sub(used));
            if left == 0 {
                return Err(Refusal::Floor(self.policy.pence_per_gb));
            }
        }
        Ok(left)
    }

    /// The account of a member, today's. When there is no room: those that have nothing today make some.
    fn account(&mut self, member: Member) -> Result<&mut Account, Refusal> {
        let day = self.day;
        if !self.accounts.contains_key(&member) && self.accounts.len() >= METER_MEMBERS_MAX {
            self.accounts.retain(|_, a| a.circuits > 0 || a.held > 0 || (a.day == day && a.bytes + a.ms > 0));
            if self.accounts.len() >= METER_MEMBERS_MAX {
                return Err(Refusal::Busy);
            }
        }
        let account = self.accounts.entry(member).or_default();
        account.roll(day);
        Ok(account)
    }

    /// Looks what day it is, when the one that was known may be over.
    fn turn_page(&mut self, second: u64) {
        if (self.day_from..self.day_until).contains(&second) {
            return;
        }
        let Some(at) = self.at(second) else { return };
        let (day, month) = (at.day_count(), at.month_count());
        let back = day < self.day;
        if day > self.day || self.day - day > BACK_DAYS {
            if month > self.month {
                (self.month_bytes, self.month) = (0, month);
            }
            if back {
                // The clock had been far ahead: what was counted goes on under the right names.
                self.accounts.values_mut().filter(|a| a.day > day).for_each(|a| a.day = day);
                self.month = month;
            }
            self.day = day;
        }
        self.day_from = second;
        self.day_until = at.next_day_second();
    }

    fn again(&self, second: u64, month: bool) -> Option<Moment> {
        let at = self.at(second)?;
        let begins = if month { at.next_month_second() } else { at.next_day_second() };
        // A new day is of no use before the doors open.
        Some(Moment::new(self.policy.next_open(begins)?, &at))
    }

    fn at(&self, second: u64) -> Option<At> {
        At::new(&self.policy.time_zone, second.saturating_mul(1000)).ok()
    }
}

impl Account {
    fn roll(&mut self, day: u32) {
        if self.day < day {
            (self.bytes, self.ms) = (0, 0);
        }
        self.day = day;
    }
}

/// Member, bytes, milliseconds.
const ROW: usize = 16 + 8 + 8;

mod key {
    pub const VERSION: u64 = 1;
    pub const DAY: u64 = 2;
    pub const MONTH: u64 = 3;
    pub const MONTH_BYTES: u64 = 4;
    pub const ROWS: u64 = 5;
}

fn part<const N: usize>(row: &[u8; ROW], from: usize) -> [u8; N] {
    core::array::from_fn(|n| row[from + n])
}

fn checksum(map: &[u8]) -> [u8; 16] {
    core::array::from_fn(|n| blake3::derive_key("hedgerow 2026 counters of a gateway", map)[n])
}
