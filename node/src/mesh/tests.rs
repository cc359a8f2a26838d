//! Whole meshes on loopback, with records in memory: real sockets, real handshakes, no multicast.

mod many;
mod misuse;
mod strangers;
mod twin;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};

use hedgerow_protocol::authority::build;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::invite::Issued;
use hedgerow_protocol::join::Code;
use hedgerow_protocol::limits::JOIN_FAILURES_PER_MINUTE;
use hedgerow_protocol::record::Audience;
use zeroize::Zeroizing;

use super::endpoint::{ALPN_LIBP2P, ALPN_SYNC, Goodbye};
use super::*;
use crate::core::os_now_ms;
use crate::patience::{asked, soon};
use twin::Twin;

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

async fn mesh(transport: SecretKey, community: Option<Arc<dyn Records>>) -> Mesh {
    mesh_with(transport, community, None).await
}

async fn mesh_with(transport: SecretKey, community: Option<Arc<dyn Records>>, flows: Option<Arc<dyn Flows>>) -> Mesh {
    let bind = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    let options =
        MeshOptions { transport, port: 0, bind, nearby: false, community, tells_name: true, shows_public: true, flows };
    Mesh::start(options).await.unwrap()
}

pub(crate) struct Home {
    records: Arc<Twin>,
    pub(crate) mesh: Arc<Mesh>,
}

impl Home {
    async fn of(records: Arc<Twin>) -> Home {
        let mesh = Arc::new(mesh(records.device.transport(), Some(records.clone())).await);
        Home { records, mesh }
    }

    async fn knows(&self, other: &Home) {
        self.mesh.add_neighbour(&other.address()).await.unwrap();
    }

    fn address(&self) -> PeerAddress {
        PeerAddress { key: self.mesh.id(), addresses: self.mesh.sockets().into_iter().collect() }
    }

    fn invite(&self, n: u8) -> Ticket {
        let ticket = Ticket {
            community: self.records.community,
            issuer: self.mesh.id(),
            addresses: self.mesh.sockets(),
            seed: Zeroizing::new([n; 32]),
            expires_ms: os_now_ms() + 60_000,
            poster_since_ms: None,
        };
        self.issue(&ticket);
        ticket
    }

    /// Remembers an invite as its issuer does.
    fn issue(&self, ticket: &Ticket) {
        let issued = Issued::new(ticket);
        let put = self.records.put_local(&invite_local_key(&issued.invite), issued.encode());
        futures::executor::block_on(put).unwrap();
    }

    fn state_of(&self, other: &Home) -> Option<State> {
        self.mesh.neighbours().into_iter().find(|n| n.key == other.mesh.id()).map(|n| n.state)
    }
}

/// A community with one steward.
fn founder(n: u8) -> Arc<Twin> {
    let (person, device) = (key(n), key(n + 1));
    let hlc = Hlc::new(os_now_ms(), 0);
    let genesis = build::found_community(&person, &[], &[key(250).public()], 1, false, [n; 16], hlc).unwrap();
    let [founding, listing] = build::newcomer(&genesis.id(), &person, &device, hlc).unwrap();
    Twin::new(&[genesis, founding, listing], device)
}

/// Joins with a ticket from an empty home, and comes back as a member.
async fn join(ticket: &Ticket, n: u8) -> Result<Home, AskError> {
    let (person, device) = (key(n), key(n + 1));
    let visitor = mesh(device.transport(), None).await;
    let [founding, listing] =
        build::newcomer(&ticket.community, &person, &device, Hlc::new(1_790_000_000_000, 0)).unwrap();
    let redemption = Redemption::new(ticket, &founding, &listing, &[], &device.public());
    let answer = visitor.redeem(ticket, redemption).await;
    assert_eq!(visitor.shutdown().await, Vec::<&str>::new());
    let home = Home::of(Twin::new(&answer?, device)).await;
    home.mesh.learn_ticket(ticket);
    Ok(home)
}

/// Two members' computers that know each other and take flows.
pub(crate) async fn join_pair(a: Arc<crate::flow::Hub>, b: Arc<crate::flow::Hub>) -> (Home, Home) {
    let first = Home::of(founder(1)).await;
    let second = join(&first.invite(9), 20).await.unwrap();
    let mut both = Vec::new();
    for (home, hub) in [(first, a), (second, b)] {
        let Home { records, mesh } = home;
        mesh.shutdown().await;
        let mesh = mesh_with(records.device.transport(), Some(records.clone()), Some(hub.clone())).await;
        let mesh = Arc::new(mesh);
        hub.use_mesh(&mesh);
        both.push(Home { records, mesh });
    }
    let second = both.pop().unwrap();
    let first = both.pop().unwrap();
    first.knows(&second).await;
    until("the two to agree", &[&first, &second], || equal(&[&first, &second])).await;
    (first, second)
}

