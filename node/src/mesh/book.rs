//! Everybody we have heard of, and how we stand with them: plain state, no sockets, no clock of its own.
//!
//! "Seen" and "reachable" are different things here and stay so to the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hedgerow_protocol::id::{Id, PublicKey};

use super::endpoint::ADDRESSES_MAX;

/// Computers in the book. Full: strangers nobody added make room, the longest unheard first; else the new one is left out.
const PEERS_MAX: usize = 1024;
/// Longest pause between two calls to the same computer.
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// The same where nothing but an old meeting says where it is.
const PAUSE_MET_MAX: Duration = Duration::from_secs(60);
/// How often a stranger nearby is asked who it is.
const WHO_AGAIN: Duration = Duration::from_secs(60);
/// How soon one that did not answer is asked again, at first.
const WHO_SOON: Duration = Duration::from_secs(2);
/// The side with the greater key calls this much later, so that two newcomers seldom call at once.
const GREATER_WAITS: Duration = Duration::from_millis(400);

/// How we stand with a member nearby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Heard or added, but there is no link; with the reason where one is known.
    Seen {
        /// In words a person can read; `None` while the first call is on its way.
        reason: Option<String>,
    },
    /// There is a link.
    Reachable,
    /// Records are being compared and fetched.
    Syncing,
    /// Both have had the same records; what is new follows at once.
    UpToDate,
}

/// When both sides last had the same records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Community time, Unix milliseconds.
    pub at_ms: u64,
    /// The last event of the core that was part of it.
    pub event_seq: u64,
}

/// What a stranger said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its community.
    pub community: Id,
    /// The community's name, if the host lets it be told.
    pub name: Option<String>,
}

/// One link over which records are synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Names the connection on this computer.
    pub id: usize,
    /// Whether this side called.
    pub we_called: bool,
}

/// What is known of one computer.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where it was heard.
    pub heard: BTreeSet<SocketAddr>,
    /// Where a person or an invite says it is.
    pub added: BTreeSet<SocketAddr>,
    /// Kept until a person takes it away.
    pub is_added: bool,
    /// Where its last link came from or went to.
    pub linked_at: Option<SocketAddr>,
    /// Where records were last exchanged with it, kept over a restart: networks without multicast find each other again.
    pub met: Option<SocketAddr>,
    /// The sync link, if there is one.
    pub link: Option<Link>,
    /// How we stand.
    pub state: State,
    /// Since when.
    pub since_ms: u64,
    /// Round-trip time.
    pub rtt: Option<Duration>,
    /// What it says of itself, if it was asked as a stranger.
    pub told: Option<Told>,
    /// When both last had the same.
    pub matched: Option<Match>,
    /// Whether it said over this link that it has no room for all content.
    pub is_partial: bool,
    /// That it said, when we last met, that we were taken out there, and why. Only its word: it may be wrong, or lie.
    pub says_removed: Option<String>,
    /// Whether libp2p has a link with it.
    pub swarm_up: bool,
    /// Where it was heard before it fell silent, and whether to try there once more.
    recent: BTreeSet<SocketAddr>,
    try_recent: bool,
    who_failures: u32,
    heard_last: Instant,
    calling: bool,
    failures: u32,
    next_call: Instant,
    next_who: Instant,
}

/// What to do about a second link between the same two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the only one.
    Keep,
    /// Keep it, and close the older link with this id.
    Replace(usize),
    /// Close it.
    Refuse,
}

/// Everybody.
pub struct Book {
    ours: PublicKey,
    peers: BTreeMap<PublicKey, Peer>,
}

impl Book {
    /// An empty book of the computer with this transport key.
    pub fn new(ours: PublicKey) -> Self {
        Book { ours, peers: BTreeMap::new() }
    }

    /// One computer.
    pub fn get(&self, key: &PublicKey) -> Option<&Peer> {
        self.peers.get(key)
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&PublicKey, &Peer)> {
        self.peers.iter()
    }

