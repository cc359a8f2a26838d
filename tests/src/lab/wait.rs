//! Waiting for a fact with a deadline: what tests do instead of sleeping.

use std::future::Future;
use std::time::{Duration, Instant};

/// Asks again and again until there is an answer; gives it with how long it took.
///
/// # Panics
/// When the deadline passes, saying what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    within: Duration,
    mut ask: impl FnMut() -> F,
) -> (T, Duration) {
    let from = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return (answer, from.elapsed());
        }
        assert!(from.elapsed() < within, "after {within:?} still not: {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
