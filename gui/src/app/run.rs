//! Runs commands: the one place where what a person does changes what the window shows or asks.

use super::search::{PAGE_ITEMS, Search};
use super::{App, Doing};
use crate::command::{Command, Page};
use crate::deeds::{Deed, community, internet};
use crate::known::Topic;
use crate::link::{Ask, Attached};
use crate::pages::welcome::Step;
use crate::pages::{Load, find};
use crate::settings::TEXT_SIZES;

/// Steps back that are remembered.
const TRAIL_MAX: usize = 32;

impl App {
    /// Runs a command.
    pub fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::Go(page) => self.go(page),
            Command::Open(page, about) => self.open(page, about),
            Command::Back => self.go_back(),
            Command::Do(deed) => {
                if deed.sure(&self.words).is_some() {
                    self.asking = Some(deed);
                } else {
                    self.start(deed);
                }
            }
            Command::Sure(yes) if std::mem::take(&mut self.unsent) => {
                self.let_go = yes;
                if yes {
                    self.run(ctx, Command::Close);
                }
                if yes && !self.closing {
                    ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                }
            }
            Command::Sure(yes) => {
                if let Some(deed) = self.asking.take().filter(|_| yes) {
                    self.start(deed);
                }
            }
            Command::Cancel => {
                let page = self.page;
                for doing in self.doing.extract_if(.., |d| d.page == page) {
                    self.link.ask(Ask::Cancel { turn: doing.turn });
                }
                // It may have been done before it was stopped.
                self.ask_needs();
            }
            Command::Dismiss => {
                self.undoable = None;
                self.untold = None;
                if let Some(done) = self.done.get_mut(&self.page) {
                    done.last = None;
                }
            }
            Command::Palette(open) => self.palette = open.then(String::new),
            Command::FocusSearch => {
                self.go(Page::Find);
                self.search.focus_field = true;
            }
            Command::Search => {
                if self.page != Page::Find {
                    // Filters of an earlier search would hide what is asked for now.
                    self.search.filters = self.search.filters.cleared();
                    self.search.near.clear();
                }
                self.go(Page::Find);
                self.search_anew();
                // Whoever types on has not gone to what was found, even if it was asked for while there was nothing.
                self.search.focus_wanted = false;
                self.search.kept.focus = None;
            }
            Command::FocusResults => {
                // Typing and Enter come in one breath: rows of an older search must not get the keyboard.
                match self.search.found {
                    Load::Waiting => self.search.focus_wanted = true,
                    _ => self.search.kept.focus = Some(find::ui::Focus::First),
                }
            }
            Command::Filter(filters) => {
                self.search.filters = filters;
                self.search_anew();
            }
            Command::ShareAs(group) => {
                self.open(Page::Write, String::new());
                self.forms.write.group = Some(group);
            }
            Command::FindAll(filters) => {
                let looking = self.search.looking.take();
                self.search = Search { turn: self.search.turn, looking, filters, ..Search::default() };
                self.go(Page::Find);
                self.search_anew();
            }
            Command::Dropped(path) => {
                let list = [".csv", ".json", ".jsonl"].iter().any(|end| path.to_lowercase().ends_with(end));
                let form = &mut self.forms.import;
                if list {
                    form.list = path
                } else {
                    form.stick = path
                }
                if self.page != Page::Import {
                    self.open(Page::Import, String::new());
                }
            }
            Command::More => {
                if let Some(next) = self.search.found.ready().and_then(|p| p.next.clone()) {
                    self.ask_find(PAGE_ITEMS, Some(next));
                }
            }
            Command::Retry => self.retry(),
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
            Command::Colour(colours) => {
                self.settings.colours = colours;
                crate::theme::colour(ctx, colours);
                self.save_settings();
            }
            Command::GoOn(goes_on) => {
                self.settings.goes_on = Some(goes_on);
                self.link.ask(Ask::Keep(goes_on));
                self.save_settings();
            }
            Command::Tells(tells) => {
                self.settings.tells = tells;
                self.save_settings();
            }
            Command::StartWithComputer(yes) => {
                let start = self.autostart.as_ref().map(|autostart| autostart.set(yes));
                self.autostart_fault = start.and_then(Result::err);
            }
            Command::Close if self.forms.unsent() && !self.let_go => {
                self.unsent = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            }
            Command::Close => {
                // Somebody who was never asked does not know yet that neighbours rely on what runs behind the window.
                let asks = self.attached == Some(Attached::Started) && self.known.has_community() == Some(true);
                if asks && self.settings.goes_on.is_none() {
                    self.closing = true;
                    ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
                }
            }
            Command::CloseNow(goes_on) => {
                self.closing = false;
                self.run(ctx, Command::GoOn(goes_on));
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            Command::Step(step) => {
                self.step = step;
                self.forms.welcome.missing = None;
                self.done.remove(&Page::Welcome);
            }
            Command::UseName => {
                let form = &mut self.forms.welcome;
                if form.name.trim().is_empty() {
                    form.missing = Some("your-name-missing");
                } else {
                    form.missing = None;
                    // An invite dropped on the window before there was a name waits for it.
                    self.step = if form.ticket.is_empty() { Step::Community } else { Step::Invite };
                }
            }
            Command::Start => {
                let form = &mut self.forms.welcome;
                if form.community.trim().is_empty() {
                    form.missing = Some("community-name-missing");
                } else {
                    let (community, my_name) = (form.community.trim().to_owned(), form.name.trim().to_owned());
                    self.belong(community::Deed::Start { community, my_name });
                }
            }
            Command::Join => {
                let form = &mut self.forms.welcome;
                if form.ticket.trim().is_empty() {
                    form.missing = Some("invite-missing");
                } else {
                    let (ticket, my_name) = (form.ticket.trim().to_owned(), form.name.trim().to_owned());
                    self.belong(community::Deed::Join { ticket, my_name });
                }
            }
            Command::LookAround(id, name) => {
                self.search = Search { looking: Some((id, name)), ..self.search.anew() };
                self.go(Page::Find);
                self.search_anew();
            }
            Command::StopLooking => {
                self.search = self.search.anew();
                self.go(Page::Welcome);
            }
            Command::WordsKept => self.words_kept(),
            Command::Copy(text) => ctx.copy_text(text),
            Command::OpenUrl(url) => self.start(Deed::Internet(internet::Deed::OpenPage { url })),
        }
    }

    /// Starts a deed. The same one twice at once is done once.
    pub(super) fn start(&mut self, deed: Deed) {
        if self.doing.iter().any(|d| d.deed == deed) {
            return;
        }
        self.undoable = None;
        if let Some(done) = self.done.get_mut(&self.page) {
            done.last = None;
        }
        self.turn += 1;
        self.doing.push(Doing { turn: self.turn, deed: deed.clone(), page: self.page });
        self.link.ask(Ask::Do { turn: self.turn, deed });
    }

    /// Starts or joins, once there is a name to do it under.
    fn belong(&mut self, deed: community::Deed) {
        if self.forms.welcome.name.trim().is_empty() {
            self.step = Step::Name;
            self.forms.welcome.missing = Some("your-name-missing");
            return;
        }
        self.forms.welcome.missing = None;
        self.start(Deed::Community(deed));
    }

    fn retry(&mut self) {
        if self.known.failed(Topic::Status) {
            self.known.back();
            self.known.forget(Topic::Status);
            self.link.ask(Ask::Reconnect);
        }
        for question in self.needed() {
            if self.known.failed(question.topic) {
                self.known.forget(question.topic);
            }
        }
        if matches!(self.search.found, Load::Failed(_)) {
            self.search.found = Load::Waiting;
            self.search.answers += 1;
            self.search_anew();
        }
        self.ask_everything();
    }

    /// Shows a page from the rail: the way back starts anew.
    pub(super) fn go(&mut self, page: Page) {
        if page != self.page {
            self.trail.clear();
        }
        // Whoever goes elsewhere has done with what was searched for.
        let is_searching = matches!(self.page, Page::Find | Page::Item) && self.search.looking.is_none();
        if is_searching && !matches!(page, Page::Find | Page::Item) {
            self.search = Search { filters: self.search.filters.cleared(), ..self.search.anew() };
            self.search_anew();
        }
        self.show(page, String::new());
    }

    /// Shows a page about one thing, with a way back to this one.
    fn open(&mut self, page: Page, about: String) {
        if self.trail.len() == TRAIL_MAX {
            self.trail.remove(0);
        }
        self.trail.push((self.page, self.about.clone()));
        self.show(page, about);
    }

    pub(super) fn show(&mut self, page: Page, about: String) {
        let looking = self.search.looking.is_some();
        // Before there is a community, only the welcome, what strangers may read, and settings make sense.
        let page = match page {
            Page::Welcome | Page::Settings | Page::Menu => page,
            Page::Find | Page::Item if looking => page,
            _ if self.known.has_community() == Some(false) => Page::Welcome,
            page => page,
        };
        if (page, &about) != (self.page, &self.about) {
            // What was done there has been seen: words that restore a person must not wait behind a page. What can be undone
            // still can be, from wherever that comes to mind.
            // Beside a form it would be taken for a part of it.
            let is_form =
                matches!(page, Page::Write | Page::Ask | Page::Report | Page::SitePublish | Page::GatewaySetup);
            if is_form {
                self.undoable = None;
            }
            if let Some((deed, Ok(outcome))) = self.done.remove(&self.page).and_then(|done| done.last)
                && !is_form
                && deed.undo(&outcome).is_some()
            {
                self.undoable = Some((deed, outcome));
            }
            if page != self.page {
                self.forms.left(self.page);
            }
            self.from_top = true;
        }
        self.page = page;
        self.about = about;
        if let Some(came) = self.known.came_in.ready() {
            self.seen_before.look_at(page, came);
        }
        for question in self.needed() {
            self.known.turn_to(&question);
        }
        if !(looking && page == Page::Item) {
            self.ask_needs();
        }
        self.watch();
    }

    fn go_back(&mut self) {
        let asks = std::mem::take(&mut self.closing) | std::mem::take(&mut self.unsent);
        if self.palette.take().is_some() || self.asking.take().is_some() || asks {
            return;
        }
        if let Some((page, about)) = self.trail.pop() {
            if self.page == Page::Item && page == Page::Find {
                self.search.kept.focus = Some(find::ui::Focus::Item(self.about.clone()));
            }
            self.show(page, about);
            // Back is back to where one was.
            self.from_top = false;
            return;
        }
        match self.page {
            Page::Welcome => {
                if let Some(step) = self.step.back() {
                    self.step = step;
                }
            }
            Page::Find if self.search.looking.is_some() => {
                self.search = self.search.anew();
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

    /// Nobody is reminded any more of words that are written down or saved.
    pub(super) fn words_kept(&mut self) {
        let me = self.known.status.ready().and_then(|status| status.me.as_ref());
        if let Some(person) = me.map(|me| me.person.clone())
            && self.settings.words_kept.insert(person)
        {
            self.save_settings();
        }
    }

    fn save_settings(&self) {
        if let Some(path) = &self.settings_path {
            // A folder that cannot be written costs the choice at the next start, nothing else.
            let _ = self.settings.save(path);
        }
    }
}
