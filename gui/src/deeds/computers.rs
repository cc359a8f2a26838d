//! My identity and my computers: words on paper, one more computer, a lost one, recovery friends, going away.

use std::time::Duration;

use hedgerow_api::{
    Agree, Agreed, Client, ComputerRemove, FriendsSet, HelpAsk, IdentityCool, IdentityRestore, KitFileNew, Link,
    LinkConfirm, PenName, clean,
};
use strum::{IntoStaticStr, VariantNames};

use super::people::Who;
use super::{Act, Outcome, Sure};
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::secret::Secret;
use crate::words::Words;

/// How long to wait before asking the other computer again whether the digits were typed there.
const LINK_AGAIN: Duration = Duration::from_secs(2);
/// Longest kit file read, bytes.
const KIT_BYTES_MAX: u64 = 64 * 1024;

/// What can be done about my identity.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "computers.")]
pub enum Deed {
    /// Show my 24 words.
    ShowWords,
    /// Save my words as an age file.
    SaveWords {
        /// What opens it.
        passphrase: Secret,
    },
    /// Take my words off this computer.
    ForgetWords,
    /// Make a code for one more computer of mine, or of a group.
    LinkCode {
        /// The group.
        group: Option<String>,
    },
    /// Say that the computer with these digits is mine.
    LinkConfirm {
        /// Six digits.
        digits: String,
    },
    /// Make this computer one of mine.
    Link {
        /// What the other computer showed.
        code: Secret,
        /// What I call this one.
        name: String,
        /// Whether it was asked before, so that a pause comes first.
        again: bool,
    },
    /// Take one of my computers, or of a group's, out.
    Remove {
        /// The group.
        group: Option<String>,
        /// Key and name of the computer.
        computer: Who,
        /// My words, where they are needed.
        words: Secret,
    },
    /// Name recovery friends in place of those before.
    SetFriends {
        /// Who.
        friends: Vec<Who>,
        /// Who it was before.
        before: Vec<Who>,
        /// My words, where they are not on this computer.
        words: Secret,
    },
    /// Speak against a new key asked for in my name.
    Object,
    /// Look at what somebody asks who lost their words.
    LookAtHelp {
        /// The text they handed over.
        request: String,
    },
    /// Agree to it.
    Agree {
        /// The text they handed over.
        request: String,
        /// The five words they said.
        spoken: String,
        /// Their name.
        name: String,
    },
    /// Come back on this computer with words, or a file of them.
    Restore {
        /// 24 words; blank with a file.
        words: Secret,
        /// Where the file is; empty with words.
        file: String,
        /// What opens the file.
        passphrase: Secret,
        /// An old invite or an address, where nothing of the community is near; empty: look nearby.
        from: String,
    },
    /// Ask my recovery friends for a new key, on a new computer.
    AskFriends {
        /// My name in the community.
        person: String,
        /// An invite from somebody there; empty: none.
        invite: String,
    },
    /// Choose the name that everybody sees beside what I share with everybody.
    PenName {
        /// Empty: none.
        name: String,
    },
    /// Come back with the key my friends agreed to.
    ComeBack,
    /// Withdraw everything I shared.
    WithdrawAll {
        /// How many things.
        count: u64,
    },
    /// Leave the community.
    Leave {
        /// Its name.
        community: String,
    },
    /// Take this computer out by its own word.
    GiveUp,
}

