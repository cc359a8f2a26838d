//! Sharing this building's internet: the policy's record, what the host set up, starting and pausing.
//!
//! Not for: trying and proving (`prove`), or accounts and vouchers (`statement`, `vouchers`).

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use hedgerow_api::{Code, GatewaySetup, GatewayStatus, PolicyChange, PolicySet, Problem};
use hedgerow_protocol::cbor::doc_to_cbor;
use hedgerow_protocol::flow::Purpose;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::tidy_hours;
use hedgerow_protocol::record::{Address, Audience};
use hedgerow_protocol::uplink::policy::{Breakout, Consent, Preset, Responsible, Terms};
use hedgerow_protocol::uplink::{HostList, Policy, Prefix, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::gateway_words::rules;
use super::items::doc_of;
use super::problems::{internal, invalid, why};
use super::{App, Member};
use crate::core::Draft;
use crate::flow::Hub;
use crate::identity::new_seed;
use crate::uplink::account::Account;
use crate::uplink::book::Book;
use crate::uplink::egress::{Egress, WayOut};
use crate::uplink::gateway::{Entrance, Gateway, Known, Members, Papers, Setup};
use crate::uplink::hours::Hours;
use crate::uplink::vouchers::Vouchers;

/// What the host set up, under this name among the private values.
const SETUP: &str = "gateway/setup";
/// Largest list of closed places, in bytes.
const PLACES_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How often the record and the organisers' news are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What is kept on this computer.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    owner: String,
    way: WayOut,
    dns: Vec<IpAddr>,
    closed: Vec<String>,
    public: Vec<IpAddr>,
    places: Option<String>,
    /// Turns owners into the names that counters are kept under.
    secret: String,
    on: bool,
}

/// The gateway of this computer, if one runs.
pub(super) struct Gateways {
    running: Arc<RwLock<Option<Arc<Gateway>>>>,
    out_of_touch: Arc<AtomicBool>,
    /// What is kept of the use in a community.
    papers: Mutex<Option<(Id, Papers)>>,
}

impl Gateways {
    /// None yet; takes flows from now on.
    pub(super) fn new(hub: &Hub) -> Gateways {
        let running = Arc::new(RwLock::new(None));
        let entrance = |talks| Arc::new(Entrance { gateway: running.clone(), talks });
        hub.serve_with(Purpose::Uplink, entrance(false));
        hub.serve_with(Purpose::Gateway, entrance(true));
        Gateways { running, out_of_touch: Arc::default(), papers: Mutex::default() }
    }

