//! Vouchers in words.

use hedgerow_api::{VoucherNew, clean};

use super::Form;
use crate::amount;
use crate::deeds::Outcome;
use crate::pages::{Cx, Part};
use crate::when;

/// Bytes in a megabyte, as people count.
const MEGABYTE: u64 = 1_000_000;

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whether the rules let people in with vouchers.
    pub takes: bool,
    /// The one that was just made.
    pub made: Option<Made>,
}

/// A voucher to give away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What to hand over.
    pub text: String,
    /// Whom it is for, how much, for how long, until when.
    pub sentence: String,
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<View> {
    let words = cx.words;
    cx.known.gateway.part(words, ("share-new", "share-new-about"), |g| {
        g.setup.as_ref()?;
        let made = match cx.outcome {
            Some(Outcome::VoucherMade(made)) => {
                let (name, size, until) =
                    (clean::line(&made.name), amount::size(made.bytes), when::day(words, &made.until));
                let values = [
                    ("name", (&name).into()),
                    ("size", (&size).into()),
                    ("days", u64::from(made.days).into()),
                    ("until", (&until).into()),
                ];
                let key = if made.is_code { "voucher-code-made" } else { "voucher-made" };
                Some(Made { text: made.text.clone(), sentence: words.fill(key, &values) })
            }
            _ => None,
        };
        Some(View { takes: g.policy["who"]["vouchers"].as_bool() == Some(true), made })
    })
}

/// What was typed as a voucher to make, or what is wrong with it.
pub(crate) fn typed(form: &Form) -> Result<VoucherNew, &'static str> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| *n > 0);
    let bytes = number(&form.megabytes).map(|n| u64::from(n) * MEGABYTE).ok_or("voucher-amount-wrong")?;
    let days = match form.days.trim() {
        "" => None,
        text => Some(number(text).ok_or("voucher-days-wrong")?),
    };
    let person = Some(form.who.trim().to_owned()).filter(|w| !w.is_empty());
    Ok(VoucherNew { person, bytes, days, ..VoucherNew::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_voucher_or_says_what_is_wrong() {
        let form =
            |megabytes: &str, days: &str| Form { megabytes: megabytes.into(), days: days.into(), ..Form::default() };
        let code = VoucherNew { bytes: 500_000_000, ..VoucherNew::default() };
        assert_eq!(typed(&form(" 500 ", "")), Ok(code.clone()));
        let bob = Form { who: "Bob ".into(), ..form("500", "7") };
        assert_eq!(typed(&bob), Ok(VoucherNew { person: Some("Bob".into()), days: Some(7), ..code }));
        for wrong in ["", "0", "-3", "lots", "99999999999"] {
            assert_eq!(typed(&form(wrong, "")), Err("voucher-amount-wrong"), "{wrong}");
        }
        assert_eq!(typed(&form("5", "soon")), Err("voucher-days-wrong"));
    }
}
