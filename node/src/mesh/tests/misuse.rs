//! Invites used as they are not meant to be, against a real computer: each case with the exact answer, and nothing written.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use hedgerow_protocol::authority::body::{DeviceOffer, Duty};
use hedgerow_protocol::authority::build::Place;
use hedgerow_protocol::fields::Writer;
use hedgerow_protocol::invite::{IssuedState, prove};
use hedgerow_protocol::join::{Request, Response};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{JOIN_REQUEST_BYTES_MAX, POSTER_REQUEST_BYTES_MAX, POSTER_WAITING_MAX};
use hedgerow_protocol::poster::{Answer, Asked};
use hedgerow_protocol::record::Payload;

use super::super::endpoint::ALPN_JOIN;
use super::super::posters::asked_local_key;
use super::*;

/// What A's clock shows throughout.
const NOW: u64 = 1_790_000_000_000;

/// Failures are counted by address, so that every case calls from one of its own.
fn from_address(n: usize) -> Vec<SocketAddr> {
    vec![SocketAddr::new(IpAddr::from([127, 77, (n / 200) as u8, (n % 200) as u8 + 1]), 0)]
}

async fn stranger(n: usize) -> Mesh {
    let transport = key(3).transport();
    let bind = from_address(n);
    let options = MeshOptions {
        transport,
        port: 0,
        bind,
        nearby: false,
        community: None,
        tells_name: true,
        shows_public: true,
        flows: None,
    };
    Mesh::start(options).await.unwrap()
}

/// Says something and hears the answer; nothing when the other hung up.
async fn say(mesh: &Mesh, to: &Home, bytes: &[u8]) -> Option<Response> {
    mesh.add_neighbour(&to.address()).await.unwrap();
    let connection = mesh.inner.endpoint.dial(&to.mesh.id(), ALPN_JOIN).await.unwrap();
    let (mut send, mut recv) = connection.open_bi().await.ok()?;
    // More than is read may fail to be sent: that is an answer as well.
    let _ = send.write_all(bytes).await;
    let _ = send.finish();
    let answer = soon("an answer", recv.read_to_end(1 << 20)).await;
    answer.ok().map(|bytes| Response::decode(&bytes).unwrap())
}

/// All that could have been written.
fn written(home: &Home) -> (Vec<Id>, Vec<(String, Vec<u8>)>) {
    (home.records.ids(), home.records.locals(""))
}

impl Home {
    /// An invite with this seed, remembered so.
    fn with(&self, n: u8, edit: impl FnOnce(&mut Ticket), state: IssuedState) -> Ticket {
        let mut ticket = self.invite(n);
        ticket.expires_ms = NOW;
        edit(&mut ticket);
        let issued = Issued { state, ..Issued::new(&ticket) };
        let put = self.records.put_local(&invite_local_key(&issued.invite), issued.encode());
        futures::executor::block_on(put).unwrap();
        ticket
    }

    fn remember_asked(&self, poster: &Ticket, person: &Id, answer: Answer) {
        let asked = Asked { at_ms: 1, answer }.encode();
        let put = self.records.put_local(&asked_local_key(&poster.key().public(), person), asked);
        futures::executor::block_on(put).unwrap();
    }
}

/// A person with one computer, and what they bring.
struct Someone {
    person: Record,
    device: Record,
    n: u8,
}

impl Someone {
    fn new(community: &Id, n: u8) -> Someone {
        let [person, device] =
            build::newcomer(community, &key(n), &key(n + 1), Hlc::new(1_789_999_000_000, 0)).unwrap();
        Someone { person, device, n }
    }
    fn using(&self, ticket: &Ticket) -> Redemption {
        Redemption::new(ticket, &self.person, &self.device, &[], &key(self.n + 1).public())
    }
    fn wires(&self) -> Vec<Vec<u8>> {
        vec![self.person.wire().to_vec(), self.device.wire().to_vec()]
    }
    fn profile(&self, community: &Id, owner: Id, by: u8, bytes: usize) -> Vec<u8> {
        let hlc = Hlc::new(1_789_999_000_001, 0);
        let payload = Payload::content(Kind::PROFILE, owner, key(by).public(), "profile", hlc, vec![7; bytes]);
        payload.sign(community, &key(by)).unwrap().wire().to_vec()
    }
}

