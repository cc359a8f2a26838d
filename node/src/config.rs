//! The settings in `config.toml`: few, checked, and explained.
//!
//! A setting that nobody knows is refused with the nearest name, so that a slip of the finger is not silently nothing.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use toml_edit::{DocumentMut, Item, TableLike, Value};

use crate::files::{read_text, write_private};
use crate::mesh::PORT_DEFAULT;
use crate::paths::DataDir;

/// Space for the journal unless the config says otherwise: 2 GiB.
pub const QUOTA_DEFAULT_BYTES: u64 = 2 << 30;
/// Smallest space that is allowed: 16 MiB.
pub const QUOTA_MIN_BYTES: u64 = 16 << 20;

/// Where the page on the building's Wi-Fi listens unless the config says otherwise: every address of this computer.
pub const PAGE_LISTEN_DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8480);

/// What a node is told by its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// My name, offered where one is asked for.
    pub name: Option<String>,
    /// UDP port; 0 takes any free one.
    pub port: u16,
    /// Most bytes of the journal.
    pub quota_bytes: u64,
    /// Whether to look for others on the same network.
    pub multicast: bool,
    /// Time zone for a new community; this computer's when absent.
    pub time_zone: Option<String>,
    /// Computers to connect to that are not found by themselves.
    pub neighbours: Vec<String>,
    /// Whether the page on the building's Wi-Fi is offered.
    pub page_enabled: bool,
    /// Where it listens.
    pub page_listen: SocketAddr,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            name: None,
            port: PORT_DEFAULT,
            quota_bytes: QUOTA_DEFAULT_BYTES,
            multicast: true,
            time_zone: None,
            neighbours: Vec::new(),
            page_enabled: false,
            page_listen: PAGE_LISTEN_DEFAULT,
        }
    }
}

/// Why the settings cannot be used. The file stays as it is.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file cannot be read. Check who may read it.
    #[error("the settings in {0} cannot be read: {1}")]
    Unreadable(String, String),
    /// It is not TOML. Correct the line named.
    #[error("the settings are not written as TOML: {0}")]
    Syntax(String),
    /// There is no such setting. Use the one suggested, or take the line out.
    #[error("there is no setting called \"{name}\"{}", suggest(.near))]
    Unknown {
        /// As written.
        name: String,
        /// The nearest that exists.
        near: Option<&'static str>,
    },
    /// The value does not fit. Use what the message says.
    #[error("the setting \"{name}\" cannot be {value}: {needs}")]
    Value {
        /// The setting.
        name: &'static str,
        /// As written.
        value: String,
        /// What it has to be.
        needs: &'static str,
    },
}

fn suggest(near: &Option<&'static str>) -> String {
    near.map_or_else(|| format!("; there are {}", names().join(", ")), |n| format!("; did you mean \"{n}\"?"))
}

/// A setting: its name, what it does, and what a value has to be.
pub struct Known {
    /// Name in the file.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
    needs: &'static str,
}

/// Every setting there is.
pub const KNOWN: [Known; 8] = [
    Known { name: "multicast", help: "Look for others on the same network.", needs: "it has to be true or false" },
    Known {
        name: "name",
        help: "Your name, offered where one is asked for.",
        needs: "it has to be text of 1 to 100 characters",
    },
    Known {
        name: "neighbours",
        help: "Computers to connect to that are not found by themselves.",
        needs: "it has to be a list of up to 64 texts like \"KEY@ADDRESS:PORT\"",
    },
    Known {
        name: "page.enabled",
        help: "Show what is public as a page to everybody on the same network.",
        needs: "it has to be true or false",
    },
    Known {
        name: "page.listen",
        help: "Address and port of that page.",
        needs: "it has to be an address and port, such as \"0.0.0.0:8480\"",
    },
    Known {
        name: "port",
        help: "UDP port others reach this computer at; 0 takes any.",
        needs: "it has to be a number from 0 to 65535",
    },
    Known {
        name: "quota",
        help: "Most space on the disk, as in \"2 GiB\".",
        needs: "it has to be a size of at least 16 MiB, such as \"500 MB\" or \"2 GiB\"",
    },
    Known {
        name: "time_zone",
        help: "Time zone for a new community.",
        needs: "it has to be the name of a time zone, such as \"Europe/London\"",
    },
];

fn names() -> Vec<&'static str> {
    KNOWN.iter().map(|k| k.name).collect()
}

