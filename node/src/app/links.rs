//! The mesh as the rest of the node uses it: starting it as a stranger or a member, and its answers in API types.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use hedgerow_api::{Code, Nearby, NearbyCommunity, Neighbour, NeighbourAdd, Neighbours, Problem};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::Ticket;
use hedgerow_protocol::join::Redemption;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::link::{LinkRequest, LinkTicket};
use hedgerow_protocol::record::Record;

use super::join::{for_members, refusal};
use super::problems::{internal, invalid, not_found};
use super::status::count;
use super::{App, Member};
use crate::mesh::{AskError, Handed, Linking, Mesh, MeshOptions, PeerAddress, Records, State, Told};

/// Most records read from a community that was not joined.
const READ_RECORDS_MAX: usize = 50_000;
/// News about links are told at most this often.
const NEWS_EVERY: Duration = Duration::from_millis(100);

/// The running mesh. Cheap to clone; give clones back soon, since stopping works on all of them.
#[derive(Clone)]
pub struct Links {
    mesh: Arc<Mesh>,
}

impl Links {
    /// Where others can call this computer now.
    pub async fn addresses(&self) -> Vec<SocketAddr> {
        self.mesh.addresses().await
    }

    /// What others type to add this computer, one address a line.
    pub async fn me(&self) -> Vec<String> {
        let me = self.mesh.me().await;
        me.addresses.iter().map(|a| format!("{}@{a}", me.key)).collect()
    }

    /// The community's other computers, linked ones first.
    pub fn neighbours(&self, member: Option<&Member>) -> Vec<Neighbour> {
        let name = |owner: &Id| member.map(|m| m.name(owner)).unwrap_or_default();
        let neighbour = |n: crate::mesh::Neighbour| Neighbour {
            key: n.key.to_string(),
            name: name(&n.owner),
            seen: n.is_heard || n.linked_at.is_some(),
            linked: !matches!(n.state, State::Seen { .. }),
            reason: match &n.state {
                State::Seen { reason } => reason.clone().unwrap_or_default(),
                _ => String::new(),
            },
            up_to_date: n.state == State::UpToDate,
            partial: n.is_partial,
            path: path_of(n.is_heard, n.linked_at).into(),
            addresses: n.addresses.iter().map(SocketAddr::to_string).collect(),
            equal_since_ms: n.matched.map(|m| m.at_ms),
        };
        let mut all: Vec<Neighbour> = self.mesh.neighbours().into_iter().map(neighbour).collect();
        all.sort_by(|a, b| (!a.linked, &a.name, &a.key).cmp(&(!b.linked, &b.name, &b.key)));
        all
    }

    /// Whose computers say that we were taken out, by owner, and the reason they give.
    pub fn removed_at(&self) -> BTreeMap<Id, String> {
        let mut says: BTreeMap<Id, String> = BTreeMap::new();
        for (owner, why) in self.mesh.neighbours().into_iter().filter_map(|n| Some((n.owner, n.says_removed?))) {
            let said = says.entry(owner).or_default();
            if said.is_empty() {
                *said = why;
            }
        }
        says
    }

    /// Uses an invite at the computer that issued it.
    pub async fn redeem(&self, ticket: &Ticket, redemption: Redemption) -> Result<Vec<Record>, Problem> {
        self.mesh.redeem(ticket, redemption).await.map_err(unanswered)
    }

    /// Asks with a poster at the computer that issued it: the community's name, and what comes of it. Nothing: not yet.
    pub async fn ask_to_join(
        &self,
        ticket: &Ticket,
        redemption: Redemption,
    ) -> Result<(String, Option<Vec<Record>>), Problem> {
        let (name, records) = self.mesh.ask_to_join(ticket, redemption).await.map_err(unanswered)?;
        Ok((name.map(|n| hedgerow_api::clean::line(&n)).unwrap_or_default(), records))
    }

    /// Remembers where the issuer of an invite is, so that the first link does not wait for it to be heard.
    pub fn meet(&self, ticket: &Ticket) {
        self.mesh.learn_ticket(ticket);
    }

