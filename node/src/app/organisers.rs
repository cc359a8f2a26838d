//! Organisers: who they are, changes that they decide together, and what the key holders decide.
//!
//! A change is a proposal that enough of those who are organisers now approve. Two that both got enough would split the
//! community, so nobody is led into approving two. Not for: what organisers do with their role.

use std::collections::BTreeSet;

use hedgerow_api::{
    Code, ContentChoice, KeyHolderSign, Organiser, OrganiserProposal, Organisers, OrganisersApprove, OrganisersChange,
    OrganisersChanged, Problem, Severity, Warning,
};
use hedgerow_protocol::authority::body::{Body, Propose};
use hedgerow_protocol::authority::build::Change;
use hedgerow_protocol::authority::explain::Fact;
use hedgerow_protocol::authority::{Authority, Proposal, Role, StewardSet, build};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{CEILING_MIB_MAX, CEILING_MIB_MIN, STEWARDS_MAX};
use hedgerow_protocol::record::Record;
use hedgerow_protocol::rollcall::Heard;

use super::problems::{invalid, not_found, why};
use super::removal::parts;
use super::why::listed;
use super::{App, Member};
use crate::identity::{Keys, seed_of_words};

/// Digits of a proposal's id that people type.
const CODE_DIGITS: usize = 8;

fn code_of(id: &Id) -> String {
    id.to_string()[..CODE_DIGITS].to_owned()
}

impl Member {
    fn organiser(&self, set: &StewardSet, heard: &Heard, key: &PublicKey) -> Organiser {
        let person = self.authority().person_of_key_ever(key);
        Organiser {
            person: person.map(|p| p.to_string()).unwrap_or_default(),
            name: person.map_or_else(|| format!("somebody ({})", &key.to_string()[..8]), |p| self.called(&p)),
            me: person.is_some() && person == self.person,
            heard_ms: person.and_then(|p| self.heard_of(heard, &p)),
            // With a new key, only once that is seated.
            acts: set.acting.contains(key) && person.is_none_or(|p| self.authority().key_of(&p) == Some(*key)),
        }
    }

    fn names_of(&self, set: &StewardSet, keys: &[PublicKey]) -> Vec<String> {
        let heard = Heard::default();
        keys.iter().map(|k| self.organiser(set, &heard, k).name).collect()
    }

    fn my_key(&self) -> Option<PublicKey> {
        self.authority().key_of(&self.person?)
    }

    /// What a proposal changes beside the organisers, as far as it is different.
    fn changes(&self, set: &StewardSet, proposal: &Id) -> Change {
        let record = self.core.record(proposal);
        let said = record.and_then(|r| Propose::decode(&r.payload().body).ok());
        Change {
            open: said.as_ref().and_then(|p| p.open).filter(|open| *open != set.is_open),
            ceiling_mib: said.and_then(|p| p.ceiling).filter(|mib| *mib != set.ceiling_mib),
        }
    }

    fn proposal(&self, set: &StewardSet, p: &Proposal) -> OrganiserProposal {
        let without =
            |a: &[PublicKey], b: &[PublicKey]| a.iter().filter(|k| !b.contains(k)).copied().collect::<Vec<_>>();
        let joins = self.names_of(set, &without(&p.stewards, &set.seats));
        let leaves = self.names_of(set, &without(&set.seats, &p.stewards));
        let mut said = Vec::new();
        let verb =
            |names: &[String], one: &str, more: &str| if names.len() == 1 { one.to_owned() } else { more.to_owned() };
        if !joins.is_empty() {
            said.push(format!("{} {}.", listed(&joins), verb(&joins, "becomes an organiser", "become organisers")));
        }
        if !leaves.is_empty() {
            said.push(format!(
                "{} {}.",
                listed(&leaves),
                verb(&leaves, "stops being an organiser", "stop being organisers")
            ));
        }
        let changes = self.changes(set, &p.id);
        if let Some(mib) = changes.ceiling_mib {
            said.push(format!("Everything published together may come to {mib} MiB."));
        }
        match changes.open {
            Some(true) => said.push("Newcomers may enter by themselves.".into()),
            Some(false) => said.push("Newcomers may no more enter by themselves.".into()),
            None => {}
        }
        if said.is_empty() {
            said.push("The organisers stay as they are.".into());
        }
        OrganiserProposal {
            code: code_of(&p.id),
            id: p.id.to_string(),
            text: said.join(" "),
            organisers: p.stewards.iter().map(|k| self.organiser(set, &Heard::default(), k)).collect(),
            approved: self.names_of(set, &p.approved),
            missing: p.needed.saturating_sub(p.approved.len()) as u64,
            approved_by_me: self.my_key().is_some_and(|k| p.approved.contains(&k)),
            split: set.split.contains(&p.id),
        }
    }

