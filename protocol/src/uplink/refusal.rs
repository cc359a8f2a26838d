//! Why a connection through a gateway was refused or ended: a code for the wire, and a sentence for people.
//!
//! A refusal says what the asker may know and no more: never a host name, an address or a port other than the one that
//! was asked for. Not for: deciding, or mistakes in a policy ([`super::policy::PolicyError`]).

use super::{Moment, Rule};
use crate::fields::{FieldError, Reader, Writer};

/// Why not, or why no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The policy is for the community's own traffic only.
    CommunityOnly,
    /// Outside the hours; with the next opening, if there is one.
    Hours(Option<Moment>),
    /// The host has paused it.
    Paused,
    /// The responsible person has not agreed, or not to this way out.
    NotAgreed,
    /// The policy should have been looked at again by now.
    ReviewDue,
    /// The policy has run out.
    Ended,
    /// The asker is no member of the community, or no longer.
    NotMember,
    /// The policy is for others.
    NotForYou,
    /// The terms of this version were not accepted.
    Terms(u32),
    /// The price in pence for a gigabyte was not accepted.
    Price(u32),
    /// The asker's own ceiling for the month is reached; with the next month.
    Ceiling(Option<Moment>),
    /// This port is not allowed.
    Port(u16),
    /// Single packets (UDP) are not allowed.
    Udp,
    /// The address is not on the public internet, by this rule.
    NotPublic(Rule),
    /// An address or name written in a way that is not allowed.
    OddAddress,
    /// A name that means this computer or this building.
    LocalName,
    /// There is no such name.
    NameNotFound,
    /// The name did not resolve in time.
    NameSlow,
    /// The name stands for too many addresses.
    NameTooMany,
    /// On the host's list of closed places.
    DeniedHost,
    /// The place does not answer.
    NoAnswer,
    /// Another place answered than was asked for.
    OtherAnswered,
    /// Faster than a person may go for too long; with when to try again.
    Rate(Option<Moment>),
    /// The person's bytes for the day are used up.
    DayBytes(Option<Moment>),
    /// The person's time for the day is used up.
    DayTime(Option<Moment>),
    /// The gateway's bytes for the month are used up.
    MonthBytes(Option<Moment>),
    /// The free bytes of the day are used up, and the price in pence for a gigabyte was not accepted.
    Floor(u32),
    /// The person has this many connections open, which is the most.
    Circuits(u32),
    /// All connections of the gateway are in use, or too many are being opened.
    Busy,
    /// Receipts are missing for what was used.
    ReceiptOverdue,
    /// The voucher is over, used by somebody else or taken back.
    Voucher,
    /// The gateway cannot be reached.
    GatewayGone,
    /// The gateway's own line is down.
    UplinkDown,
    /// Nothing was sent for too long.
    Idle,
    /// The request came too slowly.
    Slow,
    /// The request was not understood.
    NotUnderstood,
    /// The gateway is stopping.
    Stopping,
    /// The gateway has not heard of the community's organisers for too long to know who belongs.
    OutOfTouch,
    /// A reason that only a later version knows.
    Other(u16),
}

mod key {
    pub const CODE: u64 = 1;
    pub const SECOND: u64 = 2;
    pub const CLOCK: u64 = 3;
    pub const NUMBER: u64 = 4;
}

impl Refusal {
    /// One of each, for tests and for documents.
    pub fn samples() -> Vec<Refusal> {
        (1..=CODE_MAX).filter_map(|code| Refusal::from_parts(code, None, Some(1)).ok()).collect()
    }

    /// The number on the wire. Numbers never change.
    pub fn code(&self) -> u16 {
        use Refusal::*;
        match self {
            CommunityOnly => 1,
            Hours(_) => 2,
            Paused => 3,
            NotAgreed => 4,
            ReviewDue => 5,
            Ended => 6,
            NotMember => 7,
            NotForYou => 8,
            Terms(_) => 9,
            Price(_) => 10,
            Ceiling(_) => 11,
            Port(_) => 12,
            Udp => 13,
            NotPublic(_) => 14,
            OddAddress => 15,
            LocalName => 16,
            NameNotFound => 17,
            NameSlow => 18,
            NameTooMany => 19,
            DeniedHost => 20,
            NoAnswer => 21,
            OtherAnswered => 22,
            Rate(_) => 23,
            DayBytes(_) => 24,
            DayTime(_) => 25,
            MonthBytes(_) => 26,
            Floor(_) => 27,
            Circuits(_) => 28,
            Busy => 29,
            ReceiptOverdue => 30,
            Voucher => 31,
            GatewayGone => 32,
            UplinkDown => 33,
            Idle => 34,
            Slow => 35,
            NotUnderstood => 36,
            Stopping => 37,
            OutOfTouch => 38,
            Other(code) => *code,
        }
    }

