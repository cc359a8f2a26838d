//! Who I am: my words, my computers, my recovery friends.
//!
//! What holds words, passphrases or codes has no `Debug`, so that it cannot end in a log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::client::Answer;
use crate::{Client, Membership, named};
use hyper::Method;

/// Who I am and what this computer is of mine. `GET /v1/identity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// Id of my person.
    pub person: String,
    /// My name as others see it.
    pub name: String,
    /// The name I chose for what I publish to everybody; empty: none, and no name stands there.
    #[serde(default)]
    pub pen_name: String,
    /// `organiser`, `resident`, `newcomer`, or `none`.
    pub role: String,
    /// Id of the community.
    pub community: String,
    /// Its name.
    pub community_name: String,
    /// This computer.
    pub computer: Computer,
    /// Whether the words (the person key) are kept on this computer. Better: on paper alone.
    pub words_here: bool,
    /// How many computers of mine count now.
    pub computers: u64,
    /// How many recovery friends I have named.
    pub friends: u64,
}

/// Chooses the name that everybody sees beside what I publish to everybody. `PUT /v1/identity/pen-name`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PenName {
    /// 1 to 100 characters; empty: no name stands there. My name in the community is never shown to others.
    pub name: String,
}

/// One of my computers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Computer {
    /// Its public key: 64 hexadecimal digits. The first 8 name it in commands.
    pub key: String,
    /// The key it connects with: the `key` of a neighbour. Empty once it was taken out.
    pub link: String,
    /// What I call it. Kept on this computer alone; empty when it was not named here.
    pub name: String,
    /// Whether it is the one that answers.
    pub this: bool,
    /// Whether it still counts as mine; false once it was taken out.
    pub active: bool,
    /// Whether it took itself out.
    pub gave_up: bool,
    /// Since when it is mine, Unix milliseconds, by the record that lists it.
    pub since_ms: Option<u64>,
    /// When it last wrote something that is known here, Unix milliseconds.
    pub last_written_ms: Option<u64>,
    /// How many things that it published are shown now.
    pub shown: u64,
}

/// My computers. `GET /v1/identity/computers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Computers {
    /// This one first, then active ones, then those that were taken out; by name and key.
    pub computers: Vec<Computer>,
}

/// The words that bring my identity back on another computer. `GET /v1/identity/kit`. Secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityKit {
    /// 24 words, in order, with spaces between.
    pub words: String,
    /// Id of the community they belong to.
    pub community: String,
    /// Name of the community.
    pub community_name: String,
    /// Id of my person.
    pub person: String,
}

/// Asks for the words as a file that any age tool opens with the passphrase. `POST /v1/identity/kit/file`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KitFileNew {
    /// At least 12 letters. Whoever has it and the file is me.
    pub passphrase: String,
}

/// The words in a file, under a passphrase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KitFile {
    /// The file: an armored age file (age-encryption.org/v1, scrypt).
    pub file: String,
}

/// Brings an identity back on this computer. `POST /v1/identity/restore`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityRestore {
    /// The 24 words; empty with `file`, or with `helped`.
    pub words: String,
    /// The text of an age file of words, in place of the words.
    pub file: Option<String>,
    /// What opens `file`.
    pub passphrase: Option<String>,
    /// My recovery friends agreed to what `POST /v1/identity/help` asked on this computer: come back with its new key.
    pub helped: bool,
    /// Where to learn about the community: the address of a computer in it, `KEY@ADDRESS:PORT`, an old invite of
    /// it, or nothing to ask the ones nearby.
    pub from: Option<String>,
    /// Learn about the community from this bundle file on this computer instead. No network is needed.
    pub bundle: Option<String>,
}

/// Takes the words off this computer. `POST /v1/identity/cool`. Either three words, or `sure`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityCool {
    /// Three or more of the words with their places, to show that they are on paper.
    pub words: Vec<WordAt>,
    /// I have my words: do not check.
    pub sure: bool,
}

/// One of the 24 words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordAt {
    /// Its place, 1 to 24.
    pub place: u8,
    /// The word.
    pub word: String,
}

/// Takes out one of my computers, for good. `POST /v1/identity/computers/remove`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ComputerRemove {
    /// Its name here, or the first 8 or more digits of its key.
    pub computer: String,
    /// My 24 words, where this computer alone may not.
    pub words: Option<String>,
    /// Undo what it said and published from this moment on, Unix milliseconds: since then it was in other hands. Absent: all
    /// that is here stays. What was dated earlier by whoever had it is not told apart.
    pub since_ms: Option<u64>,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// What taking a computer out did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ComputerRemoved {
    /// The computer.
    pub computer: Computer,
    /// How many things it published stay as they are.
    pub kept: u64,
    /// How many more were published again from this computer, because a removal names only so many.
    pub published_again: u64,
    /// Nothing was done: it was only asked what would happen.
    pub dry_run: bool,
}

