//! The command line: reads what was typed, asks the node over the local API, prints the answer.
//!
//! Data goes to stdout, talk to stderr. One command a file; the comment on its arguments is its help. Knows
//! nothing of how the node works: even `run` only starts it.

mod backup;
mod block;
mod bundle;
mod community;
mod config;
mod demo;
mod event;
mod fail;
mod find;
mod gateway;
mod get;
mod group;
mod hide;
mod identity;
mod invite;
mod join;
mod manager;
mod manual;
mod metrics;
mod neighbour;
mod notice;
mod organisers;
mod out;
mod page;
mod people;
mod request;
mod run;
mod serve;
mod service;
mod settle;
mod statement;
mod status;
mod up;
mod uplink;
mod voucher;
mod wait;
mod when;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use hedgerow_api::Client;

use crate::files::{self, Owner, Readers};
use crate::paths::DataDir;
use fail::{Fail, Outcome};
use out::Out;

/// Hedgerow: your community's own network, on your own computers.
///
/// Start here:
///   hedgerow up                                       start on this computer
///   hedgerow community new "Riverside" --name Ann     start a community
///   hedgerow invite                                   let somebody in
///   hedgerow find library --open-now                  find something
///
/// Exit codes: 0 ok, 1 failed, 2 usage, 3 not running, 4 not found, 5 not allowed, 6 changed meanwhile, 7 timed out,
/// 8 warnings, 9 problems, 10 refused.
#[derive(Debug, Parser)]
#[command(name = "hedgerow", version, verbatim_doc_comment, max_term_width = 100, propagate_version = false)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
struct Common {
    /// Folder of one community on this computer. Default: your own, in ~/.local/share/hedgerow/home.
    #[arg(long, global = true, env = "HEDGEROW_DATA", value_name = "DIR", display_order = 90)]
    data: Option<PathBuf>,
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true, display_order = 91)]
    json: bool,
    /// Only say what would happen; change nothing.
    #[arg(long, global = true, display_order = 92)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Up(up::Up),
    Down(up::Down),
    Status(status::Status),
    Community(community::Community),
    Invite(invite::Invite),
    Join(join::Join),
    People(people::People),
    Organisers(organisers::Organisers),
    Group(group::Group),
    Service(service::Service),
    Notice(notice::Notice),
    Event(event::Event),
    Request(request::Request),
    Report(request::Report),
    Find(find::Find),
    Serve(serve::Serve),
    Visit(serve::Visit),
    Sites(serve::Sites),
    Uplink(uplink::Uplink),
    Gateway(gateway::Gateway),
    Get(get::Get),
    Hide(hide::Hide),
    Unhide(hide::Unhide),
    Hidden(hide::Hidden),
    Settle(settle::Settle),
    Block(block::Block),
    Unblock(block::Unblock),
    Blocked(block::Blocked),
    Bundle(bundle::Bundle),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Neighbour(neighbour::Neighbour),
    Page(page::Page),
    Identity(identity::Identity),
    Config(config::Config),
    Wait(wait::Wait),
    Metrics(metrics::Metrics),
    Man(manual::Man),
    Completions(manual::Completions),
    Demo(demo::Demo),
    Version(Version),
}

/// Print the version.
///
/// Example: hedgerow version
#[derive(Debug, Args)]
struct Version {}

/// What a command has at hand.
struct Cx {
    dir: DataDir,
    client: Client,
    out: Out,
    dry_run: bool,
}

