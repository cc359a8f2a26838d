//! Text into search terms: lower case, accents folded, punctuation dropped.
//!
//! The same for what is indexed and what is typed, so that "cafe" finds "Café" and "st johns" finds "St John's".

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longest term in bytes; the rest of a longer word is left off.
pub const TERM_BYTES_MAX: usize = 24;
/// Most terms looked at in one field; text beyond is not searched.
pub const FIELD_TERMS_MAX: usize = 600;

/// Calls `each` for every term of `text`, in order.
pub fn each_term(text: &str, mut each: impl FnMut(&str)) {
    let mut term = String::with_capacity(TERM_BYTES_MAX);
    let mut left = FIELD_TERMS_MAX;
    let mut take = |term: &mut String| {
        if !term.is_empty() && left > 0 {
            left -= 1;
            each(term);
        }
        term.clear();
    };
    let mut push = |c: char, term: &mut String| {
        if c.is_alphanumeric() {
            if term.len() + c.len_utf8() <= TERM_BYTES_MAX {
                term.push(c);
            }
        } else if !matches!(c, '\'' | '’' | '\u{ad}') {
            take(term);
        }
    };
    if text.is_ascii() {
        text.bytes().for_each(|b| push(char::from(b.to_ascii_lowercase()), &mut term));
    } else {
        for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
            match c {
                'ß' => "ss".chars().for_each(|c| push(c, &mut term)),
                'ø' => push('o', &mut term),
                'ł' => push('l', &mut term),
                'æ' => "ae".chars().for_each(|c| push(c, &mut term)),
                c => push(c, &mut term),
            }
        }
    }
    push(' ', &mut term);
}

/// The terms of what somebody typed, at most 12, each once, and whether the last may still be growing.
pub fn query_terms(text: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    each_term(text, |t| {
        if terms.len() < 12 && !terms.iter().any(|o| o == t) {
            terms.push(t.to_owned());
        }
    });
    terms
}

/// What a title is sorted by: its terms with single spaces, without a leading "the".
pub fn sort_key(title: &str, bytes_max: usize) -> String {
    let mut key = String::new();
    each_term(title, |t| {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(t);
    });
    let start = if key.starts_with("the ") { 4 } else { 0 };
    let mut end = key.len().min(start + bytes_max);
    while !key.is_char_boundary(end) {
        end -= 1;
    }
    key[start..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds() {
        assert_eq!(
            query_terms("Café St John's, CRÈCHE—straße Ørsted"),
            ["cafe", "st", "johns", "creche", "strasse", "orsted"]
        );
        assert_eq!(query_terms("Llŷn Môn EX4 3PX"), ["llyn", "mon", "ex4", "3px"]);
        assert_eq!(query_terms("a a A"), ["a"]);
        assert_eq!(query_terms("  ...  "), Vec::<String>::new());
        assert_eq!(sort_key("The Crèche", 40), "creche");
        assert_eq!(sort_key("ééééé", 3), "eee");
    }

    #[test]
    fn long_words_are_cut_at_a_character() {
        let word = "日".repeat(50);
        assert_eq!(query_terms(&word)[0].len(), TERM_BYTES_MAX);
        let many = "word ".repeat(2_000);
        let mut n = 0;
        each_term(&many, |_| n += 1);
        assert_eq!(n, FIELD_TERMS_MAX);
    }
}
