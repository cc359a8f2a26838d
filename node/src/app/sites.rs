//! Local sites: publishing them, visiting them, and their records.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use hedgerow_api::{Code, LocalSite, LocalSites, Problem, SitePublish, SiteVisit};
use hedgerow_protocol::authority::{Authority, Role};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::flow::Purpose;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::{Address, Audience, Record};
use hedgerow_protocol::site::{Protocol, Site, SiteAudience, SiteRefusal, site_name};
use hedgerow_protocol::view::SlotState;
use serde::{Deserialize, Serialize};

use super::items::{doc_of, slot_text};
use super::problems::{internal, invalid, not_found, why};
use super::{App, Member, locked};
use crate::core::{Draft, Query};
use crate::flow::{Hub, OpenError};
use crate::sites::visit::{Door, Visit, Words, refusal};
use crate::sites::{Health, Published, Publisher, Visitor, Who};

/// Local values that say what is published here: this and the name.
const PUBLISHED_PREFIX: &str = "site/";
/// Local values that say which doors are open: this and the site's slot.
const DOOR_PREFIX: &str = "visit/";
/// Sites published from one computer. More: refused.
const SITES_MAX: usize = 64;
/// Doors open on one computer. More: refused.
const DOORS_MAX: usize = 64;
/// Sites listed.
const LIST_MAX: usize = 1000;

/// What is published here and what is visited from here.
pub(super) struct Sites {
    publisher: Arc<Publisher>,
    doors: Mutex<BTreeMap<String, Door>>,
}

/// What is kept about a program published here.
#[derive(Serialize, Deserialize)]
struct Kept {
    owner: String,
    port: u16,
    protocol: String,
}

/// What is kept about an open door.
#[derive(Serialize, Deserialize)]
struct KeptDoor {
    port: u16,
    named: bool,
}

/// A site and the record that says so.
struct Found {
    address: Address,
    name: String,
    site: Site,
}

impl Sites {
    /// Nothing yet; takes visits from now on.
    pub(super) fn new(app: Weak<App>, hub: &Hub) -> Sites {
        let publisher = Publisher::new(Arc::new(Members(app)));
        hub.serve_with(Purpose::Site, publisher.clone());
        Sites { publisher, doors: Mutex::default() }
    }
}

/// Knows who may visit, from the records.
struct Members(Weak<App>);

impl Who for Members {
    fn may_visit(&self, site: &str, peer: &PublicKey) -> Result<Visitor, SiteRefusal> {
        let member = self.0.upgrade().and_then(|app| app.member_if_any()).ok_or(SiteRefusal::Unknown)?;
        let owner = kept(&member, site).and_then(|k| k.owner.parse().ok()).ok_or(SiteRefusal::Unknown)?;
        let address = Address { owner, kind: Kind::LOCAL_SITE, key: site.as_bytes().to_vec() };
        let found = found(&member, &address).ok_or(SiteRefusal::Unknown)?;
        let authority = member.authority();
        let visitor = comes_from(&authority, peer).ok_or(SiteRefusal::NotForYou)?;
        let fits = match &found.site.audience {
            SiteAudience::Community => true,
            SiteAudience::Groups(groups) => {
                groups.iter().any(|g| *g == visitor || authority.group_role(g, &visitor).is_some())
            }
            SiteAudience::People(people) => people.contains(&visitor),
        };
        let is_own = visitor == owner || member.person == Some(visitor);
        if !fits && !is_own {
            return Err(SiteRefusal::NotForYou);
        }
        Ok(Visitor { id: visitor.to_string(), name: member.called(&visitor) })
    }
}

/// Whose computer asks, if it is one that visits at all: one that only stores is not.
fn comes_from(authority: &Authority, peer: &PublicKey) -> Option<Id> {
    authority.by_transport(peer).filter(|m| m.role != Role::Node).map(|m| m.owner)
}

fn kept(member: &Member, name: &str) -> Option<Kept> {
    serde_json::from_slice(&member.core.local(&format!("{PUBLISHED_PREFIX}{name}"))?).ok()
}

