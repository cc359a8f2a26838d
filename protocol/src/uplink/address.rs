//! Which addresses a gateway may reach: the public internet, and nothing of the building.
//!
//! Every range of the IANA special-purpose registries for IPv4 and IPv6 is closed, whether or not the registry calls it
//! globally reachable; of IPv6 only 2000::/3 is open at all. IPv4 addresses inside IPv6 ones are looked at as what they
//! are. Besides that, what the gateway's computer knows of its surroundings is closed. Not for: names
//! ([`super::target`]), or finding the surroundings out.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Refusal, Rule};
use crate::limits::ANSWERS_MAX;

/// A range of addresses: the first ones of `len` bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Prefix {
    first: IpAddr,
    len: u8,
}

impl Prefix {
    /// The range of `len` bits that an address is in; `None` when there are not so many bits.
    pub fn new(address: IpAddr, len: u8) -> Option<Prefix> {
        let first = match address {
            IpAddr::V4(a) if len <= 32 => Ipv4Addr::from_bits(a.to_bits() & mask32(len)).into(),
            IpAddr::V6(a) if len <= 128 => Ipv6Addr::from_bits(a.to_bits() & mask128(len)).into(),
            _ => return None,
        };
        Some(Prefix { first, len })
    }

    /// Reads `192.168.0.0/16`, `2001:db8::/32` or a single address; bits beyond the length must be zero.
    pub fn parse(text: &str) -> Option<Prefix> {
        let (address, len) = match text.trim().split_once('/') {
            None => (text.trim(), None),
            Some((address, len)) => (address, Some(len)),
        };
        let address: IpAddr = address.parse().ok()?;
        let len = match len {
            None => {
                if address.is_ipv4() {
                    32
                } else {
                    128
                }
            }
            Some(len) if len.len() <= 3 && len.bytes().all(|b| b.is_ascii_digit()) => len.parse().ok()?,
            Some(_) => return None,
        };
        Prefix::new(address, len).filter(|p| p.first == address)
    }

    /// Whether an address is in it. The two families never meet.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(p), IpAddr::V4(a)) => a.to_bits() & mask32(self.len) == p.to_bits(),
            (IpAddr::V6(p), IpAddr::V6(a)) => a.to_bits() & mask128(self.len) == p.to_bits(),
            _ => false,
        }
    }

    /// Its first address.
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// Its length in bits.
    pub fn bits(&self) -> u8 {
        self.len
    }

    /// Whether it holds half the internet or more: the way out, and no network of its own.
    pub fn is_default(&self) -> bool {
        self.len <= if self.first.is_ipv4() { 1 } else { 3 }
    }
}

impl core::fmt::Display for Prefix {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/{}", self.first, self.len)
    }
}

/// What a gateway's computer knows of where it stands. The node finds it out, and again whenever the network changes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Surroundings {
    /// Every address of its interfaces.
    pub own: Vec<IpAddr>,
    /// The networks its interfaces are on.
    pub connected: Vec<Prefix>,
    /// Every other route; those to half the internet or more are passed over.
    pub routes: Vec<Prefix>,
    /// Under which addresses the internet sees it, besides its own public ones.
    pub public: Vec<IpAddr>,
    /// Prefixes behind which IPv4 is reached over IPv6: 32, 40, 48, 56, 64 or 96 bits (RFC 6052); others are passed over.
    pub nat64: Vec<Prefix>,
    /// Ranges that the host closes.
    pub listed: Vec<Prefix>,
}

/// Says of an address whether it may be reached.
#[derive(Clone, Debug, Default)]
pub struct Classifier {
    own: Vec<IpAddr>,
    nat64: Vec<Prefix>,
    closed: Vec<(Prefix, Rule)>,
}

