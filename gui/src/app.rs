//! The window: what it knows, what it asks, and where every command is run.

use std::path::PathBuf;

use hedgerow_api::{FindPage, FindQuery, Invite, Item, Nearby, Status};

use crate::command::{self, Command, Page};
use crate::link::{Answer, Ask, Attached, Fault, Link};
use crate::pages::welcome::{Form, Step};
use crate::pages::{Load, Part, find, home, invite, item, links, settings as settings_page, welcome};
use crate::settings::{Settings, TEXT_SIZES};
use crate::shell;
use crate::words::{Language, Words};

/// Items asked for at a time.
const PAGE_ITEMS: u32 = 50;
/// Items shown at most; beyond it, more words narrow the search down.
const ITEMS_MAX: usize = 1_000;

/// The state of the search.
#[derive(Default)]
pub(crate) struct Search {
    pub text: String,
    pub open_now: bool,
    /// Counts up with every search, so that late answers are told apart.
    turn: u64,
    found: Load<FindPage>,
    /// Whether the answer on its way goes below what is there.
    appending: bool,
    /// Community looked at without belonging to it: id and name.
    looking: Option<(String, String)>,
    pub focus_field: bool,
    /// The row that gets the keyboard when it is drawn next.
    focus: Option<find::ui::Focus>,
    /// Whether rows get the keyboard once they come.
    focus_wanted: bool,
}

/// The window.
pub struct App {
    link: Box<dyn Link>,
    settings: Settings,
    settings_path: Option<PathBuf>,
    pub(crate) words: Words,
    pub(crate) page: Page,
    back_to: Page,
    pub(crate) status: Load<Box<Status>>,
    attached: Option<Attached>,
    nearby: Load<Nearby>,
    watching: bool,
    notices: Load<FindPage>,
    pub(crate) search: Search,
    item: (String, Load<Box<Item>>),
    invite: Option<Load<Invite>>,
    invite_saved: Option<Result<String, Fault>>,
    step: Step,
    form: Form,
    welcome_fault: Option<Fault>,
}

impl App {
    /// A window over a link. Settings are read from `settings_path` and written there; without one they are forgotten.
    pub fn new(link: Box<dyn Link>, settings_path: Option<PathBuf>) -> App {
        let settings = settings_path.as_deref().map(Settings::load).unwrap_or_default();
        let system = || std::env::var("LANG").ok().and_then(|l| Language::from_code(&l));
        let language = settings.language.or_else(system).unwrap_or_default();
        App {
            link,
            settings,
            settings_path,
            words: Words { language },
            page: Page::Home,
            back_to: Page::Find,
            status: Load::Waiting,
            attached: None,
            nearby: Load::Waiting,
            watching: false,
            notices: Load::Waiting,
            search: Search::default(),
            item: (String::new(), Load::Waiting),
            invite: None,
            invite_saved: None,
            step: if settings.language.is_some() { Step::Name } else { Step::Language },
            form: Form::default(),
            welcome_fault: None,
        }
    }

    /// Gives the window its fonts, colours and text size. Called once, before the first frame.
    pub fn dress(&self, ctx: &egui::Context) {
        crate::theme::install(ctx);
        // The size is a setting of ours, so that it lasts.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        ctx.set_zoom_factor(f32::from(self.settings.text_percent) / 100.0);
    }

