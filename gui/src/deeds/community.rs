//! Starting a community, joining one, letting somebody in.

use hedgerow_api::{Client, CommunityNew, Enter, InviteNew, InvitePoster, Join, Joined, clean};
use strum::{IntoStaticStr, VariantNames};

use super::people::Who;
use super::{Act, Outcome, Sure};
use crate::command::Page;
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
    /// Stop asking to join.
    StopAsking,
    /// Enter a community nearby without an invite, to read.
    Enter {
        /// The community.
        community: Who,
        /// My name.
        my_name: String,
    },
    /// Make an invite for many, who each wait for a yes.
    Poster {
        /// A note to myself.
        note: String,
    },
    /// Save a poster as a file.
    SavePoster {
        /// The text of the invite.
        ticket: String,
        /// `pdf` or `png`.
        format: &'static str,
        /// `en` or `cy`.
        lang: &'static str,
    },
    /// Take an invite back.
    Revoke {
        /// Its code and note.
        invite: Who,
    },
    /// Let somebody in who asked with a poster.
    Confirm {
        /// Their code and name.
        who: Who,
    },
    /// Say no to somebody who asked with a poster.
    Refuse {
        /// Their code and name.
        who: Who,
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
                // With a poster somebody has to say yes: how that stands is read from the node.
                match client.ask_to_join(&Join { ticket, my_name }).await.map_err(fault)? {
                    Joined::Member(joined) => Ok(Outcome::Joined(joined.community.name)),
                    Joined::Waiting(_) => Ok(Outcome::Done),
                }
            }
            Deed::Invite => {
                let invite = client.invite(&InviteNew::default()).await.map_err(fault)?;
                Ok(Outcome::Invite(Box::new(invite)))
            }
            Deed::SaveInvite { ticket } => {
                files::save("hedgerow-invite.txt", format!("{ticket}\n").as_bytes()).map(Outcome::Saved)
            }
            Deed::StopAsking => client.join_stop().await.map(|()| Outcome::Done).map_err(fault),
            Deed::Enter { community, my_name } => {
                let enter = Enter { community: Some(community.id), my_name };
                client.enter(&enter).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::Poster { note } => {
                let new = InviteNew { note, poster: true, days: None };
                client.invite(&new).await.map(|invite| Outcome::Invite(Box::new(invite))).map_err(fault)
            }
            Deed::SavePoster { ticket, format, lang } => {
                let poster = InvitePoster { ticket, format: format.into(), lang: lang.into() };
                let bytes = client.invite_poster(&poster).await.map_err(fault)?;
                files::save(&format!("hedgerow-poster.{format}"), &bytes).map(Outcome::Saved)
            }
            Deed::Revoke { invite } => {
                client.invite_revoke(&invite.id, false).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::Confirm { who } => client.join_confirm(&who.id, false).await.map(|_| Outcome::Done).map_err(fault),
            Deed::Refuse { who } => client.join_refuse(&who.id, false).await.map(|_| Outcome::Done).map_err(fault),
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (_, Outcome::Joined(name)) => Some(match clean::line(name) {
                // Its name may come a moment later than the yes.
                name if name.is_empty() => words.t("joined"),
                name => words.with("joined-name", "name", &name),
            }),
            (Deed::Enter { community, .. }, _) => Some(words.with("entered-name", "name", &community.name)),
            (_, Outcome::Saved(path)) => Some(words.with("invite-saved", "path", path)),
            (Deed::Revoke { .. }, _) => Some(words.t("invite-revoked")),
            (Deed::Confirm { who }, _) => Some(words.with("asker-in", "name", &who.name)),
            (Deed::Refuse { who }, _) => Some(words.with("asker-refused", "name", &who.name)),
            _ => None,
        }
    }

    fn leads_to(&self) -> Option<Page> {
        matches!(self, Deed::Join { .. } | Deed::Enter { .. }).then_some(Page::Home)
    }

    fn sure(&self, words: &Words) -> Option<Sure> {
        let (question, meaning, button) = match self {
            Deed::Revoke { invite } if invite.name.is_empty() => {
                (words.t("sure-revoke"), "sure-revoke-do", words.t("invite-revoke"))
            }
            Deed::Revoke { invite } => {
                (words.with("sure-revoke-note", "note", &invite.name), "sure-revoke-do", words.t("invite-revoke"))
            }
            Deed::Refuse { who } => (
                words.with("sure-refuse", "name", &who.name),
                "sure-refuse-do",
                words.with("asker-refuse", "name", &who.name),
            ),
            _ => return None,
        };
        Some(Sure { question, meaning: words.t(meaning), button })
    }
}