    fn entry(&mut self, key: PublicKey, now: Instant, now_ms: u64) -> Option<&mut Peer> {
        if key == self.ours {
            return None;
        }
        if !self.peers.contains_key(&key) && self.peers.len() >= PEERS_MAX {
            let idle = |p: &Peer| !p.is_added && p.link.is_none() && p.heard.is_empty();
            let oldest = self.peers.iter().filter(|(_, p)| idle(p)).min_by_key(|(_, p)| p.heard_last).map(|(k, _)| *k);
            self.peers.remove(&oldest?);
        }
        let wait = if self.ours < key { Duration::ZERO } else { GREATER_WAITS };
        Some(self.peers.entry(key).or_insert_with(|| Peer {
            heard: BTreeSet::new(),
            added: BTreeSet::new(),
            is_added: false,
            linked_at: None,
            met: None,
            link: None,
            state: State::Seen { reason: None },
            since_ms: now_ms,
            rtt: None,
            told: None,
            matched: None,
            is_partial: false,
            says_removed: None,
            swarm_up: false,
            recent: BTreeSet::new(),
            try_recent: false,
            who_failures: 0,
            heard_last: now,
            calling: false,
            failures: 0,
            next_call: now + wait,
            next_who: now,
        }))
    }

    /// It was heard at these addresses (none: not heard any more). Returns all addresses to call it at.
    pub fn heard(
        &mut self,
        key: PublicKey,
        addrs: BTreeSet<SocketAddr>,
        now: Instant,
        now_ms: u64,
    ) -> BTreeSet<SocketAddr> {
        let wait = if self.ours < key { Duration::ZERO } else { GREATER_WAITS };
        let Some(peer) = self.entry(key, now, now_ms) else { return BTreeSet::new() };
        peer.heard_last = now;
        if addrs.difference(&peer.heard).next().is_some() {
            // It moved or came back: a pause from before means nothing now.
            peer.failures = 0;
            peer.next_call = peer.next_call.min(now + wait);
            peer.next_who = now;
        }
        if addrs.is_empty() && !peer.heard.is_empty() {
            peer.recent = core::mem::take(&mut peer.heard);
        }
        peer.heard = addrs;
        let all = peer.addresses();
        if all.is_empty() && !peer.is_added && peer.link.is_none() {
            peer.set_state(State::Seen { reason: Some("not heard any more".into()) }, now_ms);
        }
        all
    }

    /// A person or an invite says where it is. Returns all addresses to call it at.
    pub fn add(
        &mut self,
        key: PublicKey,
        addrs: &BTreeSet<SocketAddr>,
        now: Instant,
        now_ms: u64,
    ) -> BTreeSet<SocketAddr> {
        let Some(peer) = self.entry(key, now, now_ms) else { return BTreeSet::new() };
        peer.is_added = true;
        peer.added.extend(addrs.iter().take(ADDRESSES_MAX));
        peer.failures = 0;
        peer.next_call = now;
        peer.next_who = now;
        peer.addresses()
    }

    /// Records were exchanged with it here before this start. Returns all addresses to call it at.
    pub fn met_before(&mut self, key: PublicKey, at: SocketAddr, now: Instant, now_ms: u64) -> BTreeSet<SocketAddr> {
        let Some(peer) = self.entry(key, now, now_ms) else { return BTreeSet::new() };
        peer.met = Some(at);
        peer.addresses()
    }

    /// Records were exchanged with it over its link. Returns where, if that is worth keeping and not yet kept.
    pub fn met_now(&mut self, key: &PublicKey) -> Option<SocketAddr> {
        let peer = self.peers.get_mut(key)?;
        let at = peer.linked_at.filter(|at| peer.met != Some(*at) && !super::endpoint::is_link_local(&at.ip()))?;
        peer.met = Some(at);
        Some(at)
    }

    /// A person takes an address away again. Returns whether it was there, and what is left to call.
    pub fn remove(&mut self, key: &PublicKey) -> (bool, BTreeSet<SocketAddr>) {
        let Some(peer) = self.peers.get_mut(key) else { return (false, BTreeSet::new()) };
        let was = core::mem::take(&mut peer.is_added);
        peer.added.clear();
        peer.met = None;
        (was, peer.addresses())
    }

    /// Who should be called now for sync, of those `is_member` says yes to; marks them as being called.
    pub fn due_calls(&mut self, now: Instant, is_member: impl Fn(&PublicKey) -> bool) -> Vec<PublicKey> {
        let due = |p: &Peer| {
            p.link.is_none() && !p.calling && p.next_call <= now && (p.is_added || !p.addresses().is_empty())
        };
        let keys: Vec<PublicKey> =
            self.peers.iter().filter(|(k, p)| due(p) && is_member(k)).map(|(k, _)| *k).take(16).collect();
        for key in &keys {
            if let Some(peer) = self.peers.get_mut(key) {
                peer.calling = true;
            }
        }
        keys
    }

