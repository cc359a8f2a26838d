//! Text from anybody, made fit to show and to compare.
//!
//! Not for storage: documents keep what was written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest line that [`plain`] gives, in characters; the rest becomes "…".
const LINE_CHARS_MAX: usize = 300;
/// Longest block that [`plain_block`] gives, in characters.
const BLOCK_CHARS_MAX: usize = 16_000;
/// Most marks stacked on one letter; more are dropped.
const MARKS_MAX: usize = 4;

/// One line that is safe to show anywhere: no control, escape or direction-changing codes, no line breaks, no
/// stacked marks, NFC, at most 300 characters.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut space = false;
    for c in clean(text) {
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if space {
            out.push(' ');
            space = false;
        }
        out.push(c);
    }
    cut(out, LINE_CHARS_MAX)
}

/// As [`plain`], keeping line breaks (two at most in a row), at most 16,000 characters.
pub fn plain_block(text: &str) -> String {
    let cleaned: String = clean(text).collect();
    let mut out = String::new();
    let mut blank = 0;
    for line in cleaned.lines().map(str::trim_end) {
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank < 2 && !(out.is_empty() && blank > 0) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    cut(out, BLOCK_CHARS_MAX)
}

/// A description as plain words: mark-up tags taken out, the common entities read, then [`plain`].
pub(super) fn words(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        bare.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        let looks_like_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>') {
            Some(end) if looks_like_tag => {
                bare.push(' ');
                rest = &tag[end + 1..];
            }
            _ => {
                bare.push('<');
                rest = tag;
            }
        }
    }
    bare.push_str(rest);
    for (entity, text) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&rsquo;", "’"),
        ("&amp;", "&"),
    ] {
        if bare.contains(entity) {
            bare = bare.replace(entity, text);
        }
    }
    plain(&bare)
}

/// Words for comparing: no accents, no case, no punctuation, single spaces.
pub fn fold(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if c != '\'' && c != '’' {
            gap = true;
        }
    }
    out
}

/// A postcode for comparing: letters and digits only, upper case; `None` when nothing is left.
pub fn postcode(text: &str) -> Option<String> {
    let out: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(12).collect();
    (!out.is_empty()).then_some(out)
}

fn cut(text: String, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text,
    }
}

/// NFC without escape sequences, control and hidden codes; line breaks stay.
fn clean(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut marks = 0;
    without_escapes(text).nfc().collect::<Vec<_>>().into_iter().filter_map(move |c| {
        if is_combining_mark(c) {
            marks += 1;
            return (marks <= MARKS_MAX).then_some(c);
        }
        marks = 0;
        match c {
            '\n' | '\t' => Some(c),
            '\r' => None,
            '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
            c if c.is_control() => None,
            // Direction marks and overrides, zero-width and invisible operators, tags, annotations, byte order marks.
            '\u{061c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' => None,
            '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}' | '\u{00ad}' => None,
            c => Some(c),
        }
    })
}

/// Drops terminal escape sequences whole, so that no "[31m" is left behind.
fn without_escapes(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut chars = text.chars().peekable();
    core::iter::from_fn(move || {
        loop {
            let c = chars.next()?;
            let intro = match c {
                '\u{1b}' => chars.next_if(|n| matches!(n, '[' | ']' | 'P' | '^' | '_' | '(' | ')' | 'c')),
                '\u{9b}' => Some('['),
                '\u{9d}' => Some(']'),
                _ => return Some(c),
            };
            match intro {
                Some('[') => while chars.next_if(|n| matches!(n, ' '..='?')).is_some() {},
                Some(']' | 'P' | '^' | '_') => {
                    while let Some(n) = chars.next_if(|n| *n != '\u{7}' && *n != '\u{1b}' && *n != '\n') {
                        let _ = n;
                    }
                }
                _ => continue,
            }
            if intro == Some('[') {
                chars.next_if(|n| matches!(n, '@'..='~'));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_made_plain() {
        for (from, to) in [
            ("Lunch\u{1b}[31m club\u{1b}[0m", "Lunch club"),
            ("\u{1b}]0;owned\u{7}Lunch", "Lunch"),
            ("\u{9b}2JLunch", "Lunch"),
            ("evil\u{202e}gpj.exe\u{2066}", "evilgpj.exe"),
            ("a\u{200b}b\u{feff}c\u{0}d", "abcd"),
            ("two\r\nlines\tand  more ", "two lines and more"),
            ("Cafe\u{301}", "Café"),
            ("z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "z\u{300}\u{301}\u{302}\u{303}"),
            ("مرحبا · שלום", "مرحبا · שלום"),
        ] {
            assert_eq!(plain(from), to, "{from:?}");
        }
        assert_eq!(plain(&"x".repeat(1000)).chars().count(), 301);
        assert_eq!(plain_block("a\n\n\n\nb\u{7}\n"), "a\n\nb");
    }

    #[test]
    fn folding_ignores_case_accents_and_points() {
        assert_eq!(fold("St. Mary's  CAFÉ – Île"), "st marys cafe ile");
        assert_eq!(postcode("ex39 1qs"), Some("EX391QS".into()));
        assert_eq!(words("<p>Tea &amp; cake</p><br/>for 3 < 5"), "Tea & cake for 3 < 5");
    }
}
