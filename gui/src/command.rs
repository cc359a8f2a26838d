//! Everything a person can do in the window, in one enum and one table. Rail, shortcuts and the list of shortcuts read
//! the table; [`crate::app`] runs the commands.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::deeds::Deed;
use crate::icons::Icon;
use crate::pages::find;
use crate::pages::welcome::Step;
use crate::theme::Colours;
use crate::words::Language;

/// A page of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, strum::VariantArray)]
pub enum Page {
    /// First steps, as long as there is no community here.
    Welcome,
    /// Everywhere one can go, as a list.
    Menu,
    /// How things are, and what is new.
    Home,
    /// Search.
    Find,
    /// One thing in full.
    Item,
    /// People and groups.
    People,
    /// One person.
    Person,
    /// One group.
    Group,
    /// Requests for help.
    Requests,
    /// One request.
    Request,
    /// A new request.
    Ask,
    /// A new report about something or somebody.
    Report,
    /// What I publish.
    Things,
    /// Writing something, new or to change it.
    Write,
    /// Lists and sticks.
    Import,
    /// What is hidden, and whom I do not see.
    Hidden,
    /// What happened lately.
    Activity,
    /// Let somebody in.
    Invite,
    /// My computers.
    Computers,
    /// One more computer, of mine or of a group.
    ComputerAdd,
    /// My 24 words.
    Kit,
    /// My recovery friends, and helping others as one.
    Friends,
    /// Withdrawing, leaving, giving up.
    Leaving,
    /// Who is connected.
    Links,
    /// Help, what was checked, what puts it right.
    Checks,
    /// My way to the internet.
    Internet,
    /// Sharing this building's internet.
    Gateway,
    /// One question of setting that up.
    GatewaySetup,
    /// What members could reach through it.
    GatewayTry,
    /// The proof that they cannot reach the building.
    GatewayProof,
    /// How much they used.
    GatewayUse,
    /// Vouchers for it.
    Vouchers,
    /// Local sites.
    Sites,
    /// Publishing a program as one.
    SitePublish,
    /// Space, settings, what is shared.
    Computer,
    /// Language, text size, shortcuts.
    Settings,
}

impl Page {
    /// The page of the rail it belongs to: itself, or the one it is reached from.
    pub fn place(self) -> Page {
        match self {
            Page::Item => Page::Find,
            Page::GatewaySetup | Page::GatewayTry | Page::GatewayProof | Page::GatewayUse | Page::Vouchers => {
                Page::Gateway
            }
            Page::SitePublish => Page::Sites,
            Page::Person | Page::Group | Page::Report => Page::People,
            Page::Request | Page::Ask => Page::Requests,
            Page::ComputerAdd | Page::Kit | Page::Friends | Page::Leaving => Page::Computers,
            page => page,
        }
    }
}

/// Something a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Show a page.
    Go(Page),
    /// Show a page about one thing: its id or name.
    Open(Page, String),
    /// Back to where I was.
    Back,
    /// Ask the node to do something. What cannot be undone is asked about first.
    Do(Deed),
    /// The answer to what was asked first.
    Sure(bool),
    /// Stop waiting for what is being done on this page.
    Cancel,
    /// Put away what was said about the last thing done.
    Dismiss,
    /// Show the list of commands with a field to search in it, or put it away.
    Palette(bool),
    /// Put the cursor into the search field.
    FocusSearch,
    /// Search for what is in the field now.
    Search,
    /// Put the keyboard on the first thing found.
    FocusResults,
    /// Show only what these let through.
    Filter(find::Filters),
    /// Find everything that these let through.
    FindAll(find::Filters),
    /// Show more of what was found.
    More,
    /// Try again what failed.
    Retry,
    /// Speak another language.
    Speak(Language),
    /// Draw everything at this size, in percent.
    TextSize(u16),
    /// One size larger.
    Larger,
    /// One size smaller.
    Smaller,
    /// Draw everything in these colours.
    Colour(Colours),
    /// Whether Hedgerow goes on when this window closes.
    GoOn(bool),
    /// Whether the desktop says what came in.
    Tells(bool),
    /// Whether Hedgerow starts in the background when this person signs in.
    StartWithComputer(bool),
    /// The window's own button to close it, or its key.
    Close,
    /// Close it now; Hedgerow goes on or not.
    CloseNow(bool),
    /// Go to a step of the welcome.
    Step(Step),
    /// Keep the name typed and go on.
    UseName,
    /// Start the community typed.
    Start,
    /// Join with the invite typed.
    Join,
    /// Read what a community nearby shows to everybody: its id and name.
    LookAround(String, String),
    /// Back from looking around.
    StopLooking,
    /// Write one thing in the name of this group: its id.
    ShareAs(String),
    /// My recovery words are safe: two of them were typed back.
    WordsKept,
    /// Put text on the clipboard.
    Copy(String),
    /// A file was dropped on the window: its path.
    Dropped(String),
    /// Open a web page or a message to an address outside.
    OpenUrl(String),
}

