//! One page of A4 with a title, a square picture, an address and a few lines. The one place that names pdf-writer.
//!
//! Uses the typefaces every reader of PDF has, so that a poster stays a few kilobytes. They have the letters of western
//! Europe and Welsh; a name with others is left out of the title, for a wrong name would be worse.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::qr::Picture;

/// A4, in points.
const PAGE: (f32, f32) = (595.0, 842.0);
/// White at each side.
const MARGIN: f32 = 54.0;
/// Side of the picture.
const SQUARE: f32 = 300.0;
/// Green of the hedge, as the page has it.
const GREEN: (f32, f32, f32) = (0.106, 0.361, 0.220);
/// Welsh letters that the usual coding lacks, under numbers it leaves free.
const WELSH: [(u8, char, &str); 4] =
    [(0x81, 'Ŵ', "Wcircumflex"), (0x8d, 'ŵ', "wcircumflex"), (0x8f, 'Ŷ', "Ycircumflex"), (0x90, 'ŷ', "ycircumflex")];

/// What stands on the page.
pub struct Text<'a> {
    /// The title, with the community's name.
    pub title: String,
    /// The title where the name cannot be printed.
    pub title_without_name: String,
    /// The address.
    pub address: String,
    /// What to do, a line each.
    pub lines: &'a [String],
    /// Small, at the end.
    pub foot: String,
    /// The language's code.
    pub language: &'a str,
}

/// The page as a file.
pub fn poster(text: &Text<'_>, picture: &Picture) -> Vec<u8> {
    let (catalog, pages, page, content) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4));
    let (bold, plain, info) = (Ref::new(5), Ref::new(6), Ref::new(7));
    let title = coded(&text.title).or_else(|| coded(&text.title_without_name)).unwrap_or_default();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages).lang(TextStr(text.language));
    pdf.pages(pages).kids([page]).count(1);
    let mut leaf = pdf.page(page);
    leaf.parent(pages).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(content);
    leaf.resources().fonts().pair(Name(b"B"), bold).pair(Name(b"R"), plain);
    leaf.finish();
    for (id, name) in [(bold, &b"Helvetica-Bold"[..]), (plain, b"Helvetica")] {
        let mut font = pdf.type1_font(id);
        font.base_font(Name(name));
        let mut coding = font.encoding_custom();
        coding.base_encoding(Name(b"WinAnsiEncoding"));
        let mut differences = coding.differences();
        for (number, _, name) in WELSH {
            differences.consecutive(number, [Name(name.as_bytes())]);
        }
    }
    pdf.document_info(info).title(TextStr(&text.title));
    pdf.stream(content, &drawing(text, &title, picture));
    pdf.finish()
}

fn drawing(text: &Text<'_>, title: &[u8], picture: &Picture) -> Vec<u8> {
    let mut c = Content::new();
    let wide = PAGE.0 - 2.0 * MARGIN;
    c.set_fill_rgb(GREEN.0, GREEN.1, GREEN.2);
    c.rect(0.0, PAGE.1 - 26.0, PAGE.0, 26.0).fill_nonzero();
    let mut y = PAGE.1 - 100.0;
    let size = fitting(title, true, wide * 1.9, 38.0);
    for line in lines(title, true, size, wide) {
        centred(&mut c, b"B", true, &line, size, y);
        y -= size * 1.2;
    }
    y -= 14.0;
    c.set_fill_gray(0.0);
    let (side, left) = (picture.side(), (PAGE.0 - SQUARE) / 2.0);
    let step = SQUARE / side as f32;
    for row in 0..side {
        let mut from = None;
        // Dark squares side by side are one bar, without hair lines between.
        for column in 0..=side {
            match (column < side && picture.is_dark(column, row), from) {
                (true, None) => from = Some(column),
                (false, Some(begin)) => {
                    let (x, top) = (left + begin as f32 * step, y - row as f32 * step);
                    c.rect(x, top - step, (column - begin) as f32 * step, step);
                    from = None;
                }
                _ => {}
            }
        }
    }
    c.fill_nonzero();
    y -= SQUARE + 30.0;
    if let Some(address) = coded(&text.address) {
        let size = fitting(&address, true, wide, 32.0);
        centred(&mut c, b"B", true, &address, size, y);
        y -= 52.0;
    }
    for line in text.lines.iter().filter_map(|l| coded(l)) {
        for part in lines(&line, false, 17.0, wide) {
            centred(&mut c, b"R", false, &part, 17.0, y);
            y -= 25.0;
        }
        y -= 4.0;
    }
    c.set_fill_gray(0.3);
    let foot = coded(&text.foot).unwrap_or_default();
    let mut y = 64.0;
    for part in lines(&foot, false, 11.0, wide) {
        centred(&mut c, b"R", false, &part, 11.0, y);
        y -= 15.0;
    }
    c.finish().into_vec()
}

