//! What was begun and is not published yet, kept in the data folder for this user alone, so that closing the window loses
//! nothing.
//!
//! Only forms of things that are published are kept: services, notices, events. Not for: what is sealed (no readable copy
//! of it goes to the disk), words and passphrases.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value, json};
use strum::VariantArray as _;

use crate::link::Fault;
use crate::pages::write::{Field, Form, Repeat, SEVERITIES, What};
use crate::saved;

/// Name of the file.
const NAME: &str = "drafts.json";
/// Most drafts read from it.
const DRAFTS_MAX: usize = 100;
/// What is typed is written to the disk this often at most, seconds.
const EVERY_S: f64 = 1.0;

/// The file of drafts.
#[derive(Default)]
pub(crate) struct Drafts {
    /// Where it is; nothing where nothing is kept.
    path: Option<PathBuf>,
    /// What is in it, as far as known.
    saved: String,
    /// When it was written, in seconds of the window.
    saved_at: f64,
}

impl Drafts {
    /// The drafts of this data folder.
    pub fn of(folder: &Path) -> Drafts {
        Drafts { path: Some(folder.join(NAME)), ..Drafts::default() }
    }

    /// What was begun in this community; what was begun in another one is left out. A damaged file is set aside; while it
    /// cannot be read nothing is kept, so that nothing is written over.
    pub fn read(&mut self, community: &str) -> Result<BTreeMap<String, Form>, Fault> {
        let Some(path) = self.path.take() else { return Ok(BTreeMap::new()) };
        let parse = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).ok()?;
            let value = serde_json::from_str::<Value>(&text).ok().filter(Value::is_object)?;
            Some((text, value))
        };
        let (saved, file) = saved::read(&path, parse).map_err(|e| saved::unreadable(&path, &e))?;
        (self.saved, self.path) = (saved, Some(path));
        let forms = file["forms"].as_object().filter(|_| file["community"] == community);
        let forms = forms.into_iter().flatten().take(DRAFTS_MAX);
        Ok(forms.filter_map(|(about, form)| Some((about.clone(), from_json(form)?))).collect())
    }

    /// Writes what was begun, unless it is there already or was written a moment ago: then says when to come again.
    pub fn keep(&mut self, now_s: f64, community: &str, forms: &BTreeMap<String, Form>) -> Option<Duration> {
        let text = to_text(community, forms);
        if self.path.is_none() || text == self.saved {
            return None;
        }
        let rest = self.saved_at + EVERY_S - now_s;
        if rest > 0.0 && self.saved_at > 0.0 {
            return Some(Duration::from_secs_f64(rest.min(EVERY_S)));
        }
        self.saved_at = now_s;
        self.write(text);
        None
    }

    /// Writes what was begun now.
    pub fn keep_now(&mut self, community: &str, forms: &BTreeMap<String, Form>) {
        let text = to_text(community, forms);
        if text != self.saved {
            self.write(text);
        }
    }

    fn write(&mut self, text: String) {
        let Some(path) = &self.path else { return };
        let done = if text.is_empty() { remove(path) } else { write_private(path, text.as_bytes()) };
        // A disk that takes nothing costs the draft when the window closes, and nothing before.
        if done.is_ok() {
            self.saved = text;
        }
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Writes a file for this user alone, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    // One that was left behind may be open to others.
    remove(&new)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(new, path)
}

/// The file; empty when nothing was begun.
fn to_text(community: &str, forms: &BTreeMap<String, Form>) -> String {
    let begun: Map<String, Value> = forms
        .iter()
        .filter(|(_, form)| form.is_touched())
        .map(|(about, form)| (about.clone(), to_json(form)))
        .collect();
    if begun.is_empty() {
        return String::new();
    }
    format!("{:#}\n", json!({ "community": community, "forms": begun }))
}

fn to_json(form: &Form) -> Value {
    let texts: Map<String, Value> =
        form.texts.iter().map(|(field, text)| (<&str>::from(*field).to_owned(), json!(text))).collect();
    let kept = form.fresh.as_ref().is_some_and(|fresh| fresh.members_only);
    json!({
        "what": form.what.name(),
        "base": form.base,
        "doc": form.doc,
        "members_only_before": kept,
        "texts": texts,
        "severity": SEVERITIES.get(form.severity).map(|s| s.0),
        "repeat": form.repeat.code(),
        "group": form.group,
        "members_only": form.members_only,
        "nonce": form.nonce,
    })
}