fn found(member: &Member, address: &Address) -> Option<Found> {
    let view = member.core.slot(address);
    if view.state == SlotState::Withdrawn {
        return None;
    }
    read(view.shown()?)
}

fn read(record: &Record) -> Option<Found> {
    let address = record.address();
    let name = String::from_utf8(address.key.clone()).ok()?;
    site_name(&name).ok()?;
    let site = Site::from_doc(&doc_of(record)?).ok()?;
    Some(Found { address, name, site })
}

impl Member {
    /// All sites whose records are in order.
    fn sites(&self) -> Vec<Found> {
        let mut query = Query { kinds: vec![Kind::LOCAL_SITE], limit: 500, ..Query::default() };
        let mut all = Vec::new();
        loop {
            let page = self.core.find(&query);
            all.extend(self.core.records(&page).iter().filter_map(read));
            match page.next {
                Some(next) if all.len() < LIST_MAX => query.cursor = Some(next),
                _ => return all,
            }
        }
    }

    fn site_of(&self, typed: &str) -> Result<Found, Problem> {
        let (name, owner) = match typed.split_once('@') {
            Some((name, owner)) => (name, Some(owner)),
            None => (typed, None),
        };
        let mut all: Vec<Found> = self.sites();
        all.retain(|f| f.name == name.trim() || slot_text(&f.address) == typed);
        if let Some(owner) = owner {
            let owner = owner.trim().to_lowercase();
            all.retain(|f| self.name(&f.address.owner).trim().to_lowercase() == owner);
        }
        match all.len() {
            0 => Err(Problem {
                action: "See what there is: hedgerow sites".into(),
                ..not_found("local site called", typed)
            }),
            1 => Ok(all.remove(0)),
            _ => Err(invalid(
                "More than one local site has that name.",
                format!(
                    "Say whose: {}",
                    all.iter()
                        .map(|f| format!("\"{name}@{}\"", self.called(&f.address.owner)))
                        .collect::<Vec<_>>()
                        .join(" or ")
                ),
            )),
        }
    }

    fn audience_of(&self, typed: &str) -> Result<SiteAudience, Problem> {
        let typed = typed.trim();
        let names = |list: &str| list.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
        let (what, names): (&str, Vec<String>) = match typed.split_once(':') {
            Some((what, list)) => (what, names(list)),
            None => (typed, Vec::new()),
        };
        match (what, names.is_empty()) {
            ("" | "community", true) => Ok(SiteAudience::Community),
            ("group", false) => {
                let ids: Result<Vec<Id>, Problem> = names.iter().map(|n| self.group_of(n)).collect();
                Ok(SiteAudience::Groups(ids?))
            }
            ("people", false) => {
                let ids: Result<Vec<Id>, Problem> = names.iter().map(|n| self.person_of(n)).collect();
                Ok(SiteAudience::People(ids?))
            }
            _ => Err(invalid("Who may visit is not clear.", "Write community, group:NAME, or people:NAME,NAME.")),
        }
    }

    fn audience_words(&self, audience: &SiteAudience) -> String {
        let list = |ids: &[Id]| ids.iter().map(|id| self.called(id)).collect::<Vec<_>>().join(", ");
        match audience {
            SiteAudience::Community => format!("everyone in {}", self.called(&self.community)),
            SiteAudience::Groups(ids) => format!("the group {}", list(ids)),
            SiteAudience::People(ids) => list(ids),
        }
    }
}

/// How a computer was last heard of.
enum Seen {
    Here,
    /// When.
    Last(String),
    Away,
    Never,
}

impl Seen {
    /// As a state and a sentence.
    fn words(&self) -> (&'static str, String) {
        match self {
            Seen::Here => ("reachable", "Its computer is here now.".into()),
            Seen::Last(at) => ("offline", format!("Its computer was last here on {at}.")),
            Seen::Away => ("offline", "Its computer is not here now.".into()),
            Seen::Never => ("offline", "Its computer has not been seen from here.".into()),
        }
    }
}

