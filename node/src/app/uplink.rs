//! My way to the internet through a building of the community.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Instant;

use hedgerow_api::{EventKind, Gateway, Problem, Uplink, UplinkSet, UplinkTest, UplinkTested};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::listing::At;
use hedgerow_protocol::uplink::statement::Entry;
use hedgerow_protocol::uplink::talk::{Hello, State};
use hedgerow_protocol::uplink::{Moment, Policy, Target};
use serde::{Deserialize, Serialize};

use super::gateway::may_host;
use super::items::doc_of;
use super::problems::{internal, invalid, not_found};
use super::{App, Member, locked};
use crate::core::Query;
use crate::uplink::choose::{Chooser, Offer, Offers, Standing};
use crate::uplink::ledger::{Ledger, Terms};
use crate::uplink::proxy::Proxy;

/// My choice, under this name among the private values.
const CHOICE: &str = "uplink/choice";
/// The port that programs are pointed at, unless something else has it.
const PORT: u16 = 4849;
/// Gateways looked at.
const GATEWAYS_MAX: usize = 200;

/// What I chose.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Choice {
    on: bool,
    pinned: Option<String>,
    /// The version of the terms I agreed to, by gateway.
    terms: BTreeMap<String, u32>,
    pence_per_gb: u32,
    /// The most I pay in a month.
    #[serde(default)]
    ceiling_pence: u64,
    port: Option<u16>,
}

/// Where my receipts are kept, in the data directory.
const RECEIPTS: &str = "uplink-receipts";

/// The proxy, while it is used; and my account in a community.
#[derive(Default)]
pub(super) struct Way(Mutex<Option<(Arc<Chooser>, Proxy)>>, Mutex<Option<(Id, Arc<Ledger>)>>);

/// A size in words.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

struct Known(Weak<App>);

impl Offers for Known {
    fn offers(&self) -> Vec<Offer> {
        let Some(app) = self.0.upgrade() else { return Vec::new() };
        let Some(member) = app.member_if_any() else { return Vec::new() };
        let choice = member.choice();
        let linked = app.links().map(|l| l.neighbours(None)).unwrap_or_default();
        let all = member.gateways().into_iter();
        let wanted = all.filter(|(key, _)| choice.pinned.as_ref().is_none_or(|p| *p == key.to_string()));
        wanted
            .map(|(key, policy)| Offer {
                key,
                terms: terms(&policy, member.core.clock()),
                next_month: next_month(&policy, member.core.clock()),
                linked: linked.iter().any(|n| n.linked && n.key == key.to_string()),
                hello: hello(&choice, &key, &policy),
                pence_per_gb: policy.pence_per_gb,
                title: policy.title,
            })
            .collect()
    }

    fn entry(&self, gateway: &PublicKey, wire: &[u8]) -> Option<Entry> {
        let member = self.0.upgrade()?.member_if_any()?;
        let entry = Entry::verify(&member.community, wire).ok()?;
        let (_, host, _) = member.gateways_with_hosts().into_iter().find(|(key, ..)| key == gateway)?;
        let is_it = entry.gateway == *gateway && Some(entry.member) == member.owner();
        (is_it && member.is_host(&entry.signer, &host)).then_some(entry)
    }

    fn turned(&self) {
        // The status says through which building the internet is reached.
        if let Some(app) = self.0.upgrade() {
            app.news.tell(EventKind::Status, None);
        }
    }
}

/// How a gateway counts now.
fn terms(policy: &Policy, now_ms: u64) -> Terms {
    let at = At::new(&policy.time_zone, now_ms).ok();
    Terms {
        month: at.as_ref().map_or(0, At::month_count),
        day: at.as_ref().map_or(0, At::day_count),
        pence_per_gb: policy.pence_per_gb,
        floor_bytes: policy.limits.floor_bytes,
    }
}

fn next_month(policy: &Policy, now_ms: u64) -> Option<Moment> {
    let at = At::new(&policy.time_zone, now_ms).ok()?;
    Some(Moment::new(at.next_month_second(), &at))
}

