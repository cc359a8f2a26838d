//! Watching the line of a gateway: where this computer stands, whether the line works, and whether the building needs it.
//!
//! Not for: what may leave ([`super::gateway`]), or how the line is shared out ([`super::share`]).

use std::net::IpAddr;
use std::sync::Weak;
use std::time::{Duration, Instant};

use hedgerow_protocol::uplink::Prefix;
use hedgerow_protocol::uplink::reserve::{Reserve, Sample, capped_rate};

use super::egress::Egress;
use super::gateway::Gateway;

/// How often the surroundings are looked at again.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it is seen whether the line works.
const LINE_EVERY: Duration = Duration::from_secs(3);
/// So many times in a row without an answer, and the line is down.
const LINE_DOWN_AFTER: u32 = 2;
/// How often the line is measured while it is used.
const SAMPLE_EVERY: Duration = Duration::from_millis(250);

/// Looks at the surroundings again and again.
pub(super) async fn keep_looking(gateway: Weak<Gateway>, closed: Vec<Prefix>, public: Vec<IpAddr>) {
    let mut nat64 = Vec::new();
    let mut asked_at: Option<Instant> = None;
    loop {
        let Some(running) = gateway.upgrade() else { return };
        if asked_at.is_none_or(|at| at.elapsed() > Duration::from_secs(300)) {
            asked_at = Some(Instant::now());
            nat64 = discover_nat64(running.egress()).await;
        }
        running.look_round(&closed, &public, &nat64).await;
        drop(running);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Behind which prefix IPv4 is reached over IPv6 here (RFC 7050).
async fn discover_nat64(egress: &Egress) -> Vec<Prefix> {
    let known = [[192, 0, 0, 170], [192, 0, 0, 171]];
    let mut found = Vec::new();
    for v6 in egress.lookup_v6("ipv4only.arpa").await {
        let (ip, o) = (IpAddr::V6(v6), v6.octets());
        // Where the four bytes stand for each length of prefix (RFC 6052); byte 8 is left out.
        for (len, places) in [
            (32u8, [4, 5, 6, 7]),
            (40, [5, 6, 7, 9]),
            (48, [6, 7, 9, 10]),
            (56, [7, 9, 10, 11]),
            (64, [9, 10, 11, 12]),
            (96, [12, 13, 14, 15]),
        ] {
            if known.contains(&places.map(|n| o[n])) {
                found.extend(Prefix::new(ip, len));
            }
        }
    }
    found
}

/// Asks again and again whether the line works.
pub(super) async fn keep_the_line_in_sight(gateway: Weak<Gateway>) {
    let mut missed = 0;
    loop {
        let Some(running) = gateway.upgrade() else { return };
        let egress = running.egress().clone();
        drop(running);
        missed = if egress.is_up().await { 0 } else { missed + 1 };
        let Some(running) = gateway.upgrade() else { return };
        let is_up = missed < LINE_DOWN_AFTER;
        running.set_line_up(is_up);
        drop(running);
        tokio::time::sleep(LINE_EVERY).await;
    }
}

/// Keeps the building's share of the line, where the policy has one.
pub(super) async fn keep_the_reserve(gateway: Weak<Gateway>) {
    let mut reserve: Option<(Option<u64>, Reserve)> = None;
    let started = Instant::now();
    loop {
        tokio::time::sleep(SAMPLE_EVERY).await;
        let Some(running) = gateway.upgrade() else { return };
        let policy = running.policy();
        let percent = policy.reserve_percent(running.second());
        let known = policy.reserve.line_bytes_per_second;
        let bytes = running.share().since_look();
        if !policy.reserve.enforced || percent == 0 {
            reserve = None;
            let capped = capped_rate(percent, known);
            running.share().set_rate(capped.filter(|_| percent > 0));
            continue;
        }
        let (of, controller) = reserve.get_or_insert_with(|| (known, Reserve::new(percent, known)));
        if *of != known {
            (*of, *controller) = (known, Reserve::new(percent, known));
        }
        controller.set_percent(percent);
        // Nobody uses it, so nothing has to be held back, and nobody's line is bothered.
        if bytes == 0 {
            continue;
        }
        let asked = Instant::now();
        let is_up = running.egress().is_near_up().await;
        let rtt_us = is_up.then(|| u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        controller.sample(Sample { tick_ms: started.elapsed().as_millis() as u64, rtt_us, bytes });
        running.share().set_rate(Some(controller.rate()));
    }
}