impl App {
    /// Local sites, those here first.
    pub async fn local_sites(&self) -> Result<LocalSites, Problem> {
        let member = self.member()?;
        let health = self.sites.publisher.health().await;
        let mut sites: Vec<LocalSite> = member.sites().iter().map(|f| self.shown_site(&member, f, &health)).collect();
        sites.sort_by(|a, b| (!a.here, &a.name, &a.owner).cmp(&(!b.here, &b.name, &b.owner)));
        Ok(LocalSites { sites })
    }

    fn shown_site(&self, member: &Member, found: &Found, health: &BTreeMap<String, Health>) -> LocalSite {
        let Found { address, name, site } = found;
        let slot = slot_text(address);
        let is_here = site.computer == member.device.transport().public();
        let port = kept(member, name).filter(|_| is_here).map(|k| k.port);
        let (state, sentence) = match (is_here, health.get(name)) {
            (true, Some(Health::Up)) => ("running", "Running on this computer.".to_owned()),
            (true, Some(Health::Down)) => (
                "not-running",
                format!("Its program does not answer on port {}. Start the program.", port.unwrap_or_default()),
            ),
            (true, None) => ("not-running", "It is not published from this computer any more.".to_owned()),
            (false, _) => self.seen(member, &site.computer).words(),
        };
        let again = port.map(|port| again(member, found, port));
        let doors = locked(&self.sites.doors);
        let door = doors.get(&slot);
        LocalSite {
            again,
            name: name.clone(),
            slot: slot.clone(),
            title: site.title.clone(),
            text: site.text.clone(),
            protocol: site.protocol.name().into(),
            owner: member.called(&address.owner),
            audience: member.audience_words(&site.audience),
            needs_name: site.audience != SiteAudience::Community,
            here: is_here,
            state: state.into(),
            sentence,
            port,
            address: door.map(Door::address),
            named: door.is_some_and(|d| d.visit.named),
            visits: match door {
                _ if is_here => self.sites.publisher.visits(name),
                Some(door) => door.connections(),
                None => 0,
            } as u64,
            listing: site.listing.clone(),
        }
    }

    fn seen(&self, member: &Member, computer: &PublicKey) -> Seen {
        let neighbours = self.links().map(|l| l.neighbours(Some(member))).unwrap_or_default();
        let key = computer.to_string();
        match neighbours.iter().find(|n| n.key == key) {
            Some(n) if n.linked => Seen::Here,
            Some(n) => n.equal_since_ms.map_or(Seen::Away, |at| Seen::Last(moment(member, at))),
            None => Seen::Never,
        }
    }

