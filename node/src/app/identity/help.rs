//! Words lost: asking recovery friends for a new key, agreeing to it, and knowing when it holds.
//!
//! What is asked is kept in the file `asked.txt` of the folder (it is not secret), the new key beside the others.

use hedgerow_api::{Agree, Agreed, Code, HelpAsk, HelpRequest, Problem};
use hedgerow_protocol::authority::Authority;
use hedgerow_protocol::authority::build;
use hedgerow_protocol::cbor::doc_from_cbor;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::invite::TicketError;
use hedgerow_protocol::keys::SecretKey;
use hedgerow_protocol::kind::{Kind, Lane};
use hedgerow_protocol::limits::KEEP_MAX;
use hedgerow_protocol::link::Help;
use hedgerow_protocol::profile::PROFILE_KEY;
use hedgerow_protocol::record::Record;

use super::super::problems::{internal, invalid, not_found, unbuilt};
use super::super::{App, locked};
use super::friends::key_asked;
use super::restore::{Learnt, Whence};
use crate::files::{Saved, read_saved, write_private};
use crate::identity::{Seed, new_seed, spoken};

/// Things of mine named in a request: with the cuts it has to fit into one record of 4 KiB.
const KEPT: usize = KEEP_MAX - 10;
/// File of the folder that keeps what was asked.
const ASKED: &str = "asked.txt";

fn bad_request(e: TicketError) -> Problem {
    let action = "Ask for the whole file again; it is made by: hedgerow identity ask-for-help";
    match e {
        TicketError::TooNew => Problem::new(
            Code::OtherVersion,
            "This request needs a newer version of Hedgerow.",
            "",
            "Update Hedgerow on this computer.",
        ),
        _ => Problem::new(Code::FileDamaged, "This is not a whole request for help.", "", action),
    }
}

/// The line of a text that holds the request: people hand over more than that.
fn request_in(text: &str) -> &str {
    text.lines()
        .map(str::trim)
        .find(|l| l.to_lowercase().starts_with(hedgerow_protocol::link::HELP_PREFIX))
        .unwrap_or(text)
}

impl App {
    /// Makes a new person key on this computer and the request that recovery friends agree to.
    pub async fn help_ask(&self, ask: HelpAsk) -> Result<HelpRequest, Problem> {
        let _one_at_a_time = self.changing.lock().await;
        self.must_be_nobody()?;
        let whence = Whence { from: ask.from, bundle: ask.bundle, ..Whence::default() };
        let learnt = self.learn_community(&whence).await?;
        let person = named(&learnt, &ask.person)?;
        let community = learnt.authority.community();
        // Asking again asks the same, or friends would agree to different things.
        if let Some((_, asked)) = self.asked_before()?
            && (asked.community, asked.person) == (community, person)
            && still_good(&learnt, &asked)
        {
            return Ok(request(&learnt, &asked));
        }
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let key = SecretKey::from_seed(&seed);
        let keep = shown_of(&learnt, &person);
        let statement = build::statement(&learnt.authority, person, &key, &keep).map_err(unbuilt)?;
        let help = Help { community, person, statement };
        locked(&self.keys).keep_asked(&self.dir, &seed)?;
        let path = self.dir.path().join(ASKED);
        write_private(&path, help.encode().as_bytes())
            .map_err(|e| internal("The request could not be kept in the folder.", e))?;
        Ok(request(&learnt, &help))
    }

    /// What was asked on this computer, and the key it asks for.
    pub(super) fn asked_for(&self) -> Result<(Seed, Help), Problem> {
        let none = || {
            Problem::new(
                Code::NotFound,
                "Nothing was asked on this computer.",
                "The new key is kept on the computer that asked for help.",
                "Ask first: hedgerow identity ask-for-help --as NAME",
            )
        };
        self.asked_before()?.ok_or_else(none)
    }

    fn asked_before(&self) -> Result<Option<(Seed, Help)>, Problem> {
        let file = self.dir.path().join(ASKED);
        let parse = |bytes: &[u8]| Some(Some(Help::decode(core::str::from_utf8(bytes).ok()?).ok()?));
        let help = self.saved(&[&file], read_saved(&file, parse).map(Saved::or_empty))?;
        let seed = locked(&self.keys).asked(&self.dir)?;
        Ok(seed.zip(help).filter(|(seed, help)| SecretKey::from_seed(seed).public() == help.statement.key))
    }

