//! Everything a person can do in the window, in one enum and one table. Rail, shortcuts and the list of shortcuts read
//! the table; [`crate::app`] runs the commands.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::icons::Icon;
use crate::pages::welcome::Step;
use crate::words::Language;

/// A page of the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// First steps, as long as there is no community here.
    Welcome,
    /// How things are, and what is new.
    Home,
    /// Search.
    Find,
    /// One thing in full.
    Item,
    /// Let somebody in.
    Invite,
    /// Who is connected.
    Links,
    /// Language, text size, shortcuts.
    Settings,
}

/// Something a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Show a page.
    Go(Page),
    /// Back to where I was.
    Back,
    /// Put the cursor into the search field.
    FocusSearch,
    /// Search for what is in the field now.
    Search,
    /// Put the keyboard on the first thing found.
    FocusResults,
    /// Show only what is open now, or everything.
    OpenNow(bool),
    /// Show more of what was found.
    More,
    /// Show one item.
    Open(String),
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
    /// Make an invite.
    MakeInvite,
    /// Put text on the clipboard.
    Copy(String),
    /// Save the invite as a file.
    SaveInvite,
    /// Open a web page or a message to an address outside.
    OpenUrl(String),
}

/// A command with a name and keys.
pub struct Entry {
    /// Key of its words.
    pub name: &'static str,
    /// Its drawing.
    pub icon: Icon,
    /// Its keys.
    pub keys: KeyboardShortcut,
    /// What it does.
    pub command: Command,
    /// Whether it stands in the rail.
    pub in_rail: bool,
}

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

/// The table.
pub const TABLE: &[Entry] = &[
    Entry {
        name: "page-home",
        icon: Icon::Home,
        keys: ctrl(Key::Num1),
        command: Command::Go(Page::Home),
        in_rail: true,
    },
    Entry {
        name: "page-find",
        icon: Icon::Search,
        keys: ctrl(Key::Num2),
        command: Command::Go(Page::Find),
        in_rail: true,
    },
    Entry {
        name: "page-invite",
        icon: Icon::Invite,
        keys: ctrl(Key::Num3),
        command: Command::Go(Page::Invite),
        in_rail: true,
    },
    Entry {
        name: "page-links",
        icon: Icon::Links,
        keys: ctrl(Key::Num4),
        command: Command::Go(Page::Links),
        in_rail: true,
    },
    Entry {
        name: "page-settings",
        icon: Icon::Settings,
        keys: ctrl(Key::Num5),
        command: Command::Go(Page::Settings),
        in_rail: true,
    },
    Entry { name: "do-search", icon: Icon::Search, keys: ctrl(Key::F), command: Command::FocusSearch, in_rail: false },
    Entry {
        name: "do-back",
        icon: Icon::Back,
        keys: KeyboardShortcut::new(Modifiers::NONE, Key::Escape),
        command: Command::Back,
        in_rail: false,
    },
    Entry { name: "do-larger", icon: Icon::Settings, keys: ctrl(Key::Plus), command: Command::Larger, in_rail: false },
    Entry {
        name: "do-smaller",
        icon: Icon::Settings,
        keys: ctrl(Key::Minus),
        command: Command::Smaller,
        in_rail: false,
    },
];

/// Commands whose keys were pressed since the last frame. Takes the keys, so that nothing else sees them.
pub fn pressed(ctx: &egui::Context) -> Vec<Command> {
    ctx.input_mut(|input| {
        let mut pressed: Vec<Command> = TABLE
            .iter()
            .filter(|entry| input.consume_shortcut(&entry.keys))
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
                assert_ne!(a.keys, b.keys, "{} and {}", a.name, b.name);
            }
        }
    }
}
