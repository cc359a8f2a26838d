//! `hedgerow join`

use std::io::Read as _;
use std::path::Path;

use clap::Args;
use hedgerow_api::ticket::{self, NoTicket};
use hedgerow_api::{Enter, Join as Request, JoinWaiting, Joined};

use super::community::{membership_text, my_name};
use super::out::moment;
use super::{Cx, Fail, Outcome};

/// Join a community with an invite or a poster, as text, in a file or as a picture.
///
/// With a poster you ask, and somebody there has to say yes; this keeps asking, also after a restart. Without an
/// invite: show how asking stands. Some communities let newcomers in by themselves, to read: --as-newcomer.
///
/// Example: hedgerow join invite-for-bob.txt --name "Bob"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Join {
    /// The invite, or a file that holds it (a PNG or JPEG picture too); with --as-newcomer the community, as "hedgerow community list" names it.
    #[arg(value_name = "INVITE|FILE", conflicts_with = "stop")]
    invite: Option<String>,
    /// Your name as others see it. Default: the one in the config.
    #[arg(long, value_name = "YOUR NAME")]
    name: Option<String>,
    /// Enter a community near you that lets newcomers in, without an invite. Default: the only one near.
    #[arg(long, conflicts_with = "stop")]
    as_newcomer: bool,
    /// Stop asking.
    #[arg(long)]
    stop: bool,
}

impl Join {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if self.as_newcomer {
            return enter(cx, self.invite, self.name).await;
        }
        let Some(invite) = &self.invite else { return asking(cx, self.stop).await };
        let ticket = read_ticket(invite)?;
        let my_name = my_name(cx, self.name)?;
        if cx.dry_run {
            cx.client.status().await?;
            cx.out.say(&format!("Would join with this invite as {my_name}."));
            return Ok(0);
        }
        match cx.client.ask_to_join(&Request { ticket, my_name }).await? {
            Joined::Member(membership) => {
                cx.out.data(&membership, membership_text);
                cx.out.say(
                    "Everyone in the community sees your name. Keep your recovery words safe: hedgerow identity kit",
                );
                cx.out.next("hedgerow find WORD   or   hedgerow status");
            }
            Joined::Waiting(waiting) => {
                cx.out.data(&waiting, waiting_text);
                cx.out.next("hedgerow wait --community   or   hedgerow join --stop");
            }
        }
        Ok(0)
    }
}

/// Enters without an invite, and says what that means.
async fn enter(cx: &Cx, community: Option<String>, name: Option<String>) -> Outcome {
    let my_name = my_name(cx, name)?;
    if cx.dry_run {
        cx.client.status().await?;
        let which = community.as_deref().unwrap_or("the community nearby");
        cx.out.say(&format!("Would enter {which} as the newcomer {my_name}."));
        return Ok(0);
    }
    let entered = cx.client.enter(&Enter { community, my_name }).await?;
    cx.out.data(&entered, |e| e.limits.join("\n"));
    cx.out.next("hedgerow find WORD   or   hedgerow join INVITE");
    Ok(0)
}

/// Shows how asking with a poster stands, or stops it.
async fn asking(cx: &Cx, stop: bool) -> Outcome {
    let waiting = cx.client.join_waiting().await?;
    if !stop {
        cx.out.data(&waiting, waiting_text);
        return Ok(0);
    }
    if cx.dry_run {
        cx.out.say("Would stop asking.");
        return Ok(0);
    }
    cx.client.join_stop().await?;
    cx.out.say("This computer has stopped asking.");
    if cx.out.json {
        cx.out.raw(r#"{"schema":"hedgerow.join-stopped/1","stopped":true}"#);
    }
    Ok(0)
}

/// What happened and what happens next.
fn waiting_text(waiting: &JoinWaiting) -> String {
    let said = waiting.as_problem();
    let until = format!("{}\nThe poster hangs until {}.", said.action, moment(waiting.until_ms));
    match waiting.ended {
        Some(_) => format!("{}\n{}\n{}", said.title, said.detail, said.action),
        None => format!("{} {}\n{until}", said.title, said.detail),
    }
}

/// The text of an invite: what was typed, or what is in the file of that name, a picture too.
pub fn read_ticket(typed: &str) -> Result<String, Fail> {
    let path = Path::new(typed);
    let is_file = typed.len() < 1024 && path.is_file();
    if !is_file {
        return Ok(typed.trim().to_owned());
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| Fail::file(path, &e))?;
    file.take(ticket::FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(|e| Fail::file(path, &e))?;
    ticket::from_file(&bytes).map_err(|error| {
        let action = match error {
            NoTicket::NoCode => {
                "Take the picture again: near, straight and in good light. Or ask for the invite as text."
            }
            _ => "Ask for the invite again, as text or as a file made by: hedgerow invite --file",
        };
        Fail::usage(format!("{} is not an invite.", path.display()), format!("The reason: {error}."), action)
    })
}