    /// Whether the key that was asked for holds by what was learnt.
    pub(super) fn is_helped(&self, learnt: &Learnt) -> Result<(), Problem> {
        let (_, help) = self.asked_for()?;
        if learnt.authority.key_of(&help.person) == Some(help.statement.key) {
            return Ok(());
        }
        let asked = learnt.authority.recoveries_asked(&help.person);
        let mine = asked.iter().find(|a| a.statement == help.statement);
        let (friends, needed) = mine.map_or((0, 0), |a| (a.friends.len(), a.friends_needed));
        let detail = match mine {
            Some(a) if a.objected => {
                "One of your old computers objects, so that the organisers have to decide.".to_owned()
            }
            Some(_) if needed > 0 => {
                format!("{friends} of the {needed} friends it needs have agreed, as far as known there.")
            }
            _ => "Nobody has agreed yet, as far as known there.".to_owned(),
        };
        Err(not_helped(detail))
    }

    /// Looks at a request for help; with the words the person said, agrees to it.
    pub async fn agree(&self, agree: Agree) -> Result<Agreed, Problem> {
        let member = self.member()?;
        let help = Help::decode(request_in(&agree.request)).map_err(bad_request)?;
        if help.community != member.community {
            return Err(invalid("This request is for another community.", "Check who it came from."));
        }
        let authority = member.authority();
        let holds = authority.key_of(&help.person).ok_or_else(|| not_found("person", &help.person.to_string()))?;
        let device = member.device.public();
        let mine = authority.person_of_device(&device).and_then(|p| authority.key_of(&p));
        let is_friend = authority.guardians(&help.person).zip(mine).is_some_and(|((g, _), k)| g.keys.contains(&k));
        let asked_now = |authority: &Authority| {
            let asked = authority.recoveries_asked(&help.person);
            asked.into_iter().find(|a| a.statement == help.statement)
        };
        let is_done = holds == help.statement.key;
        if let Some(heard) = agree.spoken.filter(|_| !is_done) {
            if holds != help.statement.parent {
                return Err(invalid(
                    "This request is out of date.",
                    "The person has another key by now. Ask them for a new request.",
                ));
            }
            let plain = |s: &str| s.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
            if plain(&heard) != plain(&spoken(&help.spoken())) {
                return Err(Problem::new(
                    Code::Refused,
                    "These are not the five words of this request.",
                    "Either a word was misheard, or the request is not from the person you spoke with.",
                    "Call them again, and ask for the words their new computer shows.",
                ));
            }
            let (person, statement) = (help.person, help.statement.clone());
            let mine_counts = |a: &Authority| {
                let asked = a.recoveries_asked(&person).into_iter().find(|r| r.statement == statement);
                let mine = a.person_of_device(&device).and_then(|p| a.key_of(&p));
                let said = asked.zip(mine).is_some_and(|(k, m)| k.friends.contains(&m) || k.stewards.contains(&m));
                said || a.key_of(&person) == Some(statement.key)
            };
            if !mine_counts(&authority) {
                let now = Hlc::new(member.core.clock(), 0);
                let mut trial = (*authority).clone();
                trial.insert(
                    &build::recover(&authority, &member.device, person, statement.clone(), now).map_err(unbuilt)?,
                );
                if !mine_counts(&trial) {
                    return Err(Problem::new(
                        Code::Refused,
                        "This request is older than what it rests on.",
                        "It was made before you were named as a recovery friend, or before the organisers changed.",
                        "Ask the person to make a new one on their new computer: hedgerow identity ask-for-help",
                    ));
                }
                let build = move |a: &Authority, device: &SecretKey, now: Hlc| {
                    build::recover(a, device, person, statement, now)
                };
                member.core.publish_authority(build).await?;
            }
        }
        let authority = member.authority();
        let asked = asked_now(&authority);
        let said = |a: &hedgerow_protocol::authority::RecoveryAsked| {
            mine.is_some_and(|k| a.friends.contains(&k) || a.stewards.contains(&k))
        };
        let holds = authority.key_of(&help.person) == Some(help.statement.key);
        Ok(Agreed {
            person: help.person.to_string(),
            name: member.name(&help.person),
            as_what: if is_friend { "friend" } else { "organiser" }.into(),
            agreed: holds || asked.as_ref().is_some_and(said),
            holds,
            asked: asked.as_ref().map(|a| key_asked(&member, a)),
        })
    }
}