    fn organisers(&self) -> Organisers {
        let authority = self.authority();
        let set = authority.stewards();
        let heard = self.heard();
        let mut organisers: Vec<Organiser> = set.seats.iter().map(|k| self.organiser(&set, &heard, k)).collect();
        organisers
            .sort_by(|a, b| (!a.me, a.name.to_lowercase(), &a.person).cmp(&(!b.me, b.name.to_lowercase(), &b.person)));
        Organisers {
            organisers,
            needed: set.quorum as u64,
            open: set.is_open,
            space_mib: set.ceiling_mib,
            split: !set.split.is_empty(),
            fixed: set.is_fixed,
            key_holders_needed: authority.founding().roots_needed,
            key_holders_signed: signed_by_roots(
                &authority,
                |b| matches!(b, Body::Checkpoint(c) if c.epoch == set.epoch),
            ),
            changes: set.number as u64,
            proposals: authority.proposals().iter().map(|p| self.proposal(&set, p)).collect(),
        }
    }

    /// The open proposal of a code.
    fn proposal_of(&self, code: &str) -> Result<Proposal, Problem> {
        let code = code.trim().to_lowercase();
        let all = self.authority().proposals();
        let mut found = all.into_iter().filter(|p| code.len() >= 4 && p.id.to_string().starts_with(&code));
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err(invalid("More than one proposal has that code.", "Type more of its digits.")),
            _ => Err(Problem::new(
                Code::NotFound,
                format!("There is no open proposal \"{}\".", code.chars().take(80).collect::<String>()),
                "It may hold already, or have been overtaken by another one, or not have arrived yet.",
                "See the open ones: hedgerow organisers",
            )),
        }
    }

    /// Refuses when I approved another proposal: two that both get enough would split the community.
    fn unless_approved_another(&self, wanted: Option<&Id>, even_so: bool) -> Result<(), Problem> {
        let Some(me) = self.my_key() else { return Ok(()) };
        let all = self.authority().proposals();
        let other = all.iter().find(|p| Some(&p.id) != wanted && p.approved.contains(&me));
        match other {
            Some(other) if !even_so => Err(Problem::new(
                Code::ApprovedAnother,
                "You approved another proposal.",
                format!(
                    "If {} gets enough approvals too, the community is split until the key holders decide.",
                    code_of(&other.id)
                ),
                "Agree with the other organisers which one it is to be. If nobody will approve that one: --even-so",
            )),
            _ => Ok(()),
        }
    }

    async fn approve(&self, proposal: Id) -> Result<(), Problem> {
        let make = move |a: &Authority, device: &SecretKey, now| build::approve(a, device, proposal, now);
        self.core.publish_authority(make).await?;
        Ok(())
    }

    /// How a proposal stands now.
    fn changed(&self, proposal: Id) -> OrganisersChanged {
        let now = self.organisers();
        let open = now.proposals.iter().find(|p| p.id == proposal.to_string());
        let holds = self.authority().stewards().epoch == proposal;
        let missing = open.map_or(0, |p| p.missing);
        let text = match (holds, open) {
            (true, _) => {
                let names: Vec<String> = now.organisers.iter().map(|o| o.name.clone()).collect();
                format!(
                    "It holds. {} now: {}.",
                    if names.len() == 1 { "Organiser" } else { "Organisers" },
                    listed(&names)
                )
            }
            (false, Some(p)) if p.split => "It contradicts another change: the key holders have to decide.".into(),
            (false, Some(p)) => format!("{} {} needed.", p.text, super::status::count(missing, "more approval")),
            (false, None) => "It was overtaken by another change.".into(),
        };
        let code = open.filter(|_| !holds).map(|p| p.code.clone());
        OrganisersChanged { holds, text, code, missing, now }
    }

    /// Whether somebody was let in besides being an organiser.
    fn has_other_basis(&self, person: &Id) -> bool {
        self.authority().explain(person).iter().any(|f| matches!(f, Fact::Admitted { holds: true, .. }))
    }

    /// The community's own content by those who leave, names first: as much of it as fits one proposal.
    fn community_content_of(&self, leaving: &[Id], cuts: usize) -> Result<Vec<Id>, Problem> {
        let authority = self.authority();
        let devices: Vec<PublicKey> = leaving.iter().flat_map(|p| authority.all_devices_of(p)).collect();
        let mut words = self.core.last_words(&devices);
        words.retain(|w| w.owner == self.community && !w.withdrawn && w.kind != Kind::ROLL_CALL);
        words.sort_by_key(|w| w.kind != Kind::PROFILE);
        let ids: Vec<Id> = words.iter().map(|w| w.id).collect();
        // Seats and cuts take room too.
        Ok(parts(&ids[..ids.len().min(100)], cuts + 2 * STEWARDS_MAX)?.swap_remove(0))
    }
}

