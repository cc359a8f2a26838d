//! `hedgerow gateway voucher` and `hedgerow uplink voucher`

use clap::{Args, Subcommand};
use hedgerow_api::{VoucherBack, VoucherMade, VoucherNew, VoucherUse, VoucherUsed};

use super::{Cx, Outcome};

/// Vouchers: so much internet for whoever has one, whether or not the rules let them in otherwise.
///
/// The rules have to take them: hedgerow gateway policy --set who.vouchers=true
///
/// Example: hedgerow gateway voucher new --anyone --amount 500MB
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GatewayVoucher {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, Subcommand)]
enum Sub {
    New(New),
    Back(Back),
}

/// Make one. It is shown once; give it to whom it is for.
///
/// Example: hedgerow gateway voucher new --for "Bob Reed" --amount 2GB --days 7 --until 2026-12-24
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct New {
    /// Whom it is for. A copy is of no use to others.
    #[arg(long = "for", value_name = "NAME", required_unless_present = "anyone", conflicts_with = "anyone")]
    person: Option<String>,
    /// A code for whoever types it first.
    #[arg(long)]
    anyone: bool,
    /// Which of their computers, where there is more than one: 8 or more letters of its key.
    #[arg(long, value_name = "KEY", requires = "person")]
    computer: Option<String>,
    /// How much it is good for, like 500MB or 2GB.
    #[arg(long, value_parser = bytes)]
    amount: u64,
    /// For how many days once it is used. Default: 30.
    #[arg(long)]
    days: Option<u32>,
    /// The last day to begin to use it, like 2026-12-24. Default: 30 days ahead.
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
}

/// Take one back, used or not.
///
/// Example: hedgerow gateway voucher back ABCD-EFGH-JKMN
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Back {
    /// The voucher or the code.
    voucher: String,
}

/// Use a voucher. Trying again takes nothing twice.
///
/// Example: hedgerow uplink voucher ABCD-EFGH-JKMN --at "Riverside Library"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct UplinkVoucher {
    /// The voucher or the code.
    voucher: String,
    /// For a code: the building, where more than one takes vouchers.
    #[arg(long, value_name = "BUILDING")]
    at: Option<String>,
}

impl GatewayVoucher {
    pub async fn run(self, cx: &Cx) -> Outcome {
        match self.command {
            Sub::New(n) => {
                let new = VoucherNew {
                    person: n.person,
                    computer: n.computer,
                    bytes: n.amount,
                    days: n.days,
                    until: n.until,
                    dry_run: cx.dry_run,
                };
                let made = cx.client.voucher_new(&new).await?;
                cx.out.data(&made, |m: &VoucherMade| m.text.clone());
                let whose = match (made.is_code, made.name.as_str()) {
                    (true, _) => "whoever types it first",
                    (false, name) => name,
                };
                let would = if cx.dry_run { "It would be" } else { "It is" };
                cx.out.say(&format!(
                    "{would} for {whose}: {} MB for {} days, to be begun by {}.",
                    made.bytes / 1_000_000,
                    made.days,
                    made.until
                ));
                if !cx.dry_run {
                    cx.out.next(&format!("they use it with: hedgerow uplink voucher {}", made.text));
                }
            }
            Sub::Back(Back { voucher }) => {
                let back = VoucherBack { text: voucher, dry_run: cx.dry_run };
                let status = cx.client.voucher_back(&back).await?;
                let said = if cx.dry_run { "It would be taken back." } else { "It is taken back." };
                cx.out.data(&status, |_| said.to_owned());
            }
        }
        Ok(0)
    }
}

impl UplinkVoucher {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let using = VoucherUse { text: self.voucher, building: self.at, dry_run: cx.dry_run };
        let used = cx.client.voucher_use(&using).await?;
        cx.out.data(&used, |u: &VoucherUsed| u.sentence.clone());
        if !cx.dry_run {
            cx.out.next("hedgerow uplink auto");
        }
        Ok(0)
    }
}

/// A size as people write it.
fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || "write it like 500MB or 2GB".to_owned();
    let lower: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let (number, unit) = match (lower.strip_suffix("mb"), lower.strip_suffix("gb")) {
        (Some(number), _) => (number, 1_000_000),
        (_, Some(number)) => (number, 1_000_000_000),
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|n| *n > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!((bytes("500MB"), bytes("2 gb")), (Ok(500_000_000), Ok(2_000_000_000)));
        for bad in ["", "500", "MB", "-1MB", "0GB", "1.5GB", "5TB", "99999999999999GB"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
    }
}
