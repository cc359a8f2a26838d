//! Bytes into text, and text into JSON, lines of JSON or a table: told by content, never by a file's name.

use serde_json::Value;

/// What a file turned out to be.
pub(super) enum Content {
    Json(Value),
    /// One value a line: line number from 1, and the value or why it is none.
    Lines(Vec<(usize, Result<Value, String>)>),
    Table(Table),
    /// Neither, and why.
    Unknown(String),
}

/// A table with a header row. Cells are trimmed.
pub(super) struct Table {
    pub header: Vec<String>,
    /// Row number in the file from 1 (the header's), and its cells or why it is unreadable.
    pub rows: Vec<(u64, Result<Vec<String>, String>)>,
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
    match table(&text) {
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
    let parsed: Vec<(usize, Result<Value, String>)> = lines
        .iter()
        .map(|(n, line)| (*n, serde_json::from_str(line).map_err(|e| format!("this line is not whole JSON: {e}"))))
        .collect();
    // Lines of JSON where most lines are whole objects; otherwise one broken file.
    let good = parsed.iter().filter(|(_, v)| v.as_ref().is_ok_and(Value::is_object)).count();
    if lines.len() > 1 && good * 2 > lines.len() {
        return Content::Lines(parsed);
    }
    Content::Unknown(format!("the JSON is damaged or cut short: {whole}"))
}

fn table(text: &str) -> Option<Table> {
    let first = text.lines().find(|l| !l.trim().is_empty())?;
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|d| first.bytes().filter(|b| b == d).count())?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header: Vec<String> = records.next()?.ok()?.iter().map(str::to_owned).collect();
    if header.len() < 2 {
        return None;
    }
    let rows = records
        .enumerate()
        .map(|(n, row)| match row {
            Ok(row) => (n as u64 + 2, Ok(row.iter().map(str::to_owned).collect())),
            Err(e) => (n as u64 + 2, Err(format!("this row cannot be read: {e}"))),
        })
        .collect();
    Some(Table { header, rows })
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
            matches!(read(b"{\"a\":1}\r\n{\"a\":\n{\"a\":2}\n{\"a\":3}"), Content::Lines(l) if l.len() == 4 && l[1].1.is_err())
        );
        assert!(matches!(read(b"a;b\r\n1;2\r\n"), Content::Table(t) if t.header == ["a", "b"] && t.rows.len() == 1));
        for none in [&b""[..], b"  \n", b"<html>", b"{\"a\":", b"hello"] {
            assert!(matches!(read(none), Content::Unknown(_)), "{none:?}");
        }
    }
}