impl Config {
    /// Reads the file; a missing file is all defaults.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        match read_text(path) {
            Ok(text) => Self::parse(&text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(ConfigError::Unreadable(path.display().to_string(), e.to_string())),
        }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let doc: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| ConfigError::Syntax(e.to_string()))?;
        let mut config = Config::default();
        for (name, item) in doc.iter() {
            match item.as_table_like() {
                Some(table) => {
                    for (inner, item) in table.iter() {
                        config.apply(&format!("{name}.{inner}"), item)?;
                    }
                }
                None => config.apply(name, item)?,
            }
        }
        Ok(config)
    }

    fn apply(&mut self, name: &str, item: &Item) -> Result<(), ConfigError> {
        let known = known(name)?;
        let wrong =
            || ConfigError::Value { name: known.name, value: item.to_string().trim().to_owned(), needs: known.needs };
        match known.name {
            "name" => {
                let text = item.as_str().map(str::trim).filter(|t| (1..=100).contains(&t.chars().count()));
                self.name = Some(text.ok_or_else(wrong)?.to_owned());
            }
            "port" => self.port = item.as_integer().and_then(|n| u16::try_from(n).ok()).ok_or_else(wrong)?,
            "quota" => {
                let bytes = match item.as_integer() {
                    Some(n) => u64::try_from(n).ok(),
                    None => item.as_str().and_then(parse_size),
                };
                self.quota_bytes = bytes.filter(|b| *b >= QUOTA_MIN_BYTES).ok_or_else(wrong)?;
            }
            "multicast" => self.multicast = item.as_bool().ok_or_else(wrong)?,
            "page.enabled" => self.page_enabled = item.as_bool().ok_or_else(wrong)?,
            "page.listen" => {
                self.page_listen = item.as_str().and_then(|t| t.trim().parse().ok()).ok_or_else(wrong)?;
            }
            "time_zone" => {
                let zone = item.as_str().filter(|z| is_time_zone(z));
                self.time_zone = Some(zone.ok_or_else(wrong)?.to_owned());
            }
            _ => {
                let list = item.as_array().filter(|a| a.len() <= 64).ok_or_else(wrong)?;
                self.neighbours =
                    list.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or_else(wrong)?;
            }
        }
        Ok(())
    }

    /// Refuses a name that is no setting.
    pub fn check_name(name: &str) -> Result<(), ConfigError> {
        known(name).map(drop)
    }

    /// The settings as the API shows them.
    pub fn show(&self, dir: &DataDir) -> hedgerow_api::Config {
        let text = read_text(&dir.config()).unwrap_or_default();
        let doc: DocumentMut = text.parse().unwrap_or_default();
        let value = |name: &str| match name {
            "name" => self.name.clone().unwrap_or_default(),
            "port" => self.port.to_string(),
            "quota" => format_size(self.quota_bytes),
            "multicast" => self.multicast.to_string(),
            "page.enabled" => self.page_enabled.to_string(),
            "page.listen" => self.page_listen.to_string(),
            "time_zone" => self.time_zone.clone().unwrap_or_default(),
            _ => self.neighbours.join(", "),
        };
        let settings = KNOWN
            .iter()
            .map(|k| hedgerow_api::Setting {
                key: k.name.to_owned(),
                value: value(k.name),
                set: match k.name.split_once('.') {
                    Some((table, inner)) => doc.get(table).is_some_and(|t| t.get(inner).is_some()),
                    None => doc.contains_key(k.name),
                },
                help: k.help.to_owned(),
            })
            .collect();
        hedgerow_api::Config { path: dir.config().display().to_string(), settings }
    }
}

/// Changes one setting in the file and keeps its comments and order. `None` takes the line out.
pub fn set(dir: &DataDir, name: &str, value: Option<&str>) -> Result<Config, ConfigError> {
    let known = known(name)?;
    let path = dir.config();
    let unreadable = |e: std::io::Error| ConfigError::Unreadable(path.display().to_string(), e.to_string());
    let text = match read_text(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(unreadable(e)),
    };
    let mut doc: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| ConfigError::Syntax(e.to_string()))?;
    let (table, key) = match known.name.split_once('.') {
        Some((table, key)) => (doc.entry(table).or_insert_with(toml_edit::table).as_table_like_mut(), key),
        None => (Some(doc.as_table_mut() as &mut dyn TableLike), known.name),
    };
    let Some(table) = table else {
        return Err(ConfigError::Syntax(format!("\"{}\" is set below something that is no table", known.name)));
    };
    match value {
        None => drop(table.remove(key)),
        Some(value) => {
            let value = value.trim();
            let value = Item::Value(match known.name {
                "port" => value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from),
                "multicast" | "page.enabled" => value.parse::<bool>().map_or_else(|_| Value::from(value), Value::from),
                "neighbours" => value.split(',').map(str::trim).filter(|s| !s.is_empty()).collect::<Value>(),
                _ => Value::from(value),
            });
            table.insert(key, value);
        }
    }
    let text = doc.to_string();
    let config = Config::parse(&text)?;
    dir.make().map_err(unreadable)?;
    write_private(&path, text.as_bytes()).map_err(unreadable)?;
    Ok(config)
}

