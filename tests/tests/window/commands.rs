//! The list of commands.

use super::chapter;
use hedgerow_gui::command::{Command, Page, TABLE};

/// Every command of the table is chosen from the list that Ctrl+K opens.
#[test]
fn every_command_is_in_the_list() {
    chapter(&["Ann"], &[], |town| {
        let mut desk = town.desk("Ann");
        desk.sees("Riverside");
        for entry in TABLE {
            if entry.command == Command::Palette(true) {
                continue;
            }
            let name = desk.words().t(entry.name);
            desk.keys(egui::Modifiers::COMMAND, egui::Key::K);
            desk.types_into(&desk.words().t("do-palette"), &name);
            desk.keys(egui::Modifiers::NONE, egui::Key::Enter);
            match entry.command {
                Command::Go(page) => assert_eq!(desk.page(), page, "{name}"),
                Command::FocusSearch => assert_eq!(desk.page(), Page::Find),
                Command::Back => assert_eq!(desk.page(), Page::Home),
                Command::Larger => assert_eq!(desk.zoom(), 1.25),
                Command::Smaller => assert_eq!(desk.zoom(), 1.0),
                ref other => panic!("what does {other:?} do?"),
            }
        }
        town.close(desk);
    });
}
