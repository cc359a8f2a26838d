//! Why an address is not to be reached through a gateway: one name for each reason, the same in dry runs, proofs and
//! refusals.
//!
//! The special-purpose rules carry the names of the IANA registries. Not for: the ranges themselves, which stand in
//! the address table.

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// Why an address may not be reached. Codes are on the wire: they never change, and new ones are added at the end.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Rule { $($(#[$doc])* $name = $code,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Rule] = &[$(Rule::$name,)*];
            /// The rule of a code; `None` for one that a later version knows.
            pub fn from_code(code: u64) -> Option<Rule> {
                match code { $($code => Some(Rule::$name),)* _ => None }
            }
            /// What the rule protects, in a few words; for special-purpose ranges the registry's own name.
            pub fn name(self) -> &'static str {
                match self { $(Rule::$name => $text,)* }
            }
        }
    };
}

rules! {
    /// 0.0.0.0/8
    ThisNetwork = 1, "\"This network\"";
    /// 0.0.0.0/32
    ThisHost = 2, "\"This host on this network\"";
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16
    PrivateUse = 3, "Private-Use";
    /// 100.64.0.0/10
    SharedSpace = 4, "Shared Address Space";
    /// 127.0.0.0/8
    Loopback = 5, "Loopback";
    /// 169.254.0.0/16
    LinkLocal = 6, "Link Local";
    /// 192.0.0.0/24
    ProtocolAssignments = 7, "IETF Protocol Assignments";
    /// 192.0.0.0/29
    ServiceContinuity = 8, "IPv4 Service Continuity Prefix";
    /// 192.0.0.8/32
    DummyAddress = 9, "IPv4 dummy address";
    /// 192.0.0.9/32 and 2001:1::1/128
    PortControl = 10, "Port Control Protocol Anycast";
    /// 192.0.0.10/32 and 2001:1::2/128
    Turn = 11, "Traversal Using Relays around NAT Anycast";
    /// 192.0.0.170/32, 192.0.0.171/32
    Nat64Discovery = 12, "NAT64/DNS64 Discovery";
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20
    Documentation = 13, "Documentation";
    /// 192.31.196.0/24 and 2001:4:112::/48
    As112 = 14, "AS112";
    /// 192.52.193.0/24 and 2001:3::/32
    Amt = 15, "AMT";
    /// 192.88.99.0/24
    SixToFourRelay = 16, "Deprecated (6to4 Relay Anycast)";
    /// 192.88.99.2/32
    SixA44 = 17, "6a44-relay anycast address";
    /// 192.175.48.0/24 and 2620:4f:8000::/48
    DirectDelegation = 18, "Direct Delegation AS112 Service";
    /// 198.18.0.0/15 and 2001:2::/48
    Benchmarking = 19, "Benchmarking";
    /// 224.0.0.0/4 and ff00::/8
    Multicast = 20, "Multicast";
    /// 240.0.0.0/4
    Reserved = 21, "Reserved";
    /// 255.255.255.255/32
    Broadcast = 22, "Limited Broadcast";
    /// ::/128
    Unspecified = 23, "Unspecified Address";
    /// ::1/128
    Loopback6 = 24, "Loopback Address";
    /// ::ffff:0:0/96
    Mapped = 25, "IPv4-mapped Address";
    /// 64:ff9b::/96, 64:ff9b:1::/48
    Translation = 26, "IPv4-IPv6 Translat.";
    /// 100::/64
    DiscardOnly = 27, "Discard-Only Address Block";
    /// 100:0:0:1::/64
    DummyPrefix = 28, "Dummy IPv6 Prefix";
    /// 2001::/23
    ProtocolAssignments6 = 29, "IETF Protocol Assignments (IPv6)";
    /// 2001::/32
    Teredo = 30, "TEREDO";
    /// 2001:1::3/128
    ServiceRegistration = 31, "DNS-SD Service Registration Protocol Anycast";
    /// 2001:10::/28
    Orchid = 32, "Deprecated (previously ORCHID)";
    /// 2001:20::/28
    Orchid2 = 33, "ORCHIDv2";
    /// 2001:30::/28
    DroneTags = 34, "Drone Remote ID Protocol Entity Tags (DETs) Prefix";
    /// 2002::/16
    SixToFour = 35, "6to4";
    /// 5f00::/16
    SegmentRouting = 36, "Segment Routing (SRv6) SIDs";
    /// fc00::/7
    UniqueLocal = 37, "Unique-Local";
    /// fe80::/10
    LinkLocal6 = 38, "Link-Local Unicast";
    /// fec0::/10
    SiteLocal = 39, "Deprecated (Site-Local Unicast)";
    /// ::/96 but :: and ::1
    Compatible = 40, "Deprecated (IPv4-Compatible)";
    /// Outside 2000::/3 and none of the above.
    NotGlobalUnicast = 41, "not a global IPv6 address";
    /// An address of this computer.
    Own = 42, "an address of this computer";
    /// On a network this computer is connected to.
    Connected = 43, "the building's own network";
    /// On a network that a route leads to which is not the way to the internet.
    Route = 44, "a network behind the building's router";
    /// Beside one of this computer's public addresses.
    NearPublic = 45, "next to the building's public address";
    /// In a range the host listed.
    Listed = 46, "a range the host keeps closed";
    /// A private IPv4 address in the clothes of a public IPv6 one (ISATAP).
    Isatap = 47, "a private IPv4 address inside (ISATAP)";
    /// A rule that only a later version knows; never made here.
    Later = 255, "a rule of a later version";
}

impl Rule {
    /// The number on the wire.
    pub fn code(self) -> u64 {
        self as u64
    }

    /// Whether the rule is about this building, not about the address plan of the internet.
    pub fn is_local(self) -> bool {
        matches!(self, Rule::Own | Rule::Connected | Rule::Route | Rule::NearPublic | Rule::Listed)
    }
}

impl core::fmt::Display for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_one_to_one() {
        for (n, rule) in Rule::ALL.iter().enumerate() {
            let code = if *rule == Rule::Later { 255 } else { n as u64 + 1 };
            assert_eq!((rule.code(), Rule::from_code(code)), (code, Some(*rule)));
            assert!(!rule.name().is_empty());
        }
        assert_eq!((Rule::from_code(0), Rule::from_code(48), Rule::from_code(u64::MAX)), (None, None, None));
    }
}