/// How many root keys signed a record that says so.
fn signed_by_roots(authority: &Authority, says: impl Fn(&Body) -> bool) -> u64 {
    let roots = &authority.founding().roots;
    let by: BTreeSet<PublicKey> = authority
        .records()
        .filter(|r| {
            matches!(r.payload().kind, Kind::CHECKPOINT | Kind::ARBITRATE) && roots.contains(&r.payload().device)
        })
        .filter(|r| Body::decode(r.payload().kind, &r.payload().body).ok().flatten().is_some_and(|b| says(&b)))
        .map(|r: &Record| r.payload().device)
        .collect();
    by.len() as u64
}

impl App {
    /// Who the organisers are, and what they are asked to decide.
    pub fn organisers(&self) -> Result<Organisers, Problem> {
        Ok(self.member()?.organisers())
    }

    /// Proposes a change and approves it.
    pub async fn organisers_propose(&self, change: OrganisersChange) -> Result<OrganisersChanged, Problem> {
        let member = self.member()?;
        let authority = member.authority();
        authority.may_publish(&member.device.public(), &member.community, Kind::PROPOSE).map_err(why)?;
        let set = authority.stewards();
        let (stewards, leaving) = wanted(&member, &set, &change)?;
        if change.space_mib.is_some_and(|mib| !(CEILING_MIB_MIN..=CEILING_MIB_MAX).contains(&mib)) {
            return Err(invalid(
                "That is not a size for what is published.",
                format!("It has to be from {CEILING_MIB_MIN} to {CEILING_MIB_MAX} MiB."),
            ));
        }
        let asked = Change {
            open: change.open.filter(|open| *open != set.is_open),
            ceiling_mib: change.space_mib.filter(|mib| *mib != set.ceiling_mib),
        };
        let same = |p: &&Proposal| p.stewards == stewards && member.changes(&set, &p.id) == asked;
        if let Some(p) = authority.proposals().iter().find(same) {
            // Somebody proposed the very same: two of the kind would contradict each other.
            return self.organisers_approve(&p.id.to_string(), OrganisersApprove { even_so: change.even_so }).await;
        }
        member.unless_approved_another(None, change.even_so)?;
        // Whoever stops being an organiser stays a member. The founder is one by nothing else: a split that keeps her from
        // acting must not cut her off from hearing of it.
        let stay = leaving.iter().copied().filter(|_| !change.out);
        for person in stay.chain(member.person.filter(|me| !leaving.contains(me))).collect::<BTreeSet<_>>() {
            if !member.has_other_basis(&person) {
                let make = move |a: &Authority, device: &SecretKey, now| build::admit(a, device, person, None, now);
                member.core.publish_authority(make).await?;
            }
        }
        let cuts = leaving.iter().map(|p| super::removal::cuts_of(&authority, p) + 2).sum();
        let keep = member.community_content_of(&leaving, cuts)?;
        let said = Change { open: change.open, ceiling_mib: change.space_mib };
        let make = move |a: &Authority, device: &SecretKey, now| build::propose(a, device, &stewards, said, &keep, now);
        let id = member.core.publish_authority(make).await?.id();
        member.approve(id).await?;
        if change.out && member.authority().epoch() == id {
            for person in leaving {
                let keep: Vec<Id> =
                    member.kept_of_person(&person, ContentChoice::Keep).into_iter().map(|w| w.id).collect();
                member.revoke(person, false, &keep).await?;
            }
        }
        Ok(member.changed(id))
    }

    /// Approves a proposal.
    pub async fn organisers_approve(&self, code: &str, how: OrganisersApprove) -> Result<OrganisersChanged, Problem> {
        let member = self.member()?;
        let authority = member.authority();
        authority.may_publish(&member.device.public(), &member.community, Kind::APPROVE).map_err(why)?;
        let proposal = member.proposal_of(code)?;
        if !member.my_key().is_some_and(|me| proposal.approved.contains(&me)) {
            member.unless_approved_another(Some(&proposal.id), how.even_so)?;
            member.approve(proposal.id).await?;
        }
        Ok(member.changed(proposal.id))
    }

