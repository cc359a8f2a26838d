//! The window: what it knows, what it asks, and what it draws. Where commands are run is in [`run`].

mod run;
mod search;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use hedgerow_api::FindPage;

use crate::arrivals::{self, CameIn};
use crate::autostart::Autostart;
use crate::command::{self, Command, Page};
use crate::deeds::{Deed, Outcome, Sure, computers as computers_deeds};
use crate::drafts::Drafts;
use crate::known::{Known, Question, Topic};
use crate::link::{Answer, Ask, Attached, Fault, Link};
use crate::pages::activity::data::Seen;
use crate::pages::welcome::Step;
use crate::pages::{
    Cx, Forms, Load, Part, activity, ask, checks, computer, computer_add, computers, friends, gateway, gateway_setup,
    group, hidden, home, import, internet, invite, item, kit, leaving, links, menu, needs, people, person, report,
    request, requests, settings as settings_page, sites, things, vouchers, welcome, write,
};
use crate::saved;
use crate::settings::Settings;
use crate::shell::{self, Message};
use crate::words::{Language, Words};

use search::Search;

/// Links that came and went that are remembered.
const SEEN_MAX: usize = 100;
const MINUTE_MS: u64 = 60_000;

/// Which time a status said, and when it was there, in seconds of the window.
#[derive(Clone, Copy)]
struct Clock {
    status_ms: u64,
    time_s: f64,
}

/// A deed on its way.
struct Doing {
    turn: u64,
    deed: Deed,
    page: Page,
}

/// What came of the deeds of a page.
#[derive(Default)]
struct Done {
    /// The last one, until it is put away: what it was, and how it went.
    last: Option<(Deed, Result<Outcome, Fault>)>,
    /// The last outcome that has something to show.
    outcome: Option<Outcome>,
}

/// The window.
pub struct App {
    link: Box<dyn Link>,
    settings: Settings,
    settings_path: Option<PathBuf>,
    pub(crate) words: Words,
    pub(crate) page: Page,
    /// What the page is about, where there is more than one of it.
    about: String,
    /// Where I came from, newest last.
    trail: Vec<(Page, String)>,
    pub(crate) known: Known,
    attached: Option<Attached>,
    pub(crate) search: Search,
    step: Step,
    pub(crate) forms: Forms,
    doing: Vec<Doing>,
    done: HashMap<Page, Done>,
    /// Why something failed that was begun on a page that was left since.
    untold: Option<Fault>,
    /// What was begun and is not published yet, on the disk.
    drafts: Drafts,
    /// Whether the window asks what becomes of something that was typed and is kept nowhere.
    unsent: bool,
    /// That may go when the window closes.
    let_go: bool,
    /// What was done on a page that was left since, and can still be undone.
    undoable: Option<(Deed, Outcome)>,
    /// Whether the page is drawn from its top at the next frame.
    from_top: bool,
    /// Whether something is said above it that was not said before.
    is_said: bool,
    /// A deed that waits for a yes.
    asking: Option<Deed>,
    /// What was typed into the list of commands, while it is open.
    palette: Option<String>,
    turn: u64,
    /// What is being watched.
    watched: Vec<Question>,
    /// Whether an invite was made since the window opened.
    invited: bool,
    /// Whether the window asks what happens when it closes.
    closing: bool,
    /// Where starting with the computer is set; nothing where it cannot be.
    autostart: Option<Autostart>,
    autostart_fault: Option<Fault>,
    /// Names of the deeds that went well since the window opened.
    went_well: BTreeSet<&'static str>,
    /// Links that came and went since the window opened, oldest first.
    seen: Vec<Seen>,
    /// When the newest status came.
    clock: Option<Clock>,
    /// The minute it was at the last frame.
    minute: u64,
    /// What came in and was seen.
    seen_before: arrivals::Seen,
}

