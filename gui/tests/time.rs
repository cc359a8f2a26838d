//! Time moves on in the window: what is said of now is true again each minute, without a press.

use crate::support::*;
use hedgerow_api::*;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::known::{Fact, Topic};
use hedgerow_gui::link::Ask;
use hedgerow_gui::pages::find::Filters;

const SIZE: [f32; 2] = [1080.0, 1900.0];

/// Lets so many seconds pass, and one frame come.
fn pass(window: &mut Window, seconds: f64) {
    let now = window.harness.ctx.input(|i| i.time);
    window.harness.input_mut().time = Some(now + seconds);
    window.harness.step();
    window.harness.input_mut().time = None;
    window.settle();
}

#[test]
fn just_now_becomes_five_minutes_ago() {
    let happened = |at_ms| Happening {
        at_ms,
        what: "published".into(),
        kind: "notice".into(),
        title: "Water off".into(),
        by: "Bob".into(),
        item: None,
        count: 1,
    };
    let mut window = Window::open(SIZE, |s| {
        s.says(Fact::Activity(Ok(Box::new(Activity { happenings: vec![happened(NOW_MS)] }))));
    });
    window.command(Command::Go(Page::Activity));
    shows(&window, &["Just now"]);
    pass(&mut window, 300.0);
    shows(&window, &["5 minutes ago"]);
    hides(&window, &["Just now"]);
}

#[test]
fn what_closes_is_looked_up_again_when_it_does_and_not_before() {
    let mut window = Window::open(SIZE, |s| {
        let mut all = items();
        all[0].opening.as_mut().unwrap().changes_ms = Some(NOW_MS + 5 * 60_000);
        s.items = Ok(all);
    });
    window.command(Command::Go(Page::Find));
    let finds = |w: &Window| w.asked().iter().filter(|a| matches!(a, Ask::Find { .. })).count();
    finds(&window);
    pass(&mut window, 60.0);
    assert_eq!(finds(&window), 0, "nothing has changed");
    let mut closed = items();
    closed[0].opening.as_mut().unwrap().text = "Closed now, opens tomorrow".into();
    window.script.borrow_mut().items = Ok(closed);
    pass(&mut window, 240.0);
    assert_eq!(finds(&window), 1);
    shows(&window, &["Closed now, opens tomorrow"]);
    // What has just opened belongs into the list of what is open.
    window.command(Command::Filter(Filters { open_now: true, ..Filters::default() }));
    finds(&window);
    pass(&mut window, 60.0);
    assert_eq!(finds(&window), 1);
}

#[test]
fn once_a_minute_is_enough_and_only_what_grows_old_is_read() {
    let mut window = Window::open(SIZE, |_| ());
    window.command(Command::Go(Page::Home));
    window.asked();
    pass(&mut window, 20.0);
    assert!(window.asked().is_empty(), "nothing is asked within a minute");
    pass(&mut window, 60.0);
    let again = |w: &Window| -> Vec<Topic> {
        let asked = w.asked().into_iter();
        asked.flat_map(|a| if let Ask::Again(all) = a { all } else { Vec::new() }).map(|q| q.topic).collect()
    };
    assert_eq!(again(&window), [Topic::Notices, Topic::Events]);
    // Between two minutes the window sleeps: the next frame is asked for at the next minute, not before.
    window.harness.step();
    let output = window.harness.output().viewport_output.values().next().map(|v| v.repaint_delay);
    assert!(output.is_some_and(|delay| delay.as_secs() >= 1), "{output:?}");
}
