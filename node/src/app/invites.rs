//! Invites as their maker handles them: making them, seeing which are open, taking them back.
//!
//! All of it is the memory of this computer. Not for: using one (`join`), or answering who asked with a poster (`requests`).

use hedgerow_api::{Code, Invite, InviteNew, Invites, OpenInvite, Problem, clean};
use hedgerow_protocol::hlc::DAY_MS;
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::invite::{Issued, IssuedKind, IssuedState, Ticket};
use hedgerow_protocol::kind::Kind;
use hedgerow_protocol::limits::{INVITE_LIFE_MS, INVITES_OPEN_MAX, POSTER_LIFE_MS, STEWARD_INVITES_OPEN_MAX};

use super::problems::{internal, invalid, not_found, why};
use super::{App, Member};
use crate::identity::new_seed;
use crate::mesh::invite_local_key;
use crate::mesh::posters::{asked_at, asked_local_key, count_waiting};

/// How long a poster hangs where nobody says otherwise, in days.
const POSTER_DAYS: u64 = 30;
/// Longest note, in characters.
const NOTE_CHARS_MAX: usize = 200;
/// Digits of the short name of an invite or a person.
const CODE_DIGITS: usize = 8;

/// The short name of a key or an id: the first digits of it.
pub(super) fn code_of(text: &impl ToString) -> String {
    text.to_string().chars().take(CODE_DIGITS).collect()
}

/// Under which private key the note of an invite is kept.
fn note_key(invite: &PublicKey) -> String {
    format!("note/{invite}")
}

impl Member {
    /// Me, if this computer may let people in, or why not.
    pub(super) fn who_may_admit(&self) -> Result<Id, Problem> {
        let me = self.person.ok_or_else(|| not_found("person", "of this computer"))?;
        self.authority().may_publish(&self.device.public(), &me, Kind::ADMIT).map_err(why)?;
        Ok(me)
    }
    /// Every invite this computer remembers.
    pub(super) fn issued(&self) -> Vec<Issued> {
        self.core.locals("invite/").iter().filter_map(|(_, v)| Issued::decode(v).ok()).collect()
    }
    /// The note of an invite.
    pub(super) fn invite_note(&self, invite: &PublicKey) -> String {
        self.core.local(&note_key(invite)).map(|v| String::from_utf8_lossy(&v).into_owned()).unwrap_or_default()
    }
    /// How many people wait for an answer.
    pub(super) fn waiting_count(&self) -> usize {
        self.issued().iter().map(|i| count_waiting(&self.core, i)).sum()
    }
    fn open_invite(&self, issued: &Issued) -> OpenInvite {
        OpenInvite {
            code: code_of(&issued.invite),
            note: self.invite_note(&issued.invite),
            expires_ms: issued.expires_ms,
            poster: issued.kind == IssuedKind::Poster,
            waiting: count_waiting(&self.core, issued) as u64,
        }
    }
    fn open_invites(&self) -> Vec<Issued> {
        let now = self.core.clock();
        let mut open: Vec<Issued> = self.issued().into_iter().filter(|i| i.is_open(now)).collect();
        open.sort_by_key(|i| (i.expires_ms, i.invite));
        open
    }
    /// Forgets invites that ended so long ago that nobody needs to be told why they do not work.
    async fn forget_old_invites(&self) -> Result<(), Problem> {
        let now = self.core.clock();
        for old in self.issued().into_iter().filter(|i| i.is_over(now)) {
            self.forget_asked(&old.invite).await?;
            self.core.put_local(&note_key(&old.invite), &[]).await?;
            self.core.put_local(&invite_local_key(&old.invite), &[]).await?;
        }
        Ok(())
    }
    /// Forgets everybody who asked with a poster.
    async fn forget_asked(&self, invite: &PublicKey) -> Result<(), Problem> {
        for person in asked_at(&self.core, invite).into_keys() {
            self.core.put_local(&asked_local_key(invite, &person), &[]).await?;
        }
        Ok(())
    }
}

