//! Receipts: a resident's computer signs, again and again, how much it has had this month. Each says more than the one
//! before, so only the last one matters.
//!
//! A series is what one device had at one gateway in one month at one price; another price is another series. The gateway
//! serves at most one window beyond the last receipt: so much is lost at most when a signature never comes. Not for:
//! counting ([`super::meter`]), or what a month adds up to ([`super::statement`]).

use super::Refusal;
use super::signed::{self, PaperError};
use crate::fields::{Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::limits::RECEIPT_WINDOW_BYTES;

const DOMAIN: &str = "hedgerow/receipt/1";

/// A gigabyte, as prices mean it.
pub const GIGABYTE: u64 = 1_000_000_000;

/// What receipts belong to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Series {
    /// The gateway's transport key.
    pub gateway: PublicKey,
    /// The key of the resident's device, which signs.
    pub device: PublicKey,
    /// Months from the year 0, on the gateway's clock.
    pub month: u32,
    /// The price in pence for a gigabyte.
    pub pence_per_gb: u32,
}

/// How much was had, since the series began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts {
    /// Bytes from the resident.
    pub up: u64,
    /// Bytes to the resident.
    pub down: u64,
    /// How many of them cost something.
    pub charged: u64,
}

impl Amounts {
    /// Both ways together.
    pub fn bytes(&self) -> u64 {
        self.up.saturating_add(self.down)
    }

    fn reaches(&self, other: &Amounts) -> bool {
        self.up >= other.up && self.down >= other.down && self.charged >= other.charged
    }
}

/// A signed receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// What it belongs to.
    pub series: Series,
    /// From 1, one more each time.
    pub number: u64,
    /// Since the series began.
    pub amounts: Amounts,
    wire: Vec<u8>,
}

mod key {
    pub const GATEWAY: u64 = 1;
    pub const DEVICE: u64 = 2;
    pub const MONTH: u64 = 3;
    pub const PENCE: u64 = 4;
    pub const NUMBER: u64 = 5;
    pub const UP: u64 = 6;
    pub const DOWN: u64 = 7;
    pub const CHARGED: u64 = 8;
}

impl Receipt {
    /// Signs a receipt with the device's key, which is the one in the series.
    pub fn sign(community: &Id, series: Series, number: u64, amounts: Amounts, device: &SecretKey) -> Receipt {
        let mut w = Writer::new();
        w.bytes(key::GATEWAY, &series.gateway.0).bytes(key::DEVICE, &series.device.0);
        w.uint(key::MONTH, series.month.into()).uint(key::PENCE, series.pence_per_gb.into()).uint(key::NUMBER, number);
        w.uint(key::UP, amounts.up).uint(key::DOWN, amounts.down).uint(key::CHARGED, amounts.charged);
        Receipt { series, number, amounts, wire: signed::sign(DOMAIN, community, w.finish(), device) }
    }

    /// Reads and verifies a receipt.
    pub fn verify(community: &Id, wire: &[u8]) -> Result<Receipt, PaperError> {
        let (map, signature) = signed::parts(wire)?;
        let mut r = Reader::new(map)?;
        let small = |n: u64, key| u32::try_from(n).map_err(|_| crate::fields::FieldError::Value(key));
        let series = Series {
            gateway: r.key(key::GATEWAY)?,
            device: r.key(key::DEVICE)?,
            month: small(r.uint(key::MONTH)?, key::MONTH)?,
            pence_per_gb: small(r.uint(key::PENCE)?, key::PENCE)?,
        };
        let number = r.uint(key::NUMBER)?;
        let amounts = Amounts { up: r.uint(key::UP)?, down: r.uint(key::DOWN)?, charged: r.uint(key::CHARGED)? };
        r.finish()?;
        if number == 0 || amounts.up.checked_add(amounts.down).is_none_or(|all| amounts.charged > all) {
            return Err(crate::fields::FieldError::Value(key::CHARGED).into());
        }
        signed::check(DOMAIN, community, map, &series.device, signature)?;
        Ok(Receipt { series, number, amounts, wire: wire.to_vec() })
    }

    /// The bytes to send and to keep.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }
}

