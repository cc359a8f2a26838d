//! Vouchers tried: claimed, redeemed, taken back, copied, forged, and a journal that is read again.

use proptest::prelude::*;

use super::signed::PaperError;
use super::voucher::*;
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::limits::{CLAIMS_PER_MINUTE, CLAIMS_PER_MINUTE_ALL, VOUCHERS_MAX};

const TOWN: Id = Id([5; 32]);
const HALL: PublicKey = PublicKey([2; 32]);
const ANN: PublicKey = PublicKey([3; 32]);
const BEN: PublicKey = PublicKey([4; 32]);
const SECRET: [u8; 32] = [7; 32];
const DAY: u64 = 86_400;
const OFFER: Offer = Offer { bytes: 1000, seconds: 2 * DAY, until: 10 * DAY };

fn host() -> SecretKey {
    SecretKey::from_seed(&[8; 32])
}

fn voucher(holder: PublicKey, number: u8, offer: Offer) -> Voucher {
    Voucher::issue(&TOWN, HALL, holder, [number; 16], offer, &host())
}

fn redeem(journal: &mut Journal, voucher: &Voucher, who: &PublicKey, now: u64) -> Result<Pass, VoucherError> {
    let (entry, pass) = journal.redeem(voucher, &HALL, who, |issuer| *issuer == host().public(), now)?;
    if let Some(entry) = entry {
        journal.apply(&Entry::decode(&entry.encode()).unwrap()).unwrap();
    }
    Ok(pass)
}

#[test]
fn a_voucher_is_redeemed_once_by_its_holder_at_its_building() {
    let v = voucher(ANN, 1, OFFER);
    assert_eq!(Voucher::verify(&TOWN, v.wire()), Ok(v.clone()));
    assert_eq!(Voucher::from_text(&TOWN, &v.to_text().to_uppercase()), Ok(v.clone()));
    assert_eq!(Voucher::from_text(&TOWN, "hedgerowvoucher1aaaa"), Err(PaperError::Length));
    assert_eq!(Voucher::verify(&Id([6; 32]), v.wire()), Err(PaperError::Signature));
    for n in 0..v.wire().len() {
        let mut bad = v.wire().to_vec();
        bad[n] ^= 4;
        assert!(Voucher::verify(&TOWN, &bad).is_err(), "{n}");
    }
    let mut journal = Journal::default();
    let yes = |issuer: &PublicKey| *issuer == host().public();
    assert_eq!(journal.redeem(&v, &BEN, &ANN, yes, DAY), Err(VoucherError::Elsewhere));
    assert_eq!(journal.redeem(&v, &HALL, &BEN, yes, DAY), Err(VoucherError::Holder));
    assert_eq!(journal.redeem(&v, &HALL, &ANN, |_| false, DAY), Err(VoucherError::Issuer));
    assert_eq!(redeem(&mut journal, &v, &ANN, 11 * DAY), Err(VoucherError::Over));
    let pass = Pass { bytes: 1000, until: 3 * DAY };
    assert_eq!(redeem(&mut journal, &v, &ANN, DAY), Ok(pass));
    assert_eq!(redeem(&mut journal, &v, &ANN, 2 * DAY), Ok(pass), "the same, not another one");
    assert_eq!(redeem(&mut journal, &v, &ANN, 3 * DAY), Err(VoucherError::Over));
    assert_eq!((journal.pass(&v.number, 2 * DAY), journal.pass(&v.number, 3 * DAY)), (Some(pass), None));
    // The same number with other words, and for somebody else.
    let more = voucher(ANN, 1, Offer { bytes: 9999, until: 20 * DAY, ..OFFER });
    assert_eq!(redeem(&mut journal, &more, &ANN, 2 * DAY), Ok(pass));
    assert_eq!(redeem(&mut journal, &voucher(BEN, 1, OFFER), &BEN, 2 * DAY), Err(VoucherError::Holder));
    let endless = voucher(ANN, 2, Offer { until: u64::MAX, ..OFFER });
    assert_eq!(redeem(&mut journal, &endless, &ANN, DAY), Err(VoucherError::Over));
    let forever = voucher(ANN, 3, Offer { seconds: u64::MAX, ..OFFER });
    assert_eq!(redeem(&mut journal, &forever, &ANN, DAY), Ok(Pass { bytes: 1000, until: u64::MAX }));
}

