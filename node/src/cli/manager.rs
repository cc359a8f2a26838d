//! Talking to systemd, where it started us: that we are ready, well, and stopping. The one place that names sd-notify.
//! Does nothing where nobody listens.

use std::time::Duration;

use hedgerow_api::Client;
use sd_notify::NotifyState;
use tokio::task::JoinHandle;

/// The node answers.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// The node is on its way out.
pub fn stopping() {
    tell(NotifyState::Stopping);
}

/// Says again and again that the node is well, while it answers: one that hangs is started again. Ends with the handle.
pub fn keep_saying_well(client: Client) -> Option<Pulse> {
    let within = sd_notify::watchdog_enabled()?;
    Some(Pulse(tokio::spawn(async move {
        // Twice in the time there is, so that one late beat does no harm.
        let mut beat = tokio::time::interval((within / 2).max(Duration::from_millis(100)));
        loop {
            beat.tick().await;
            if matches!(tokio::time::timeout(within / 2, client.status()).await, Ok(Ok(_))) {
                tell(NotifyState::Watchdog);
            }
        }
    })))
}

/// Stops saying it when dropped.
pub struct Pulse(JoinHandle<()>);

impl Drop for Pulse {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn tell(what: NotifyState<'_>) {
    if let Err(e) = sd_notify::notify(&[what]) {
        tracing::warn!(%e, "systemd could not be told");
    }
}
