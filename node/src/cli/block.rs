//! `hedgerow block`, `hedgerow unblock`, `hedgerow blocked`

use clap::Args;
use hedgerow_api::Blocked as Answer;

use super::find::short;
use super::{Cx, Outcome};

/// Leave what a person or group publishes out of what you find on this computer. Nobody else learns of it.
///
/// Example: hedgerow block Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Block {
    /// Their name or id.
    name: String,
}

/// Find what a person or group publishes again.
///
/// Example: hedgerow unblock Bob
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Unblock {
    /// Their name or id.
    name: String,
}

/// List whom you blocked on this computer.
///
/// Example: hedgerow blocked
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Blocked {}

impl Block {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.blocked().await?;
            cx.out.say(&format!("Would block {} on this computer.", self.name));
            return Ok(0);
        }
        let blocked = cx.client.block(&self.name).await?;
        cx.out.data(&blocked, text);
        cx.out.next(&format!("to see them again: hedgerow unblock \"{}\"", self.name));
        Ok(0)
    }
}

impl Unblock {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.blocked().await?;
            cx.out.say(&format!("Would show what {} publishes again.", self.name));
            return Ok(0);
        }
        let blocked = cx.client.unblock(&self.name).await?;
        cx.out.data(&blocked, text);
        Ok(0)
    }
}

impl Blocked {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let blocked = cx.client.blocked().await?;
        cx.out.data(&blocked, text);
        if blocked.blocked.is_empty() {
            cx.out.say("You have blocked nobody.");
        }
        Ok(0)
    }
}

fn text(blocked: &Answer) -> String {
    let line = |b: &hedgerow_api::BlockedOwner| format!("{}  {}", short(&b.id), b.name);
    blocked.blocked.iter().map(line).collect::<Vec<_>>().join("\n")
}
