//! What was run, on which commit, and what came of it: a line in a file of tests/ledger, for proofs that are too long or too
//! noisy to be asserted on every change.

use std::io::Write as _;
use std::process::Command;

use serde_json::Value;

/// Adds the facts to `tests/ledger/FILE.jsonl`, with the date and the commit (`+`: with changes not committed). Says where.
///
/// # Errors
/// The ledger cannot be written.
pub fn add(file: &str, mut facts: Value) -> std::io::Result<String> {
    let said = |program: &str, args: &[&str]| {
        let out = Command::new(program).args(args).current_dir(crate::root()).output().ok();
        out.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_string()).unwrap_or_default()
    };
    let changed = if said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty() { "" } else { "+" };
    facts["date"] = said("date", &["-u", "+%Y-%m-%dT%H:%MZ"]).into();
    facts["commit"] = format!("{}{changed}", said("git", &["rev-parse", "--short=12", "HEAD"])).into();
    let path = format!("tests/ledger/{file}.jsonl");
    std::fs::create_dir_all(crate::root().join("tests/ledger"))?;
    let mut ledger = std::fs::File::options().create(true).append(true).open(crate::root().join(&path))?;
    writeln!(ledger, "{facts}")?;
    Ok(path)
}

/// The same for the long form of a test (`tests/run --full`); its short form is asserted and leaves no line.
///
/// # Panics
/// When the ledger cannot be written.
pub fn long_form(facts: Value) {
    if crate::many(false, true) {
        add("full", facts).expect("the ledger can be written");
    }
}