    /// Asks the computer that made a link code, once.
    pub async fn link(&self, ticket: &LinkTicket, request: LinkRequest) -> Result<Linking, Problem> {
        self.mesh.link(ticket, request).await.map_err(unanswered)
    }

    /// Remembers where the computer is that linked us.
    pub fn meet_link(&self, ticket: &LinkTicket) {
        self.mesh.learn_at(ticket.issuer, &ticket.addresses);
    }

    /// The same for what a person typed: an old invite or an address.
    pub async fn meet_at(&self, typed: &str) -> Result<(), Problem> {
        match Ticket::decode(typed) {
            Ok(ticket) => self.meet(&ticket),
            Err(_) => {
                let added = self.mesh.add_neighbour(&parse_address(typed)?).await;
                added.map_err(|e| invalid(format!("{e}."), "Check what \"hedgerow neighbour me\" prints there."))?;
            }
        }
        Ok(())
    }

    /// On how many other computers everything up to an event of the core is kept.
    pub fn copies(&self, event_seq: u64) -> u64 {
        self.mesh.copies(event_seq) as u64
    }

    /// Asks to be let in to read at a computer of a community: named as in [`Links::learn`], or by its name or id.
    /// `make` gives the person and the first device.
    pub async fn enter(
        &self,
        named: Option<&str>,
        how: &str,
        make: impl Fn(&Id) -> Result<[Record; 2], Problem>,
    ) -> Result<(Id, Vec<Record>), Problem> {
        let is_address = |name: &str| name.parse::<PeerAddress>().is_ok();
        let keys = match named {
            // A community's id and a computer's key look alike. With an address behind it, it is a computer.
            Some(name) if !(name.contains('@') && is_address(name)) => match self.near(name) {
                Err(e) if e.code == Code::NotFound && is_address(name) => self.computers_at(named, how).await?,
                found => found?.1,
            },
            _ => self.computers_at(named, how).await?,
        };
        let mut last = nobody_near();
        for key in keys {
            let told = match self.mesh.who(&key).await {
                Ok(told) => told,
                Err(e) => {
                    last = unanswered(e);
                    continue;
                }
            };
            let [person, device] = make(&told.community)?;
            match self.mesh.enter(&key, told.community, [&person, &device]).await {
                Ok(records) => return Ok((told.community, records)),
                Err(e) => last = unanswered(e),
            }
        }
        Err(last)
    }

    /// Everything anybody may read of a community nearby, named by id or name, as one of its computers says.
    pub async fn public(&self, community: &str) -> Result<(PublicKey, Handed), Problem> {
        let mut last = None;
        for key in self.near(community)?.1 {
            match self.mesh.public(&key, READ_RECORDS_MAX).await {
                Ok(handed) => return Ok((key, handed)),
                Err(e) => last = Some(unanswered(e)),
            }
        }
        Err(last.unwrap_or_else(nobody_near))
    }

    /// A community that is nearby, named by id or name, and its computers.
    fn near(&self, community: &str) -> Result<(Id, Vec<PublicKey>), Problem> {
        let wanted = community.trim().to_lowercase();
        let fits = |t: &Told| {
            t.community.to_string() == wanted || t.name.as_ref().is_some_and(|n| n.trim().to_lowercase() == wanted)
        };
        let mut keys: BTreeMap<Id, Vec<PublicKey>> = BTreeMap::new();
        for near in self.mesh.nearby() {
            if let Some(told) = near.told.as_ref().filter(|t| fits(t)) {
                keys.entry(told.community).or_default().push(near.key);
            }
        }
        if keys.len() > 1 {
            return Err(invalid(
                "More than one community nearby has that name.",
                "Use the id instead of the name: hedgerow community list --json",
            ));
        }
        keys.pop_first().ok_or_else(|| not_found("community nearby called", community))
    }

