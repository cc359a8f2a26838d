//! Bytes into text, and text into JSON, lines of JSON or a table: told by content, never by a file's name.

use std::ops::Range;

use serde_json::Value;

/// What a file turned out to be.
pub(super) enum Content {
    Json(Value),
    /// One value a line, or what could be saved of a damaged list: "line 3" or "item 3", and the value or why it is none.
    Parts(Parts),
    Table(Table),
    /// Neither, and why.
    Unknown(String),
}

/// Parts of a text, each read when it is its turn.
pub(super) struct Parts {
    text: String,
    /// What a part is called, and their numbers and places.
    called: &'static str,
    places: Vec<(usize, Range<usize>)>,
}

impl Parts {
    fn new<'a>(text: &str, called: &'static str, parts: impl Iterator<Item = (usize, &'a str)>) -> Parts {
        let place = |part: &str| {
            let from = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            from..from + part.len()
        };
        Parts { text: text.to_owned(), called, places: parts.map(|(n, part)| (n, place(part))).collect() }
    }

    /// The name of each, and the value or why it is none.
    pub(super) fn iter(&self) -> impl Iterator<Item = (String, Result<Value, String>)> {
        let part = |place: &Range<usize>| self.text.get(place.clone()).unwrap_or_default();
        self.places.iter().map(move |(n, place)| (format!("{} {n}", self.called), parse(part(place))))
    }
}

fn parse(part: &str) -> Result<Value, String> {
    serde_json::from_str(part).map_err(|e| format!("it is not whole JSON: {e}"))
}

/// A table with a header row. Cells are trimmed. Its rows are read one by one: there may be many.
pub(super) struct Table {
    pub header: Vec<String>,
    text: String,
    delimiter: u8,
}

impl Table {
    /// Row number in the file from 1 (the header's), and its cells or why it is unreadable.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u64, Result<Vec<String>, String>)> {
        let rows = reader(&self.text, self.delimiter).into_records().enumerate().skip(1);
        rows.map(|(n, row)| match row {
            Ok(row) => (n as u64 + 1, Ok(row.iter().map(str::to_owned).collect())),
            Err(e) => (n as u64 + 1, Err(format!("this row cannot be read: {e}"))),
        })
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

pub(super) fn read(bytes: &[u8]) -> Content {
    let text = text(bytes);
    let start = text.trim_start();
    if start.is_empty() {
        return Content::Unknown("the file is empty".into());
    }
    if start.starts_with(['{', '[']) {
        return json(start);
    }
    if start.starts_with('<') {
        return Content::Unknown("this is a web page, not a directory file".into());
    }
    match table(text) {
        Some(table) => Content::Table(table),
        None => Content::Unknown("this is neither JSON nor a table this program knows".into()),
    }
}

/// UTF-8 with or without a mark, UTF-16 with one, else Windows-1252, which every byte is a letter of.
fn text(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|c| unit([c[0], c[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|b| windows_1252(*b)).collect(),
        },
    }
}

fn windows_1252(byte: u8) -> char {
    // The 32 codes where Windows-1252 differs from Latin-1; unused ones become the replacement character.
    const UPPER: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn json(text: &str) -> Content {
    let whole = match serde_json::from_str(text) {
        Ok(value) => return Content::Json(value),
        Err(e) => e,
    };
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().map(|(n, l)| (n + 1, l.trim())).filter(|(_, l)| !l.is_empty()).collect();
    // Lines of JSON where most lines are whole objects.
    let good = lines.iter().filter(|(_, l)| l.starts_with('{') && parse(l).is_ok_and(|v| v.is_object())).count();
    if lines.len() > 1 && good * 2 > lines.len() {
        return Content::Parts(Parts::new(text, "line", lines.into_iter()));
    }
    // One damaged list: every item that is whole by itself is saved.
    let items = list_start(text).map(|at| elements(&text[at..])).unwrap_or_default();
    let parts = Parts::new(text, "item", items.into_iter().enumerate().map(|(n, part)| (n + 1, part)));
    if parts.iter().any(|(_, v)| v.is_ok()) {
        return Content::Parts(parts);
    }
    Content::Unknown(format!("the JSON is damaged or cut short: {whole}"))
}

/// Where the items of a list begin: after the bracket of a bare list, or of a page's or package's.
fn list_start(text: &str) -> Option<usize> {
    if text.starts_with('[') {
        return Some(1);
    }
    let key = ["\"contents\"", "\"content\"", "\"services\""].iter().find_map(|k| Some(text.find(k)? + k.len()))?;
    let bracket = text[key..].find(|c: char| !c.is_whitespace() && c != ':')?;
    text[key + bracket..].starts_with('[').then_some(key + bracket + 1)
}

/// The objects of a list, told apart by their braces alone; the last may be cut short.
fn elements(list: &str) -> Vec<&str> {
    let (mut depth, mut in_text, mut escaped) = (0u32, false, false);
    let (mut begun, mut out) = (0, Vec::new());
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                if depth == 0 {
                    begun = at;
                }
                depth += 1;
            }
            b']' if depth == 0 => return out,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    out.push(&list[begun..=at]);
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        out.push(&list[begun..]);
    }
    out
}

fn table(text: String) -> Option<Table> {
    let first = text.lines().find(|l| !l.trim().is_empty())?;
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|d| first.bytes().filter(|b| b == d).count())?;
    let first = reader(&text, delimiter).into_records().next()?.ok()?;
    let header: Vec<String> = first.iter().map(str::to_owned).collect();
    (header.len() >= 2).then_some(Table { header, text, delimiter })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_way_of_writing_text() {
        let want = "Café – naïve";
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(want.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(want.as_bytes()), want);
        assert_eq!(text(&[b"\xef\xbb\xbf", want.as_bytes()].concat()), want);
        assert_eq!(text(&utf16), want);
        assert_eq!(text(b"Caf\xe9 \x96 na\xefve"), want);
    }

    #[test]
    fn told_by_content() {
        assert!(matches!(read(b"\xef\xbb\xbf {\"a\":1}"), Content::Json(_)));
        assert!(
            matches!(read(b"{\"a\":1}\r\n{\"a\":\n{\"a\":2}\n{\"a\":3}"), Content::Parts(l) if l.iter().count() == 4 && l.iter().nth(1).unwrap().1.is_err())
        );
        assert!(
            matches!(read(b"a;b\r\n1;2\r\n"), Content::Table(t) if t.header == ["a", "b"] && t.rows().count() == 1)
        );
        // A half surrogate spoils one item, a broken download the last one.
        let page =
            br#"{"total": 3, "contents": [{"id": "1}"}, {"id": "\ud800"}, {"id": "3\"", "a": [{}]}, {"id": "4", "#;
        let Content::Parts(parts) = read(page) else { panic!("nothing was saved") };
        let whole: Vec<bool> = parts.iter().map(|(_, v)| v.is_ok()).collect();
        assert_eq!(whole, [true, false, true, false]);
        for none in [&b""[..], b"  \n", b"<html>", b"{\"a\":", b"hello"] {
            assert!(matches!(read(none), Content::Unknown(_)), "{none:?}");
        }
    }
}