impl App {
    /// A window over a link. Settings are read from `settings_path` and written there; without one they are forgotten.
    pub fn new(link: Box<dyn Link>, settings_path: Option<PathBuf>) -> App {
        let loaded = settings_path.as_deref().map(|path| Settings::load(path).map_err(|e| saved::unreadable(path, &e)));
        let (settings, untold) = match loaded {
            Some(Ok(settings)) => (settings, None),
            Some(Err(fault)) => (Settings::default(), Some(fault)),
            None => (Settings::default(), None),
        };
        let system = || std::env::var("LANG").ok().and_then(|l| Language::from_code(&l));
        let language = settings.language.or_else(system).unwrap_or_default();
        App {
            link,
            step: if settings.language.is_some() { Step::Name } else { Step::Language },
            settings,
            settings_path,
            words: Words { language },
            page: Page::Home,
            about: String::new(),
            trail: Vec::new(),
            known: Known::default(),
            attached: None,
            search: Search::default(),
            forms: Forms::default(),
            doing: Vec::new(),
            done: HashMap::new(),
            undoable: None,
            untold,
            drafts: Drafts::default(),
            unsent: false,
            let_go: false,
            from_top: false,
            is_said: false,
            asking: None,
            palette: None,
            turn: 0,
            watched: Vec::new(),
            invited: false,
            seen: Vec::new(),
            clock: None,
            minute: u64::MAX,
            seen_before: arrivals::Seen::default(),
            closing: false,
            autostart: Autostart::here(),
            autostart_fault: None,
            went_well: BTreeSet::new(),
        }
    }

    /// Keeps what was begun and is not published yet, and what was seen, in this data folder.
    pub fn with_drafts(mut self, folder: &std::path::Path) -> App {
        self.drafts = Drafts::of(folder);
        self.seen_before = arrivals::Seen::of(folder);
        self
    }

    /// Gives the window its fonts, colours and text size. Called once, before the first frame.
    pub fn dress(&self, ctx: &egui::Context) {
        crate::theme::install(ctx);
        // The size is a setting of ours, so that it lasts.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        ctx.set_zoom_factor(f32::from(self.settings.text_percent) / 100.0);
        crate::theme::colour(ctx, self.settings.colours);
    }

    /// The language spoken.
    pub fn language(&self) -> Language {
        self.words.language
    }

    /// The page shown.
    pub fn page(&self) -> Page {
        self.page
    }

