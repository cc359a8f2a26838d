//! One connection through a gateway: every byte is counted before it goes, by receipt, by voucher and by the limits of the
//! rules; and it ends when the rules say so.
//!
//! Not for: whether it may be opened ([`super::gateway`]).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::BoxFuture;
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::uplink::Refusal;
use hedgerow_protocol::uplink::receipt::Series;

use super::gateway::{Gateway, May, Papers};
use crate::flow::{Meter, Way};

/// How often rights and hours of open connections are looked at.
const RIGHTS_EVERY: Duration = Duration::from_millis(500);
/// How long a receipt may be on its way while more is wanted: longer than a resident's computer waits before it signs.
const RECEIPT_PATIENCE: Duration = Duration::from_secs(13);

/// Counts one connection, and ends it when the rules say so.
pub(super) struct Tap {
    pub(super) gateway: Arc<Gateway>,
    pub(super) peer: PublicKey,
    pub(super) may: May,
}

impl Tap {
    fn series(&self) -> Series {
        let (month, policy) = (self.gateway.month.load(Ordering::Relaxed), self.gateway.policy());
        Series { gateway: self.gateway.key, device: self.may.device, month, pence_per_gb: policy.pence_per_gb }
    }
}

impl Meter for Tap {
    fn piece(&self) -> u64 {
        self.gateway.share().piece()
    }
    fn take(&self, way: Way, bytes: u64) -> BoxFuture<'_, Result<(), Vec<u8>>> {
        Box::pin(async move {
            let Papers { book, vouchers, .. } = &self.gateway.papers;
            let (share, series, may) = (self.gateway.share(), self.series(), &self.may);
            let served = book.serve_soon(series, may.member, (way, bytes), RECEIPT_PATIENCE).await;
            served.map_err(|refusal| refusal.encode())?;
            let number = may.pass.map(|(number, _)| number);
            let taken = match number.is_none_or(|n| vouchers.take(&n, bytes, self.gateway.second())) {
                true => share.take(may.member, bytes, may.price_accepted).await.inspect_err(|_| {
                    number.iter().for_each(|n| vouchers.give_back(n, bytes));
                }),
                false => Err(Refusal::Voucher),
            };
            match taken {
                Ok(0) => {}
                Ok(charged) => book.charge(&series, charged),
                Err(refusal) => {
                    book.give_back(&series, way, bytes);
                    return Err(refusal.encode());
                }
            }
            Ok(())
        })
    }
    fn lost(&self, bytes: u64) {
        self.gateway.papers.book.give_back(&self.series(), Way::Out, bytes);
        if let Some((number, _)) = &self.may.pass {
            self.gateway.papers.vouchers.give_back(number, bytes);
        }
    }
    fn ended(&self) -> BoxFuture<'_, Vec<u8>> {
        let (mut policy, mut stopped) = (self.gateway.policy.subscribe(), self.gateway.stopped.subscribe());
        Box::pin(async move {
            loop {
                match self.gateway.may_use(&self.peer) {
                    Err(Refusal::UplinkDown) | Ok(_) => {}
                    Err(refusal) => return refusal.encode(),
                }
                // Pausing is felt at once; hours and membership within the half second.
                tokio::select! {
                    _ = policy.changed() => {}
                    _ = stopped.changed() => {}
                    () = tokio::time::sleep(RIGHTS_EVERY) => {}
                }
            }
        })
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.gateway.share().leave(self.may.member);
    }
}