/// Waits for a fact; says how everybody stands where it does not come.
pub(crate) async fn until(what: &str, homes: &[&Home], mut fact: impl FnMut() -> bool) {
    if asked(async || fact().then_some(())).await.is_none() {
        let states: Vec<_> =
            homes.iter().map(|h| (h.mesh.neighbours(), h.mesh.nearby(), h.records.ids().len())).collect();
        panic!("never came: {what}: {states:#?}");
    }
}

fn equal(homes: &[&Home]) -> bool {
    homes.windows(2).all(|w| w[0].records.ids() == w[1].records.ids())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joins_syncs_and_stays_in_step() {
    let a = Home::of(founder(1)).await;
    for i in 0..3_000 {
        a.records.publish(&format!("before {i}"), Audience::Public, b"x");
    }
    let ticket = a.invite(9);
    let b = join(&ticket, 11).await.unwrap();
    until("all of A at B", &[&a, &b], || equal(&[&a, &b])).await;
    until("both say so", &[&a, &b], || {
        a.state_of(&b) == Some(State::UpToDate) && b.state_of(&a) == Some(State::UpToDate)
    })
    .await;

    // What is written now is seen by the other, both ways. How fast, `tests/speed` measures: alone on a computer.
    for i in 0..21 {
        let (from, to) = if i % 2 == 0 { (&a, &b) } else { (&b, &a) };
        let record = from.records.publish(&format!("live {i}"), Audience::Community, b"y");
        until("live", &[&a, &b], || to.records.holds(&record.id())).await;
    }

    // The other's root tells that it keeps everything as well.
    let now = os_now_ms();
    a.records.publish("last", Audience::Public, b"z");
    until("kept on one more", &[&a, &b], || a.mesh.copies_since(now) == 1).await;

    // A link that is gone is made again, and what was missed is made up for.
    let b_records = b.records.clone();
    assert_eq!(b.mesh.shutdown().await, Vec::<&str>::new());
    until("A misses B", &[&a], || a.mesh.neighbours().iter().all(|n| matches!(n.state, State::Seen { .. }))).await;
    for i in 0..50 {
        a.records.publish(&format!("missed {i}"), Audience::Public, b"x");
        b_records.publish(&format!("apart {i}"), Audience::Public, b"x");
    }
    let b = Home::of(b_records).await;
    b.knows(&a).await;
    until("equal again", &[&a, &b], || equal(&[&a, &b])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_push_much_at_once_and_neither_waits_for_ever() {
    let a = Home::of(founder(21)).await;
    let b = join(&a.invite(9), 31).await.unwrap();
    let b_records = b.records.clone();
    b.mesh.shutdown().await;
    let body: Vec<u8> = (0..6000u32).flat_map(|i| blake3::hash(&i.to_be_bytes()).as_bytes()[..1].to_vec()).collect();
    for i in 0..1_500 {
        a.records.publish(&format!("a{i}"), Audience::Public, &body);
        b_records.publish(&format!("b{i}"), Audience::Public, &body);
    }
    let b = Home::of(b_records).await;
    b.knows(&a).await;
    a.knows(&b).await;
    until("equal", &[&a, &b], || equal(&[&a, &b])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_admitted_elsewhere_is_not_locked_out() {
    let a = Home::of(founder(41)).await;
    let b = join(&a.invite(1), 51).await.unwrap();
    until("A and B equal", &[&a, &b], || equal(&[&a, &b])).await;
    let (b_records, b_key) = (b.records.clone(), b.mesh.id());
    b.mesh.shutdown().await;
    // C joins while B is away; then A goes away and B comes back: B has never heard of C.
    let c = join(&a.invite(2), 61).await.unwrap();
    until("A and C equal", &[&a, &c], || equal(&[&a, &c])).await;
    a.mesh.shutdown().await;
    let b = Home::of(b_records).await;
    assert_eq!(b.mesh.id(), b_key);
    assert!(b.records.authority().by_transport(&c.mesh.id()).is_none());
    c.knows(&b).await;
    until("B and C equal", &[&b, &c], || equal(&[&b, &c])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_let_in_by_somebody_unknown_is_not_locked_out() {
    let a = Home::of(founder(201)).await;
    let d = join(&a.invite(1), 211).await.unwrap();
    until("A and D equal", &[&a, &d], || equal(&[&a, &d])).await;
    let d_records = d.records.clone();
    d.mesh.shutdown().await;
    // B joins at A, and C at B. D was away for all of it and has met neither of the two.
    let b = join(&a.invite(2), 221).await.unwrap();
    until("A and B equal", &[&a, &b], || equal(&[&a, &b])).await;
    a.mesh.shutdown().await;
    let c = join(&b.invite(3), 231).await.unwrap();
    until("B and C equal", &[&b, &c], || equal(&[&b, &c])).await;
    let b_key = b.mesh.id();
    b.mesh.shutdown().await;
    let d = Home::of(d_records).await;
    for unknown in [b_key, c.mesh.id()] {
        assert!(d.records.authority().by_transport(&unknown).is_none());
    }
    c.knows(&d).await;
    until("C and D equal", &[&c, &d], || equal(&[&c, &d])).await;
    for known in [b_key, c.mesh.id()] {
        assert!(d.records.authority().by_transport(&known).is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_strangers_sign_for_themselves_is_not_kept() {
    let a = Home::of(founder(171)).await;
    let before = a.records.ids();
    let (person, device) = (key(181), key(182));
    let stranger = mesh(device.transport(), None).await;
    stranger.add_neighbour(&a.address()).await.unwrap();
    let community = a.records.community;
    let [founding, listing] = build::newcomer(&community, &person, &device, Hlc::new(os_now_ms(), 0)).unwrap();
    let others = (0..30u8).map(|n| build::found_person(&community, &key(190 + n), Hlc::new(os_now_ms(), 0)).unwrap());
    let shown: Vec<Record> = [founding, listing].into_iter().chain(others).collect();
    let visit = join::Visit::call(&stranger.inner.endpoint, &a.mesh.id()).await.unwrap();
    assert!(!visit.present(community, &shown).await.unwrap());
    assert_eq!(a.records.ids(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_read_what_is_public_and_nothing_else() {
    let a = Home::of(founder(71)).await;
    for i in 0..2_500 {
        let audience = if i % 5 == 0 { Audience::Community } else { Audience::Public };
        a.records.publish(&format!("n{i}"), audience, &[7; 600]);
    }
    let stranger = mesh(key(81).transport(), None).await;
    stranger.add_neighbour(&a.address()).await.unwrap();
    let Handed { told, host_name, records, .. } = stranger.public(&a.mesh.id(), usize::MAX).await.unwrap();
    assert_eq!(told, Told { community: a.records.community, name: Some("Mill Street".into()) });
    assert_eq!(host_name.as_deref(), Some("A. Founder"));
    assert_eq!(records.len(), 2_000);
    assert!(records.iter().all(|r| r.payload().audience == Audience::Public));
    // Asking and leaving is no failure, however often.
    for _ in 0..2 * JOIN_FAILURES_PER_MINUTE {
        stranger.who(&a.mesh.id()).await.unwrap();
    }
    until("A's community is told nearby", &[&a], || stranger.nearby().iter().any(|n| n.told.is_some())).await;

    // The protocols of members: the link is closed before anything is read, and what was sent is never looked at.
    for alpn in [ALPN_SYNC, ALPN_LIBP2P] {
        let connection = stranger.inner.endpoint.dial(&a.mesh.id(), alpn).await.unwrap();
        if let Ok((mut send, mut recv)) = connection.open_bi().await {
            let _ = send.write_all(&[0xff; 4096]).await;
            let read = soon("a refusal", recv.read_to_end(1)).await;
            assert!(read.is_err());
        }
        soon("the end of the link", connection.closed()).await;
        assert_eq!(Goodbye::of(&connection), Some(Goodbye::NotMember));
    }
    assert!(a.mesh.neighbours().is_empty());
    // A visitor serves nothing at all, not even the join protocol.
    let visitor = PeerAddress { key: stranger.id(), addresses: stranger.sockets().into_iter().collect() };
    a.mesh.add_neighbour(&visitor).await.unwrap();
    assert!(a.mesh.who(&stranger.id()).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invite_lets_one_person_in() {
    let a = Home::of(founder(91)).await;
    let ticket = a.invite(5);
    let b = join(&ticket, 101).await.unwrap();
    // The same person, whose first answer was lost, is answered again; another is not.
    let again = join(&ticket, 101).await.unwrap();
    assert_eq!(again.mesh.id(), b.mesh.id());
    assert_eq!(join(&ticket, 103).await.err(), Some(AskError::Refused(Code::Used)));
    // A folder put back from a backup remembers it as open.
    a.issue(&ticket);
    assert_eq!(join(&ticket, 103).await.err(), Some(AskError::Refused(Code::Used)));
    assert!(join(&ticket, 101).await.is_ok());
    let mut old = a.invite(6);
    old.expires_ms = 5;
    a.issue(&old);
    assert_eq!(join(&old, 105).await.err(), Some(AskError::Refused(Code::Expired)));
    let elsewhere = Ticket { community: Id([3; 32]), ..a.invite(7) };
    assert_eq!(join(&elsewhere, 107).await.err(), Some(AskError::Refused(Code::OtherCommunity)));
    // Guessing: after ten failures the address has to wait, even with a good invite.
    let mut guess = a.invite(8);
    for n in 100..109u8 {
        guess.seed = Zeroizing::new([n; 32]);
        let tried = join(&guess, 109).await.err();
        assert!(
            matches!(tried, Some(AskError::Refused(Code::UnknownInvite | Code::TooManyAttempts))),
            "{n}: {tried:?}"
        );
    }
    assert_eq!(join(&a.invite(200), 111).await.err(), Some(AskError::Refused(Code::TooManyAttempts)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_out_is_dropped_within_seconds() {
    let a = Home::of(founder(121)).await;
    let b = join(&a.invite(1), 131).await.unwrap();
    until("linked", &[&a, &b], || a.state_of(&b) == Some(State::UpToDate)).await;
    a.records.forget_members();
    until("dropped", &[&a, &b], || !matches!(b.state_of(&a), Some(State::UpToDate))).await;
    assert!(a.mesh.neighbours().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_on_the_port_changes_nothing() {
    let a = Home::of(founder(141)).await;
    let b = join(&a.invite(1), 151).await.unwrap();
    until("linked", &[&a, &b], || a.state_of(&b) == Some(State::UpToDate)).await;
    let to = a.mesh.sockets()[0];
    let noise = std::thread::spawn(move || {
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut packet = [0u8; 1250];
        for i in 0..8_400u32 {
            blake3::Hasher::new().update(&i.to_be_bytes()).finalize_xof().fill(&mut packet);
            // Every other one looks like the first packet of a call.
            if i % 2 == 0 {
                packet[..9].copy_from_slice(&[0xc3, 0, 0, 0, 1, 8, 1, 2, 3]);
            }
            let _ = socket.send_to(&packet, to);
        }
    });
    let mut n = 0;
    while !noise.is_finished() || n < 5 {
        n += 1;
        let record = b.records.publish(&format!("through {n}"), Audience::Public, b"x");
        until("through the noise", &[&a, &b], || a.records.holds(&record.id())).await;
    }
    noise.join().unwrap();
    assert_eq!(a.state_of(&b), Some(State::UpToDate));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seen_is_not_reachable_and_says_why() {
    let a = Home::of(founder(161)).await;
    let b = join(&a.invite(1), 171).await.unwrap();
    until("linked", &[&a, &b], || a.state_of(&b) == Some(State::UpToDate)).await;
    let b_key = b.mesh.id();
    b.mesh.shutdown().await;
    a.mesh.inner.heard(b_key, BTreeSet::from([SocketAddr::from((Ipv4Addr::LOCALHOST, 9))]));
    until("a reason", &[&a], || {
        a.mesh.neighbours().iter().any(|n| {
            n.is_heard && matches!(&n.state, State::Seen { reason: Some(r) } if r.starts_with("seen but not reachable: no answer to our call on UDP port 9"))
        })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_port_is_stepped_around() {
    let options = |n| MeshOptions {
        transport: key(n).transport(),
        port: 45_847,
        bind: vec![],
        nearby: false,
        community: None,
        tells_name: true,
        shows_public: true,
        flows: None,
    };
    let first = Mesh::start(options(181)).await.unwrap();
    let second = Mesh::start(options(183)).await.unwrap();
    assert_eq!((first.port_taken(), second.port_taken()), (None, Some(45_847)));
    assert!(second.me().await.to_string().starts_with(&second.id().to_string()));
    // Joining a community starts a new mesh where the visitor's was.
    // (even while somebody still holds the handle of the old one)
    first.shutdown().await;
    let third = Mesh::start(options(185)).await.unwrap();
    assert_eq!(third.port_taken(), None);
}

/// The same with the core itself on disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_records_on_disk() {
    use crate::core::{Core, CoreOptions, Draft};
    use hedgerow_protocol::kind::{Kind, Lane};
    let dir = tempfile::tempdir().unwrap();
    let hlc = || Hlc::new(os_now_ms(), 0);
    let genesis = build::found_community(&key(1), &[], &[key(250).public()], 1, false, [1; 16], hlc()).unwrap();
    let community = genesis.id();
    let [founding, listing] = build::newcomer(&community, &key(1), &key(2), hlc()).unwrap();
    let mut options = CoreOptions::new(dir.path().join("a"), community, key(2));
    let anna = founding.id();
    options.person = Some(anna);
    let a = Core::create(options, vec![genesis, founding, listing]).unwrap().0;
    let profile = |name: &str| cbor_of(&format!(r#"{{"name":"{name}"}}"#));
    let names = [(community, "Mill Street"), (anna, "Anna")];
    let audience = |owner| if owner == community { Audience::Public } else { Audience::Community };
    let names = names.map(|(owner, name)| Draft {
        audience: audience(owner),
        ..Draft::new(owner, Kind::PROFILE, "profile", profile(name))
    });
    a.publish(names.into()).await.unwrap();
    let notices = (0..300).map(|i| {
        let mut draft =
            Draft::new(anna, Kind::NOTICE, format!("n{i}"), cbor_of(r#"{"title":"Fair","text":"On Sunday"}"#));
        if i % 2 == 0 {
            draft.audience = Audience::Community;
        }
        draft
    });
    a.publish(notices.collect()).await.unwrap();
    let a_mesh = mesh(key(2).transport(), Some(Arc::new(a.clone()))).await;

    let ticket = Ticket {
        community,
        issuer: a_mesh.id(),
        addresses: a_mesh.sockets(),
        seed: Zeroizing::new([9; 32]),
        expires_ms: os_now_ms() + 60_000,
        poster_since_ms: None,
    };
    let issued = Issued::new(&ticket);
    a.put_local(&invite_local_key(&issued.invite), &issued.encode()).await.unwrap();
    let visitor = mesh(key(4).transport(), None).await;
    visitor.learn_ticket(&ticket);
    let Handed { told, records: public, .. } = visitor.public(&a_mesh.id(), usize::MAX).await.unwrap();
    assert_eq!(told.name.as_deref(), Some("Mill Street"));
    assert!(public.iter().all(|r| r.payload().audience == Audience::Public));
    assert_eq!(public.iter().filter(|r| r.payload().kind == Kind::NOTICE).count(), 150);
    // Who may do what, and what people are called, is for members.
    assert!(public.iter().all(|r| r.lane() == Lane::Content), "a stranger reads who let in whom");
    let names = public.iter().filter(|r| r.payload().kind == Kind::PROFILE && r.owner() == anna);
    assert_eq!(names.count(), 0, "a stranger reads a person's name");
    let [founding, listing] = build::newcomer(&community, &key(3), &key(4), hlc()).unwrap();
    let ben = founding.id();
    let redemption = Redemption::new(&ticket, &founding, &listing, &[], &key(4).public());
    let first = visitor.redeem(&ticket, redemption).await.unwrap();
    visitor.shutdown().await;
    let mut options = CoreOptions::new(dir.path().join("b"), community, key(4));
    options.person = Some(ben);
    let b = Core::create(options, first).unwrap().0;
    let b_mesh = mesh(key(4).transport(), Some(Arc::new(b.clone()))).await;
    b_mesh.learn_ticket(&ticket);
    until("equal roots", &[], || a.root() == b.root()).await;
    let written =
        b.publish(vec![Draft::new(ben, Kind::NOTICE, "hello", cbor_of(r#"{"title":"Hello"}"#))]).await.unwrap();
    let start = Instant::now();
    until("at A", &[], || a.record(&written[0].id()).is_some()).await;
    eprintln!("from disk to disk in {:?}", start.elapsed());
    let seq = 1;
    until("kept by A as well", &[], || b_mesh.copies(seq) == 1).await;
    a_mesh.shutdown().await;
    b_mesh.shutdown().await;
    a.close().await;
    b.close().await;
}

fn cbor_of(json: &str) -> Vec<u8> {
    hedgerow_protocol::cbor::doc_to_cbor(&serde_json::from_str(json).unwrap())
}