    /// Which strangers should be asked who they are now; marks them as asked.
    pub fn due_who(&mut self, now: Instant, is_member: impl Fn(&PublicKey) -> bool) -> Vec<PublicKey> {
        let due = |p: &Peer| p.next_who <= now && !p.addresses().is_empty();
        let keys: Vec<PublicKey> =
            self.peers.iter().filter(|(k, p)| due(p) && !is_member(k)).map(|(k, _)| *k).take(8).collect();
        for key in &keys {
            if let Some(peer) = self.peers.get_mut(key) {
                peer.next_who = now + WHO_AGAIN;
            }
        }
        keys
    }

    /// A call ended without a link.
    pub fn call_failed(&mut self, key: &PublicKey, reason: String, now: Instant, now_ms: u64) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.calling = false;
            peer.try_recent = false;
            peer.pause(now);
            if peer.link.is_none() {
                peer.set_state(State::Seen { reason: Some(reason) }, now_ms);
            }
        }
    }

    /// Call again soon, whatever happened before.
    pub fn call_soon(&mut self, key: &PublicKey, now: Instant) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.next_call = now;
        }
    }

    /// A link stands, from either side. Both sides come to the same verdict: of two links called from different
    /// sides the one that the smaller key called stays; of two from the same side, the newer.
    pub fn link_open(
        &mut self,
        key: PublicKey,
        link: Link,
        at: Option<SocketAddr>,
        now: Instant,
        now_ms: u64,
    ) -> Verdict {
        let smaller = self.ours < key;
        let Some(peer) = self.entry(key, now, now_ms) else { return Verdict::Refuse };
        if link.we_called {
            peer.calling = false;
        }
        let verdict = match peer.link {
            None => Verdict::Keep,
            Some(old) if old.we_called == link.we_called || link.we_called == smaller => Verdict::Replace(old.id),
            Some(_) => return Verdict::Refuse,
        };
        peer.link = Some(link);
        peer.is_partial = false;
        peer.try_recent = false;
        peer.linked_at = at;
        peer.heard_last = now;
        peer.set_state(State::Reachable, now_ms);
        verdict
    }

    /// Whether the link with this id is the one that is kept.
    pub fn is_link(&self, key: &PublicKey, id: usize) -> bool {
        self.peers.get(key).is_some_and(|p| p.link.is_some_and(|l| l.id == id))
    }

    /// The link with this id is gone.
    pub fn link_closed(
        &mut self,
        key: &PublicKey,
        id: usize,
        reason: Option<String>,
        is_fault: bool,
        now: Instant,
        now_ms: u64,
    ) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        if peer.link.is_none_or(|l| l.id != id) {
            return;
        }
        peer.link = None;
        peer.rtt = None;
        if is_fault {
            peer.failures = peer.failures.max(5);
        }
        peer.pause(now);
        peer.set_state(State::Seen { reason }, now_ms);
    }

    /// The link with this id got further.
    pub fn link_state(&mut self, key: &PublicKey, id: usize, state: State, now_ms: u64) -> bool {
        let Some(peer) = self.peers.get_mut(key).filter(|p| p.link.is_some_and(|l| l.id == id)) else { return false };
        if state == State::UpToDate {
            peer.failures = 0;
            peer.says_removed = None;
        }
        peer.set_state(state, now_ms)
    }

    /// Over the link with this id the other side said that it has no room for all content.
    pub fn link_is_partial(&mut self, key: &PublicKey, id: usize) {
        if let Some(peer) = self.peers.get_mut(key).filter(|p| p.link.is_some_and(|l| l.id == id)) {
            peer.is_partial = true;
        }
    }

    /// Both sides had the same. True: that is news.
    pub fn matched(&mut self, key: &PublicKey, matched: Match) -> bool {
        let Some(peer) = self.peers.get_mut(key) else { return false };
        let before = peer.matched.map_or(0, |m| m.event_seq);
        let is_news = peer.matched.is_none_or(|m| m.event_seq < matched.event_seq);
        peer.matched = Some(Match { event_seq: matched.event_seq.max(before), ..matched });
        is_news
    }

    /// It did not let us in: because we were taken out, and why, if it said so. What it has of ours no longer counts as kept.
    pub fn refused(&mut self, key: &PublicKey, says_removed: Option<String>) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.says_removed = says_removed;
            peer.matched = None;
        }
    }

    /// Something about our own network changed: whoever has no link may be called now, once more also where it was
    /// before it fell silent. Returns where.
    pub fn network_changed(&mut self, now: Instant) -> Vec<(PublicKey, BTreeSet<SocketAddr>)> {
        let mut callable = Vec::new();
        for (key, peer) in self.peers.iter_mut().filter(|(_, p)| p.link.is_none()) {
            peer.failures = 0;
            peer.next_call = now;
            peer.try_recent = !peer.recent.is_empty();
            callable.push((*key, peer.addresses()));
        }
        callable
    }

    /// Round-trip time was measured.
    pub fn rtt(&mut self, key: &PublicKey, rtt: Duration) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.rtt = Some(rtt);
        }
    }

    /// libp2p's link came or went.
    pub fn swarm(&mut self, key: &PublicKey, up: bool) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.swarm_up = up;
        }
    }

    /// A stranger said who it is, or did not answer and is asked again, at first soon. True: that is news.
    pub fn told(&mut self, key: &PublicKey, told: Option<Told>, now: Instant) -> bool {
        let Some(peer) = self.peers.get_mut(key) else { return false };
        if told.is_some() {
            peer.who_failures = 0;
        } else {
            let again = WHO_SOON * 2u32.saturating_pow(peer.who_failures.min(3));
            peer.next_who = now + again.min(WHO_AGAIN);
            peer.who_failures += 1;
        }
        peer.try_recent = false;
        let changed = peer.told != told;
        peer.told = told;
        changed
    }
}