fn some(text: &str) -> Option<String> {
    Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned)
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        let done = match self {
            Deed::ShowWords => {
                let kit = client.identity_kit().await.map_err(fault)?;
                return Ok(Outcome::Words(Secret::new(kit.words)));
            }
            Deed::SaveWords { passphrase } => {
                let new = KitFileNew { passphrase: passphrase.open().to_owned() };
                let kit = client.identity_kit_file(&new).await.map_err(fault)?;
                return files::save("hedgerow-words.age", kit.file.as_bytes()).map(Outcome::Saved);
            }
            Deed::ForgetWords => client.identity_cool(&IdentityCool { words: Vec::new(), sure: true }).await.map(drop),
            Deed::LinkCode { group } => {
                let code = match &group {
                    Some(group) => client.group_link_code(group).await,
                    None => client.link_code().await,
                };
                let code = code.map_err(fault)?;
                return Ok(Outcome::LinkCode { code: Secret::new(code.code), expires_ms: code.expires_ms });
            }
            Deed::LinkConfirm { digits } => client.link_confirm(&LinkConfirm { digits }).await.map(drop),
            Deed::Link { code, name, again } => {
                if again {
                    tokio::time::sleep(LINK_AGAIN).await;
                }
                let link = Link { code: code.open().trim().to_owned(), name, ..Link::default() };
                let step = client.link(&link).await.map_err(fault)?;
                return Ok(Outcome::Linking { digits: step.digits, is_in: step.membership.is_some() });
            }
            Deed::Remove { group, computer, words } => {
                let words = some(words.open());
                let remove = ComputerRemove { computer: computer.id, words, since_ms: None, dry_run: false };
                match &group {
                    Some(group) => client.group_computer_remove(group, &remove).await.map(drop),
                    None => client.computer_remove(&remove).await.map(drop),
                }
            }
            Deed::SetFriends { friends, words, .. } => {
                let friends = friends.into_iter().map(|f| f.id).collect();
                let set = FriendsSet { friends, needed: None, words: some(words.open()), dry_run: false };
                client.friends_set(&set).await.map(drop)
            }
            Deed::Object => client.object().await.map(drop),
            Deed::LookAtHelp { request } => return agree(client, request, None).await,
            Deed::Agree { request, spoken, .. } => return agree(client, request, Some(spoken)).await,
            Deed::Restore { words, file, passphrase, from } => {
                let file = match some(&file) {
                    Some(path) => Some(text_of(&path)?),
                    None => None,
                };
                let restore = IdentityRestore {
                    words: if file.is_some() { String::new() } else { words.open().trim().to_owned() },
                    passphrase: file.is_some().then(|| passphrase.open().to_owned()),
                    file,
                    from: some(&from),
                    ..IdentityRestore::default()
                };
                client.identity_restore(&restore).await.map(drop)
            }
            Deed::PenName { name } => client.pen_name_set(&PenName { name }).await.map(drop),
            Deed::AskFriends { person, invite } => {
                let ask = HelpAsk { person, from: some(&invite), ..HelpAsk::default() };
                let asked = client.help_ask(&ask).await.map_err(fault)?;
                return Ok(Outcome::FriendsAsked(Box::new(asked)));
            }
            Deed::ComeBack => {
                client.identity_restore(&IdentityRestore { helped: true, ..Default::default() }).await.map(drop)
            }
            Deed::WithdrawAll { .. } => client.withdraw_all(false).await.map(drop),
            Deed::Leave { .. } => client.community_leave().await,
            Deed::GiveUp => client.give_up(false).await.map(drop),
        };
        done.map(|()| Outcome::Done).map_err(fault)
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        Some(match (self, outcome) {
            (_, Outcome::Saved(path)) => words.with("invite-saved", "path", path),
            (Deed::ForgetWords, _) => words.t("kit-forgotten"),
            (Deed::LinkConfirm { .. }, _) => words.t("computer-added"),
            (Deed::Remove { computer, .. }, _) => words.with("computer-removed", "name", &computer.name),
            (Deed::SetFriends { .. }, _) => words.t("friends-set"),
            (Deed::Object, _) => words.t("friends-objected"),
            (Deed::Agree { name, .. }, Outcome::Agreed(agreed)) => {
                words.with(if agreed.holds { "friends-agreed-holds" } else { "friends-agreed" }, "name", name)
            }
            (Deed::PenName { .. }, _) => words.t("pen-name-set"),
            (Deed::WithdrawAll { .. }, _) => words.t("withdrawn-all"),
            (Deed::GiveUp, _) => words.t("given-up"),
            _ => return None,
        })
    }

    fn sure(&self, words: &Words) -> Option<Sure> {
        let sure = |question: String, meaning: String, button: String| Some(Sure { question, meaning, button });
        match self {
            Deed::ForgetWords => sure(words.t("sure-forget"), words.t("sure-forget-do"), words.t("kit-forget")),
            Deed::Remove { computer, .. } => sure(
                words.with("sure-computer", "name", &computer.name),
                words.t("sure-computer-do"),
                words.with("computer-remove", "name", &computer.name),
            ),
            Deed::Object => sure(words.t("sure-object"), words.t("sure-object-do"), words.t("friends-object")),
            Deed::Agree { name, .. } => sure(
                words.with("sure-agree", "name", name),
                words.t("sure-agree-do"),
                words.with("friends-agree", "name", name),
            ),
            Deed::WithdrawAll { count } => sure(
                words.with("sure-withdraw", "count", *count),
                words.t("sure-withdraw-do"),
                words.with("withdraw-all", "count", *count),
            ),
            Deed::Leave { community } => sure(
                words.with("sure-leave", "name", community),
                words.t("sure-leave-do"),
                words.with("leave", "name", community),
            ),
            Deed::GiveUp => sure(words.t("sure-give-up"), words.t("sure-give-up-do"), words.t("give-up")),
            _ => None,
        }
    }

    fn undo(&self, _: &Outcome) -> Option<super::Deed> {
        match self.clone() {
            Deed::SetFriends { friends, before, words } => {
                Some(super::Deed::Computers(Deed::SetFriends { friends: before, before: friends, words }))
            }
            _ => None,
        }
    }

    fn then(&self, outcome: &Outcome) -> Option<super::Deed> {
        match (self, outcome) {
            (Deed::Link { code, name, .. }, Outcome::Linking { is_in: false, .. }) => {
                let (code, name) = (code.clone(), name.clone());
                Some(super::Deed::Computers(Deed::Link { code, name, again: true }))
            }
            _ => None,
        }
    }
}

async fn agree(client: &Client, request: String, spoken: Option<String>) -> Result<Outcome, Fault> {
    let agreed: Agreed = client.agree(&Agree { request, spoken }).await.map_err(fault)?;
    Ok(Outcome::Agreed(Box::new(Agreed { name: clean::line(&agreed.name), ..agreed })))
}

fn text_of(path: &str) -> Result<String, Fault> {
    let bytes = files::read(path, KIT_BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|e| Fault::File(path.to_owned(), e.to_string()))
}