    /// A short name that does not change, for programs.
    pub fn name(&self) -> &'static str {
        match self.code() {
            code @ 1..=CODE_MAX => NAMES[usize::from(code) - 1],
            _ => "other",
        }
    }

    /// When it is worth trying again, where that is known.
    pub fn again(&self) -> Option<Moment> {
        use Refusal::*;
        match self {
            Hours(at) | Ceiling(at) | Rate(at) | DayBytes(at) | DayTime(at) | MonthBytes(at) => *at,
            _ => None,
        }
    }

    /// Whether another gateway may say yes to the same request.
    pub fn try_elsewhere(&self) -> bool {
        use Refusal::*;
        !matches!(
            self,
            NotMember | Ceiling(_) | OddAddress | LocalName | NameNotFound | Idle | Slow | NotUnderstood | Other(_)
        )
    }

    /// The answer of a SOCKS5 proxy (RFC 1928, section 6).
    pub fn socks_reply(&self) -> u8 {
        use Refusal::*;
        match self {
            NotUnderstood | Slow | Other(_) => 1,
            GatewayGone | UplinkDown | Stopping => 3,
            NameNotFound | NameSlow | NameTooMany | NoAnswer | OtherAnswered | Idle => 4,
            OddAddress => 8,
            _ => 2,
        }
    }

    /// The status of an HTTP proxy's answer.
    pub fn http_status(&self) -> u16 {
        use Refusal::*;
        match self {
            NotUnderstood | OddAddress => 400,
            Price(_) | Floor(_) | Ceiling(_) => 402,
            Slow => 408,
            Rate(_) | DayBytes(_) | DayTime(_) | Circuits(_) => 429,
            NameNotFound | NameTooMany | NoAnswer | OtherAnswered => 502,
            Busy | Paused | Hours(_) | MonthBytes(_) | GatewayGone | UplinkDown | Stopping | OutOfTouch => 503,
            NameSlow | Idle => 504,
            _ => 403,
        }
    }

    /// The refusal on the wire: 1 code · 2? second and 3 clock, of when it starts again · 4? number.
    pub fn encode(&self) -> Vec<u8> {
        use Refusal::*;
        let mut w = Writer::new();
        w.uint(key::CODE, self.code().into());
        if let Some(at) = self.again() {
            w.uint(key::SECOND, at.second).uint(key::CLOCK, at.detail());
        }
        match self {
            Terms(n) | Price(n) | Floor(n) | Circuits(n) => {
                w.uint(key::NUMBER, u64::from(*n));
            }
            Port(n) => {
                w.uint(key::NUMBER, u64::from(*n));
            }
            NotPublic(rule) => {
                w.uint(key::NUMBER, rule.code());
            }
            _ => {}
        }
        w.finish()
    }

    /// Reads what [`encode`](Refusal::encode) wrote. A code of a later version is [`Refusal::Other`], whatever it carries.
    pub fn decode(bytes: &[u8]) -> Result<Refusal, FieldError> {
        let mut r = Reader::new(bytes)?;
        let code = u16::try_from(r.uint(key::CODE)?).map_err(|_| FieldError::Value(key::CODE))?;
        if code == 0 {
            return Err(FieldError::Value(key::CODE));
        }
        if code > CODE_MAX {
            return Ok(Refusal::Other(code));
        }
        let again = match r.has(key::SECOND) {
            false => None,
            true => {
                let (second, clock) = (r.uint(key::SECOND)?, r.uint(key::CLOCK)?);
                Some(Moment::from_detail(second, clock).ok_or(FieldError::Value(key::CLOCK))?)
            }
        };
        let number = if r.has(key::NUMBER) { Some(r.uint(key::NUMBER)?) } else { None };
        r.finish()?;
        let out = Refusal::from_parts(code, again, number)?;
        // A part that this reason does not carry would be a second form of the same refusal.
        if out.again() != again || out.has_number() != number.is_some() {
            return Err(FieldError::Unknown(if out.again() != again { key::SECOND } else { key::NUMBER }));
        }
        Ok(out)
    }

    fn has_number(&self) -> bool {
        use Refusal::*;
        matches!(self, Terms(_) | Price(_) | Floor(_) | Circuits(_) | Port(_) | NotPublic(_))
    }

    fn from_parts(code: u16, again: Option<Moment>, number: Option<u64>) -> Result<Refusal, FieldError> {
        use Refusal::*;
        let n = || number.ok_or(FieldError::Missing(key::NUMBER));
        let small = || u32::try_from(n()?).map_err(|_| FieldError::Value(key::NUMBER));
        Ok(match code {
            1 => CommunityOnly,
            2 => Hours(again),
            3 => Paused,
            4 => NotAgreed,
            5 => ReviewDue,
            6 => Ended,
            7 => NotMember,
            8 => NotForYou,
            9 => Terms(small()?),
            10 => Price(small()?),
            11 => Ceiling(again),
            12 => Port(u16::try_from(n()?).map_err(|_| FieldError::Value(key::NUMBER))?),
            13 => Udp,
            // A rule that only a later version knows is a rule all the same.
            14 => NotPublic(match n()? {
                code @ 1..=255 => Rule::from_code(code).unwrap_or(Rule::Later),
                _ => return Err(FieldError::Value(key::NUMBER)),
            }),
            15 => OddAddress,
            16 => LocalName,
            17 => NameNotFound,
            18 => NameSlow,
            19 => NameTooMany,
            20 => DeniedHost,
            21 => NoAnswer,
            22 => OtherAnswered,
            23 => Rate(again),
            24 => DayBytes(again),
            25 => DayTime(again),
            26 => MonthBytes(again),
            27 => Floor(small()?),
            28 => Circuits(small()?),
            29 => Busy,
            30 => ReceiptOverdue,
            31 => Voucher,
            32 => GatewayGone,
            33 => UplinkDown,
            34 => Idle,
            35 => Slow,
            36 => NotUnderstood,
            37 => Stopping,
            38 => OutOfTouch,
            other => Other(other),
        })
    }
}