impl Peer {
    /// Everywhere it may be called.
    pub fn addresses(&self) -> BTreeSet<SocketAddr> {
        let recent = self.recent.iter().filter(|_| self.try_recent);
        self.heard.iter().chain(&self.added).chain(&self.met).chain(recent).copied().take(ADDRESSES_MAX).collect()
    }

    fn pause(&mut self, now: Instant) {
        let pause = Duration::from_millis(500) * 2u32.saturating_pow(self.failures.min(8));
        self.failures = self.failures.saturating_add(1);
        let is_likely_there = self.is_added || !self.heard.is_empty();
        self.next_call = now + pause.min(if is_likely_there { PAUSE_MAX } else { PAUSE_MET_MAX });
    }

    fn set_state(&mut self, state: State, now_ms: u64) -> bool {
        if self.state == state {
            return false;
        }
        self.state = state;
        self.since_ms = now_ms;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDR: ([u8; 4], u16) = ([10, 0, 0, 1], 4847);

    fn key(n: u8) -> PublicKey {
        PublicKey([n; 32])
    }
    fn addrs() -> BTreeSet<SocketAddr> {
        BTreeSet::from([SocketAddr::from(ADDR)])
    }

    #[test]
    fn both_sides_keep_the_same_one_of_two_links() {
        let now = Instant::now();
        // 1 and 2 call each other at once: the link 1 called must stay on both, in every order of events.
        for ours_first in [true, false] {
            for (me, other) in [(1, 2), (2, 1)] {
                let mut book = Book::new(key(me));
                let links = [Link { id: 10, we_called: true }, Link { id: 20, we_called: false }];
                let order = if ours_first { [links[0], links[1]] } else { [links[1], links[0]] };
                for link in order {
                    book.link_open(key(other), link, None, now, 0);
                }
                let kept = book.get(&key(other)).unwrap().link.unwrap();
                assert_eq!(kept.we_called, me == 1, "me {me}, ours first {ours_first}");
            }
        }
    }

    #[test]
    fn where_somebody_was_met_is_kept_once_and_called_again() {
        let now = Instant::now();
        let mut book = Book::new(key(1));
        let at = SocketAddr::from(ADDR);
        book.link_open(key(2), Link { id: 1, we_called: false }, Some(at), now, 0);
        assert_eq!(book.met_now(&key(2)), Some(at));
        assert_eq!(book.met_now(&key(2)), None, "it is kept already");
        let mut after = Book::new(key(1));
        assert_eq!(after.met_before(key(2), at, now, 0), addrs());
        assert_eq!(after.due_calls(now + GREATER_WAITS, |_| true), [key(2)]);
        let link_local = "[fe80::1]:4848".parse().unwrap();
        book.link_open(key(3), Link { id: 2, we_called: true }, Some(link_local), now, 0);
        assert_eq!(book.met_now(&key(3)), None, "it means nothing without its interface");
    }

    #[test]
    fn pauses_grow_and_a_new_address_ends_them() {
        let now = Instant::now();
        let mut book = Book::new(key(1));
        book.heard(key(2), addrs(), now, 0);
        assert_eq!(book.due_calls(now, |_| true), [key(2)]);
        assert_eq!(book.due_calls(now, |_| true), [], "it is being called");
        for _ in 0..12 {
            book.call_failed(&key(2), "no answer".into(), now, 0);
        }
        assert_eq!(book.get(&key(2)).unwrap().state, State::Seen { reason: Some("no answer".into()) });
        assert_eq!(book.due_calls(now + PAUSE_MAX / 2, |_| true), []);
        assert_eq!(book.due_calls(now + PAUSE_MAX, |_| false), [], "strangers are not called for sync");
        let moved = BTreeSet::from([SocketAddr::from(([10, 0, 0, 9], 1))]);
        book.heard(key(2), moved, now, 0);
        assert_eq!(book.due_calls(now + GREATER_WAITS, |_| true), [key(2)]);
    }

    #[test]
    fn a_cable_put_back_is_tried_at_once() {
        let now = Instant::now();
        let mut book = Book::new(key(1));
        book.heard(key(2), addrs(), now, 0);
        book.due_calls(now, |_| true);
        book.call_failed(&key(2), "no answer".into(), now, 0);
        book.heard(key(2), BTreeSet::new(), now, 0);
        assert_eq!(book.due_calls(now + PAUSE_MAX, |_| true), [], "it is not heard any more");
        assert_eq!(book.network_changed(now), [(key(2), addrs())]);
        assert_eq!(book.due_calls(now, |_| true), [key(2)]);
        book.call_failed(&key(2), "no answer".into(), now, 0);
        assert_eq!(book.due_calls(now + PAUSE_MAX, |_| true), [], "once");
    }

    #[test]
    fn what_is_kept_elsewhere_is_never_counted_less() {
        let now = Instant::now();
        let mut book = Book::new(key(1));
        book.heard(key(2), addrs(), now, 0);
        assert!(book.matched(&key(2), Match { at_ms: 1, event_seq: 7 }));
        assert!(!book.matched(&key(2), Match { at_ms: 2, event_seq: 3 }));
        assert_eq!(book.get(&key(2)).unwrap().matched, Some(Match { at_ms: 2, event_seq: 7 }));
    }

    #[test]
    fn who_shuts_us_out_keeps_nothing_of_ours_until_they_let_us_in_again() {
        let now = Instant::now();
        let mut book = Book::new(key(1));
        book.heard(key(2), addrs(), now, 0);
        book.matched(&key(2), Match { at_ms: 1, event_seq: 7 });
        book.refused(&key(2), Some("Was rude.".into()));
        let peer = book.get(&key(2)).unwrap();
        assert!(peer.says_removed.as_deref() == Some("Was rude.") && peer.matched.is_none());
        let link = Link { id: 5, we_called: true };
        book.link_open(key(2), link, None, now, 1);
        assert!(
            book.get(&key(2)).unwrap().says_removed.is_some(),
            "a link alone says nothing: it may be closed at once"
        );
        book.link_state(&key(2), 5, State::UpToDate, 2);
        assert_eq!(book.get(&key(2)).unwrap().says_removed, None);
    }

    #[test]
    fn the_book_is_bounded_and_keeps_what_people_added() {
        let now = Instant::now();
        let mut book = Book::new(key(0));
        let nth = |n: u32| PublicKey(*blake3::hash(&n.to_be_bytes()).as_bytes());
        book.add(nth(0), &addrs(), now, 0);
        for n in 1..3000 {
            book.heard(nth(n), addrs(), now, 0);
            book.heard(nth(n), BTreeSet::new(), now, 0);
        }
        assert_eq!(book.iter().count(), PEERS_MAX);
        assert!(book.get(&nth(0)).is_some());
        assert!(book.get(&key(0)).is_none(), "never ourselves");
    }

    #[test]
    fn an_old_link_closing_does_not_touch_the_new_one() {
        let now = Instant::now();
        let mut book = Book::new(key(1));
        let link = |id| Link { id, we_called: false };
        assert_eq!(book.link_open(key(2), link(1), None, now, 0), Verdict::Keep);
        assert_eq!(book.link_open(key(2), link(2), None, now, 0), Verdict::Replace(1));
        book.link_closed(&key(2), 1, None, false, now, 5);
        assert_eq!(book.get(&key(2)).unwrap().state, State::Reachable);
        book.link_closed(&key(2), 2, None, false, now, 6);
        assert_eq!(book.get(&key(2)).unwrap().since_ms, 6);
    }
}