fn poster(ticket: &mut Ticket) {
    ticket.poster_since_ms = Some(NOW - 1000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn misuse_is_told_exactly_and_writes_nothing() {
    let a = Home::of(founder(1)).await;
    a.records.clock_ms.store(NOW, Ordering::Relaxed);
    let here = a.records.community;
    let elsewhere = Id([3; 32]);
    let (me, other) = (Someone::new(&here, 11), Someone::new(&here, 21));
    let open = a.with(100, |_| {}, IssuedState::Open);
    let late = a.with(101, |t| t.expires_ms = NOW - 1, IssuedState::Open);
    let very_late = a.with(102, |t| t.expires_ms = 5, IssuedState::Open);
    let used = a.with(103, |_| {}, IssuedState::UsedBy(other.person.id()));
    let used_late = a.with(104, |t| t.expires_ms = 5, IssuedState::UsedBy(other.person.id()));
    let revoked = a.with(105, |_| {}, IssuedState::Revoked);
    let revoked_late = a.with(106, |t| t.expires_ms = 5, IssuedState::Revoked);
    let hung = a.with(110, poster, IssuedState::Open);
    let full = a.with(111, poster, IssuedState::Open);
    let hung_late = a.with(112, |t| (poster(t), t.expires_ms = NOW - 1).1, IssuedState::Open);
    let taken_down = a.with(113, poster, IssuedState::Revoked);
    let forgotten = Ticket { seed: Zeroizing::new([114; 32]), ..hung.clone() };
    let never_made = Ticket { seed: Zeroizing::new([115; 32]), ..open.clone() };
    for n in 0..POSTER_WAITING_MAX {
        a.remember_asked(&full, &Id([n as u8; 32]), Answer::Waiting(other.wires()));
    }
    a.remember_asked(&hung, &me.person.id(), Answer::No);
    let told_no_at_full = Someone::new(&here, 31);
    a.remember_asked(&full, &told_no_at_full.person.id(), Answer::No);

    let redeem = |r: Redemption| Request::Redeem(r).encode();
    let ask = |r: Redemption| Request::Ask(r).encode();
    let bring = |ticket: &Ticket, records: Vec<Vec<u8>>| Redemption { records, ..me.using(ticket) };
    let proved = |seed: u8, community: &Id, person: &Id, device: &PublicKey| {
        let proof = prove(&SecretKey::from_seed(&[seed; 32]), community, person, device);
        Redemption { proof, ..me.using(&open) }
    };
    let (mine, my_key) = (me.person.id(), key(12).public());
    let with_third = |third: Vec<u8>| bring(&open, me.wires().into_iter().chain([third]).collect());
    let listed_by_another = {
        let offer = DeviceOffer::sign(&here, &mine, &key(12), Duty::Full);
        let place = Place { seq: 1, prev: vec![] };
        build::device_add(&here, &key(21), place, mine, offer, Hlc::new(6, 0)).unwrap().wire().to_vec()
    };
    let foreign = Someone::new(&elsewhere, 11);
    let damaged = {
        let mut wires = me.wires();
        wires[1][60] ^= 1;
        wires
    };
    let swapped: Vec<Vec<u8>> = me.wires().into_iter().rev().collect();
    let huge = vec![0u8; POSTER_REQUEST_BYTES_MAX];
    let present = |community, records| Request::Present { community, records }.encode();
    let version = Writer::new().uint(0, 2).uint(1, 3).finish();
    let own_proof_for = |t: &Ticket| Redemption { invite: t.key().public(), ..me.using(&open) };

    let cases: Vec<(&str, Vec<u8>, Code)> = vec![
        ("nothing said", vec![], Code::BadRequest),
        ("noise", vec![0xff; 400], Code::BadRequest),
        ("another version", version, Code::Version),
        ("a question nobody knows", Writer::new().uint(0, 1).uint(1, 9).finish(), Code::BadRequest),
        ("a question with more in it", Writer::new().uint(0, 1).uint(1, 1).uint(9, 1).finish(), Code::BadRequest),
        ("an invite and nothing else", Writer::new().uint(0, 1).uint(1, 3).finish(), Code::BadRequest),
        ("cut short", redeem(me.using(&open))[..300].to_vec(), Code::BadRequest),
        (
            "an invite for another community",
            redeem(Redemption { community: elsewhere, ..me.using(&open) }),
            Code::OtherCommunity,
        ),
        (
            "a poster for another community",
            ask(Redemption { community: elsewhere, ..me.using(&hung) }),
            Code::OtherCommunity,
        ),
        ("an invite nobody made", redeem(me.using(&never_made)), Code::UnknownInvite),
        ("a poster nobody made", ask(me.using(&forgotten)), Code::UnknownInvite),
        ("one millisecond late", redeem(me.using(&late)), Code::Expired),
        ("years late", redeem(me.using(&very_late)), Code::Expired),
        ("used by somebody else", redeem(me.using(&used)), Code::Used),
        ("used by somebody else, and late", redeem(me.using(&used_late)), Code::Used),
        ("taken back", redeem(me.using(&revoked)), Code::Revoked),
        ("taken back, and late", redeem(me.using(&revoked_late)), Code::Revoked),
        ("a poster used like an invite", redeem(me.using(&hung)), Code::OtherKind),
        ("a full poster used like an invite", redeem(me.using(&full)), Code::OtherKind),
        ("an invite used like a poster", ask(me.using(&open)), Code::OtherKind),
        ("a used invite used like a poster", ask(me.using(&used)), Code::OtherKind),
        ("a poster one millisecond late", ask(me.using(&hung_late)), Code::Expired),
        ("a poster taken down", ask(me.using(&taken_down)), Code::Revoked),
        ("one too many at a poster", ask(me.using(&full)), Code::Full),
        ("told no and asking again", ask(me.using(&hung)), Code::SaidNo),
        ("told no at a full poster", ask(told_no_at_full.using(&full)), Code::SaidNo),
        (
            "too much brought to a poster",
            ask(bring(&hung, me.wires().into_iter().chain([huge]).collect())),
            Code::BadRequest,
        ),
        ("a proof by another invite", redeem(proved(7, &here, &mine, &my_key)), Code::BadRequest),
        ("a proof by another poster", ask(own_proof_for(&hung)), Code::BadRequest),
        ("a proof for another person", redeem(proved(100, &here, &other.person.id(), &my_key)), Code::BadRequest),
        ("a proof for another computer", redeem(proved(100, &here, &mine, &key(22).public())), Code::BadRequest),
        ("a proof for another community", redeem(proved(100, &elsewhere, &mine, &my_key)), Code::BadRequest),
        (
            "somebody else's proof with one's own records",
            redeem(Redemption { proof: other.using(&open).proof, ..me.using(&open) }),
            Code::BadRequest,
        ),
        ("no proof", redeem(Redemption { proof: [0; 64], ..me.using(&open) }), Code::BadRequest),
        ("records of another community", redeem(bring(&open, foreign.wires())), Code::BadRequest),
        ("the computer before the person", redeem(bring(&open, swapped)), Code::BadRequest),
        ("the person alone", redeem(bring(&open, me.wires()[..1].to_vec())), Code::BadRequest),
        (
            "somebody else's computer",
            redeem(bring(&open, vec![me.wires()[0].clone(), other.wires()[1].clone()])),
            Code::BadRequest,
        ),
        (
            "a computer listed by another key",
            redeem(bring(&open, vec![me.wires()[0].clone(), listed_by_another])),
            Code::BadRequest,
        ),
        ("a damaged record", redeem(bring(&open, damaged)), Code::BadRequest),
        ("nine records", redeem(bring(&open, vec![me.wires()[0].clone(); 9])), Code::BadRequest),
        ("a record too large", redeem(with_third(vec![0; 16_385])), Code::BadRequest),
        (
            "content of another person",
            redeem(with_third(me.profile(&here, other.person.id(), 12, 4))),
            Code::BadRequest,
        ),
        ("content by another computer", redeem(with_third(me.profile(&here, mine, 22, 4))), Code::BadRequest),
        ("content for the community", redeem(with_third(me.profile(&here, here, 12, 4))), Code::BadRequest),
        ("a third record of authority", redeem(with_third(other.wires()[0].clone())), Code::BadRequest),
        ("shown to another community", present(elsewhere, me.wires()), Code::OtherCommunity),
        ("content shown", present(here, vec![me.profile(&here, mine, 12, 4)]), Code::BadRequest),
        ("nothing shown", present(here, vec![]), Code::BadRequest),
        ("too much shown", present(here, vec![vec![1]; 33]), Code::BadRequest),
        ("shown what is damaged", present(here, vec![vec![0x80; 100]]), Code::BadRequest),
    ];
    assert!(cases.len() >= 40, "{}", cases.len());
    let before = written(&a);
    for (n, (name, bytes, code)) in cases.iter().enumerate() {
        let visitor = stranger(n).await;
        let answer = say(&visitor, &a, bytes).await;
        assert_eq!(answer, Some(Response::Failed(*code)), "{name}");
        assert!(written(&a) == before, "{name}: something was written");
        visitor.shutdown().await;
    }

    // Longer than any question: hung up on, unread.
    let visitor = stranger(300).await;
    assert_eq!(say(&visitor, &a, &vec![0xa5; JOIN_REQUEST_BYTES_MAX + 1]).await, None);
    assert!(written(&a) == before);
    visitor.shutdown().await;

    // A clock that is years ahead lets nobody in, one that is years behind takes what is older than it.
    let visitor = stranger(301).await;
    a.records.clock_ms.store(NOW + 400 * 86_400_000, Ordering::Relaxed);
    for bytes in [redeem(me.using(&open)), ask(other.using(&hung))] {
        assert_eq!(say(&visitor, &a, &bytes).await, Some(Response::Failed(Code::Expired)));
    }
    assert!(written(&a) == before);
    a.records.clock_ms.store(86_400_000, Ordering::Relaxed);
    assert_eq!(
        say(&visitor, &a, &redeem(me.using(&late))).await.map(|r| matches!(r, Response::Redeemed { .. })),
        Some(true)
    );
    a.records.clock_ms.store(NOW, Ordering::Relaxed);

    // Somebody else with the very bytes of a redemption: the answer again, nothing written, and still a stranger.
    let after = written(&a);
    let replay = say(&visitor, &a, &redeem(me.using(&late))).await;
    assert!(matches!(replay, Some(Response::Redeemed { .. })), "{replay:?}");
    assert!(written(&a) == after && !a.mesh.inner.is_member(&visitor.id()));
    visitor.shutdown().await;

    // Ten failures from one address: then even what is in order has to wait.
    let visitor = stranger(302).await;
    for _ in 0..JOIN_FAILURES_PER_MINUTE {
        assert_eq!(
            say(&visitor, &a, &redeem(other.using(&never_made))).await,
            Some(Response::Failed(Code::UnknownInvite))
        );
    }
    for bytes in [redeem(other.using(&open)), ask(other.using(&hung)), Request::Who.encode()] {
        assert_eq!(say(&visitor, &a, &bytes).await, Some(Response::Failed(Code::TooManyAttempts)));
    }
    assert!(written(&a) == after);
    visitor.shutdown().await;

    // Whoever made the invite may not let people in any more: here, as nobody knows that computer.
    let genesis = a.records.authority().genesis().clone();
    let out = Home::of(Twin::new(&[genesis], key(2))).await;
    out.records.clock_ms.store(NOW, Ordering::Relaxed);
    let (open, hung) = (out.with(100, |_| {}, IssuedState::Open), out.with(110, poster, IssuedState::Open));
    let visitor = stranger(303).await;
    let before = written(&out);
    for bytes in [redeem(other.using(&open)), ask(other.using(&hung))] {
        assert_eq!(say(&visitor, &out, &bytes).await, Some(Response::Failed(Code::IssuerCannot)));
        assert!(written(&out) == before);
    }
    visitor.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poster_lets_in_whom_a_member_confirms() {
    let a = Home::of(founder(51)).await;
    a.records.clock_ms.store(NOW, Ordering::Relaxed);
    let here = a.records.community;
    let hung = a.with(120, poster, IssuedState::Open);
    let issued = Issued::new(&hung);
    let records: &dyn Records = &*a.records;
    let (anna, ben) = (Someone::new(&here, 61), Someone::new(&here, 71));
    let visitor = stranger(0).await;
    let ask = async |who: &Someone| visitor.ask_to_join(&hung, who.using(&hung)).await;
    let known = a.records.ids();
    for who in [&anna, &ben, &anna] {
        assert_eq!(ask(who).await.unwrap(), (Some("Mill Street".into()), None));
    }
    assert_eq!(a.records.ids(), known, "nobody who asks is told to the community");
    let waiting = posters::waiting_at(records, &issued);
    assert_eq!(waiting.len(), 2, "one request a person");
    assert_eq!(waiting.iter().map(|w| w.since_ms).collect::<Vec<_>>(), [NOW, NOW]);
    // Asking again writes nothing.
    let before = written(&a);
    ask(&ben).await.unwrap();
    assert!(written(&a) == before);
    // Yes to Anna: what she brought, and an admission.
    let hers = waiting.into_iter().find(|w| w.person == anna.person.id()).unwrap();
    a.records.take(hers.records);
    a.records.admit(anna.person.id(), hers.invite).await.unwrap();
    assert_eq!(posters::waiting_at(records, &issued).len(), 1, "who is in does not wait");
    let (_, first) = ask(&anna).await.unwrap();
    let first = first.unwrap();
    assert_eq!(first[0].id(), here);
    assert!(first.iter().any(|r| r.payload().kind == Kind::ADMIT));
    // Even when the poster has run out meanwhile; whoever still waits is told.
    a.records.clock_ms.store(NOW + 1, Ordering::Relaxed);
    assert!(ask(&anna).await.unwrap().1.is_some());
    assert_eq!(ask(&ben).await, Err(AskError::Refused(Code::Expired)));
    assert!(posters::waiting_at(records, &issued).is_empty());
    visitor.shutdown().await;
    // What she got is enough to be a member with.
    let home = Home::of(Twin::new(&first, key(62))).await;
    home.mesh.learn_ticket(&hung);
    until("A and Anna equal", &[&a, &home], || equal(&[&a, &home])).await;
}
