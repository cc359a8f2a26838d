//! For tests of whole programs: makes a node's slow clocks run faster, so that a story need not wait as long as people do.
//!
//! The variable `HEDGEROW_HASTE` (a number from 1 to 20) divides the periods that are passed through [`hastened`], and no
//! others: after how much silence a link is dead, and how long a receipt waits to be signed. Read once, here. Without it,
//! or where it makes no sense, everything takes as long as it says. Not for people: a short silence of a good link would end it.

use std::sync::OnceLock;
use std::time::Duration;

/// What is beyond would end links that are alive.
const HASTE_MAX: f64 = 20.0;

/// A period as this program is to keep it.
pub(crate) fn hastened(period: Duration) -> Duration {
    static FACTOR: OnceLock<f64> = OnceLock::new();
    period.div_f64(*FACTOR.get_or_init(|| factor_of(std::env::var("HEDGEROW_HASTE").ok().as_deref())))
}

fn factor_of(value: Option<&str>) -> f64 {
    let number = value.and_then(|text| text.trim().parse::<f64>().ok());
    number.filter(|factor| (1.0..=HASTE_MAX).contains(factor)).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sensible_number_changes_anything() {
        for (value, factor) in [("4", 4.0), (" 1.5 ", 1.5), ("20", 20.0), ("1", 1.0)] {
            assert_eq!(factor_of(Some(value)), factor, "{value}");
        }
        for value in ["", "0", "0.5", "-3", "20.1", "inf", "NaN", "four"] {
            assert_eq!(factor_of(Some(value)), 1.0, "{value}");
        }
        assert_eq!(factor_of(None), 1.0);
    }
}
