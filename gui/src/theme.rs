//! Colours, fonts and spacing, in one place. Draws nothing itself.
//!
//! Three palettes: light, dark, and one for eyes that need more. Nothing moves by itself in any of them. Every pair of colours that text is read in keeps a contrast of at least 4.5 to 1;
//! a test at the end holds them to it.

use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Theme, Vec2};

use crate::fonts::BOLD;

/// What a status means. Shown as icon and word, never as colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Worth knowing, nothing to do.
    Plain,
    /// Look at this soon.
    Warn,
    /// Something failed or somebody must act.
    Bad,
}

/// The colours of one theme.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Behind everything.
    pub paper: Color32,
    /// Cards, fields and lists.
    pub surface: Color32,
    /// A surface under the pointer.
    pub lifted: Color32,
    /// Text.
    pub ink: Color32,
    /// Text of lesser weight.
    pub soft: Color32,
    /// Hairlines and borders of cards.
    pub line: Color32,
    /// Borders of fields and quiet buttons: 3 to 1 against `surface`.
    pub edge: Color32,
    /// The brand colour: main buttons, links.
    pub hedge: Color32,
    /// The brand colour under the pointer.
    pub hedge_lifted: Color32,
    /// Text on `hedge`.
    pub on_hedge: Color32,
    /// The rail.
    pub rail: Color32,
    /// The rail's chosen entry.
    pub rail_chosen: Color32,
    /// Text on the rail.
    pub on_rail: Color32,
    /// The ring around what the keyboard is on.
    pub ring: Color32,
    /// Text and its background, for each [`Tone`].
    pub good: (Color32, Color32),
    /// See `good`.
    pub plain: (Color32, Color32),
    /// See `good`.
    pub warn: (Color32, Color32),
    /// See `good`.
    pub bad: (Color32, Color32),
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Paper, leaf and hawthorn.
pub const LIGHT: Palette = Palette {
    paper: rgb(0xf6f4ec),
    surface: rgb(0xffffff),
    lifted: rgb(0xf0f5ef),
    ink: rgb(0x1b2a22),
    soft: rgb(0x55635b),
    line: rgb(0xe1ded2),
    edge: rgb(0x87948b),
    hedge: rgb(0x2b6b47),
    hedge_lifted: rgb(0x22573a),
    on_hedge: rgb(0xffffff),
    rail: rgb(0x1d3b2b),
    rail_chosen: rgb(0x315f47),
    on_rail: rgb(0xeaf2ea),
    ring: rgb(0xb5561a),
    good: (rgb(0x1f5c3a), rgb(0xe0f0e4)),
    plain: (rgb(0x3f4c56), rgb(0xe9ecec)),
    warn: (rgb(0x774700), rgb(0xfcefd2)),
    bad: (rgb(0x96232f), rgb(0xfbe4e4)),
};

/// The same hedge at dusk.
pub const DARK: Palette = Palette {
    paper: rgb(0x151b18),
    surface: rgb(0x1e2622),
    lifted: rgb(0x28322d),
    ink: rgb(0xe9efe9),
    soft: rgb(0xa9b6ad),
    line: rgb(0x313c36),
    edge: rgb(0x738178),
    hedge: rgb(0x7fc79b),
    hedge_lifted: rgb(0x99d8b1),
    on_hedge: rgb(0x0c2115),
    rail: rgb(0x0f1613),
    rail_chosen: rgb(0x28503b),
    on_rail: rgb(0xe1ebe3),
    ring: rgb(0xf0a35e),
    good: (rgb(0xa4dfb9), rgb(0x1d3a2a)),
    plain: (rgb(0xc6d0d2), rgb(0x2c3436)),
    warn: (rgb(0xf3ce86), rgb(0x42331a)),
    bad: (rgb(0xf4b3b3), rgb(0x4a2427)),
};

