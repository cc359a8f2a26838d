//! `hedgerow neighbour`

use clap::{Args, Subcommand};
use hedgerow_api::{NeighbourAdd, Neighbours};

use super::{Cx, Fail, Outcome};

/// See and connect the other computers of your community.
///
/// Example: hedgerow neighbour list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Neighbour {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Add(Add),
    Me(Me),
}

/// Show the other computers: seen, linked, and if not, why.
///
/// Example: hedgerow neighbour list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

/// Connect to a computer that is not found by itself.
///
/// Example: hedgerow neighbour add KEY@192.168.1.20:4847
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Add {
    /// What "hedgerow neighbour me" prints on the other computer.
    address: String,
}

/// Print what others type to connect to this computer.
///
/// Example: hedgerow neighbour me
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Me {}

impl Neighbour {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::List(_) => {
                let neighbours = cx.client.neighbours().await?;
                cx.out.data(&neighbours, text);
                if neighbours.neighbours.is_empty() {
                    cx.out.say("No other computer of your community has been seen since the start.");
                    cx.out.next(
                        "on another one: hedgerow neighbour me, then here: hedgerow neighbour add WHAT IT PRINTS",
                    );
                }
            }
            Sub::Add(Add { address }) => {
                if cx.dry_run {
                    cx.client.status().await?;
                    cx.out.say(&format!("Would connect to {address}."));
                    return Ok(0);
                }
                let neighbours = cx.client.neighbour_add(&NeighbourAdd { address }).await?;
                cx.out.data(&neighbours, text);
            }
            Sub::Me(_) => {
                let neighbours = cx.client.neighbours().await?;
                if neighbours.me.is_empty() {
                    return Err(Fail::failed(
                        "This computer has no network address.",
                        "It is not connected to any network.",
                        "Connect a cable or Wi-Fi, then try again.",
                    ));
                }
                cx.out.data(&neighbours, |n| n.me.join("\n"));
            }
        }
        Ok(0)
    }
}

fn text(neighbours: &Neighbours) -> String {
    let line = |n: &hedgerow_api::Neighbour| {
        let key = &n.key[..n.key.len().min(8)];
        let name = if n.name.is_empty() { "(name not known yet)" } else { &n.name };
        let state = match (n.linked, n.up_to_date) {
            (true, true) => "linked, up to date",
            (true, false) if n.partial => "linked, has no room for everything",
            (true, false) => "linked",
            _ => "seen, not linked",
        };
        let reason = if n.reason.is_empty() { String::new() } else { format!(": {}", n.reason) };
        format!("{key}  {name}  {state}{reason}  {}", n.addresses.join(" "))
    };
    neighbours.neighbours.iter().map(line).collect::<Vec<_>>().join("\n")
}