    /// The language spoken.
    pub fn language(&self) -> Language {
        self.words.language
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
                self.ask_everything();
            }
            Answer::Gone(fault) => {
                self.attached = None;
                self.status = Load::Failed(fault.clone());
                if matches!(self.notices, Load::Waiting) {
                    self.notices = Load::Failed(fault.clone());
                }
                if matches!(self.search.found, Load::Waiting) {
                    self.search.found = Load::Failed(fault.clone());
                }
                if matches!(self.item.1, Load::Waiting) {
                    self.item.1 = Load::Failed(fault);
                }
            }
            Answer::Status(status) => {
                let had_community = self.has_community();
                self.status = status.into();
                let has = self.has_community();
                match (&self.page, has) {
                    (Page::Welcome, Some(true)) => self.page = Page::Home,
                    (_, Some(false)) if self.search.looking.is_none() => self.page = Page::Welcome,
                    _ => {}
                }
                if has == Some(true) && had_community != Some(true) {
                    self.link.ask(Ask::Notices);
                    self.search_anew();
                }
                self.watch();
            }
            Answer::Nearby(nearby) => self.nearby = nearby.into(),
            Answer::Notices(page) => self.notices = page.into(),
            Answer::Found { turn, page } if turn == self.search.turn => self.take_found(page),
            Answer::Found { .. } => {}
            Answer::Item { id, item } if id == self.item.0 => self.item.1 = item.into(),
            Answer::Item { .. } => {}
            Answer::Invite(invite) => self.invite = Some(invite.into()),
            Answer::InviteSaved(saved) => self.invite_saved = Some(saved),
            Answer::Member(Ok(_)) => {
                self.form.busy = false;
                self.welcome_fault = None;
                self.search = Search::default();
                self.link.ask(Ask::Status);
            }
            Answer::Member(Err(fault)) => {
                self.form.busy = false;
                self.welcome_fault = Some(fault);
            }
            Answer::News { content } => {
                self.link.ask(Ask::Status);
                if content && self.has_community() == Some(true) {
                    self.link.ask(Ask::Notices);
                    self.refresh_search();
                    if self.page == Page::Item {
                        self.link.ask(Ask::Item(self.item.0.clone()));
                    }
                }
            }
        }
    }

    fn take_found(&mut self, page: Result<FindPage, Fault>) {
        let appending = std::mem::take(&mut self.search.appending);
        self.search.found = match (page, std::mem::take(&mut self.search.found)) {
            (Ok(mut more), Load::Ready(mut there)) if appending => {
                there.items.append(&mut more.items);
                there.items.truncate(ITEMS_MAX);
                there.next = more.next.filter(|_| there.items.len() < ITEMS_MAX);
                Load::Ready(there)
            }
            (page, _) => page.into(),
        };
        if std::mem::take(&mut self.search.focus_wanted) {
            self.search.focus = Some(find::ui::Focus::First);
        }
    }

    fn has_community(&self) -> Option<bool> {
        self.status.ready().map(|s| s.community.is_some())
    }

    fn ask_everything(&mut self) {
        self.link.ask(Ask::Status);
        if self.has_community() == Some(true) {
            self.link.ask(Ask::Notices);
            self.refresh_search();
        }
        if self.page == Page::Item {
            self.link.ask(Ask::Item(self.item.0.clone()));
        }
        self.watching = false;
        self.watch();
    }

    /// Communities near are looked up only while they are shown.
    fn watch(&mut self) {
        let wanted = self.page == Page::Welcome;
        if wanted != self.watching {
            self.watching = wanted;
            self.link.ask(Ask::WatchNearby(wanted));
        }
    }

    /// Searches again without hiding what is there.
    fn refresh_search(&mut self) {
        let shown = self.search.found.ready().map_or(PAGE_ITEMS as usize, |p| p.items.len());
        let limit = u32::try_from(shown).unwrap_or(PAGE_ITEMS).clamp(PAGE_ITEMS, 200);
        self.ask_find(limit, None);
    }

    fn search_anew(&mut self) {
        self.ask_find(PAGE_ITEMS, None);
    }

    fn ask_find(&mut self, limit: u32, cursor: Option<String>) {
        self.search.turn += 1;
        self.search.appending = cursor.is_some();
        let query = FindQuery {
            text: self.search.text.trim().to_owned(),
            open_now: self.search.open_now,
            limit: Some(limit),
            cursor,
            ..FindQuery::default()
        };
        let nearby = self.search.looking.as_ref().map(|(id, _)| id.clone());
        self.link.ask(Ask::Find { turn: self.search.turn, query, nearby });
    }

    /// Runs a command.
    pub fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::Go(page) => self.go(page),
            Command::Back => self.go_back(),
            Command::FocusSearch => {
                self.go(Page::Find);
                self.search.focus_field = true;
            }
            Command::Search => {
                self.go(Page::Find);
                self.search_anew();
            }
            Command::FocusResults => {
                // Typing and Enter come in one breath: rows of an older search must not get the keyboard.
                match self.search.found {
                    Load::Waiting => self.search.focus_wanted = true,
                    _ => self.search.focus = Some(find::ui::Focus::First),
                }
            }
            Command::OpenNow(open) => {
                self.search.open_now = open;
                self.search_anew();
            }
            Command::More => {
                if let Some(next) = self.search.found.ready().and_then(|p| p.next.clone()) {
                    self.ask_find(PAGE_ITEMS, Some(next));
                }
            }
            Command::Open(id) => {
                self.back_to = self.page.clone();
                self.item = (id.clone(), Load::Waiting);
                // What strangers see is not kept here: the list is all there is of it.
                if self.search.looking.is_none() {
                    self.link.ask(Ask::Item(id));
                }
                self.page = Page::Item;
            }
            Command::Retry => {
                if matches!(self.status, Load::Failed(_)) {
                    self.status = Load::Waiting;
                    self.link.ask(Ask::Reconnect);
                }
                if matches!(self.search.found, Load::Failed(_)) {
                    self.search.found = Load::Waiting;
                    self.search_anew();
                }
                self.ask_everything();
            }
            Command::Speak(language) => {
                self.words.language = language;
                self.settings.language = Some(language);
                self.save_settings();
            }
            Command::TextSize(percent) => self.set_size(ctx, percent),
            Command::Larger => {
                let now = self.settings.text_percent;
                self.set_size(ctx, TEXT_SIZES.into_iter().find(|s| *s > now).unwrap_or(now));
            }
            Command::Smaller => {
                let now = self.settings.text_percent;
                self.set_size(ctx, TEXT_SIZES.into_iter().rev().find(|s| *s < now).unwrap_or(now));
            }
            Command::Step(step) => {
                self.step = step;
                self.form.missing = None;
                self.welcome_fault = None;
            }
            Command::UseName => {
                if self.form.name.trim().is_empty() {
                    self.form.missing = Some("your-name-missing");
                } else {
                    self.form.missing = None;
                    // An invite dropped on the window before there was a name waits for it.
                    self.step = if self.form.ticket.is_empty() { Step::Community } else { Step::Invite };
                }
            }
            Command::Start => {
                if self.form.community.trim().is_empty() {
                    self.form.missing = Some("community-name-missing");
                } else {
                    self.try_to(Ask::Start {
                        community: self.form.community.trim().to_owned(),
                        my_name: self.form.name.trim().to_owned(),
                    });
                }
            }
            Command::Join => {
                if self.form.ticket.trim().is_empty() {
                    self.form.missing = Some("invite-missing");
                } else {
                    self.try_to(Ask::Join {
                        ticket: self.form.ticket.trim().to_owned(),
                        my_name: self.form.name.trim().to_owned(),
                    });
                }
            }
            Command::LookAround(id, name) => {
                self.search = Search { looking: Some((id, name)), turn: self.search.turn, ..Search::default() };
                self.go(Page::Find);
                self.search_anew();
            }
            Command::StopLooking => {
                self.search = Search { turn: self.search.turn, ..Search::default() };
                self.go(Page::Welcome);
            }
            Command::MakeInvite => {
                self.invite = Some(Load::Waiting);
                self.invite_saved = None;
                self.link.ask(Ask::Invite);
            }
            Command::Copy(text) => ctx.copy_text(text),
            Command::SaveInvite => {
                if let Some(Load::Ready(invite)) = &self.invite {
                    let ticket = invite.ticket.clone();
                    self.link.ask(Ask::SaveInvite { ticket });
                }
            }
            Command::OpenUrl(url) => ctx.open_url(egui::OpenUrl::new_tab(url)),
        }
    }

    /// Starts or joins, once there is a name to do it under.
    fn try_to(&mut self, ask: Ask) {
        if self.form.name.trim().is_empty() {
            self.step = Step::Name;
            self.form.missing = Some("your-name-missing");
            return;
        }
        self.form.missing = None;
        self.form.busy = true;
        self.welcome_fault = None;
        self.link.ask(ask);
    }

    fn go(&mut self, page: Page) {
        let looking = self.search.looking.is_some();
        // Before there is a community, only the welcome, what strangers may read, and settings make sense.
        self.page = match page {
            Page::Home | Page::Invite | Page::Links | Page::Item if self.has_community() == Some(false) => {
                Page::Welcome
            }
            Page::Find if self.has_community() == Some(false) && !looking => Page::Welcome,
            page => page,
        };
        self.watch();
    }

    fn go_back(&mut self) {
        match self.page {
            Page::Item => {
                self.search.focus = (self.back_to == Page::Find).then(|| find::ui::Focus::Item(self.item.0.clone()));
                self.go(self.back_to.clone());
            }
            Page::Welcome => {
                if let Some(step) = self.step.back() {
                    self.step = step;
                }
            }
            Page::Find if self.search.looking.is_some() => {
                self.search = Search { turn: self.search.turn, ..Search::default() };
                self.go(Page::Welcome);
            }
            _ => self.go(Page::Home),
        }
    }

    fn set_size(&mut self, ctx: &egui::Context, percent: u16) {
        self.settings.text_percent = percent;
        ctx.set_zoom_factor(f32::from(percent) / 100.0);
        self.save_settings();
    }

    fn save_settings(&self) {
        if let Some(path) = &self.settings_path {
            // A folder that cannot be written costs the choice at the next start, nothing else.
            let _ = self.settings.save(path);
        }
    }

    /// Draws the window.
    pub fn draw(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        let mut out = command::pressed(&ctx);
        if self.page == Page::Welcome {
            if let Some(dropped) = ctx.input(|i| i.raw.dropped_files.first().map(|f| f.path().to_path_buf())) {
                self.form.ticket = dropped.display().to_string();
                self.step = if self.form.name.trim().is_empty() { Step::Name } else { Step::Invite };
            }
            shell::bare(ui, |ui| self.draw_page(ui, &mut out));
        } else if self.search.looking.is_some() {
            let (words, now) = (self.words, now_ms(&self.status));
            let mut text = std::mem::take(&mut self.search.text);
            let mut focus = std::mem::take(&mut self.search.focus_field);
            shell::looking(ui, &words, &mut text, &mut focus, &mut out, |ui, text, out| {
                // The page names what was searched for, so it needs the text back while it is drawn.
                self.search.text.clone_from(text);
                let glance = self.search.found.ready().and_then(|p| p.items.iter().find(|i| i.id == self.item.0));
                match glance {
                    Some(summary) if self.page == Page::Item => {
                        item::ui::draw(ui, &words, &Part::Here(item::data::glance(&words, summary, now)), out);
                    }
                    _ => self.search.found_page(ui, &words, now, out),
                }
            });
            self.search.text = text;
        } else {
            shell::rail(ui, &self.words, &self.page, &mut out);
            let line = home::data::status_line(&self.words, &self.status);
            shell::status(ui, &line);
            shell::search(ui, &self.words, &mut self.search.text, &mut self.search.focus_field, &mut out);
            let page = self.page.clone();
            shell::page(ui, &page, |ui| self.draw_page(ui, &mut out));
        }
        let changed = !out.is_empty();
        for command in out {
            self.run(&ctx, command);
        }
        if changed {
            ctx.request_repaint();
        }
    }

    fn draw_page(&mut self, ui: &mut egui::Ui, out: &mut Vec<Command>) {
        let words = self.words;
        match self.page {
            Page::Welcome => {
                let view = welcome::data::view(&words, &self.nearby, self.welcome_fault.as_ref());
                welcome::ui::draw(ui, &words, self.step, &view, &mut self.form, out);
            }
            Page::Home => {
                let view = home::data::view(&words, &self.status, &self.notices, self.attached, self.invite.is_some());
                home::ui::draw(ui, &words, &view, out);
            }
            Page::Find => self.search.found_page(ui, &words, now_ms(&self.status), out),
            Page::Item => {
                let view = item::data::view(&words, &self.item.1, now_ms(&self.status));
                item::ui::draw(ui, &words, &view, out);
            }
            Page::Invite => {
                let view = invite::data::view(&words, &self.status, self.invite.as_ref(), self.invite_saved.as_ref());
                invite::ui::draw(ui, &words, &view, out);
            }
            Page::Links => links::ui::draw(ui, &words, &links::data::view(&words, &self.status), out),
            Page::Settings => {
                let view = settings_page::data::view(&words, &self.settings, ui.ctx());
                settings_page::ui::draw(ui, &words, &view, out);
            }
        }
    }
}

impl Search {
    fn found_page(&mut self, ui: &mut egui::Ui, words: &Words, now_ms: u64, out: &mut Vec<Command>) {
        let looking = self.looking.as_ref().map(|(_, name)| name.as_str());
        let view = find::data::view(words, &self.text, self.open_now, looking, &self.found, now_ms);
        find::ui::draw(ui, words, &view, &mut self.focus, out);
    }
}

fn now_ms(status: &Load<Box<Status>>) -> u64 {
    status.ready().map_or(0, |s| s.now_ms)
}

impl eframe::App for App {
    fn logic(&mut self, _ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.receive();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }
}
