//! The pages. Each is `data.rs`, which turns what the node said into plain, sorted, worded data, and `ui.rs`, which draws
//! that and answers with commands.

pub mod activity;
pub mod ask;
pub mod checks;
pub mod computer;
pub mod computer_add;
pub mod computers;
pub mod find;
pub mod friends;
pub mod gateway;
pub mod gateway_setup;
pub mod group;
pub mod hidden;
pub mod home;
pub mod import;
pub mod internet;
pub mod invite;
pub mod item;
pub mod kit;
pub mod leaving;
pub mod links;
pub mod menu;
pub mod people;
pub mod person;
pub mod report;
pub mod request;
pub mod requests;
pub mod settings;
pub mod sites;
pub mod things;
pub mod vouchers;
pub mod welcome;
pub mod write;

use std::collections::BTreeMap;

use egui::Ui;

use crate::command::{Command, Page};
use crate::deeds::{self, Deed, Outcome, community, computers as computers_deeds, groups, help};
use crate::fault::{Said, say};
use crate::icons::Icon;
use crate::known::{Known, Topic};
use crate::link::Attached;
use crate::words::Words;

/// What a page has to draw itself from.
pub struct Cx<'a> {
    /// The words.
    pub words: &'a Words,
    /// What the node said.
    pub known: &'a Known,
    /// What the page is about: an id or a name; empty where there is only one.
    pub about: &'a str,
    /// What is being done from this page.
    pub doing: Option<&'a Deed>,
    /// What came of the last deed of this page that has something to show.
    pub outcome: Option<&'a Outcome>,
    /// How the node came to run.
    pub attached: Option<Attached>,
    /// Whether a node that this window started goes on when it closes.
    pub goes_on: bool,
    /// The last deed of this page that was done.
    pub last: Option<&'a Deed>,
    /// Why the last deed of this page failed, if it did.
    pub fault: Option<&'a crate::link::Fault>,
    /// Links that came and went while this window was open.
    pub seen: &'a [activity::data::Seen],
    /// Who has written down or saved their recovery words, as far as this window saw: ids of persons.
    pub words_kept: &'a std::collections::BTreeSet<String>,
}

impl Cx<'_> {
    /// My role here: `organiser`, `resident`, `newcomer`, `group` or `none`; empty before it is known.
    pub fn role(&self) -> &str {
        self.me().map_or("", |me| me.role.as_str())
    }

    /// Who I am here.
    pub fn me(&self) -> Option<&hedgerow_api::Me> {
        self.known.status.ready().and_then(|s| s.me.as_ref())
    }

    /// Whether I was taken out of the community, or others say so.
    pub fn is_taken_out(&self) -> bool {
        self.known.status.ready().is_some_and(|status| status.taken_out.is_some())
    }

    /// Whether my recovery words need nothing of me: they were checked or saved here, or are not on this computer.
    pub fn has_words_safe(&self) -> bool {
        let here = self.known.identity.ready().is_some_and(|identity| identity.words_here);
        !here || self.me().is_some_and(|me| self.words_kept.contains(&me.person))
    }

    /// Whether I am an organiser.
    pub fn is_organiser(&self) -> bool {
        self.role() == "organiser"
    }
}

/// What was typed on each page. Kept while the window is open, so that going away and back loses nothing; what is published
/// is kept longer, by [`crate::drafts`].
#[derive(Default)]
pub(crate) struct Forms {
    pub welcome: welcome::Form,
    pub invite: invite::Form,
    pub people: people::Form,
    pub person: PerThing<person::Form>,
    pub group: PerThing<group::Form>,
    pub request: PerThing<request::Form>,
    pub ask: ask::Form,
    pub report: PerThing<report::Form>,
    pub computers: computers::Form,
    pub computer_add: PerThing<computer_add::Form>,
    pub kit: kit::Form,
    pub friends: friends::Form,
    pub internet: internet::Form,
    pub links: links::Form,
    pub sites: sites::Form,
    pub gateway: gateway::Form,
    pub vouchers: vouchers::Form,
    pub gateway_setup: gateway_setup::Form,
    pub write: write::Forms,
    pub item: item::Form,
    pub import: import::Form,
}