    /// As a key holder, says which proposal holds: after a split, or when too few organisers are left to decide.
    pub async fn organisers_decide(&self, code: &str, sign: KeyHolderSign) -> Result<OrganisersChanged, Problem> {
        let member = self.member()?;
        let root = self.root_key(&member, &sign)?;
        let proposal = member.proposal_of(code)?;
        let (parent, child) = (member.authority().epoch(), proposal.id);
        let make = move |a: &Authority, _: &SecretKey, now| build::arbitrate(a, &root, parent, child, now);
        member.core.publish_authority(make).await?;
        let mut changed = member.changed(child);
        if !changed.holds {
            let signed = signed_by_roots(
                &member.authority(),
                |b| matches!(b, Body::Arbitrate(x) if x.child == child && x.parent == parent),
            );
            changed.text = key_holders(signed, changed.now.key_holders_needed);
        }
        Ok(changed)
    }

    /// As a key holder, fixes the organisers that hold.
    pub async fn organisers_fix(&self, sign: KeyHolderSign) -> Result<OrganisersChanged, Problem> {
        let member = self.member()?;
        let set = member.authority().stewards();
        if !set.split.is_empty() {
            return Err(why(hedgerow_protocol::authority::Why::Split));
        }
        let root = self.root_key(&member, &sign)?;
        if !set.is_fixed {
            let make = move |a: &Authority, _: &SecretKey, now| build::checkpoint(a, &root, now);
            member.core.publish_authority(make).await?;
        }
        let now = member.organisers();
        let text = match now.fixed {
            true => "The organisers are fixed: nothing decided before can split the community.".to_owned(),
            false => key_holders(now.key_holders_signed, now.key_holders_needed),
        };
        Ok(OrganisersChanged { holds: now.fixed, text, code: None, missing: 0, now })
    }

    /// The key of a key holder: from its 24 words, else the one kept since the community was started here.
    fn root_key(&self, member: &Member, sign: &KeyHolderSign) -> Result<SecretKey, Problem> {
        let key = match &sign.words {
            Some(words) => Some(SecretKey::from_seed(&*seed_of_words(words)?)),
            None => Keys::root(&self.dir)?,
        };
        let key = key.filter(|k| member.authority().founding().roots.contains(&k.public()));
        key.ok_or_else(|| {
            Problem::new(
                Code::KeyNeeded,
                "This needs a key holder.",
                match sign.words {
                    Some(_) => "These words are not those of a key holder of this community.",
                    None => "The key is kept on the computer where the community was started, and is not here.",
                },
                "Do it on that computer, or with the 24 words of the key: --key-file FILE",
            )
        })
    }
}

fn key_holders(signed: u64, needed: u64) -> String {
    format!("{signed} of {needed} key holders have signed.")
}

/// The seats a change asks for, ascending, and who leaves.
fn wanted(member: &Member, set: &StewardSet, change: &OrganisersChange) -> Result<(Vec<PublicKey>, Vec<Id>), Problem> {
    let authority = member.authority();
    let mut seats: BTreeSet<PublicKey> = set.seats.iter().copied().collect();
    for typed in &change.add {
        let id = member.person_of(typed)?;
        let person = authority.person(&id).ok_or_else(|| not_found("person", typed))?;
        if person.role == Role::Newcomer {
            return Err(Problem::new(
                Code::Refused,
                format!("{} is a newcomer.", member.called(&id)),
                "Only a member can become an organiser.",
                format!("Let them in first: hedgerow people allow {}", member.typed(&id)),
            ));
        }
        // Whoever got a new key gives up the seat of the old one with it.
        authority.keys_of(&id).iter().for_each(|key| {
            seats.remove(key);
        });
        seats.insert(person.key);
    }
    let me = if change.step_down { member.person } else { None };
    let named = change.remove.iter().map(|typed| member.anybody_of(typed)).collect::<Result<Vec<_>, _>>()?;
    let mut leaving = Vec::new();
    for id in named.into_iter().chain(me) {
        let key = authority.keys_of(&id).into_iter().find(|k| set.seats.contains(k));
        let key = key.ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                format!("{} is not an organiser.", member.called(&id)),
                "Nothing was changed.",
                "See who is: hedgerow organisers",
            )
        })?;
        if seats.remove(&key) {
            leaving.push(id);
        }
    }
    if seats.is_empty() {
        return Err(Problem::new(
            Code::Refused,
            "There has to be an organiser.",
            "Nobody would be left to look after the community.",
            "Add somebody first: hedgerow organisers add NAME",
        ));
    }
    if seats.len() > STEWARDS_MAX {
        return Err(Problem::new(
            Code::Refused,
            "There are as many organisers as there may be.",
            format!("It can be {STEWARDS_MAX} at most."),
            "Take one out in the same go, or give a special role instead: hedgerow people grant NAME invites=100",
        ));
    }
    let stewards: Vec<PublicKey> = seats.into_iter().collect();
    if stewards == set.seats && change.open.is_none_or(|open| open == set.is_open) {
        return Err(invalid("Nothing would change.", "See how it is now: hedgerow organisers"));
    }
    Ok((stewards, leaving))
}

