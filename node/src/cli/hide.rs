//! `hedgerow hide`, `hedgerow unhide`, `hedgerow hidden`

use clap::Args;
use hedgerow_api::{HiddenItem, HiddenList, HideNew};

use super::out::moment;
use super::{Cx, Outcome};

/// Hide something from everybody, or everything of a person or group. It can be undone. Other computers delete it after a month.
/// Organisers only.
///
/// Example: hedgerow hide 3f9a1c20 --reason spam
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Hide {
    /// The id of a thing, or the name or id of a person or group.
    what: String,
    /// Why.
    #[arg(long, value_parser = ["spam", "wrong", "hurtful", "private", "unlawful", "other"])]
    reason: String,
    /// Words for members to read. Showing it again withdraws them.
    #[arg(long, default_value = "", value_name = "TEXT")]
    note: String,
}

/// Show again what was hidden. Organisers only.
///
/// Example: hedgerow unhide 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Unhide {
    /// The id of a thing, or the name or id of a person or group.
    what: String,
}

/// List what organisers hid, with who did it and why.
///
/// Example: hedgerow hidden
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Hidden {}

impl Hide {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let hide = HideNew { what: self.what, reason: self.reason, note: self.note, dry_run: cx.dry_run };
        let done = cx.client.hide(&hide).await?;
        if cx.dry_run {
            cx.out.say(&format!("Would hide {}.", done.title));
            return Ok(0);
        }
        cx.out.data(&done, |d| format!("{} is hidden. Nobody is shown it.", d.title));
        cx.out.next("hedgerow hidden");
        Ok(0)
    }
}

impl Unhide {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.hidden().await?;
            cx.out.say(&format!("Would show {} again.", self.what));
            return Ok(0);
        }
        let done = cx.client.unhide(&self.what).await?;
        cx.out.data(&done, |d| format!("{} is shown again.", d.title));
        Ok(0)
    }
}

impl Hidden {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let hidden = cx.client.hidden().await?;
        cx.out.data(&hidden, text);
        match hidden.hidden.first() {
            Some(first) => cx.out.next(&format!("hedgerow unhide {}", first.target)),
            None => cx.out.say("Nothing is hidden."),
        }
        Ok(0)
    }
}

fn text(hidden: &HiddenList) -> String {
    let line = |h: &HiddenItem| {
        let what = match h.what.as_str() {
            "everything" => format!("Everything of {}", h.owner),
            _ => format!("{} by {}", h.title, h.owner),
        };
        let note = if h.note.is_empty() { String::new() } else { format!("\n    {}", h.note) };
        format!("{what}\n    {}. Hidden by {}, {}.{note}\n    {}", h.reason_text, h.by, moment(h.hidden_ms), h.target)
    };
    hidden.hidden.iter().map(line).collect::<Vec<_>>().join("\n")
}
