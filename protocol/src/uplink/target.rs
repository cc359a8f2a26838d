//! What somebody asks a gateway to reach: one parser for every door, and no two ways to read one text.
//!
//! Not for: looking names up, or judging addresses ([`super::address`]). A target never prints its host: no place that was
//! visited may end up in a log.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Refusal;
use crate::limits::{HOST_BYTES_MAX, LABEL_BYTES_MAX};

/// A place and a port.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The place.
    pub host: Host,
    /// 1 to 65,535.
    pub port: u16,
}

/// A place: a name to look up, or an address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A name in lower case with at least two labels, without a dot at the end.
    Name(String),
    /// An address.
    Ip(IpAddr),
}

/// Why a target was refused. It never holds a part of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Remedy: `example.org:443`, with a port from 1 to 65535.
    #[error("a target is a name or address, a colon and a port from 1 to 65535, like example.org:443")]
    Port,
    /// Remedy: a name.
    #[error("there is no name or address before the port")]
    Empty,
    /// Remedy: none; no such name can exist.
    #[error("the name is too long, or a part of it is")]
    Long,
    /// Remedy: leave out what stands before the @.
    #[error("a user name in front of the place is not allowed")]
    User,
    /// Remedy: an address without the part after %.
    #[error("an address with a zone (after %) means something on one computer only")]
    Zone,
    /// Remedy: four numbers from 0 to 255 with dots between them.
    #[error("an address in numbers must be written as four numbers from 0 to 255 with dots, and nothing else")]
    Number,
    /// Remedy: `[2001:db8::1]:443`.
    #[error("an IPv6 address stands in square brackets, like [2001:db8::1]:443")]
    Brackets,
    /// Remedy: a name in its plain form; programs change other letters to xn--… by themselves.
    #[error("a name has letters from a to z, digits, hyphens, underscores and single dots only")]
    Label,
    /// Remedy: a public name.
    #[error("that name means this computer or this building")]
    Local,
    /// Remedy: the whole name.
    #[error("a name without a dot means something in one building only")]
    Single,
}

impl From<TargetError> for Refusal {
    fn from(error: TargetError) -> Refusal {
        match error {
            TargetError::Local | TargetError::Single => Refusal::LocalName,
            _ => Refusal::OddAddress,
        }
    }
}

/// Ends of names that mean something inside one building or computer.
const LOCAL: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

impl Target {
    /// Reads `host:port`: `example.org:443`, `192.0.2.1:80`, `[2001:db8::1]:443`.
    pub fn parse(text: &str) -> Result<Target, TargetError> {
        if text.contains('@') {
            return Err(TargetError::User);
        }
        let (host, port) = text.rsplit_once(':').ok_or(TargetError::Port)?;
        let digits = !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
        if !digits || port.starts_with('0') {
            return Err(TargetError::Port);
        }
        Target::new(host, port.parse().map_err(|_| TargetError::Port)?)
    }

    /// Reads what people type: a web address, `host:port`, or a host alone, which means the web there.
    pub fn typed(text: &str) -> Result<Target, TargetError> {
        let text = text.trim();
        let (port, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (80, rest),
            Some((_, rest)) => (443, rest),
            None => (443, text),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        Target::parse(authority).or_else(|error| match error {
            TargetError::Port => Target::new(authority, port),
            error => Err(error),
        })
    }

    /// Reads a host beside its port; IPv6 in brackets here too.
    pub fn new(host: &str, port: u16) -> Result<Target, TargetError> {
        if port == 0 {
            return Err(TargetError::Port);
        }
        Ok(Target { host: Host::parse(host)?, port })
    }

    /// An address that came as bytes.
    pub fn ip(address: IpAddr, port: u16) -> Result<Target, TargetError> {
        if port == 0 { Err(TargetError::Port) } else { Ok(Target { host: Host::Ip(address), port }) }
    }

    /// The text that [`Target::parse`] reads back.
    pub fn to_text(&self) -> String {
        match &self.host {
            Host::Name(name) => format!("{name}:{}", self.port),
            Host::Ip(IpAddr::V4(a)) => format!("{a}:{}", self.port),
            Host::Ip(IpAddr::V6(a)) => format!("[{a}]:{}", self.port),
        }
    }
}

impl Host {
    /// Reads a name, a dotted quad or an IPv6 address in brackets.
    pub fn parse(text: &str) -> Result<Host, TargetError> {
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if text.contains('@') {
            return Err(TargetError::User);
        }
        if let Some(rest) = text.strip_prefix('[') {
            let inner = rest.strip_suffix(']').ok_or(TargetError::Brackets)?;
            if inner.contains('%') {
                return Err(TargetError::Zone);
            }
            return inner.parse::<Ipv6Addr>().map(|a| Host::Ip(a.into())).map_err(|_| TargetError::Brackets);
        }
        if text.contains([':', ']']) {
            return Err(TargetError::Brackets);
        }
        if let Ok(v4) = text.parse::<Ipv4Addr>() {
            return Ok(Host::Ip(v4.into()));
        }
        name(text).map(Host::Name)
    }
}

fn name(text: &str) -> Result<String, TargetError> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > HOST_BYTES_MAX {
        return Err(TargetError::Long);
    }
    let name = text.to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    for label in &labels {
        if label.len() > LABEL_BYTES_MAX {
            return Err(TargetError::Long);
        }
        let letters = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if label.is_empty() || !letters || label.starts_with('-') || label.ends_with('-') {
            return Err(TargetError::Label);
        }
    }
    // Some resolvers read 127.1, 0x7f.1, 017700000001 and 2130706433 as addresses. The last label tells: no top-level
    // domain is a number.
    let last = labels.last().copied().unwrap_or_default();
    let hex = last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    if hex || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TargetError::Number);
    }
    if LOCAL.iter().any(|end| name.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('.'))) {
        return Err(TargetError::Local);
    }
    if labels.len() < 2 { Err(TargetError::Single) } else { Ok(name) }
}

