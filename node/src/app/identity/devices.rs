//! My computers and a group's: which there are, taking one out, giving this one up.

use hedgerow_api::{Code, Computer, ComputerRemove, ComputerRemoved, Computers, Problem};
use hedgerow_protocol::authority::build::{self, BuildError};
use hedgerow_protocol::authority::explain::Fact;
use hedgerow_protocol::authority::{Authority, Why};
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::limits::KEEP_MAX;

use super::super::problems::{invalid, not_found, unbuilt, why};
use super::super::{App, Member};
use super::nobody_here;
use crate::core::{CoreError, Draft};

/// Things of a removed computer that are named in removals. What is beyond is published again from here: removals are
/// records that everybody keeps for ever.
const KEPT_MAX: usize = 5 * KEPT_AT_ONCE;
/// Things named in one removal: beside as many cuts as a log may have heads in practice, it stays within 4 KiB.
const KEPT_AT_ONCE: usize = KEEP_MAX - 10;
/// Things published again with one sync of the disk.
const AGAIN_AT_ONCE: usize = 500;

/// Where a person sees their computers.
const SEE_MINE: &str = "See your computers: hedgerow identity devices";

/// Under which private key a computer's name is remembered.
pub(super) fn name_note(device: &PublicKey) -> String {
    format!("computer-name/{device}")
}

impl App {
    /// My computers, this one first.
    pub fn computers(&self) -> Result<Computers, Problem> {
        let member = self.member()?;
        let me = member.person.ok_or_else(nobody_here)?;
        Ok(Computers { computers: self.computers_of(&member, &me) })
    }

    /// A group's own computers.
    pub fn group_computers(&self, group: &str) -> Result<Computers, Problem> {
        let member = self.member()?;
        let group = member.group_of(group)?;
        Ok(Computers { computers: self.computers_of(&member, &group) })
    }

    pub(super) fn this_computer(&self, member: &Member) -> Computer {
        let key = member.device.public();
        Computer {
            key: key.to_string(),
            link: member.device.transport().public().to_string(),
            name: computer_name(member, &key),
            this: true,
            active: false,
            gave_up: false,
            since_ms: None,
            last_written_ms: None,
            shown: 0,
        }
    }

    pub(super) fn computers_of(&self, member: &Member, me: &Id) -> Vec<Computer> {
        let authority = member.authority();
        let written = member.core.written();
        let live = authority.devices_of(me);
        let gave_up: Vec<PublicKey> = authority
            .explain(me)
            .into_iter()
            .filter_map(|f| match f {
                Fact::DeviceOut { device, gave_up: true } => Some(device),
                _ => None,
            })
            .collect();
        let this = member.device.public();
        let computer = |key: PublicKey| {
            let live = live.iter().find(|(k, _)| *k == key).map(|(_, d)| d);
            let listed = live.map(|d| d.by);
            let wrote = written.get(&key).copied().unwrap_or_default();
            Computer {
                key: key.to_string(),
                link: live.map(|d| d.transport.to_string()).unwrap_or_default(),
                name: computer_name(member, &key),
                this: key == this,
                active: listed.is_some(),
                gave_up: gave_up.contains(&key),
                since_ms: listed.and_then(|id| member.core.record(&id)).map(|r| r.payload().hlc.unix_ms()),
                last_written_ms: Some(wrote.last.unix_ms()).filter(|ms| *ms > 0),
                shown: wrote.shown,
            }
        };
        let mut all: Vec<Computer> = authority.all_devices_of(me).into_iter().map(computer).collect();
        all.sort_by(|a, b| (!a.this, !a.active, &a.name, &a.key).cmp(&(!b.this, !b.active, &b.name, &b.key)));
        all
    }

