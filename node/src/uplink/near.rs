//! What is near this computer, for a proof that none of it can be reached: routers, what the network knows of others,
//! name servers, own addresses, and the same in other spellings.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::mesh::Addresses;

/// Ports that are tried: what is allowed by default.
const PORTS: [u16; 2] = [80, 443];
/// Others on the network that are tried.
const OTHERS_MAX: usize = 64;

/// What to try: what it is, and a target.
pub async fn targets() -> Vec<(String, String)> {
    let mut places: Vec<(String, IpAddr)> = Vec::new();
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    for router in routers(&read("/proc/net/route")) {
        places.push(("the router".into(), router));
    }
    for server in name_servers(&read("/etc/resolv.conf")) {
        places.push(("the building's name server".into(), server));
    }
    for other in others(&read("/proc/net/arp")).into_iter().take(OTHERS_MAX) {
        places.push(("another machine on the network (a printer or file server may be one)".into(), other));
    }
    let addresses = Addresses::now().await;
    for own in addresses.ips.iter().filter(|ip| !crate::mesh::is_link_local(ip)) {
        places.push(("this computer".into(), *own));
    }
    for (ip, _) in &addresses.networks {
        // The first address of a network is often its router.
        if let IpAddr::V4(v4) = ip
            && !v4.is_loopback()
        {
            let first = Ipv4Addr::from(u32::from(*v4) & 0xffff_ff00 | 1);
            places.push(("the first machine of the network".into(), first.into()));
        }
    }
    places.push(("this computer by its inner name".into(), Ipv4Addr::LOCALHOST.into()));
    places.push(("this computer by its inner name".into(), Ipv6Addr::LOCALHOST.into()));
    places.push(("the place where rented computers keep their keys".into(), Ipv4Addr::new(169, 254, 169, 254).into()));
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for (what, ip) in places {
        for (what, ip) in spellings(&what, ip) {
            for port in PORTS {
                let target = match ip {
                    IpAddr::V4(ip) => format!("{ip}:{port}"),
                    IpAddr::V6(ip) => format!("[{ip}]:{port}"),
                };
                if seen.insert(target.clone()) {
                    all.push((what.clone(), target));
                }
            }
        }
    }
    all
}

/// An address, and what else leads to the same place on some networks.
fn spellings(what: &str, ip: IpAddr) -> Vec<(String, IpAddr)> {
    let mut all = vec![(what.to_owned(), ip)];
    if let IpAddr::V4(v4) = ip {
        let [a, b, c, d] = v4.octets();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        all.push((format!("{what}, written as IPv6"), v4.to_ipv6_mapped().into()));
        all.push((format!("{what}, by a translator"), Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low).into()));
        all.push((format!("{what}, by a tunnel"), Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1).into()));
    }
    all
}

fn routers(table: &str) -> Vec<IpAddr> {
    let line = |line: &str| {
        let gateway = u32::from_str_radix(line.split_whitespace().nth(2)?, 16).ok()?;
        (gateway != 0).then(|| Ipv4Addr::from(gateway.to_ne_bytes()).into())
    };
    table.lines().skip(1).filter_map(line).collect()
}

fn name_servers(conf: &str) -> Vec<IpAddr> {
    conf.lines().filter_map(|l| l.trim().strip_prefix("nameserver")?.trim().parse().ok()).collect()
}

fn others(table: &str) -> Vec<IpAddr> {
    table.lines().skip(1).filter_map(|l| l.split_whitespace().next()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_always_something_near() {
        let all = targets().await;
        assert!(all.iter().any(|(_, t)| t == "127.0.0.1:80"), "{all:?}");
        assert!(all.iter().any(|(_, t)| t == "[64:ff9b::a9fe:a9fe]:443"), "{all:?}");
        assert!(name_servers("# x\nnameserver 10.0.0.1\nsearch lan\n") == ["10.0.0.1".parse::<IpAddr>().unwrap()]);
        let arp = "IP address HW type\n10.0.0.7 0x1 0x2 aa:bb * eth0\n";
        assert!(others(arp) == ["10.0.0.7".parse::<IpAddr>().unwrap()]);
    }
}