/// Why a receipt does not go on from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Of another device, gateway, month or price.
    #[error("the receipt belongs to another account")]
    Series,
    /// Not newer.
    #[error("a newer receipt is here already")]
    Old,
    /// Less than was signed before.
    #[error("the receipt says less than the one before")]
    Less,
    /// More than a window beyond what was served.
    #[error("the receipt says more than was used")]
    More,
}

/// One series as the gateway keeps it: the last receipt, and what was served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    /// Which.
    pub series: Series,
    /// What went through.
    pub served: Amounts,
    /// The last receipt.
    pub last: Option<Receipt>,
}

impl Tab {
    /// A series without a receipt yet.
    pub fn new(series: Series) -> Tab {
        Tab { series, served: Amounts::default(), last: None }
    }

    /// A series after a restart. What was served beyond the last receipt is forgotten in the resident's favour.
    pub fn restore(last: Receipt) -> Tab {
        Tab { series: last.series, served: last.amounts, last: Some(last) }
    }

    fn signed(&self) -> Amounts {
        self.last.as_ref().map_or(Amounts::default(), |r| r.amounts)
    }

    /// Bytes that may still be served before the next receipt.
    pub fn left(&self) -> Result<u64, Refusal> {
        let beyond = self.served.bytes().saturating_sub(self.signed().bytes());
        match RECEIPT_WINDOW_BYTES.saturating_sub(beyond) {
            0 => Err(Refusal::ReceiptOverdue),
            left => Ok(left),
        }
    }

    /// Counts what went through.
    pub fn serve(&mut self, more: Amounts) {
        let s = &mut self.served;
        s.up = s.up.saturating_add(more.up);
        s.down = s.down.saturating_add(more.down);
        s.charged = s.charged.saturating_add(more.charged);
    }

    /// Takes a verified receipt.
    pub fn take(&mut self, receipt: Receipt) -> Result<(), ReceiptError> {
        if receipt.series != self.series {
            return Err(ReceiptError::Series);
        }
        if self.last.as_ref().is_some_and(|last| receipt.number <= last.number) {
            return Err(ReceiptError::Old);
        }
        if !receipt.amounts.reaches(&self.signed()) {
            return Err(ReceiptError::Less);
        }
        // What was sent and has not come yet is signed for already; after a restart a window may be missing here.
        let most = |served: u64| served.saturating_add(RECEIPT_WINDOW_BYTES);
        let (r, s) = (&receipt.amounts, &self.served);
        if r.up > most(s.up) || r.down > most(s.down) || r.charged > most(s.charged) {
            return Err(ReceiptError::More);
        }
        self.last = Some(receipt);
        Ok(())
    }
}

/// What bytes cost, in whole pence: what is not a whole penny is forgiven.
pub fn cost_pence(charged: u64, pence_per_gb: u32) -> u64 {
    (u128::from(charged) * u128::from(pence_per_gb) / u128::from(GIGABYTE)) as u64
}