/// What was typed about each of many things, so that nothing is done to the wrong one, and going from one to another loses
/// nothing.
pub(crate) struct PerThing<F>(BTreeMap<String, F>);

impl<F> Default for PerThing<F> {
    fn default() -> Self {
        PerThing(BTreeMap::new())
    }
}

impl<F: Default> PerThing<F> {
    /// The form about this thing.
    pub fn about(&mut self, about: &str) -> &mut F {
        self.0.entry(about.to_owned()).or_default()
    }

    /// What was typed about this thing is not needed any more.
    fn done(&mut self, about: &str) {
        self.0.remove(about);
    }
}

impl Forms {
    /// Whether something was typed that is sealed when it is sent, and that therefore waits on no disk.
    pub fn unsent(&self) -> bool {
        let answers = self.request.0.values().map(|form| &form.text);
        let reports = self.report.0.values().map(|form| &form.text);
        // What a button of another page began was not typed.
        let asked = self.ask.begun.as_ref() != Some(&self.ask.text) && !self.ask.text.trim().is_empty();
        asked || answers.chain(reports).any(|text| !text.trim().is_empty())
    }

    /// A deed was done: what was typed for it is not needed any more.
    pub fn done(&mut self, deed: &Deed) {
        match deed {
            Deed::Community(community::Deed::Poster { .. }) => self.invite = invite::Form::default(),
            Deed::People(_) => self.person = PerThing::default(),
            Deed::Groups(groups::Deed::Start { .. }) => self.people.group = None,
            Deed::Groups(_) => self.group = PerThing::default(),
            Deed::Help(help::Deed::Ask { .. }) => self.ask = ask::Form::default(),
            Deed::Help(help::Deed::Answer { request, .. }) => self.request.done(request),
            Deed::Help(help::Deed::Report { about, .. }) => self.report.done(about),
            Deed::Computers(deed) => self.computers_done(deed),
            Deed::Internet(deeds::internet::Deed::Price { .. }) => {
                (self.internet.gigabyte, self.internet.month) = Default::default();
            }
            Deed::Internet(deeds::internet::Deed::UseVoucher { .. }) => self.internet.voucher = String::new(),
            Deed::Gateway(deeds::gateway::Deed::VoucherNew(_) | deeds::gateway::Deed::VoucherBack { .. }) => {
                self.vouchers = vouchers::Form::default();
            }
            Deed::Gateway(deeds::gateway::Deed::SetUp(_)) => self.gateway_setup = Default::default(),
            Deed::Site(deeds::site::Deed::Publish(_)) => self.sites = Default::default(),
            Deed::Computer(deeds::computer::Deed::AddNeighbour { .. }) => self.links = Default::default(),
            Deed::Things(
                deeds::things::Deed::Publish { form: about, .. } | deeds::things::Deed::Change { item: about, .. },
            ) => {
                self.write.published(about);
            }
            // Whose list it was does not say whose the next one is.
            Deed::Carry(deeds::carry::Deed::Import { only_look: false, .. }) => self.import.group = None,
            Deed::Item(deeds::item::Deed::Hide { .. }) => self.item = item::Form::default(),
            _ => {}
        }
    }

    fn computers_done(&mut self, deed: &computers_deeds::Deed) {
        use computers_deeds::Deed;
        match deed {
            // The words stay hidden, and the check of them stands.
            Deed::SaveWords { .. } => self.kit.forget_passphrase(),
            Deed::ForgetWords => self.kit = kit::Form::default(),
            Deed::LinkConfirm { .. } => self.computer_add = PerThing::default(),
            Deed::Remove { .. } => self.computers = computers::Form::default(),
            Deed::SetFriends { .. } | Deed::Agree { .. } => self.friends = friends::Form::default(),
            Deed::Restore { .. } | Deed::ComeBack => self.welcome.secrets = welcome::Secrets::default(),
            _ => {}
        }
    }