const CODE_MAX: u16 = 38;
const NAMES: [&str; CODE_MAX as usize] = [
    "community-only",
    "hours",
    "paused",
    "not-agreed",
    "review-due",
    "ended",
    "not-member",
    "not-for-you",
    "terms",
    "price",
    "ceiling",
    "port",
    "udp",
    "not-public",
    "odd-address",
    "local-name",
    "name-not-found",
    "name-slow",
    "name-too-many",
    "denied-host",
    "no-answer",
    "other-answered",
    "rate",
    "day-bytes",
    "day-time",
    "month-bytes",
    "floor",
    "circuits",
    "busy",
    "receipt-overdue",
    "voucher",
    "gateway-gone",
    "uplink-down",
    "idle",
    "slow",
    "not-understood",
    "stopping",
    "out-of-touch",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: Moment = Moment { second: 1_782_900_000, offset_minutes: 60, days_ahead: 1 };

    #[test]
    fn every_refusal_is_a_sentence_and_a_code() {
        let all = Refusal::samples();
        assert_eq!(all.len(), usize::from(CODE_MAX));
        for (n, refusal) in all.iter().enumerate() {
            assert_eq!(usize::from(refusal.code()), n + 1);
            assert_eq!(Refusal::decode(&refusal.encode()), Ok(*refusal));
            let words = refusal.words();
            assert!(words.happened.ends_with('.') && words.todo.ends_with('.'), "{words:?}");
            assert!((400..=504).contains(&refusal.http_status()) && (1..=8).contains(&refusal.socks_reply()));
            let said = refusal.sentence().to_lowercase();
            for word in ["node", "peer", "hash", " nat ", "gateway", "egress", "uplink", "quota"] {
                assert!(!said.contains(word), "{said:?} says {word}");
            }
        }
        let names: std::collections::BTreeSet<_> = all.iter().map(Refusal::name).collect();
        assert_eq!(names.len(), all.len());
        let said = Refusal::DayBytes(Some(AT)).sentence();
        assert!(said.starts_with("Your share for today is used up. It starts again tomorrow at 11:00."), "{said}");
        let near = Refusal::NotPublic(Rule::Own).sentence();
        let odd = Refusal::NotPublic(Rule::Later).sentence();
        assert!(near.contains("inside the building") && !odd.contains("building"), "{near} {odd}");
        assert!(Refusal::Price(120).sentence().contains("£1.20") && Refusal::Floor(40).sentence().contains("40p"));
    }

    /// Each reason with whether another gateway may say yes, and what a SOCKS and an HTTP client are told.
    #[test]
    fn programs_are_told_the_same_thing_every_time() {
        let told = [
            ("community-only", true, 2, 403),
            ("hours", true, 2, 503),
            ("paused", true, 2, 503),
            ("not-agreed", true, 2, 403),
            ("review-due", true, 2, 403),
            ("ended", true, 2, 403),
            ("not-member", false, 2, 403),
            ("not-for-you", true, 2, 403),
            ("terms", true, 2, 403),
            ("price", true, 2, 402),
            ("ceiling", false, 2, 402),
            ("port", true, 2, 403),
            ("udp", true, 2, 403),
            ("not-public", true, 2, 403),
            ("odd-address", false, 8, 400),
            ("local-name", false, 2, 403),
            ("name-not-found", false, 4, 502),
            ("name-slow", true, 4, 504),
            ("name-too-many", true, 4, 502),
            ("denied-host", true, 2, 403),
            ("no-answer", true, 4, 502),
            ("other-answered", true, 4, 502),
            ("rate", true, 2, 429),
            ("day-bytes", true, 2, 429),
            ("day-time", true, 2, 429),
            ("month-bytes", true, 2, 503),
            ("floor", true, 2, 402),
            ("circuits", true, 2, 429),
            ("busy", true, 2, 503),
            ("receipt-overdue", true, 2, 403),
            ("voucher", true, 2, 403),
            ("gateway-gone", true, 3, 503),
            ("uplink-down", true, 3, 503),
            ("idle", false, 4, 504),
            ("slow", false, 1, 408),
            ("not-understood", false, 1, 400),
            ("stopping", true, 3, 503),
            ("out-of-touch", true, 2, 503),
            ("other", false, 1, 403),
        ];
        let all = Refusal::samples().into_iter().chain([Refusal::Other(999)]);
        let said = all.map(|r| (r.name(), r.try_elsewhere(), r.socks_reply(), r.http_status()));
        assert_eq!(said.collect::<Vec<_>>(), told);
    }

    #[test]
    fn details_travel_and_have_one_form() {
        for refusal in [
            Refusal::Hours(Some(AT)),
            Refusal::Ceiling(Some(AT)),
            Refusal::Rate(Some(AT)),
            Refusal::DayBytes(Some(AT)),
            Refusal::DayTime(Some(AT)),
            Refusal::MonthBytes(Some(AT)),
            Refusal::Price(7),
            Refusal::Floor(7),
            Refusal::Circuits(7),
            Refusal::Terms(u32::MAX),
            Refusal::Port(u16::MAX),
            Refusal::NotPublic(Rule::NearPublic),
            Refusal::NotPublic(Rule::Later),
            Refusal::Other(999),
        ] {
            assert_eq!(Refusal::decode(&refusal.encode()), Ok(refusal));
        }
        let with = |code: u64, fields: &[(u64, u64)]| {
            let mut w = Writer::new();
            w.uint(key::CODE, code);
            for (k, v) in fields {
                w.uint(*k, *v);
            }
            Refusal::decode(&w.finish())
        };
        assert_eq!(with(0, &[]), Err(FieldError::Value(1)));
        assert_eq!(with(65_536, &[]), Err(FieldError::Value(1)));
        assert_eq!(with(12, &[]), Err(FieldError::Missing(4)));
        assert_eq!(with(12, &[(4, 65_536)]), Err(FieldError::Value(4)));
        assert_eq!(with(14, &[(4, 0)]), Err(FieldError::Value(4)));
        assert_eq!(with(14, &[(4, 200)]), Ok(Refusal::NotPublic(Rule::Later)));
        assert_eq!(with(14, &[(4, 255)]), Ok(Refusal::NotPublic(Rule::Later)));
        assert_eq!(with(14, &[(4, 256)]), Err(FieldError::Value(4)));
        assert_eq!(with(9, &[(4, 1 << 32)]), Err(FieldError::Value(4)));
        assert_eq!(with(2, &[(2, 1), (3, 401)]), Err(FieldError::Value(3)));
        assert_eq!(with(37, &[]), Ok(Refusal::Stopping));
        assert_eq!(with(38, &[]), Ok(Refusal::OutOfTouch));
        assert_eq!(with(39, &[]), Ok(Refusal::Other(39)));
        assert_eq!(with(65_535, &[]), Ok(Refusal::Other(65_535)));
        assert_eq!(with(3, &[(4, 1)]), Err(FieldError::Unknown(4)));
        assert_eq!(with(3, &[(2, 1), (3, AT.detail())]), Err(FieldError::Unknown(2)));
        assert_eq!(with(2, &[(2, 1)]), Err(FieldError::Missing(3)));
        assert_eq!(with(2, &[(5, 1)]), Err(FieldError::Unknown(5)));
        assert_eq!(with(5000, &[(9, 1)]), Ok(Refusal::Other(5000)));
    }

    proptest! {
        #[test]
        fn decoding_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(refusal) = Refusal::decode(&bytes) {
                let _ = (refusal.sentence(), refusal.name());
            }
        }
        #[test]
        fn changed_bytes_never_panic(at in 0usize..12, to: u8, second: u64) {
            let mut bytes = Refusal::DayTime(Some(Moment { second, ..AT })).encode();
            let at = at % bytes.len();
            bytes[at] = to;
            if let Ok(refusal) = Refusal::decode(&bytes) {
                let _ = refusal.sentence();
            }
        }
    }
}
