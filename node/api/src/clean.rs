//! Makes text from other people safe to show: no escape codes, no hidden direction changes, no invisible characters.
//!
//! Not for markup: see the place that draws it.

/// The text with every character that could move, colour, hide or reorder other text replaced by `\u{fffd}`.
///
/// Line feed stays when `lines` is true and becomes a space otherwise; a tab becomes a space.
pub fn clean(text: &str, lines: bool) -> String {
    text.chars()
        .filter(|c| *c != '\r')
        .map(|c| match c {
            '\n' if lines => '\n',
            '\n' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            c if is_unsafe(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// One line, cleaned.
pub fn line(text: &str) -> String {
    clean(text, false)
}

/// Several lines, cleaned.
pub fn lines(text: &str) -> String {
    clean(text, true)
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through_that_moves_a_cursor_or_turns_text_round() {
        let nasty = "a\u{1b}[31mb\u{7}c\u{202e}d\u{9b}e\u{2066}f\u{e0041}g";
        let out = line(nasty);
        assert!(out.chars().all(|c| !is_unsafe(c)), "{out:?}");
        assert_eq!(out.chars().filter(|c| c.is_ascii_alphabetic()).collect::<String>(), "ambcdefg");
        assert_eq!(lines("one\r\ntwo\tthree"), "one\ntwo three");
        assert_eq!(line("one\ntwo"), "one two");
        assert_eq!(line("Llyfrgell Aberystwyth – café ☕"), "Llyfrgell Aberystwyth – café ☕");
    }
}