impl Classifier {
    /// The rules at a place.
    pub fn new(at: &Surroundings) -> Classifier {
        let mut own: Vec<IpAddr> = at.own.iter().map(IpAddr::to_canonical).collect();
        own.sort_unstable();
        let near =
            own.iter().copied().chain(at.public.iter().map(IpAddr::to_canonical)).filter(|a| special(*a).is_none());
        let near = near.filter_map(|a| Prefix::new(a, if a.is_ipv4() { 24 } else { 48 }));
        let routes = at.routes.iter().copied().filter(|p| !p.is_default());
        let mut closed: Vec<(Prefix, Rule)> = at.connected.iter().map(|p| (*p, Rule::Connected)).collect();
        closed.extend(routes.map(|p| (p, Rule::Route)));
        closed.extend(near.map(|p| (p, Rule::NearPublic)));
        closed.extend(at.listed.iter().map(|p| (*p, Rule::Listed)));
        Classifier { own, nat64: at.nat64.clone(), closed }
    }

    /// Whether an address may be reached, and if not, the first rule against it: what the whole internet keeps closed
    /// comes before what is only so here, so that a refusal tells nothing of a building's private addresses.
    pub fn classify(&self, address: IpAddr) -> Result<(), Rule> {
        self.against(address).next().map_or(Ok(()), Err)
    }

    /// Every rule against an address, for a dry run at the host's own computer.
    pub fn rules(&self, address: IpAddr) -> Vec<Rule> {
        let mut out: Vec<Rule> = Vec::new();
        for rule in self.against(address) {
            if !out.contains(&rule) {
                out.push(rule);
            }
        }
        out
    }

    fn against(&self, address: IpAddr) -> impl Iterator<Item = Rule> {
        let inner = match address {
            IpAddr::V4(_) => Vec::new(),
            IpAddr::V6(a) => self.inside(a),
        };
        let outer = special(address);
        // Inside first: "a private address" says more than "an address with another one inside".
        let inside = inner.into_iter().flat_map(move |(v4, form)| {
            let rules: Vec<Rule> = special(v4.into()).into_iter().chain(self.here(v4.into())).collect();
            if rules.is_empty() || form != Rule::Isatap { rules } else { vec![form] }
        });
        inside.chain(outer).chain(self.here(address))
    }

    fn here(&self, address: IpAddr) -> impl Iterator<Item = Rule> {
        let own = self.own.binary_search(&address).is_ok().then_some(Rule::Own);
        own.into_iter().chain(self.closed.iter().filter(move |(p, _)| p.contains(address)).map(|(_, rule)| *rule))
    }

    /// The IPv4 addresses inside an IPv6 one, with the form they are in.
    fn inside(&self, address: Ipv6Addr) -> Vec<(Ipv4Addr, Rule)> {
        let bits = address.to_bits();
        let v4 = |shift: u32| Ipv4Addr::from_bits((bits >> shift) as u32);
        let mut out = Vec::new();
        match special(address.into()) {
            Some(form @ (Rule::Mapped | Rule::Compatible | Rule::Translation)) => out.push((v4(0), form)),
            Some(Rule::SixToFour) => out.push((v4(80), Rule::SixToFour)),
            // The server, and the client with every bit turned over.
            Some(Rule::Teredo) => {
                out.extend([v4(64), Ipv4Addr::from_bits(!v4(0).to_bits())].map(|a| (a, Rule::Teredo)))
            }
            _ => {}
        }
        for prefix in self.nat64.iter().filter(|p| p.contains(address.into())) {
            out.extend(nat64_inside(bits, prefix.len).map(|a| (a, Rule::Translation)));
        }
        // The middle of the last 64 bits is 0000:5efe, or 0200:5efe for a globally unique address (RFC 5214).
        if (bits >> 32) as u32 & 0xfdff_ffff == 0x5efe {
            out.push((v4(0), Rule::Isatap));
        }
        out
    }
}

