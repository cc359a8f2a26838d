//! Asking for help in private, answering, closing, and reporting to the organisers: all of it sealed.
//!
//! Everything is sealed to the writer as well, so that nobody needs a readable copy of what they sent. Answers go to
//! everybody the request went to: nobody is drawn into a talk with one person alone. Not for: the keys (`seal`).

mod read;
#[cfg(test)]
mod tests;

use hedgerow_api::{Code, Problem, ReportNew, RequestAnswer, RequestNew, RequestSent, RequestThread, Requests};
use hedgerow_protocol::authority::Role;
use hedgerow_protocol::authority::body::GrantRole;
use hedgerow_protocol::hlc::Hlc;
use hedgerow_protocol::id::Id;
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::record::Record;
use hedgerow_protocol::seal::sealed::{self, Sender};
use hedgerow_protocol::seal::{About, Addressee, Message, NoAddressee, SealError};

use super::items::day_text;
use super::problems::{internal, invalid, not_found, why};
use super::seal::{randomness, tend};
use super::{App, Member};
use crate::core::Origin;
use read::{Thread, party, summary, thread_of, threads, whole};

/// How long a request and what belongs to it is kept, in days.
const REQUEST_DAYS: u32 = 180;

impl App {
    /// The requests I can read.
    pub fn requests(&self) -> Result<Requests, Problem> {
        Ok(list(&*self.member()?, false))
    }
    /// The reports I can read: my own, and as an organiser those of others.
    pub fn reports(&self) -> Result<Requests, Problem> {
        Ok(list(&*self.member()?, true))
    }
    /// One request or report.
    pub fn request(&self, id: &str) -> Result<RequestThread, Problem> {
        let member = self.member()?;
        Ok(whole(&member, &thread_of(&member, id)?))
    }
    /// Notes that I have read all of it.
    pub async fn request_read(&self, id: &str) -> Result<(), Problem> {
        mark_read(&*self.member()?, id).await
    }
    /// Asks.
    pub async fn request_new(&self, new: RequestNew) -> Result<RequestSent, Problem> {
        ask(&*self.member()?, new).await
    }
    /// Answers.
    pub async fn request_answer(&self, id: &str, answer: RequestAnswer) -> Result<RequestSent, Problem> {
        reply(&*self.member()?, id, Some(answer.text), answer.dry_run).await
    }
    /// Says that nothing more is needed.
    pub async fn request_close(&self, id: &str, dry_run: bool) -> Result<RequestSent, Problem> {
        reply(&*self.member()?, id, None, dry_run).await
    }
    /// Reports.
    pub async fn report_new(&self, new: ReportNew) -> Result<RequestSent, Problem> {
        let member = self.member()?;
        // An item by its id or slot; else somebody.
        let about = match self.address_of(&member, &new.about) {
            Ok(address) => About::Address(address),
            Err(_) => About::Owner(somebody(&member, &new.about)?),
        };
        report(&member, about, new).await
    }
}

fn list(member: &Member, reports: bool) -> Requests {
    let threads = threads(member).into_iter().filter(|t| t.is_report() == reports);
    Requests { requests: threads.map(|t| summary(member, &t)).collect() }
}

async fn mark_read(member: &Member, id: &str) -> Result<(), Problem> {
    let thread = thread_of(member, id)?;
    member.core.put_local(&read::read_note(&thread.root()), &thread.last().0.to_be_bytes()).await?;
    Ok(())
}

/// A person or group of this name or id.
fn somebody(member: &Member, typed: &str) -> Result<Id, Problem> {
    let authority = member.authority();
    let all: Vec<Id> = authority.persons().map(|p| p.id).chain(authority.groups()).collect();
    let action = "See who there is: hedgerow people, hedgerow group list";
    member.one_of("person or group", typed, &all).map_err(|p| match p.code {
        Code::NotFound => Problem { action: action.into(), ..p },
        _ => p,
    })
}

fn me(member: &Member) -> Result<Id, Problem> {
    let person = member.person.ok_or_else(|| {
        Problem::new(
            Code::NotAllowed,
            "This computer does not ask or answer.",
            "It belongs to nobody: it keeps and passes on what others write.",
            "Use your own computer.",
        )
    })?;
    member.authority().may_publish(&member.device.public(), &person, Kind::SEALED).map_err(why)?;
    Ok(person)
}

