//! The driver of the join protocol, both sides: one question and one answer a stream.
//!
//! What the messages say is `protocol::join`'s business; whether an invite is open, `protocol::invite`'s. Here are the
//! links, the limits, and the order of what must be on disk before what is said.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_protocol::authority::body::{Admit, Body, Recover};
use hedgerow_protocol::authority::{Authority, Inserted, Why};
use hedgerow_protocol::frame::BlockError;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::{Issued, IssuedKind, IssuedState, Judgement};
use hedgerow_protocol::join::{Code, JoinError, Newcomer, Reading, Redemption, Request, Response};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{
    CURSOR_BYTES_MAX, JOIN_REQUEST_BYTES_MAX, JOIN_RESPONSE_BYTES_MAX, PRESENT_BYTES_MAX, PRESENT_RECORDS_MAX,
    WHO_NAME_BYTES_MAX,
};
use hedgerow_protocol::record::{Record, RecordError};
use hedgerow_protocol::said::{self, Said};
use iroh::endpoint::{Connection, RecvStream, SendStream};
use tokio::sync::Mutex;

use super::MeshEvent;
use super::book::Told;
use super::endpoint::{ALPN_JOIN, DialError, Goodbye, LinkEndpoint, path_of, remote_key};
use super::inner::{Inner, Word};
use super::posters::{self, Asking};
use super::records::Records;
use super::shield::Limits;

/// How long one question and its answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a stranger may stay on one connection, and with nothing asked.
const VISIT_MAX: Duration = Duration::from_secs(300);
const IDLE_MAX: Duration = Duration::from_secs(10);
/// Pages read from one computer in one reading. More: the rest is left out, and said so.
const PAGES_MAX: usize = 4096;
/// Pages in a row without anything new. More: there is nothing more.
const EMPTY_PAGES_MAX: usize = 256;
/// Most taken in one reading, in bytes and in time. More: what came until then.
const PUBLIC_BYTES_MAX: usize = 64 * 1024 * 1024;
const PUBLIC_TIME_MAX: Duration = Duration::from_secs(120);
/// Authority records put into the answer to a redemption: enough for any standing (see `Authority::evidence`).
pub(super) const EVIDENCE_MAX: usize = 1024;

/// What a community shows strangers. Redemptions go one at a time, or one invite could let two people in.
pub struct Doorway {
    /// Whether strangers may learn the community's name.
    pub tells_name: bool,
    /// Whether strangers may read public records.
    pub shows_public: bool,
    /// The transport key: what is given to strangers is signed with it.
    pub signs: SecretKey,
    /// Held while an invite is redeemed.
    pub redeeming: Mutex<()>,
}

/// Under which private key of the core an issued invite ([`Issued`]) is remembered.
pub fn invite_local_key(invite: &PublicKey) -> String {
    format!("invite/{invite}")
}

