//! What the system tells of where this computer stands: its addresses, networks and routes. Linux only; elsewhere there
//! are no routes to read, and a gateway says so by closing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hedgerow_api::GatewayLine;
use hedgerow_protocol::uplink::{Prefix, Surroundings};

use crate::mesh::Addresses;

/// Longest table of routes that is read, in bytes. Longer: the gateway stays closed.
const TABLE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Lines told of; a computer with more has a person who types the name.
const LINES_MAX: usize = 64;

/// As it is now; `None`: it cannot be found out, and nothing may leave.
pub async fn now(listed: &[Prefix], public: &[IpAddr], nat64: &[Prefix]) -> Option<Surroundings> {
    let addresses = Addresses::now().await;
    let connected = addresses.networks.iter().filter_map(|(ip, len)| Prefix::new(*ip, *len)).collect();
    let (v4, v6) = (table("/proc/net/route")?, table("/proc/net/ipv6_route").unwrap_or_default());
    let routes = routes_v4(&v4).into_iter().chain(routes_v6(&v6)).collect();
    Some(Surroundings {
        own: addresses.ips.into_iter().collect(),
        connected,
        routes,
        public: public.to_vec(),
        nat64: nat64.to_vec(),
        listed: listed.to_vec(),
    })
}

/// Lines that traffic could leave by, by name. The loopback is none.
pub fn lines() -> Vec<GatewayLine> {
    let Ok(entries) = std::fs::read_dir("/sys/class/net") else { return Vec::new() };
    let line = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok().filter(|name| name != "lo")?;
        let state = std::fs::read_to_string(entry.path().join("operstate")).unwrap_or_default();
        // Lines without a plug say "unknown".
        let up = matches!(state.trim(), "up" | "unknown");
        Some(GatewayLine { name, wireless: entry.path().join("wireless").exists(), up })
    };
    let mut all: Vec<GatewayLine> = entries.take(LINES_MAX).filter_map(|e| line(e.ok()?)).collect();
    all.sort_by(|a, b| (!a.up, &a.name).cmp(&(!b.up, &b.name)));
    all
}

fn table(path: &str) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    (bytes.len() <= TABLE_BYTES_MAX).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// Lines of `/proc/net/route`: destination and mask are 32-bit numbers in the order of this computer's bytes.
fn routes_v4(table: &str) -> Vec<Prefix> {
    let line = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |text: &&str| u32::from_str_radix(text, 16).ok();
        let (to, mask) = (number(fields.get(1)?)?, number(fields.get(7)?)?);
        let to = Ipv4Addr::from(to.to_ne_bytes());
        let len = u32::from_be_bytes(mask.to_ne_bytes()).leading_ones();
        Prefix::new(to.into(), len as u8)
    };
    table.lines().skip(1).filter_map(line).collect()
}

/// Lines of `/proc/net/ipv6_route`: destination and its length in hexadecimal. Routes that refuse are left out: they
/// lead nowhere.
fn routes_v6(table: &str) -> Vec<Prefix> {
    const REJECT: u32 = 0x0200;
    let line = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let to = u128::from_str_radix(fields.first()?, 16).ok()?;
        let len = u8::from_str_radix(fields.get(1)?, 16).ok()?;
        let flags = u32::from_str_radix(fields.get(8)?, 16).ok()?;
        (flags & REJECT == 0).then(|| Prefix::new(Ipv6Addr::from(to).into(), len))?
    };
    table.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn the_tables_of_the_system_are_read() {
        let v4 = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
                  eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
                  eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\nbroken\n";
        let routes: Vec<String> = routes_v4(v4).iter().map(Prefix::to_string).collect();
        assert_eq!(routes, ["0.0.0.0/0", "10.0.0.0/24"]);
        let v6 = "fd770000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n\
                  00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";
        let routes: Vec<String> = routes_v6(v6).iter().map(Prefix::to_string).collect();
        assert_eq!(routes, ["fd77::/64"]);
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn this_computer_stands_somewhere() {
        let at = now(&[], &[], &[]).await.expect("the tables are there");
        assert_eq!(at.listed, []);
        assert!(at.connected.iter().all(|p| p.bits() <= 128));
    }
}