impl core::fmt::Debug for Target {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Target({:?}:{})", self.host, self.port)
    }
}

impl core::fmt::Debug for Host {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Host::Name(_) => "a name",
            Host::Ip(IpAddr::V4(_)) => "an IPv4 address",
            Host::Ip(IpAddr::V6(_)) => "an IPv6 address",
        })
    }
}

/// The places a host has closed: names with all below them. Read from a file on the host's disk; never published.
#[derive(Clone, Default)]
pub struct HostList(std::collections::BTreeSet<String>);

impl HostList {
    /// Reads a list: a name a line, `#` begins a comment; lines of a hosts file (`0.0.0.0 example.org`) and names with a
    /// leading `*.` are read too. Gives the list and how many lines were not understood. At most 500,000 names; the rest
    /// counts as not understood.
    pub fn parse(text: &str) -> (HostList, usize) {
        let (mut names, mut odd) = (std::collections::BTreeSet::new(), 0);
        for line in text.lines().map(|l| l.split('#').next().unwrap_or_default().trim()).filter(|l| !l.is_empty()) {
            let entry = line.split_whitespace().last().unwrap_or_default();
            match name(entry.strip_prefix("*.").unwrap_or(entry)) {
                Ok(name) if names.len() < crate::limits::HOST_LIST_MAX => drop(names.insert(name)),
                // A hosts file has lines for this computer's own names: closed anyhow.
                Err(TargetError::Local | TargetError::Single) => {}
                _ => odd += 1,
            }
        }
        (HostList(names), odd)
    }

    /// Whether a name, or one above it, is on the list.
    pub fn closes(&self, name: &str) -> bool {
        let mut rest = Some(name);
        while let Some(name) = rest {
            if self.0.contains(name) {
                return true;
            }
            rest = name.split_once('.').map(|(_, above)| above);
        }
        false
    }

