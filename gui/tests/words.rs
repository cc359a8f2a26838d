//! Every text exists in every language and is used; nobody reads words of the trade; sentences are easy.

use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Keys and texts of a language.
fn texts(language: &str) -> Vec<(String, String)> {
    let mut files: Vec<_> =
        std::fs::read_dir(root().join("locales").join(language)).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let file: String = files.into_iter().map(|f| std::fs::read_to_string(f).unwrap() + "\n").collect();
    let mut out: Vec<(String, String)> = Vec::new();
    for line in file.lines().filter(|l| !l.starts_with('#')) {
        match line.split_once('=') {
            Some((key, text)) if !line.starts_with(' ') => out.push((key.trim().to_owned(), text.trim().to_owned())),
            _ => {
                if let (Some(last), Some((_, text))) = (out.last_mut(), line.split_once(']')) {
                    last.1 = format!("{} {}", last.1, text.trim()).trim().to_owned();
                }
            }
        }
    }
    assert!(out.len() > 100, "the reader of the file found only {} texts", out.len());
    out
}

fn keys(language: &str) -> BTreeSet<String> {
    let texts = texts(language);
    let keys: BTreeSet<String> = texts.iter().map(|(k, _)| k.clone()).collect();
    assert_eq!(keys.len(), texts.len(), "{language}: a key is there twice");
    keys
}

/// Every quoted text in the source that looks like a key.
fn quoted_in_source() -> BTreeSet<String> {
    fn walk(dir: &Path, out: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut source = String::new();
    walk(&root().join("src"), &mut source);
    source.split('"').map(str::to_owned).collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let (en, cy) = (keys("en"), keys("cy"));
    assert_eq!(en.difference(&cy).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in Welsh");
    assert_eq!(cy.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in English");
    let welsh: std::collections::BTreeMap<String, String> = texts("cy").into_iter().collect();
    for (key, en) in texts("en") {
        let cy = &welsh[&key];
        let holes = |text: &str| {
            let mut names: Vec<String> =
                text.split('$').skip(1).map(|t| t.chars().take_while(|c| c.is_alphanumeric()).collect()).collect();
            names.sort();
            names.dedup();
            names
        };
        // A plural form may leave its number out.
        if !en.contains("$count") && !cy.contains("$count") {
            assert_eq!(holes(&en), holes(cy), "{key}");
        }
    }
}

#[test]
fn every_text_is_used_and_every_key_used_exists() {
    let (keys, quoted) = (keys("en"), quoted_in_source());
    let unused: Vec<&String> = keys.iter().filter(|k| !quoted.contains(*k)).collect();
    assert!(unused.is_empty(), "nobody shows these: {unused:?}");
    let source: BTreeSet<String> = quoted;
    let mut missing = Vec::new();
    for key in used_keys() {
        if !keys.contains(&key) {
            missing.push(key);
        }
    }
    assert!(missing.is_empty(), "not in the language files: {missing:?}");
    assert!(source.contains("page-home"));
}

/// First arguments of `t(` and `with(`.
fn used_keys() -> Vec<String> {
    fn walk(dir: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                for call in ["words.t(\"", "words.with(\"", ".t(\"", ".with(\""] {
                    out.extend(source.split(call).skip(1).filter_map(|r| r.split('"').next()).map(str::to_owned));
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(&root().join("src"), &mut out);
    // Widgets have a `with` too, for names of their parts.
    out.retain(|k| !k.contains('_'));
    assert!(out.len() > 50);
    out
}

#[test]
fn nobody_reads_words_of_the_trade() {
    let banned = ["node", "peer", "hash", "dht", "nat", "mdns", "sync", "socket", "protocol", "ip", "udp", "server"];
    for (key, text) in texts("en") {
        for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
            assert!(!banned.contains(&word), "{key}: {text}");
        }
    }
}

#[test]
fn nobody_is_told_to_type_a_command() {
    for language in ["en", "cy"] {
        for (key, text) in texts(language) {
            assert!(!hedgerow_gui::fault::names_command(&text), "{language} {key}: {text}");
        }
    }
}

/// Flesch–Kincaid grade over all sentences; 11 years old is about grade 6.
#[test]
fn an_eleven_year_old_can_read_it() {
    let mut sentences = 0.0;
    let (mut words, mut syllables) = (0.0, 0.0);
    for (key, text) in texts("en") {
        let text =
            text.split('{').map(|p| p.split_once('}').map_or(p, |(_, rest)| rest)).collect::<Vec<_>>().join("Ann");
        for sentence in text.split(['.', '?', '!', '…']).filter(|s| s.split_whitespace().count() > 3) {
            let count = sentence.split_whitespace().count();
            assert!(count <= 22, "{key}: {count} words in a sentence: {sentence}");
            sentences += 1.0;
            words += count as f64;
            syllables += sentence.split_whitespace().map(syllables_in).sum::<f64>();
        }
    }
    let grade = 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59;
    assert!(sentences > 60.0, "too little to judge: {sentences}");
    assert!(grade <= 6.0, "grade {grade:.1}");
}

fn syllables_in(word: &str) -> f64 {
    let word = word.to_lowercase();
    let word = word.strip_suffix('e').unwrap_or(&word);
    let mut count = 0;
    let mut before = false;
    for c in word.chars() {
        let vowel = "aeiouy".contains(c);
        count += i32::from(vowel && !before);
        before = vowel;
    }
    f64::from(count.max(1))
}
