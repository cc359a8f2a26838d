//! For tests: waiting for a fact with a deadline, instead of sleeping.
//!
//! Every deadline is multiplied by how slow this computer is today (`HEDGEROW_PATIENCE`, set once a run by `tests/calibrate`),
//! so callers name the time that a quiet computer needs. Shared by the unit tests and `node/tests`.

#![allow(dead_code, reason = "the unit tests and node/tests each use their own part")]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long a quiet computer may take for anything here. Only a failed test waits so long.
pub(crate) const SOON: Duration = Duration::from_secs(30);
/// Between two questions: short, as some tests measure how long a fact takes.
const ASK_EVERY: Duration = Duration::from_millis(5);

fn factor_of(value: Option<&str>) -> f64 {
    let number = value.and_then(|text| text.trim().parse::<f64>().ok());
    number.filter(|factor| factor.is_finite() && *factor >= 1.0).unwrap_or(1.0)
}

/// A deadline of a quiet computer as one of this computer today.
pub(crate) fn patience(within: Duration) -> Duration {
    static FACTOR: OnceLock<f64> = OnceLock::new();
    within.mul_f64(*FACTOR.get_or_init(|| factor_of(std::env::var("HEDGEROW_PATIENCE").ok().as_deref())))
}

/// Asks again and again until there is an answer; nothing when none came [`SOON`].
pub(crate) async fn asked<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + patience(SOON);
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

/// The same, and a panic that says what was waited for.
pub(crate) async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    asked(ask).await.unwrap_or_else(|| panic!("it never came to be: {what}"))
}

/// What a future gives, which must be [`SOON`].
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let given = tokio::time::timeout(patience(SOON), future).await;
    given.unwrap_or_else(|_| panic!("it never came to be: {what}"))
}

/// The same as [`until`] for tests without tasks: it holds its thread.
pub(crate) fn until_now<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience(SOON);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "it never came to be: {what}");
        std::thread::sleep(ASK_EVERY);
    }
}

#[test]
fn deadlines_are_never_shorter_than_they_say() {
    for (value, factor) in [("1", 1.0), ("2.50", 2.5), (" 10 ", 10.0)] {
        assert_eq!(factor_of(Some(value)), factor, "{value}");
    }
    for value in ["", "0.2", "-1", "inf", "NaN", "slow"] {
        assert_eq!(factor_of(Some(value)), 1.0, "{value}");
    }
    assert_eq!(factor_of(None), 1.0);
    assert!(patience(SOON) >= SOON);
}