    pub(super) fn running(&self) -> Option<Arc<Gateway>> {
        self.running.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is kept of the use of this computer's gateway.
    pub(super) fn papers(&self, app: &App, member: &Member) -> Result<Papers, Problem> {
        let mut kept = super::locked(&self.papers);
        if let Some((community, papers)) = &*kept
            && *community == member.community
        {
            return Ok(papers.clone());
        }
        let (dir, key, town) = (app.dir.path(), member.device.transport().public(), member.community);
        let file = |name: &str| dir.join(name);
        let (receipts, paid, hours) = (file("gateway-receipts"), file("gateway-account"), file("gateway-hours"));
        let book = app.saved(&[&receipts], Book::open(receipts.clone(), town, key))?;
        let account = app.saved(&[&paid], Account::open(paid.clone(), &town))?;
        let now = member.core.clock() / 1000;
        let vouchers = Vouchers::open(dir, town, key, member.device.clone(), now);
        let vouchers = app.saved(&[&file("gateway-vouchers"), &file("gateway-vouchers-used")], vouchers)?;
        let hours = app.saved(&[&hours], Hours::open(hours.clone()))?;
        let papers = Papers {
            book: Arc::new(book),
            hours: Arc::new(hours),
            account: Arc::new(account),
            vouchers: Arc::new(vouchers),
        };
        *kept = Some((town, papers.clone()));
        Ok(papers)
    }

    fn set(&self, gateway: Option<Arc<Gateway>>) {
        *self.running.write().unwrap_or_else(PoisonError::into_inner) = gateway;
    }
}

struct Asked {
    app: Weak<App>,
    out_of_touch: Arc<AtomicBool>,
}

impl Members for Asked {
    fn known(&self, peer: &PublicKey, groups: &[Id]) -> Option<Known> {
        let member = self.app.upgrade()?.member_if_any()?;
        let authority = member.authority();
        let found = authority.by_transport(peer)?;
        let is_in = |group: &&Id| authority.group_role(group, &found.owner).is_some();
        Some(Known {
            owner: found.owner,
            device: found.device,
            role: found.role,
            groups: groups.iter().filter(is_in).copied().collect(),
        })
    }
    fn is_out_of_touch(&self) -> bool {
        self.out_of_touch.load(Ordering::Relaxed)
    }
    fn is_host(&self, device: &PublicKey) -> bool {
        let member = self.app.upgrade().and_then(|app| app.member_if_any());
        member.is_some_and(|m| m.my_policy().is_some_and(|(address, _)| m.is_host(device, &address.owner)))
    }
}

/// Whether what a person or group says about a gateway counts.
pub(super) fn may_host(member: &Member, owner: &Id) -> bool {
    use hedgerow_protocol::authority::GroupRole;
    let authority = member.authority();
    let is_admin = |(person, role): &(Id, GroupRole)| *role == GroupRole::Admin && authority.is_gateway_host(person);
    authority.is_gateway_host(owner) || authority.group_members(owner).iter().any(is_admin)
}

impl Member {
    /// Whether a device may speak for who hosts a gateway.
    pub(super) fn is_host(&self, device: &PublicKey, host: &Id) -> bool {
        self.authority().may_publish(device, host, Kind::GATEWAY_POLICY).is_ok()
    }

    /// What turns owners into other names at this computer's gateway.
    pub(super) fn gateway_secret(&self) -> Option<[u8; 32]> {
        data_encoding::HEXLOWER.decode(self.gateway_kept()?.secret.as_bytes()).ok()?.try_into().ok()
    }

    fn gateway_kept(&self) -> Option<Kept> {
        serde_json::from_slice(&self.core.local(SETUP)?).ok()
    }

    async fn keep_gateway(&self, kept: &Kept) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(kept).map_err(|e| internal("The set-up could not be kept.", e))?;
        Ok(self.core.put_local(SETUP, &bytes).await?)
    }

    fn policy_address(&self, owner: Id) -> Address {
        let key = self.device.transport().public().to_string().into_bytes();
        Address { owner, kind: Kind::GATEWAY_POLICY, key }
    }

    pub(super) fn my_policy(&self) -> Option<(Address, Policy)> {
        let address = self.policy_address(self.gateway_kept()?.owner.parse().ok()?);
        let view = self.core.slot(&address);
        let policy = Policy::from_doc(&doc_of(view.shown()?)?).ok()?;
        Some((address, policy))
    }

    async fn publish_policy(&self, address: &Address, policy: &Policy) -> Result<(), Problem> {
        policy.check().map_err(wrong_policy)?;
        self.authority().may_publish(&self.device.public(), &address.owner, address.kind).map_err(why)?;
        let draft = Draft {
            audience: Audience::Community,
            expires: policy.expires_day(),
            ..Draft::new(address.owner, address.kind, address.key.clone(), doc_to_cbor(&policy.to_doc()))
        };
        let is_same = self.core.slot(address).shown().is_some_and(|r| r.payload().body == draft.body);
        if !is_same {
            self.core.publish(vec![draft]).await?;
        }
        Ok(())
    }
}

fn wrong_policy(e: impl std::fmt::Display) -> Problem {
    invalid(format!("These rules cannot be used: {e}."), "Correct them: hedgerow gateway policy --set FIELD=VALUE")
}

/// Hours as they are signed: no computer reads them otherwise, also none with an older version.
fn tidy(lines: &[String]) -> Result<Vec<String>, Problem> {
    let lines = lines.iter().flat_map(|l| l.split(['\n', ';'])).map(str::trim).filter(|l| !l.is_empty());
    lines.map(|line| tidy_hours(line).map_err(wrong_policy)).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
}

