//! A gateway's talk with residents' computers: what they agreed to, how it stands to them, receipts, entries of their
//! accounts, and vouchers that are handed in.
//!
//! Not for: their traffic ([`super::gateway`]), or the other end ([`super::choose`]).

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::uplink::Refusal;
use hedgerow_protocol::uplink::talk::{Message, State};
use hedgerow_protocol::uplink::voucher::{HumanCode, Pass, VoucherError};

use super::book::Signer;
use super::gateway::Gateway;
use super::vouchers::Failed;
use crate::flow::Arrival;

/// How often a resident is told how things stand, at most.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What a resident hands in for internet.
enum HandedIn {
    Voucher(Vec<u8>),
    Code(HumanCode),
}

impl Gateway {
    /// Talks with a resident's computer until it leaves.
    pub(super) async fn talk(self: Arc<Self>, arrival: Arrival) {
        let peer = arrival.peer;
        if self.members.known(&peer, &[]).is_none() {
            return arrival.refuse(Refusal::NotMember.encode()).await;
        }
        let Ok((_path, attached)) = arrival.accept().await else { return };
        let (mut out, mut inn) = (attached.stream.out, attached.stream.inn);
        let (mut policy, mut line) = (self.policy.subscribe(), self.line_up.subscribe());
        let mut account = self.papers.account.news();
        let mut stopped = self.stopped.subscribe();
        let talk = self.talks.fetch_add(1, Ordering::Relaxed);
        let (heard, mut said) = tokio::sync::mpsc::channel(4);
        let reading = async {
            loop {
                let Ok(bytes) = inn.message().await else { return };
                let Ok(message) = Message::decode(&bytes) else { return };
                if heard.send(message).await.is_err() {
                    return;
                }
            }
        };
        let telling = async {
            let mut told = None;
            let mut given = BTreeSet::new();
            let mut has_said_hello = false;
            loop {
                let state = self.state(&peer);
                if told != Some(state) {
                    if out.message(Message::State(state).encode()).await.is_err() {
                        return;
                    }
                    told = Some(state);
                }
                account.mark_unchanged();
                for (number, entry) in if has_said_hello { self.entries(&peer) } else { Vec::new() } {
                    if given.insert(number) && out.message(Message::Entry(entry).encode()).await.is_err() {
                        return;
                    }
                }
                let handed_in = tokio::select! {
                    message = said.recv() => match message {
                        Some(Message::Hello(hello)) => {
                            self.agreed.lock().unwrap_or_else(PoisonError::into_inner).insert(peer, (talk, hello));
                            has_said_hello = true;
                            None
                        }
                        Some(Message::Receipt(wire)) => {
                            self.receipt(&peer, &wire);
                            None
                        }
                        Some(Message::Voucher(wire)) => Some(HandedIn::Voucher(wire)),
                        Some(Message::Code(code)) => Some(HandedIn::Code(code)),
                        Some(Message::State(_) | Message::Entry(_) | Message::Redeemed(_)) => None,
                        None => return,
                    },
                    changed = policy.changed() => if changed.is_err() { return } else { None },
                    changed = line.changed() => if changed.is_err() { return } else { None },
                    changed = account.changed() => if changed.is_err() { return } else { None },
                    () = tokio::time::sleep(TELL_EVERY) => None,
                };
                if let Some(handed_in) = handed_in {
                    // The disk must not hold up what else this computer does.
                    let gateway = self.clone();
                    let done = tokio::task::spawn_blocking(move || gateway.redeem(&peer, handed_in)).await;
                    let answer = match done {
                        Ok(Ok(pass)) => Ok(pass),
                        Ok(Err(Failed::No(why))) => Err(why),
                        Ok(Err(Failed::Io(error))) => {
                            tracing::warn!(%error, "a voucher could not be written down");
                            return;
                        }
                        Err(_) => return,
                    };
                    if out.message(Message::Redeemed(answer).encode()).await.is_err() {
                        return;
                    }
                }
            }
        };
        tokio::select! {
            () = reading => {}
            () = telling => {}
            // Another one may run in its place: they ask again, and find it.
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        let mut agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner);
        // What was said in a later talk stays.
        if agreed.get(&peer).is_some_and(|(of, _)| *of == talk) {
            agreed.remove(&peer);
        }
    }

    fn state(&self, peer: &PublicKey) -> State {
        let policy = self.policy();
        let (closed, left) = match self.may_use(peer) {
            Err(refusal) => (Some(refusal), (None, None)),
            Ok(may) => {
                let usage = self.share().usage(may.member);
                let pass = may.pass.map(|(_, pass)| (pass.bytes, pass.until.saturating_sub(self.second())));
                let least = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
                let bytes = least(usage.bytes_left, pass.map(|(bytes, _)| bytes));
                (None, (bytes, least(usage.seconds_left, pass.map(|(_, seconds)| seconds))))
            }
        };
        // In steps, so that a download is not a message a second.
        let step = |bytes: u64| bytes / 1_000_000 * 1_000_000;
        let left = (left.0.map(step), left.1.map(|s| s / 60 * 60));
        State { closed, circuits: (self.share().circuits(), policy.limits.circuits), left }
    }

    /// Takes a receipt of a resident's computer. One that is of no use changes nothing.
    fn receipt(&self, peer: &PublicKey, wire: &[u8]) {
        let Some(known) = self.members.known(peer, &[]) else { return };
        let (month, floor_bytes) = (self.month.load(Ordering::Relaxed), self.policy().limits.floor_bytes);
        let signer = Signer { device: known.device, member: self.member(&known.owner), month, floor_bytes };
        if let Err(why) = self.papers.book.take(wire, signer) {
            tracing::debug!(why, "a receipt was not taken");
        }
    }

    /// What was paid and let go of the account of whoever this is, with numbers.
    fn entries(&self, peer: &PublicKey) -> Vec<([u8; 16], Vec<u8>)> {
        let Some(known) = self.members.known(peer, &[]) else { return Vec::new() };
        let all = self.papers.account.entries().into_iter().filter(|e| e.member == known.owner);
        all.map(|e| (e.number, e.wire().to_vec())).collect()
    }

    fn redeem(&self, peer: &PublicKey, handed_in: HandedIn) -> Result<Pass, Failed> {
        let known = self.members.known(peer, &[]).ok_or(VoucherError::Holder)?;
        if !self.policy().who.vouchers {
            return Err(VoucherError::NotTaken.into());
        }
        let (vouchers, device, now) = (&self.papers.vouchers, &known.device, self.second());
        match handed_in {
            HandedIn::Voucher(wire) => vouchers.redeem(&wire, device, |issuer| self.members.is_host(issuer), now),
            HandedIn::Code(code) => vouchers.claim(&code, device, &self.secret, now),
        }
    }
}
