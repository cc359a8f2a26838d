//! Refusals in plain English: what happened, what it means, what to do.
//!
//! Not for: other languages, which the window has, or which refusal it is ([`super::refusal`]).

use super::{Moment, Refusal};

/// A refusal for people. Each part is one or two short sentences; `means` may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// What happened.
    pub happened: String,
    /// What it means.
    pub means: String,
    /// What to do.
    pub todo: String,
}

impl Refusal {
    /// One paragraph in plain English: what happened, what it means, what to do.
    pub fn sentence(&self) -> String {
        let words = self.words();
        let parts = [words.happened, words.means, words.todo];
        parts.iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The same in its three parts.
    pub fn words(&self) -> Words {
        use Refusal::*;
        let starts = |at: &Option<Moment>| match at {
            Some(at) => format!("It starts again {}.", at.words()),
            None => String::new(),
        };
        let (happened, means, todo): (String, String, &str) = match self {
            CommunityOnly => (
                "This building shares its line for the community's own pages only.".into(),
                "It does not lead to the rest of the internet.".into(),
                "Choose another building under Internet.",
            ),
            Hours(Some(at)) => (
                "This building does not share its internet at this time.".into(),
                format!("It opens again {}.", at.words()),
                "Come back then, or choose another building under Internet.",
            ),
            Hours(None) => (
                "This building does not share its internet at this time.".into(),
                "No next opening is known.".into(),
                "Choose another building under Internet.",
            ),
            Paused => (
                "The building has paused its shared internet.".into(),
                "The people there can start it again at any time.".into(),
                "Try again later, or choose another building under Internet.",
            ),
            NotAgreed => (
                "The person in charge of this building has not said yes yet.".into(),
                "Until then nobody can use its internet.".into(),
                "Choose another building under Internet.",
            ),
            ReviewDue => (
                "The rules of this building's internet are due to be looked at again.".into(),
                "It stays off until the person in charge has done that.".into(),
                "Tell the people in the building, or choose another one under Internet.",
            ),
            Ended => (
                "This building no longer shares its internet.".into(),
                String::new(),
                "Choose another building under Internet.",
            ),
            NotMember => (
                "You are not a member of this community, or no longer one.".into(),
                "Its internet is for members.".into(),
                "Ask an organiser.",
            ),
            NotForYou => (
                "This building's internet is for a smaller group.".into(),
                "You are not on its list.".into(),
                "Ask the people in the building, or choose another one under Internet.",
            ),
            Terms(_) => (
                "You have not agreed to this building's terms yet.".into(),
                "They may have changed since you last read them.".into(),
                "Read and accept them under Internet.",
            ),
            Price(pence) => (
                format!("This building asks {} for each gigabyte.", money(*pence)),
                "You have not agreed to that price, so nothing was used and nothing is owed.".into(),
                "Accept the price and set your limit for the month under Internet, or choose another building.",
            ),
            Ceiling(at) => (
                "You have reached the limit you set for this month.".into(),
                starts(at),
                "Raise the limit under Internet, or choose a building that is free.",
            ),
            Port(port) => (
                format!("This building does not allow port {port}."),
                "It allows only some kinds of connection.".into(),
                "Use the web version of the service, or choose another building under Internet.",
            ),
            Udp => (
                "This building does not allow this kind of connection (UDP).".into(),
                "Some games and calls need it. Web pages do not.".into(),
                "Choose another building under Internet.",
            ),
            NotPublic(rule) if rule.is_local() => (
                "That place is inside the building or close to it.".into(),
                "Shared internet never leads into the building.".into(),
                "Ask the people in the building if you need something there.",
            ),
            NotPublic(_) => (
                "That place is not on the public internet.".into(),
                "Shared internet leads to public places only.".into(),
                "Check the address.",
            ),
            OddAddress => (
                "That address is written in a way that is not allowed.".into(),
                "It could be read in two ways.".into(),
                "Write it in the usual way: a name, or four numbers with dots.",
            ),
            LocalName => (
                "That name means something inside a building or on one computer.".into(),
                "Shared internet leads to public places only.".into(),
                "Check the address.",
            ),
            NameNotFound => (
                "There is no place with that name.".into(),
                "It may be spelt wrongly, or gone.".into(),
                "Check the address.",
            ),
            NameSlow => (
                "The name could not be looked up in time.".into(),
                "The building's line may be slow just now.".into(),
                "Try again in a minute.",
            ),
            NameTooMany => (
                "That name stands for too many addresses.".into(),
                "They cannot all be checked.".into(),
                "Try another page of the same service.",
            ),
            DeniedHost => (
                "This building has closed that place.".into(),
                "It keeps a list of places it does not allow.".into(),
                "Ask the people in the building, or choose another one under Internet.",
            ),
            NoAnswer => (
                "That place does not answer.".into(),
                "It may be down, or it does not take this kind of connection.".into(),
                "Try again later.",
            ),
            OtherAnswered => (
                "Another place answered than the one asked for.".into(),
                "The connection was closed to be safe.".into(),
                "Try again. If it happens again, tell the people in the building.",
            ),
            Rate(at) => (
                "You have been sending or fetching faster than your share for too long.".into(),
                starts(at),
                "Wait a little, then try again.",
            ),
            DayBytes(at) => (
                "Your share for today is used up.".into(),
                starts(at),
                "Come back then, or choose another building under Internet.",
            ),
            DayTime(at) => (
                "Your time for today is used up.".into(),
                starts(at),
                "Come back then, or choose another building under Internet.",
            ),
            MonthBytes(at) => (
                "The building has shared all it can this month.".into(),
                starts(at),
                "Choose another building under Internet.",
            ),
            Floor(pence) => (
                "Your free share for today is used up.".into(),
                format!(
                    "More costs {} for each gigabyte. You have not agreed to that, so nothing is owed.",
                    money(*pence)
                ),
                "Come back tomorrow, or accept the price under Internet.",
            ),
            Circuits(most) => (
                format!("You have {most} connections open, which is the most here."),
                "New ones have to wait.".into(),
                "Close some pages or programs, then try again.",
            ),
            Busy => (
                "Too many people are using this building's internet just now.".into(),
                "There is no room for another connection.".into(),
                "Try again in a minute, or choose another building under Internet.",
            ),
            ReceiptOverdue => (
                "Your computer has not confirmed what it used.".into(),
                "The building waits for that before it sends more.".into(),
                "Keep Hedgerow running and try again. If it stays so, restart Hedgerow.",
            ),
            Voucher => (
                "This voucher does not work here any more.".into(),
                "It has run out, was used, or was taken back.".into(),
                "Ask the people in the building for a new one.",
            ),
            GatewayGone => (
                "The building's computer cannot be reached.".into(),
                "It may be off, or too far away just now.".into(),
                "Hedgerow tries others by itself. Check under Internet which are near.",
            ),
            UplinkDown => (
                "The building's own internet is down.".into(),
                "Hedgerow notices when it is back.".into(),
                "Try again later, or choose another building under Internet.",
            ),
            Idle => (
                "The connection was closed because nothing was sent for two minutes.".into(),
                String::new(),
                "Load the page again.",
            ),
            Slow => (
                "The request took too long to arrive.".into(),
                "The connection between you and the building may be weak.".into(),
                "Try again.",
            ),
            NotUnderstood => (
                "The building's computer did not understand the request.".into(),
                "One of the two programs may be older than the other.".into(),
                "Update Hedgerow and try again.",
            ),
            Stopping => (
                "The building is turning its shared internet off.".into(),
                String::new(),
                "Try again later, or choose another building under Internet.",
            ),
            OutOfTouch => (
                "This building's computer has not heard from the community's organisers for a long time.".into(),
                "It cannot tell any more who belongs, so it lets nobody through.".into(),
                "Tell the people in the building: it needs news from an organiser's computer, by a link or on a stick.",
            ),
            Other(code) => (
                format!("The building said no, for a reason this version does not know (number {code})."),
                "The building's program is newer than yours.".into(),
                "Update Hedgerow and try again.",
            ),
        };
        Words { happened, means, todo: todo.into() }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.sentence())
    }
}

impl core::error::Error for Refusal {}

/// Pence in words: "40p", "£1.20".
fn money(pence: u32) -> String {
    if pence < 100 { format!("{pence}p") } else { format!("£{}.{:02}", pence / 100, pence % 100) }
}