    /// A page was left: words and passphrases typed there must not wait behind it.
    pub fn left(&mut self, page: Page) {
        match page {
            Page::Kit => self.kit = kit::Form::default(),
            // A group was chosen for what is shared now, and not for what is shared later.
            Page::Write => self.write.group = None,
            Page::Computers => self.computers = computers::Form::default(),
            Page::Friends => self.friends.words = crate::secret::Secret::default(),
            Page::Welcome => self.welcome.secrets = welcome::Secrets::default(),
            _ => {}
        }
    }
}

/// What a page asks the node for while it is shown. A topic about one thing is about what the page is about.
pub fn needs(page: Page) -> &'static [Topic] {
    match page {
        Page::Welcome => &[Topic::Nearby, Topic::JoinWaiting],
        Page::Home => {
            &[Topic::Identity, Topic::Notices, Topic::Events, Topic::JoinRequests, Topic::Requests, Topic::Gateway]
        }
        Page::Invite => &[Topic::Invites, Topic::JoinRequests, Topic::Organisers],
        Page::Item => &[Topic::Item, Topic::Sites],
        Page::People => &[Topic::People, Topic::Groups, Topic::Organisers],
        Page::Person => &[Topic::Person, Topic::PersonWhy],
        Page::Group => &[Topic::Groups, Topic::People],
        Page::Requests => &[Topic::Requests, Topic::Reports],
        Page::Request => &[Topic::Request],
        Page::Ask => &[Topic::People, Topic::Groups],
        Page::Computers => &[Topic::Identity, Topic::Computers],
        Page::ComputerAdd => &[Topic::LinkWaiting],
        Page::Kit => &[Topic::Identity],
        Page::Friends => &[Topic::Friends, Topic::People, Topic::Identity],
        Page::Leaving => &[Topic::Withdrawal, Topic::Computers],
        Page::Gateway => &[Topic::Gateway, Topic::Organisers],
        Page::GatewayTry | Page::GatewayProof | Page::Vouchers => &[Topic::Gateway],
        Page::Sites => &[Topic::Sites],
        Page::Computer => &[Topic::Config, Topic::WifiPage],
        Page::GatewayUse => &[Topic::HostStats, Topic::HostUse],
        Page::Internet => &[Topic::Uplink, Topic::MyUse, Topic::Browser],
        Page::Things => &[Topic::Mine],
        Page::Write => &[Topic::Editing],
        Page::Import => &[Topic::Sticks],
        Page::Hidden => &[Topic::Hidden, Topic::Blocked],
        Page::Activity => &[Topic::Activity],
        // The status is always read.
        Page::Menu
        | Page::Report
        | Page::Find
        | Page::Links
        | Page::Checks
        | Page::Settings
        | Page::GatewaySetup
        | Page::SitePublish => &[],
    }
}

/// Something asked of the node.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Load<T> {
    /// Not asked, or no answer yet.
    #[default]
    Waiting,
    /// Here it is.
    Ready(T),
    /// It did not come, and why.
    Failed(crate::link::Fault),
}

impl<T> Load<T> {
    /// What is there, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Load::Ready(value) => Some(value),
            _ => None,
        }
    }
}

impl<T> Load<T> {
    /// Both, once both are there; else what stands for the one that is not.
    pub fn and<'a, U>(&'a self, other: &'a Load<U>) -> Load<(&'a T, &'a U)> {
        match (self, other) {
            (Load::Ready(a), Load::Ready(b)) => Load::Ready((a, b)),
            (Load::Failed(fault), _) | (_, Load::Failed(fault)) => Load::Failed(fault.clone()),
            _ => Load::Waiting,
        }
    }

    /// A part of a page from an answer: `here` makes it, or nothing when there is nothing; `empty` names the words that then
    /// say why, and what to do.
    pub fn part<V>(&self, words: &Words, (title, body): (&str, &str), here: impl FnOnce(&T) -> Option<V>) -> Part<V> {
        match self {
            Load::Waiting => Part::Loading,
            Load::Failed(fault) => Part::Fault(say(words, fault)),
            Load::Ready(value) => match here(value) {
                Some(view) => Part::Here(view),
                None => Part::Empty { title: words.t(title), body: words.t(body) },
            },
        }
    }
}