    /// Publishes a program of this computer.
    pub async fn site_publish(&self, new: SitePublish) -> Result<LocalSite, Problem> {
        let member = self.member()?;
        site_name(&new.name).map_err(|e| invalid(format!("The name cannot be used: {e}."), "Choose another name."))?;
        let protocol = match new.protocol.as_str() {
            "" => Protocol::Http,
            name => Protocol::from_name(name)
                .ok_or_else(|| invalid("How the program is spoken to is not clear.", "Write http or tcp."))?,
        };
        if new.port == 0 {
            return Err(invalid("That is not a port.", "Use the number your program listens on, for example 8080."));
        }
        let owner = self.owner(&member, new.as_group.as_deref())?;
        member.authority().may_publish(&member.device.public(), &owner, Kind::LOCAL_SITE).map_err(why)?;
        let title = if new.title.trim().is_empty() { new.name.clone() } else { new.title.clone() };
        let audience = member.audience_of(&new.audience)?;
        let listing = match &new.listing {
            Some(typed) => Some(slot_text(&self.address_of(&member, typed)?)),
            None => None,
        };
        let computer = member.device.transport().public();
        let site = Site { title, text: new.text.clone(), protocol, computer, audience, listing };
        let doc = site.to_doc().map_err(|e| invalid(format!("The site cannot be published: {e}."), "Correct it."))?;
        let key = format!("{PUBLISHED_PREFIX}{}", new.name);
        let address = Address { owner, kind: Kind::LOCAL_SITE, key: new.name.as_bytes().to_vec() };
        let is_other = kept(&member, &new.name).is_some_and(|k| k.owner != owner.to_string());
        if is_other {
            return Err(invalid(
                "Another program of this computer has that name.",
                "Choose another name, or stop that one: hedgerow serve --stop NAME",
            ));
        }
        if self.sites.publisher.all().len() >= SITES_MAX && kept(&member, &new.name).is_none() {
            return Err(Problem::new(
                Code::LimitReached,
                "This computer publishes as many programs as one may.",
                format!("That is {SITES_MAX}."),
                "Stop one first: hedgerow serve --stop NAME",
            ));
        }
        if let Some(before) = found(&member, &address).filter(|f| f.site.computer != computer)
            && !new.dry_run
        {
            tracing::info!(site = before.name, "a site moves to this computer");
        }
        let health = crate::sites::health(new.port).await;
        let health = BTreeMap::from([(new.name.clone(), health)]);
        let shown = Found { address: address.clone(), name: new.name.clone(), site };
        if new.dry_run {
            return Ok(LocalSite { port: Some(new.port), ..self.shown_site(&member, &shown, &health) });
        }
        let draft = Draft {
            audience: Audience::Community,
            ..Draft::new(owner, Kind::LOCAL_SITE, new.name.as_bytes().to_vec(), doc_to_cbor(&doc))
        };
        let is_same =
            member.core.slot(&address).shown().is_some_and(|r| r.payload().body == draft.body && !r.is_withdrawal());
        if !is_same {
            member.core.publish(vec![draft]).await?;
        }
        let note = Kept { owner: owner.to_string(), port: new.port, protocol: protocol.name().into() };
        let note = serde_json::to_vec(&note).map_err(|e| internal("The site could not be kept.", e))?;
        member.core.put_local(&key, &note).await?;
        self.sites.publisher.publish(&new.name, Published { port: new.port, protocol });
        Ok(self.shown_site(&member, &shown, &health))
    }

    /// Stops a program that is published from here, and withdraws its record.
    pub async fn site_stop(&self, name: &str) -> Result<LocalSites, Problem> {
        let member = self.member()?;
        let kept = kept(&member, name).ok_or_else(|| Problem {
            action: "See what there is: hedgerow sites".into(),
            ..not_found("program published from this computer as", name)
        })?;
        self.sites.publisher.withdraw(name);
        member.core.put_local(&format!("{PUBLISHED_PREFIX}{name}"), &[]).await?;
        if let Ok(owner) = kept.owner.parse() {
            let address = Address { owner, kind: Kind::LOCAL_SITE, key: name.as_bytes().to_vec() };
            // It may have moved to another computer since: then its record is that one's.
            let is_ours =
                found(&member, &address).is_some_and(|f| f.site.computer == member.device.transport().public());
            if is_ours {
                member.core.publish(vec![Draft::withdrawal(&address)]).await?;
            }
        }
        self.local_sites().await
    }

    /// Opens a door to a site on this computer.
    pub async fn site_visit(self: &Arc<Self>, visit: SiteVisit) -> Result<LocalSite, Problem> {
        let member = self.member()?;
        let found = member.site_of(&visit.site)?;
        let slot = slot_text(&found.address);
        if found.site.audience != SiteAudience::Community && !visit.named {
            return Err(Problem::new(
                Code::NeedsName,
                format!("{} is only for {}.", found.site.title, member.audience_words(&found.site.audience)),
                format!(
                    "To let you in, {} has to know who you are. Its program is told as well.",
                    member.called(&found.address.owner)
                ),
                format!("To visit it with your name: hedgerow visit {} --with-my-name", found.name),
            ));
        }
        if found.site.computer == member.device.transport().public() {
            let port = kept(&member, &found.name).map(|k| k.port).unwrap_or_default();
            return Err(invalid(
                "That site runs on this computer.",
                format!("Open it directly: http://localhost:{port}/"),
            ));
        }
        if !visit.dry_run {
            let open = locked(&self.sites.doors).len();
            if open >= DOORS_MAX {
                return Err(Problem::new(
                    Code::LimitReached,
                    "This computer visits as many sites at once as it may.",
                    format!("That is {DOORS_MAX}."),
                    "Close one first: hedgerow visit --stop NAME",
                ));
            }
            let before = kept_door(&member, &slot).map(|k| k.port);
            self.open_door(&member, &found, visit.named, visit.port.or(before).unwrap_or(0), visit.port.is_some())
                .await?;
        }
        Ok(self.shown_site(&member, &found, &BTreeMap::new()))
    }