async fn ask(member: &Member, new: RequestNew) -> Result<RequestSent, Problem> {
    let me = me(member)?;
    let mut to = Vec::new();
    for typed in new.to.iter().filter(|t| !t.trim().is_empty()) {
        let owner = somebody(member, typed)?;
        if owner != me && !to.contains(&owner) {
            to.push(owner);
        }
    }
    if to.is_empty() {
        return Err(invalid("A request needs somebody it is for.", "Name a group or a person: --to mentors"));
    }
    if new.under_18 {
        only_mentors(member, &to)?;
    }
    let topic = hedgerow_api::clean::line(new.topic.trim());
    let message = Message::Request { topic, text: new.text, from_minor: new.under_18 };
    let mut addressees = Vec::new();
    tend(member).await.map_err(|e| internal("The key of this computer could not be made.", e))?;
    for owner in &to {
        addressees.push(addressee(member, owner).map_err(|e| no_key(member, owner, e))?);
    }
    seal(member, me, addressees, Vec::new(), message, None, new.dry_run).await
}

/// A request of somebody under 18 goes to groups of attested mentors, at least two in each, and to nobody else.
fn only_mentors(member: &Member, to: &[Id]) -> Result<(), Problem> {
    let authority = member.authority();
    let no = |detail: String| {
        Err(Problem::new(
            Code::Refused,
            "A request from somebody under 18 cannot go there.",
            detail,
            "Send it to a group of at least two mentors whom the organisers have confirmed.",
        ))
    };
    for owner in to {
        let name = member.name(owner);
        if !authority.groups().any(|group| group == *owner) {
            return no(format!("{name} is one person. It never goes to one adult alone."));
        }
        let people = authority.group_members(owner);
        let is_mentor = |p: &Id| authority.grants(p).iter().any(|(role, _)| *role == GrantRole::Mentor);
        if let Some((other, _)) = people.iter().find(|(p, _)| !is_mentor(p)) {
            let other = member.name(other);
            return no(format!("{other} in the group {name} is not confirmed as a mentor by the organisers."));
        }
        if people.len() < 2 {
            return no(format!("Only one person is in the group {name}. It never goes to one adult alone."));
        }
    }
    Ok(())
}

/// Answers with a text, closes without one.
async fn reply(member: &Member, id: &str, text: Option<String>, dry_run: bool) -> Result<RequestSent, Problem> {
    let me = me(member)?;
    let thread = thread_of(member, id)?;
    if !thread.is_insider(member, &me) {
        return Err(not_found("request", id));
    }
    let about = thread.root();
    let message = match text {
        Some(text) if text.trim().is_empty() => {
            return Err(invalid("The answer is empty.", "Say something: --text \"…\""));
        }
        Some(text) => Message::Answer { about, text },
        None => Message::Close { about },
    };
    tend(member).await.map_err(|e| internal("The key of this computer could not be made.", e))?;
    let mut addressees = Vec::new();
    let mut left_out = Vec::new();
    for owner in thread.owners().into_iter().filter(|o| *o != me) {
        match addressee(member, &owner) {
            Ok(found) => addressees.push(found),
            // Somebody who has gone gets no more; whoever is there waits for nobody but the one who asks and groups.
            Err(_) if !is_here(member, &owner) => {}
            Err(e) if owner == thread.asker() || party(member, &owner).group => {
                return Err(no_key(member, &owner, e));
            }
            Err(_) => left_out.push(owner),
        }
    }
    seal(member, me, addressees, left_out, message, Some(&thread), dry_run).await
}

fn is_here(member: &Member, owner: &Id) -> bool {
    let authority = member.authority();
    authority.role(owner).is_some() || authority.groups().any(|group| group == *owner)
}

async fn report(member: &Member, about: About, new: ReportNew) -> Result<RequestSent, Problem> {
    let me = me(member)?;
    let reported = match &about {
        About::Owner(owner) => *owner,
        About::Address(address) => address.owner,
    };
    tend(member).await.map_err(|e| internal("The key of this computer could not be made.", e))?;
    let organisers = member.authority().persons().filter(|p| p.role == Role::Steward).map(|p| p.id).collect::<Vec<_>>();
    let mut addressees = Vec::new();
    let mut left_out = Vec::new();
    // Not to the one it is about, nor twice to me.
    for owner in organisers.into_iter().filter(|o| *o != reported && *o != me) {
        match addressee(member, &owner) {
            Ok(found) => addressees.push(found),
            Err(e) => left_out.push((owner, e)),
        }
    }
    match (addressees.is_empty(), left_out.first()) {
        (true, Some((owner, e))) => return Err(no_key(member, owner, *e)),
        (true, None) => {
            return Err(Problem::new(
                Code::Refused,
                "There is no organiser this report could go to.",
                "The only organiser is you, or is the one it is about.",
                "Talk to somebody you trust.",
            ));
        }
        _ => {}
    }
    let message = Message::Report { about, reason: read::reason_of(new.reason), text: new.text };
    let left_out = left_out.into_iter().map(|(owner, _)| owner).collect();
    seal(member, me, addressees, left_out, message, None, new.dry_run).await
}

