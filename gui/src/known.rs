//! What the window knows: one table of everything a page can ask the node for, with its place and how it is read.
//!
//! A page names the [`Topic`]s it needs; [`crate::app`] keeps them fresh while the page is shown, and the page's `data`
//! reads them from [`Known`]. Nothing here is kept on a disk.

use std::collections::HashMap;

use hedgerow_api::{
    Activity, Blocked, Client, ClientError, Code, Computers, Config, FindPage, FindQuery, Friends, GatewayStats,
    GatewayStatus, Groups, HiddenList, Identity, Invites, Item, JoinRequests, JoinWaiting, LinkWaiting, LocalSites,
    Nearby, Organisers, PageStatus, People, PersonDetail, PersonWhy, RequestThread, Requests, StatementAsk, Statements,
    Status, Uplink, WithdrawnAll,
};

use crate::arrivals::{self, CameIn};
use crate::browser::{self, Browsers};
use crate::engine::fault;
use crate::link::Fault;
use crate::pages::Load;
use crate::sticks::{self, Stick};

/// One reading of the node: what, and about which thing if there are many.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// What.
    pub topic: Topic,
    /// An id or a name; empty where there is only one.
    pub about: String,
}

impl Topic {
    /// The question about this topic alone.
    pub fn alone(self) -> Question {
        Question { topic: self, about: String::new() }
    }
}