fn hello(choice: &Choice, key: &PublicKey, policy: &Policy) -> Hello {
    Hello {
        terms: choice.terms.get(&key.to_string()).copied(),
        // No charge before there is a limit for the month.
        pence_per_gb: (policy.pence_per_gb > 0 && choice.pence_per_gb > 0 && choice.ceiling_pence > 0)
            .then_some(choice.pence_per_gb),
    }
}

impl Member {
    fn choice(&self) -> Choice {
        self.core.local(CHOICE).and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    async fn choose(&self, choice: &Choice) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(choice).map_err(|e| internal("The choice could not be kept.", e))?;
        Ok(self.core.put_local(CHOICE, &bytes).await?)
    }

    /// Gateways of hosts who may be one, but for this computer, with their rules.
    pub(super) fn gateways(&self) -> Vec<(PublicKey, Policy)> {
        self.gateways_with_hosts().into_iter().map(|(key, _, policy)| (key, policy)).collect()
    }

    /// The same, with who hosts each.
    fn gateways_with_hosts(&self) -> Vec<(PublicKey, Id, Policy)> {
        let query = Query { kinds: vec![Kind::GATEWAY_POLICY], limit: GATEWAYS_MAX, ..Query::default() };
        let page = self.core.find(&query);
        let authority = self.authority();
        let me = self.device.transport().public();
        let read = |record: &hedgerow_protocol::record::Record| {
            let key: PublicKey = std::str::from_utf8(&record.payload().key).ok()?.parse().ok()?;
            let is_known = authority.by_transport(&key).is_some() && key != me && may_host(self, &record.owner());
            let policy = Policy::from_doc(&doc_of(record)?).ok()?;
            is_known.then_some((key, record.owner(), policy))
        };
        self.core.records(&page).iter().filter_map(read).collect()
    }

    pub(super) fn gateway_of(&self, typed: &str) -> Result<(PublicKey, Policy), Problem> {
        let lower = typed.trim().to_lowercase();
        let mut all = self.gateways();
        all.retain(|(key, policy)| {
            policy.title.to_lowercase() == lower || (lower.len() >= 8 && key.to_string().starts_with(&lower))
        });
        match all.len() {
            1 => Ok(all.remove(0)),
            0 => Err(Problem {
                action: "See which there are: hedgerow uplink status".into(),
                ..not_found("building that shares its internet called", typed)
            }),
            _ => Err(invalid(
                "More than one building has that name.",
                format!("Use its key: {}", all.iter().map(|(k, _)| k.to_string()).collect::<Vec<_>>().join(", ")),
            )),
        }
    }
}

impl App {
    fn chooser(&self) -> Option<Arc<Chooser>> {
        locked(&self.way.0).as_ref().map(|(chooser, _)| chooser.clone())
    }

    /// My account with the gateways of a community.
    pub(super) fn ledger(&self, member: &Member) -> Result<Arc<Ledger>, Problem> {
        let mut kept = locked(&self.way.1);
        if let Some((community, ledger)) = &*kept
            && *community == member.community
        {
            return Ok(ledger.clone());
        }
        let file = self.dir.path().join(RECEIPTS);
        let ledger = Ledger::open(file.clone(), member.community, member.device.clone());
        let ledger = Arc::new(self.saved(&[&file], ledger)?);
        *kept = Some((member.community, ledger.clone()));
        Ok(ledger)
    }

    /// The building through which I reach the internet right now.
    pub(super) fn reached_through(&self) -> Option<String> {
        let chooser = self.chooser()?;
        chooser.order().into_iter().find(|o| words(&chooser.standing(&o.key), true).0).map(|o| o.title)
    }