/// Charged bytes that may still be had at a price before the resident's own ceiling for the month; `spent`: charged bytes by
/// price so far, of all gateways.
pub fn ceiling_left(spent: impl Iterator<Item = (u64, u32)>, ceiling_pence: u64, pence_per_gb: u32) -> u64 {
    if pence_per_gb == 0 {
        return u64::MAX;
    }
    let spent: u128 = spent.map(|(charged, pence)| u128::from(charged) * u128::from(pence)).sum();
    let left = (u128::from(ceiling_pence) * u128::from(GIGABYTE)).saturating_sub(spent);
    u64::try_from(left / u128::from(pence_per_gb)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOWN: Id = Id([5; 32]);

    fn device() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    fn series() -> Series {
        Series { gateway: PublicKey([2; 32]), device: device().public(), month: 24_319, pence_per_gb: 40 }
    }

    fn receipt(number: u64, up: u64, down: u64, charged: u64) -> Receipt {
        Receipt::sign(&TOWN, series(), number, Amounts { up, down, charged }, &device())
    }

    #[test]
    fn a_receipt_is_what_the_device_signed() {
        let r = receipt(7, 10, 20, 5);
        assert_eq!(Receipt::verify(&TOWN, r.wire()), Ok(r.clone()));
        assert_eq!(Receipt::verify(&Id([6; 32]), r.wire()), Err(PaperError::Signature));
        for n in 0..r.wire().len() {
            for bit in [1, 0x80] {
                let mut bad = r.wire().to_vec();
                bad[n] ^= bit;
                assert!(Receipt::verify(&TOWN, &bad).is_err(), "{n}");
            }
            assert!(Receipt::verify(&TOWN, &r.wire()[..n]).is_err());
        }
        assert_eq!(Receipt::verify(&TOWN, &[0; 600]), Err(PaperError::Length));
        for (number, up, down, charged) in [(0, 1, 1, 1), (1, 1, 1, 3), (1, u64::MAX, 1, 1)] {
            assert!(Receipt::verify(&TOWN, receipt(number, up, down, charged).wire()).is_err());
        }
        let other = Receipt::sign(&TOWN, series(), 1, Amounts::default(), &SecretKey::from_seed(&[9; 32]));
        assert_eq!(Receipt::verify(&TOWN, other.wire()), Err(PaperError::Signature));
    }

    #[test]
    fn one_window_beyond_the_last_receipt_and_no_more() {
        let mut tab = Tab::new(series());
        assert_eq!(tab.left(), Ok(RECEIPT_WINDOW_BYTES));
        tab.serve(Amounts { up: 100, down: RECEIPT_WINDOW_BYTES - 101, charged: 50 });
        assert_eq!(tab.left(), Ok(1));
        tab.serve(Amounts { up: 1, ..Amounts::default() });
        assert_eq!(tab.left(), Err(Refusal::ReceiptOverdue));
        assert_eq!(tab.take(receipt(1, 101, 0, 50)), Ok(()));
        assert_eq!(tab.left(), Ok(101));
        assert_eq!(tab.take(receipt(1, 101, 1, 50)), Err(ReceiptError::Old));
        assert_eq!(tab.take(receipt(2, 100, 9, 50)), Err(ReceiptError::Less));
        assert_eq!(tab.take(receipt(2, 101, 0, 49)), Err(ReceiptError::Less));
        assert_eq!(tab.take(receipt(2, 102 + RECEIPT_WINDOW_BYTES, 0, 50)), Err(ReceiptError::More));
        let cheaper = Series { pence_per_gb: 1, ..series() };
        let other = Receipt::sign(&TOWN, cheaper, 2, Amounts { up: 200, down: 0, charged: 50 }, &device());
        assert_eq!(tab.take(other), Err(ReceiptError::Series));
        assert_eq!(tab.take(receipt(5, 101, RECEIPT_WINDOW_BYTES - 101, 50)), Ok(()));
        assert_eq!(tab.left(), Ok(RECEIPT_WINDOW_BYTES));
        let after = Tab::restore(tab.last.clone().unwrap());
        assert_eq!((after.left(), after.served.bytes()), (Ok(RECEIPT_WINDOW_BYTES), RECEIPT_WINDOW_BYTES));
    }

    #[test]
    fn what_it_costs() {
        assert_eq!(
            (cost_pence(GIGABYTE, 40), cost_pence(GIGABYTE - 1, 40), cost_pence(0, 40), cost_pence(u64::MAX, 0)),
            (40, 39, 0, 0)
        );
        assert_eq!(ceiling_left([(GIGABYTE, 40), (GIGABYTE / 2, 20)].into_iter(), 100, 50), GIGABYTE);
        assert_eq!(ceiling_left([(GIGABYTE, 200)].into_iter(), 100, 50), 0);
        assert_eq!(ceiling_left([].into_iter(), 0, 0), u64::MAX);
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..220)) {
            prop_assert!(Receipt::verify(&TOWN, &bytes).is_err());
        }
        /// The ceiling is never passed, and it is used to within a penny.
        #[test]
        fn the_ceiling_holds(ceiling in 0u64..10_000, price in 1u32..5000, spent in prop::collection::vec((0u64..5 * GIGABYTE, 0u32..500), 0..4)) {
            let left = ceiling_left(spent.iter().copied(), ceiling, price);
            let exact = |charged: u64, pence: u32| u128::from(charged) * u128::from(pence);
            let before: u128 = spent.iter().map(|(c, p)| exact(*c, *p)).sum();
            let most = u128::from(ceiling) * u128::from(GIGABYTE);
            prop_assert!(left == 0 || before + exact(left, price) <= most);
            prop_assert!(before + exact(left.saturating_add(1), price) > most);
        }
    }
}
