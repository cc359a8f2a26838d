//! Files that a record names: what they are and how they are known, never their bytes.
//!
//! Records carry at most sixteen of these, in an order their writer chose: a file is asked for by record and place. The
//! bytes are fetched apart from records, with a limit of their own. A file without a type and a name is encrypted, and
//! what it is stands inside the seal. Not for: where the bytes are, who may ask for them, and what is done with them.

use std::collections::BTreeMap;

use crate::fields::{FieldError, Reader, Writer};
use crate::limits::{FILE_BYTES_MAX, FILE_MEDIA_BYTES_MAX, FILE_NAME_BYTES_MAX};

/// One file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileRef {
    /// BLAKE3 of the bytes as they are kept and sent: of an encrypted file, of what is encrypted.
    pub hash: [u8; 32],
    /// How many bytes these are. At most [`FILE_BYTES_MAX`].
    pub size: u64,
    /// What it is; nothing of an encrypted file.
    pub label: Option<Label>,
    /// SHA-256 of the same bytes, for catalogues that ask for it.
    pub sha256: Option<[u8; 32]>,
    /// Fields of a later version, kept as they came.
    pub later: BTreeMap<u64, Vec<u8>>,
}

/// What people are told about a file before they open it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Its media type, in small letters and without parameters: `image/png`.
    pub media: String,
    /// What it is called, without folders.
    pub name: String,
}

impl FileRef {
    /// Whether its bytes are encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.label.is_none()
    }

    /// Its one encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(1, &self.hash).uint(2, self.size);
        if let Some(label) = &self.label {
            w.text(3, &label.media).text(4, &label.name);
        }
        if let Some(hash) = &self.sha256 {
            w.bytes(5, hash);
        }
        self.later.iter().for_each(|(key, item)| {
            w.item(*key, item);
        });
        w.finish()
    }

    /// Reads one and checks its form. Whether it is within bounds: [`FileRef::is_in_order`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FieldError> {
        let mut r = Reader::new(bytes)?;
        let (hash, size) = (r.array(1)?, r.uint(2)?);
        let label = match r.has(3) || r.has(4) {
            true => Some(Label { media: r.text(3)?.to_owned(), name: r.text(4)?.to_owned() }),
            false => None,
        };
        let sha256 = if r.has(5) { Some(r.array(5)?) } else { None };
        Ok(FileRef { hash, size, label, sha256, later: r.rest()? })
    }

    /// Whether size, type and name are within what a record may say.
    pub fn is_in_order(&self) -> bool {
        self.size <= FILE_BYTES_MAX
            && self.label.as_ref().is_none_or(|l| is_media(&l.media) && is_name(&l.name))
            && self.later.keys().all(|key| *key >= crate::fields::SKIPPABLE_FROM)
    }
}

/// A type and a subtype of RFC 6838, in small letters.
fn is_media(text: &str) -> bool {
    let token = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
    };
    text.len() <= FILE_MEDIA_BYTES_MAX && text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

/// A name that stays in the folder it is saved in, and reads in the order it is written in.
fn is_name(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (1..=FILE_NAME_BYTES_MAX).contains(&text.len())
        && !matches!(text, "." | "..")
        && !text.contains(|c: char| matches!(c, '/' | '\\') || c.is_control() || turns(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> FileRef {
        let label = Label { media: "text/csv".into(), name: "bins.csv".into() };
        FileRef { hash: [1; 32], size: 7, label: Some(label), sha256: None, later: BTreeMap::new() }
    }

    #[test]
    fn what_is_written_is_read() {
        let encrypted = FileRef { label: None, ..file() };
        let all = FileRef { sha256: Some([2; 32]), later: BTreeMap::from([(64, vec![0x81, 0xf6])]), ..file() };
        for file in [file(), encrypted, all] {
            assert_eq!(FileRef::decode(&file.encode()).as_ref(), Ok(&file));
            assert!(file.is_in_order());
        }
        assert!(FileRef { label: None, ..file() }.is_encrypted() && !file().is_encrypted());
    }

    #[test]
    fn other_forms_are_refused() {
        let with = |edit: &dyn Fn(&mut Writer)| {
            let mut w = Writer::new();
            w.bytes(1, &[1; 32]).uint(2, 7).text(3, "text/csv").text(4, "bins.csv");
            edit(&mut w);
            FileRef::decode(&w.finish())
        };
        assert_eq!(with(&|_| {}), Ok(file()));
        assert_eq!(
            with(&|w| {
                w.bytes(1, &[1; 31]);
            }),
            Err(FieldError::Value(1))
        );
        assert_eq!(
            with(&|w| {
                w.bytes(5, &[1; 31]);
            }),
            Err(FieldError::Value(5))
        );
        assert_eq!(
            with(&|w| {
                w.uint(6, 1);
            }),
            Err(FieldError::Unknown(6))
        );
        // A type without a name, and a name without a type.
        let half = |key, text| FileRef::decode(&Writer::new().bytes(1, &[1; 32]).uint(2, 7).text(key, text).finish());
        assert_eq!(half(3, "text/csv"), Err(FieldError::Missing(4)));
        assert_eq!(half(4, "bins.csv"), Err(FieldError::Missing(3)));
    }

    #[test]
    fn names_and_types_hold_to_their_bounds() {
        let named = |name: &str| {
            let label = Label { name: name.into(), media: "text/csv".into() };
            FileRef { label: Some(label), ..file() }.is_in_order()
        };
        for good in ["a", "…", "Bws y dref.pdf", ".hidden", "...", &"n".repeat(FILE_NAME_BYTES_MAX)] {
            assert!(named(good), "{good}");
        }
        for bad in
            ["", ".", "..", "a/b", "a\\b", "a\0", "a\nb", "gpj\u{202e}exe.", &"n".repeat(FILE_NAME_BYTES_MAX + 1)]
        {
            assert!(!named(bad), "{bad:?}");
        }
        let typed = |media: &str| {
            let label = Label { name: "a".into(), media: media.into() };
            FileRef { label: Some(label), ..file() }.is_in_order()
        };
        let longest = format!("text/{}", "x".repeat(FILE_MEDIA_BYTES_MAX - 5));
        for good in ["text/csv", "image/svg+xml", "application/vnd.oasis.opendocument.text", &longest] {
            assert!(typed(good), "{good}");
        }
        for bad in ["", "text", "/csv", "text/", "Text/csv", "text/csv; x=1", "a/b/c", "text/é", &format!("{longest}x")]
        {
            assert!(!typed(bad), "{bad}");
        }
        assert!(FileRef { size: FILE_BYTES_MAX, ..file() }.is_in_order());
        assert!(!FileRef { size: FILE_BYTES_MAX + 1, ..file() }.is_in_order());
        assert!(!FileRef { later: BTreeMap::from([(63, vec![1])]), ..file() }.is_in_order());
    }
}