    /// How many names it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it closes nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_target_is_what_people_type() {
        for (typed, meant) in [
            ("example.org", "example.org:443"),
            (" https://example.org/a?b ", "example.org:443"),
            ("http://example.org", "example.org:80"),
            ("HTTP://example.org#top", "example.org:80"),
            ("example.org:8443", "example.org:8443"),
            ("10.0.0.1", "10.0.0.1:443"),
            ("https://[2001:db8::1]/", "[2001:db8::1]:443"),
            ("http://[2001:db8::1]:81/", "[2001:db8::1]:81"),
        ] {
            assert_eq!(Target::typed(typed).map(|t| t.to_text()).as_deref(), Ok(meant), "{typed}");
        }
        for bad in ["", "https://", "https://ann@example.org/", "example.org:0", "http://exa mple.org"] {
            assert!(Target::typed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn one_reading_of_every_text() {
        for (text, to) in [
            ("example.org:443", "example.org:443"),
            ("EXAMPLE.Org.:443", "example.org:443"),
            ("_dns.xn--caf-dma.example:1", "_dns.xn--caf-dma.example:1"),
            ("192.0.2.1:65535", "192.0.2.1:65535"),
            ("[2001:DB8::0:1]:80", "[2001:db8::1]:80"),
            ("[::ffff:1.2.3.4]:80", "[::ffff:1.2.3.4]:80"),
            ("1.2.3.4.example.org:80", "1.2.3.4.example.org:80"),
            ("localhost.example.org:80", "localhost.example.org:80"),
            ("notlocal.notlocalhost:80", "notlocal.notlocalhost:80"),
        ] {
            assert_eq!(Target::parse(text).map(|t| t.to_text()), Ok(to.to_owned()), "{text}");
        }
        for (error, texts) in [
            (
                TargetError::Port,
                &[
                    "example.org",
                    "example.org:",
                    "example.org:0",
                    "example.org:65536",
                    "example.org:+80",
                    "example.org:080",
                    "a.b:99999999999",
                    "a.b:8o",
                    "a.b: 80",
                    "",
                ][..],
            ),
            (TargetError::Empty, &[":80"]),
            (TargetError::User, &["me@example.org:80", "me:pass@example.org:80"]),
            (TargetError::Zone, &["[fe80::1%eth0]:80", "[fe80::1%25eth0]:80"]),
            (
                TargetError::Number,
                &[
                    "127.1:80",
                    "0177.0.0.1:80",
                    "0x7f.0.0.1:80",
                    "127.0.0.0x1:80",
                    "2130706433:80",
                    "0x7f000001:80",
                    "017700000001:80",
                    "127.0.0.1.:80",
                    "127.0.0.01:80",
                    "256.0.0.1:80",
                    "1.2.3:80",
                    "1.2.3.4.5:80",
                    "example.123:80",
                    "0x:80",
                    "a.0X1f:80",
                ],
            ),
            (
                TargetError::Brackets,
                &[
                    "::1:80",
                    "2001:db8::1:80",
                    "[::1:80",
                    "::1]:80",
                    "[1.2.3.4]:80",
                    "[]:80",
                    "[::1]x:80",
                    "[[::1]]:80",
                    "[::1]:80:80",
                ],
            ),
            (
                TargetError::Label,
                &[
                    ".:80",
                    "..:80",
                    "a..b:80",
                    ".example.org:80",
                    "example.org..:80",
                    "-a.org:80",
                    "a-.org:80",
                    "exa mple.org:80",
                    "ex/ample.org:80",
                    "a%2eb.org:80",
                    "café.org:80",
                    "１２７.0.0.1:80",
                    "a\0.org:80",
                    "a\n.org:80",
                    "http//a.org:80",
                    "127。0。0。1:80",
                ],
            ),
            (
                TargetError::Local,
                &[
                    "localhost:80",
                    "LOCALHOST.:80",
                    "a.localhost:80",
                    "printer.local:80",
                    "metadata.google.internal:80",
                    "home.arpa:80",
                    "nas.home.arpa:80",
                    "local:80",
                ],
            ),
            (TargetError::Single, &["router:80", "com.:80", "arpa:80"]),
        ] {
            for text in texts {
                assert_eq!(Target::parse(text), Err(error), "{text:?}");
            }
        }
        let long = format!("{}.org:80", "a".repeat(64));
        let many = format!("{}org:80", "a.".repeat(126));
        assert_eq!((Target::parse(&long), Target::parse(&many)), (Err(TargetError::Long), Err(TargetError::Long)));
        let just = format!("{}.{}.{}.{}:80", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61));
        assert!(Target::parse(&just).is_ok() && Target::parse(&just.replace(":80", ".:80")).is_ok());
        assert_eq!(Target::parse(&format!("d{just}")), Err(TargetError::Long), "a label of 64");
        assert_eq!(Target::parse(&just.replace(":80", "d:80")), Err(TargetError::Long), "a name of 254");
        assert_eq!((Host::parse("me@a.example"), Host::parse("")), (Err(TargetError::User), Err(TargetError::Empty)));
        assert_eq!(Target::new("a.example", 0), Err(TargetError::Port));
        assert!(Target::ip(IpAddr::V4(Ipv4Addr::LOCALHOST), 1).is_ok() && Target::new("a.example", 1).is_ok());
        assert_eq!(Target::ip(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), Err(TargetError::Port));
        assert_eq!(Refusal::from(TargetError::Single), Refusal::LocalName);
        assert_eq!(Refusal::from(TargetError::Number), Refusal::OddAddress);
        let shown = format!("{:?}", Target::parse("example.org:443"));
        assert!(!shown.contains("example"), "{shown}");
    }

    #[test]
    fn closed_places_close_what_is_below_them() {
        let (list, odd) = HostList::parse(
            "# ads\nads.example\n0.0.0.0 Track.Example.org # x\n*.casino.example\n127.0.0.1 localhost\nsome thing/\n",
        );
        assert_eq!((list.len(), odd), (3, 1));
        for (name, closed) in [
            ("ads.example", true),
            ("a.b.ads.example", true),
            ("badads.example", false),
            ("example", false),
            ("track.example.org", true),
            ("example.org", false),
            ("www.casino.example", true),
        ] {
            assert_eq!(list.closes(name), closed, "{name}");
        }
        assert!(HostList::default().is_empty() && !list.is_empty());
    }

    #[test]
    fn a_list_of_closed_places_has_an_end() {
        use crate::limits::HOST_LIST_MAX;
        let lines = |n: usize| (0..n).map(|n| format!("{n}.example\n")).collect::<String>();
        let (list, odd) = HostList::parse(&lines(HOST_LIST_MAX + 2));
        assert_eq!((list.len(), odd), (HOST_LIST_MAX, 2));
    }

    proptest! {
        #[test]
        fn whatever_is_read_reads_back_the_same(text in "[a-zA-Z0-9.:\\[\\]%@_x-]{0,24}(:[0-9]{1,5})?") {
            if let Ok(target) = Target::parse(&text) {
                prop_assert_eq!(Target::parse(&target.to_text()), Ok(target.clone()));
                if let Host::Name(name) = &target.host {
                    prop_assert!(name.contains('.') && name.parse::<IpAddr>().is_err());
                    prop_assert!(!name.ends_with(|c: char| c == '.' || c.is_ascii_uppercase()));
                }
            }
        }
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = (Target::parse(&text), Host::parse(&text), HostList::parse(&text));
        }
    }
}