    /// How I reach the internet.
    pub fn uplink(&self) -> Result<Uplink, Problem> {
        let member = self.member()?;
        let (choice, chooser) = (member.choice(), self.chooser());
        let port = locked(&self.way.0).as_ref().map(|(_, proxy)| proxy.port);
        let order: Vec<PublicKey> = chooser.iter().flat_map(|c| c.order()).map(|o| o.key).collect();
        let place = |key: &PublicKey| order.iter().position(|k| k == key).unwrap_or(usize::MAX);
        let mut found = member.gateways();
        found.sort_by_key(|(key, policy)| (place(key), policy.title.clone(), *key));
        let used = chooser.as_ref().map(|c| c.used()).unwrap_or_default();
        let gateways: Vec<Gateway> = found
            .into_iter()
            .map(|(key, policy)| {
                let standing = chooser.as_ref().map(|c| c.standing(&key)).unwrap_or_default();
                let (open, sentence, left) = words(&standing, chooser.is_some());
                let refusal = match &standing {
                    Standing::Says(state) => state.closed.map_or("", |refusal| refusal.name()),
                    Standing::Gone => "gone",
                    Standing::Unknown if chooser.is_some() => "asking",
                    Standing::Unknown => "not-asked",
                };
                let name = key.to_string();
                let is_agreed = policy.terms.version == 0 || choice.terms.get(&name) == Some(&policy.terms.version);
                let (bytes_up, bytes_down) = used.get(&key).copied().unwrap_or_default();
                Gateway {
                    pinned: choice.pinned.as_ref() == Some(&name),
                    key: name,
                    open,
                    sentence,
                    responsible: policy.responsible.name,
                    contact: policy.responsible.contact,
                    pence_per_gb: policy.pence_per_gb,
                    bytes_left: left.0,
                    seconds_left: left.1,
                    terms: if is_agreed { String::new() } else { policy.terms.text },
                    terms_version: policy.terms.version,
                    bytes_up,
                    bytes_down,
                    refusal: refusal.into(),
                    day_bytes: policy.limits.day_bytes,
                    day_seconds: policy.limits.day_seconds,
                    hours: policy.hours,
                    title: policy.title,
                }
            })
            .collect();
        let ready = chooser.is_some() && gateways.iter().any(|g| g.open);
        let sentence = match (&chooser, gateways.iter().find(|g| g.open), gateways.first()) {
            (None, _, None) => "No building of your community shares its internet yet.".to_owned(),
            (None, _, Some(_)) => "It is off. Turn it on: hedgerow uplink auto".to_owned(),
            (Some(_), Some(open), _) => format!("You reach the internet through {}.", open.title),
            (Some(_), None, Some(first)) => format!("{}: {}", first.title, first.sentence),
            (Some(_), None, None) => "No building of your community shares its internet right now.".to_owned(),
        };
        let refused = chooser.as_ref().and_then(|c| c.refused());
        Ok(Uplink {
            pence_per_gb: choice.pence_per_gb,
            ceiling_pence: choice.ceiling_pence,
            mode: match (&choice.pinned, choice.on) {
                (_, false) => "off",
                (Some(_), true) => "pinned",
                (None, true) => "auto",
            }
            .into(),
            sentence,
            ready,
            proxy: port.map(|p| format!("127.0.0.1:{p}")),
            pac: port.map(|p| format!("http://127.0.0.1:{p}/proxy.pac")),
            last_refusal: refused.map(|(r, title)| format!("{title}: {}", r.sentence())).unwrap_or_default(),
            gateways,
        })
    }

    /// Chooses a way.
    pub async fn uplink_set(self: &Arc<Self>, set: UplinkSet) -> Result<Uplink, Problem> {
        // Two that change different parts of it at once must not undo each other.
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        let mut choice = member.choice();
        match set.mode.trim() {
            "" => {}
            "off" => choice.on = false,
            "auto" => (choice.on, choice.pinned) = (true, None),
            typed => (choice.on, choice.pinned) = (true, Some(member.gateway_of(typed)?.0.to_string())),
        }
        if let Some(typed) = &set.accept_terms {
            let (key, policy) = member.gateway_of(typed)?;
            choice.terms.insert(key.to_string(), policy.terms.version);
        }
        if let Some(pence) = set.pence_per_gb {
            choice.pence_per_gb = pence;
        }
        if let Some(pence) = set.ceiling_pence {
            choice.ceiling_pence = pence;
        }
        if choice.pence_per_gb > 0 && choice.ceiling_pence == 0 {
            return Err(invalid(
                "There is no limit yet for what you pay in a month.",
                "Nothing is charged without one. For a limit of 5 pounds add: --ceiling 500",
            ));
        }
        if set.dry_run {
            return self.uplink();
        }
        member.choose(&choice).await?;
        self.restore_uplink().await?;
        self.uplink()
    }

