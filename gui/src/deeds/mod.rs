//! What a person can ask the node to do, as data: what it says before and after, what undoes it, and the call it makes.
//!
//! One file for each part of life. A deed is started by [`crate::command::Command::Do`], carried by [`crate::engine`], and its
//! outcome is shown on the page it was started from.

pub mod carry;
pub mod community;
pub mod computer;
pub mod computers;
pub mod gateway;
pub mod groups;
pub mod help;
pub mod internet;
pub mod item;
pub mod people;
pub mod site;
pub mod things;

use hedgerow_api::{
    Agreed, BundleReport, Client, GatewayProof, GatewayVerdicts, HelpRequest, ImportReport, Invite, Item, LocalSite,
    OrganisersChanged, Publish, Removed, RequestSent, UplinkTested, VoucherMade, VoucherUsed,
};
use strum::VariantNames as _;

use crate::command::Page;
use crate::link::Fault;
use crate::secret::Secret;
use crate::words::Words;

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Starting, joining, inviting.
    Community(community::Deed),
    /// This computer and its neighbours.
    Computer(computer::Deed),
    /// Who belongs here, and as what.
    People(people::Deed),
    /// Groups.
    Groups(groups::Deed),
    /// Asking for help, answering, reporting.
    Help(help::Deed),
    /// My identity and my computers.
    Computers(computers::Deed),
    /// Sharing this building's internet.
    Gateway(gateway::Deed),
    /// My way to the internet.
    Internet(internet::Deed),
    /// Local sites.
    Site(site::Deed),
    /// What I publish.
    Things(things::Deed),
    /// What is shown.
    Item(item::Deed),
    /// Files.
    Carry(carry::Deed),
}

/// What came of a deed, where there is more to show than that it was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// Where a file was saved.
    Saved(String),
    /// I belong to the community of this name now.
    Joined(String),
    /// An invite.
    Invite(Box<Invite>),
    /// Who the organisers are now, or who must still agree.
    Organisers(Box<OrganisersChanged>),
    /// What became of somebody's things.
    Removed(Box<Removed>),
    /// Who got what was sealed and sent.
    Sent(Box<RequestSent>),
    /// My 24 words.
    Words(Secret),
    /// What links one more computer.
    LinkCode {
        /// The text.
        code: Secret,
        /// Until when it works, Unix milliseconds.
        expires_ms: u64,
    },
    /// Where linking this computer stands.
    Linking {
        /// Six digits to type on the other one.
        digits: String,
        /// Whether this computer is in.
        is_in: bool,
    },
    /// What somebody asks who lost their words.
    Agreed(Box<Agreed>),
    /// What to hand to my recovery friends.
    FriendsAsked(Box<HelpRequest>),
    /// Whether the way to the internet works.
    UplinkTested(Box<UplinkTested>),
    /// What members could reach.
    Verdicts(Box<GatewayVerdicts>),
    /// The proof that they cannot reach the building.
    Proof(Box<GatewayProof>),
    /// A voucher to give away.
    VoucherMade(Box<VoucherMade>),
    /// What a voucher gave.
    VoucherUsed(Box<VoucherUsed>),
    /// A site with the way to it.
    Visit(Box<LocalSite>),
    /// A site as it would be published.
    SiteChecked(Box<LocalSite>),
    /// A list that was made longer: as it is now, and as it was.
    Listed {
        /// Now.
        list: String,
        /// Until now.
        before: String,
    },
    /// What would be published, and how it would look.
    Preview(Box<(Publish, Item)>),
    /// Something was published or changed.
    Changed(Box<things::Change>),
    /// Something was taken back.
    Gone(Box<things::Gone>),
    /// What came of a list, or would.
    Import(Box<ImportReport>),
    /// Services saved as files.
    Exported {
        /// Where.
        path: String,
        /// How many.
        services: u64,
        /// How many could not be written.
        left_out: u64,
    },
    /// What was in a file from a stick.
    Bundle(Box<BundleReport>),
}

/// A question asked before something that cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sure {
    /// "Take Bob out of Riverside?"
    pub question: String,
    /// What it means.
    pub meaning: String,
    /// What the button says: the verb and what it is done to.
    pub button: String,
}

/// What every part of life says of its deeds.
pub(crate) trait Act {
    /// Makes the call.
    fn run(self, client: &Client) -> impl Future<Output = Result<Outcome, Fault>> + Send;
    /// What is said when it is done; nothing when the page shows it anyway.
    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String>;
    /// What is asked before, if it cannot be undone.
    fn sure(&self, _words: &Words) -> Option<Sure> {
        None
    }
    /// What undoes it.
    fn undo(&self, _outcome: &Outcome) -> Option<Deed> {
        None
    }
    /// What goes on by itself, until somebody stops waiting.
    fn then(&self, _outcome: &Outcome) -> Option<Deed> {
        None
    }
    /// The page one goes on to when it is done.
    fn leads_to(&self) -> Option<Page> {
        None
    }
}

macro_rules! each {
    ($deed:expr, $act:ident => $body:expr) => {
        match $deed {
            Deed::Community($act) => $body,
            Deed::Computer($act) => $body,
            Deed::People($act) => $body,
            Deed::Groups($act) => $body,
            Deed::Help($act) => $body,
            Deed::Computers($act) => $body,
            Deed::Gateway($act) => $body,
            Deed::Internet($act) => $body,
            Deed::Site($act) => $body,
            Deed::Things($act) => $body,
            Deed::Item($act) => $body,
            Deed::Carry($act) => $body,
        }
    };
}

impl Deed {
    /// Every kind of deed there is, for the test that does them all.
    pub fn all_names() -> Vec<&'static str> {
        [
            community::Deed::VARIANTS,
            people::Deed::VARIANTS,
            groups::Deed::VARIANTS,
            help::Deed::VARIANTS,
            computers::Deed::VARIANTS,
            gateway::Deed::VARIANTS,
            internet::Deed::VARIANTS,
            computer::Deed::VARIANTS,
            site::Deed::VARIANTS,
            things::Deed::VARIANTS,
            item::Deed::VARIANTS,
            carry::Deed::VARIANTS,
        ]
        .concat()
    }

    /// Which kind it is: one of [`Deed::all_names`].
    pub fn name(&self) -> &'static str {
        each!(self, act => act.into())
    }

    pub(crate) async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        each!(self, act => act.run(client).await)
    }

    /// What is said when it is done.
    pub fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        each!(self, act => act.done(words, outcome))
    }

    /// What is asked before it is done.
    pub fn sure(&self, words: &Words) -> Option<Sure> {
        each!(self, act => act.sure(words))
    }

    /// The page one goes on to when it is done.
    pub fn leads_to(&self) -> Option<Page> {
        each!(self, act => act.leads_to())
    }

    /// What undoes it.
    pub fn undo(&self, outcome: &Outcome) -> Option<Deed> {
        each!(self, act => act.undo(outcome))
    }

    /// What goes on by itself after it.
    pub fn then(&self, outcome: &Outcome) -> Option<Deed> {
        each!(self, act => act.then(outcome))
    }
}