/// The IPv4 address behind a translation prefix (RFC 6052, section 2.2): it goes on after the prefix, stepping over bits
/// 64 to 71.
fn nat64_inside(bits: u128, len: u8) -> Option<Ipv4Addr> {
    let bytes = bits.to_be_bytes();
    let from = usize::from(len / 8);
    let places: Vec<usize> = match len {
        32 | 40 | 48 | 56 | 64 => (from..).filter(|n| *n != 8).take(4).collect(),
        96 => (12..16).collect(),
        _ => return None,
    };
    let mut v4 = [0; 4];
    v4.iter_mut().zip(places).for_each(|(byte, n)| *byte = bytes[n]);
    Some(v4.into())
}

/// Checks what a name resolved to. Every answer must be public; the order to dial them in: as they came, the two families
/// by turns, each once.
pub fn check_answers(answers: &[IpAddr], classifier: &Classifier) -> Result<Vec<IpAddr>, Refusal> {
    if answers.is_empty() {
        return Err(Refusal::NameNotFound);
    }
    if answers.len() > ANSWERS_MAX {
        return Err(Refusal::NameTooMany);
    }
    let mut families: [Vec<IpAddr>; 2] = Default::default();
    let first = answers[0].is_ipv4();
    for answer in answers {
        classifier.classify(*answer).map_err(Refusal::NotPublic)?;
        let family = &mut families[usize::from(answer.is_ipv4() != first)];
        if !family.contains(answer) {
            family.push(*answer);
        }
    }
    let [a, b] = families;
    let most = a.len().max(b.len());
    Ok((0..most).flat_map(|n| [a.get(n), b.get(n)]).flatten().copied().collect())
}

fn mask32(len: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0)
}

fn mask128(len: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0)
}