    /// Reads what members read, of a community nearby that is named by id or name.
    pub async fn read_near(&self, community: &str, with: &SecretKey) -> Result<(Id, Vec<Record>), Problem> {
        let (_, keys) = self.near(community)?;
        self.read(&keys, with).await
    }

    async fn read(&self, keys: &[PublicKey], with: &SecretKey) -> Result<(Id, Vec<Record>), Problem> {
        let mut last = None;
        for key in keys {
            match self.mesh.read(key, with, READ_RECORDS_MAX).await {
                Ok(read) => return Ok(read),
                Err(e) => last = Some(unanswered(e)),
            }
        }
        Err(last.unwrap_or_else(nobody_near))
    }

    /// Learns a community from one of its computers: named by an address or an invite, else the only one nearby. `with`: a
    /// key that says that we may, a person's or the invite's; nothing: the invite's. `how`: what a person types to name one.
    pub async fn learn(
        &self,
        from: Option<&str>,
        with: Option<&SecretKey>,
        how: &str,
    ) -> Result<(Id, Vec<Record>), Problem> {
        let keys = self.computers_at(from, how).await?;
        let of_invite = from.and_then(|from| Ticket::decode(from.trim()).ok()).map(|ticket| ticket.key());
        self.read(&keys, with.or(of_invite.as_ref()).ok_or_else(for_members)?).await
    }

    /// The computers that somebody means: one named by an address or an old invite, else those of the only community nearby.
    async fn computers_at(&self, from: Option<&str>, how: &str) -> Result<Vec<PublicKey>, Problem> {
        let Some(from) = from.map(str::trim) else {
            let mut near: Vec<(Id, PublicKey)> =
                self.mesh.nearby().into_iter().filter_map(|n| Some((n.told?.community, n.key))).collect();
            near.sort();
            let Some((id, _)) = near.first().copied() else {
                return Err(Problem::new(
                    Code::NotReachable,
                    "No community is near.",
                    "A community has to be learnt from one of its computers.",
                    format!("Go near one, or name one: {how}"),
                ));
            };
            if near.iter().any(|(other, _)| *other != id) {
                return Err(invalid("More than one community is near.", format!("Name the one you mean: {how}")));
            }
            return Ok(near.into_iter().map(|(_, key)| key).collect());
        };
        Ok(vec![match Ticket::decode(from) {
            Ok(ticket) => {
                self.mesh.learn_ticket(&ticket);
                ticket.issuer
            }
            Err(_) => {
                let address = parse_address(from)?;
                self.mesh.add_neighbour(&address).await.map_err(|e| invalid(format!("{e}."), ""))?;
                address.key
            }
        }])
    }
}

fn nobody_near() -> Problem {
    not_found("computer nearby", "of that community")
}

/// "nearby" on the same network, "far" over the internet or another network.
fn path_of(is_heard: bool, at: Option<SocketAddr>) -> &'static str {
    let is_local = |ip: std::net::IpAddr| match ip {
        std::net::IpAddr::V4(ip) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
        std::net::IpAddr::V6(ip) => ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unique_local(),
    };
    if is_heard || at.is_none_or(|a| is_local(a.ip())) { "nearby" } else { "far" }
}

fn parse_address(text: &str) -> Result<PeerAddress, Problem> {
    text.parse().map_err(|e: crate::mesh::AddressError| {
        invalid(
            format!("That is not the address of a computer: {e}."),
            "On the other computer, this prints it: hedgerow neighbour me",
        )
    })
}

fn unanswered(e: AskError) -> Problem {
    match e {
        AskError::Refused(code) => refusal(code),
        AskError::Unreachable(_) | AskError::NoAnswer | AskError::Busy => Problem::new(
            Code::NotReachable,
            "The other computer cannot be reached.",
            format!("{e}."),
            "Check that it is switched on, that Hedgerow runs on it, and that both are on the same network. Then try again.",
        ),
        AskError::Message(hedgerow_protocol::join::JoinError::Version(_)) => Problem::new(
            Code::OtherVersion,
            "The other computer has another version of Hedgerow.",
            format!("{e}."),
            "Update the older of the two.",
        ),
        AskError::NoRandomness => internal("There is no randomness on this computer.", e),
        AskError::Message(_) | AskError::NotInOrder(_) => Problem::new(
            Code::Refused,
            "The answer of the other computer cannot be used.",
            format!("{e}."),
            "Ask another computer of the community.",
        ),
    }
}

