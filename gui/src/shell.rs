//! What stands around every page: the rail, the search field, the status sentence. On a narrow or much enlarged window the
//! rail becomes a line of words on top and everything scrolls, so that nothing is ever cut off.

use std::collections::BTreeMap;

use egui::{
    CentralPanel, Color32, CornerRadius, Frame, Key, Label, Margin, Modal, Modifiers, Panel, Rect, RichText, Role,
    ScrollArea, Sense, Stroke, TextEdit, TextStyle, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::command::{Command, Page, TABLE};
use crate::deeds::{Deed, Sure};
use crate::fault::Said;
use crate::icons::{self, Icon};
use crate::pages::home::data::StatusLine;
use crate::pages::welcome::Step;
use crate::pages::{draw_copy, draw_details};
use crate::theme::{COLUMN, GAP, NEAR, Palette, RADIUS, Tone};
use crate::widgets::{self, Look};
use crate::words::Words;

/// Narrower than this, points, the rail lies down.
const NARROW: f32 = 720.0;

pub(crate) fn is_narrow(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() < NARROW
}

/// The rail: where one can go.
pub(crate) fn rail(ui: &mut Ui, words: &Words, page: Page, new: &BTreeMap<Page, u64>, out: &mut Vec<Command>) {
    let p = Palette::of(ui);
    let frame = Frame::new().fill(p.rail);
    if is_narrow(ui) {
        Panel::top("rail").frame(frame.inner_margin(Margin::symmetric(8, 4))).show_separator_line(false).show(
            ui,
            |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
                    draw_short(ui, words, page, new, out);
                });
            },
        );
        return;
    }
    Panel::left("rail")
        .frame(frame.inner_margin(Margin::symmetric(12, 12)))
        .resizable(false)
        .show_separator_line(false)
        .exact_size(216.0)
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(30.0), Sense::hover());
                ui.painter().rect_filled(rect, 8, p.rail_chosen);
                icons::paint(ui.painter(), rect.shrink(5.0), Icon::Leaf, p.on_rail);
                ui.add_space(4.0);
                ui.add(Label::new(RichText::new(words.t("app-name")).heading().color(p.on_rail)));
            });
            ui.add_space(8.0);
            ui.spacing_mut().item_spacing.y = 1.0;
            // What a bar to scroll with runs in.
            ui.visuals_mut().extreme_bg_color = p.rail;
            ScrollArea::vertical().id_salt("rail").auto_shrink(false).show(ui, |ui| {
                for entry in TABLE.iter().filter(|e| e.in_rail) {
                    let count = match &entry.command {
                        Command::Go(page) => new.get(page).copied().unwrap_or_default(),
                        _ => 0,
                    };
                    let name = words.t(entry.name);
                    let shown = Shown { name: &name, new: &counted(words, count), icon: entry.icon, wide: true };
                    draw_entry(ui, &shown, is_here(&entry.command, page), &entry.command, out);
                }
            });
        });
}

/// On a narrow window: home, find, and a way to everything else.
fn draw_short(ui: &mut Ui, words: &Words, page: Page, new: &BTreeMap<Page, u64>, out: &mut Vec<Command>) {
    for (name, icon, target) in [
        ("page-home", Icon::Home, Page::Home),
        ("page-find", Icon::Search, Page::Find),
        ("menu", Icon::Menu, Page::Menu),
    ] {
        let command = Command::Go(target);
        // What is neither home nor find is under the menu.
        let here =
            is_here(&command, page) || target == Page::Menu && !matches!(page, Page::Home | Page::Find | Page::Item);
        let count = match target {
            Page::Menu => new.iter().filter(|(page, _)| !matches!(page, Page::Home | Page::Find)).map(|(_, n)| n).sum(),
            page => new.get(&page).copied().unwrap_or_default(),
        };
        let (name, new) = (words.t(name), counted(words, count));
        draw_entry(ui, &Shown { name: &name, new: &new, icon, wide: false }, here, &command, out);
    }
}

/// How an entry of the rail is shown.
struct Shown<'a> {
    name: &'a str,
    /// How much is new there: the number, and what a screen reader says. Empty where nothing is.
    new: &'a (String, String),
    icon: Icon,
    wide: bool,
}

/// More than this is only said to be more.
const COUNTED_MAX: u64 = 99;

/// How much is new, as a number and in words.
fn counted(words: &Words, count: u64) -> (String, String) {
    match count {
        0 => Default::default(),
        1..=COUNTED_MAX => (count.to_string(), words.with("rail-new", "count", count)),
        _ => (format!("{COUNTED_MAX}+"), words.with("rail-new", "count", count)),
    }
}

fn is_here(command: &Command, page: Page) -> bool {
    matches!(command, Command::Go(target) if *target == page.place())
}