fn tidy_hours_of(policy: &mut Policy) -> Result<(), Problem> {
    policy.hours = tidy(&policy.hours)?;
    for share in &mut policy.reserve.times {
        share.hours = tidy(std::slice::from_ref(&share.hours))?.join("; ");
    }
    Ok(())
}

pub(super) fn not_set_up() -> Problem {
    Problem::new(
        Code::NotFound,
        "This computer is not set up to share its internet.",
        "It has no rules yet.",
        "Set it up: hedgerow gateway setup --help",
    )
}

fn set(doc: &mut Value, change: &PolicySet) -> Result<(), Problem> {
    // What is no JSON is meant as text.
    let value = serde_json::from_str(&change.value).unwrap_or_else(|_| Value::String(change.value.clone()));
    let mut place = doc;
    let mut parts = change.field.split('.').peekable();
    while let Some(part) = parts.next() {
        let wrong =
            || invalid(format!("The rules have no field \"{}\".", change.field), "See them: hedgerow gateway policy");
        let map = place.as_object_mut().ok_or_else(wrong)?;
        if parts.peek().is_none() {
            match value {
                Value::Null => drop(map.remove(part)),
                value => drop(map.insert(part.to_owned(), value)),
            }
            return Ok(());
        }
        place = map.entry(part).or_insert_with(|| Value::Object(Default::default()));
    }
    Ok(())
}

