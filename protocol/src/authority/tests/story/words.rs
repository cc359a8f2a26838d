//! Reading stories: scenarios of a file, lines into words, and words against a sentence pattern.
//!
//! Not for: what a sentence does or asks.

/// One line of a scenario, with its number in the file.
pub struct Line {
    pub number: usize,
    pub text: String,
}

/// One story: a name and its lines.
pub struct Scenario {
    pub name: String,
    /// Not so yet: it must fail, and says so when it does not any more.
    pub not_yet: bool,
    pub lines: Vec<Line>,
}

/// The scenarios of a file: each begins with `# name`. Empty lines and what stands in parentheses are remarks.
pub fn scenarios(text: &str) -> Result<Vec<Scenario>, String> {
    let mut all: Vec<Scenario> = Vec::new();
    for (at, raw) in text.lines().enumerate() {
        let (number, line) = (at + 1, without_remarks(raw));
        if let Some(name) = raw.trim().strip_prefix("# ") {
            let (name, not_yet) = match name.trim().strip_suffix("(not yet)") {
                Some(name) => (name.trim(), true),
                None => (name.trim(), false),
            };
            all.push(Scenario { name: name.to_owned(), not_yet, lines: Vec::new() });
        } else if !line.is_empty() {
            let last = all.last_mut().ok_or(format!("line {number}: stands before the first '# name'"))?;
            last.lines.push(Line { number, text: line });
        }
    }
    Ok(all)
}

fn without_remarks(line: &str) -> String {
    let (mut out, mut depth) = (String::new(), 0u32);
    for c in line.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// A word of a line; what stands in quotes is one word, and is never part of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    pub text: String,
    quoted: bool,
}

pub fn words(line: &str) -> Vec<Word> {
    let mut out = Vec::new();
    for (i, part) in line.split('"').enumerate() {
        if i % 2 == 1 {
            out.push(Word { text: part.to_owned(), quoted: true });
        } else {
            out.extend(part.split_whitespace().map(|w| Word { text: w.to_owned(), quoted: false }));
        }
    }
    out
}

/// Compares words with a pattern: `{}` takes one word, `{*}` one or more, as few as will do. Gives what they took.
pub fn fit(pattern: &str, words: &[Word]) -> Option<Vec<String>> {
    let mut taken = Vec::new();
    let pattern: Vec<&str> = pattern.split_whitespace().collect();
    fits(&pattern, words, &mut taken).then_some(taken)
}

fn fits(pattern: &[&str], words: &[Word], taken: &mut Vec<String>) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return words.is_empty() };
    let most = match *first {
        "{*}" => words.len(),
        _ => words.len().min(1),
    };
    for n in 1..=most {
        let (these, others) = words.split_at(n);
        if !first.starts_with('{') {
            return !these[0].quoted && these[0].text == *first && fits(rest, others, taken);
        }
        let before = taken.len();
        taken.push(these.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "));
        if fits(rest, others, taken) {
            return true;
        }
        taken.truncate(before);
    }
    false
}

/// "lets" → "let", "publishes" → "publish": patterns name what can be done.
pub fn plain(verb: &str) -> &str {
    match verb.strip_suffix("es") {
        Some(stem) if stem.ends_with("sh") || stem.ends_with("ch") || stem.ends_with('x') => stem,
        _ => verb.strip_suffix('s').unwrap_or(verb),
    }
}

/// "Ann, Bob and Carl" → its names.
pub fn names(list: &str) -> Vec<String> {
    let all = list.replace(" and ", ", ");
    all.split(", ").map(|n| n.trim().to_owned()).filter(|n| !n.is_empty() && n != "nobody").collect()
}

pub fn number(word: &str) -> Option<usize> {
    let small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    small.iter().position(|n| *n == word).or_else(|| word.parse().ok())
}

#[test]
fn a_pattern_takes_words() {
    let fit = |p, l| fit(p, &words(l));
    assert_eq!(
        fit("make {} a member of {*}", "make Bob a member of Food Bank"),
        Some(vec!["Bob".into(), "Food Bank".into()])
    );
    assert_eq!(
        fit("publish {} saying {}", r#"publish "a saying" saying "x y""#),
        Some(vec!["a saying".into(), "x y".into()])
    );
    assert_eq!(fit("leave", "leave now"), None);
    assert_eq!(names("Ann, Bob and Carl"), ["Ann", "Bob", "Carl"]);
    assert_eq!(
        (plain("publishes"), plain("approves"), plain("fixes"), plain("lets")),
        ("publish", "approve", "fix", "let")
    );
    assert_eq!(without_remarks("Bob leaves (at last)"), "Bob leaves");
    assert!(scenarios("Bob leaves").is_err());
}