fn draw_entry(ui: &mut Ui, shown: &Shown<'_>, here: bool, command: &Command, out: &mut Vec<Command>) {
    let (name, wide, drawing) = (shown.name, shown.wide, shown.icon);
    let p = Palette::of(ui);
    let small = TextStyle::Small.resolve(ui.style());
    let badge = (!shown.new.0.is_empty()).then(|| ui.painter().layout_no_wrap(shown.new.0.clone(), small, p.rail));
    let badge_room = badge.as_ref().map_or(0.0, |badge| badge.size().x + 20.0);
    let font = TextStyle::Button.resolve(ui.style());
    let room = if wide { ui.available_width() - 50.0 - badge_room } else { f32::INFINITY };
    let galley = ui.painter().layout(name.to_owned(), font, p.on_rail, room);
    let width = if wide { ui.available_width() } else { galley.size().x + 52.0 + badge_room };
    // All of the list has room on a small old screen, 600 dots high.
    let height = if wide { (galley.size().y + 10.0).max(30.0) } else { 34.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let said = if shown.new.1.is_empty() { name.to_owned() } else { format!("{name}, {}", shown.new.1) };
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, here, &said));
    let fill = if here {
        p.rail_chosen
    } else if response.hovered() {
        p.rail_chosen.gamma_multiply(0.5)
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, RADIUS, fill);
    let left = rect.left() + if wide { 12.0 } else { 10.0 };
    let icon = Rect::from_min_size(pos2(left, rect.center().y - 10.0), Vec2::splat(20.0));
    icons::paint(ui.painter(), icon, drawing, p.on_rail);
    ui.painter().galley(pos2(icon.right() + 10.0, rect.center().y - galley.size().y / 2.0), galley, p.on_rail);
    if let Some(badge) = badge {
        let size = badge.size() + vec2(12.0, 4.0);
        let pill = Rect::from_min_size(pos2(rect.right() - size.x - 6.0, rect.center().y - size.y / 2.0), size);
        ui.painter().rect_filled(pill, 10, p.on_rail);
        ui.painter().galley(pill.min + vec2(6.0, 2.0), badge, p.rail);
    }
    if response.has_focus() {
        let ring = Stroke::new(2.5, crate::theme::DARK.ring);
        ui.painter().rect_stroke(rect.shrink(1.0), RADIUS, ring, egui::StrokeKind::Inside);
    }
    // Where I am is in sight, whatever led there.
    if here && wide && arrives(ui, name) || response.gained_focus() {
        response.scroll_to_me(None);
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        out.push(command.clone());
    }
}

/// Whether this entry was another one until now.
fn arrives(ui: &Ui, name: &str) -> bool {
    ui.data_mut(|data| {
        let last = data.get_temp_mut_or_default::<String>(egui::Id::unique("rail-here"));
        let is_new = last != name;
        if is_new {
            name.clone_into(last);
        }
        is_new
    })
}

/// The status sentence along the bottom.
pub(crate) fn status(ui: &mut Ui, line: &StatusLine) {
    let p = Palette::of(ui);
    let narrow = is_narrow(ui);
    let margin = if narrow { Margin::symmetric(10, 4) } else { Margin::symmetric(20, 9) };
    Panel::bottom("status")
        .frame(Frame::new().fill(p.surface).stroke(Stroke::new(1.0, p.line)).inner_margin(margin))
        .show_separator_line(false)
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let word = widgets::pill(ui, line.mark.tone, line.mark.icon, &line.mark.text);
                widgets::announce(ui, &word);
                if !narrow {
                    ui.add(Label::new(RichText::new(&line.sentence).color(p.soft)).wrap());
                }
                if let Some(content) = &line.content {
                    ui.add_space(NEAR);
                    widgets::pill(ui, content.tone, content.icon, &content.text);
                }
            });
        });
}

/// The search field on top.
pub(crate) fn search(ui: &mut Ui, words: &Words, text: &mut String, focus: &mut bool, out: &mut Vec<Command>) {
    let p = Palette::of(ui);
    let margin = if is_narrow(ui) { Margin::symmetric(10, 6) } else { Margin::symmetric(28, 14) };
    Panel::top("search").frame(Frame::new().fill(p.paper).inner_margin(margin)).show_separator_line(false).show(
        ui,
        |ui| {
            field(ui, words, text, focus, out);
        },
    );
}