    async fn open_door(
        self: &Arc<Self>,
        member: &Member,
        found: &Found,
        named: bool,
        port: u16,
        must_be_port: bool,
    ) -> Result<(), Problem> {
        let slot = slot_text(&found.address);
        let visit =
            Visit { site: found.name.clone(), computer: found.site.computer, protocol: found.site.protocol, named };
        let before = {
            let mut doors = locked(&self.sites.doors);
            if doors.get(&slot).is_some_and(|d| d.visit == visit && (port == 0 || d.port == port)) {
                return Ok(());
            }
            doors.remove(&slot)
        };
        if let Some(before) = before {
            // Its port may be the one that is wanted.
            before.close().await;
        }
        let app = Arc::downgrade(self);
        let words: Words =
            Arc::new(move |visit, error| app.upgrade().map_or_else(String::new, |a| a.sorry(visit, error)));
        let mut door = Door::open(self.flows.clone(), visit.clone(), port, words.clone()).await;
        if door.is_err() && !must_be_port {
            door = Door::open(self.flows.clone(), visit, 0, words).await;
        }
        let door = door.map_err(|e| {
            invalid(format!("Port {port} of this computer cannot be used: {e}."), "Choose another, or leave it out.")
        })?;
        let note = KeptDoor { port: door.port, named };
        let note = serde_json::to_vec(&note).map_err(|e| internal("The visit could not be kept.", e))?;
        locked(&self.sites.doors).insert(slot.clone(), door);
        member.core.put_local(&format!("{DOOR_PREFIX}{slot}"), &note).await?;
        Ok(())
    }

    /// Closes a door.
    pub async fn site_leave(&self, typed: &str) -> Result<LocalSites, Problem> {
        let member = self.member()?;
        let slots: Vec<String> = locked(&self.sites.doors).keys().cloned().collect();
        let by_name =
            |slot: &String| locked(&self.sites.doors).get(slot).is_some_and(|d| d.visit.site == typed) || slot == typed;
        let slot = slots.into_iter().find(by_name).or_else(|| Some(slot_text(&member.site_of(typed).ok()?.address)));
        let door = slot.as_ref().and_then(|slot| locked(&self.sites.doors).remove(slot));
        let (Some(slot), Some(_)) = (slot, door) else { return Err(not_found("visit to a site called", typed)) };
        member.core.put_local(&format!("{DOOR_PREFIX}{slot}"), &[]).await?;
        self.local_sites().await
    }

    /// What was published and visited before a restart is so again.
    pub(super) async fn restore_sites(self: &Arc<Self>) {
        for name in self.sites.publisher.all().into_keys() {
            self.sites.publisher.withdraw(&name);
        }
        locked(&self.sites.doors).clear();
        let Some(member) = self.member_if_any() else { return };
        for (key, value) in member.core.locals(PUBLISHED_PREFIX) {
            let name = key.trim_start_matches(PUBLISHED_PREFIX);
            if let Ok(kept) = serde_json::from_slice::<Kept>(&value)
                && let Some(protocol) = Protocol::from_name(&kept.protocol)
            {
                self.sites.publisher.publish(name, Published { port: kept.port, protocol });
            }
        }
        for (key, value) in member.core.locals(DOOR_PREFIX).into_iter().take(DOORS_MAX) {
            let slot = key.trim_start_matches(DOOR_PREFIX);
            let Ok(kept) = serde_json::from_slice::<KeptDoor>(&value) else { continue };
            let Some(found) = member.sites().into_iter().find(|f| slot_text(&f.address) == slot) else { continue };
            if let Err(problem) = self.open_door(&member, &found, kept.named, kept.port, false).await {
                tracing::warn!(%problem, "the door to a local site could not be opened again");
            }
        }
    }

