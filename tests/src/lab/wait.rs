//! Waiting for a fact with a deadline: what tests do instead of sleeping.
//!
//! Every deadline is multiplied by how slow this computer is today (`HEDGEROW_PATIENCE`, set once a run by
//! `tests/calibrate`), so callers name the time that a quiet computer needs. Not for: how fast Hedgerow is (the bench).

use std::future::Future;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Between two questions of [`until`].
const ASK_EVERY: Duration = Duration::from_millis(25);
/// Between two questions of [`until_now`].
const ASK_NOW_EVERY: Duration = Duration::from_millis(10);
/// How many times faster a node's slow clocks run where a story waits for them (see [`haste`]).
const HASTE: f64 = 4.0;

/// What a value of `HEDGEROW_PATIENCE` means: a number from 1 up; 1 where there is none, or where it makes no sense.
pub fn factor_of(value: Option<&str>) -> f64 {
    let number = value.and_then(|text| text.trim().parse::<f64>().ok());
    number.filter(|factor| factor.is_finite() && *factor >= 1.0).unwrap_or(1.0)
}

fn factor() -> f64 {
    static FACTOR: OnceLock<f64> = OnceLock::new();
    *FACTOR.get_or_init(|| factor_of(std::env::var("HEDGEROW_PATIENCE").ok().as_deref()))
}

/// A deadline of a quiet computer as one of this computer today.
pub fn patience(within: Duration) -> Duration {
    within.mul_f64(factor())
}

/// The same in whole seconds, for programs that take a deadline as text (`curl --max-time`).
pub fn seconds(within: u64) -> String {
    patience(Duration::from_secs(within)).as_secs().to_string()
}

/// `HEDGEROW_HASTE` for a story that waits for a dead link or a signature: less on a slow computer, where a link that is
/// alive may be silent for longer.
pub fn haste() -> String {
    (HASTE / factor()).max(1.0).to_string()
}

/// Asks again and again until there is an answer; gives it with how long it took.
///
/// # Panics
/// When the deadline passes, saying what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    within: Duration,
    ask: impl FnMut() -> F,
) -> (T, Duration) {
    by(within, ask).await.unwrap_or_else(|| panic!("after {:?} still not: {what}", patience(within)))
}

/// The same for whoever has more to say when the deadline passes: then it gives nothing.
pub async fn by<T, F: Future<Output = Option<T>>>(
    within: Duration,
    mut ask: impl FnMut() -> F,
) -> Option<(T, Duration)> {
    let (from, within) = (Instant::now(), patience(within));
    loop {
        if let Some(answer) = ask().await {
            return Some((answer, from.elapsed()));
        }
        if from.elapsed() >= within {
            return None;
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

/// The same where nothing else goes on meanwhile: it holds its thread.
///
/// # Panics
/// When the deadline passes, saying what was waited for.
pub fn until_now<T>(what: &str, within: Duration, ask: impl FnMut() -> Option<T>) -> T {
    by_now(within, ask).unwrap_or_else(|| panic!("after {:?} still not: {what}", patience(within)))
}

/// The same for whoever goes on when the deadline passes.
pub fn by_now<T>(within: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let (from, within) = (Instant::now(), patience(within));
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if from.elapsed() >= within {
            return None;
        }
        std::thread::sleep(ASK_NOW_EVERY);
    }
}