fn field(ui: &mut Ui, words: &Words, text: &mut String, focus: &mut bool, out: &mut Vec<Command>) {
    let p = Palette::of(ui);
    let id = ui.make_persistent_id("search-field");
    // Down and Enter go to what was found; taken before the field sees them.
    if ui.memory(|m| m.has_focus(id)) {
        let down = ui.input_mut(|i| {
            i.consume_key(Modifiers::NONE, Key::ArrowDown) || i.consume_key(Modifiers::NONE, Key::Enter)
        });
        if down {
            out.push(Command::FocusResults);
        }
    }
    let hint = words.t("search-hint");
    let width = ui.available_width().min(COLUMN);
    let response = ui.add(
        TextEdit::singleline(text)
            .id(id)
            .hint_text(RichText::new(&hint).color(p.soft))
            .char_limit(200)
            .margin(Margin { left: 42, right: 12, top: 10, bottom: 10 })
            .desired_width(width),
    );
    let icon = Rect::from_center_size(pos2(response.rect.left() + 23.0, response.rect.center().y), Vec2::splat(20.0));
    icons::paint(ui.painter(), icon, Icon::Search, p.soft);
    if std::mem::take(focus) {
        response.request_focus();
    }
    if response.changed() {
        out.push(Command::Search);
    }
    response.accessible_name(words.t("do-search"));
}

/// What is said about what is being done, or was.
pub(crate) enum Message {
    /// It is on its way.
    Doing,
    /// It is done.
    Done {
        /// What was done.
        text: String,
        /// What undoes it.
        undo: Option<Deed>,
    },
    /// It did not work.
    Failed(Said),
}

/// The page itself, in a column that scrolls, with the message above it where it stays in sight. On a narrow window the
/// message scrolls with the page, so that both have room.
pub(crate) fn page(
    ui: &mut Ui,
    words: &Words,
    id: (Page, &str),
    from_top: bool,
    message: Option<Message>,
    out: &mut Vec<Command>,
    add: impl FnOnce(&mut Ui, &mut Vec<Command>),
) {
    let narrow = is_narrow(ui);
    let p = Palette::of(ui);
    let (inside, above) = if narrow { (message, None) } else { (None, message) };
    CentralPanel::default().frame(Frame::new().fill(p.paper)).show(ui, |ui| {
        if let Some(message) = above {
            Frame::new().inner_margin(Margin { left: 28, right: 28, top: 0, bottom: 4 }).show(ui, |ui| {
                ui.set_max_width(ui.available_width().min(COLUMN));
                // What others wrote can be long, and must not push the page out of the window.
                let most = ui.ctx().content_rect().height() * 0.4;
                ScrollArea::vertical()
                    .id_salt("message")
                    .auto_shrink([false, true])
                    .max_height(most)
                    .show(ui, |ui| draw_message(ui, words, message, out));
            });
        }
        let mut area = ScrollArea::vertical().id_salt(id).auto_shrink(false);
        if from_top {
            area = area.vertical_scroll_offset(0.0);
        }
        area.show(ui, |ui| {
            let margin =
                if narrow { Margin::symmetric(10, 8) } else { Margin { left: 28, right: 28, top: 8, bottom: 28 } };
            column(ui, margin, false, |ui| {
                if let Some(message) = inside {
                    draw_message(ui, words, message, out);
                    ui.add_space(GAP);
                }
                add(ui, out);
            });
        });
    });
}

fn column(ui: &mut Ui, margin: Margin, centered: bool, add: impl FnOnce(&mut Ui)) {
    let room = ui.available_width();
    let width = (room - margin.sum().x).clamp(120.0, COLUMN);
    let left = if centered { ((room - width) / 2.0).max(f32::from(margin.left)) } else { f32::from(margin.left) };
    ui.add_space(f32::from(margin.top));
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(left);
        ui.spacing_mut().item_spacing.x = NEAR;
        ui.vertical(|ui| {
            ui.set_width(width);
            add(ui);
        });
    });
    ui.add_space(f32::from(margin.bottom));
}

/// A page alone, in the middle, for the first minutes; each of its steps begins at its top.
pub(crate) fn bare(ui: &mut Ui, step: Step, add: impl FnOnce(&mut Ui)) {
    let p = Palette::of(ui);
    let room = ui.available_width();
    let card = room > 760.0;
    CentralPanel::default().frame(Frame::new().fill(p.paper)).show(ui, |ui| {
        ScrollArea::vertical().id_salt(("bare", step)).auto_shrink(false).show(ui, |ui| {
            let margin = if card { Margin::symmetric(40, 30) } else { Margin::symmetric(14, 12) };
            column(ui, margin, true, |ui| {
                if card {
                    Frame::new()
                        .fill(p.surface)
                        .stroke(Stroke::new(1.0, p.line))
                        .corner_radius(CornerRadius::same(14))
                        .inner_margin(Margin::same(36))
                        .show(ui, |ui| {
                            ui.set_width(ui.available_width());
                            add(ui);
                        });
                } else {
                    add(ui);
                }
            });
        });
    });
}