fn addressee(member: &Member, owner: &Id) -> Result<Addressee, NoAddressee> {
    member.owner_keys(&member.sealing_records(), *owner).addressee()
}

fn no_key(member: &Member, owner: &Id, e: NoAddressee) -> Problem {
    let name = match member.name(owner) {
        name if name.is_empty() => "They".into(),
        name => name,
    };
    let is_group = party(member, owner).group;
    let detail = match (e, is_group) {
        (NoAddressee::Renewing, _) => {
            "A person or computer was taken out, and the key is not changed yet. Until then nothing is sealed with it."
        }
        (NoAddressee::NoKey, false) => {
            "They have not switched their computer on since they joined, or news of it has not arrived here."
        }
        (NoAddressee::NoKey, true) => {
            "No admin of the group has switched their computer on since it began, or news of it has not arrived here."
        }
    };
    let title = format!("{name} cannot get anything in private yet.");
    Problem::new(Code::NoKeyYet, title, detail, "Try again later, when your computers have met.")
}

/// Seals a message to those given and to me, and keeps the record.
async fn seal(
    member: &Member,
    me: Id,
    mut to: Vec<Addressee>,
    left_out: Vec<Id>,
    message: Message,
    thread: Option<&Thread>,
    dry_run: bool,
) -> Result<RequestSent, Problem> {
    let others: Vec<Id> = to.iter().map(|a| a.owner).collect();
    to.push(addressee(member, &me).map_err(|e| no_key(member, &me, e))?);
    let now = Hlc::new(member.core.clock(), 0);
    // An answer comes after what it answers, even when that was written by a clock a little ahead.
    let hlc = thread.map_or(now, |t| t.last().next(member.core.clock()));
    let expires = now.day() + REQUEST_DAYS;
    let sender = Sender { community: &member.community, person: &me, device: &member.device };
    let random = randomness().map_err(|e| internal("There is no randomness on this computer.", e))?;
    let record = sealed::seal(sender, &to, &message, hlc, expires, random).map_err(|e| not_sealed(member, e))?;
    let id = thread.map_or_else(|| (!dry_run).then(|| record.id()), |t| Some(t.root()));
    if !dry_run {
        keep(member, record).await?;
    }
    Ok(RequestSent {
        saved: !dry_run,
        id: id.map(|id| id.to_string()),
        to: others.iter().map(|o| party(member, o)).collect(),
        left_out: left_out.iter().map(|o| party(member, o)).collect(),
        expires: (!dry_run).then(|| day_text(expires)),
    })
}

async fn keep(member: &Member, record: Record) -> Result<(), Problem> {
    let arrived = member.core.arrive(vec![record], Origin::Here).await?;
    match arrived.new {
        1 => Ok(()),
        _ => Err(internal("The request could not be saved.", "it was not kept")),
    }
}

fn not_sealed(member: &Member, e: SealError) -> Problem {
    let (code, action) = match e {
        SealError::Message(_) => (Code::Invalid, "Shorten or correct it and try again."),
        SealError::Addressees | SealError::Twice => (Code::Invalid, "Send it to fewer at a time."),
        SealError::MinorToOnePerson => {
            (Code::Refused, "Wait until two mentors of the group have switched their computers on, then try again.")
        }
        SealError::Key(_) => (Code::NoKeyYet, "Try again later."),
        SealError::Record(_) => (Code::Internal, "Try again. If it stays: hedgerow down, then hedgerow up"),
    };
    let detail = match e {
        SealError::Key(owner) => format!("The key of {} cannot be used.", member.name(&owner)),
        e => format!("It is because: {e}."),
    };
    Problem::new(code, "This cannot be sent.", detail, action)
}
