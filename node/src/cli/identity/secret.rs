//! Reading words and passphrases: from a file, a pipe or the keyboard, never from the command line.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hedgerow_api::{ClientError, Code};
use zeroize::Zeroizing;

use super::super::{Cx, Fail};

/// Longest file with a passphrase or words, in bytes.
const FILE_BYTES_MAX: u64 = 4096;

/// The words in a file.
pub fn words_in(path: &Path) -> Result<Zeroizing<String>, Fail> {
    let text = read(path)?;
    Ok(only_words(&text))
}

/// The first line of a file.
pub fn passphrase_in(path: &Path) -> Result<Zeroizing<String>, Fail> {
    let text = read(path)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn read(path: &Path) -> Result<Zeroizing<String>, Fail> {
    use std::io::Read as _;
    let mut text = Zeroizing::new(String::with_capacity(FILE_BYTES_MAX as usize));
    let file = std::fs::File::open(path).map_err(|e| Fail::file(path, &e))?;
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(|e| Fail::file(path, &e))?;
    Ok(text)
}

/// Without the numbers in front of words, as on paper.
fn only_words(text: &str) -> Zeroizing<String> {
    let words: Vec<&str> = text.split_whitespace().filter(|w| w.trim_end_matches('.').parse::<u8>().is_err()).collect();
    Zeroizing::new(words.join(" "))
}

/// Reads words from keyboard or pipe until there are 24, over as many lines as it takes.
pub fn read_words(cx: &Cx) -> Result<Zeroizing<String>, Fail> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        cx.out.say("Type your 24 words with spaces between them, then press Enter:");
    }
    let mut all = Zeroizing::new(String::with_capacity(512));
    for line in stdin.lock().lines() {
        let line = Zeroizing::new(line.map_err(|e| Fail::file("the keyboard".as_ref(), &e))?);
        all.push_str(&only_words(&line));
        all.push(' ');
        if all.split_whitespace().count() >= 24 {
            break;
        }
    }
    Ok(Zeroizing::new(all.trim().to_owned()))
}

/// One line from keyboard or pipe.
pub fn read_line(cx: &Cx, question: &str) -> Result<Zeroizing<String>, Fail> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        cx.out.say(question);
    }
    let mut line = Zeroizing::new(String::with_capacity(256));
    stdin.lock().read_line(&mut line).map_err(|e| Fail::file("the keyboard".as_ref(), &e))?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// A terminal that does not show what is typed, until dropped.
struct Quiet;

impl Quiet {
    fn new() -> Result<Quiet, Fail> {
        let quiet = stty("-echo").is_ok_and(|s| s.success());
        quiet.then_some(Quiet).ok_or_else(|| {
            Fail::failed(
                "The passphrase would be seen while you type it.",
                "This terminal cannot be told to hide it.",
                "Give it in a file: --passphrase-file FILE",
            )
        })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = stty("echo");
    }
}

fn stty(how: &str) -> std::io::Result<std::process::ExitStatus> {
    Command::new("stty").arg(how).stdin(Stdio::inherit()).stderr(Stdio::null()).status()
}

/// A passphrase: from a file, else from the keyboard without showing it; a new one twice.
pub fn passphrase(cx: &Cx, file: Option<&PathBuf>, is_new: bool) -> Result<Zeroizing<String>, Fail> {
    if let Some(file) = file {
        return passphrase_in(file);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fail::usage(
            "The passphrase is missing.",
            "It is asked for at the keyboard only.",
            "Give it in a file: --passphrase-file FILE",
        ));
    }
    let _quiet = Quiet::new()?;
    let first = read_line(cx, "Passphrase:")?;
    if is_new && read_line(cx, "The same again:")? != first {
        return Err(Fail::usage("The two are not the same.", "Nothing was written.", "Try again."));
    }
    Ok(first)
}

/// Does something that may need the words: without them first, then with those of a file or the keyboard.
pub async fn with_words<T>(
    cx: &Cx,
    file: Option<&PathBuf>,
    ask: impl AsyncFn(Option<String>) -> Result<T, ClientError>,
) -> Result<T, Fail> {
    if let Some(file) = file {
        return Ok(ask(Some(words_in(file)?.to_string())).await?);
    }
    match ask(None).await {
        Err(e) if e.code() == Some(Code::NeedsWords) && std::io::stdin().is_terminal() => {
            let why = Fail::from(e);
            cx.out.say(&format!("{} {}", why.title, why.detail));
            let words = read_words(cx)?;
            Ok(ask(Some(words.to_string())).await?)
        }
        answer => Ok(answer?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_on_paper_do_not_matter() {
        assert_eq!(*only_words(" 1 abandon  2. ability\n3 able "), "abandon ability able");
    }

    #[test]
    fn a_passphrase_is_the_first_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p");
        std::fs::write(&path, " with spaces \nmore").unwrap();
        assert_eq!(*passphrase_in(&path).unwrap(), " with spaces ");
        assert_eq!(passphrase_in(&dir.path().join("none")).unwrap_err().exit, 1);
    }
}
