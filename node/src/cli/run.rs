//! `hedgerow run`

use clap::Args;

use super::{Cx, Fail, Outcome, manager};
use crate::app::{self, RunError, RunOptions};
use crate::core::CoreError;

/// How others reach this computer.
#[derive(Debug, Args)]
pub struct Reach {
    /// UDP port others reach this computer at; 0 takes any free one. Default: the one in the config.
    #[arg(long)]
    pub port: Option<u16>,
    /// Do not look for others on the same network.
    #[arg(long)]
    pub no_multicast: bool,
    /// Listen on this address only (may be given more than once). Default: all.
    #[arg(long, value_name = "IP")]
    pub bind: Vec<std::net::IpAddr>,
}

/// Run Hedgerow in this window until you press Ctrl-C.
///
/// Example: hedgerow run
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Run {
    #[command(flatten)]
    reach: Reach,
}

impl Run {
    pub async fn run(self, cx: &Cx) -> Outcome {
        crate::files::only_private();
        let options = RunOptions {
            dir: cx.dir.clone(),
            port: self.reach.port,
            multicast: !self.reach.no_multicast,
            bind: self.reach.bind,
        };
        let out = cx.out;
        let data = cx.dir.path().display().to_string();
        let says = move |ready: &app::Ready| {
            manager::ready();
            out.say(&format!("Hedgerow is running. Its folder is {data}."));
            for line in &ready.notices {
                out.say(line);
            }
            if !ready.has_community {
                out.next("hedgerow community new \"NAME\" --name \"YOUR NAME\"   or   hedgerow join INVITE --name \"YOUR NAME\"");
            }
        };
        let pulse = manager::keep_saying_well(cx.client.clone());
        let ended = app::run(options, says).await;
        drop(pulse);
        manager::stopping();
        match ended {
            Ok(left) if left.is_empty() => {
                cx.out.say("Hedgerow has stopped.");
                Ok(0)
            }
            Ok(left) => {
                cx.out.say(&format!("Hedgerow has stopped. These parts did not stop in time: {}.", left.join(", ")));
                Ok(0)
            }
            Err(e) => Err(e.into()),
        }
    }
}

impl From<RunError> for Fail {
    fn from(e: RunError) -> Self {
        let (title, detail, action) = match &e {
            RunError::AlreadyRunning => (
                "Hedgerow is already running for this folder.",
                "A folder is used by one Hedgerow at a time; the one that runs answers all commands.".to_owned(),
                "See how it is doing: hedgerow status",
            ),
            RunError::Directory(..) => (
                "The folder of this community cannot be used.",
                format!("{e}."),
                "Check that it is yours and that you may write in it, or choose another one with --data.",
            ),
            RunError::Config(_) => (
                "The settings cannot be used.",
                format!("{e}."),
                "Correct the file config.toml in the folder; check it with: hedgerow config check",
            ),
            RunError::Identity(_) => (
                "The keys of this computer cannot be used.",
                format!("{e}."),
                "Check the folder named keys. With your 24 words: hedgerow identity restore, in a new folder.",
            ),
            RunError::Member(_) => (
                "The note about the community in this folder is damaged.",
                format!("{e}."),
                "Put the file member.json back from a copy, or start with a new folder and join again.",
            ),
            RunError::Store(CoreError::InUse) => (
                "Another Hedgerow still uses this folder.",
                "A folder is used by one Hedgerow at a time. Nothing was changed.".to_owned(),
                "Wait until the other has stopped, then try again.",
            ),
            RunError::Store(_) => (
                "What is saved in this folder cannot be opened.",
                format!("{e}."),
                "Nothing was changed. Check the disk, then try again.",
            ),
            RunError::Mesh(_) => (
                "Hedgerow cannot use the network of this computer.",
                format!("{e}."),
                "Check that another program does not use the same port, or choose one: hedgerow config set port 0",
            ),
            RunError::Socket(_) => (
                "Programs on this computer could not be given a way to talk to Hedgerow.",
                format!("{e}."),
                "Check that the folder is on a disk of this computer and that there is space.",
            ),
        };
        Fail::failed(title, detail, action)
    }
}