/// Why asking did not work. In words a person can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// No link. Remedy: come nearer, or try again later.
    #[error("could not reach that computer: {0}")]
    Unreachable(#[from] DialError),
    /// It hung up or took too long.
    #[error("that computer stopped answering: try again")]
    NoAnswer,
    /// It has enough to do. Remedy: try again in a minute.
    #[error("that computer is busy: try again in a minute")]
    Busy,
    /// It said no.
    #[error("{0}")]
    Refused(Code),
    /// Its answer makes no sense to this version.
    #[error("the answer of that computer makes no sense ({0})")]
    Message(#[from] JoinError),
    /// This computer has no randomness to ask with.
    #[error("there is no randomness on this computer")]
    NoRandomness,
    /// Its answer is to another question, or holds records that are not in order.
    #[error("the answer of that computer is not in order ({0})")]
    NotInOrder(&'static str),
}

// ---- the side that is asked

/// Answers one stranger until it leaves or its time is over.
pub async fn serve(mesh: &Arc<Inner>, connection: &Connection, ip: IpAddr, limits: &Limits) {
    let visit = async {
        loop {
            let Ok(Ok((send, recv))) = tokio::time::timeout(IDLE_MAX, connection.accept_bi()).await else {
                return Goodbye::Done;
            };
            let answered = tokio::time::timeout(ANSWER_TIMEOUT, answer_one(mesh, connection, send, recv, ip, limits));
            if !matches!(answered.await, Ok(Some(()))) {
                // Somebody who simply left has done nothing wrong.
                if connection.close_reason().is_none() {
                    limits.failed(ip);
                }
                return Goodbye::Abuse;
            }
        }
    };
    let goodbye = tokio::time::timeout(VISIT_MAX, visit).await.unwrap_or(Goodbye::Done);
    goodbye.close(connection);
}

/// `None`: the stranger broke the stream, or sent more than any question is.
async fn answer_one(
    mesh: &Arc<Inner>,
    connection: &Connection,
    mut send: SendStream,
    mut recv: RecvStream,
    ip: IpAddr,
    limits: &Limits,
) -> Option<()> {
    let bytes = recv.read_to_end(JOIN_REQUEST_BYTES_MAX).await.ok()?;
    let response = if limits.may_ask(ip) {
        match Request::decode(&bytes) {
            Ok(request) => answer(mesh, connection, request).await,
            Err(JoinError::Version(_)) => Response::Failed(Code::Version),
            Err(_) => Response::Failed(Code::BadRequest),
        }
    } else {
        Response::Failed(Code::TooManyAttempts)
    };
    if matches!(response, Response::Failed(code) if code.is_suspicious()) {
        limits.failed(ip);
    }
    let bytes = response.encode().or_else(|_| Response::Failed(Code::Busy).encode()).ok()?;
    send.write_all(&bytes).await.ok()?;
    send.finish().ok()?;
    // Until it has all of it: a connection that closes takes what is unsent with it. It may leave before saying so.
    let _ = send.stopped().await;
    Some(())
}

async fn answer(mesh: &Arc<Inner>, connection: &Connection, request: Request) -> Response {
    let (Some(records), Some(doorway)) = (&mesh.records, &mesh.doorway) else {
        return Response::Failed(Code::NoCommunity);
    };
    match request {
        Request::Who => {
            let name = community_name(&**records, doorway);
            Response::Who { community: records.community(), name, is_public_readable: doorway.shows_public }
        }
        Request::Public { .. } if !doorway.shows_public => Response::Failed(Code::NotAllowed),
        Request::Public { reading, cursor } => {
            let (page, from) = (records.clone(), cursor.clone());
            let page = tokio::task::spawn_blocking(move || page.public_page(from.as_deref())).await;
            let Ok((wires, next)) = page else { return Response::Failed(Code::Busy) };
            let said = Said {
                community: records.community(),
                reading,
                cursor,
                next: next.filter(|n| n.len() <= CURSOR_BYTES_MAX),
                records: said::hash(wires.iter().map(Vec::as_slice)),
                at_ms: records.now().0,
                community_name: community_name(&**records, doorway),
                host_name: records.host_name().filter(|n| n.len() <= WHO_NAME_BYTES_MAX),
            };
            Response::Public { records: wires, said: said.sign(&doorway.signs) }
        }
        Request::Read(claim) if claim.community != records.community() => Response::Failed(Code::OtherCommunity),
        Request::Read(claim) if !claim.is_by(&remote_key(connection)) => Response::Failed(Code::BadRequest),
        Request::Read(claim) => {
            let records = records.clone();
            let page = tokio::task::spawn_blocking(move || {
                may_read(&*records, &claim.key).then(|| records.member_page(claim.cursor.as_deref()))
            });
            match page.await {
                Ok(Some((records, next))) => {
                    Response::Read { records, next: next.filter(|n| n.len() <= CURSOR_BYTES_MAX) }
                }
                Ok(None) => Response::Failed(Code::NotAllowed),
                Err(_) => Response::Failed(Code::Busy),
            }
        }
        Request::Redeem(redemption) => {
            let _one_at_a_time = doorway.redeeming.lock().await;
            match redeem_here(records, &redemption, remote_key(connection)).await {
                Ok(records) => Response::Redeemed { records },
                Err(code) => Response::Failed(code),
            }
        }
        Request::Enter { community, .. } if community != records.community() => Response::Failed(Code::OtherCommunity),
        Request::Enter { records: wires, .. } => {
            let _one_at_a_time = doorway.redeeming.lock().await;
            match enter_here(&**records, &wires, remote_key(connection)).await {
                Ok(records) => Response::Redeemed { records },
                Err(code) => Response::Failed(code),
            }
        }
        Request::Ask(redemption) => {
            let _one_at_a_time = doorway.redeeming.lock().await;
            match posters::ask_here(records, &redemption).await {
                Ok(Asking::Member(person)) => Response::Redeemed { records: first_records(&**records, person) },
                Ok(Asking::Waiting) => Response::Waiting,
                Ok(Asking::New) => {
                    // Whoever looks after the poster sees that somebody asks.
                    mesh.tell(MeshEvent::Nearby(remote_key(connection)));
                    Response::Waiting
                }
                Err(code) => Response::Failed(code),
            }
        }
        Request::Link(request) => {
            let _one_at_a_time = doorway.redeeming.lock().await;
            match super::linking::link_here(records, &request, remote_key(connection)).await {
                Ok(response) => response,
                Err(code) => Response::Failed(code),
            }
        }
        Request::Present { community, .. } if community != records.community() => {
            Response::Failed(Code::OtherCommunity)
        }
        Request::Present { records: wires, .. } => {
            let key = remote_key(connection);
            let community = records.community();
            let shown: Result<Vec<Record>, RecordError> =
                wires.iter().map(|w| Record::from_wire(&community, w)).collect();
            let Ok(shown) = shown else { return Response::Failed(Code::BadRequest) };
            if shown.iter().any(|r| r.lane() != hedgerow_protocol::kind::Lane::Authority) {
                return Response::Failed(Code::BadRequest);
            }
            // Strangers sign what they like: only what makes this caller a member is taken in, and nothing else with it.
            let authority = records.authority();
            let judged = tokio::task::spawn_blocking(move || what_makes_member(&authority, shown, &key)).await;
            let Ok(judged) = judged else { return Response::Failed(Code::Busy) };
            if !judged.is_empty() && records.arrive(judged, key).await.is_err() {
                return Response::Failed(Code::Busy);
            }
            let is_member = mesh.is_member(&key);
            if is_member {
                if let Some((at, _)) = path_of(connection) {
                    note_caller(mesh, key, at);
                }
                mesh.word(Word::Look);
            }
            Response::Presented { is_member }
        }
    }
}

/// The community's name, where strangers may learn it.
fn community_name(records: &dyn Records, doorway: &Doorway) -> Option<String> {
    records.name().filter(|n| doorway.tells_name && n.len() <= WHO_NAME_BYTES_MAX)
}

/// Whether somebody who holds a key may read as members do. Blocking.
fn may_read(records: &dyn Records, key: &PublicKey) -> bool {
    let authority = records.authority();
    let belongs = authority.person_of_key(key).is_some_and(|person| authority.role(&person).is_some());
    belongs || is_open_invite(records, key) || is_asked_for(&authority, key)
}

/// Whether a key is an invite of this computer's that nobody has used yet: whoever holds it could come in with it.
fn is_open_invite(records: &dyn Records, key: &PublicKey) -> bool {
    let issued = records.local(&invite_local_key(key)).and_then(|bytes| Issued::decode(&bytes).ok());
    issued.is_some_and(|i| {
        i.kind == IssuedKind::Single && i.state == IssuedState::Open && records.now().0 <= i.expires_ms
    })
}

/// Whether somebody here agreed that a key becomes a person's: its holder may see how that stands.
fn is_asked_for(authority: &Authority, key: &PublicKey) -> bool {
    let names_it = |r: &&Record| Recover::decode(&r.payload().body).is_ok_and(|b| b.statement.key == *key);
    let mut agreed = authority.records().filter(|r| r.payload().kind == Kind::RECOVER).filter(names_it);
    agreed.any(|r| authority.recoveries_asked(&r.owner()).iter().any(|asked| asked.statement.key == *key))
}

/// Of what a caller showed, the records that count, if they make the caller a member; else nothing.
fn what_makes_member(authority: &Authority, shown: Vec<Record>, caller: &PublicKey) -> Vec<Record> {
    let names_caller = |r: &Record| matches!(Body::decode(r.payload().kind, &r.payload().body), Ok(Some(Body::DeviceAdd(d))) if d.offer.transport == *caller);
    if !shown.iter().any(names_caller) {
        return Vec::new();
    }
    let mut judged = authority.clone();
    judged.extend(shown.iter().cloned());
    if judged.by_transport(caller).is_none() {
        return Vec::new();
    }
    shown.into_iter().filter(|r| judged.standing_of(&r.id()) == Some(Inserted::Counts)).collect()
}

/// A member that called may be called back where it called from.
fn note_caller(mesh: &Inner, key: PublicKey, at: std::net::SocketAddr) {
    let mut addrs = mesh.book().get(&key).map(|p| p.heard.clone()).unwrap_or_default();
    if addrs.is_empty() {
        addrs.insert(at);
        mesh.heard(key, addrs);
    }
}

/// Lets somebody in to read. What they bring waits in memory until the entry names them; a crash in between keeps nothing.
async fn enter_here(records: &dyn Records, wires: &[Vec<u8>], from: PublicKey) -> Result<Vec<Vec<u8>>, Code> {
    let (newcomer, _) = Newcomer::verify(&records.community(), wires)?;
    let person = newcomer.person.id();
    if records.authority().role(&person).is_none() {
        let code = |why: Option<Why>| match why {
            Some(Why::InviteOnly) => Code::InviteOnly,
            Some(Why::PlacesTaken) => Code::NoPlace,
            Some(Why::Banned) => Code::SaidNo,
            Some(_) => Code::IssuerCannot,
            None => Code::Busy,
        };
        records.enter(person).await.map_err(code)?;
    }
    records.arrive(vec![newcomer.person, newcomer.device], from).await.map_err(|_| Code::Busy)?;
    Ok(first_records(records, person))
}

/// Lets a newcomer in. On disk, in this order: the newcomer's records, the admission, that the invite is used; only
/// then is it answered. A crash in between lets the same person ask again, and nobody else.
async fn redeem_here(
    records: &Arc<dyn Records>,
    redemption: &Redemption,
    from: PublicKey,
) -> Result<Vec<Vec<u8>>, Code> {
    let newcomer = redemption.verify(&records.community())?;
    let person = newcomer.person.id();
    let key = invite_local_key(&redemption.invite);
    let remembered = records.local(&key).ok_or(Code::UnknownInvite)?;
    let mut issued = Issued::decode(&remembered).map_err(|_| Code::UnknownInvite)?;
    // A folder that was put back from a backup remembers an invite as it was then: whom it let in since stands in the records.
    if issued.state == IssuedState::Open
        && let Some(who) = let_in_with(&**records, &redemption.invite)
    {
        issued.state = IssuedState::UsedBy(who);
    }
    let judgement = issued.judge(&person, records.now().0)?;
    let stored = |error: String| {
        tracing::warn!(%error, "an invite could not be redeemed");
        Code::Busy
    };
    // An invite is no way back for somebody who was taken out, and a used one none for somebody who left.
    let removals = records.authority().removals(&person);
    if removals.iter().any(|(_, _, left)| !left) {
        return Err(Code::SaidNo);
    }
    // A newcomer has a role and was not let in yet.
    let is_in = || records.authority().is_member(&person);
    if !removals.is_empty() && judgement != Judgement::Admit && !is_in() {
        return Err(Code::Used);
    }
    // Before anything of a stranger's is written.
    if judgement == Judgement::Admit && !records.may_admit() {
        return Err(Code::IssuerCannot);
    }
    if judgement == Judgement::Admit || !is_in() {
        records.arrive(vec![newcomer.person.clone(), newcomer.device.clone()], from).await.map_err(stored)?;
        if !is_in() {
            // The mark first would lock the person out if the admission failed; the admission first would, after a
            // crash, let a second person in. So the invite is bound to this person before anything is published.
            issued.state = IssuedState::UsedBy(person);
            records.put_local(&key, issued.encode()).await.map_err(stored)?;
            if let Err(error) = records.admit(person, redemption.invite).await {
                tracing::warn!(%error, "the admission could not be written");
                issued.state = IssuedState::Open;
                records.put_local(&key, issued.encode()).await.map_err(stored)?;
                return Err(Code::IssuerCannot);
            }
        }
        if issued.state != IssuedState::UsedBy(person) {
            issued.state = IssuedState::UsedBy(person);
            records.put_local(&key, issued.encode()).await.map_err(stored)?;
        }
    }
    // Who they are waited in memory for the admission; whatever came meanwhile, it is here now.
    records.arrive(vec![newcomer.person, newcomer.device], from).await.map_err(stored)?;
    if !newcomer.others.is_empty() {
        // What they bring beside (a profile) is welcome; without it they are in all the same.
        let _ = records.arrive(newcomer.others, from).await;
    }
    Ok(first_records(&**records, person))
}

/// Whom this computer's owner let in with an invite, as far as the records say.
fn let_in_with(records: &dyn Records, invite: &PublicKey) -> Option<Id> {
    let (authority, owner) = (records.authority(), records.owner()?);
    let mut own = authority.records().filter(|r| r.payload().kind == Kind::ADMIT && r.owner() == owner);
    own.find_map(|r| Admit::decode(&r.payload().body).ok().filter(|a| a.invite == Some(*invite)).map(|a| a.person))
}

/// What somebody who was let in begins with: the founding record, and what shows both sides as members.
fn first_records(records: &dyn Records, person: Id) -> Vec<Vec<u8>> {
    let authority = records.authority();
    let mut evidence = vec![authority.genesis().clone()];
    for owner in records.owner().into_iter().chain([person]) {
        for record in authority.evidence(&owner, EVIDENCE_MAX) {
            if !evidence.iter().any(|r| r.id() == record.id()) {
                evidence.push(record);
            }
        }
    }
    evidence.iter().map(|r| r.wire().to_vec()).collect()
}

// ---- the side that asks

/// A link over which questions can be asked.
pub struct Visit {
    connection: Connection,
}

impl Drop for Visit {
    fn drop(&mut self) {
        Goodbye::Done.close(&self.connection);
    }
}

impl Visit {
    /// Calls a computer whose addresses the endpoint knows.
    pub async fn call(endpoint: &LinkEndpoint, key: &PublicKey) -> Result<Visit, AskError> {
        Ok(Visit { connection: endpoint.dial(key, ALPN_JOIN).await? })
    }

    pub(super) async fn ask(&self, request: &Request) -> Result<Response, AskError> {
        let exchange = async {
            let (mut send, mut recv) = self.connection.open_bi().await.ok()?;
            send.write_all(&request.encode()).await.ok()?;
            send.finish().ok()?;
            recv.read_to_end(JOIN_RESPONSE_BYTES_MAX).await.ok()
        };
        let bytes = match tokio::time::timeout(ANSWER_TIMEOUT, exchange).await {
            Ok(Some(bytes)) => bytes,
            _ if Goodbye::of(&self.connection) == Some(Goodbye::Busy) => return Err(AskError::Busy),
            _ => return Err(AskError::NoAnswer),
        };
        match Response::decode(&bytes)? {
            Response::Failed(code) => Err(AskError::Refused(code)),
            response => Ok(response),
        }
    }

    /// Which community is there, if that may be told.
    pub async fn who(&self) -> Result<Told, AskError> {
        match self.ask(&Request::Who).await? {
            Response::Who { community, name, .. } => Ok(Told { community, name }),
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }

    /// Shows the records a standing rests on. True: they know us as a member now.
    pub async fn present(&self, community: Id, records: &[Record]) -> Result<bool, AskError> {
        let records = records.iter().map(|r| r.wire().to_vec()).collect();
        match self.ask(&Request::Present { community, records }).await? {
            Response::Presented { is_member } => Ok(is_member),
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }

    /// Uses an invite. The answer is verified records, the founding record of the community first.
    pub async fn redeem(&self, redemption: Redemption) -> Result<Vec<Record>, AskError> {
        let community = redemption.community;
        match self.ask(&Request::Redeem(redemption)).await? {
            Response::Redeemed { records } => verified(community, records).await,
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }

    /// Asks to be let in to read. The answer is as that of [`Visit::redeem`].
    pub async fn enter(&self, community: Id, wires: [&Record; 2]) -> Result<Vec<Record>, AskError> {
        let records = wires.iter().map(|r| r.wire().to_vec()).collect();
        match self.ask(&Request::Enter { community, records }).await? {
            Response::Redeemed { records } => verified(community, records).await,
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }

    /// Asks to be let in with a poster. Nothing: somebody there has to say yes first. Else as [`Visit::redeem`].
    pub async fn ask_to_join(&self, redemption: Redemption) -> Result<Option<Vec<Record>>, AskError> {
        let community = redemption.community;
        match self.ask(&Request::Ask(redemption)).await? {
            Response::Redeemed { records } => verified(community, records).await.map(Some),
            Response::Waiting => Ok(None),
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }

    /// One page of what anybody may read, verified, and what the host says of it.
    pub async fn public_page(
        &self,
        community: Id,
        reading: [u8; 16],
        cursor: Option<Vec<u8>>,
    ) -> Result<(Vec<Record>, Said), AskError> {
        match self.ask(&Request::Public { reading, cursor: cursor.clone() }).await? {
            Response::Public { records, said } => {
                let host = remote_key(&self.connection);
                let said = Said::verify(&said, &host).map_err(|_| AskError::NotInOrder("it is not signed by it"))?;
                if !said.fits(&community, &reading, cursor.as_deref(), &records) {
                    return Err(AskError::NotInOrder("what it signed is about something else"));
                }
                Ok((verified(community, records).await?, said))
            }
            _ => Err(AskError::NotInOrder("an answer to another question")),
        }
    }

    /// All of what anybody may read, at most `most` records, as this computer says.
    pub async fn public(&self, most: usize) -> Result<Handed, AskError> {
        let told = self.who().await?;
        let reading = new_reading()?;
        let mut first = None;
        let mut pages = Pages::new(most);
        let mut cursor = None;
        loop {
            let (page, said) = self.public_page(told.community, reading, cursor).await?;
            cursor = pages.take(page, said.next.clone());
            first.get_or_insert(said);
            if cursor.is_none() {
                break;
            }
        }
        let (host_name, at_ms) = first.map(|said| (said.host_name, said.at_ms)).unwrap_or_default();
        Ok(Handed { told, host_name, at_ms, records: pages.all })
    }

    /// Of what members read, at most `most` records, for whoever holds a key that says they may. `caller`: our own
    /// transport key. The founding record first.
    pub async fn read(&self, key: &SecretKey, caller: &PublicKey, most: usize) -> Result<(Id, Vec<Record>), AskError> {
        let community = self.who().await?.community;
        let mut pages = Pages::new(most);
        let mut cursor = None;
        loop {
            let claim = Reading::new(community, key, caller, cursor);
            let (page, next) = match self.ask(&Request::Read(claim)).await? {
                Response::Read { records, next } => (verified(community, records).await?, next),
                _ => return Err(AskError::NotInOrder("an answer to another question")),
            };
            cursor = pages.take(page, next);
            if cursor.is_none() {
                return Ok((community, pages.all));
            }
        }
    }
}

/// What a computer gives to strangers, on its own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Which community.
    pub told: Told,
    /// What whoever the computer belongs to is called, as far as they let strangers know.
    pub host_name: Option<String>,
    /// When it said so, Unix milliseconds by its clock.
    pub at_ms: u64,
    /// The records, verified.
    pub records: Vec<Record>,
}

/// Sixteen bytes that nobody can know before.
fn new_reading() -> Result<[u8; 16], AskError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| AskError::NoRandomness)?;
    Ok(bytes)
}

/// The pages of one reading. Whoever answers is a stranger: pages without anything new may lie between others, but many
/// lead nowhere.
struct Pages {
    all: Vec<Record>,
    seen: BTreeSet<Id>,
    most: usize,
    bytes: usize,
    pages: usize,
    empty: usize,
    started: Instant,
}

impl Pages {
    fn new(most: usize) -> Pages {
        let (all, seen) = (Vec::new(), BTreeSet::new());
        Pages { all, seen, most, bytes: 0, pages: 0, empty: 0, started: Instant::now() }
    }

    /// Takes what is new on a page; gives where to go on, unless that was enough.
    fn take(&mut self, page: Vec<Record>, next: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let before = self.all.len();
        self.all.extend(page.into_iter().filter(|r| self.seen.insert(r.id())));
        self.bytes += self.all[before..].iter().map(|r| r.wire().len()).sum::<usize>();
        self.empty = if self.all.len() == before { self.empty + 1 } else { 0 };
        self.pages += 1;
        let is_enough = self.all.len() >= self.most
            || self.bytes >= PUBLIC_BYTES_MAX
            || self.started.elapsed() >= PUBLIC_TIME_MAX
            || self.pages >= PAGES_MAX
            || self.empty > EMPTY_PAGES_MAX;
        self.all.truncate(self.most);
        next.filter(|_| !is_enough)
    }
}

pub(super) async fn verified(community: Id, wires: Vec<Vec<u8>>) -> Result<Vec<Record>, AskError> {
    let all = tokio::task::spawn_blocking(move || {
        wires.iter().map(|w| Record::from_wire(&community, w)).collect::<Result<Vec<_>, _>>()
    });
    all.await.map_err(|_| AskError::NoAnswer)?.map_err(|_| AskError::NotInOrder("a record in it is damaged"))
}

/// What to `present`: the records our standing rests on, within the bounds of one request, the ones that others lack
/// most first.
pub fn own_evidence(records: &dyn Records) -> Vec<Record> {
    let Some(owner) = records.owner() else { return Vec::new() };
    let mut bytes = 0;
    let mut all = records.authority().evidence(&owner, PRESENT_RECORDS_MAX);
    let fits = all.iter().take_while(|record| {
        bytes += record.wire().len();
        bytes <= PRESENT_BYTES_MAX
    });
    let fits = fits.count();
    all.truncate(fits);
    all
}

impl From<BlockError> for AskError {
    fn from(error: BlockError) -> Self {
        AskError::Message(JoinError::Block(error))
    }
}
