//! Starting with the computer: the one small file that desktops on Linux look for when somebody signs in.
//!
//! It starts the part without a window, so that neighbours can rely on it; the window is opened when somebody wants it.

use std::path::{Path, PathBuf};

use crate::link::Fault;

/// Where it is set.
#[derive(Debug, Clone)]
pub struct Autostart {
    file: PathBuf,
    program: PathBuf,
}

impl Autostart {
    /// For this program and this person; nothing where there is no such thing.
    pub fn here() -> Option<Autostart> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let config = match std::env::var_os("XDG_CONFIG_HOME") {
            Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
            _ => std::env::home_dir()?.join(".config"),
        };
        Some(Autostart::at(&config, std::env::current_exe().ok()?))
    }

    /// For a program, below a folder of settings.
    pub fn at(config: &Path, program: PathBuf) -> Autostart {
        Autostart { file: config.join("autostart").join("hedgerow.desktop"), program }
    }

    /// Whether it starts with the computer.
    pub fn is_on(&self) -> bool {
        self.file.is_file()
    }

    /// Turns it on or off.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn set(&self, on: bool) -> Result<(), Fault> {
        let done = if on { self.write() } else { std::fs::remove_file(&self.file) };
        match done {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound || on => {
                Err(Fault::File(self.file.display().to_string(), e.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn write(&self) -> std::io::Result<()> {
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // As the Desktop Entry Specification wants a path with unusual characters: in quotes, those of its own escaped twice.
        let quoted: String = self
            .program
            .display()
            .to_string()
            .chars()
            .flat_map(|c| match c {
                '"' | '`' | '$' => vec!['\\', '\\', c],
                '\\' => vec!['\\'; 4],
                '%' => vec!['%', '%'],
                c => vec![c],
            })
            .collect();
        let text = format!(
            "[Desktop Entry]\nType=Application\nName=Hedgerow\nComment=Shares with the neighbours in the background\nExec=\"{quoted}\" node up\nIcon=org.hedgerow.Hedgerow\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
        );
        let draft = self.file.with_extension("new");
        std::fs::write(&draft, text)?;
        std::fs::rename(draft, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_turned_on_and_off_and_off_again() {
        let dir = std::env::temp_dir().join(format!("hedgerow-autostart-{}", std::process::id()));
        let autostart = Autostart::at(&dir, PathBuf::from("/opt/my $apps/hedgerow-desktop"));
        assert!(!autostart.is_on());
        autostart.set(true).unwrap();
        assert!(autostart.is_on());
        let text = std::fs::read_to_string(dir.join("autostart/hedgerow.desktop")).unwrap();
        assert!(text.contains("Exec=\"/opt/my \\\\$apps/hedgerow-desktop\" node up"), "{text}");
        autostart.set(false).unwrap();
        autostart.set(false).unwrap();
        assert!(!autostart.is_on());
        std::fs::remove_dir_all(&dir).unwrap();
        std::fs::write(&dir, "in the way").unwrap();
        assert!(matches!(autostart.set(true), Err(Fault::File(..))));
        std::fs::remove_file(dir).unwrap();
    }
}
