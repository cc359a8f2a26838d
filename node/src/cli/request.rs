//! `hedgerow request` and `hedgerow report`

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use hedgerow_api::{
    Party, ReportNew, ReportReason, RequestAnswer, RequestNew, RequestSent, RequestState, RequestSummary,
    RequestThread, Requests,
};

use super::out::{count, moment};
use super::{Cx, Fail, Outcome};

/// Most that is read from a file, in bytes: well above what one message can hold.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Ask for help in private: only those you name can read it.
///
/// It is sealed, so that the computers that carry it cannot read it. That you wrote, to whom, and when, can be seen.
///
/// Example: hedgerow request "help with a form" --to mentors
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
// "help" is a good topic, and --help is there.
#[command(disable_help_subcommand = true)]
pub struct Request {
    #[command(subcommand)]
    command: Option<Sub>,
    /// What it is about, in a few words.
    #[arg(required = true)]
    topic: Option<String>,
    /// Whom it is for: a group or a person, by name or id. More than one: --to again.
    #[arg(long, required = true, value_name = "NAME")]
    to: Vec<String>,
    #[command(flatten)]
    words: Words,
    /// You are under 18: it goes only to a group of at least two confirmed mentors.
    #[arg(long)]
    under_18: bool,
}

#[derive(Debug, Args)]
struct Words {
    /// What you want to say.
    #[arg(long, conflicts_with = "file")]
    text: Option<String>,
    /// A text file with what you want to say; "-": what is typed or piped in.
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    List(List),
    Show(Show),
    Answer(AnswerIt),
    Close(Close),
}

/// Show the requests you wrote and those that are for you.
///
/// Example: hedgerow request list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct List {}

/// Show a request with its answers, and note that you have read it.
///
/// Example: hedgerow request show 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Show {
    /// Its code: the first 8 or more digits of its id.
    code: String,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct AnswerWords {
    /// What you want to say.
    #[arg(long)]
    text: Option<String>,
    /// A text file with what you want to say; "-": what is typed or piped in.
    #[arg(long)]
    file: Option<PathBuf>,
}

/// Answer a request. Everybody it went to can read the answer.
///
/// Example: hedgerow request answer 3f9a1c20 --text "I am at the library on Tuesday"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct AnswerIt {
    /// Its code: the first 8 or more digits of its id.
    code: String,
    #[command(flatten)]
    words: AnswerWords,
}

/// Say that nothing more is needed.
///
/// Example: hedgerow request close 3f9a1c20
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Close {
    /// Its code: the first 8 or more digits of its id.
    code: String,
}

/// Tell the organisers in private that something is not right.
///
/// It is sealed to each organiser, but not to one it is about.
///
/// Example: hedgerow report 3f9a1c20 --reason wrong --text "It closed last year"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
// "help" is a good topic, and --help is there.
#[command(disable_help_subcommand = true)]
pub struct Report {
    #[command(subcommand)]
    command: Option<ReportSub>,
    /// What it is about: the id of something published, or a person or group by name or id.
    #[arg(required = true)]
    about: Option<String>,
    /// Why.
    #[arg(long, required = true)]
    reason: Option<Reason>,
    #[command(flatten)]
    words: Words,
}

#[derive(Debug, Subcommand)]
enum ReportSub {
    List(ReportList),
}

/// Show your reports and, if you are an organiser, those for you. Read one with: hedgerow request show CODE
///
/// Example: hedgerow report list
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct ReportList {}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reason {
    /// Advertising, or the same thing over and over
    Spam,
    /// Wrong or misleading
    Wrong,
    /// Hurts, threatens or insults somebody
    Hurtful,
    /// Somebody's private matters
    Private,
    /// Against the law
    Unlawful,
    /// Somebody could come to harm
    Dangerous,
    /// Pretends to be somebody else
    Pretends,
    /// Something else: say what with --text
    Other,
}

impl From<Reason> for ReportReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Spam => ReportReason::Spam,
            Reason::Wrong => ReportReason::Wrong,
            Reason::Hurtful => ReportReason::Hurtful,
            Reason::Private => ReportReason::Private,
            Reason::Unlawful => ReportReason::Unlawful,
            Reason::Dangerous => ReportReason::Dangerous,
            Reason::Pretends => ReportReason::Pretends,
            Reason::Other => ReportReason::Other,
        }
    }
}

fn words(text: Option<String>, file: Option<PathBuf>) -> Result<String, Fail> {
    let Some(path) = file else { return Ok(text.unwrap_or_default()) };
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(&path).and_then(|f| f.take(FILE_BYTES_MAX + 1).read_to_string(&mut text))
    };
    match read {
        Ok(bytes) if bytes as u64 > FILE_BYTES_MAX => Err(Fail::usage(
            format!("{} is too long.", path.display()),
            "One message holds about four pages.",
            "Shorten it, or send two.",
        )),
        Ok(_) => Ok(text),
        Err(e) => Err(Fail::file(&path, &e)),
    }
}

