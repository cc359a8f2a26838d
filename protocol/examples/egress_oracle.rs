//! Answers which addresses a gateway may reach: `tests/egress/check.py` compares the answers with its own.
//!
//! Lines on stdin: `place` begins new surroundings; `own`, `public` and an address, `connected`, `route`, `nat64`,
//! `listed` and a prefix add to them; 8 or 32 hexadecimal digits are an address to judge. A line on stdout for each of
//! those: `public`, or the name of the rule against it. Not for anything but that comparison.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::io::{BufRead, BufWriter, Write};

use hedgerow_protocol::uplink::{Classifier, Prefix, Surroundings};

fn judged(digits: &str) -> Option<IpAddr> {
    match digits.len() {
        8 => u32::from_str_radix(digits, 16).ok().map(|n| Ipv4Addr::from_bits(n).into()),
        32 => u128::from_str_radix(digits, 16).ok().map(|n| Ipv6Addr::from_bits(n).into()),
        _ => None,
    }
}

fn main() {
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut place = Surroundings::default();
    let mut classifier = Classifier::default();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of text");
        if let Some(address) = judged(&line) {
            let verdict = classifier.classify(address).map_or_else(|rule| rule.name(), |()| "public");
            writeln!(out, "{verdict}").expect("somebody reads");
            continue;
        }
        let (word, value) = line.split_once(' ').unwrap_or((&line, ""));
        let prefix = || Prefix::parse(value).unwrap_or_else(|| panic!("{line:?} has no prefix"));
        let address = || value.parse().unwrap_or_else(|_| panic!("{line:?} has no address"));
        match word {
            "place" => place = Surroundings::default(),
            "own" => place.own.push(address()),
            "public" => place.public.push(address()),
            "connected" => place.connected.push(prefix()),
            "route" => place.routes.push(prefix()),
            "nat64" => place.nat64.push(prefix()),
            "listed" => place.listed.push(prefix()),
            _ => panic!("{line:?} is not understood"),
        }
        classifier = Classifier::new(&place);
    }
}