/// For eyes that need the most: black on white, every border strong.
pub const HIGH: Palette = Palette {
    paper: rgb(0xffffff),
    surface: rgb(0xfefefe),
    lifted: rgb(0xf0f0f0),
    ink: rgb(0x000000),
    soft: rgb(0x1a1a1a),
    line: rgb(0x000000),
    edge: rgb(0x000000),
    hedge: rgb(0x00341a),
    hedge_lifted: rgb(0x000000),
    on_hedge: rgb(0xffffff),
    rail: rgb(0x000000),
    rail_chosen: rgb(0x00502a),
    on_rail: rgb(0xffffff),
    ring: rgb(0xa83800),
    good: (rgb(0x003010), rgb(0xf2fff6)),
    plain: (rgb(0x000000), rgb(0xf2f2f2)),
    warn: (rgb(0x3d2400), rgb(0xfff8e6)),
    bad: (rgb(0x5c0010), rgb(0xfff2f2)),
};

impl Palette {
    /// The palette this part of the window is drawn in: a palette is known by its paper.
    pub fn of(ui: &egui::Ui) -> &'static Palette {
        let paper = ui.visuals().panel_fill;
        [&LIGHT, &DARK, &HIGH].into_iter().find(|p| p.paper == paper).unwrap_or(&LIGHT)
    }

    /// Text colour and background of a status.
    pub fn tone(&self, tone: Tone) -> (Color32, Color32) {
        match tone {
            Tone::Good => self.good,
            Tone::Plain => self.plain,
            Tone::Warn => self.warn,
            Tone::Bad => self.bad,
        }
    }
}

/// Gap between things that belong together, points.
pub const NEAR: f32 = 6.0;
/// Gap between things, points.
pub const GAP: f32 = 12.0;
/// Gap between groups, points.
pub const FAR: f32 = 24.0;
/// Corner radius of cards and buttons, points.
pub const RADIUS: u8 = 8;
/// Reading columns get no wider than this, points.
pub const COLUMN: f32 = 720.0;

/// The page heading.
pub fn title() -> TextStyle {
    TextStyle::Name("title".into())
}

/// Body text with weight.
pub fn strong() -> TextStyle {
    TextStyle::Name("strong".into())
}

/// Which colours somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Colours {
    /// Light or dark, as the rest of the computer.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Black on white with strong borders.
    High,
}

impl Colours {
    /// All of them, in the order they are offered.
    pub const ALL: [Colours; 4] = [Colours::System, Colours::Light, Colours::Dark, Colours::High];

    /// Its code, as settings keep it.
    pub fn code(self) -> &'static str {
        match self {
            Colours::System => "system",
            Colours::Light => "light",
            Colours::Dark => "dark",
            Colours::High => "high-contrast",
        }
    }
}

/// Puts fonts, text sizes, spacing and the usual colours into `ctx`. Called once, before the first frame.
pub fn install(ctx: &egui::Context) {
    crate::fonts::install(ctx);
    ctx.options_mut(|options| options.fallback_theme = Theme::Light);
    colour(ctx, Colours::System);
}

/// Changes the colours.
pub fn colour(ctx: &egui::Context, colours: Colours) {
    let light = if colours == Colours::High { &HIGH } else { &LIGHT };
    for (theme, palette) in [(Theme::Light, light), (Theme::Dark, &DARK)] {
        ctx.style_mut_of(theme, |style| apply(style, palette, theme));
    }
    ctx.set_theme(match colours {
        Colours::System => egui::ThemePreference::System,
        Colours::Light | Colours::High => egui::ThemePreference::Light,
        Colours::Dark => egui::ThemePreference::Dark,
    });
}

