//! Files under a passphrase, in a form that every age tool opens: the recovery kit, and the envelope of backups.
//!
//! The one file that names the age crate (age-encryption.org/v1, scrypt). The kit is armored; what is inside is plain text for
//! people, with lines that this program reads back. Not for: deciding whose words they are, nor what is in a backup.

use std::io::{self, Read, Write};

use age::secrecy::SecretString;
use zeroize::Zeroizing;

/// Shortest passphrase, in characters. Shorter: refused.
pub const PASSPHRASE_CHARS_MIN: usize = 12;
/// Fewest different characters in a passphrase. Fewer: refused.
const DIFFERENT_CHARS_MIN: usize = 5;
/// Work to open a file we write: 2^17 scrypt rounds take 128 MiB and about half a second, on small computers too.
const WORK: u8 = 17;
/// Most work spent on a file from elsewhere: 1 GiB.
const WORK_MAX: u8 = 20;
/// Longest file, in bytes, and longest text in it.
const FILE_BYTES_MAX: usize = 64 * 1024;

/// Why a kit file cannot be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KitError {
    /// Remedy: a longer one; a few words that belong together only for you are best.
    #[error(
        "the passphrase is too easy to guess: it has to have at least {PASSPHRASE_CHARS_MIN} letters, not all the same"
    )]
    Weak,
    /// The passphrase is another one. Remedy: type it again; look for capitals.
    #[error("the passphrase does not open this file")]
    Passphrase,
    /// Not an age file under a passphrase, cut short, or changed. Remedy: another copy, or the words on paper.
    #[error("this is not a whole file of ours")]
    Damaged,
    /// It asks for more memory than is sensible.
    #[error("this file asks for more work than any of ours does")]
    TooMuchWork,
    /// There is no randomness on this computer.
    #[error("the file could not be made")]
    Io,
}

/// Something on its way into a file under a passphrase. It is whole once it was finished.
pub struct Sealing<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Sealing<W> {
    /// Writes the end, without which nobody takes the file for a whole one.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Refuses a passphrase that is too easy to guess.
pub fn must_be_strong(passphrase: &str) -> Result<(), KitError> {
    let different: std::collections::BTreeSet<char> = passphrase.chars().collect();
    let is_long = passphrase.chars().count() >= PASSPHRASE_CHARS_MIN;
    if is_long && different.len() >= DIFFERENT_CHARS_MIN { Ok(()) } else { Err(KitError::Weak) }
}

/// Begins a file under a passphrase. Blocking, for about a second.
pub fn seal_into<W: Write>(out: W, passphrase: &str) -> Result<Sealing<W>, KitError> {
    must_be_strong(passphrase)?;
    let mut to = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    to.set_work_factor(WORK);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&to as &dyn age::Recipient));
    let sealing = encryptor.map_err(|_| KitError::Io)?.wrap_output(out).map_err(|_| KitError::Io)?;
    Ok(Sealing(sealing))
}

/// Opens a file under a passphrase, to be read. A file that was cut or changed ends in an error. Blocking, for about a second.
pub fn open_from<R: Read>(file: R, passphrase: &str) -> Result<impl Read + use<R>, KitError> {
    let decryptor = age::Decryptor::new(file).map_err(|_| KitError::Damaged)?;
    if !decryptor.is_scrypt() {
        return Err(KitError::Damaged);
    }
    let mut with = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    with.set_max_work_factor(WORK_MAX);
    decryptor.decrypt(std::iter::once(&with as &dyn age::Identity)).map_err(|e| match e {
        age::DecryptError::ExcessiveWork { .. } => KitError::TooMuchWork,
        age::DecryptError::DecryptionFailed
        | age::DecryptError::KeyDecryptionFailed
        | age::DecryptError::NoMatchingKeys => KitError::Passphrase,
        _ => KitError::Damaged,
    })
}

/// What is in a kit file. Holds words: no `Debug`.
pub struct Kit {
    /// Id of the community.
    pub community: String,
    /// Its name; for people.
    pub community_name: String,
    /// Id of the person.
    pub person: String,
    /// Their name; for people.
    pub person_name: String,
    /// The 24 words.
    pub words: Zeroizing<String>,
    /// Where the community was to be found, `KEY@ADDRESS:PORT`.
    pub find_at: Vec<String>,
}