/// Lets one new computer of mine in, once, for fifteen minutes. `POST /v1/identity/link-codes`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkCode {
    /// The text to type, paste or scan on the new computer. Secret.
    pub code: String,
    /// Until when it works, Unix milliseconds.
    pub expires_ms: u64,
}

/// Makes this computer one of mine. `POST /v1/identity/link`. Ask again every few seconds until it is done.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What the other computer showed.
    pub code: String,
    /// What I call this computer; the other one is told, and nobody else.
    #[serde(default)]
    pub name: String,
    /// It only keeps and passes on: for computers of a group.
    #[serde(default)]
    pub stores_only: bool,
}

/// Where linking stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkStep {
    /// Six digits to type on the other computer.
    pub digits: String,
    /// Present once this computer is in.
    pub membership: Option<Membership>,
}

/// A computer that waits to be linked. `GET /v1/identity/link-codes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkWaiting {
    /// What it calls itself; empty when it does not say. Not to be believed before the digits fit.
    pub name: Option<String>,
    /// Whether a computer has used the code.
    pub asked: bool,
    /// Until when the code works, Unix milliseconds; nothing: no code is open.
    pub expires_ms: Option<u64>,
}

/// Says that the new computer is mine. `POST /v1/identity/link-confirm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkConfirm {
    /// The six digits the new computer shows.
    pub digits: String,
}

/// A recovery friend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Friend {
    /// Id of the person; empty when their key is nobody's any more.
    pub person: String,
    /// Their name.
    pub name: String,
}

/// My recovery friends. `GET /v1/identity/friends`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Friends {
    /// By name.
    pub friends: Vec<Friend>,
    /// How many of them have to agree.
    pub needed: u64,
    /// How many named ones cannot help any more: they have a new key or are gone. Name them again.
    pub stale: u64,
    /// New keys that are asked for in my name and have not come into force.
    pub asked: Vec<KeyAsked>,
}

/// A new key that somebody asks for in a person's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyAsked {
    /// The new key.
    pub key: String,
    /// Recovery friends who agree, by name.
    pub friends: Vec<String>,
    /// How many are needed; 0: none were named.
    pub needed: u64,
    /// Organisers who agree, by name.
    pub organisers: Vec<String>,
    /// Whether one of the person's computers objects: then the organisers decide.
    pub objected: bool,
}

/// Names recovery friends, in place of those named before. `PUT /v1/identity/friends`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FriendsSet {
    /// Ids or names; empty: nobody.
    pub friends: Vec<String>,
    /// How many have to agree, 2 or more. Default: more than half.
    pub needed: Option<u64>,
    /// My 24 words, where they are not on this computer.
    pub words: Option<String>,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// My words are lost: asks for a new key for me, on a new computer. `POST /v1/identity/help`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HelpAsk {
    /// My name or person id in the community.
    pub person: String,
    /// An invite of somebody there, who may be one of the friends; it is not used up. Where a community lets newcomers in,
    /// the address of a computer is enough, and the person id is needed.
    pub from: Option<String>,
    /// As in `IdentityRestore`.
    pub bundle: Option<String>,
}

/// A request for help, to be handed to recovery friends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpRequest {
    /// The text to hand to them. Not secret.
    pub request: String,
    /// Whose new key it is, by name.
    pub name: String,
    /// Name of the community.
    pub community_name: String,
    /// Five words to say to each friend by voice: they prove that the request is mine.
    pub spoken: String,
    /// How many of my recovery friends have to agree; 0: none are named, ask the organisers.
    pub needed: u64,
}

/// Looks at a request for help, or agrees to it. `POST /v1/identity/agree`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agree {
    /// The text that was handed over.
    pub request: String,
    /// The five words the person said; nothing: only look at the request.
    #[serde(default)]
    pub spoken: Option<String>,
}

/// What a request for help asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agreed {
    /// Id of the person who would get a new key.
    pub person: String,
    /// Their name.
    pub name: String,
    /// `friend` or `organiser`: as what I may agree.
    pub as_what: String,
    /// Whether I agree now.
    pub agreed: bool,
    /// Whether enough have agreed: the new key holds.
    pub holds: bool,
    /// Who agrees, and who is still needed, while it does not hold.
    pub asked: Option<KeyAsked>,
}