impl<T> From<Result<T, crate::link::Fault>> for Load<T> {
    fn from(result: Result<T, crate::link::Fault>) -> Self {
        match result {
            Ok(value) => Load::Ready(value),
            Err(fault) => Load::Failed(fault),
        }
    }
}

/// A part of a page in one of its designed states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<T> {
    /// On its way.
    Loading,
    /// There is nothing: why, and what to do.
    Empty {
        /// A few words.
        title: String,
        /// A sentence.
        body: String,
    },
    /// It failed, or is not allowed, or nothing answers.
    Fault(Said),
    /// There it is.
    Here(T),
}

/// Draws a part: what stands for it while it is not there, or itself with `add`.
pub(crate) fn draw_part<V>(
    ui: &mut Ui,
    words: &Words,
    icon: Icon,
    part: &Part<V>,
    out: &mut Vec<Command>,
    add: impl FnOnce(&mut Ui, &V, &mut Vec<Command>),
) {
    match part {
        Part::Loading => {
            crate::widgets::nothing_here(ui, Icon::Look, &words.t("loading"), "", None);
        }
        Part::Empty { title, body } => {
            crate::widgets::nothing_here(ui, icon, title, body, None);
        }
        Part::Fault(said) => {
            if draw_fault(ui, words, said) {
                out.push(Command::Retry);
            }
        }
        Part::Here(view) => add(ui, view, out),
    }
}

/// Draws the way back, on top of a page that was reached from another.
pub(crate) fn draw_back(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    if crate::widgets::button(ui, crate::widgets::Look::Bare, Some(Icon::Back), &words.t("back")).clicked() {
        out.push(Command::Back);
    }
}

/// How long a Copy button says that it has copied, seconds.
const COPIED_SECONDS: f64 = 4.0;

/// Draws a button that puts a text where people paste from, and says so for some seconds. The only way to copy with a press.
pub(crate) fn draw_copy(
    ui: &mut Ui,
    words: &Words,
    look: crate::widgets::Look,
    name: &str,
    what: &str,
    out: &mut Vec<Command>,
) -> egui::Response {
    let id = ui.make_persistent_id(("copied", what));
    let now = ui.input(|i| i.time);
    let until: Option<f64> = ui.data(|data| data.get_temp(id));
    let left = until.map_or(0.0, |until| until - now);
    let said = words.t("copied");
    let done = (left > 0.0).then_some((Icon::Tick, &*said));
    let response = crate::widgets::button_with_answer(ui, look, Icon::Copy, name, done);
    if done.is_some() {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left.min(COPIED_SECONDS)));
    }
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(id, now + COPIED_SECONDS));
        out.push(Command::Copy(what.to_owned()));
    }
    response
}

/// Draws a fault in the middle of a page, with a button to try again. Returns whether it was pressed.
pub(crate) fn draw_fault(ui: &mut Ui, words: &Words, said: &Said) -> bool {
    let icon = if said.not_allowed {
        Icon::Stop
    } else if said.offline {
        Icon::Alone
    } else {
        Icon::Warning
    };
    let retry = words.t("try-again");
    let pressed =
        crate::widgets::nothing_here(ui, icon, &said.title, &said.body, (!said.not_allowed).then_some(&*retry));
    draw_details(ui, words, &said.details);
    pressed
}

/// A fold with details for those who can use them.
pub(crate) fn draw_details(ui: &mut Ui, words: &Words, details: &str) {
    draw_fold(ui, &words.t("details"), details);
}

/// A fold under a name. It is closed at first, and whether it was opened is remembered for what is in it alone.
pub(crate) fn draw_fold(ui: &mut Ui, name: &str, details: &str) {
    if !details.is_empty() {
        ui.add_space(crate::theme::NEAR);
        egui::CollapsingHeader::new(name).id_salt(details).show(ui, |ui| {
            crate::widgets::copyable(ui, &hedgerow_api::clean::lines(details));
        });
    }
}