fn from_json(value: &Value) -> Option<Form> {
    let text = |key: &str| value[key].as_str();
    let base = match value["base"].as_array().map(Vec::as_slice) {
        Some([slot, version]) => Some((slot.as_str()?.to_owned(), version.as_str()?.to_owned())),
        _ => None,
    };
    let before = value["members_only_before"].as_bool()?;
    let mut form = Form::begun(What::of(text("what")?)?, base, value["doc"].clone(), before);
    let texts = value["texts"].as_object()?;
    form.texts = Field::VARIANTS
        .iter()
        .filter_map(|field| Some((*field, texts.get(<&str>::from(*field))?.as_str()?.to_owned())))
        .collect();
    form.severity = SEVERITIES.iter().position(|s| Some(s.0) == text("severity")).unwrap_or_default();
    form.repeat = Repeat::of(text("repeat").unwrap_or_default());
    form.group = text("group").map(str::to_owned);
    form.members_only = value["members_only"].as_bool()?;
    // The same request again is known again, also by the next window.
    form.nonce = value["nonce"].as_u64()?;
    form.fresh.iter_mut().for_each(|fresh| fresh.nonce = form.nonce);
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn folder(name: &str) -> Folder {
        let dir = std::env::temp_dir().join(format!("hedgerow-drafts-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Folder(dir)
    }

    fn begun() -> BTreeMap<String, Form> {
        let mut event = Form::new(What::Event);
        event.texts.insert(Field::Name, "Swper".into());
        event.texts.insert(Field::Text, "Line one\n\n  and “three”".into());
        event.repeat = Repeat::Kept("FREQ=YEARLY".into());
        event.group = Some("f00d".into());
        event.members_only = true;
        let doc = json!({"title": "Old", "text": "T", "severity": "urgent", "more": 7});
        let mut change = Form::begun(What::Notice, Some(("slot".into(), "v1".into())), doc, false);
        change.texts.insert(Field::Text, String::new());
        BTreeMap::from([("event".into(), event), ("slot".into(), change), ("notice".into(), Form::new(What::Notice))])
    }

    #[test]
    fn what_was_begun_comes_back_as_it_was_and_for_this_user_alone() {
        let dir = folder("back");
        let forms = begun();
        let mut drafts = Drafts::of(&dir.0);
        assert!(drafts.read("c").unwrap().is_empty());
        assert_eq!(drafts.keep(5.0, "c", &forms), None);
        let path = dir.0.join(NAME);
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        let mut back = Drafts::of(&dir.0).read("c").unwrap();
        assert_eq!(back.len(), 2, "what nobody touched is no draft");
        let change = back.remove("slot").unwrap();
        assert!(change.is_touched());
        assert_eq!((change.severity, &change.doc), (2, &forms["slot"].doc));
        assert_eq!(change, forms["slot"]);
        assert_eq!(back.remove("event").unwrap(), forms["event"]);
        assert!(Drafts::of(&dir.0).read("another").unwrap().is_empty(), "what was begun elsewhere stays there");
        // What is typed soon after is written a little later; and nothing is left of what was published.
        let mut more = forms.clone();
        more.remove("slot");
        assert!(drafts.keep(5.2, "c", &more).is_some());
        assert_eq!(Drafts::of(&dir.0).read("c").unwrap().len(), 2);
        assert_eq!(drafts.keep(6.3, "c", &more), None);
        assert_eq!(Drafts::of(&dir.0).read("c").unwrap().len(), 1);
        drafts.keep_now("c", &BTreeMap::new());
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_damaged_is_no_draft() {
        let dir = folder("damaged");
        let path = dir.0.join(NAME);
        let whole = to_text("c", &begun());
        for text in [
            "",
            "{",
            "[]",
            r#"{"community":"c","forms":[1]}"#,
            r#"{"community":"c","forms":{"notice":{"what":"cheese"},"event":7}}"#,
            &whole[..whole.len() / 2],
        ] {
            std::fs::write(&path, text).unwrap();
            assert!(Drafts::of(&dir.0).read("c").unwrap().is_empty(), "{text}");
        }
        std::fs::write(&path, [0xff, 0xfe, 0x00]).unwrap();
        assert!(Drafts::of(&dir.0).read("c").unwrap().is_empty());
        assert_eq!(std::fs::read(dir.0.join("drafts.json.damaged-5")).unwrap(), [0xff, 0xfe, 0x00], "it is set aside");
        // What cannot be read stays as it is.
        std::fs::create_dir(&path).unwrap();
        let mut drafts = Drafts::of(&dir.0);
        assert!(matches!(drafts.read("c"), Err(Fault::File(name, _)) if name == NAME));
        drafts.keep_now("c", &begun());
        assert!(path.is_dir());
    }
}