fn apply(style: &mut egui::Style, p: &Palette, theme: Theme) {
    let bold = || FontFamily::Name(BOLD.into());
    let plain = || FontFamily::Proportional;
    style.text_styles = [
        (title(), FontId::new(26.0, bold())),
        (TextStyle::Heading, FontId::new(19.0, bold())),
        (strong(), FontId::new(15.5, bold())),
        (TextStyle::Body, FontId::new(15.5, plain())),
        (TextStyle::Button, FontId::new(15.5, bold())),
        (TextStyle::Small, FontId::new(13.5, plain())),
        (TextStyle::Monospace, FontId::new(14.0, FontFamily::Monospace)),
    ]
    .into();
    style.animation_time = 0.0;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style.interaction.selectable_labels = false;
    style.spacing.item_spacing = Vec2::new(NEAR, NEAR);
    style.spacing.button_padding = Vec2::new(14.0, 8.0);
    style.spacing.interact_size = Vec2::new(36.0, 32.0);
    style.spacing.scroll = egui::style::ScrollStyle::solid();
    style.spacing.scroll.bar_width = 8.0;
    style.spacing.window_margin = Margin::same(16);

    let v = &mut style.visuals;
    *v = match theme {
        Theme::Light => egui::Visuals::light(),
        Theme::Dark => egui::Visuals::dark(),
    };
    v.override_text_color = Some(p.ink);
    v.panel_fill = p.paper;
    v.window_fill = p.surface;
    // What a bar to scroll with runs in.
    v.extreme_bg_color = p.paper;
    v.text_edit_bg_color = Some(p.surface);
    v.faint_bg_color = p.lifted;
    v.code_bg_color = p.lifted;
    v.hyperlink_color = p.hedge;
    v.warn_fg_color = p.warn.0;
    v.error_fg_color = p.bad.0;
    v.selection.bg_fill = if theme == Theme::Light { rgb(0xcfe6d6) } else { rgb(0x2f5a43) };
    // Also the ring around a text field with the keyboard on it.
    v.selection.stroke = Stroke::new(2.5, p.ring);
    // A blinking cursor would wake the window twice a second for nothing.
    v.text_cursor.blink = false;
    v.text_cursor.stroke = Stroke::new(2.0, p.ink);
    v.weak_text_color = Some(p.soft);
    let corner = CornerRadius::same(RADIUS);
    for w in [
        &mut v.widgets.noninteractive,
        &mut v.widgets.inactive,
        &mut v.widgets.hovered,
        &mut v.widgets.active,
        &mut v.widgets.open,
    ] {
        w.corner_radius = corner;
        w.expansion = 0.0;
        w.fg_stroke = Stroke::new(1.5, p.ink);
    }
    v.widgets.noninteractive.bg_stroke = Stroke::new(1.0, p.line);
    // Also the handle of scroll bars.
    v.widgets.inactive.bg_fill = p.edge;
    v.widgets.inactive.weak_bg_fill = p.surface;
    v.widgets.inactive.bg_stroke = Stroke::new(1.0, p.edge);
    v.widgets.hovered.bg_fill = p.hedge;
    v.widgets.hovered.weak_bg_fill = p.lifted;
    v.widgets.hovered.bg_stroke = Stroke::new(1.5, p.hedge);
    v.widgets.active.bg_fill = p.hedge;
    v.widgets.active.weak_bg_fill = p.lifted;
    v.widgets.active.bg_stroke = Stroke::new(2.0, p.ring);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(c: Color32) -> f64 {
        let channel = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(c.r()) + 0.7152 * channel(c.g()) + 0.0722 * channel(c.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_in_all_palettes() {
        for (name, p) in [("light", LIGHT), ("dark", DARK), ("high", HIGH)] {
            let least = if name == "high" { 7.0 } else { 4.5 };
            let text = [
                ("ink on paper", p.ink, p.paper),
                ("ink on surface", p.ink, p.surface),
                ("ink on lifted", p.ink, p.lifted),
                ("soft on paper", p.soft, p.paper),
                ("soft on surface", p.soft, p.surface),
                ("soft on lifted", p.soft, p.lifted),
                ("hedge on paper", p.hedge, p.paper),
                ("hedge on surface", p.hedge, p.surface),
                ("on_hedge", p.on_hedge, p.hedge),
                ("on_hedge lifted", p.on_hedge, p.hedge_lifted),
                ("on_rail", p.on_rail, p.rail),
                ("on_rail chosen", p.on_rail, p.rail_chosen),
                ("good", p.good.0, p.good.1),
                ("plain", p.plain.0, p.plain.1),
                ("warn", p.warn.0, p.warn.1),
                ("bad", p.bad.0, p.bad.1),
            ];
            for (what, a, b) in text {
                assert!(contrast(a, b) >= least, "{name}: {what} is {:.2} to 1", contrast(a, b));
            }
            for (what, a, b) in
                [("edge", p.edge, p.surface), ("ring", p.ring, p.paper), ("ring on surface", p.ring, p.surface)]
            {
                assert!(contrast(a, b) >= 3.0, "{name}: {what} is {:.2} to 1", contrast(a, b));
            }
        }
    }
}