/// The rule of the narrowest special-purpose range an address is in.
fn special(address: IpAddr) -> Option<Rule> {
    match address {
        IpAddr::V4(a) => V4.iter().filter(|r| a.to_bits() & mask32(r.1) == r.0).max_by_key(|r| r.1).map(|r| r.2),
        IpAddr::V6(a) => {
            let bits = a.to_bits();
            let row = V6.iter().filter(|r| bits & mask128(r.1) == r.0 << 64 | r.3).max_by_key(|r| r.1).map(|r| r.2);
            row.or((bits >> 125 != 1).then_some(Rule::NotGlobalUnicast))
        }
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8) -> u32 {
    u32::from_be_bytes([a, b, c, d])
}

/// The IANA IPv4 Special-Purpose Address Registry, and multicast, which has a registry of its own.
const V4: [(u32, u8, Rule); 27] = [
    (v4(0, 0, 0, 0), 8, Rule::ThisNetwork),
    (v4(0, 0, 0, 0), 32, Rule::ThisHost),
    (v4(10, 0, 0, 0), 8, Rule::PrivateUse),
    (v4(100, 64, 0, 0), 10, Rule::SharedSpace),
    (v4(127, 0, 0, 0), 8, Rule::Loopback),
    (v4(169, 254, 0, 0), 16, Rule::LinkLocal),
    (v4(172, 16, 0, 0), 12, Rule::PrivateUse),
    (v4(192, 0, 0, 0), 24, Rule::ProtocolAssignments),
    (v4(192, 0, 0, 0), 29, Rule::ServiceContinuity),
    (v4(192, 0, 0, 8), 32, Rule::DummyAddress),
    (v4(192, 0, 0, 9), 32, Rule::PortControl),
    (v4(192, 0, 0, 10), 32, Rule::Turn),
    (v4(192, 0, 0, 170), 32, Rule::Nat64Discovery),
    (v4(192, 0, 0, 171), 32, Rule::Nat64Discovery),
    (v4(192, 0, 2, 0), 24, Rule::Documentation),
    (v4(192, 31, 196, 0), 24, Rule::As112),
    (v4(192, 52, 193, 0), 24, Rule::Amt),
    (v4(192, 88, 99, 0), 24, Rule::SixToFourRelay),
    (v4(192, 88, 99, 2), 32, Rule::SixA44),
    (v4(192, 168, 0, 0), 16, Rule::PrivateUse),
    (v4(192, 175, 48, 0), 24, Rule::DirectDelegation),
    (v4(198, 18, 0, 0), 15, Rule::Benchmarking),
    (v4(198, 51, 100, 0), 24, Rule::Documentation),
    (v4(203, 0, 113, 0), 24, Rule::Documentation),
    (v4(224, 0, 0, 0), 4, Rule::Multicast),
    (v4(240, 0, 0, 0), 4, Rule::Reserved),
    (v4(255, 255, 255, 255), 32, Rule::Broadcast),
];

/// The IANA IPv6 Special-Purpose Address Registry, and multicast, site-local and IPv4-compatible addresses, which have
/// registries of their own. Columns: upper 64 bits, length, rule, lower 64 bits.
const V6: [(u128, u8, Rule, u128); 28] = [
    (0, 128, Rule::Unspecified, 0),
    (0, 128, Rule::Loopback6, 1),
    (0, 96, Rule::Compatible, 0),
    (0, 96, Rule::Mapped, 0xffff_0000_0000),
    (0x0064_ff9b_0000_0000, 96, Rule::Translation, 0),
    (0x0064_ff9b_0001_0000, 48, Rule::Translation, 0),
    (0x0100_0000_0000_0000, 64, Rule::DiscardOnly, 0),
    (0x0100_0000_0000_0001, 64, Rule::DummyPrefix, 0),
    (0x2001_0000_0000_0000, 23, Rule::ProtocolAssignments6, 0),
    (0x2001_0000_0000_0000, 32, Rule::Teredo, 0),
    (0x2001_0001_0000_0000, 128, Rule::PortControl, 1),
    (0x2001_0001_0000_0000, 128, Rule::Turn, 2),
    (0x2001_0001_0000_0000, 128, Rule::ServiceRegistration, 3),
    (0x2001_0002_0000_0000, 48, Rule::Benchmarking, 0),
    (0x2001_0003_0000_0000, 32, Rule::Amt, 0),
    (0x2001_0004_0112_0000, 48, Rule::As112, 0),
    (0x2001_0010_0000_0000, 28, Rule::Orchid, 0),
    (0x2001_0020_0000_0000, 28, Rule::Orchid2, 0),
    (0x2001_0030_0000_0000, 28, Rule::DroneTags, 0),
    (0x2001_0db8_0000_0000, 32, Rule::Documentation, 0),
    (0x2002_0000_0000_0000, 16, Rule::SixToFour, 0),
    (0x2620_004f_8000_0000, 48, Rule::DirectDelegation, 0),
    (0x3fff_0000_0000_0000, 20, Rule::Documentation, 0),
    (0x5f00_0000_0000_0000, 16, Rule::SegmentRouting, 0),
    (0xfc00_0000_0000_0000, 7, Rule::UniqueLocal, 0),
    (0xfe80_0000_0000_0000, 10, Rule::LinkLocal6, 0),
    (0xfec0_0000_0000_0000, 10, Rule::SiteLocal, 0),
    (0xff00_0000_0000_0000, 8, Rule::Multicast, 0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap_or_else(|_| panic!("{text}"))
    }

    fn prefixes(list: &[&str]) -> Vec<Prefix> {
        list.iter().map(|p| Prefix::parse(p).unwrap_or_else(|| panic!("{p}"))).collect()
    }

    fn riverside() -> Classifier {
        Classifier::new(&Surroundings {
            own: ["192.168.7.2", "81.2.69.142", "2a00:23c5:1:2::9", "fe80::1"].map(ip).to_vec(),
            connected: prefixes(&["192.168.7.0/24", "81.2.69.128/28", "2a00:23c5:1:2::/64", "fe80::/64"]),
            routes: prefixes(&["0.0.0.0/0", "128.0.0.0/1", "2000::/3", "62.4.0.0/16", "2a01:4::/32"]),
            public: vec![ip("::ffff:51.7.7.7"), ip("10.9.9.9")],
            nat64: prefixes(&["2a00:64::/96", "2a00:6464::/32"]),
            listed: prefixes(&["93.184.0.0/16", "2606:2800::/32"]),
        })
    }

    #[test]
    fn what_is_public_and_what_is_not() {
        let c = riverside();
        for public in
            ["1.1.1.1", "9.255.255.255", "11.0.0.0", "172.32.0.0", "81.2.70.1", "2606:4700::1111", "2a00:64::101:101"]
        {
            assert_eq!(c.classify(ip(public)), Ok(()), "{public}");
        }
        for (address, rule) in [
            ("0.0.0.0", Rule::ThisHost),
            ("0.0.0.1", Rule::ThisNetwork),
            ("192.168.7.2", Rule::PrivateUse),
            ("169.254.169.254", Rule::LinkLocal),
            ("192.0.0.7", Rule::ServiceContinuity),
            ("192.0.0.11", Rule::ProtocolAssignments),
            ("192.88.99.2", Rule::SixA44),
            ("239.255.255.250", Rule::Multicast),
            ("255.255.255.255", Rule::Broadcast),
            ("81.2.69.142", Rule::Own),
            ("81.2.69.129", Rule::Connected),
            ("81.2.69.1", Rule::NearPublic),
            ("51.7.7.200", Rule::NearPublic),
            ("62.4.1.1", Rule::Route),
            ("93.184.216.34", Rule::Listed),
            ("2606:2800:220:1::1", Rule::Listed),
            ("2a00:23c5:1:2::9", Rule::Own),
            ("2a00:23c5:1:2::10", Rule::Connected),
            ("2a00:23c5:1:3::1", Rule::NearPublic),
            ("::", Rule::Unspecified),
            ("::1", Rule::Loopback6),
            ("::8.8.8.8", Rule::Compatible),
            ("::ffff:8.8.8.8", Rule::Mapped),
            ("::ffff:127.0.0.1", Rule::Loopback),
            ("::ffff:81.2.69.142", Rule::Own),
            ("64:ff9b::8.8.8.8", Rule::Translation),
            ("64:ff9b::10.0.0.1", Rule::PrivateUse),
            ("64:ff9b:1::192.168.7.1", Rule::PrivateUse),
            ("2a00:64::10.0.0.1", Rule::PrivateUse),
            ("2a00:64::81.2.69.142", Rule::Own),
            ("2a00:6464:a00:1::", Rule::PrivateUse),
            ("2002:a00:1::1", Rule::PrivateUse),
            ("2002:808:808::1", Rule::SixToFour),
            ("2001:0:808:808::f7f7:f7f7", Rule::Teredo),
            ("2001:0:a00:1::f7f7:f7f7", Rule::PrivateUse),
            ("2001:0:808:808::3f57:f8fe", Rule::PrivateUse),
            ("2a05::5efe:10.0.0.1", Rule::Isatap),
            ("2a05::200:5efe:10.0.0.1", Rule::Isatap),
            ("4000::1", Rule::NotGlobalUnicast),
            ("1fff::1", Rule::NotGlobalUnicast),
            ("fec0::1", Rule::SiteLocal),
            ("ff02::1", Rule::Multicast),
            ("3fff:fff::1", Rule::Documentation),
        ] {
            assert_eq!(c.classify(ip(address)), Err(rule), "{address}");
        }
        assert_eq!(c.classify(ip("2a05::5efe:8.8.8.8")), Ok(()));
        assert_eq!(c.rules(ip("192.168.7.2")), [Rule::PrivateUse, Rule::Own, Rule::Connected]);
        assert_eq!(c.rules(ip("81.2.69.142")), [Rule::Own, Rule::Connected, Rule::NearPublic]);
        assert_eq!(c.rules(ip("1.1.1.1")), []);
    }

    #[test]
    fn every_range_is_closed_to_its_edges_and_named_by_one_rule() {
        let c = Classifier::default();
        for (first, len, _) in V4 {
            assert_eq!(first & !mask32(len), 0);
            for bits in [first, first | !mask32(len)] {
                assert!(c.classify(Ipv4Addr::from_bits(bits).into()).is_err());
            }
        }
        for (upper, len, _, lower) in V6 {
            let first = upper << 64 | lower;
            assert_eq!(first & !mask128(len), 0);
            for bits in [first, first | !mask128(len)] {
                assert!(c.classify(Ipv6Addr::from_bits(bits).into()).is_err());
            }
        }
    }

    #[test]
    fn every_answer_must_be_public() {
        let c = riverside();
        let ips = |list: &[&str]| list.iter().map(|a| ip(a)).collect::<Vec<_>>();
        let good = ips(&["1.1.1.1", "1.0.0.1", "2606:4700::1111", "1.1.1.1", "2606:4700::1001"]);
        assert_eq!(check_answers(&good, &c), Ok(ips(&["1.1.1.1", "2606:4700::1111", "1.0.0.1", "2606:4700::1001"])));
        assert_eq!(check_answers(&[], &c), Err(Refusal::NameNotFound));
        assert_eq!(check_answers(&ips(&["1.1.1.1"; 17]), &c), Err(Refusal::NameTooMany));
        let mut one_bad = ips(&["1.1.1.1"; 15]);
        one_bad.push(ip("10.0.0.1"));
        assert_eq!(check_answers(&one_bad, &c), Err(Refusal::NotPublic(Rule::PrivateUse)));
    }

    #[test]
    fn prefixes_have_one_form() {
        for bad in [
            "10.0.0.1/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0/8",
            "x/8",
            "10.0.0.0/",
            "2001:db8::1/32",
        ] {
            assert_eq!(Prefix::parse(bad), None, "{bad}");
        }
        let all = Prefix::parse("0.0.0.0/0").unwrap();
        assert!(all.contains(ip("255.1.2.3")) && !all.contains(ip("::1")) && all.is_default());
        assert_eq!(Prefix::parse("10.1.2.3").map(|p| p.to_string()), Some("10.1.2.3/32".into()));
        assert_eq!(Prefix::new(ip("::1"), 129), None);
        // A connected network that is everything closes everything: wrong beats open.
        let c = Classifier::new(&Surroundings { connected: vec![all], ..Surroundings::default() });
        assert_eq!(c.classify(ip("1.1.1.1")), Err(Rule::Connected));
    }

    proptest! {
        /// Whatever IPv4 address is closed is closed in every form it can be put into.
        #[test]
        fn no_clothes_open_a_closed_address(bits: u32, low: u32) {
            let (c, a) = (riverside(), Ipv4Addr::from_bits(bits));
            let inner = c.classify(a.into()).is_ok();
            let v4 = u128::from(bits);
            for (form, never) in [
                (0xffff_u128 << 32 | v4, true),
                (v4, true),
                (0x0064_ff9b_u128 << 96 | v4, true),
                (0x0064_ff9b_0001_u128 << 80 | v4, true),
                (0x2002_u128 << 112 | v4 << 80 | u128::from(low), true),
                (0x2001_0000_u128 << 96 | v4 << 64 | u128::from(low), true),
                (0x2001_0000_u128 << 96 | u128::from(low) << 64 | u128::from(!bits), true),
                (0x2a00_0064_u128 << 96 | v4, false),
                (0x2a00_6464_u128 << 96 | v4 << 64, false),
                (0x2a05_u128 << 112 | 0x5efe << 32 | v4, false),
            ] {
                let open = c.classify(Ipv6Addr::from_bits(form).into()).is_ok();
                prop_assert_eq!(open, inner && !never, "{}", Ipv6Addr::from_bits(form));
            }
        }
    }
}