/// A command with a name, and keys if it has some.
pub struct Entry {
    /// Key of its words.
    pub name: &'static str,
    /// Its drawing.
    pub icon: Icon,
    /// Its keys.
    pub keys: Option<KeyboardShortcut>,
    /// What it does.
    pub command: Command,
    /// Whether it stands in the rail.
    pub in_rail: bool,
}

const fn page(name: &'static str, icon: Icon, page: Page, keys: Option<KeyboardShortcut>) -> Entry {
    Entry { name, icon, keys, command: Command::Go(page), in_rail: true }
}

const fn sub(name: &'static str, icon: Icon, page: Page) -> Entry {
    Entry { name, icon, keys: None, command: Command::Go(page), in_rail: false }
}

const fn other(name: &'static str, icon: Icon, command: Command, keys: KeyboardShortcut) -> Entry {
    Entry { name, icon, keys: Some(keys), command, in_rail: false }
}

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

/// The table: first the pages in the order of the rail, then what works everywhere.
pub const TABLE: &[Entry] = &[
    page("page-home", Icon::Home, Page::Home, Some(ctrl(Key::Num1))),
    page("page-find", Icon::Search, Page::Find, Some(ctrl(Key::Num2))),
    page("page-things", Icon::Things, Page::Things, Some(ctrl(Key::Num3))),
    page("page-requests", Icon::Help, Page::Requests, Some(ctrl(Key::Num4))),
    page("page-people", Icon::People, Page::People, Some(ctrl(Key::Num5))),
    page("page-internet", Icon::Globe, Page::Internet, Some(ctrl(Key::Num6))),
    page("page-sites", Icon::Site, Page::Sites, Some(ctrl(Key::Num7))),
    page("page-invite", Icon::Invite, Page::Invite, None),
    page("page-gateway", Icon::Share, Page::Gateway, None),
    page("page-computers", Icon::Computer, Page::Computers, None),
    page("page-computer", Icon::Computer, Page::Computer, None),
    page("page-links", Icon::Links, Page::Links, None),
    page("page-activity", Icon::Clock, Page::Activity, None),
    page("page-checks", Icon::Tick, Page::Checks, Some(plain(Key::F1))),
    page("page-settings", Icon::Settings, Page::Settings, Some(ctrl(Key::Comma))),
    sub("page-write", Icon::Write, Page::Write),
    sub("page-import", Icon::File, Page::Import),
    sub("page-hidden", Icon::Stop, Page::Hidden),
    sub("kit", Icon::Computer, Page::Kit),
    other("do-search", Icon::Search, Command::FocusSearch, ctrl(Key::F)),
    other("do-palette", Icon::Search, Command::Palette(true), ctrl(Key::K)),
    other("do-back", Icon::Back, Command::Back, plain(Key::Escape)),
    other("do-larger", Icon::Settings, Command::Larger, ctrl(Key::Plus)),
    other("do-smaller", Icon::Settings, Command::Smaller, ctrl(Key::Minus)),
];

/// Commands whose keys were pressed since the last frame. Takes the keys, so that nothing else sees them.
pub fn pressed(ctx: &egui::Context) -> Vec<Command> {
    ctx.input_mut(|input| {
        let mut pressed: Vec<Command> = TABLE
            .iter()
            .filter(|entry| entry.keys.is_some_and(|keys| input.consume_shortcut(&keys)))
            .map(|entry| entry.command.clone())
            .collect();
        // On many keyboards plus is typed without shift, as equals.
        if input.consume_key(Modifiers::COMMAND, Key::Equals) {
            pressed.push(Command::Larger);
        }
        pressed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_keys_are_given_twice() {
        for (i, a) in TABLE.iter().enumerate() {
            for b in &TABLE[i + 1..] {
                assert!(a.keys.is_none() || a.keys != b.keys, "{} and {}", a.name, b.name);
            }
        }
    }
}