impl Request {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            None => {
                let text = words(self.words.text, self.words.file)?;
                let topic = self.topic.unwrap_or_default();
                let new = RequestNew { topic, text, to: self.to, under_18: self.under_18, dry_run: cx.dry_run };
                let sent = cx.client.request_new(&new).await?;
                cx.out.data(&sent, |s| sent_text("request", s));
                next_show(cx, &sent);
            }
            Some(Sub::List(_)) => {
                let requests = cx.client.requests().await?;
                cx.out.data(&requests, list_text);
                if requests.requests.is_empty() {
                    cx.out.say("There are no requests of yours or for you.");
                }
            }
            Some(Sub::Show(Show { code })) => {
                let thread = cx.client.request(&code).await?;
                cx.out.data(&thread, thread_text);
                if thread.summary.unread && !cx.dry_run {
                    cx.client.request_read(&thread.summary.id).await?;
                }
            }
            Some(Sub::Answer(AnswerIt { code, words: w })) => {
                let answer = RequestAnswer { text: words(w.text, w.file)?, dry_run: cx.dry_run };
                let sent = cx.client.request_answer(&code, &answer).await?;
                cx.out.data(&sent, |s| sent_text("answer", s));
            }
            Some(Sub::Close(Close { code })) => {
                let sent = cx.client.request_close(&code, cx.dry_run).await?;
                let verb = if sent.saved { "Closed" } else { "Would close" };
                cx.out.data(&sent, |s| format!("{verb}. {}", readers(s)));
            }
        }
        Ok(0)
    }
}

impl Report {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if let Some(ReportSub::List(_)) = self.command {
            let reports = cx.client.reports().await?;
            cx.out.data(&reports, list_text);
            if reports.requests.is_empty() {
                cx.out.say("There are no reports of yours or for you.");
            }
            return Ok(0);
        }
        // Both are there: the command line is refused without them.
        let reason = self.reason.map_or(ReportReason::Other, Into::into);
        let text = words(self.words.text, self.words.file)?;
        let new = ReportNew { about: self.about.unwrap_or_default(), reason, text, dry_run: cx.dry_run };
        let sent = cx.client.report_new(&new).await?;
        cx.out.data(&sent, |s| sent_text("report", s));
        next_show(cx, &sent);
        Ok(0)
    }
}

fn next_show(cx: &Cx, sent: &RequestSent) {
    if let Some(id) = sent.id.as_deref().filter(|_| sent.saved) {
        cx.out.next(&format!("hedgerow request show {}", short(id)));
    }
}

fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

fn name(party: &Party) -> &str {
    if party.name.is_empty() { "(name not here yet)" } else { &party.name }
}

fn names(parties: &[Party]) -> String {
    parties.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn readers(sent: &RequestSent) -> String {
    let mut text = match sent.to.is_empty() {
        true => "Only you can read it.".to_owned(),
        false => format!("Only you and {} can read it.", names(&sent.to)),
    };
    if !sent.left_out.is_empty() {
        let _ = write!(text, " Not sent to {}: they have not switched their computer on yet.", names(&sent.left_out));
    }
    text
}

fn sent_text(what: &str, sent: &RequestSent) -> String {
    match (&sent.id, sent.saved) {
        (Some(id), true) => format!("Your {what} is sealed and on its way. {}\nCode: {}", readers(sent), short(id)),
        _ => format!("Would send the {what}. {}", readers(sent)),
    }
}

fn state(s: &RequestSummary) -> &'static str {
    match s.state {
        RequestState::Open => "open",
        RequestState::Answered => "answered",
        RequestState::Closed => "closed",
    }
}

fn reason(reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Spam => "advertising",
        ReportReason::Wrong => "wrong",
        ReportReason::Hurtful => "hurts somebody",
        ReportReason::Private => "private matters",
        ReportReason::Unlawful => "against the law",
        ReportReason::Dangerous => "dangerous",
        ReportReason::Pretends => "pretends to be somebody else",
        ReportReason::Other => "something else",
    }
}

fn line(s: &RequestSummary) -> String {
    let who = match s.mine {
        true => format!("you to {}", names(&s.to)),
        false => format!("{} to {}", name(&s.from), names(&s.to)),
    };
    let why = s.reason.map_or_else(String::new, |r| format!("{}: ", reason(r)));
    let new = if s.unread { "  NEW" } else { "" };
    let young = if s.under_18 { ", under 18" } else { "" };
    format!("{}  {:<8}  {why}{}  ({who}{young}){new}", short(&s.id), state(s), s.topic)
}

fn list_text(requests: &Requests) -> String {
    requests.requests.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn thread_text(thread: &RequestThread) -> String {
    let s = &thread.summary;
    let mut out = String::new();
    match (s.reason, &s.about) {
        (Some(why), Some(about)) => {
            let _ = writeln!(out, "Report: {} ({})\nAbout: {about}", s.topic, reason(why));
        }
        _ => {
            let _ = writeln!(out, "{}", s.topic);
        }
    }
    let _ = writeln!(out, "To: {}", names(&s.to));
    if s.under_18 {
        out.push_str("The person who asks is under 18.\n");
    }
    let _ = writeln!(out, "It is {}, with {}. Kept until {}.", state(s), count(s.messages, "message"), s.expires);
    for m in &thread.messages {
        let who = if m.mine { "You" } else { name(&m.from) };
        let outside = if m.outsider { " (not one of those who were asked)" } else { "" };
        let _ = writeln!(out, "\n{who}{outside}, {}:", moment(m.written_ms));
        let text = if m.closes { "(closed: nothing more is needed)" } else { m.text.trim_end() };
        text.lines().for_each(|l| {
            let _ = writeln!(out, "  {l}");
        });
    }
    out
}
