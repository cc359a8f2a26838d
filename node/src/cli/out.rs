//! Printing: data to stdout, talk to stderr, nothing of other people's text raw.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use hedgerow_api::{Named, clean};
use serde::Serialize;
use serde_json::{Value, json};

use super::fail::Fail;

/// What went wrong with the output of this process first.
static TROUBLE: Mutex<Option<io::Error>> = Mutex::new(None);

/// Notes what went wrong with the output. A closed pipe is the reader's way to say enough.
pub fn keep_trouble(written: io::Result<()>) {
    if let Err(e) = written
        && e.kind() != io::ErrorKind::BrokenPipe
    {
        TROUBLE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(e);
    }
}

/// How this run prints.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    /// JSON for programs instead of text for people.
    pub json: bool,
    colour: bool,
}

impl Out {
    /// Colour only where a person looks on and has not said no (`NO_COLOR`).
    pub fn new(json: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        Out { json, colour: wanted && !dumb && io::stderr().is_terminal() && io::stdout().is_terminal() }
    }

    /// The answer: JSON with the name of its shape, or the text for people.
    pub fn data<T: Serialize + Named>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        if self.json {
            let mut object = json!({ "schema": T::SCHEMA });
            if let (Some(object), Ok(Value::Object(fields))) = (object.as_object_mut(), serde_json::to_value(value)) {
                object.extend(fields);
            }
            self.raw(&object.to_string());
        } else {
            let text = text(value);
            if !text.is_empty() {
                self.raw(clean::lines(&text).trim_end());
            }
        }
    }
    /// A line of data as it is: our own text, or bytes asked for as they are.
    pub fn raw(&self, line: &str) {
        self.bytes(format!("{line}\n").as_bytes());
    }
    /// Data as it is. What goes wrong is kept for [`Out::lost`].
    pub fn bytes(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        keep_trouble(stdout.write_all(bytes).and_then(|()| stdout.flush()));
    }
    /// Why not all of the answer got out, if so: the command has not done what it is for.
    pub fn lost(&self) -> Option<Fail> {
        let trouble = TROUBLE.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(Fail::unwritten("The answer could not be written.", &trouble))
    }
    /// Talk. Not in JSON mode.
    pub fn say(&self, text: &str) {
        if !self.json {
            self.say_always(text);
        }
    }
    /// Talk that a person needs in JSON mode too.
    pub fn say_always(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{}", clean::lines(text));
    }
    /// What to type next. Not in JSON mode.
    pub fn next(&self, text: &str) {
        if !self.json {
            let (dim, off) = if self.colour { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
            let _ = writeln!(io::stderr().lock(), "{dim}Next: {}{off}", clean::lines(text));
        }
    }
    /// Why it failed.
    pub fn fail(&self, fail: &Fail) {
        let mut err = io::stderr().lock();
        if self.json {
            let Fail { exit, code, title, detail, action } = fail;
            let problem = json!({ "schema": "hedgerow.problem/1", "code": code, "exit": exit, "title": title,
                "detail": detail, "action": action });
            let _ = writeln!(err, "{problem}");
            return;
        }
        let (bold, off) = if self.colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(err, "{bold}{}{off}", clean::lines(&fail.title));
        for line in [&fail.detail, &fail.action] {
            if !line.is_empty() {
                let _ = writeln!(err, "{}", clean::lines(line));
            }
        }
    }
    /// Whether a person reads the answer in a terminal, so that a picture beside it helps.
    pub fn is_read_by_a_person(&self) -> bool {
        !self.json && io::stdout().is_terminal()
    }
}

/// "1 service", "3 services".
pub fn count(n: u64, one: &str) -> String {
    match (n, one) {
        (1, _) => format!("1 {one}"),
        (n, "person") => format!("{n} people"),
        (n, one) if one.ends_with('y') => format!("{n} {}ies", &one[..one.len() - 1]),
        (n, one) => format!("{n} {one}s"),
    }
}

/// A moment in this computer's time zone, to the minute.
pub fn moment(unix_ms: u64) -> String {
    jiff::Timestamp::from_millisecond(i64::try_from(unix_ms).unwrap_or(0))
        .map(|t| t.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%A %-d %B %Y, %H:%M").to_string())
        .unwrap_or_default()
}
