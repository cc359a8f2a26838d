//! The secret keys of this data directory, and the 24 words that bring a person back.
//!
//! Two seeds: the device's, which signs records, and the person's, which adds devices and is all that the words
//! hold. Both are in files that only this user can read. Knows nothing of records.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

use hedgerow_protocol::keys::SecretKey;
use zeroize::Zeroizing;

use crate::files::write_private;
use crate::paths::DataDir;

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The files cannot be read or written. Check the disk and who owns the directory.
    #[error("the keys in {0} cannot be used: {1}")]
    Io(String, io::Error),
    /// A key file is not what was written. Restore the identity from its 24 words.
    #[error("the key file {0} is damaged")]
    Damaged(String),
    /// The words are not 24 words of the list, or one is wrong. Check each word and their order.
    #[error("these are not the 24 words of an identity: {0}")]
    Words(String),
}

/// A 32-byte seed, wiped when dropped.
pub type Seed = Zeroizing<[u8; 32]>;

/// A new seed from the system's randomness.
pub fn new_seed() -> io::Result<Seed> {
    let mut seed = Zeroizing::new([0u8; 32]);
    getrandom::fill(seed.as_mut()).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(seed)
}

/// The keys of a data directory.
pub struct Keys {
    /// Signs records and, derived, makes connections.
    pub device: SecretKey,
    /// Adds and removes my devices. Absent on a computer without a person.
    pub person: Option<SecretKey>,
}

impl Keys {
    /// Reads the keys; makes a device key where there is none yet.
    pub fn open(dir: &DataDir) -> Result<Keys, IdentityError> {
        let device = match read(dir, "device")? {
            Some(seed) => seed,
            None => {
                let seed = new_seed().map_err(|e| io_error(dir, e))?;
                write(dir, "device", &seed)?;
                seed
            }
        };
        let person = read(dir, "person")?;
        Ok(Keys { device: SecretKey::from_seed(&device), person: person.map(|s| SecretKey::from_seed(&s)) })
    }

    /// Keeps a person key, durably, before anything that it signs is published.
    pub fn keep_person(&mut self, dir: &DataDir, seed: &Seed) -> Result<(), IdentityError> {
        write(dir, "person", seed)?;
        self.person = Some(SecretKey::from_seed(seed));
        Ok(())
    }

    /// The root key kept since a community was founded here.
    pub fn root(dir: &DataDir) -> Result<Option<SecretKey>, IdentityError> {
        Ok(read(dir, "root")?.map(|seed| SecretKey::from_seed(&seed)))
    }

    /// Takes the person key off this computer: the file is written over, then removed. What backups and the disk itself
    /// still hold is out of reach.
    pub fn forget_person(&mut self, dir: &DataDir) -> Result<(), IdentityError> {
        let keys = dir.keys();
        let gone = read(dir, "person")?;
        let done = (|| {
            for entry in fs::read_dir(&keys)? {
                let path = entry?.path();
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                // A copy of the same key that was set aside goes too; keys of others stay where they are.
                let is_aside = name.starts_with("person.before-");
                let is_same = |seed: &Seed| fs::read(&path).map(Zeroizing::new).is_ok_and(|b| b.starts_with(&**seed));
                if name == "person" || is_aside && gone.as_ref().is_some_and(is_same) {
                    let mut file = fs::OpenOptions::new().write(true).open(&path)?;
                    io::Write::write_all(&mut file, &[0; 36])?;
                    file.sync_all()?;
                    fs::remove_file(&path)?;
                }
            }
            fs::File::open(&keys)?.sync_all()
        })();
        self.person = None;
        done.map_err(|e| io_error(dir, e))
    }

    /// Keeps the new person key that recovery friends are asked to agree to.
    pub fn keep_asked(&self, dir: &DataDir, seed: &Seed) -> Result<(), IdentityError> {
        write(dir, "asked", seed)
    }
    /// That key's seed.
    pub fn asked(&self, dir: &DataDir) -> Result<Option<Seed>, IdentityError> {
        read(dir, "asked")
    }

    /// Keeps the root key of a community founded here.
    pub fn keep_root(&self, dir: &DataDir, seed: &Seed) -> Result<(), IdentityError> {
        write(dir, "root", seed)
    }
}

/// The 24 words of a person key.
pub fn words(person: &SecretKey) -> Zeroizing<String> {
    let seed = person.seed();
    // 32 bytes always make 24 words.
    Zeroizing::new(bip39::Mnemonic::from_entropy(seed.as_ref()).map(|m| m.to_string()).unwrap_or_default())
}