    /// Tries to reach a place, and says how it went.
    pub async fn uplink_test(&self, test: UplinkTest) -> Result<UplinkTested, Problem> {
        let chooser = self
            .chooser()
            .ok_or_else(|| invalid("The way to the internet is off.", "Turn it on: hedgerow uplink auto"))?;
        let target = Target::typed(&test.target).map_err(|e| {
            invalid(
                format!("That is not a place on the internet: {e}."),
                "Write it like https://example.org or example.org:443.",
            )
        })?;
        let from = Instant::now();
        let opened = chooser.open(&target.to_text()).await;
        let took_ms = from.elapsed().as_millis() as u64;
        let member = self.member()?;
        Ok(match opened {
            Ok(opened) => {
                let key = opened.count.gateway;
                let through = member.gateways().into_iter().find(|(k, _)| *k == key).map(|(_, p)| p.title);
                let through = through.unwrap_or_default();
                UplinkTested { works: true, sentence: format!("It works, through {through}."), through, took_ms }
            }
            Err(refusal) => UplinkTested {
                works: false,
                sentence: refusal.sentence(),
                through: chooser.refused().map(|(_, title)| title).unwrap_or_default(),
                took_ms,
            },
        })
    }

    /// The proxy runs when it was chosen to, also after a restart.
    pub(super) async fn restore_uplink(self: &Arc<Self>) -> Result<(), Problem> {
        let Some(member) = self.member_if_any() else {
            *locked(&self.way.0) = None;
            return Ok(());
        };
        let mut choice = member.choice();
        if !choice.on {
            *locked(&self.way.0) = None;
        }
        let ledger = self.ledger(&member)?;
        ledger.set_ceiling(choice.ceiling_pence);
        if !choice.on {
            return Ok(());
        }
        if locked(&self.way.0).is_some() {
            return Ok(());
        }
        let chooser = Chooser::start(self.flows.clone(), Arc::new(Known(Arc::downgrade(self))), ledger);
        let wanted = choice.port.unwrap_or(PORT);
        let mut proxy = Proxy::open(wanted, chooser.clone()).await;
        if proxy.is_err() {
            proxy = Proxy::open(0, chooser.clone()).await;
        }
        let proxy = proxy.map_err(|e| internal("Programs of this computer cannot be given a way out.", e))?;
        if choice.port != Some(proxy.port) {
            choice.port = Some(proxy.port);
            member.choose(&choice).await?;
        }
        *locked(&self.way.0) = Some((chooser, proxy));
        Ok(())
    }
}

/// Whether it can be used, a sentence about it, and what is left.
fn words(standing: &Standing, is_on: bool) -> (bool, String, (Option<u64>, Option<u64>)) {
    match standing {
        Standing::Says(State { closed: None, left, .. }) => {
            // A voucher may last for longer than a day's share does.
            let (days, minutes) = (left.1.map(|s| s / 86_400).filter(|days| *days > 0), left.1.map(|s| s / 60));
            let time = days.map(|d| format!("{d} days")).or(minutes.map(|m| format!("{m} minutes")));
            let parts: Vec<String> = left.0.map(size).into_iter().chain(time).collect();
            let sentence = match (parts.is_empty(), days) {
                (true, _) => "Open.".to_owned(),
                (false, None) => format!("Open. Left for you today: {}.", parts.join(" and ")),
                (false, Some(_)) => format!("Open. Left for you: {}.", parts.join(" and ")),
            };
            (true, sentence, *left)
        }
        Standing::Says(State { closed: Some(refusal), .. }) => (false, refusal.sentence(), (None, None)),
        Standing::Gone => (false, "Its computer cannot be reached right now.".into(), (None, None)),
        Standing::Unknown if is_on => (false, "Asking how it is.".into(), (None, None)),
        Standing::Unknown => (false, "Not asked, since the way is off.".into(), (None, None)),
    }
}