/// The key that was asked for does not hold yet.
pub(super) fn not_helped(detail: String) -> Problem {
    Problem::new(
        Code::Refused,
        "Not enough of your friends have agreed yet.",
        detail,
        "Ask them to type what they got from you: hedgerow identity friends agree FILE. Then try again.",
    )
}

/// Whether a request that was made before can still be agreed to: it names what the old key says now, or somebody has
/// agreed to it already.
fn still_good(learnt: &Learnt, asked: &Help) -> bool {
    let authority = &learnt.authority;
    let (statement, trial) = (&asked.statement, SecretKey::from_seed(&[0; 32]));
    if authority.key_of(&asked.person) != Some(statement.parent) {
        return authority.key_of(&asked.person) == Some(statement.key);
    }
    let agreed = authority.recoveries_asked(&asked.person).into_iter().find(|a| a.statement == *statement);
    agreed.is_some_and(|a| !a.friends.is_empty() || !a.stewards.is_empty())
        || build::statement(authority, asked.person, &trial, &[]).is_ok_and(|now| now.cuts == statement.cuts)
}

fn name_in(records: &[Record], owner: &Id) -> Option<String> {
    let is_profile = |r: &&Record| r.payload().kind == Kind::PROFILE && r.payload().key == PROFILE_KEY;
    let of = records.iter().filter(|r| r.owner() == *owner).filter(is_profile);
    let doc = doc_from_cbor(&of.max_by_key(|r| r.order())?.payload().body).ok()?;
    doc.get("name")?.as_str().map(hedgerow_api::clean::line)
}

fn named(learnt: &Learnt, typed: &str) -> Result<Id, Problem> {
    let lower = typed.trim().to_lowercase();
    let people: Vec<Id> = learnt.authority.persons().map(|p| p.id).collect();
    if let Some(id) = people.iter().find(|p| p.to_string() == lower) {
        return Ok(*id);
    }
    let fits = |p: &&Id| name_in(&learnt.records, p).is_some_and(|n| n.trim().to_lowercase() == lower);
    match people.iter().filter(fits).collect::<Vec<_>>()[..] {
        [one] => Ok(*one),
        [] => Err(Problem::new(
            Code::NotFound,
            format!("There is no person \"{}\" in that community.", typed.chars().take(80).collect::<String>()),
            "Names are written as others see them.",
            "Ask a member what your name is there: hedgerow people",
        )),
        _ => Err(invalid(
            "More than one person has that name.",
            "Ask a member for your person id: hedgerow people --json",
        )),
    }
}

/// What a person's slots show, as far as it was told; newest first.
fn shown_of(learnt: &Learnt, person: &Id) -> Vec<Id> {
    let mut slots: std::collections::BTreeMap<_, Vec<Record>> = std::collections::BTreeMap::new();
    let published = |r: &&Record| r.lane() == Lane::Content && r.payload().kind != Kind::SEALING_KEY;
    for r in learnt.records.iter().filter(published).filter(|r| r.owner() == *person) {
        slots.entry(r.address()).or_default().push(r.clone());
    }
    let now = crate::core::os_now_ms();
    let shown = slots.values().map(|v| hedgerow_protocol::view::winner(v, &learnt.authority, now));
    let mut shown: Vec<_> = shown.filter_map(|v| v.shown().map(Record::order)).collect();
    shown.sort_unstable_by(|a, b| b.cmp(a));
    shown.into_iter().take(KEPT).map(|(_, id)| id).collect()
}

fn request(learnt: &Learnt, help: &Help) -> HelpRequest {
    HelpRequest {
        request: help.encode(),
        name: name_in(&learnt.records, &help.person).unwrap_or_default(),
        community_name: name_in(&learnt.records, &help.community).unwrap_or_default(),
        spoken: spoken(&help.spoken()),
        needed: learnt.authority.guardians(&help.person).map_or(0, |(g, _)| g.needed),
    }
}