impl App {
    /// Starts the mesh again as what this node is now, a stranger or a member.
    pub(super) async fn restart_links(self: &Arc<Self>) -> Result<(), Problem> {
        self.stop_links().await;
        let config = self.config();
        let port = self.options.port.unwrap_or(config.port);
        let member = self.member_if_any();
        let mesh = Mesh::start(MeshOptions {
            transport: self.transport_key(),
            port,
            bind: self.options.bind.iter().map(|ip| SocketAddr::new(*ip, port)).collect(),
            nearby: config.multicast && self.options.multicast,
            community: member.as_ref().map(|m| Arc::new(m.core.clone()) as Arc<dyn Records>),
            tells_name: true,
            shows_public: true,
            flows: member.is_some().then(|| self.flows.clone() as Arc<dyn crate::mesh::Flows>),
        })
        .await
        .map_err(|e| internal("The network of this computer cannot be used.", e))?;
        for typed in &config.neighbours {
            match typed.parse() {
                Ok(address) => drop(mesh.add_neighbour(&address).await),
                Err(e) => tracing::warn!(%e, "a neighbour in the config cannot be used"),
            }
        }
        let links = Links { mesh: Arc::new(mesh) };
        self.flows.use_mesh(&links.mesh);
        self.pass_on(&links);
        *self.links.write().unwrap_or_else(PoisonError::into_inner) = Some(links);
        self.restore_sites().await;
        self.restore_gateway().await;
        if let Err(problem) = self.restore_uplink().await {
            tracing::warn!(%problem, "programs have no way to the internet");
        }
        self.tell_status();
        Ok(())
    }

