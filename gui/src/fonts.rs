//! Typefaces: ours, and for scripts that ours lack those of the system, so that no name is blank.
//!
//! Latin needs no file but ours. The list of the system's typefaces is read when a letter is first seen that ours lack, and a
//! file is mapped when it has that letter. Where nothing has it, a box is drawn. The toolkit shapes each word, also from right
//! to left; it does not put the words of a line in order from right to left.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use egui::epaint::text::{
    FallbackRequest, FontInsert, FontProvider, Fonts, GlyphBitmap, GlyphRasterizer, RasterizedGlyph, TextOptions,
};
use egui::{Color32, ColorImage, Context, FontData, FontDefinitions, FontFamily, FontId, vec2};
use egui_system_font_provider::SystemFontProvider;

/// Family of the heavier cut of our typeface.
pub(crate) const BOLD: &str = "bold";
/// Most typefaces of the system used at once: many more scripts than a place has.
const FACES_MAX: usize = 64;
/// Largest file of typefaces used, bytes: those with every Chinese character have 20 to 120 MB. Files are mapped, not read.
const FILE_BYTES_MAX: usize = 192 * 1024 * 1024;
/// Sizes of letters in which a typeface is tried before it is used, dots.
const TRIED_SIZES: [f32; 2] = [15.5, 31.0];

/// Gives a window its typefaces.
pub(crate) fn install(ctx: &Context) {
    ctx.set_fonts(ours());
    ctx.set_font_providers(vec![Arc::new(OfSystem::default())]);
    ctx.add_glyph_rasterizer(GlyphRasterizer::new("hedgerow::box", |asked| {
        let blank = asked.cluster.chars().all(|c| c.is_control() || c.is_whitespace());
        (!blank).then(|| hollow_box(asked.font_size_px))
    }));
}

fn ours() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let cuts: [(&str, &'static [u8]); 4] = [
        ("inter", include_bytes!("../fonts/Inter-Regular.otf")),
        ("inter-more", include_bytes!("../fonts/Inter-Regular-Greek-Cyrillic.otf")),
        ("inter-semibold", include_bytes!("../fonts/Inter-SemiBold.otf")),
        ("inter-semibold-more", include_bytes!("../fonts/Inter-SemiBold-Greek-Cyrillic.otf")),
    ];
    for (name, bytes) in cuts {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    let others = fonts.families.remove(&FontFamily::Proportional).unwrap_or_default();
    let behind = |cuts: [&str; 2]| -> Vec<String> {
        cuts.into_iter().map(str::to_owned).chain(others.iter().cloned()).collect()
    };
    let (plain, bold) = (behind(["inter", "inter-more"]), behind(["inter-semibold", "inter-semibold-more"]));
    fonts.families.insert(FontFamily::Proportional, plain);
    fonts.families.insert(FontFamily::Name(BOLD.into()), bold);
    fonts
}

/// The typefaces of the system, looked for when they are first needed.
#[derive(Default)]
struct OfSystem {
    all: OnceLock<SystemFontProvider>,
    used: Mutex<BTreeSet<String>>,
}

impl FontProvider for OfSystem {
    fn font_for(&self, asked: &FallbackRequest<'_>) -> Option<FontInsert> {
        // Whoever can put a file into a folder of typefaces must not be able to close the window with it.
        let look = || self.all.get_or_init(SystemFontProvider::new).font_for(asked);
        let found = catch_unwind(AssertUnwindSafe(look)).ok()??;
        if found.data.bytes().len() > FILE_BYTES_MAX {
            return None;
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= FACES_MAX && !used.contains(&found.name) {
            return None;
        }
        if !used.contains(&found.name) {
            let found = checked(found, asked.cluster)?;
            used.insert(found.name.clone());
            return Some(found);
        }
        Some(found)
    }
}

/// A typeface that can draw these letters and those beside them, in the sizes of a window, without giving up.
fn checked(found: FontInsert, letters: &str) -> Option<FontInsert> {
    let first = letters.chars().next().map_or(0, u32::from) & !0x7f;
    let beside = (first..first + 0x80).filter_map(char::from_u32).filter(|c| !c.is_control());
    let letters: String = letters.chars().chain(beside).collect();
    let draw = || {
        let mut one = FontDefinitions::empty();
        one.font_data.insert("one".into(), Arc::new(found.data.clone()));
        one.families.insert(FontFamily::Proportional, vec!["one".into()]);
        let mut fonts = Fonts::new(TextOptions::default(), one);
        for size in TRIED_SIZES {
            let font = FontId::proportional(size);
            fonts.with_pixels_per_point(1.0).layout_no_wrap(letters.clone(), font, Color32::WHITE);
        }
    };
    catch_unwind(AssertUnwindSafe(draw)).is_ok().then_some(found)
}

/// What is drawn for a letter that no typeface has: a box as high as a capital.
fn hollow_box(font_size_px: f32) -> RasterizedGlyph {
    let dots = |part: f32| (font_size_px * part).round().clamp(2.0, 512.0) as usize;
    let (width, height) = (dots(0.5), dots(0.7));
    let line = (dots(0.07) / 2).max(1);
    let gap = (font_size_px * 0.08).round().max(1.0);
    let mut image = ColorImage::filled([width, height], Color32::TRANSPARENT);
    for (i, dot) in image.pixels.iter_mut().enumerate() {
        let (x, y) = (i % width, i / width);
        if x < line || y < line || x + line >= width || y + line >= height {
            *dot = Color32::WHITE;
        }
    }
    let bitmap = GlyphBitmap { image, offset_px: vec2(gap, -(height as f32)), is_color: false };
    RasterizedGlyph { bitmap, advance_px: width as f32 + 2.0 * gap }
}

#[cfg(test)]
mod tests {
    use egui::epaint::text::{FontPriority, InsertFontFamily};

    use super::*;

    /// A file as a broken disk or somebody who means harm makes it: bytes changed in some places, or its end missing.
    fn spoiled(file: &[u8], seed: u64) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below.max(1) as u64) as usize
        };
        let mut bytes = file.to_vec();
        for _ in 0..1 + next(40) {
            // Mostly in the tables that say where everything is.
            let within = if next(2) == 0 { 2048.min(bytes.len()) } else { bytes.len() };
            let at = next(within);
            bytes[at] = next(256) as u8;
        }
        if next(4) == 0 {
            bytes.truncate(next(file.len()));
        }
        bytes
    }

    #[test]
    fn a_broken_file_of_typefaces_closes_no_window() {
        let inter: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
        let theirs = FontDefinitions::default();
        let files: Vec<&[u8]> = std::iter::once(inter).chain(theirs.font_data.values().map(|f| f.bytes())).collect();
        for seed in 0..400_u64 {
            let bytes = spoiled(files[seed as usize % files.len()], seed);
            let found = move |asked: &FallbackRequest<'_>| {
                let families = vec![InsertFontFamily { family: asked.family.clone(), priority: FontPriority::Lowest }];
                checked(FontInsert::new("theirs", FontData::from_owned(bytes.clone()), families), asked.cluster)
            };
            let mut fonts =
                Fonts::new(TextOptions::default(), FontDefinitions::empty()).with_font_providers(vec![Arc::new(found)]);
            for size in [13.5, 26.0] {
                fonts.with_pixels_per_point(1.0).layout_no_wrap(
                    "Llyfrgell Жe fi".into(),
                    FontId::proportional(size),
                    Color32::BLACK,
                );
            }
        }
    }
}