    /// Takes one of my computers out. What it published stays: named in the removal, or published again from here.
    pub async fn computer_remove(&self, ask: ComputerRemove) -> Result<ComputerRemoved, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        let me = member.person.ok_or_else(nobody_here)?;
        let computer = one_of(&self.computers_of(&member, &me), &ask.computer, SEE_MINE)?;
        if computer.this {
            return Err(invalid("That is this computer.", "To give it up: hedgerow identity give-up --yes"));
        }
        if !computer.active {
            return Err(invalid("That computer was taken out before.", "See: hedgerow identity devices"));
        }
        let target = key_of(&computer)?;
        let authority = member.authority();
        let now = Hlc::new(member.core.clock(), 0);
        let signer = match build::device_remove(&authority, &member.device, me, target, &[], now) {
            Ok(_) if ask.words.is_none() => member.device.clone(),
            Ok(_) | Err(BuildError::Why(Why::TooSenior | Why::NotForOwner)) => self.person_key(
                &member,
                ask.words.clone(),
                "That computer has been yours for as long as this one or longer, so this one alone may not take it out.",
            )?,
            Err(e) => return Err(unbuilt(e)),
        };
        self.take_out(&member, me, &computer, &signer, &ask).await
    }

    /// Takes one of a group's own computers out, as one of its admins. What it published stays.
    pub async fn group_computer_remove(&self, group: &str, ask: ComputerRemove) -> Result<ComputerRemoved, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        let group = member.group_of(group)?;
        let see = "See its computers: hedgerow group computer list GROUP";
        let computer = one_of(&self.computers_of(&member, &group), &ask.computer, see)?;
        if !computer.active {
            return Err(invalid("That computer was taken out before.", see));
        }
        let now = Hlc::new(member.core.clock(), 0);
        let target = key_of(&computer)?;
        build::device_remove(&member.authority(), &member.device, group, target, &[], now).map_err(unbuilt)?;
        self.take_out(&member, group, &computer, &member.device, &ask).await
    }

    async fn take_out(
        &self,
        member: &Member,
        owner: Id,
        computer: &Computer,
        signer: &SecretKey,
        ask: &ComputerRemove,
    ) -> Result<ComputerRemoved, Problem> {
        let (target, dry_run) = (key_of(computer)?, ask.dry_run);
        let since = ask.since_ms.map(|ms| Hlc::new(ms, 0));
        let shown = match since {
            Some(since) => member.core.published_before(&target, since),
            None => member.core.shown_of(&target),
        };
        let kept: Vec<Id> = shown.iter().take(KEPT_MAX).copied().collect();
        let rest = &shown[kept.len()..];
        if !dry_run {
            publish_again(member, rest).await?;
            let mut parts: Vec<Vec<Id>> = kept.chunks(KEPT_AT_ONCE).map(<[Id]>::to_vec).collect();
            if parts.is_empty() {
                parts.push(Vec::new());
            }
            for keep in parts {
                let signer = signer.clone();
                let build = move |a: &Authority, _: &SecretKey, now: Hlc| {
                    build::device_remove_since(a, &signer, owner, target, since, &keep, now)
                };
                member.core.publish_authority(build).await?;
            }
        }
        let mut now = self.computers_of(member, &owner).into_iter();
        let computer = now.find(|c| c.key == computer.key).unwrap_or_else(|| computer.clone());
        Ok(ComputerRemoved { computer, kept: kept.len() as u64, published_again: rest.len() as u64, dry_run })
    }

    /// Takes this computer out by its own word. What it published stays. The folder keeps what is here, and may still
    /// be read; `leave` sets it aside.
    pub async fn give_up(&self, dry_run: bool) -> Result<Computers, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        let member = self.member()?;
        let me = member.person.ok_or_else(nobody_here)?;
        let authority = member.authority();
        let this = member.device.public();
        authority.device(&this).ok_or_else(|| why(Why::NotMember))?;
        if authority.devices_of(&me).len() < 2 {
            return Err(Problem::new(
                Code::Refused,
                "This is your only computer.",
                "Given up, you could come back with your words alone.",
                "Link another one first: hedgerow identity link-code. Or leave the community on this one: hedgerow community leave",
            ));
        }
        if !dry_run {
            let build =
                move |a: &Authority, device: &SecretKey, now: Hlc| build::device_remove(a, device, me, this, &[], now);
            member.core.publish_authority(build).await?;
        }
        Ok(Computers { computers: self.computers_of(&member, &me) })
    }
}

fn key_of(computer: &Computer) -> Result<PublicKey, Problem> {
    computer.key.parse().map_err(|_| not_found("computer", &computer.key))
}

fn computer_name(member: &Member, key: &PublicKey) -> String {
    let note = member.core.local(&name_note(key)).unwrap_or_default();
    hedgerow_api::clean::line(&String::from_utf8_lossy(&note))
}

/// The computer of a name, or of the first 8 or more digits of its key.
fn one_of(all: &[Computer], typed: &str, see: &str) -> Result<Computer, Problem> {
    let lower = typed.trim().to_lowercase();
    let is_key = lower.len() >= 8 && lower.bytes().all(|b| b.is_ascii_hexdigit());
    let fits =
        |c: &&Computer| is_key && c.key.starts_with(&lower) || !c.name.is_empty() && c.name.to_lowercase() == lower;
    let found: Vec<&Computer> = all.iter().filter(fits).collect();
    match found[..] {
        [one] => Ok(one.clone()),
        [] => Err(Problem::new(
            Code::NotFound,
            format!("There is no such computer: \"{}\".", typed.chars().take(80).collect::<String>()),
            "It is named by its name, or by the first 8 digits of its code.",
            see,
        )),
        _ => Err(invalid("More than one computer is called that.", "Use the code in place of the name.")),
    }
}

/// Says again, from this computer, what another one of mine said.
async fn publish_again(member: &Member, ids: &[Id]) -> Result<(), Problem> {
    for part in ids.chunks(AGAIN_AT_ONCE) {
        let drafts: Vec<Draft> = part
            .iter()
            .filter_map(|id| member.core.record(id))
            .map(|r| {
                let p = r.payload();
                Draft {
                    audience: p.audience,
                    expires: p.expires,
                    ..Draft::new(r.owner(), p.kind, p.key.clone(), p.body.clone())
                }
            })
            .collect();
        member.core.publish(drafts).await.map_err(|e: CoreError| Problem::from(e))?;
    }
    Ok(())
}
