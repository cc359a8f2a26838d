//! Sharing this building's internet: setting it up, starting, pausing, trying, proving.

use hedgerow_api::{
    Client, GatewaySetup, GatewayTest, PolicyChange, PolicySet, Settle, StatementAsk, VoucherBack, VoucherNew, clean,
};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome, Sure};
use crate::amount;
use crate::command::Page;
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::words::Words;

/// What a host can do.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "gateway.")]
pub enum Deed {
    /// Keep the rules, the first time or again.
    SetUp(Box<GatewaySetup>),
    /// Start sharing.
    Start,
    /// Stop sharing, also after a restart.
    Stop,
    /// Pause: members are told.
    Pause,
    /// Say what members could reach.
    Try {
        /// As they were typed.
        targets: Vec<String>,
    },
    /// Try the building's own network as a member would.
    Prove,
    /// Save the page about that.
    SaveProof {
        /// The page.
        page: String,
    },
    /// Save what members used, as a page to print or as a table.
    SaveUse {
        /// Whether as a table.
        table: bool,
    },
    /// Let people in with vouchers, or no more.
    TakeVouchers {
        /// Whether they are let in.
        on: bool,
    },
    /// Make a voucher.
    VoucherNew(Box<VoucherNew>),
    /// Take a voucher back.
    VoucherBack {
        /// The voucher or the code.
        text: String,
    },
    /// Somebody paid what they owed for a month, or it is let go.
    Settle {
        /// Who it is.
        person: String,
        /// `2026-11`.
        month: String,
        /// How much, in pence.
        pence: u64,
        /// Whether it was paid.
        paid: bool,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        match self {
            Deed::SetUp(setup) => client.gateway_setup(&setup).await.map(|_| Outcome::Done).map_err(fault),
            Deed::Start => client.gateway_start().await.map(|_| Outcome::Done).map_err(fault),
            Deed::Stop => client.gateway_stop().await.map(|_| Outcome::Done).map_err(fault),
            Deed::Pause => client.gateway_pause().await.map(|_| Outcome::Done).map_err(fault),
            Deed::Try { targets } => {
                let verdicts = client.gateway_test(&GatewayTest { targets }).await.map_err(fault)?;
                Ok(Outcome::Verdicts(Box::new(verdicts)))
            }
            Deed::Prove => Ok(Outcome::Proof(Box::new(client.gateway_prove().await.map_err(fault)?))),
            Deed::SaveProof { page } => files::save("hedgerow-proof.txt", page.as_bytes()).map(Outcome::Saved),
            Deed::SaveUse { table } => {
                let all = client.gateway_statement(&StatementAsk::default()).await.map_err(fault)?;
                let saved = match table {
                    true => files::save("hedgerow-shared.csv", all.csv.as_bytes()),
                    false => files::save("hedgerow-shared.html", all.page.as_bytes()),
                };
                saved.map(Outcome::Saved)
            }
            Deed::TakeVouchers { on } => {
                let set = vec![PolicySet { field: "who.vouchers".into(), value: on.to_string() }];
                let change = PolicyChange { set, ..PolicyChange::default() };
                client.gateway_policy(&change).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::VoucherNew(new) => Ok(Outcome::VoucherMade(Box::new(client.voucher_new(&new).await.map_err(fault)?))),
            Deed::VoucherBack { text } => {
                let back = VoucherBack { text, dry_run: false };
                client.voucher_back(&back).await.map(|_| Outcome::Done).map_err(fault)
            }
            Deed::Settle { person, month, pence, paid } => {
                let kind = if paid { "paid" } else { "waived" };
                let settle = Settle { person, kind: kind.into(), pence, month: Some(month), dry_run: false };
                client.gateway_settle(&settle).await.map(|_| Outcome::Done).map_err(fault)
            }
        }
    }

    fn sure(&self, words: &Words) -> Option<Sure> {
        let Deed::Settle { person, pence, paid, .. } = self else { return None };
        let (name, sum) = (clean::line(person), amount::money(*pence));
        let values = [("name", (&name).into()), ("sum", (&sum).into())];
        let key = if *paid { "settle-paid-sure" } else { "settle-waive-sure" };
        Some(Sure {
            question: words.fill(key, &values),
            meaning: words.t("settle-meaning"),
            button: words.t(if *paid { "settle-paid-go" } else { "settle-waive-go" }),
        })
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (_, Outcome::Saved(path)) => Some(words.with("saved-as", "path", path)),
            (Deed::SetUp(_), _) => Some(words.t("share-kept")),
            (Deed::Start, _) => Some(words.t("share-started")),
            (Deed::Stop, _) => Some(words.t("share-stopped")),
            (Deed::Pause, _) => Some(words.t("share-paused")),
            (Deed::TakeVouchers { on }, _) => {
                Some(words.t(if *on { "vouchers-taken" } else { "vouchers-taken-no-more" }))
            }
            (Deed::VoucherNew(_), _) => Some(words.t("voucher-is-made")),
            (Deed::VoucherBack { .. }, _) => Some(words.t("voucher-is-back")),
            (Deed::Settle { .. }, _) => Some(words.t("settle-done")),
            _ => None,
        }
    }

    fn undo(&self, _: &Outcome) -> Option<super::Deed> {
        match self {
            Deed::Start => Some(super::Deed::Gateway(Deed::Stop)),
            Deed::Stop | Deed::Pause => Some(super::Deed::Gateway(Deed::Start)),
            Deed::TakeVouchers { on } => Some(super::Deed::Gateway(Deed::TakeVouchers { on: !on })),
            _ => None,
        }
    }

    fn leads_to(&self) -> Option<Page> {
        matches!(self, Deed::SetUp(_)).then_some(Page::Gateway)
    }
}