#[test]
fn a_code_claims_for_whoever_comes_first() {
    let code = HumanCode::new([0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0]);
    let text = code.to_text();
    let typed = HumanCode::parse(&text.to_lowercase().replace('-', " "));
    assert_eq!((text.len(), typed.map(|c| c.to_text())), (14, Some(text.clone())));
    assert_eq!(HumanCode::parse("oooo-llll-iiii").map(|c| c.to_text()), Some("0000-1111-1111".into()));
    for bad in ["", "0000-0000-000", "0000-0000-00000", "0000-0000-000U", "０000-0000-0000", "0000-0000-000\u{202e}"] {
        assert_eq!(HumanCode::parse(bad).map(|c| c.to_text()), None, "{bad}");
    }
    let mut journal = Journal::default();
    assert_eq!(journal.claim(&code, ANN, &SECRET, DAY).err(), Some(VoucherError::Code));
    let drawn = journal.draw(&code, [1; 16], OFFER, &SECRET, DAY).unwrap();
    journal.apply(&drawn).unwrap();
    assert!(!drawn.encode().windows(12).any(|w| w == text.replace('-', "").as_bytes()));
    assert_eq!(journal.claim(&code, ANN, &[0; 32], DAY).err(), Some(VoucherError::Code), "another gateway's secret");
    let (entry, number, offer) = journal.claim(&code, ANN, &SECRET, DAY).unwrap();
    journal.apply(&entry.unwrap()).unwrap();
    assert_eq!(journal.claim(&code, ANN, &SECRET, DAY), Ok((None, number, offer)), "again the same");
    assert_eq!(journal.claim(&code, BEN, &SECRET, DAY).err(), Some(VoucherError::Code));
    assert_eq!(journal.claim(&code, ANN, &SECRET, 11 * DAY).err(), Some(VoucherError::Over));
    let v = Voucher::issue(&TOWN, HALL, ANN, number, offer, &host());
    assert!(redeem(&mut journal, &v, &ANN, DAY).is_ok());
    assert_eq!(journal.draw(&code, [2; 16], Offer { until: 0, ..OFFER }, &SECRET, DAY), Err(VoucherError::Over));
    assert_eq!(
        journal.draw(&code, [2; 16], Offer { until: 500 * DAY, ..OFFER }, &SECRET, DAY),
        Err(VoucherError::Over)
    );
}

#[test]
fn taken_back_is_taken_back() {
    let mut journal = Journal::default();
    let v = voucher(ANN, 1, OFFER);
    redeem(&mut journal, &v, &ANN, DAY).unwrap();
    assert!(journal.pass(&[1; 16], DAY).is_some());
    journal.apply(&journal.revoke([1; 16], DAY)).unwrap();
    assert_eq!(journal.pass(&[1; 16], DAY), None);
    assert_eq!(redeem(&mut journal, &v, &ANN, DAY), Err(VoucherError::Revoked));
    // One that was never seen here, and a code.
    journal.apply(&journal.revoke([2; 16], DAY)).unwrap();
    assert_eq!(redeem(&mut journal, &voucher(ANN, 2, OFFER), &ANN, DAY), Err(VoucherError::Revoked));
    let code = HumanCode::new([1; 8]);
    journal.apply(&journal.draw(&code, [3; 16], OFFER, &SECRET, DAY).unwrap()).unwrap();
    journal.apply(&journal.revoke([3; 16], DAY)).unwrap();
    assert_eq!(journal.claim(&code, ANN, &SECRET, DAY).err(), Some(VoucherError::Revoked));
    assert_eq!(journal.compact(2 * DAY).len(), 5);
    assert_eq!(redeem(&mut journal, &v, &ANN, 2 * DAY), Err(VoucherError::Revoked));
    assert_eq!(journal.compact(402 * DAY), []);
}