fn list<T>(what: &str, texts: &[String], read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Problem> {
    let one = |text: &String| {
        read(text.trim()).ok_or_else(|| invalid(format!("\"{text}\" is not {what}."), "Correct it and try again."))
    };
    texts.iter().map(one).collect()
}

impl App {
    /// This computer as a gateway.
    pub fn gateway(&self) -> Result<GatewayStatus, Problem> {
        let member = self.member()?;
        let (kept, policy) = (member.gateway_kept(), member.my_policy().map(|(_, policy)| policy));
        let running = self.gateways.running();
        let (state, sentence) = match (&kept, &policy, &running) {
            (None, ..) | (_, None, _) => ("not-set-up", not_set_up().title),
            (Some(_), Some(_), None) => ("off", "It is off: nobody can use this building's internet.".to_owned()),
            (_, Some(_), Some(gateway)) => match gateway.closed() {
                None => ("open", "It is on: members can use this building's internet.".to_owned()),
                Some(Refusal::Paused) => ("paused", Refusal::Paused.words().happened),
                Some(refusal) => ("closed", refusal.sentence()),
            },
        };
        let refusal = running.as_ref().and_then(|g| g.closed()).map(|refusal| refusal.name().to_owned());
        let setup = kept.as_ref().zip(policy.as_ref()).map(|(kept, policy)| again(&member, kept, policy));
        Ok(GatewayStatus {
            refusal: refusal.unwrap_or_default(),
            may_host: member.owner().is_some_and(|owner| may_host(&member, &owner)),
            setup,
            lines: crate::uplink::surroundings::lines(),
            state: state.into(),
            sentence,
            title: policy.as_ref().map(|p| p.title.clone()).unwrap_or_default(),
            way: kept.map(|k| k.way.to_string()).unwrap_or_default(),
            line_up: running.as_ref().is_some_and(|g| g.line_is_up()),
            circuits: running.as_ref().map_or(0, |g| g.share().circuits()),
            circuits_max: policy.as_ref().map_or(0, |p| p.limits.circuits),
            month_bytes: running.as_ref().map_or(0, |g| g.share().month_bytes()),
            rules: policy.as_ref().map(|p| rules(&member, p)).unwrap_or_default(),
            policy: policy.map(|p| p.to_doc()).unwrap_or_default(),
        })
    }

    /// Sets it up, or again.
    pub async fn gateway_setup(self: &Arc<Self>, new: GatewaySetup) -> Result<GatewayStatus, Problem> {
        let member = self.member()?;
        let owner = self.owner(&member, new.as_group.as_deref())?;
        if !may_host(&member, &owner) {
            return Err(Problem::new(
                Code::NotAllowed,
                "You may not share a building's internet yet.",
                "An organiser has to trust you with it first.",
                "Ask an organiser for: hedgerow people grant \"YOUR NAME\" gateway-host",
            ));
        }
        let preset = match new.preset.as_str() {
            "" => Preset::Web,
            name => Preset::from_name(name).ok_or_else(|| {
                invalid("There are no such rules to begin with.", "There are: community-only, web, custom.")
            })?,
        };
        let way = WayOut::parse(&new.way).ok_or_else(|| {
            invalid(
                "How the traffic leaves is not clear.",
                "Write interface:NAME, source:ADDRESS, socks5://ADDRESS:PORT, http://ADDRESS:PORT, or direct.",
            )
        })?;
        let dns = list("the address of a name server", &new.dns, |t| t.parse::<IpAddr>().ok())?;
        if dns.is_empty() && preset != Preset::CommunityOnly {
            return Err(invalid(
                "The gateway needs a name server out on the internet.",
                "Names are never asked of the building's own one. For example: --dns 9.9.9.9",
            ));
        }
        list("a range of addresses", &new.closed, Prefix::parse)?;
        let public = list("an address", &new.public_addresses, |t| t.parse::<IpAddr>().ok())?;
        if let Some(file) = &new.closed_places {
            places(file)?;
        }
        let responsible = Responsible { name: new.responsible.trim().into(), contact: new.contact.trim().into() };
        let mut policy = Policy::preset(preset, &new.title, responsible, &member.time_zone());
        policy.hours = tidy(&new.hours)?;
        policy.pence_per_gb = new.pence_per_gb;
        policy.denied_hosts = new.closed_places.is_some();
        policy.reserve.line_bytes_per_second = (new.line_mbit > 0).then(|| u64::from(new.line_mbit) * 125_000);
        policy.reserve.enforced = true;
        policy.breakout = match &way {
            WayOut::Direct => Breakout::Direct,
            way if way.is_tunnel() => Breakout::Tunnel,
            _ => Breakout::GuestLine,
        };
        let before = member.gateway_kept();
        let old = member.my_policy().map(|(_, policy)| policy);
        if !new.terms.trim().is_empty() {
            let text = new.terms.trim().to_owned();
            let version = match &old {
                Some(old) if old.terms.text == text => old.terms.version,
                Some(old) => old.terms.version + 1,
                None => 1,
            };
            policy.terms = Terms { version, text };
        }
        if !new.agreed_by.trim().is_empty() {
            let on = super::items::day_text(hedgerow_protocol::hlc::day_of_ms(member.core.clock()));
            policy.consent = Some(Consent { by: new.agreed_by.trim().into(), on, own_line: new.own_line });
        }
        let mut doc = policy.to_doc();
        for change in &new.set {
            set(&mut doc, change)?;
        }
        let mut policy = Policy::from_doc(&doc).map_err(wrong_policy)?;
        tidy_hours_of(&mut policy)?;
        policy.check().map_err(wrong_policy)?;
        if !new.dry_run {
            let secret = match &before {
                Some(kept) => kept.secret.clone(),
                None => {
                    let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
                    data_encoding::HEXLOWER.encode(&*seed)
                }
            };
            let on = before.is_some_and(|k| k.on);
            let kept = Kept {
                owner: owner.to_string(),
                way,
                dns,
                closed: new.closed.clone(),
                public,
                places: new.closed_places.clone(),
                secret,
                on,
            };
            member.publish_policy(&member.policy_address(owner), &policy).await?;
            member.keep_gateway(&kept).await?;
            if self.gateways.running().is_some() {
                self.run_gateway(&member).await?;
            }
        }
        let mut shown = self.gateway()?;
        if new.dry_run {
            shown.rules = rules(&member, &policy);
            shown.policy = policy.to_doc();
        }
        Ok(shown)
    }

    /// Opens it.
    pub async fn gateway_start(self: &Arc<Self>) -> Result<GatewayStatus, Problem> {
        let member = self.member()?;
        let kept = member.gateway_kept().ok_or_else(not_set_up)?;
        let (address, mut policy) = member.my_policy().ok_or_else(not_set_up)?;
        if let Err(refusal @ Refusal::NotAgreed) = policy.is_open(member.core.clock() / 1000) {
            return Err(Problem::new(
                Code::NotAllowed,
                refusal.words().happened,
                "The person who answers for the building has to agree to the rules, and to the way out.",
                "With their word: hedgerow gateway setup … --agreed-by \"NAME\" (and --own-line for the building's own line)",
            ));
        }
        if policy.paused {
            policy.paused = false;
            member.publish_policy(&address, &policy).await?;
        }
        member.keep_gateway(&Kept { on: true, ..kept }).await?;
        match self.gateways.running() {
            Some(gateway) => gateway.set_policy(policy),
            None => self.run_gateway(&member).await?,
        }
        self.gateway()
    }

    /// Closes it, also after a restart. Connections end.
    pub async fn gateway_stop(&self) -> Result<GatewayStatus, Problem> {
        let member = self.member()?;
        let kept = member.gateway_kept().ok_or_else(not_set_up)?;
        self.halt_gateway();
        member.keep_gateway(&Kept { on: false, ..kept }).await?;
        self.gateway()
    }

    /// Pauses it: connections end at once, and members are told.
    pub async fn gateway_pause(&self) -> Result<GatewayStatus, Problem> {
        let member = self.member()?;
        let (address, mut policy) = member.my_policy().ok_or_else(not_set_up)?;
        policy.paused = true;
        // What runs here goes first: it must not wait for a disk.
        if let Some(gateway) = self.gateways.running() {
            gateway.set_policy(policy.clone());
        }
        member.publish_policy(&address, &policy).await?;
        self.gateway()
    }

    /// Changes the rules.
    pub async fn gateway_policy(&self, change: PolicyChange) -> Result<GatewayStatus, Problem> {
        // As for the way out: two changes at once must not undo each other.
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        let (address, policy) = member.my_policy().ok_or_else(not_set_up)?;
        let mut doc = policy.to_doc();
        for change in &change.set {
            set(&mut doc, change)?;
        }
        let mut changed = Policy::from_doc(&doc).map_err(wrong_policy)?;
        if change.set.iter().any(|c| c.field.starts_with("hours") || c.field.starts_with("reserve")) {
            tidy_hours_of(&mut changed)?;
        }
        if changed.terms.text != policy.terms.text && changed.terms.version == policy.terms.version {
            changed.terms.version += 1;
        }
        changed.check().map_err(wrong_policy)?;
        if change.dry_run {
            return Ok(GatewayStatus { rules: rules(&member, &changed), policy: changed.to_doc(), ..self.gateway()? });
        }
        member.publish_policy(&address, &changed).await?;
        if let Some(gateway) = self.gateways.running() {
            gateway.set_policy(changed);
        }
        self.gateway()
    }

    pub(super) async fn make_gateway(
        self: &Arc<Self>,
        member: &Arc<Member>,
        counters: std::path::PathBuf,
    ) -> Result<Arc<Gateway>, Problem> {
        let kept = member.gateway_kept().ok_or_else(not_set_up)?;
        let (_, policy) = member.my_policy().ok_or_else(not_set_up)?;
        let egress = Egress::new(kept.way, kept.dns).map_err(|e| internal("The way out cannot be used.", e))?;
        let secret = member.gateway_secret().ok_or_else(not_set_up)?;
        let setup = Setup {
            papers: self.gateways.papers(self, member)?,
            key: member.device.transport().public(),
            egress,
            closed: list("a range of addresses", &kept.closed, Prefix::parse)?,
            public: kept.public,
            denied: kept.places.as_deref().map(places).transpose()?.unwrap_or_default(),
            secret,
            counters: counters.clone(),
        };
        let members = Asked { app: Arc::downgrade(self), out_of_touch: self.gateways.out_of_touch.clone() };
        let core = member.core.clone();
        let clock = Arc::new(move || core.clock() / 1000);
        self.saved(&[&counters], Gateway::start(setup, policy, Arc::new(members), clock).await)
    }

    async fn run_gateway(self: &Arc<Self>, member: &Arc<Member>) -> Result<(), Problem> {
        self.halt_gateway();
        let gateway = self.make_gateway(member, self.dir.path().join("gateway-counters")).await?;
        self.gateways.set(Some(gateway));
        tokio::spawn(keep_policy(Arc::downgrade(self)));
        self.tell_status();
        Ok(())
    }

    pub(super) fn halt_gateway(&self) {
        if let Some(gateway) = self.gateways.running() {
            gateway.stop();
        }
        self.gateways.set(None);
    }

    /// What was on before a restart is on again.
    pub(super) async fn restore_gateway(self: &Arc<Self>) {
        self.halt_gateway();
        let Some(member) = self.member_if_any() else { return };
        if member.gateway_kept().is_some_and(|k| k.on)
            && let Err(problem) = self.run_gateway(&member).await
        {
            tracing::warn!(%problem, "this building's internet could not be shared again");
        }
    }
}

/// The policy may be changed on another computer of the host's; and organisers may not be heard of for long.
async fn keep_policy(app: Weak<App>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(app) = app.upgrade() else { return };
        let (Some(member), Some(gateway)) = (app.member_if_any(), app.gateways.running()) else { return };
        app.gateways.out_of_touch.store(member.is_out_of_touch(), Ordering::Relaxed);
        match member.my_policy() {
            Some((address, policy)) if may_host(&member, &address.owner) => {
                if *gateway.policy() != policy {
                    gateway.set_policy(policy);
                }
            }
            // Withdrawn, hidden, or the host may not any more.
            _ => app.halt_gateway(),
        }
    }
}