fn known(name: &str) -> Result<&'static Known, ConfigError> {
    KNOWN
        .iter()
        .find(|k| k.name == name)
        .ok_or_else(|| ConfigError::Unknown { name: name.to_owned(), near: nearest(name) })
}

/// The known name with the fewest letters changed, if that is few enough to be a slip.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase().replace('-', "_");
    let (distance, best) = names().into_iter().map(|n| (edit_distance(&name, n), n)).min()?;
    (distance <= best.len() / 3 + 1).then_some(best)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let next = (diagonal + usize::from(ca != *cb)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

/// "2 GiB", "500 MB", "1000000": bytes. `None` when it is none of these.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// Bytes in words, as [`parse_size`] reads them where they are a round number.
pub fn format_size(bytes: u64) -> String {
    for (unit, name) in [(1u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) {
            return format!("{} {name}", bytes / unit);
        }
    }
    bytes.to_string()
}

/// Whether the name is one of a time zone.
pub fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// Time zone of this computer, `UTC` where it has none with a name.
pub fn time_zone_here() -> String {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_refused_with_the_right_name() {
        let error = Config::parse("prot = 1").unwrap_err();
        assert_eq!(error, ConfigError::Unknown { name: "prot".into(), near: Some("port") });
        assert!(error.to_string().contains("did you mean \"port\"?"), "{error}");
        assert!(Config::parse("zebra = 1").unwrap_err().to_string().contains("there are multicast, name"));
        assert_eq!(nearest("timezone"), Some("time_zone"));
    }

    #[test]
    fn values_that_do_not_fit_say_what_would() {
        for bad in [
            "port = 70000",
            "port = \"x\"",
            "quota = \"1 MB\"",
            "multicast = 1",
            "time_zone = \"Mars/Base\"",
            "name = \"\"",
            "page.enabled = 1",
            "[page]\nlisten = \"8480\"",
        ] {
            assert!(matches!(Config::parse(bad), Err(ConfigError::Value { .. })), "{bad}");
        }
        assert!(matches!(Config::parse("port = "), Err(ConfigError::Syntax(_))));
    }

    #[test]
    fn setting_keeps_comments() {
        let dir = tempfile::tempdir().unwrap();
        let dir = DataDir::choose(Some(dir.path().to_owned()));
        std::fs::write(dir.config(), "# ours\nport = 5 # five\n").unwrap();
        let config = set(&dir, "quota", Some("1 GiB")).unwrap();
        assert_eq!((config.port, config.quota_bytes), (5, 1 << 30));
        assert!(std::fs::read_to_string(dir.config()).unwrap().contains("# ours"));
        assert!(set(&dir, "port", Some("many")).is_err());
        assert_eq!(set(&dir, "port", None).unwrap().port, PORT_DEFAULT);
        assert!(!set(&dir, "page.listen", Some("[::]:80")).unwrap().page_enabled);
        let config = set(&dir, "page.enabled", Some("true")).unwrap();
        assert_eq!((config.page_enabled, config.page_listen.port()), (true, 80));
        assert_eq!(config, Config::load(&dir.config()).unwrap());
        assert_eq!(set(&dir, "page.listen", None).unwrap().page_listen, PAGE_LISTEN_DEFAULT);
    }

    #[test]
    fn sizes() {
        assert_eq!(parse_size("2 GiB"), Some(2 << 30));
        assert_eq!(parse_size("500MB"), Some(500_000_000));
        assert_eq!(parse_size("-1"), None);
        assert_eq!(parse_size("99999999999 GiB"), None);
        assert_eq!(format_size(2 << 30), "2 GiB");
        assert_eq!(parse_size(&format_size(12345)), Some(12345));
    }
}