/// A search in a community one does not belong to.
pub(crate) fn looking(
    ui: &mut Ui,
    words: &Words,
    text: &mut String,
    focus: &mut bool,
    out: &mut Vec<Command>,
    add: impl FnOnce(&mut Ui, &String, &mut Vec<Command>),
) {
    let p = Palette::of(ui);
    CentralPanel::default().frame(Frame::new().fill(p.paper)).show(ui, |ui| {
        ScrollArea::vertical().id_salt("looking").auto_shrink(false).show(ui, |ui| {
            column(ui, Margin::symmetric(14, 16), true, |ui| {
                field(ui, words, text, focus, out);
                ui.add_space(GAP);
                add(ui, text, out);
            });
        });
    });
}

/// Says what is being done, with a way to stop waiting for it; what was done, with what undoes it; or what failed, what
/// that means and what to do.
fn draw_message(ui: &mut Ui, words: &Words, message: Message, out: &mut Vec<Command>) {
    match message {
        Message::Doing => widgets::banner(ui, Tone::Plain, &words.t("doing"), &words.t("doing-more"), |ui| {
            if widgets::button(ui, Look::Quiet, None, &words.t("doing-stop")).clicked() {
                out.push(Command::Cancel);
            }
        }),
        Message::Done { text, undo } => widgets::banner(ui, Tone::Good, &text, "", |ui| {
            ui.horizontal_wrapped(|ui| {
                if let Some(undo) = undo
                    && widgets::button(ui, Look::Quiet, Some(Icon::Back), &words.t("undo")).clicked()
                {
                    out.push(Command::Do(undo));
                }
                if widgets::button(ui, Look::Bare, None, &words.t("put-away")).clicked() {
                    out.push(Command::Dismiss);
                }
            });
        }),
        Message::Failed(said) => draw_failed(ui, words, &said, out),
    }
}

fn draw_failed(ui: &mut Ui, words: &Words, said: &Said, out: &mut Vec<Command>) {
    widgets::banner(ui, Tone::Bad, &said.title, &said.body, |ui| {
        draw_details(ui, words, &said.details);
        if !said.copy.is_empty() {
            draw_copy(ui, words, Look::Quiet, &words.t("copy"), &said.copy, out);
        }
        if widgets::button(ui, Look::Bare, None, &words.t("put-away")).clicked() {
            out.push(Command::Dismiss);
        }
    });
}

/// Asks before something that cannot be undone. Enter on the first button leaves everything as it is.
pub(crate) fn sure(ui: &mut Ui, words: &Words, sure: &Sure, out: &mut Vec<Command>) {
    let modal = Modal::new(egui::Id::unique("sure")).show(ui.ctx(), |ui| {
        ui.set_width((ui.ctx().content_rect().width() - 60.0).clamp(160.0, 440.0));
        widgets::heading(ui, &sure.question);
        ui.add_space(NEAR);
        widgets::text(ui, &sure.meaning);
        ui.add_space(GAP);
        ui.horizontal_wrapped(|ui| {
            let no = widgets::button(ui, Look::Main, None, &words.t("sure-no"));
            if ui.memory(|m| m.focused().is_none()) {
                no.request_focus();
            }
            if no.clicked() {
                out.push(Command::Sure(false));
            }
            if widgets::button(ui, Look::Quiet, Some(Icon::Warning), &sure.button).clicked() {
                out.push(Command::Sure(true));
            }
        });
    });
    if modal.should_close() {
        out.push(Command::Sure(false));
    }
}

/// Asks once, when the window closes, whether Hedgerow goes on behind it.
pub(crate) fn closing(ui: &mut Ui, words: &Words, out: &mut Vec<Command>) {
    let modal = Modal::new(egui::Id::unique("closing")).show(ui.ctx(), |ui| {
        ui.set_width((ui.ctx().content_rect().width() - 60.0).clamp(160.0, 460.0));
        widgets::heading(ui, &words.t("close-question"));
        ui.add_space(NEAR);
        widgets::text(ui, &words.t("close-meaning"));
        widgets::soft(ui, &words.t("close-later"));
        ui.add_space(GAP);
        ui.horizontal_wrapped(|ui| {
            let keep = widgets::button(ui, Look::Main, None, &words.t("close-keep"));
            if ui.memory(|m| m.focused().is_none()) {
                keep.request_focus();
            }
            if keep.clicked() {
                out.push(Command::CloseNow(true));
            }
            if widgets::button(ui, Look::Quiet, None, &words.t("close-stop")).clicked() {
                out.push(Command::CloseNow(false));
            }
        });
    });
    if modal.should_close() {
        out.push(Command::Back);
    }
}