macro_rules! topics {
    ($( $(#[$doc:meta])* $topic:ident, $field:ident: $type:ty = |$client:ident, $about:ident| $ask:expr; )*) => {
        /// Something the node can be asked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Topic { $( $(#[$doc])* $topic, )* }

        impl Topic {
            /// All of them.
            pub const ALL: &[Topic] = &[$( Topic::$topic, )*];
        }

        /// An answer to a [`Question`].
        #[derive(Debug, Clone, PartialEq)]
        pub enum Fact { $( $(#[$doc])* $topic(Result<Box<$type>, Fault>), )* }

        impl Fact {
            /// The topic it answers.
            pub fn topic(&self) -> Topic {
                match self { $( Fact::$topic(_) => Topic::$topic, )* }
            }

            /// The answer when a reading failed.
            pub fn failed(topic: Topic, fault: Fault) -> Fact {
                match topic { $( Topic::$topic => Fact::$topic(Err(fault)), )* }
            }
        }

        /// The newest answer to each topic.
        #[derive(Debug, Default)]
        pub struct Known {
            $( $(#[$doc])* pub $field: Load<Box<$type>>, )*
            /// What each topic is about at present.
            about: HashMap<Topic, String>,
            /// Why the node does not answer, while it does not.
            gone: Option<Fault>,
            /// The time it is now by the community's clock, Unix milliseconds; 0 before that is known.
            now_ms: u64,
        }

        impl Known {
            /// Puts an answer in its place.
            fn put(&mut self, fact: Fact) {
                match fact { $( Fact::$topic(answer) => self.$field = answer.into(), )* }
            }

            /// Forgets an answer: the topic waits again, or fails at once while the node is gone.
            pub fn forget(&mut self, topic: Topic) {
                match topic { $( Topic::$topic => self.$field = self.gone.clone().map_or(Load::Waiting, Load::Failed), )* }
            }

            /// Whether nothing is known of a topic yet.
            fn waits(&self, topic: Topic) -> bool {
                match topic { $( Topic::$topic => matches!(self.$field, Load::Waiting), )* }
            }

            /// Whether the newest answer to a topic is that it failed.
            pub fn failed(&self, topic: Topic) -> bool {
                match topic { $( Topic::$topic => matches!(self.$field, Load::Failed(_)), )* }
            }
        }

        /// Asks the node.
        pub(crate) async fn ask(client: &Client, question: &Question) -> Fact {
            match question.topic {
                $( Topic::$topic => {
                    let ($client, $about) = (client, question.about.as_str());
                    let _ = ($client, $about);
                    Fact::$topic($ask.await.map(Box::new).map_err(fault))
                } )*
            }
        }
    };
}

topics! {
    /// How this computer is doing.
    Status, status: Status = |client, about| client.status();
    /// Communities near.
    Nearby, nearby: Nearby = |client, about| client.nearby();
    /// How asking to join stands, while there is no community here.
    JoinWaiting, join_waiting: JoinWaiting = |client, about| client.join_waiting();
    /// Invites and posters that can still be used.
    Invites, invites: Invites = |client, about| client.invites();
    /// Who asked with one of my posters and waits.
    JoinRequests, join_requests: JoinRequests = |client, about| client.join_requests();
    /// The newest notices.
    Notices, notices: FindPage = |client, about| async {
        client.find(&FindQuery { kinds: "notice".into(), limit: Some(5), ..Default::default() }).await
    };
    /// Events, those that are over too.
    Events, events: FindPage = |client, about| async {
        client.find(&FindQuery { kinds: "event".into(), limit: Some(200), ..Default::default() }).await
    };
    /// Everybody, also those who left or were taken out.
    People, people: People = |client, about| client.people_all();
    /// One person in full, by id.
    Person, person: PersonDetail = |client, about| client.person(about);
    /// Why a person is what they are, by id.
    PersonWhy, person_why: PersonWhy = |client, about| client.person_why(about);
    /// Groups.
    Groups, groups: Groups = |client, about| client.groups();
    /// The organisers and what they are asked to decide.
    Organisers, organisers: Organisers = |client, about| client.organisers();
    /// Requests for help that I can read.
    Requests, requests: Requests = |client, about| client.requests();
    /// What was reported, as far as I can read it.
    Reports, reports: Requests = |client, about| client.reports();
    /// One request or report in full, by id. What is on screen counts as read.
    Request, request: RequestThread = |client, about| async {
        let thread = client.request(about).await?;
        if thread.summary.unread {
            client.request_read(about).await?;
        }
        Ok::<_, hedgerow_api::ClientError>(thread)
    };
    /// Who I am and what this computer is of mine.
    Identity, identity: Identity = |client, about| client.identity();
    /// My computers.
    Computers, computers: Computers = |client, about| client.computers();
    /// Whether a computer waits to be linked.
    LinkWaiting, link_waiting: LinkWaiting = |client, about| client.link_waiting();
    /// My recovery friends.
    Friends, friends: Friends = |client, about| client.friends();
    /// What withdrawing everything would do.
    Withdrawal, withdrawal: WithdrawnAll = |client, about| client.withdraw_all(true);
    /// My way to the internet.
    Uplink, uplink: Uplink = |client, about| client.uplink();
    /// What I used of it.
    MyUse, my_use: Statements = |client, about| async { client.uplink_statement(&StatementAsk::default()).await };
    /// This computer as a building's gateway.
    Gateway, gateway: GatewayStatus = |client, about| client.gateway();
    /// What members used through it, by the hour.
    HostStats, host_stats: GatewayStats = |client, about| client.gateway_stats();
    /// What members used through it, by the month.
    HostUse, host_use: Statements = |client, about| async { client.gateway_statement(&StatementAsk::default()).await };
    /// The settings of this computer.
    Config, config: Config = |client, about| client.config();
    /// The page on the building's Wi-Fi.
    WifiPage, wifi_page: PageStatus = |client, about| client.page();
    /// How the browsers of this computer are set.
    Browser, browser: browser::State = |client, about| async { Ok::<_, ClientError>(Browsers::here().state().await) };
    /// The sticks in this computer.
    Sticks, sticks: Vec<Stick> = |client, about| async { Ok::<_, ClientError>(sticks::here().await) };
    /// One item in full, by id.
    Item, item: Item = |client, about| async {
        match client.item(about).await {
            // Whoever may see what was hidden sees it, with the reason.
            Err(e) if e.code() == Some(Code::Hidden) => client.item_even_if_hidden(about).await.map_err(|_| e),
            answer => answer,
        }
    };
    /// What I and my groups publish.
    Mine, mine: FindPage = |client, about| async {
        client.find(&FindQuery { mine: true, limit: Some(100), ..Default::default() }).await
    };
    /// What is being changed, by slot; nothing for something new.
    Editing, editing: Option<Item> = |client, about| async {
        if crate::pages::write::is_new(about) { Ok(None) } else { client.item_even_if_hidden(about).await.map(Some) }
    };
    /// Local sites.
    Sites, sites: LocalSites = |client, about| client.local_sites();
    /// What organisers hid.
    Hidden, hidden: HiddenList = |client, about| client.hidden();
    /// Whom I do not see on this computer.
    Blocked, blocked: Blocked = |client, about| client.blocked();
    /// What is there that could be new.
    CameIn, came_in: CameIn = |client, about| arrivals::look(client);
    /// What happened lately.
    Activity, activity: Activity = |client, about| client.activity();
}

impl Topic {
    /// Whether the node does not tell of changes, so that it is read again and again while somebody looks.
    pub fn is_watched(self) -> bool {
        matches!(
            self,
            Topic::Nearby
                | Topic::JoinWaiting
                | Topic::JoinRequests
                | Topic::LinkWaiting
                | Topic::Uplink
                | Topic::Gateway
                | Topic::Sites
                | Topic::Sticks
        )
    }
}

impl Topic {
    /// Whether an answer grows old by itself, as the time passes.
    pub fn is_timed(self) -> bool {
        matches!(self, Topic::Notices | Topic::Events | Topic::Item | Topic::Mine)
    }
}

impl Known {
    /// Says what a topic is about from now on. What is known about something else is forgotten.
    pub fn turn_to(&mut self, question: &Question) {
        if self.about.get(&question.topic) != Some(&question.about) {
            self.about.insert(question.topic, question.about.clone());
            self.forget(question.topic);
        }
    }

    /// Takes an answer, unless it is about something nobody looks at any more. Returns whether it was taken.
    pub fn take(&mut self, question: &Question, fact: Fact) -> bool {
        let wanted = self.about.get(&question.topic).map_or("", String::as_str);
        let fits = wanted == question.about;
        if fits {
            self.put(fact);
        }
        fits
    }

    /// The node is gone: what was waited for does not come. What is there stays to be read.
    pub fn gone(&mut self, fault: &Fault) {
        for topic in Topic::ALL.iter().copied().filter(|t| !matches!(t, Topic::Nearby | Topic::JoinWaiting)) {
            if self.waits(topic) {
                self.put(Fact::failed(topic, fault.clone()));
            }
        }
        self.put(Fact::failed(Topic::Status, fault.clone()));
        self.gone = Some(fault.clone());
    }

    /// The node answers, or is tried again.
    pub fn back(&mut self) {
        self.gone = None;
    }

    /// The time it is now by the community's clock, Unix milliseconds; 0 before that is known. As old as the newest status,
    /// or as what was told since.
    pub fn now_ms(&self) -> u64 {
        self.status.ready().map_or(0, |s| s.now_ms).max(self.now_ms)
    }

    /// Tells the time.
    pub fn is_now(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
    }

    /// Whether this computer belongs to a community, once that is known.
    pub fn has_community(&self) -> Option<bool> {
        self.status.ready().map(|s| s.community.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(n: u64) -> Fact {
        Fact::Notices(Ok(Box::new(FindPage { items: vec![], next: None, total: Some(n), said: None })))
    }

    #[test]
    fn an_answer_about_something_else_is_not_taken() {
        let mut known = Known::default();
        let this = Question { topic: Topic::Notices, about: "this".into() };
        known.turn_to(&this);
        assert!(known.take(&this, found(1)));
        assert!(!known.take(&Topic::Notices.alone(), found(2)));
        assert_eq!(known.notices.ready().unwrap().total, Some(1));
        known.turn_to(&this);
        assert!(known.notices.ready().is_some(), "asking again does not hide what is there");
        known.turn_to(&Topic::Notices.alone());
        assert!(known.notices.ready().is_none());
    }

    #[test]
    fn when_the_node_goes_what_is_there_stays() {
        let mut known = Known::default();
        assert!(known.take(&Topic::Notices.alone(), found(3)));
        known.gone(&Fault::Offline(String::new()));
        assert!(known.notices.ready().is_some());
        assert!(known.failed(Topic::Status) && known.failed(Topic::Item));
    }
}