fn centred(c: &mut Content, font: &[u8], is_bold: bool, text: &[u8], size: f32, y: f32) {
    let x = (PAGE.0 - width(text, is_bold) * size) / 2.0;
    c.begin_text().set_font(Name(font), size).next_line(x.max(MARGIN / 2.0), y).show(Str(text)).end_text();
}

/// The largest size, up to `most`, at which a text fits.
fn fitting(text: &[u8], is_bold: bool, wide: f32, most: f32) -> f32 {
    (wide / width(text, is_bold).max(0.1)).min(most).max(8.0)
}

/// A text in lines, between words.
fn lines(text: &[u8], is_bold: bool, size: f32, wide: f32) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = vec![Vec::new()];
    for word in text.split(|b| *b == b' ').filter(|w| !w.is_empty()) {
        let last = out.last_mut().filter(|l| !l.is_empty());
        match last {
            Some(line) if width(&[line, &b" "[..], word].concat(), is_bold) * size <= wide => {
                line.push(b' ');
                line.extend_from_slice(word);
            }
            Some(_) => out.push(word.to_vec()),
            None => out[0] = word.to_vec(),
        }
    }
    out
}

/// In the coding of the typefaces; nothing when a letter is missing there.
fn coded(text: &str) -> Option<Vec<u8>> {
    let code = |c: char| match c {
        ' '..='~' | '\u{a1}'..='ÿ' => u8::try_from(u32::from(c)).ok(),
        '\u{2018}' => Some(0x91),
        '\u{2019}' => Some(0x92),
        '\u{201c}' => Some(0x93),
        '\u{201d}' => Some(0x94),
        '–' => Some(0x96),
        '—' => Some(0x97),
        '…' => Some(0x85),
        c => WELSH.iter().find(|(_, letter, _)| *letter == c).map(|(number, ..)| *number),
    };
    text.chars().map(code).collect()
}

/// Width of a text at size 1, by the widths of Helvetica in thousandths (bold ones are a little wider).
fn width(text: &[u8], is_bold: bool) -> f32 {
    let one = |b: &u8| match b {
        b'i' | b'j' | b'l' | b'\'' | 0x91 | 0x92 | 0xec..=0xef => 0.222,
        b' ' | b'.' | b',' | b':' | b';' | b'/' | b'I' | b'f' | b't' | b'!' | b'[' | b']' | 0xcc..=0xcf => 0.278,
        b'r' | b'(' | b')' | b'-' => 0.333,
        b'm' => 0.833,
        b'w' | 0x8d => 0.722,
        b'M' => 0.833,
        b'W' | 0x81 => 0.944,
        b'c' | b'k' | b's' | b'v' | b'x' | b'y' | b'z' | b'J' | 0x90 => 0.5,
        b'C' | b'D' | b'H' | b'N' | b'R' | b'U' => 0.722,
        b'G' | b'O' | b'Q' => 0.778,
        b'A' | b'B' | b'E' | b'K' | b'P' | b'S' | b'V' | b'X' | b'Y' | 0x8f => 0.667,
        b'F' | b'T' | b'Z' => 0.611,
        b'@' | 0x85 | 0x97 => 1.0,
        _ => 0.556,
    };
    text.iter().map(one).sum::<f32>() * if is_bold { 1.06 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welsh_can_be_printed_and_a_name_that_cannot_is_left_out() {
        assert_eq!(coded("Tŷ"), Some(vec![b'T', 0x90]));
        assert_eq!(coded("Καλημέρα"), None);
        let picture = Picture::of_address("http://192.168.1.20:8480/").unwrap();
        let mut text = Text {
            title: "Καλημέρα".into(),
            title_without_name: "What is near (here)".into(),
            address: "http://192.168.1.20:8480/".into(),
            lines: &["One \\ two".into()],
            foot: "Foot".into(),
            language: "en",
        };
        let without = poster(&text, &picture);
        assert!(without.windows(9).any(|w| w == b"What is n"), "the plain title");
        text.title = "Riverside".into();
        assert!(poster(&text, &picture).windows(9).any(|w| w == b"Riverside"));
    }

    #[test]
    fn long_titles_are_broken_between_words_and_fit() {
        let text = coded(&"What is near you ".repeat(6)).unwrap();
        let size = fitting(&text, true, 900.0, 38.0);
        let wide = PAGE.0 - 2.0 * MARGIN;
        let all = lines(&text, true, size, wide);
        assert!(all.len() > 1 && all.iter().all(|l| width(l, true) * size <= wide));
    }
}
