//! Starting a community, joining one, letting somebody in.

use hedgerow_api::{Client, CommunityNew, InviteNew, Join};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::words::Words;

/// What can be done about belonging.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "community.")]
pub enum Deed {
    /// Start a community.
    Start {
        /// Its name.
        community: String,
        /// My name.
        my_name: String,
    },
    /// Join with the text of an invite, or the path of a file that holds it.
    Join {
        /// Text or path.
        ticket: String,
        /// My name.
        my_name: String,
    },
    /// Make an invite.
    Invite,
    /// Save the text of an invite as a file for a stick.
    SaveInvite {
        /// The text.
        ticket: String,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::Start { community, my_name } => {
                let new = CommunityNew { name: community, time_zone: None, my_name, accept_newcomers: false };
                client.community_new(&new).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::Join { ticket, my_name } => {
                let ticket = files::ticket(&ticket)?;
                client.join(&Join { ticket, my_name }).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::Invite => {
                let invite = client.invite(&InviteNew::default()).await.map_err(fault)?;
                Ok(Outcome::Invite(Box::new(invite)))
            }
            Deed::SaveInvite { ticket } => {
                files::save("hedgerow-invite.txt", format!("{ticket}\n").as_bytes()).map(Outcome::Saved)
            }
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        match outcome {
            Outcome::Saved(path) => Some(words.with("invite-saved", "path", path)),
            _ => None,
        }
    }
}