/// The person seed of 24 words. Capitals and extra spaces do not matter.
pub fn seed_of_words(text: &str) -> Result<Seed, IdentityError> {
    let text = Zeroizing::new(text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
    let count = text.split(' ').filter(|w| !w.is_empty()).count();
    if count != 24 {
        return Err(IdentityError::Words(format!("there are {count} of them")));
    }
    let mnemonic = bip39::Mnemonic::parse_in(bip39::Language::English, text.as_str()).map_err(|e| {
        IdentityError::Words(match e {
            bip39::Error::UnknownWord(n) => format!("word {} is not in the list", n + 1),
            bip39::Error::InvalidChecksum => "a word is wrong, or two have changed places".into(),
            other => other.to_string(),
        })
    })?;
    let entropy = Zeroizing::new(mnemonic.to_entropy());
    let seed: [u8; 32] = entropy.as_slice().try_into().map_err(|_| IdentityError::Words("there are too few".into()))?;
    Ok(Zeroizing::new(seed))
}

/// Words for numbers below 2,048, to be said by voice.
pub fn spoken(numbers: &[u16]) -> String {
    let list = bip39::Language::English.word_list();
    numbers.iter().filter_map(|n| list.get(usize::from(*n)).copied()).collect::<Vec<_>>().join(" ")
}

fn io_error(dir: &DataDir, e: io::Error) -> IdentityError {
    IdentityError::Io(dir.keys().display().to_string(), e)
}

fn read(dir: &DataDir, name: &str) -> Result<Option<Seed>, IdentityError> {
    let path = dir.keys().join(name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(io_error(dir, e)),
    };
    let damaged = || IdentityError::Damaged(path.display().to_string());
    // Seed and the first four bytes of its hash, so that a flipped bit never becomes another identity.
    let (seed, check) = bytes.split_at_checked(32).ok_or_else(damaged)?;
    if check != &blake3::hash(seed).as_bytes()[..4] {
        return Err(damaged());
    }
    let mut out = Zeroizing::new([0u8; 32]);
    out.copy_from_slice(seed);
    Ok(Some(out))
}

fn write(dir: &DataDir, name: &str, seed: &Seed) -> Result<(), IdentityError> {
    let keys = dir.keys();
    let done = (|| {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys)?;
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o700))?;
        let mut bytes = Zeroizing::new(seed.to_vec());
        bytes.extend_from_slice(&blake3::hash(seed.as_ref()).as_bytes()[..4]);
        // A key that is replaced is set aside, never written over: somebody may have been let in under it.
        let path = keys.join(name);
        let old = match fs::read(&path) {
            Ok(old) => Zeroizing::new(old),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Zeroizing::new(bytes.to_vec()),
            // What cannot be read is not written over.
            Err(e) => return Err(e),
        };
        if *old != *bytes {
            let aside = keys.join(format!("{name}.before-{}", &blake3::hash(&old).to_hex()[..8]));
            match fs::hard_link(&path, aside) {
                Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(e),
                _ => {}
            }
        }
        write_private(&path, &bytes)
    })();
    done.map_err(|e| io_error(dir, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir() -> (tempfile::TempDir, DataDir) {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::choose(Some(temp.path().to_owned()));
        (temp, dir)
    }

    #[test]
    fn keys_stay_and_are_private() {
        let (_temp, dir) = dir();
        let first = Keys::open(&dir).unwrap();
        assert!(first.person.is_none());
        assert_eq!(Keys::open(&dir).unwrap().device.public(), first.device.public());
        let mode = |p: &std::path::Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.keys()), 0o700);
        assert_eq!(mode(&dir.keys().join("device")), 0o600);
    }

    #[test]
    fn a_forgotten_person_leaves_nothing_behind() {
        let (_temp, dir) = dir();
        let mut keys = Keys::open(&dir).unwrap();
        keys.keep_person(&dir, &Zeroizing::new([7; 32])).unwrap();
        keys.keep_person(&dir, &Zeroizing::new([8; 32])).unwrap();
        keys.keep_person(&dir, &Zeroizing::new([7; 32])).unwrap();
        keys.forget_person(&dir).unwrap();
        assert!(keys.person.is_none() && Keys::open(&dir).unwrap().person.is_none());
        let left: Vec<Vec<u8>> =
            fs::read_dir(dir.keys()).unwrap().map(|e| fs::read(e.unwrap().path()).unwrap()).collect();
        assert!(left.iter().all(|b| !b.starts_with(&[7; 32])), "the copy set aside goes too");
        assert!(left.iter().any(|b| b.starts_with(&[8; 32])), "another key stays");
        keys.forget_person(&dir).unwrap();
    }

    #[test]
    fn a_key_that_cannot_be_read_is_not_written_over() {
        let (_temp, dir) = dir();
        let mut keys = Keys::open(&dir).unwrap();
        let path = dir.keys().join("person");
        // Round and round: nobody can read that, and a file can be put in its place.
        std::os::unix::fs::symlink("person", &path).unwrap();
        assert!(keys.keep_person(&dir, &Zeroizing::new([7; 32])).is_err());
        assert!(path.is_symlink());
    }

    #[test]
    fn spoken_words_are_of_the_list() {
        assert_eq!(spoken(&[0, 2047, 2048]), "abandon zoo");
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let (_temp, dir) = dir();
        drop(Keys::open(&dir).unwrap());
        let path = dir.keys().join("device");
        let mut bytes = fs::read(&path).unwrap();
        bytes[3] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(Keys::open(&dir), Err(IdentityError::Damaged(_))));
        fs::write(&path, b"short").unwrap();
        assert!(matches!(Keys::open(&dir), Err(IdentityError::Damaged(_))));
    }

    #[test]
    fn words_bring_the_same_key_back() {
        let key = SecretKey::from_seed(&[7; 32]);
        let words = words(&key);
        assert_eq!(words.split(' ').count(), 24);
        let again = seed_of_words(&format!("  {}  ", words.to_uppercase().replace(' ', "\n "))).unwrap();
        assert_eq!(SecretKey::from_seed(&again).public(), key.public());
        let mut swapped: Vec<&str> = words.split(' ').collect();
        swapped.swap(0, 23);
        if swapped.join(" ") != *words {
            assert!(seed_of_words(&swapped.join(" ")).is_err());
        }
        assert!(seed_of_words("one two").unwrap_err().to_string().contains("there are 2"));
        let unknown = words.replacen(words.split(' ').nth(1).unwrap(), "hedgerowx", 1);
        assert!(seed_of_words(&unknown).unwrap_err().to_string().contains("not in the list"));
    }
}
