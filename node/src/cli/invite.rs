//! `hedgerow invite`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hedgerow_api::{Invite as Made, InviteNew, Invites, JoinRequest, JoinRequests, OpenInvite};

use super::out::{count, moment};
use super::{Cx, Fail, Outcome, save};
use crate::files::Readers;
use crate::qr::Picture;

/// Make an invite: it lets one person in, once, within seven days, while this computer can be reached.
///
/// A poster (--poster) is for many: whoever uses it asks to join, and you say yes or no.
///
/// Example: hedgerow invite --file invite-for-bob.txt
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true)]
pub struct Invite {
    #[command(subcommand)]
    command: Option<Sub>,
    #[command(flatten)]
    make: Make,
}

#[derive(Debug, Args)]
struct Make {
    /// Also write it to this file, to hand over on a stick.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Also write it as a square picture for a telephone's camera, to print or to send.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Show the square picture here even where the invite goes to another program.
    #[arg(long)]
    qr: bool,
    /// A note to yourself: who it is for. It stays on this computer.
    #[arg(long, default_value = "")]
    note: String,
    /// For how many days: 1 to 7, for a poster up to 400. Default: 7, for a poster 30.
    #[arg(long, value_name = "N")]
    days: Option<u32>,
    /// Make a poster: for many people, who each wait until you say yes.
    #[arg(long)]
    poster: bool,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Revoke(Revoke),
    Requests(Requests),
    Confirm(Confirm),
    Refuse(Refuse),
}

/// Show the invites of this computer that can still be used.
///
/// Example: hedgerow invite list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

/// Take an invite back. Whoever has it cannot use it any more.
///
/// Example: hedgerow invite revoke "for Bob"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Revoke {
    /// Its code or note (see: hedgerow invite list), or all.
    #[arg(value_name = "CODE|NOTE|all")]
    which: String,
}

/// Show who asked to join with one of your posters and waits for an answer.
///
/// Example: hedgerow invite requests
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Requests {}

/// Say yes to somebody who asked to join. Anybody can give any name: be sure who it is.
///
/// Example: hedgerow invite confirm "Bob"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Confirm {
    /// Their name or code (see: hedgerow invite requests).
    #[arg(value_name = "NAME|CODE")]
    who: String,
}

/// Say no to somebody who asked to join.
///
/// Example: hedgerow invite refuse "Bob"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Refuse {
    /// Their name or code (see: hedgerow invite requests), or all.
    #[arg(value_name = "NAME|CODE|all")]
    who: String,
}

impl Invite {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            None => self.make.run(cx).await,
            Some(Sub::List(_)) => {
                let invites = cx.client.invites().await?;
                cx.out.data(&invites, invites_text);
                if invites.invites.is_empty() {
                    cx.out.say("No invite is open.");
                    cx.out.next("hedgerow invite");
                }
                Ok(0)
            }
            Some(Sub::Revoke(Revoke { which })) => {
                let invites = cx.client.invite_revoke(&which, cx.dry_run).await?;
                cx.out.data(&invites, invites_text);
                let said = if cx.dry_run { "Would withdraw" } else { "Withdrawn:" };
                cx.out.say(&format!("{said} {}.", count(invites.invites.len() as u64, "invite")));
                Ok(0)
            }
            Some(Sub::Requests(_)) => {
                let requests = cx.client.join_requests().await?;
                cx.out.data(&requests, requests_text);
                match requests.requests.first() {
                    None => cx.out.say("Nobody waits for an answer."),
                    Some(first) => {
                        cx.out.say("Nobody has checked these names: say yes to people you know or have met.");
                        cx.out.next(&format!(
                            "hedgerow invite confirm {0}   or   hedgerow invite refuse {0}",
                            first.code
                        ));
                    }
                }
                Ok(0)
            }
            Some(Sub::Confirm(Confirm { who })) => {
                let requests = cx.client.join_confirm(&who, cx.dry_run).await?;
                cx.out.data(&requests, requests_text);
                cx.out.say(match cx.dry_run {
                    true => "Would say yes.",
                    false => "You said yes. Their computer asks again by itself and is let in then; keep this one on.",
                });
                Ok(0)
            }
            Some(Sub::Refuse(Refuse { who })) => {
                let requests = cx.client.join_refuse(&who, cx.dry_run).await?;
                cx.out.data(&requests, requests_text);
                cx.out.say(if cx.dry_run {
                    "Would say no."
                } else {
                    "You said no. With that poster they cannot ask again."
                });
                Ok(0)
            }
        }
    }
}

impl Make {
    async fn run(self, cx: &Cx) -> Outcome {
        let what = if self.poster { "a poster" } else { "an invite" };
        if cx.dry_run {
            let community = cx.client.community().await?;
            cx.out.say(&format!("Would make {what} to {}.", community.name));
            return Ok(0);
        }
        let new = InviteNew { note: self.note, poster: self.poster, days: self.days };
        let invite = cx.client.invite(&new).await?;
        if let Some(file) = &self.file {
            let text = format!("{}\n", invite.ticket);
            save(file, Readers::Owner, text.as_bytes())?;
            cx.out.say(&format!("Written to {}.", file.display()));
        }
        let picture = Picture::of(&invite.ticket);
        if let Some(file) = &self.png {
            let bytes = picture.as_ref().map_or_else(|| Err(std::io::Error::other("it is too long")), Picture::png);
            save(file, Readers::Owner, &bytes.map_err(|e| Fail::file(file, &e))?)?;
            cx.out.say(&format!("The picture is in {}.", file.display()));
        }
        cx.out.data(&invite, |i| i.ticket.clone());
        if (self.qr || cx.out.is_read_by_a_person())
            && let Some(picture) = picture
        {
            cx.out.say(&picture.text());
        }
        cx.out.say(&what_it_does(&invite));
        cx.out.next(match invite.poster {
            true => "hedgerow invite requests",
            false => "on the other computer: hedgerow join INVITE --name \"THEIR NAME\"",
        });
        Ok(0)
    }
}

fn what_it_does(invite: &Made) -> String {
    let Made { community, expires_ms, code, .. } = invite;
    let until = moment(*expires_ms);
    match invite.poster {
        true => format!(
            "A poster: whoever uses it asks to join {community}, until {until}. You say yes or no to each. Keep this \
             computer on now and then. To take it down: hedgerow invite revoke {code}"
        ),
        false => format!(
            "It lets one person into {community}, once, until {until}. Hand it over like a key. Keep this computer on \
             until it is used."
        ),
    }
}

fn invites_text(invites: &Invites) -> String {
    let line = |i: &OpenInvite| {
        let note = if i.note.is_empty() { "(no note)" } else { &i.note };
        let kind = match (i.poster, i.waiting) {
            (false, _) => "for one person".to_owned(),
            (true, 0) => "poster".to_owned(),
            (true, n) => format!("poster, {} waiting", count(n, "person")),
        };
        format!("{}  {note}  {kind}  until {}", i.code, moment(i.expires_ms))
    };
    invites.invites.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn requests_text(requests: &JoinRequests) -> String {
    let line = |r: &JoinRequest| {
        let name = if r.name.is_empty() { "(no name given)" } else { &r.name };
        let note = if r.note.is_empty() { &r.poster } else { &r.note };
        let same = if r.same_name { "  (somebody else has this name too)" } else { "" };
        format!("{}  {name}  since {}  poster: {note}{same}", r.code, moment(r.since_ms))
    };
    requests.requests.iter().map(line).collect::<Vec<_>>().join("\n")
}
