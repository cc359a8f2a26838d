//! My way to the internet through a building, and the browsers that use it.

use hedgerow_api::{Client, StatementAsk, UplinkSet, UplinkTest, VoucherUse, clean};
use strum::{IntoStaticStr, VariantNames};

use super::{Act, Outcome};
use crate::amount;
use crate::browser::Browsers;
use crate::engine::fault;
use crate::files;
use crate::link::Fault;
use crate::when;
use crate::words::Words;

/// What can be done about the internet.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(prefix = "internet.")]
pub enum Deed {
    /// Choose a way: `off`, `auto`, or a gateway's key.
    Choose {
        /// The new way.
        mode: String,
        /// The way until now.
        before: String,
    },
    /// Agree to the words of a building.
    AcceptTerms {
        /// The gateway's key.
        gateway: String,
    },
    /// Say what I pay at most.
    Price {
        /// For a gigabyte, and in a month, in pence.
        most: (u32, u64),
        /// The same until now.
        before: (u32, u64),
    },
    /// Try to reach a place.
    Test {
        /// As it was typed.
        target: String,
    },
    /// Point the browsers of this computer at the way out.
    SetUpBrowser {
        /// The address they take.
        pac: String,
    },
    /// Take that back.
    UndoBrowser {
        /// The address they have now.
        pac: String,
    },
    /// Start one browser that goes this way.
    StartBrowser {
        /// The program.
        program: String,
        /// The address it takes.
        pac: String,
    },
    /// Open a page in the browser.
    OpenPage {
        /// Its address.
        url: String,
    },
    /// Save what I used, as a page to print or as a table.
    SaveStatement {
        /// Whether as a table.
        table: bool,
    },
    /// Use a voucher.
    UseVoucher {
        /// The voucher or the code.
        text: String,
        /// At which building, where there are several: its computer's key.
        building: Option<String>,
    },
}

impl Act for Deed {
    async fn run(self, client: &Client) -> Result<Outcome, Fault> {
        let set = |set: UplinkSet| async move { client.uplink_set(&set).await.map(|_| Outcome::Done).map_err(fault) };
        match self {
            Deed::Choose { mode, .. } => set(UplinkSet { mode, ..UplinkSet::default() }).await,
            Deed::AcceptTerms { gateway } => {
                set(UplinkSet { accept_terms: Some(gateway), ..UplinkSet::default() }).await
            }
            Deed::Price { most: (gigabyte, month), .. } => {
                let (pence_per_gb, ceiling_pence) = (Some(gigabyte), Some(month));
                set(UplinkSet { pence_per_gb, ceiling_pence, ..UplinkSet::default() }).await
            }
            Deed::Test { target } => {
                let tested = client.uplink_test(&UplinkTest { target }).await.map_err(fault)?;
                Ok(Outcome::UplinkTested(Box::new(tested)))
            }
            Deed::SetUpBrowser { pac } => Browsers::here().set_up(&pac).await.map(|()| Outcome::Done),
            Deed::UndoBrowser { .. } => Browsers::here().undo().await.map(|()| Outcome::Done),
            Deed::StartBrowser { program, pac } => Browsers::here().start(&program, &pac).await.map(|()| Outcome::Done),
            Deed::OpenPage { url } => Browsers::here().open(&url).await.map(|()| Outcome::Done),
            Deed::SaveStatement { table } => {
                let all = client.uplink_statement(&StatementAsk::default()).await.map_err(fault)?;
                let saved = match table {
                    true => files::save("hedgerow-internet.csv", all.csv.as_bytes()),
                    false => files::save("hedgerow-internet.html", all.page.as_bytes()),
                };
                saved.map(Outcome::Saved)
            }
            Deed::UseVoucher { text, building } => {
                let using = VoucherUse { text, building, dry_run: false };
                Ok(Outcome::VoucherUsed(Box::new(client.voucher_use(&using).await.map_err(fault)?)))
            }
        }
    }

    fn done(&self, words: &Words, outcome: &Outcome) -> Option<String> {
        match (self, outcome) {
            (_, Outcome::Saved(path)) => Some(words.with("saved-as", "path", path)),
            (_, Outcome::VoucherUsed(used)) => {
                let (name, size) = (clean::line(&used.building), amount::size(used.bytes));
                let until = when::day(words, &used.until);
                let values = [("name", (&name).into()), ("size", (&size).into()), ("until", (&until).into())];
                Some(words.fill("voucher-used", &values))
            }
            (Deed::Choose { mode, .. }, _) if mode == "off" => Some(words.t("internet-now-off")),
            (Deed::Choose { .. }, _) => Some(words.t("internet-now-on")),
            (Deed::AcceptTerms { .. }, _) => Some(words.t("internet-accepted")),
            (Deed::Price { most: (_, 0), .. }, _) => Some(words.t("internet-pays-nothing")),
            (Deed::Price { .. }, _) => Some(words.t("internet-pays")),
            (Deed::SetUpBrowser { .. }, _) => Some(words.t("browser-now-set")),
            (Deed::UndoBrowser { .. }, _) => Some(words.t("browser-now-undone")),
            (Deed::StartBrowser { .. }, _) => Some(words.t("browser-started")),
            (Deed::OpenPage { .. }, _) => Some(words.t("page-opened")),
            (Deed::Test { .. } | Deed::SaveStatement { .. } | Deed::UseVoucher { .. }, _) => None,
        }
    }

    fn undo(&self, _: &Outcome) -> Option<super::Deed> {
        let back = match self.clone() {
            Deed::Choose { mode, before } if mode != before => Deed::Choose { mode: before, before: mode },
            Deed::Price { most, before } if most != before => Deed::Price { most: before, before: most },
            Deed::SetUpBrowser { pac } => Deed::UndoBrowser { pac },
            Deed::UndoBrowser { pac } => Deed::SetUpBrowser { pac },
            _ => return None,
        };
        Some(super::Deed::Internet(back))
    }
}
