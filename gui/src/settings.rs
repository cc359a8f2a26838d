//! What the person set for this window: language, text size, colours, what the desktop says, and what happens when it closes. Kept in a small file beside other programs' settings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::saved;
use crate::theme::Colours;
use crate::words::Language;

/// How large everything is drawn, in percent.
pub const TEXT_SIZES: [u16; 4] = [100, 125, 150, 200];

/// The settings of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The language; nothing until the person chose.
    pub language: Option<Language>,
    /// One of [`TEXT_SIZES`].
    pub text_percent: u16,
    /// The colours.
    pub colours: Colours,
    /// Whether the desktop says what came in.
    pub tells: bool,
    /// Whether Hedgerow goes on when the window closes; nothing until the person was asked.
    pub goes_on: Option<bool>,
    /// Who has their recovery words safe, so that nobody is reminded any more: ids of persons, one for each community here.
    pub words_kept: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: None,
            text_percent: 100,
            colours: Colours::System,
            tells: true,
            goes_on: None,
            words_kept: BTreeSet::new(),
        }
    }
}

impl Settings {
    /// Reads settings. What is missing is as if it had never been set; a damaged file is set aside.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn load(path: &Path) -> std::io::Result<Settings> {
        let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok().filter(Value::is_object);
        let value = saved::read(path, parse)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let percent = value["text_percent"].as_u64().unwrap_or(100);
        Ok(Settings {
            language: value["language"].as_str().and_then(Language::from_code),
            text_percent: TEXT_SIZES.into_iter().find(|s| u64::from(*s) == percent).unwrap_or(100),
            colours: Colours::ALL.into_iter().find(|c| value["colours"] == c.code()).unwrap_or_default(),
            tells: value["tells"].as_bool().unwrap_or(true),
            goes_on: value["goes_on"].as_bool(),
            words_kept: value["words_kept"]
                .as_array()
                .map(|all| all.iter().filter_map(text).collect())
                .unwrap_or_default(),
        })
    }

    /// Writes settings, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be made or written, or what is there cannot be read: that is not written over. The window then
    /// goes on with what it has.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        saved::read(path, |_| Some(()))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let value = json!({
            "language": self.language.map(Language::code),
            "text_percent": self.text_percent,
            "colours": self.colours.code(),
            "tells": self.tells,
            "goes_on": self.goes_on,
            "words_kept": self.words_kept,
        });
        let draft = path.with_extension("new");
        std::fs::write(&draft, format!("{value:#}\n"))?;
        std::fs::rename(draft, path)
    }

    /// Where settings are kept: `$XDG_CONFIG_HOME/hedgerow/desktop.json`.
    pub fn path() -> Option<PathBuf> {
        let base = match std::env::var_os("XDG_CONFIG_HOME") {
            Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
            _ => std::env::home_dir()?.join(".config"),
        };
        Some(base.join("hedgerow").join("desktop.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn come_back_as_they_were_saved_and_survive_nonsense() {
        let dir = std::env::temp_dir().join(format!("hedgerow-settings-{}", std::process::id()));
        let path = dir.join("deep").join("desktop.json");
        assert_eq!(Settings::load(&path).unwrap(), Settings::default());
        let mine = Settings {
            language: Some(Language::Welsh),
            text_percent: 150,
            colours: Colours::High,
            tells: false,
            goes_on: Some(true),
            words_kept: BTreeSet::from(["aa".repeat(32)]),
        };
        mine.save(&path).unwrap();
        assert_eq!(Settings::load(&path).unwrap(), mine);
        std::fs::write(&path, "{\"text_percent\": 9000, \"language\": 4}").unwrap();
        assert_eq!(Settings::load(&path).unwrap(), Settings::default());
        std::fs::write(&path, [0xff, 0x00]).unwrap();
        assert_eq!(Settings::load(&path).unwrap(), Settings::default());
        assert!(path.with_file_name("desktop.json.damaged").exists(), "it is set aside");
        std::fs::create_dir(&path).unwrap();
        assert!(Settings::load(&path).is_err());
        assert!(mine.save(&path).is_err() && path.is_dir(), "what cannot be read stays as it is");
        std::fs::remove_dir_all(dir).unwrap();
    }
}
