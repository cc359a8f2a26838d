//! The main pages, dot by dot, beside the pictures kept in `tests/snapshots`: what no list of texts notices (a colour, a gap, a line
//! drawn over another) is a test that fails, with the difference as a picture beside it. Where a change is meant, look at it and keep it:
//!
//!   UPDATE_SNAPSHOTS=1 cargo nextest run -p hedgerow-gui --test pictures

use crate::support::*;
use egui_kittest::SnapshotResults;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::deeds::{Deed, internet};
use hedgerow_gui::theme::Colours;

/// A small old screen.
const SIZE: [f32; 2] = [1024.0, 600.0];

const MAIN: [(&str, Page); 8] = [
    ("home", Page::Home),
    ("find", Page::Find),
    ("item", Page::Item),
    ("things", Page::Things),
    ("people", Page::People),
    ("internet", Page::Internet),
    ("gateway", Page::Gateway),
    ("checks", Page::Checks),
];

#[test]
fn the_main_pages_look_as_they_did() {
    let mut results = SnapshotResults::new();
    let mut window = Window::open(SIZE, |_| ());
    for (name, page) in MAIN {
        window.command(Command::Open(page, "aa".into()));
        results.add(window.harness.try_snapshot(name));
    }
    // Something that was done, with what undoes it, above the page.
    window.command(Command::Go(Page::Internet));
    let (mode, before) = ("off".into(), "auto".into());
    window.command(Command::Do(Deed::Internet(internet::Deed::Choose { mode, before })));
    results.add(window.harness.try_snapshot("internet-done"));
    // The same window for others: strong contrast, and 200 % of the same screen.
    window.command(Command::Colour(Colours::High));
    window.command(Command::Go(Page::Find));
    results.add(window.harness.try_snapshot("find-contrast"));
    let mut window = Window::open(SIZE.map(|s| s / 2.0), |_| ());
    window.harness.ctx.set_pixels_per_point(2.0);
    window.command(Command::Go(Page::Find));
    results.add(window.harness.try_snapshot("find-large"));
    let mut window = Window::open(SIZE, |s| s.status = Ok(empty_status()));
    window.settle();
    results.add(window.harness.try_snapshot("welcome"));
}