/// Runs the command line and gives the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are answers, everything else is wrong usage.
            let code = if e.use_stderr() { 2 } else { 0 };
            out::keep_trouble(e.print().and_then(|()| std::io::stdout().flush()));
            return ended(Out::new(false), code);
        }
    };
    let dir = DataDir::choose(cli.common.data);
    let out = Out::new(cli.common.json);
    if matches!(cli.command, Command::Run(_) | Command::Up(_) | Command::Restore(_))
        && let Some(owner) = Owner::to_work_for(dir.path())
    {
        // While there is one thread only: whatever it starts is this user's too.
        if let Err(e) = owner.become_them() {
            out.fail(&Fail::file(dir.path(), &e));
            return ExitCode::from(1);
        }
        out.say(&format!("This folder belongs to {0}, so Hedgerow runs as {0}.", owner.name()));
    }
    let cx = Cx { client: Client::new(dir.path()), dir, out, dry_run: cli.common.dry_run };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            cx.out.fail(&Fail::failed(
                "Hedgerow could not start.",
                e.to_string(),
                "Close some programs and try again.",
            ));
            return ExitCode::from(1);
        }
    };
    let code = match runtime.block_on(dispatch(cli.command, &cx)) {
        Ok(code) => code,
        Err(fail) => {
            cx.out.fail(&fail);
            fail.exit
        }
    };
    // A task that hangs must not keep the process: everything durable is done by now.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    ended(cx.out, code)
}

/// The exit code, which cannot be good when the answer did not get out.
fn ended(out: Out, code: u8) -> ExitCode {
    match out.lost() {
        Some(fail) => {
            out.fail(&fail);
            ExitCode::from(fail.exit)
        }
        None => ExitCode::from(code),
    }
}

/// Writes a file that was asked for, whole or not at all.
fn save(path: &Path, readers: Readers, content: &[u8]) -> Result<(), Fail> {
    files::write(path, readers, content).map_err(|e| Fail::file(path, &e))
}

async fn dispatch(command: Command, cx: &Cx) -> Outcome {
    match command {
        Command::Run(c) => c.run(cx).await,
        Command::Up(c) => c.run(cx).await,
        Command::Down(c) => c.run(cx).await,
        Command::Status(c) => c.run(cx).await,
        Command::Community(c) => c.run(cx).await,
        Command::Invite(c) => c.run(cx).await,
        Command::Join(c) => c.run(cx).await,
        Command::People(c) => c.run(cx).await,
        Command::Organisers(c) => c.run(cx).await,
        Command::Page(c) => c.run(cx).await,
        Command::Group(c) => c.run(cx).await,
        Command::Service(c) => c.run(cx).await,
        Command::Notice(c) => c.run(cx).await,
        Command::Event(c) => c.run(cx).await,
        Command::Request(c) => c.run(cx).await,
        Command::Report(c) => c.run(cx).await,
        Command::Find(c) => c.run(cx).await,
        Command::Serve(c) => c.run(cx).await,
        Command::Visit(c) => c.run(cx).await,
        Command::Sites(c) => c.run(cx).await,
        Command::Uplink(c) => c.run(cx).await,
        Command::Gateway(c) => c.run(cx).await,
        Command::Get(c) => c.run(cx).await,
        Command::Hide(c) => c.run(cx).await,
        Command::Unhide(c) => c.run(cx).await,
        Command::Hidden(c) => c.run(cx).await,
        Command::Block(c) => c.run(cx).await,
        Command::Settle(c) => c.run(cx).await,
        Command::Unblock(c) => c.run(cx).await,
        Command::Blocked(c) => c.run(cx).await,
        Command::Bundle(c) => c.run(cx).await,
        Command::Backup(c) => c.run(cx).await,
        Command::Restore(c) => c.run(cx).await,
        Command::Neighbour(c) => c.run(cx).await,
        Command::Identity(c) => c.run(cx).await,
        Command::Config(c) => c.run(cx).await,
        Command::Wait(c) => c.run(cx).await,
        Command::Metrics(c) => c.run(cx).await,
        Command::Man(c) => c.run(cx).await,
        Command::Completions(c) => c.run(cx).await,
        Command::Demo(c) => c.run(cx).await,
        Command::Version(_) => {
            if cx.out.json {
                let version = serde_json::json!({"schema": "hedgerow.version/1", "version": env!("CARGO_PKG_VERSION")});
                cx.out.raw(&version.to_string());
            } else {
                cx.out.raw(concat!("hedgerow ", env!("CARGO_PKG_VERSION")));
            }
            Ok(0)
        }
    }
}

#[cfg(test)]
mod tests;
