//! Somebody at a window: presses, types, reads. The window is the real one without glass: the same drawing, the same thread
//! to the node, found by the names that a screen reader says.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use hedgerow_gui::app::App;
use hedgerow_gui::command::{Command, Page};
use hedgerow_gui::engine::Engine;
use hedgerow_gui::words::{Language, Words};
use hedgerow_tests::lab::Computer;
use hedgerow_tests::lab::wait::patience;

use super::painter::Painter;

/// What a person waits at most for something to appear, on a quick computer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks again and again; whether it is so within what a person waits.
fn comes(mut is: impl FnMut() -> bool) -> bool {
    let (start, within) = (Instant::now(), patience(PATIENCE));
    while !is() {
        if start.elapsed() > within {
            return false;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    true
}

/// Asks again and again until the answer is as wanted.
pub fn until_told<T: Display>(what: &str, ask: impl Fn() -> T, wanted: impl Fn(&T) -> bool) {
    let mut told = ask();
    let came = comes(|| {
        let is = wanted(&told);
        if !is {
            told = ask();
        }
        is
    });
    assert!(came, "waits in vain for {what}. Told last:\n{told}");
}

/// Leaves a file for whoever looks into why a chapter failed. Its reason must be shown whatever becomes of this.
pub fn keep(folder: &Path, name: &str, bytes: &[u8]) {
    let kept = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(folder.join(name), bytes));
    if let Err(e) = kept {
        eprintln!("{name} cannot be kept: {e}");
    }
}

pub struct Desk {
    name: String,
    /// Where it leaves what it showed when the chapter fails.
    keeps: PathBuf,
    harness: Harness<'static, App>,
    /// While this is set nothing new comes in, so that nothing moves away under the finger that presses it.
    still: Rc<Cell<bool>>,
}

impl Desk {
    /// Opens a window over the running node of a computer.
    pub fn at(computer: &Computer, keeps: PathBuf) -> Desk {
        let nothing_to_start = Box::new(|| Err(std::io::Error::other("the node should be running")));
        let engine = Engine::start(computer.data.clone(), nothing_to_start, || ()).expect("the thread starts");
        let still = Rc::new(Cell::new(false));
        let holds = still.clone();
        let mut harness = Harness::builder()
            .with_size([1080.0, 900.0])
            .with_theme(egui::Theme::Light)
            .with_max_steps(12)
            .with_context_setup(hedgerow_gui::theme::install)
            .renderer(Painter::default())
            .build_ui_state(
                move |ui, app: &mut App| {
                    if !holds.get() {
                        app.receive();
                    }
                    app.draw(ui);
                },
                App::new(Box::new(engine), None),
            );
        let ctx = harness.ctx.clone();
        harness.state_mut().run(&ctx, Command::Speak(Language::English));
        let mut desk = Desk { name: computer.name.clone(), keeps, harness, still };
        desk.until("the node's first answer", |desk| !desk.texts().contains("is getting ready"));
        desk
    }

    /// Closes the window and tells which deeds went well in it. What a deed leads to may be on screen before its answer.
    pub fn close(mut self) -> BTreeSet<&'static str> {
        self.until("what was begun to end", |desk| !desk.harness.state().is_doing());
        self.harness.state().went_well().clone()
    }

    pub fn words(&self) -> Words {
        Words { language: Language::English }
    }

    pub fn page(&self) -> Page {
        self.harness.state().page()
    }

    pub fn zoom(&self) -> f32 {
        self.harness.ctx.zoom_factor()
    }

    /// Runs a command that has no button of its own, such as leaving for another page.
    pub fn goes(&mut self, command: Command) {
        let ctx = self.harness.ctx.clone();
        self.harness.state_mut().run(&ctx, command);
        self.settle();
    }

    fn settle(&mut self) {
        for _ in 0..4 {
            self.harness.step();
        }
    }

    /// Draws until it is true.
    pub fn until(&mut self, what: &str, mut is: impl FnMut(&mut Desk) -> bool) {
        let start = Instant::now();
        let came = comes(|| {
            self.settle();
            is(self)
        });
        if start.elapsed() > Duration::from_secs(1) {
            // Shows where a chapter that takes long spends its time.
            println!("{} waited {:.1} s for {what}", self.name, start.elapsed().as_secs_f64());
        }
        assert!(came, "{} waits in vain for {what}. On screen:\n{}", self.name, self.texts());
    }

    /// Waits until this text is on screen.
    pub fn sees(&mut self, text: &str) {
        self.until(&format!("“{text}”"), |desk| desk.texts().contains(text));
    }

    /// Waits until this text is gone.
    pub fn sees_no(&mut self, text: &str) {
        self.until(&format!("“{text}” to go"), |desk| !desk.texts().contains(text));
    }

    /// Presses the first control of this name, once it is there: one of the page sooner than an entry of the rail.
    pub fn presses(&mut self, name: &str) {
        self.until(&format!("a control called “{name}”"), |desk| desk.controls(name) > 0);
        self.press(|n| n.accesskit_node().label().as_deref() == Some(name));
    }

    /// Presses a control if it is there.
    pub fn tries(&mut self, name: &str) {
        self.press(|n| n.accesskit_node().label().as_deref() == Some(name));
    }

    fn press(&mut self, is: impl Fn(&egui_kittest::Node<'_>) -> bool) {
        self.still.set(true);
        self.settle();
        let in_rail = |n: &egui_kittest::Node<'_>| n.accesskit_node().role() == egui::Role::Tab;
        let mut found: Vec<_> = self.harness.root().children_recursive().filter(|n| is_control(n) && is(n)).collect();
        found.sort_by_key(in_rail);
        if let Some(node) = found.first() {
            node.click_accesskit();
        }
        drop(found);
        self.harness.step();
        self.harness.step();
        self.still.set(false);
        self.settle();
    }

    /// Presses what asks first, and says yes. What comes in at the same moment can move a button away under the finger; as a
    /// person would, it is pressed again.
    pub fn surely(&mut self, name: &str) {
        let mut pressed: Option<Instant> = None;
        self.until(&format!("being asked about “{name}”"), |desk| {
            let asked = desk.has("No, leave it as it is");
            if !asked && desk.has(name) && pressed.is_none_or(|at| at.elapsed() > Duration::from_secs(2)) {
                desk.tries(name);
                pressed = Some(Instant::now());
            }
            asked
        });
        self.goes(Command::Sure(true));
    }

    /// Whether there is a control of this name.
    pub fn has(&self, name: &str) -> bool {
        self.controls(name) > 0
    }

    /// Presses the first row or button whose name begins with this.
    pub fn presses_starting(&mut self, start: &str) {
        let is = |n: &egui_kittest::Node<'_>| n.accesskit_node().label().is_some_and(|l| l.starts_with(start));
        self.until(&format!("a control starting with “{start}”"), |desk| {
            desk.harness.root().children_recursive().any(|n| is_control(&n) && is(&n))
        });
        self.press(is);
    }

    fn controls(&self, name: &str) -> usize {
        self.harness
            .root()
            .children_recursive()
            .filter(|n| is_control(n) && n.accesskit_node().label().as_deref() == Some(name))
            .count()
    }

    /// Puts text into the field of this name in place of what is there.
    pub fn types_into(&mut self, field: &str, text: &str) {
        self.until(&format!("a field called “{field}”"), |desk| desk.field(field).is_some());
        self.field(field).expect("it was there").focus();
        self.settle();
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.settle();
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.settle();
    }

    fn field(&self, name: &str) -> Option<egui_kittest::Node<'_>> {
        let text = [egui::Role::TextInput, egui::Role::MultilineTextInput, egui::Role::PasswordInput];
        self.harness
            .root()
            .children_recursive()
            .find(|n| text.contains(&n.accesskit_node().role()) && n.accesskit_node().label().as_deref() == Some(name))
    }

    /// Presses keys.
    pub fn keys(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// Every text on screen, one a line.
    pub fn texts(&self) -> String {
        let mut out = Vec::new();
        for node in self.harness.root().children_recursive() {
            let node = node.accesskit_node();
            for text in [node.label(), node.value()].into_iter().flatten() {
                if !text.trim().is_empty() && out.last() != Some(&text) {
                    out.push(text);
                }
            }
        }
        out.join("\n")
    }

    /// The first text on screen that starts like this.
    pub fn reads(&mut self, start: &str) -> String {
        self.sees(start);
        self.texts().lines().find(|l| l.starts_with(start)).expect("it was there").to_owned()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            keep(&self.keeps, &format!("{}.txt", self.name), self.texts().as_bytes());
            match self.harness.render().map(|picture| picture.save(self.keeps.join(format!("{}.png", self.name)))) {
                Ok(Ok(())) => (),
                Ok(Err(e)) => eprintln!("the picture of {}’s window cannot be kept: {e}", self.name),
                Err(e) => eprintln!("no picture of {}’s window: {e}", self.name),
            }
        }
    }
}

fn is_control(node: &egui_kittest::Node<'_>) -> bool {
    let roles = [egui::Role::Button, egui::Role::Tab, egui::Role::CheckBox, egui::Role::RadioButton, egui::Role::Link];
    roles.contains(&node.accesskit_node().role())
}