    /// Says goodbye to everybody. Gives the names of parts that did not stop in time.
    pub(super) async fn stop_links(&self) -> Vec<&'static str> {
        let links = self.links.write().unwrap_or_else(PoisonError::into_inner).take();
        match links {
            Some(links) => links.mesh.shutdown().await,
            None => Vec::new(),
        }
    }

    /// Tells programs that something about the links changed.
    fn pass_on(&self, links: &Links) {
        let (mut events, news) = (links.mesh.events(), self.news.clone());
        let mesh = Arc::downgrade(&links.mesh);
        tokio::spawn(async move {
            use tokio::sync::broadcast::error::RecvError;
            loop {
                if matches!(events.recv().await, Err(RecvError::Closed)) || mesh.strong_count() == 0 {
                    return;
                }
                news.tell(hedgerow_api::EventKind::Status, None);
                tokio::time::sleep(NEWS_EVERY).await;
                events = events.resubscribe();
            }
        });
    }

    /// Communities seen on the network, my own first.
    pub fn nearby(&self) -> Result<Nearby, Problem> {
        let links = self.links()?;
        let mut all: BTreeMap<Id, NearbyCommunity> = BTreeMap::new();
        if let Some(member) = self.member_if_any() {
            let near = links.mesh.neighbours().into_iter().filter(|n| n.is_heard || n.linked_at.is_some());
            let keys: Vec<String> = near.map(|n| n.key.to_string()).collect();
            let mine = NearbyCommunity {
                id: member.community.to_string(),
                name: member.name(&member.community),
                computers: keys.len() as u64 + 1,
                mine: true,
                keys,
            };
            all.insert(member.community, mine);
        }
        for near in links.mesh.nearby() {
            let Some(told) = near.told else { continue };
            let entry = all.entry(told.community).or_insert_with(|| NearbyCommunity {
                id: told.community.to_string(),
                name: String::new(),
                computers: 0,
                mine: false,
                keys: Vec::new(),
            });
            if entry.name.is_empty() {
                entry.name = told.name.map(|n| hedgerow_api::clean::line(&n)).unwrap_or_default();
            }
            entry.computers += 1;
            entry.keys.push(near.key.to_string());
        }
        let mut communities: Vec<NearbyCommunity> = all.into_values().collect();
        communities
            .sort_by(|a, b| (!a.mine, a.name.to_lowercase(), &a.id).cmp(&(!b.mine, b.name.to_lowercase(), &b.id)));
        Ok(Nearby { communities })
    }

    /// The other computers, and what they type to reach this one.
    pub async fn neighbours(&self) -> Result<Neighbours, Problem> {
        let links = self.links()?;
        let me = links.me().await;
        Ok(Neighbours { neighbours: links.neighbours(self.member_if_any().as_deref()), me })
    }

    /// Connects to a computer that is not found by itself.
    pub async fn neighbour_add(&self, add: NeighbourAdd) -> Result<Neighbours, Problem> {
        let links = self.links()?;
        let address = parse_address(&add.address)?;
        let added = links.mesh.add_neighbour(&address).await;
        added.map_err(|e| {
            invalid(
                format!("The computer could not be added: {e}."),
                "Check what \"hedgerow neighbour me\" prints there.",
            )
        })?;
        self.neighbours().await
    }

    /// My community.
    pub fn my_community(&self) -> Result<hedgerow_api::Community, Problem> {
        let member = self.member()?;
        Ok(self.community(&member))
    }

    /// Warnings about the network.
    pub(super) fn link_warnings(&self, links: &Links, member: Option<&Member>) -> Vec<hedgerow_api::Warning> {
        let warn = |code: &str, title: &str, text: String, action: &str| hedgerow_api::Warning {
            code: code.into(),
            severity: hedgerow_api::Severity::Warning,
            title: title.into(),
            text,
            action: action.into(),
        };
        let mut all = Vec::new();
        if let Some(port) = links.mesh.port_taken() {
            all.push(warn(
                "port-taken",
                "Another program uses Hedgerow's port.",
                format!("Port {port} was taken, so another one is used. Computers nearby still find this one."),
                "Where you typed this computer's address by hand, type the new one: hedgerow neighbour me",
            ));
        }
        if let Some(why) = links.mesh.deaf() {
            all.push(warn(
                "cannot-look-nearby",
                "Computers nearby cannot be found by themselves.",
                format!("This computer may not listen for others on the network: {why}."),
                "Add them by hand: hedgerow neighbour add",
            ));
        }
        all.extend(member.and_then(|m| removed_there(m, &links.removed_at())));
        all
    }
}

/// Who is named when several say that we were taken out: somebody who gives a reason, if anybody does.
pub(super) fn first_of(says: &BTreeMap<Id, String>) -> Option<(&Id, &String)> {
    says.iter().find(|(_, why)| !why.is_empty()).or_else(|| says.iter().next())
}

/// What others say about us, as what it is: their word. Records alone decide, and those may not have reached us.
fn removed_there(member: &Member, says: &BTreeMap<Id, String>) -> Option<hedgerow_api::Warning> {
    let (first, why) = first_of(says)?;
    let community = member.name(&member.community);
    let who = match says.len() - 1 {
        0 => format!("{}'s computer says", member.called(first)),
        n => format!("{}'s computer and {} say", member.called(first), count(n as u64, "other")),
    };
    Some(hedgerow_api::Warning {
        code: "removed-here".into(),
        severity: hedgerow_api::Severity::Warning,
        title: format!("{who} that you, or this computer, were taken out of {community}."),
        text: format!(
            "{}It takes nothing from you and gives you nothing any more. What you publish stays on this computer.",
            if why.is_empty() { String::new() } else { format!("The reason given: {why} ") }
        ),
        action:
            "Ask an organiser why: hedgerow organisers. If you took this computer out yourself, you can leave here: \
                 hedgerow community leave"
                .into(),
    })
}