/// What a withdrawal of everything does. `POST /v1/identity/withdraw-all`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WithdrawnAll {
    /// How many things were, or would be, withdrawn; my name last.
    pub withdrawn: u64,
    /// Nothing was done: it was only asked what would happen.
    pub dry_run: bool,
}

named! {
    Identity => "hedgerow.identity/1",
    Computers => "hedgerow.computers/1",
    Computer => "hedgerow.computer/1",
    ComputerRemoved => "hedgerow.computer-removed/1",
    IdentityKit => "hedgerow.identity-kit/1",
    LinkCode => "hedgerow.link-code/1",
    LinkStep => "hedgerow.link/1",
    LinkWaiting => "hedgerow.link-waiting/1",
    Friends => "hedgerow.friends/1",
    HelpRequest => "hedgerow.help-request/1",
    Agreed => "hedgerow.agreed/1",
    WithdrawnAll => "hedgerow.withdrawn-all/1",
}

impl Client {
    /// Who I am and what this computer is of mine.
    pub async fn identity(&self) -> Answer<Identity> {
        self.get("/v1/identity").await
    }
    /// The 24 words of my identity.
    pub async fn identity_kit(&self) -> Answer<IdentityKit> {
        self.get("/v1/identity/kit").await
    }
    /// The words as a file under a passphrase.
    pub async fn identity_kit_file(&self, new: &KitFileNew) -> Answer<KitFile> {
        self.post("/v1/identity/kit/file", new).await
    }
    /// Takes the words off this computer.
    pub async fn identity_cool(&self, cool: &IdentityCool) -> Answer<Identity> {
        self.post("/v1/identity/cool", cool).await
    }
    /// Brings an identity back on this computer.
    pub async fn identity_restore(&self, restore: &IdentityRestore) -> Answer<Membership> {
        self.post("/v1/identity/restore", restore).await
    }
    /// My computers.
    pub async fn computers(&self) -> Answer<Computers> {
        self.get("/v1/identity/computers").await
    }
    /// Takes one of my computers out.
    pub async fn computer_remove(&self, remove: &ComputerRemove) -> Answer<ComputerRemoved> {
        self.post("/v1/identity/computers/remove", remove).await
    }
    /// Takes this computer out by its own word.
    pub async fn give_up(&self, dry_run: bool) -> Answer<Computers> {
        let path = if dry_run { "/v1/identity/give-up?dry_run=true" } else { "/v1/identity/give-up" };
        self.post(path, &()).await
    }
    /// Makes a code for one more computer.
    pub async fn link_code(&self) -> Answer<LinkCode> {
        self.post("/v1/identity/link-codes", &()).await
    }
    /// Whether a computer waits to be linked.
    pub async fn link_waiting(&self) -> Answer<LinkWaiting> {
        self.get("/v1/identity/link-codes").await
    }
    /// Says that the computer with these digits is mine.
    pub async fn link_confirm(&self, confirm: &LinkConfirm) -> Answer<Computer> {
        self.post("/v1/identity/link-confirm", confirm).await
    }
    /// Asks once to become one more computer; ask again until it is done.
    pub async fn link(&self, link: &Link) -> Answer<LinkStep> {
        self.post("/v1/identity/link", link).await
    }
    /// My recovery friends.
    pub async fn friends(&self) -> Answer<Friends> {
        self.get("/v1/identity/friends").await
    }
    /// Names recovery friends.
    pub async fn friends_set(&self, set: &FriendsSet) -> Answer<Friends> {
        self.json(Method::PUT, "/v1/identity/friends", set, &[]).await
    }
    /// Chooses a pen name, or none.
    pub async fn pen_name_set(&self, set: &PenName) -> Answer<Identity> {
        self.json(Method::PUT, "/v1/identity/pen-name", set, &[]).await
    }
    /// Asks for a new key for me.
    pub async fn help_ask(&self, ask: &HelpAsk) -> Answer<HelpRequest> {
        self.post("/v1/identity/help", ask).await
    }
    /// Looks at a request for help, or agrees to it.
    pub async fn agree(&self, agree: &Agree) -> Answer<Agreed> {
        self.post("/v1/identity/agree", agree).await
    }
    /// Speaks against every new key asked for in my name.
    pub async fn object(&self) -> Answer<Friends> {
        self.post("/v1/identity/object", &()).await
    }
    /// Withdraws everything I published.
    pub async fn withdraw_all(&self, dry_run: bool) -> Answer<WithdrawnAll> {
        let path = if dry_run { "/v1/identity/withdraw-all?dry_run=true" } else { "/v1/identity/withdraw-all" };
        self.post(path, &()).await
    }
}
