//! `hedgerow up` and `hedgerow down`

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use hedgerow_api::ClientError;
use tokio::time::{Instant, sleep};

use super::status::sentence;
use super::{Cx, Fail, Outcome};
use crate::files;

/// How long a start may take before it counts as failed. Rebuilding a large index takes the longest.
const START_WITHIN: Duration = Duration::from_secs(60);
/// How long a stop may take: the node gives itself 10 seconds.
const STOP_WITHIN: Duration = Duration::from_secs(15);

/// Start Hedgerow in the background and wait until it answers.
///
/// Example: hedgerow up
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Up {
    #[command(flatten)]
    reach: super::run::Reach,
}

impl Up {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if let Ok(status) = cx.client.status().await {
            cx.out.say("Hedgerow is already running.");
            cx.out.data(&status, sentence);
            return Ok(0);
        }
        if cx.dry_run {
            cx.out.say(&format!("Would start Hedgerow with the folder {}.", cx.dir.path().display()));
            return Ok(0);
        }
        cx.dir.make().map_err(|e| Fail::file(cx.dir.path(), &e))?;
        let log = cx.dir.log();
        let file = files::create_log(&log).map_err(|e| Fail::file(&log, &e))?;
        let errors = file.try_clone().map_err(|e| Fail::file(&log, &e))?;
        let program = std::env::current_exe().map_err(|e| Fail::file("hedgerow".as_ref(), &e))?;
        let mut command = Command::new(&program);
        command.arg("run").arg("--data").arg(cx.dir.path());
        if let Some(port) = self.reach.port {
            command.arg("--port").arg(port.to_string());
        }
        if self.reach.no_multicast {
            command.arg("--no-multicast");
        }
        for ip in &self.reach.bind {
            command.arg("--bind").arg(ip.to_string());
        }
        // A process group of its own: Ctrl-C here does not stop it.
        command.stdin(Stdio::null()).stdout(file).stderr(errors).process_group(0);
        let mut child = command.spawn().map_err(|e| Fail::file(&program, &e))?;
        let end = Instant::now() + START_WITHIN;
        loop {
            match cx.client.status().await {
                Ok(status) => {
                    cx.out.say("Hedgerow is running in the background.");
                    let has_community = status.community.is_some();
                    cx.out.data(&status, sentence);
                    cx.out.next(if has_community {
                        "hedgerow find WORD   or   hedgerow status"
                    } else {
                        "hedgerow community new \"NAME\" --name \"YOUR NAME\"   or   hedgerow join INVITE --name \"YOUR NAME\""
                    });
                    return Ok(0);
                }
                Err(ClientError::Problem(p)) => return Err(ClientError::Problem(p).into()),
                Err(_) => {}
            }
            let gone = child.try_wait().ok().flatten();
            if gone.is_some() || Instant::now() >= end {
                let said = files::read_text(&log).unwrap_or_default();
                let last: Vec<&str> = said.lines().rev().take(4).collect();
                let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
                let why = if gone.is_some() { "It stopped again." } else { "It does not answer yet." };
                return Err(Fail::failed(
                    "Hedgerow did not start.",
                    if last.is_empty() { why.to_owned() } else { last },
                    format!("All it said is in {}.", log.display()),
                ));
            }
            sleep(Duration::from_millis(40)).await;
        }
    }
}

/// Stop Hedgerow on this computer.
///
/// Example: hedgerow down
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Down {}

impl Down {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if cx.dry_run {
            cx.client.status().await?;
            cx.out.say("Would stop Hedgerow.");
            return Ok(0);
        }
        cx.client.stop().await?;
        let end = Instant::now() + STOP_WITHIN;
        // Stopped means that the folder is free again.
        while crate::app::is_locked(&cx.dir) {
            if Instant::now() >= end {
                return Err(Fail::timed_out(
                    "Hedgerow is still stopping.",
                    "It was told to stop and has not finished.",
                    "Wait a moment, then: hedgerow status",
                ));
            }
            sleep(Duration::from_millis(20)).await;
        }
        cx.out.say("Hedgerow has stopped. What it saved stays on this computer.");
        if cx.out.json {
            cx.out.raw(r#"{"schema":"hedgerow.down/1","stopped":true}"#);
        }
        Ok(0)
    }
}