    /// Names of the deeds that went well since the window opened, of those in [`Deed::all_names`].
    pub fn went_well(&self) -> &BTreeSet<&'static str> {
        &self.went_well
    }

    /// Whether something that was begun has not ended yet.
    pub fn is_doing(&self) -> bool {
        !self.doing.is_empty()
    }

    /// Takes in what came from the node.
    pub fn receive(&mut self) {
        while let Some(answer) = self.link.next() {
            self.take(answer);
        }
    }

    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Attached(how) => {
                self.attached = Some(how);
                self.known.back();
                self.link.ask(Ask::Keep(self.settings.goes_on == Some(true)));
                self.ask_everything();
            }
            Answer::Gone(fault) => {
                self.attached = None;
                self.known.gone(&fault);
                if matches!(self.search.found, Load::Waiting) {
                    self.search.found = Load::Failed(fault);
                    self.search.answers += 1;
                }
            }
            Answer::Read(question, fact) => {
                let had_community = self.known.has_community();
                let came = (question.topic == Topic::CameIn).then(|| self.known.came_in.ready().cloned());
                let linked = (question.topic == Topic::Status).then(|| self.linked());
                let taken = self.known.take(&question, fact);
                if taken && question.topic == Topic::Status {
                    self.status_came(had_community);
                    self.note_links(linked.flatten());
                }
                if let Some(before) = came.filter(|_| taken) {
                    self.came_in(before.as_deref());
                }
            }
            Answer::Found { turn, page } if turn == self.search.turn => self.take_found(page),
            Answer::Found { .. } => {}
            Answer::Did { turn, result } => self.take_done(turn, result),
            Answer::News { content } => {
                self.read(Topic::Status.alone());
                if self.known.has_community() == Some(true) {
                    self.ask_needs();
                    if content {
                        self.refresh_search();
                    }
                }
            }
        }
    }

    fn status_came(&mut self, had_community: Option<bool>) {
        let has = self.known.has_community();
        if had_community == Some(true) && has == Some(false) {
            // Whoever has left starts at the question what comes next, and not where they came in.
            self.step = Step::Community;
            self.forms.write = write::Forms::default();
        }
        match (self.page, has) {
            (Page::Welcome, Some(true)) => self.show(Page::Home, String::new()),
            (_, Some(false)) if self.search.looking.is_none() => self.show(Page::Welcome, String::new()),
            _ => {}
        }
        if has == Some(true) && had_community != Some(true) {
            if let Some(community) = self.community() {
                match self.drafts.read(&community) {
                    Ok(forms) => {
                        for (about, form) in forms {
                            self.forms.write.all.entry(about).or_insert(form);
                        }
                    }
                    Err(fault) => self.untold = Some(fault),
                }
            }
            self.ask_needs();
            self.search_anew();
        }
        self.watch();
    }

    /// Something came in, or was read or dealt with: says on the desktop what is new since before.
    fn came_in(&mut self, before: Option<&CameIn>) {
        let Some(now) = self.known.came_in.ready() else { return };
        let new = before.map(|before| self.seen_before.since(before, now)).unwrap_or_default();
        self.seen_before.look_at(self.page, now);
        if self.settings.tells
            && let Some(told) = arrivals::say(&self.words, &new)
        {
            self.link.ask(Ask::Tell(told));
        }
    }

    /// Id of the community, where there is one.
    fn community(&self) -> Option<String> {
        Some(self.known.status.ready()?.community.as_ref()?.id.clone())
    }

    /// Writes down what was begun, a moment after it was typed.
    fn keep_drafts(&mut self, ctx: &egui::Context) {
        if let Some(community) = self.community()
            && let Some(wait) = self.drafts.keep(ctx.input(|i| i.time), &community, &self.forms.write.all)
        {
            ctx.request_repaint_after(wait);
        }
    }

    /// Who is linked, by key, once that is known.
    fn linked(&self) -> Option<BTreeMap<String, String>> {
        let status = self.known.status.ready()?;
        let linked = status.neighbours.iter().filter(|n| n.linked);
        Some(linked.map(|n| (n.key.clone(), hedgerow_api::clean::line(&n.name))).collect())
    }

    /// Takes note of links that came and went since the status before.
    fn note_links(&mut self, before: Option<BTreeMap<String, String>>) {
        let (Some(before), Some(now)) = (before, self.linked()) else { return };
        let at_ms = self.known.now_ms();
        let name = |name: &String| if name.is_empty() { self.words.t("a-computer") } else { name.clone() };
        let only = |these: &BTreeMap<String, String>, those: &BTreeMap<String, String>, linked: bool| -> Vec<Seen> {
            let alone = these.iter().filter(|(key, _)| !those.contains_key(*key));
            alone.map(|(_, n)| Seen { at_ms, name: name(n), linked }).collect()
        };
        let changes = [only(&now, &before, true), only(&before, &now, false)].concat();
        self.seen.extend(changes);
        let more = self.seen.len().saturating_sub(SEEN_MAX);
        self.seen.drain(..more);
    }

    fn take_done(&mut self, turn: u64, result: Result<Outcome, Fault>) {
        // What was cancelled is not there any more.
        let Some(at) = self.doing.iter().position(|d| d.turn == turn) else { return };
        let Doing { deed, page, .. } = self.doing.remove(at);
        if let Ok(outcome) = &result {
            if matches!(deed, Deed::Computers(computers_deeds::Deed::SaveWords { .. })) {
                self.words_kept();
            }
            self.forms.done(&deed);
            self.went_well.insert(deed.name());
            self.invited |= matches!(outcome, Outcome::Invite(_));
            if page == Page::Welcome {
                self.search = self.search.anew();
            }
        }
        let then = result.as_ref().ok().and_then(|outcome| deed.then(outcome)).filter(|_| page == self.page);
        let page = match deed.leads_to().filter(|_| result.is_ok()) {
            Some(next) => {
                if self.page == page {
                    self.go(next);
                }
                next
            }
            None => page,
        };
        if let Err(fault) = &result
            && page != self.page
        {
            // Whoever left the page would never hear of it.
            self.untold = Some(fault.clone());
        }
        let done = self.done.entry(page).or_default();
        if let Ok(outcome) = &result
            && !matches!(outcome, Outcome::Done | Outcome::Saved(_))
        {
            done.outcome = Some(outcome.clone());
        }
        // What takes the place of the page is not to be looked for further down.
        self.from_top |= matches!(result, Ok(Outcome::Preview(_) | Outcome::Changed(_)));
        self.is_said = result.as_ref().map_or(true, |outcome| deed.done(&self.words, outcome).is_some());
        done.last = Some((deed, result));
        if let Some(then) = then {
            self.start(then);
        }
        self.read(Topic::Status.alone());
        self.ask_needs();
    }

    fn read(&mut self, question: Question) {
        self.known.turn_to(&question);
        self.link.ask(Ask::Read(question));
    }

    /// What the page shown needs, each about what the page is about.
    fn needed(&self) -> Vec<Question> {
        if self.known.has_community() == Some(false) && self.page != Page::Welcome {
            return Vec::new();
        }
        needs(self.page).iter().map(|topic| Question { topic: *topic, about: self.about.clone() }).collect()
    }

    /// Whether the page shown has it read again and again. An item only says whether a site goes with it, and Home whether
    /// this building's internet may be shared.
    fn is_watched(&self, topic: Topic) -> bool {
        let is_by_the_way = matches!((self.page, topic), (Page::Item, Topic::Sites) | (Page::Home, Topic::Gateway));
        topic.is_watched() && !is_by_the_way
    }

    /// Reads what the page needs. What is watched comes by itself.
    fn ask_needs(&mut self) {
        for question in self.needed() {
            if !self.is_watched(question.topic) {
                self.read(question);
            }
        }
    }

    fn ask_everything(&mut self) {
        self.read(Topic::Status.alone());
        if self.known.has_community() == Some(true) {
            self.ask_needs();
            self.refresh_search();
        }
        self.watched.clear();
        self.watch();
    }

    /// Sees to it that what the page shows and the node does not tell of is read while it is shown, and no longer.
    fn watch(&mut self) {
        let wanted: Vec<Question> = self.needed().into_iter().filter(|q| self.is_watched(q.topic)).collect();
        if wanted != self.watched {
            for question in &wanted {
                self.known.turn_to(question);
            }
            self.watched.clone_from(&wanted);
            self.link.ask(Ask::Watch(wanted));
        }
    }

    /// Lets time pass: what is said of now is true again once a minute, on the minute, since places open and close then.
    fn move_on(&mut self, ctx: &egui::Context) {
        let time_s = ctx.input(|i| i.time);
        let Some(status_ms) = self.known.status.ready().map(|s| s.now_ms) else { return };
        if self.clock.is_none_or(|clock| clock.status_ms != status_ms) {
            self.clock = Some(Clock { status_ms, time_s });
        }
        let Some(clock) = self.clock else { return };
        let now_ms = status_ms + Duration::try_from_secs_f64(time_s - clock.time_s).map_or(0, |d| d.as_millis() as u64);
        self.known.is_now(now_ms);
        let minute = now_ms / MINUTE_MS;
        if std::mem::replace(&mut self.minute, minute) < minute && self.known.has_community() == Some(true) {
            self.minute_passed(now_ms);
        }
        ctx.request_repaint_after(Duration::from_millis(MINUTE_MS - now_ms % MINUTE_MS + 1));
    }

    /// Reads once more what the time has made old.
    fn minute_passed(&mut self, now_ms: u64) {
        let timed: Vec<Question> = self.needed().into_iter().filter(|q| q.topic.is_timed()).collect();
        if !timed.is_empty() {
            self.link.ask(Ask::Again(timed));
        }
        let changed = |page: &FindPage| {
            let mut changes = page.items.iter().filter_map(|item| item.opening.as_ref()?.changes_ms);
            changes.any(|changes_ms| changes_ms <= now_ms)
        };
        // A list of what is open lacks what has just opened.
        if self.search.filters.open_now && self.page == Page::Find || self.search.found.ready().is_some_and(changed) {
            self.refresh_search();
        }
    }

    /// Draws the window.
    pub fn draw(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        self.move_on(&ctx);
        let mut out = command::pressed(&ctx);
        if ctx.input(|i| i.viewport().close_requested()) {
            out.push(Command::Close);
        }
        let dropped = ctx.input(|i| i.raw.dropped_files.first().map(|f| f.path().to_path_buf()));
        if let Some(file) = dropped.as_ref().filter(|_| self.page != Page::Welcome && self.search.looking.is_none()) {
            out.push(Command::Dropped(file.display().to_string()));
        }
        if self.page == Page::Welcome {
            if let Some(dropped) = dropped {
                let form = &mut self.forms.welcome;
                form.ticket = dropped.display().to_string();
                self.step = if form.name.trim().is_empty() { Step::Name } else { Step::Invite };
            }
            shell::bare(ui, self.step, |ui| self.draw_page(ui, &mut out));
        } else if self.search.looking.is_some() {
            self.draw_looking(ui, &mut out);
        } else {
            let new = self.known.came_in.ready().map(|came| self.seen_before.counts(came)).unwrap_or_default();
            shell::rail(ui, &self.words, self.page, &new, &mut out);
            let line = home::data::status_line(&self.words, &self.known.status);
            shell::status(ui, &line);
            shell::search(ui, &self.words, &mut self.search.text, &mut self.search.focus_field, &mut out);
            let (page, about) = (self.page, self.about.clone());
            let (words, message) = (self.words, self.message());
            let narrow = shell::is_narrow(ui);
            // On a narrow window the message scrolls with the page.
            let at_top = std::mem::take(&mut self.from_top) | (std::mem::take(&mut self.is_said) && narrow);
            shell::page(ui, &words, (page, &about), at_top, message, &mut out, |ui, out| self.draw_page(ui, out));
        }
        if let Some(typed) = &mut self.palette {
            menu::ui::palette(ui, &self.words, typed, &mut out);
        }
        if let Some(sure) = self.asking.as_ref().and_then(|deed| deed.sure(&self.words)) {
            shell::sure(ui, &self.words, &sure, &mut out);
        }
        if self.unsent {
            let say = |key: &str| self.words.t(key);
            let (question, meaning, button) = (say("unsent-question"), say("unsent-meaning"), say("unsent-close"));
            shell::sure(ui, &self.words, &Sure { question, meaning, button }, &mut out);
        }
        if self.closing {
            shell::closing(ui, &self.words, &mut out);
        }
        let changed = !out.is_empty();
        for command in out {
            self.run(&ctx, command);
        }
        if changed {
            ctx.request_repaint();
        }
        self.keep_drafts(&ctx);
    }

    fn draw_looking(&mut self, ui: &mut egui::Ui, out: &mut Vec<Command>) {
        let (words, now) = (self.words, self.known.now_ms());
        let mut text = std::mem::take(&mut self.search.text);
        let mut focus = std::mem::take(&mut self.search.focus_field);
        shell::looking(ui, &words, &mut text, &mut focus, out, |ui, text, out| {
            // The page names what was searched for, so it needs the text back while it is drawn.
            self.search.text.clone_from(text);
            let glance = self.search.found.ready().and_then(|p| p.items.iter().find(|i| i.id == self.about));
            match glance {
                Some(summary) if self.page == Page::Item => {
                    let view = Part::Here(item::data::glance(&words, summary, now));
                    item::ui::draw(ui, &words, &view, &mut self.forms.item, out);
                }
                _ => self.search.found_page(ui, &words, now, out),
            }
        });
        self.search.text = text;
    }

    /// What is being done from this page, or what came of the last thing done.
    fn message(&self) -> Option<Message> {
        if self.doing.iter().any(|d| d.page == self.page) {
            return Some(Message::Doing);
        }
        let done = |deed: &Deed, outcome: &Outcome| {
            let text = deed.done(&self.words, outcome)?;
            Some(Message::Done { text, undo: deed.undo(outcome) })
        };
        match self.done.get(&self.page).and_then(|d| d.last.as_ref()) {
            Some((deed, Ok(outcome))) => done(deed, outcome),
            Some((_, Err(fault))) => Some(Message::Failed(crate::fault::say(&self.words, fault))),
            None => match &self.untold {
                Some(fault) => Some(Message::Failed(crate::fault::say(&self.words, fault))),
                None => self.undoable.as_ref().and_then(|(deed, outcome)| done(deed, outcome)),
            },
        }
    }

    fn draw_page(&mut self, ui: &mut egui::Ui, out: &mut Vec<Command>) {
        let mut forms = std::mem::take(&mut self.forms);
        let words = self.words;
        let done = self.done.get(&self.page);
        let cx = Cx {
            words: &words,
            known: &self.known,
            about: &self.about,
            doing: self.doing.iter().find(|d| d.page == self.page).map(|d| &d.deed),
            outcome: done.and_then(|d| d.outcome.as_ref()),
            attached: self.attached,
            goes_on: self.settings.goes_on == Some(true),
            last: done.and_then(|d| d.last.as_ref()).map(|(deed, _)| deed),
            fault: done.and_then(|d| d.last.as_ref()).and_then(|(_, result)| result.as_ref().err()),
            seen: &self.seen,
            words_kept: &self.settings.words_kept,
        };
        match self.page {
            Page::Welcome => {
                let fault = done.and_then(|d| d.last.as_ref()).and_then(|(_, result)| result.as_ref().err());
                let view = welcome::data::view(&cx, &self.settings, fault);
                welcome::ui::draw(ui, &words, self.step, &view, &mut forms.welcome, out);
            }
            Page::Menu => menu::ui::draw(ui, &words, out),
            Page::Home => home::ui::draw(ui, &words, &home::data::view(&cx, self.invited), out),
            Page::Find => self.search.found_page(ui, &words, self.known.now_ms(), out),
            Page::Item => {
                item::ui::draw(ui, &words, &item::data::view(&cx), &mut forms.item, out);
            }
            Page::People => people::ui::draw(ui, &words, &people::data::view(&cx), &mut forms.people, out),
            Page::Person => {
                person::ui::draw(ui, &words, &person::data::view(&cx), forms.person.about(&self.about), out);
            }
            Page::Group => group::ui::draw(ui, &words, &group::data::view(&cx), forms.group.about(&self.about), out),
            Page::Requests => requests::ui::draw(ui, &words, &requests::data::view(&cx), out),
            Page::Request => {
                request::ui::draw(ui, &words, &request::data::view(&cx), forms.request.about(&self.about), out);
            }
            Page::Ask => ask::ui::draw(ui, &words, &ask::data::view(&cx), &mut forms.ask, out),
            Page::Report => report::ui::draw(ui, &words, &self.about, forms.report.about(&self.about), out),
            Page::Invite => invite::ui::draw(ui, &words, &invite::data::view(&cx), &mut forms.invite, out),
            Page::Computers => {
                computers::ui::draw(ui, &words, &computers::data::view(&cx), &mut forms.computers, out);
            }
            Page::ComputerAdd => {
                let view = computer_add::data::view(&cx);
                computer_add::ui::draw(ui, &words, &view, forms.computer_add.about(&self.about), out);
            }
            Page::Kit => kit::ui::draw(ui, &words, &kit::data::view(&cx), &mut forms.kit, out),
            Page::Friends => friends::ui::draw(ui, &words, &friends::data::view(&cx), &mut forms.friends, out),
            Page::Leaving => leaving::ui::draw(ui, &words, &leaving::data::view(&cx), out),
            Page::Things => things::ui::draw(ui, &words, &things::data::view(&cx), &forms.write.begun(&words), out),
            Page::Write => {
                write::ui::draw(ui, &words, &write::data::view(&cx), &mut forms.write, out);
            }
            Page::Import => import::ui::draw(ui, &words, &import::data::view(&cx), &mut forms.import, out),
            Page::Hidden => hidden::ui::draw(ui, &words, &hidden::data::view(&cx), out),
            Page::Activity => activity::ui::draw(ui, &words, &activity::data::view(&cx), out),
            Page::Links => {
                links::ui::draw(ui, &words, &links::data::view(&words, &cx.known.status), &mut forms.links, out);
            }
            Page::Checks => checks::ui::draw(ui, &words, &checks::data::view(&cx), out),
            Page::Internet => internet::ui::draw(ui, &words, &internet::data::view(&cx), &mut forms.internet, out),
            Page::Gateway => gateway::ui::draw(ui, &words, &gateway::data::view(&cx), out),
            Page::GatewayTry => {
                gateway::ui::draw_try(ui, &words, &gateway::data::tried(&cx), &mut forms.gateway, out);
            }
            Page::GatewayProof => gateway::ui::draw_proof(ui, &words, &gateway::data::proof(&cx), out),
            Page::GatewayUse => gateway::ui::draw_use(ui, &words, &gateway::data::used(&cx), out),
            Page::Vouchers => vouchers::ui::draw(ui, &words, &vouchers::data::view(&cx), &mut forms.vouchers, out),
            Page::Sites => sites::ui::draw(ui, &words, &sites::data::view(&cx), &mut forms.sites, out),
            Page::SitePublish => {
                sites::ui::draw_publish(ui, &words, &sites::data::publish(&cx), &mut forms.sites, out);
            }
            Page::Computer => computer::ui::draw(ui, &words, &computer::data::view(&cx), out),
            Page::GatewaySetup => {
                let form = &mut forms.gateway_setup;
                form.fill(cx.known);
                gateway_setup::ui::draw(ui, &words, &gateway_setup::data::view(&cx, form), form, out);
            }
            Page::Settings => {
                let view = settings_page::data::view(
                    &words,
                    &self.settings,
                    self.autostart.as_ref().map(Autostart::is_on),
                    self.autostart_fault.as_ref(),
                    ui.ctx(),
                );
                settings_page::ui::draw(ui, &words, &view, out);
            }
        }
        self.forms = forms;
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(community) = self.community() {
            self.drafts.keep_now(&community, &self.forms.write.all);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, _ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.receive();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }
}
