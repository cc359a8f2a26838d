//! Who I am: my words, my computers, my recovery friends, and coming back.
//!
//! Words and keys pass through here and are wiped; none is logged, put into an error, or kept anywhere but in the folder
//! `keys`.

mod copies;
mod devices;
mod friends;
mod help;
mod link;
mod pen_name;
mod restore;
mod withdraw;

use hedgerow_api::{Code, Identity, IdentityCool, IdentityKit, KitFile, KitFileNew, Problem};
use hedgerow_protocol::id::Id;
use hedgerow_protocol::keys::SecretKey;
use zeroize::Zeroizing;

use super::found::blocking;
use super::problems::invalid;
use super::status::role_name;
use super::{App, Member, locked};
use crate::identity::{seed_of_words, words};
use crate::kit::Kit;

/// Words to type back before they are taken off this computer.
const CHECKED_WORDS: usize = 3;

fn nobody_here() -> Problem {
    Problem::new(Code::NotFound, "This computer belongs to nobody.", "It keeps and passes on what others write.", "")
}

fn needs_words(detail: &str) -> Problem {
    Problem::new(
        Code::NeedsWords,
        "This needs your 24 words.",
        detail,
        "Have your paper at hand, and give them when asked, or with --words-file FILE",
    )
}

impl Member {
    fn me(&self) -> Result<Id, Problem> {
        self.person.ok_or_else(nobody_here)
    }
}

impl App {
    /// Who I am and what this computer is of mine.
    pub fn identity(&self) -> Result<Identity, Problem> {
        let member = self.member()?;
        let me = member.me()?;
        let authority = member.authority();
        let computers = self.computers_of(&member, &me);
        let computer = computers.iter().find(|c| c.this).cloned();
        Ok(Identity {
            person: me.to_string(),
            name: member.my_name(&me),
            pen_name: member.pen_name(&me),
            role: role_name(authority.role(&me)).into(),
            community: member.community.to_string(),
            community_name: member.name(&member.community),
            computer: computer.unwrap_or_else(|| self.this_computer(&member)),
            words_here: self.has_person_key(&member, &me),
            computers: computers.iter().filter(|c| c.active).count() as u64,
            friends: authority.guardians(&me).map_or(0, |(g, _)| g.keys.len() as u64),
        })
    }

    fn has_person_key(&self, member: &Member, me: &Id) -> bool {
        let holds = member.authority().key_of(me);
        locked(&self.keys).person.as_ref().is_some_and(|k| holds.is_none() || Some(k.public()) == holds)
    }

    /// My person key: from words that were given, else from this computer.
    fn person_key(&self, member: &Member, given: Option<String>, what_for: &str) -> Result<SecretKey, Problem> {
        let me = member.me()?;
        let holds = member.authority().key_of(&me);
        if let Some(given) = given.map(Zeroizing::new) {
            let key = SecretKey::from_seed(&*seed_of_words(&given)?);
            if Some(key.public()) == holds {
                return Ok(key);
            }
            return Err(invalid(
                "These words are not yours.",
                "They belong to somebody else, or to a key of yours that was replaced. Look for another paper.",
            ));
        }
        let kept = locked(&self.keys).person.clone();
        kept.filter(|k| Some(k.public()) == holds).ok_or_else(|| needs_words(what_for))
    }

    /// The 24 words.
    pub fn identity_kit(&self) -> Result<IdentityKit, Problem> {
        let member = self.member()?;
        let me = member.me()?;
        let keys = locked(&self.keys);
        let key = keys.person.as_ref().ok_or_else(|| {
            Problem::new(
                Code::NotFound,
                "Your words are not on this computer.",
                "They were taken off, or this computer was linked without them. They are on your paper, or on another computer of yours.",
                "If they are lost everywhere, ask your recovery friends: hedgerow identity ask-for-help",
            )
        })?;
        Ok(IdentityKit {
            words: words(key).to_string(),
            community: member.community.to_string(),
            community_name: member.name(&member.community),
            person: me.to_string(),
        })
    }

    /// The words in a file that any age tool opens with the passphrase.
    pub async fn identity_kit_file(&self, new: KitFileNew) -> Result<KitFile, Problem> {
        let passphrase = Zeroizing::new(new.passphrase);
        let shown = self.identity_kit()?;
        let member = self.member()?;
        let find_at = match self.links() {
            Ok(links) => links.me().await,
            Err(_) => Vec::new(),
        };
        let kit = Kit {
            community: shown.community,
            community_name: shown.community_name,
            person_name: member.name(&member.me()?),
            person: shown.person,
            words: Zeroizing::new(shown.words),
            find_at,
        };
        let file = blocking(move || kit.seal(&passphrase)).await??;
        Ok(KitFile { file })
    }

    /// Takes the words off this computer, once it is plain that they are kept elsewhere.
    pub fn identity_cool(&self, cool: IdentityCool) -> Result<Identity, Problem> {
        {
            let member = self.member()?;
            member.me()?;
            let mut keys = locked(&self.keys);
            let Some(key) = &keys.person else {
                return Err(invalid("Your words are not on this computer any more.", "There is nothing to take off."));
            };
            if !cool.sure {
                let mine = words(key);
                let mine: Vec<&str> = mine.split(' ').collect();
                let fits = |w: &hedgerow_api::WordAt| {
                    let at = usize::from(w.place).checked_sub(1).and_then(|n| mine.get(n));
                    at.is_some_and(|word| w.word.trim().eq_ignore_ascii_case(word))
                };
                let mut places: Vec<u8> = cool.words.iter().map(|w| w.place).collect();
                places.sort_unstable();
                places.dedup();
                if places.len() < CHECKED_WORDS {
                    return Err(invalid(
                        "Too few words were typed back.",
                        "Three of them show that they are on your paper.",
                    ));
                }
                if !cool.words.iter().all(fits) {
                    return Err(invalid(
                        "These are not the words.",
                        "Write them down again first: hedgerow identity kit",
                    ));
                }
            }
            keys.forget_person(&self.dir)?;
        }
        self.identity()
    }
}