#[test]
fn every_reason_travels() {
    let all: Vec<VoucherError> = (1..).map_while(VoucherError::from_code).collect();
    assert_eq!(all.len(), 10);
    assert!(all.iter().zip(1..).all(|(error, code)| error.code() == code), "{all:?}");
    assert_eq!(VoucherError::Paper(PaperError::Length).code(), 1);
    assert_eq!(VoucherError::from_code(0), None);
}

#[test]
fn codes_are_tried_slowly() {
    let mut tries = Tries::default();
    for _ in 0..CLAIMS_PER_MINUTE {
        assert_eq!(tries.allow(&ANN, 5), Ok(()));
    }
    assert_eq!(tries.allow(&ANN, 59_999), Err(VoucherError::TooOften));
    assert_eq!(tries.allow(&BEN, 59_999), Ok(()));
    assert_eq!(tries.allow(&ANN, 60_000), Ok(()));
    let many =
        (0..CLAIMS_PER_MINUTE_ALL).filter(|n| tries.allow(&PublicKey([*n as u8 + 50; 32]), 60_001).is_ok()).count();
    assert_eq!(many as u32, CLAIMS_PER_MINUTE_ALL - 1);
}

#[test]
fn the_journal_has_an_end() {
    let mut journal = Journal::default();
    let entry = |n: usize| {
        let mut number = [0; 16];
        number[..8].copy_from_slice(&n.to_be_bytes());
        Entry::Redeemed { number, holder: ANN, at: 0, offer: OFFER }
    };
    for n in 0..VOUCHERS_MAX {
        journal.apply(&entry(n)).unwrap();
    }
    assert_eq!(journal.apply(&entry(VOUCHERS_MAX)), Err(VoucherError::Full));
    assert_eq!(journal.apply(&entry(5)), Ok(()));
    assert_eq!(journal.draw(&HumanCode::new([0; 8]), [9; 16], OFFER, &SECRET, 0), Err(VoucherError::Full));
    journal.compact(11 * DAY);
    assert_eq!(journal.apply(&entry(VOUCHERS_MAX)), Ok(()));
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let number = (0u8..4).prop_map(|n| [n; 16]);
    let key = (0u8..3).prop_map(|n| PublicKey([n; 32]));
    let offer = (0u64..9, 0u64..9, 0u64..9).prop_map(|(bytes, seconds, until)| Offer {
        bytes,
        seconds: seconds * DAY,
        until: until * DAY,
    });
    (0u8..4, number, key, offer, 0u64..9).prop_map(|(what, number, holder, offer, day)| match what {
        0 => Entry::Drawn { number, mark: number, offer },
        1 => Entry::Claimed { number, holder },
        2 => Entry::Redeemed { number, holder, at: day * DAY, offer },
        _ => Entry::Revoked { number, until: day * DAY },
    })
}

proptest! {
    /// A journal that was shortened says the same as the long one, whatever stood in it.
    #[test]
    fn shorter_says_the_same(entries in prop::collection::vec(any_entry(), 0..24), now in 0u64..20, who in 0u8..3, number in 0u8..4) {
        let (now, holder) = (now * DAY, PublicKey([who; 32]));
        let mut long = Journal::default();
        for entry in &entries {
            prop_assert_eq!(Entry::decode(&entry.encode()), Ok(*entry));
            long.apply(entry).unwrap();
        }
        let mut short = Journal::default();
        for entry in long.clone().compact(now) {
            short.apply(&entry).unwrap();
        }
        let v = voucher(holder, number, Offer { until: now, ..OFFER });
        let ask = |j: &Journal| j.redeem(&v, &HALL, &holder, |_| true, now).map(|(_, pass)| pass);
        let (a, b) = (ask(&long), ask(&short));
        // What is over is forgotten, and a voucher that could still be redeemed then was issued anew.
        let forgotten = !long.clone().compact(now).iter().any(|e| e.number() == [number; 16]);
        prop_assert!(a == b || forgotten, "{a:?} {b:?}");
    }
    #[test]
    fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..260), text in "\\PC{0,40}") {
        let _ = (Entry::decode(&bytes), HumanCode::parse(&text), Voucher::from_text(&TOWN, &text));
        prop_assert!(Voucher::verify(&TOWN, &bytes).is_err());
    }
}
