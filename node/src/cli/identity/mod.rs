//! `hedgerow identity`

pub(super) mod computers;
mod friends;
mod kit;
pub(super) mod link;
pub(super) mod secret;

use clap::{Args, Subcommand};

use super::out::{count, moment};
use super::{Cx, Fail, Outcome};

/// Who you are here: your recovery words, your computers, your recovery friends.
///
/// Example: hedgerow identity kit
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Identity {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    Show(Show),
    PenName(PenName),
    Kit(kit::Kit),
    Restore(kit::Restore),
    Cool(kit::Cool),
    Devices(computers::Devices),
    LinkCode(link::LinkCode),
    Link(link::Link),
    LinkConfirm(link::LinkConfirm),
    Move(link::Move),
    GiveUp(computers::GiveUp),
    Friends(friends::Friends),
    AskForHelp(friends::AskForHelp),
    Object(friends::Object),
    WithdrawAll(WithdrawAll),
}

/// Show who you are, and since when this computer is yours.
///
/// Example: hedgerow identity show
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Show {}

/// Choose the name that everybody sees beside what you publish to everybody. Your name is for your community alone.
///
/// Example: hedgerow identity pen-name "The gardener of Mill Lane"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct PenName {
    /// The name. Without it, yours is shown to you.
    #[arg(conflicts_with = "none")]
    name: Option<String>,
    /// No name any more.
    #[arg(long)]
    none: bool,
}

/// Withdraw everything you published, your name last. Copies already carried may last up to 400 days.
///
/// Example: hedgerow identity withdraw-all --yes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct WithdrawAll {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Identity {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::Show(c) => c.run(cx).await,
            Sub::PenName(c) => c.run(cx).await,
            Sub::Kit(c) => c.run(cx).await,
            Sub::Restore(c) => c.run(cx).await,
            Sub::Cool(c) => c.run(cx).await,
            Sub::Devices(c) => c.run(cx).await,
            Sub::LinkCode(c) => c.run(cx).await,
            Sub::Link(c) => c.run(cx).await,
            Sub::LinkConfirm(c) => c.run(cx).await,
            Sub::Move(c) => c.run(cx).await,
            Sub::GiveUp(c) => c.run(cx).await,
            Sub::Friends(c) => c.run(cx).await,
            Sub::AskForHelp(c) => c.run(cx).await,
            Sub::Object(c) => c.run(cx).await,
            Sub::WithdrawAll(c) => c.run(cx).await,
        }
    }
}

impl Show {
    async fn run(self, cx: &Cx) -> Outcome {
        let me = cx.client.identity().await?;
        cx.out.data(&me, |me| {
            let since = me.computer.since_ms.map(|ms| format!(" since {}", moment(ms))).unwrap_or_default();
            let words = if me.words_here {
                "Your words are on this computer too. Once they are on paper: hedgerow identity cool"
            } else {
                "Your words are not on this computer."
            };
            let is_yours = if me.computer.active { "is yours" } else { "is not yours any more" };
            format!(
                "You are {}, {} of {}.{}\nThis computer ({}) {is_yours}{since}. You have {}.\n{words}\nYou have named {}.",
                me.name,
                me.role,
                me.community_name,
                if me.pen_name.is_empty() { String::new() } else { format!(" Others see \"{}\".", me.pen_name) },
                computers::title(&me.computer),
                count(me.computers, "computer"),
                count(me.friends, "recovery friend"),
            )
        });
        if me.friends == 0 {
            cx.out.next("hedgerow identity friends set NAME NAME NAME");
        }
        Ok(0)
    }
}

impl PenName {
    async fn run(self, cx: &Cx) -> Outcome {
        let me = match self.name.or_else(|| self.none.then(String::new)) {
            None => cx.client.identity().await?,
            Some(name) if cx.dry_run => hedgerow_api::Identity { pen_name: name, ..cx.client.identity().await? },
            Some(name) => cx.client.pen_name_set(&hedgerow_api::PenName { name }).await?,
        };
        cx.out.data(&me, |me| match me.pen_name.as_str() {
            "" => "People outside your community see no name beside what you publish to everybody.".into(),
            name => format!("People outside your community see \"{name}\" beside what you publish to everybody."),
        });
        Ok(0)
    }
}

impl WithdrawAll {
    async fn run(self, cx: &Cx) -> Outcome {
        let would = cx.client.withdraw_all(true).await?;
        if cx.dry_run {
            cx.out.data(&would, |w| format!("Would withdraw {}.", count(w.withdrawn, "thing")));
            return Ok(0);
        }
        if !self.yes {
            return Err(Fail::usage(
                format!("To withdraw all {} you published, say so with --yes.", count(would.withdrawn, "thing")),
                "Your name goes too. You stay in the community.",
                "hedgerow identity withdraw-all --yes",
            ));
        }
        let done = cx.client.withdraw_all(false).await?;
        cx.out.data(&done, |w| format!("{} withdrawn.", count(w.withdrawn, "thing")));
        cx.out.say("Others see it as gone when they meet you or somebody who knows. Copies already carried may last up to 400 days.");
        Ok(0)
    }
}