impl App {
    /// Makes an invite or a poster. Who may let people in is decided when it is used, and checked here so that nobody
    /// hands out what cannot work.
    pub async fn invite(&self, new: InviteNew) -> Result<Invite, Problem> {
        let member = self.member()?;
        let me = member.who_may_admit()?;
        let note = clean::line(new.note.trim());
        if note.chars().count() > NOTE_CHARS_MAX {
            return Err(invalid("The note is too long.", format!("Use at most {NOTE_CHARS_MAX} letters.")));
        }
        let most_ms = if new.poster { POSTER_LIFE_MS } else { INVITE_LIFE_MS };
        let default_days = if new.poster { POSTER_DAYS } else { INVITE_LIFE_MS / DAY_MS };
        let days = new.days.map_or(default_days, u64::from);
        if days == 0 || days * DAY_MS > most_ms {
            let what = if new.poster { "A poster" } else { "An invite for one person" };
            let title = format!("{what} can be for 1 to {} days, not for {days}.", most_ms / DAY_MS);
            return Err(invalid(title, "Choose another number: --days N"));
        }
        member.forget_old_invites().await?;
        let open = member.open_invites().len();
        let is_organiser = super::status::role_name(member.authority().role(&me)) == "organiser";
        let most = if is_organiser { STEWARD_INVITES_OPEN_MAX } else { INVITES_OPEN_MAX };
        if open >= most {
            return Err(Problem::new(
                Code::InviteLimit,
                "Too many invites are open.",
                format!("{open} of yours have not been used yet; {most} may be open at once."),
                "Take one back (hedgerow invite list, hedgerow invite revoke), wait until one is used, or ask an organiser.",
            ));
        }
        let seed = new_seed().map_err(|e| internal("There is no randomness on this computer.", e))?;
        let now = member.core.clock();
        let ticket = Ticket {
            community: member.community,
            issuer: member.device.transport().public(),
            addresses: self.links()?.addresses().await,
            seed,
            expires_ms: now + days * DAY_MS,
            poster_since_ms: new.poster.then_some(now),
        };
        let issued = Issued::new(&ticket);
        // The note first: an invite that is remembered has all that belongs to it.
        if !note.is_empty() {
            member.core.put_local(&note_key(&issued.invite), note.as_bytes()).await?;
        }
        member.core.put_local(&invite_local_key(&issued.invite), &issued.encode()).await?;
        Ok(Invite {
            ticket: ticket.encode(),
            expires_ms: ticket.expires_ms,
            community: member.name(&member.community),
            code: code_of(&issued.invite),
            poster: new.poster,
        })
    }

    /// The invites that can still be used.
    pub fn invites(&self) -> Result<Invites, Problem> {
        let member = self.member()?;
        Ok(Invites { invites: member.open_invites().iter().map(|i| member.open_invite(i)).collect() })
    }

    /// Takes invites back: the one of a code or a note, or `all`. Gives what they were.
    pub async fn invite_revoke(&self, which: &str, dry_run: bool) -> Result<Invites, Problem> {
        let member = self.member()?;
        let open = member.open_invites();
        let wanted = which.trim().to_lowercase();
        let by_note = |i: &&Issued| !wanted.is_empty() && member.invite_note(&i.invite).to_lowercase() == wanted;
        let by_code = |i: &&Issued| wanted.len() >= CODE_DIGITS && i.invite.to_string().starts_with(&wanted);
        let chosen: Vec<Issued> = match wanted.as_str() {
            "all" => open,
            _ => {
                let mut chosen: Vec<Issued> = open.iter().filter(by_code).copied().collect();
                if chosen.is_empty() {
                    chosen = open.iter().filter(by_note).copied().collect();
                }
                if chosen.len() > 1 {
                    let codes: Vec<String> = chosen.iter().map(|i| code_of(&i.invite)).collect();
                    return Err(invalid(
                        format!("More than one invite is called \"{}\".", which.trim()),
                        format!("Use the code of the one you mean: {}.", codes.join(", ")),
                    ));
                }
                if chosen.is_empty() {
                    return Err(Problem::new(
                        Code::NotFound,
                        format!("There is no open invite \"{}\".", which.trim().chars().take(80).collect::<String>()),
                        "It was used, has run out, was withdrawn, or was made on another computer.",
                        "See which are open: hedgerow invite list",
                    ));
                }
                chosen
            }
        };
        let invites = chosen.iter().map(|i| member.open_invite(i)).collect();
        if !dry_run {
            for issued in &chosen {
                // Used this very moment: then it is not taken back, and stays remembered as used.
                let key = invite_local_key(&issued.invite);
                let now = member.core.local(&key).and_then(|v| Issued::decode(&v).ok());
                if now.is_some_and(|i| i.state == IssuedState::Open) {
                    let revoked = Issued { state: IssuedState::Revoked, ..*issued };
                    member.core.put_local(&key, &revoked.encode()).await?;
                    member.forget_asked(&issued.invite).await?;
                }
            }
            self.tell_status();
        }
        Ok(Invites { invites })
    }
}