/// What members should know about organisers and keys.
pub fn warnings(member: &Member) -> Vec<Warning> {
    let authority = member.authority();
    let set = authority.stewards();
    let mut all = Vec::new();
    let mut warn = |code: &str, severity, title: &str, text: String, action: String| {
        all.push(Warning { code: code.into(), severity, title: title.into(), text, action });
    };
    if authority.needs_rules().is_some() {
        warn(
            "update-needed",
            Severity::Problem,
            "This computer needs an update.",
            "The community has newer rules than this version knows. You can read, but not write.".into(),
            "Update Hedgerow.".into(),
        );
    }
    if !set.split.is_empty() {
        warn(
            "organisers-split",
            Severity::Problem,
            "The organisers are split.",
            "Two changes contradict each other. Until the key holders decide, only taking out and hiding count.".into(),
            "Ask a key holder to type: hedgerow organisers, then hedgerow organisers decide CODE".into(),
        );
    }
    if let Some(me) = member.person.filter(|me| authority.role(me).is_none() && !authority.removals(me).is_empty()) {
        warn(
            "taken-out",
            Severity::Problem,
            "You do not belong to the community any more.",
            "What you write here is not shown to the others.".into(),
            format!("See why: hedgerow people why {}. An organiser can let you in again.", member.typed(&me)),
        );
    }
    if set.seats.len() == 1 {
        warn(
            "one-organiser",
            Severity::Info,
            "There is only one organiser.",
            "If that person is lost, nobody can look after the community.".into(),
            "Keep the recovery words safe: hedgerow identity kit. Better still, add two: hedgerow organisers add NAME"
                .into(),
        );
    } else if set.number > 0 && !set.is_fixed && set.split.is_empty() {
        warn(
            "organisers-not-fixed",
            Severity::Info,
            "The organisers are not fixed yet.",
            "Until they are, an old key of somebody who was an organiser before could split the community.".into(),
            "Ask the key holder to type: hedgerow organisers fix".into(),
        );
    }
    if member.is_organiser() && set.split.is_empty() {
        for p in authority.proposals().iter().map(|p| member.proposal(&set, p)).filter(|p| !p.approved_by_me) {
            let by = if p.approved.is_empty() { "Nobody".into() } else { listed(&p.approved) };
            warn(
                "approval-wanted",
                Severity::Warning,
                "Your approval is asked for.",
                format!("{} {by} approved so far.", p.text),
                format!("If you agree: hedgerow organisers approve {}", p.code),
            );
        }
    }
    recoveries(member, &authority, &mut all);
    all.extend(member.roll_call_warnings());
    all
}

/// Recoveries that I have a say in, or that are about me.
fn recoveries(member: &Member, authority: &Authority, all: &mut Vec<Warning>) {
    let my_key = member.my_key();
    for person in authority.persons().map(|p| p.id) {
        if authority.recoveries_asked(&person).is_empty() {
            continue;
        }
        let (is_me, name) = (member.person == Some(person), member.called(&person));
        let friends = authority.guardians(&person);
        let is_friend = friends.is_some_and(|(g, _)| my_key.is_some_and(|k| g.keys.contains(&k)));
        if !(is_me || is_friend || member.is_organiser()) {
            continue;
        }
        let (severity, title, text) = match is_me {
            true => (
                Severity::Problem,
                "Somebody asks for a new key for you.".to_owned(),
                "If it is not you, somebody tries to become you.".to_owned(),
            ),
            false => (
                Severity::Warning,
                format!("A new key is asked for {name}."),
                "It lets a new computer speak for them. Talk to them in person before you agree.".to_owned(),
            ),
        };
        let action = format!("See what it is about: hedgerow people why {}", member.typed(&person));
        all.push(Warning { code: "recovery-asked".into(), severity, title, text, action });
    }
}