impl Kit {
    fn text(&self) -> Zeroizing<String> {
        let line = |s: &str| hedgerow_api::clean::line(s);
        let mut out = Zeroizing::new(String::with_capacity(2048));
        out.push_str("Hedgerow recovery words. Whoever can read this is this person: keep it to yourself.\n");
        out.push_str("To come back on a computer:  hedgerow identity restore --file FILE\n\n");
        out.push_str(&format!("community: {}\n", line(&self.community_name)));
        out.push_str(&format!("community-id: {}\n", self.community));
        out.push_str(&format!("person: {}\n", line(&self.person_name)));
        out.push_str(&format!("person-id: {}\n\nwords: ", self.person));
        out.push_str(&self.words);
        out.push_str("\n\nWhere computers of the community were when this was written:\n");
        for at in &self.find_at {
            out.push_str(&format!("find-at: {at}\n"));
        }
        out
    }

    fn read(text: &str) -> Option<Kit> {
        let all = |name: &'static str| text.lines().filter_map(move |l| l.strip_prefix(name)?.strip_prefix(": "));
        let one = |name| all(name).next().map(|v| v.trim().to_owned());
        Some(Kit {
            community: one("community-id")?,
            community_name: one("community")?,
            person: one("person-id")?,
            person_name: one("person")?,
            words: Zeroizing::new(all("words").next()?.trim().to_owned()),
            find_at: all("find-at").take(32).map(|v| v.trim().to_owned()).collect(),
        })
    }

    /// The file, as text. Blocking, for about a second.
    pub fn seal(&self, passphrase: &str) -> Result<String, KitError> {
        let armor = age::armor::ArmoredWriter::wrap_output(Vec::new(), age::armor::Format::AsciiArmor);
        let mut out = seal_into(armor.map_err(|_| KitError::Io)?, passphrase)?;
        let written = out.write_all(self.text().as_bytes());
        let sealed = written.and_then(|()| out.finish()).and_then(|armor| armor.finish());
        sealed.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(KitError::Io)
    }

    /// Opens a file, armored or not. Blocking.
    pub fn open(file: &[u8], passphrase: &str) -> Result<Kit, KitError> {
        if file.len() > FILE_BYTES_MAX {
            return Err(KitError::Damaged);
        }
        let reader = open_from(age::armor::ArmoredReader::new(file), passphrase)?;
        let mut text = Zeroizing::new(String::with_capacity(FILE_BYTES_MAX));
        reader.take(FILE_BYTES_MAX as u64).read_to_string(&mut text).map_err(|_| KitError::Damaged)?;
        Kit::read(&text).ok_or(KitError::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit() -> Kit {
        Kit {
            community: "ab".repeat(32),
            community_name: "Riverside\nwords: not these".into(),
            person: "cd".repeat(32),
            person_name: "Ann".into(),
            words: Zeroizing::new("one two three".into()),
            find_at: vec!["key@192.168.1.20:47480".into()],
        }
    }

    #[test]
    fn what_is_sealed_opens_with_its_passphrase_alone() {
        let file = kit().seal("correct horse battery").unwrap();
        assert!(file.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
        assert!(!file.contains("one two"));
        let read = Kit::open(file.as_bytes(), "correct horse battery").ok().unwrap();
        assert_eq!(*read.words, "one two three", "a name cannot smuggle words in");
        assert_eq!((read.community, read.person), ("ab".repeat(32), "cd".repeat(32)));
        assert_eq!(read.find_at, kit().find_at);
        assert_eq!(Kit::open(file.as_bytes(), "correct horse batterx").err(), Some(KitError::Passphrase));
        assert_eq!(
            Kit::open(&file.as_bytes()[..file.len() / 2], "correct horse battery").err(),
            Some(KitError::Damaged)
        );
        let at = file.len() - 60;
        let mut bytes = file.into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert!(Kit::open(&bytes, "correct horse battery").is_err(), "a changed letter is noticed");
        assert_eq!(Kit::open(b"hello", "x").err(), Some(KitError::Damaged));
    }

    #[test]
    fn weak_passphrases_are_refused() {
        for weak in ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab"] {
            assert_eq!(kit().seal(weak).err(), Some(KitError::Weak), "{weak}");
        }
    }
}
