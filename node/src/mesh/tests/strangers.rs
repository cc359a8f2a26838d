//! What strangers are given, against a real computer: content and the host's word for it, and nothing that is for members.

use hedgerow_protocol::authority::Role;
use hedgerow_protocol::authority::body::Statement;
use hedgerow_protocol::invite::IssuedState;
use hedgerow_protocol::join::{Reading, Request, Response};
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::profile::{PEN_NAME_KEY, PROFILE_KEY};
use hedgerow_protocol::said::{self, Said};

use super::super::endpoint::{EndpointOptions, LinkEndpoint};
use super::*;
use crate::core::{Core, CoreOptions, Draft};

fn hlc() -> Hlc {
    Hlc::new(os_now_ms(), 0)
}

/// A community on disk whose founder Anna (person key 1, device 2) is known by two names.
struct Street {
    core: Core,
    mesh: Mesh,
    anna: Id,
    _dir: tempfile::TempDir,
}

impl Street {
    async fn new(is_open: bool) -> Street {
        let dir = tempfile::tempdir().unwrap();
        let genesis =
            build::found_community(&key(1), &[key(240).public()], &[key(250).public()], 1, is_open, [1; 16], hlc())
                .unwrap();
        let [founding, listing] = build::newcomer(&genesis.id(), &key(1), &key(2), hlc()).unwrap();
        let (community, anna) = (genesis.id(), founding.id());
        let options = CoreOptions { person: Some(anna), ..CoreOptions::new(dir.path().join("a"), community, key(2)) };
        let core = Core::create(options, vec![genesis, founding, listing]).unwrap().0;
        let name = |owner, slot: &[u8], name: &str, audience| Draft {
            audience,
            ..Draft::new(owner, Kind::PROFILE, slot, cbor_of(&format!(r#"{{"name":"{name}"}}"#)))
        };
        let notice = Draft::new(anna, Kind::NOTICE, "n", cbor_of(r#"{"title":"Fair","text":"On Sunday"}"#));
        core.publish(vec![
            name(community, PROFILE_KEY, "Mill Street", Audience::Public),
            name(anna, PROFILE_KEY, "Anna", Audience::Community),
            name(anna, PEN_NAME_KEY, "The gardener", Audience::Public),
            notice,
        ])
        .await
        .unwrap();
        let mesh = mesh(key(2).transport(), Some(Arc::new(core.clone()))).await;
        Street { core, mesh, anna, _dir: dir }
    }

    async fn visitor(&self, n: u8) -> Mesh {
        let visitor = mesh(key(n).transport(), None).await;
        let at = PeerAddress { key: self.mesh.id(), addresses: self.mesh.sockets().into_iter().collect() };
        visitor.add_neighbour(&at).await.unwrap();
        visitor
    }

    /// What somebody reads with a key.
    async fn read(&self, visitor: &Mesh, with: &SecretKey) -> Result<Vec<Record>, AskError> {
        visitor.read(&self.mesh.id(), with, usize::MAX).await.map(|(_, records)| records)
    }

    fn names_in(&self, records: &[Record]) -> Vec<Vec<u8>> {
        let names = records.iter().filter(|r| r.payload().kind == Kind::PROFILE && r.owner() == self.anna);
        names.map(|r| r.payload().key.clone()).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_see_a_pen_name_alone() {
    let street = Street::new(false).await;
    let visitor = street.visitor(9).await;
    let handed = visitor.public(&street.mesh.id(), usize::MAX).await.unwrap();
    assert_eq!(handed.told.name.as_deref(), Some("Mill Street"));
    assert_eq!(handed.host_name.as_deref(), Some("The gardener"));
    assert!(handed.records.iter().all(|r| r.lane() == Lane::Content), "{:?}", handed.records);
    assert_eq!(street.names_in(&handed.records), [PEN_NAME_KEY]);
    // Even where some program published her name to everybody.
    let body = cbor_of(r#"{"name":"Anna Before"}"#);
    let open = Draft { audience: Audience::Public, ..Draft::new(street.anna, Kind::PROFILE, PROFILE_KEY, body) };
    street.core.publish(vec![open]).await.unwrap();
    // Without a pen name there is none.
    let address = hedgerow_protocol::profile::open_name(&street.core.authority(), &street.anna);
    street.core.publish(vec![Draft::withdrawal(&address)]).await.unwrap();
    let handed = visitor.public(&street.mesh.id(), usize::MAX).await.unwrap();
    assert_eq!((street.names_in(&handed.records), handed.host_name), (vec![], None));
    assert!(handed.records.iter().any(|r| r.payload().kind == Kind::NOTICE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_belongs_is_read_by_whoever_belongs_or_is_invited() {
    let street = Street::new(false).await;
    let visitor = street.visitor(9).await;
    let refused = Err(AskError::Refused(Code::NotAllowed));
    assert_eq!(street.read(&visitor, &key(77)).await, refused, "any key");
    assert_eq!(street.read(&visitor, &key(2)).await, refused, "a computer is no person");
    let all = street.read(&visitor, &key(1)).await.unwrap();
    assert_eq!(all[0].id(), street.core.community());
    assert_eq!(all.iter().filter(|r| r.lane() == Lane::Authority).count(), street.core.authority().records().count());
    let mut names = street.names_in(&all);
    names.sort();
    assert_eq!(names, [PEN_NAME_KEY, PROFILE_KEY]);

    // An invite that is open, of this computer, for one person.
    let ticket = |n: u8, expires_ms, poster_since_ms| Ticket {
        community: street.core.community(),
        issuer: street.mesh.id(),
        addresses: vec![],
        seed: Zeroizing::new([n; 32]),
        expires_ms,
        poster_since_ms,
    };
    let later = os_now_ms() + 600_000;
    let issue = async |ticket: &Ticket, state: Option<IssuedState>| {
        let mut issued = Issued::new(ticket);
        issued.state = state.unwrap_or(issued.state);
        street.core.put_local(&invite_local_key(&issued.invite), &issued.encode()).await.unwrap();
        ticket.key()
    };
    let open = issue(&ticket(31, later, None), None).await;
    assert_eq!(street.read(&visitor, &open).await.unwrap().len(), all.len());
    assert!(street.read(&visitor, &open).await.is_ok(), "looking does not use it up");
    for (what, with) in [
        ("one that was used", issue(&ticket(32, later, None), Some(IssuedState::UsedBy(street.anna))).await),
        ("an old one", issue(&ticket(33, 1, None), None).await),
        ("a poster", issue(&ticket(34, later, Some(1)), None).await),
        ("one from elsewhere", ticket(35, later, None).key()),
    ] {
        assert_eq!(street.read(&visitor, &with).await, refused, "{what}");
    }

    // A claim that somebody else has heard is of no use to them.
    let claim = Reading::new(street.core.community(), &key(1), &visitor.id(), None);
    let thief = street.visitor(10).await;
    let visit = join::Visit::call(&thief.inner.endpoint, &street.mesh.id()).await.unwrap();
    assert_eq!(visit.ask(&Request::Read(claim)).await, Err(AskError::Refused(Code::BadRequest)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_all_may_enter_a_stranger_enters_before_reading() {
    let street = Street::new(true).await;
    let visitor = street.visitor(9).await;
    assert_eq!(street.read(&visitor, &key(77)).await, Err(AskError::Refused(Code::NotAllowed)));
    let community = street.core.community();
    let at = hlc();
    let enter = async |n: u8| {
        let [person, device] = build::newcomer(&community, &key(n), &key(n + 100), at).unwrap();
        let visit = join::Visit::call(&visitor.inner.endpoint, &street.mesh.id()).await.unwrap();
        (person.id(), visit.enter(community, [&person, &device]).await)
    };
    // As many as have a place at this computer, each of them once; the next is told so, and nothing of theirs is kept.
    for n in 80..96 {
        let (person, records) = enter(n).await;
        assert!(records.unwrap().iter().any(|r| r.payload().kind == Kind::JOIN));
        assert_eq!(street.core.authority().role(&person), Some(Role::Newcomer));
        assert!(enter(n).await.1.is_ok(), "asking again");
    }
    let before = street.core.counts().authority;
    let (person, refused) = enter(96).await;
    assert_eq!(refused, Err(AskError::Refused(Code::NoPlace)));
    assert_eq!((street.core.counts().authority, street.core.authority().role(&person)), (before, None));
    assert!(street.read(&visitor, &key(80)).await.is_ok(), "a newcomer reads");
    // Where invites alone let in, nobody enters.
    let closed = Street::new(false).await;
    let visitor = closed.visitor(9).await;
    let community = closed.core.community();
    let [person, device] = build::newcomer(&community, &key(80), &key(180), hlc()).unwrap();
    let visit = join::Visit::call(&visitor.inner.endpoint, &closed.mesh.id()).await.unwrap();
    assert_eq!(visit.enter(community, [&person, &device]).await, Err(AskError::Refused(Code::InviteOnly)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asked_for_a_new_key_sees_how_it_stands() {
    let street = Street::new(false).await;
    let (visitor, new) = (street.visitor(9).await, key(60));
    assert!(street.read(&visitor, &new).await.is_err());
    // Ben lost his words, and Anna agrees to a new key: one organiser of two, so that it does not hold yet.
    let [ben, listing] = build::newcomer(&street.core.community(), &key(50), &key(51), hlc()).unwrap();
    let person = ben.id();
    street.core.arrive(vec![ben, listing], crate::core::Origin::Here).await.unwrap();
    street.core.publish_authority(move |a, d, now| build::admit(a, d, person, None, now)).await.unwrap();
    let statement: Statement = build::statement(&street.core.authority(), person, &new, &[]).unwrap();
    street.core.publish_authority(move |a, d, now| build::recover(a, d, person, statement, now)).await.unwrap();
    assert_eq!(street.core.authority().person_of_key(&new.public()), None);
    assert!(street.read(&visitor, &new).await.is_ok());
    assert_eq!(street.read(&visitor, &key(61)).await, Err(AskError::Refused(Code::NotAllowed)));
}

/// A host that answers `public` as it is told.
async fn host(n: u8, answer: impl Fn([u8; 16], Option<Vec<u8>>) -> Response + Send + 'static) -> LinkEndpoint {
    let bind = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    let options = EndpointOptions { transport: key(n).transport(), port: 0, bind, serves: true };
    let endpoint = LinkEndpoint::bind(&options).await.unwrap();
    let serving = endpoint.clone();
    tokio::spawn(async move {
        while let Some(incoming) = serving.accept().await {
            let Ok(connection) = incoming.await else { continue };
            while let Ok((mut send, mut recv)) = connection.accept_bi().await {
                let Ok(bytes) = recv.read_to_end(1 << 20).await else { break };
                let response = match Request::decode(&bytes) {
                    Ok(Request::Public { reading, cursor }) => answer(reading, cursor),
                    _ => Response::Who { community: Id([1; 32]), name: None, is_public_readable: true },
                };
                let _ = send.write_all(&response.encode().unwrap()).await;
                let _ = send.finish();
            }
        }
    });
    endpoint
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_its_host_did_not_sign_as_it_is_is_refused() {
    let community = Id([1; 32]);
    let sign = |n: u32| {
        hedgerow_protocol::record::Payload::content(
            Kind::NOTICE,
            Id([5; 32]),
            key(40).public(),
            n.to_be_bytes(),
            hlc(),
            vec![0xa0],
        )
        .sign(&community, &key(40))
        .unwrap()
        .wire()
        .to_vec()
    };
    let page: Vec<Vec<u8>> = (0..3).map(sign).collect();
    let word = move |reading, cursor, records: &[Vec<u8>]| Said {
        community,
        reading,
        cursor,
        next: None,
        records: said::hash(records.iter().map(Vec::as_slice)),
        at_ms: 1,
        community_name: None,
        host_name: None,
    };
    type Lie = Box<dyn Fn(Said, Vec<Vec<u8>>) -> (Said, Vec<Vec<u8>>, u8) + Send>;
    let lies: Vec<(&str, bool, Lie)> = vec![
        ("as it is", true, Box::new(|said, page| (said, page, 70))),
        ("one left out", false, Box::new(|said, page| (said, page[1..].to_vec(), 70))),
        ("one twice", false, Box::new(|said, page| (said, [&page[..], &page[..1]].concat(), 70))),
        ("in another order", false, Box::new(|said, page| (said, page.into_iter().rev().collect(), 70))),
        ("signed by another", false, Box::new(|said, page| (said, page, 71))),
        ("of another community", false, Box::new(|said, page| (Said { community: Id([2; 32]), ..said }, page, 70))),
        ("of another reading", false, Box::new(|said, page| (Said { reading: [0; 16], ..said }, page, 70))),
        ("of another place", false, Box::new(|said, page| (Said { cursor: Some(vec![1]), ..said }, page, 70))),
    ];
    for (n, (what, is_good, lie)) in lies.into_iter().enumerate() {
        let page = page.clone();
        let liar = host(70, move |reading, cursor| {
            let (said, records, signer) = lie(word(reading, cursor, &page), page.clone());
            Response::Public { records, said: said.sign(&key(signer).transport()) }
        })
        .await;
        let visitor = mesh(key(80 + n as u8).transport(), None).await;
        let at = PeerAddress { key: liar.id(), addresses: liar.sockets().into_iter().collect() };
        visitor.add_neighbour(&at).await.unwrap();
        let handed = soon("an answer", visitor.public(&liar.id(), 10)).await;
        match is_good {
            true => assert_eq!(handed.unwrap().records.len(), 3, "{what}"),
            false => assert!(matches!(handed, Err(AskError::NotInOrder(_))), "{what}: {handed:?}"),
        }
        liar.close().await;
    }
}