    /// Why a visit did not work, for the person who sees it in a browser.
    fn sorry(&self, visit: &Visit, error: &OpenError) -> String {
        let Some(member) = self.member_if_any() else { return "This computer has left the community.".into() };
        match refusal(error) {
            Some(SiteRefusal::Unknown) => {
                format!("{} is not published any more. Ask whoever published it.", visit.site)
            }
            Some(SiteRefusal::NotForYou) => {
                format!("{} is for others. Ask whoever publishes it to let you in.", visit.site)
            }
            Some(SiteRefusal::ProgramDown) => {
                format!("The computer of {} is here, but its program does not answer. Try again later.", visit.site)
            }
            Some(SiteRefusal::Busy) => {
                format!("Too many people visit {} right now. Try again in a minute.", visit.site)
            }
            None => {
                let away = format!("The computer with {} cannot be reached now.", visit.site);
                let when = match self.seen(&member, &visit.computer) {
                    Seen::Here => " It was here a moment ago.".to_owned(),
                    Seen::Last(at) => format!(" It was last here on {at}."),
                    Seen::Away => String::new(),
                    Seen::Never => " It has not been seen from here.".to_owned(),
                };
                format!("{away}{when} Try again later.")
            }
        }
    }
}

/// What publishes a site as it is.
fn again(member: &Member, found: &Found, port: u16) -> SitePublish {
    let Found { address, name, site } = found;
    let list = |ids: &[Id]| ids.iter().map(Id::to_string).collect::<Vec<_>>().join(",");
    SitePublish {
        port,
        name: name.clone(),
        title: site.title.clone(),
        text: site.text.clone(),
        protocol: site.protocol.name().into(),
        audience: match &site.audience {
            SiteAudience::Community => "community".into(),
            SiteAudience::Groups(ids) => format!("group:{}", list(ids)),
            SiteAudience::People(ids) => format!("people:{}", list(ids)),
        },
        as_group: (member.person.is_some_and(|me| me != address.owner)).then(|| address.owner.to_string()),
        listing: site.listing.clone(),
        dry_run: false,
    }
}

fn kept_door(member: &Member, slot: &str) -> Option<KeptDoor> {
    serde_json::from_slice(&member.core.local(&format!("{DOOR_PREFIX}{slot}"))?).ok()
}

fn moment(member: &Member, unix_ms: u64) -> String {
    let zone = member.time_zone();
    let at = jiff::Timestamp::from_millisecond(i64::try_from(unix_ms).unwrap_or(i64::MAX));
    let local = at.and_then(|t| t.in_tz(&zone).or_else(|_| t.in_tz("UTC")));
    local.map(|z| z.strftime("%-d %B at %H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use hedgerow_protocol::authority::body::DeviceOffer;
    use hedgerow_protocol::authority::{Duty, build};

    use super::*;
    use crate::core::tests::{Town, key};

    #[tokio::test]
    async fn equipment_visits_no_site_not_even_its_groups() {
        let (temp, town) = (tempfile::tempdir().unwrap(), Town::new());
        let (core, me) = (town.create(temp.path()), town.person);
        let found = move |a: &Authority, device: &_, now| build::found_group(a, device, &[me], &[], [3; 16], now);
        let group = core.publish_authority(found).await.unwrap().id();
        for (n, duty, visits) in [(70, Duty::Full, Some(group)), (71, Duty::Store, None)] {
            let offer = DeviceOffer::sign(&town.id(), &group, &key(n), duty);
            core.publish_authority(move |a, d, now| build::group_device_add(a, d, group, offer, now)).await.unwrap();
            let transport = key(n).transport().public();
            assert!(core.authority().by_transport(&transport).is_some(), "it is a member to links");
            assert_eq!(comes_from(&core.authority(), &transport), visits);
        }
    }
}
