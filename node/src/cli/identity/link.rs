//! `hedgerow identity link-code`, `link`, `link-confirm`, `move`

use std::time::Duration;

use clap::Args;
use hedgerow_api::{ClientError, Code, Link as Ask, LinkCode as Shown, LinkConfirm as Confirm};
use tokio::time::Instant;

use super::super::community::membership_text;
use super::super::out::moment;
use super::super::{Cx, Fail, Outcome};
use super::{computers, secret};
use crate::qr::Picture;

/// How often it is asked whether something has happened.
const AGAIN: Duration = Duration::from_millis(1500);
/// How long a move waits for the new computer to have everything.
const SYNC_WITHIN: Duration = Duration::from_secs(600);
/// How long a move waits for the new computer to know that this one is given up.
const TOLD_WITHIN: Duration = Duration::from_secs(30);

/// Make a code that links one more computer of yours, once, within fifteen minutes. Hand it over like a key.
///
/// Example: hedgerow identity link-code
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LinkCode {}

/// Make this computer one of yours, with the code your other computer shows. Then type the six digits there.
///
/// Example: hedgerow identity link CODE --name laptop
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Link {
    /// What "identity link-code" shows on your other computer.
    code: String,
    /// What you call this computer. Only your other computer is told.
    #[arg(long, default_value = "")]
    name: String,
    /// This computer only keeps and passes on what others write. For computers of a group.
    #[arg(long)]
    stores_only: bool,
    /// Give up after so many seconds.
    #[arg(long, default_value_t = 900, value_name = "SECONDS")]
    timeout: u64,
}

/// Say that the new computer which shows these six digits is yours.
///
/// Example: hedgerow identity link-confirm 123456
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct LinkConfirm {
    /// The six digits.
    digits: String,
}

/// Move to a new computer: link it, wait until it has everything, then give this one up.
///
/// Example: hedgerow identity move
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Move {
    /// Give up waiting for the new computer after so many seconds.
    #[arg(long, default_value_t = 900, value_name = "SECONDS")]
    timeout: u64,
}

impl LinkCode {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.identity().await?;
            cx.out.say("Would make a code to link one more computer.");
            return Ok(0);
        }
        show_code(cx).await?;
        cx.out.next("once the new computer shows six digits, type here: hedgerow identity link-confirm DIGITS");
        Ok(0)
    }
}

async fn show_code(cx: &Cx) -> Result<(), Fail> {
    let code = cx.client.link_code().await?;
    show(cx, &code);
    Ok(())
}

/// Shows a code, and where to type it.
pub fn show(cx: &Cx, code: &Shown) {
    cx.out.data(code, |c| c.code.clone());
    if cx.out.is_read_by_a_person()
        && let Some(picture) = Picture::of(&code.code)
    {
        cx.out.say(&picture.text());
    }
    cx.out.say(&format!(
        "It works once, until {}. Keep this computer on. On the new computer: hedgerow up, then hedgerow identity link CODE --name NAME",
        moment(code.expires_ms)
    ));
}

impl Link {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.status().await?;
            cx.out.say("Would make this computer one of yours.");
            return Ok(0);
        }
        let ask = Ask { code: self.code, name: self.name, stores_only: self.stores_only };
        let end = Instant::now() + Duration::from_secs(self.timeout);
        let mut shown = String::new();
        loop {
            match cx.client.link(&ask).await {
                Ok(step) => {
                    if let Some(membership) = step.membership {
                        cx.out.data(&membership, membership_text);
                        let whose = if membership.me.role == "group" { &membership.me.name } else { "yours" };
                        cx.out.say(&format!("This computer is {whose} now. What the others have comes by itself."));
                        return Ok(0);
                    }
                    if shown != step.digits {
                        // Not the answer yet: talk, in JSON mode too, or nobody could type them.
                        cx.out.say_always(&format!(
                            "On your other computer, type: hedgerow identity link-confirm {}",
                            step.digits
                        ));
                        shown = step.digits;
                    }
                }
                // It may be switched off for a moment, once it was there.
                Err(ClientError::Problem(p)) if p.code == Code::NotReachable && !shown.is_empty() => {}
                Err(e) => return Err(e.into()),
            }
            if Instant::now() >= end {
                return Err(Fail::timed_out(
                    "Nobody confirmed this computer.",
                    "The six digits were not typed on your other computer in time.",
                    "Make a new code there: hedgerow identity link-code",
                ));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

impl LinkConfirm {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            let waiting = cx.client.link_waiting().await?;
            let text =
                if waiting.asked { "Would link the computer that waits." } else { "No computer waits to be linked." };
            cx.out.data(&waiting, |_| text.into());
            return Ok(0);
        }
        let computer = cx.client.link_confirm(&Confirm { digits: self.digits }).await?;
        cx.out.data(&computer, |c| format!("{} is linked now.", computers::title(c)));
        cx.out.next("hedgerow identity devices   or   hedgerow group computer list GROUP");
        Ok(0)
    }
}

impl Move {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.identity().await?;
            cx.out.say("Would link a new computer, then give this one up.");
            return Ok(0);
        }
        show_code(cx).await?;
        let end = Instant::now() + Duration::from_secs(self.timeout);
        while !cx.client.link_waiting().await?.asked {
            if Instant::now() >= end {
                return Err(Fail::timed_out(
                    "The new computer did not use the code.",
                    "Nothing was changed.",
                    "Try again: hedgerow identity move",
                ));
            }
            tokio::time::sleep(AGAIN).await;
        }
        let digits = secret::read_line(cx, "Type the six digits that the new computer shows:")?;
        let new = cx.client.link_confirm(&Confirm { digits: digits.to_string() }).await?;
        cx.out.say(&format!("{} is yours. Waiting until it has everything.", computers::title(&new)));
        let is_equal = async || -> Result<(bool, bool), Fail> {
            let near = cx.client.neighbours().await?.neighbours.into_iter().find(|n| n.key == new.link);
            Ok((near.as_ref().is_some_and(|n| n.linked), near.is_some_and(|n| n.linked && n.up_to_date)))
        };
        let end = Instant::now() + SYNC_WITHIN;
        while !is_equal().await?.1 {
            if Instant::now() >= end {
                return Err(Fail::timed_out(
                    "The new computer does not have everything yet.",
                    "It is linked, and this one is still yours too.",
                    "Leave both on for a while, then: hedgerow identity give-up --yes",
                ));
            }
            tokio::time::sleep(AGAIN).await;
        }
        let given_up = cx.client.give_up(false).await?;
        // It lets go of the link once it knows.
        let end = Instant::now() + TOLD_WITHIN;
        while is_equal().await? == (true, false) && Instant::now() < end {
            tokio::time::sleep(AGAIN).await;
        }
        if cx.out.json {
            cx.out.data(&given_up, |_| String::new());
        }
        cx.out.say("You have moved. This computer is not yours any more.");
        cx.out.next("once the new one works as you want, here: hedgerow community leave --yes");
        Ok(0)
    }
}
