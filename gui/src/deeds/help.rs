//! Asking for help in private, answering, closing, and telling the organisers that something is not right.

use hedgerow_api::{Client, ReportNew, ReportReason, RequestAnswer, RequestNew, RequestSent};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome, Sure};
use crate::command::Page;
use crate::engine::fault;
use crate::link::Fault;
use crate::words::Words;

/// What can be done about help.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "help.")]
pub enum Deed {
    /// Ask for help.
    Ask {
        /// What it is about.
        topic: String,
        /// The request.
        text: String,
        /// Ids of people and groups.
        to: Vec<String>,
        /// Whether I am under 18.
        under_18: bool,
    },
    /// Answer.
    Answer {
        /// Id of the request.
        request: String,
        /// What to say.
        text: String,
    },
    /// Say that nothing more is needed.
    Close {
        /// Id of the request.
        request: String,
    },
    /// Tell the organisers that something is not right.
    Report {
        /// Id of an item, a person or a group.
        about: String,
        /// Why.
        reason: ReportReason,
        /// More about it.
        text: String,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::Ask { topic, text, to, under_18 } => {
                client.request_new(&RequestNew { topic, text, to, under_18, dry_run: false }).await
            }
            Deed::Answer { request, text } => {
                client.request_answer(&request, &RequestAnswer { text, dry_run: false }).await
            }
            Deed::Close { request } => client.request_close(&request, false).await,
            Deed::Report { about, reason, text } => {
                client.report_new(&ReportNew { about, reason, text, dry_run: false }).await
            }
        }
        .map(|sent| Outcome::Sent(Box::new(sent)))
        .map_err(fault)
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        let nobody_yet = matches!(outcome, Outcome::Sent(sent) if sent.to.is_empty());
        let key = match self {
            Deed::Report { .. } if nobody_yet => "report-kept",
            Deed::Ask { .. } => "help-sent",
            Deed::Answer { .. } => "help-answered",
            Deed::Close { .. } => "help-closed",
            Deed::Report { .. } => "report-sent",
        };
        let mut said = words.t(key);
        if let Outcome::Sent(sent) = outcome
            && !sent.left_out.is_empty()
        {
            said.push(' ');
            said.push_str(&words.with("help-left-out", "names", &left_out(words, sent)));
        }
        Some(said)
    }

    fn leads_to(&self) -> Option<Page> {
        matches!(self, Deed::Ask { .. }).then_some(Page::Requests)
    }

    fn sure(&self, words: &Words) -> Option<Sure> {
        matches!(self, Deed::Close { .. }).then(|| Sure {
            question: words.t("sure-close"),
            meaning: words.t("sure-close-do"),
            button: words.t("help-close"),
        })
    }
}

fn left_out(words: &Words, sent: &RequestSent) -> String {
    let names: Vec<String> =
        sent.left_out.iter().map(|p| crate::pages::people::data::name_of(words, &p.name)).collect();
    names.join(", ")
}