fn places(file: &str) -> Result<HostList, Problem> {
    let wrong = |e: String| {
        invalid(
            format!("The file of closed places cannot be used: {e}."),
            "Name a file of this computer with one place a line.",
        )
    };
    let size = std::fs::metadata(file).map_err(|e| wrong(e.to_string()))?.len();
    if size > PLACES_BYTES_MAX {
        return Err(wrong(format!("it is larger than {PLACES_BYTES_MAX} bytes")));
    }
    let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    Ok(HostList::parse(&text).0)
}

/// What is not a field of a set-up, but was changed in the rules since.
const CHANGED: [&str; 7] = ["closed", "who", "ports", "udp", "limits", "recorded", "expires"];

/// What sets it up as it is.
fn again(member: &Member, kept: &Kept, policy: &Policy) -> GatewaySetup {
    let doc = policy.to_doc();
    let field = |name: &str| Some(PolicySet { field: name.into(), value: doc.get(name)?.to_string() });
    let mut set: Vec<PolicySet> = CHANGED.into_iter().filter_map(field).collect();
    // The rest of it comes from the speed of the line.
    for name in ["percent", "times"] {
        let value = doc["reserve"][name].to_string();
        set.push(PolicySet { field: format!("reserve.{name}"), value });
    }
    let line = policy.reserve.line_bytes_per_second.unwrap_or_default() / 125_000;
    GatewaySetup {
        title: policy.title.clone(),
        responsible: policy.responsible.name.clone(),
        contact: policy.responsible.contact.clone(),
        preset: policy.preset.name().into(),
        way: kept.way.to_string(),
        dns: kept.dns.iter().map(IpAddr::to_string).collect(),
        hours: policy.hours.clone(),
        terms: policy.terms.text.clone(),
        pence_per_gb: policy.pence_per_gb,
        line_mbit: u32::try_from(line).unwrap_or(u32::MAX),
        closed: kept.closed.clone(),
        public_addresses: kept.public.iter().map(IpAddr::to_string).collect(),
        closed_places: kept.places.clone(),
        set,
        agreed_by: policy.consent.as_ref().map(|c| c.by.clone()).unwrap_or_default(),
        own_line: policy.consent.as_ref().is_some_and(|c| c.own_line),
        as_group: Some(kept.owner.clone()).filter(|owner| member.owner().is_none_or(|me| me.to_string() != *owner)),
        dry_run: false,
    }
}
