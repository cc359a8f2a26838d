//! What a member owes a building for one month: the sum of the last receipts, less what was paid and waived.
//!
//! Both sides make it from the same signed papers, so both get the same to the byte: as CSV, which names keys only, and as a
//! page to print. Settling happens outside; whoever got the money signs an [`Entry`]. Not for: collecting money.

use std::collections::BTreeMap;

use super::receipt::{Receipt, cost_pence};
use super::signed::{self, PaperError};
use crate::fields::{FieldError, Reader, Writer};
use crate::id::{Id, PublicKey};
use crate::keys::SecretKey;
use crate::limits::STATEMENT_PAPERS_MAX;
use crate::listing::{month_words, plain};

const DOMAIN: &str = "hedgerow/account/1";

/// Why money is no longer owed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Why {
    /// It was paid.
    Paid,
    /// It was let go.
    Waived,
}

impl Why {
    /// The word in statements.
    pub fn name(self) -> &'static str {
        match self {
            Why::Paid => "paid",
            Why::Waived => "waived",
        }
    }
}

/// A signed entry in an account: so much was paid, or waived. Only the host's side signs; the member keeps it as proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The gateway's transport key.
    pub gateway: PublicKey,
    /// The member: a person's or group's id.
    pub member: Id,
    /// Months from the year 0 of the month it is for.
    pub month: u32,
    /// Paid or waived.
    pub why: Why,
    /// How much.
    pub pence: u64,
    /// Drawn at random, so that the same entry twice counts once and two like it count twice.
    pub number: [u8; 16],
    /// The device that signed: one of the host's.
    pub signer: PublicKey,
    wire: Vec<u8>,
}

mod key {
    pub const GATEWAY: u64 = 1;
    pub const MEMBER: u64 = 2;
    pub const MONTH: u64 = 3;
    pub const WHY: u64 = 4;
    pub const PENCE: u64 = 5;
    pub const NUMBER: u64 = 6;
    pub const SIGNER: u64 = 7;
}

impl Entry {
    /// Signs an entry about `pence` of a member's `month` at a gateway. `number` is drawn at random.
    pub fn sign(
        community: &Id,
        about: (PublicKey, Id, u32),
        why: Why,
        pence: u64,
        number: [u8; 16],
        host: &SecretKey,
    ) -> Entry {
        let ((gateway, member, month), signer) = (about, host.public());
        let mut w = Writer::new();
        w.bytes(key::GATEWAY, &gateway.0).bytes(key::MEMBER, &member.0).uint(key::MONTH, month.into());
        w.uint(key::WHY, if why == Why::Paid { 1 } else { 2 }).uint(key::PENCE, pence);
        w.bytes(key::NUMBER, &number).bytes(key::SIGNER, &signer.0);
        let wire = signed::sign(DOMAIN, community, w.finish(), host);
        Entry { gateway, member, month, why, pence, number, signer, wire }
    }

    /// Reads an entry and checks its signature. Whether the signer is one of the host's is for the caller to say.
    pub fn verify(community: &Id, wire: &[u8]) -> Result<Entry, PaperError> {
        let (map, signature) = signed::parts(wire)?;
        let mut r = Reader::new(map)?;
        let (gateway, member) = (r.key(key::GATEWAY)?, r.id(key::MEMBER)?);
        let month = u32::try_from(r.uint(key::MONTH)?).map_err(|_| FieldError::Value(key::MONTH))?;
        let why = match r.uint(key::WHY)? {
            1 => Why::Paid,
            2 => Why::Waived,
            _ => return Err(FieldError::Value(key::WHY).into()),
        };
        let (pence, number, signer) = (r.uint(key::PENCE)?, r.array(key::NUMBER)?, r.key(key::SIGNER)?);
        r.finish()?;
        signed::check(DOMAIN, community, map, &signer, signature)?;
        Ok(Entry { gateway, member, month, why, pence, number, signer, wire: wire.to_vec() })
    }

    /// The bytes to send and to keep.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }
}

/// Why no statement could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A paper of another gateway, month or member. Remedy: give only those that belong together.
    #[error("a receipt or entry belongs to another account")]
    Other,
    /// Remedy: a month has no more than one last receipt for each computer and price.
    #[error("there are too many receipts or entries: at most {STATEMENT_PAPERS_MAX}")]
    Many,
}

/// What was had at one price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// Bytes from the member.
    pub up: u64,
    /// Bytes to the member.
    pub down: u64,
    /// How many of them cost something.
    pub charged: u64,
    /// Computers that had them.
    pub computers: u64,
}

/// A member's month at a gateway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The gateway's transport key.
    pub gateway: PublicKey,
    /// The member.
    pub member: Id,
    /// Months from the year 0.
    pub month: u32,
    /// By price in pence for a gigabyte.
    pub rows: BTreeMap<u32, Row>,
    /// Pence for all of it.
    pub cost: u64,
    /// Pence paid.
    pub paid: u64,
    /// Pence waived.
    pub waived: u64,
}

impl Statement {
    /// Adds up. Of several receipts of a series the last counts, and an entry that comes twice counts once; so each side may
    /// bring all it has, in any order.
    pub fn new(
        gateway: PublicKey,
        member: Id,
        month: u32,
        receipts: &[Receipt],
        entries: &[Entry],
    ) -> Result<Statement, StatementError> {
        if receipts.len().max(entries.len()) > STATEMENT_PAPERS_MAX {
            return Err(StatementError::Many);
        }
        let mut last: BTreeMap<_, &Receipt> = BTreeMap::new();
        for receipt in receipts {
            if receipt.series.gateway != gateway || receipt.series.month != month {
                return Err(StatementError::Other);
            }
            let slot = last.entry(receipt.series).or_insert(receipt);
            // Two with one number are the signer's doing; both sides then take the larger.
            let rank = |r: &Receipt| (r.number, r.amounts.charged, r.amounts.up, r.amounts.down);
            if rank(receipt) > rank(slot) {
                *slot = receipt;
            }
        }
        let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
        for (series, receipt) in last {
            let (row, amounts) = (rows.entry(series.pence_per_gb).or_default(), receipt.amounts);
            row.up = row.up.saturating_add(amounts.up);
            row.down = row.down.saturating_add(amounts.down);
            row.charged = row.charged.saturating_add(amounts.charged);
            row.computers += 1;
        }
        let cost = rows.iter().fold(0u64, |sum, (pence, row)| sum.saturating_add(cost_pence(row.charged, *pence)));
        let mut settled: BTreeMap<[u8; 16], &Entry> = BTreeMap::new();
        for entry in entries {
            if (entry.gateway, entry.member, entry.month) != (gateway, member, month) {
                return Err(StatementError::Other);
            }
            let slot = settled.entry(entry.number).or_insert(entry);
            if entry.wire < slot.wire {
                *slot = entry;
            }
        }
        let sum = |why| settled.values().filter(|e| e.why == why).fold(0u64, |sum, e| sum.saturating_add(e.pence));
        Ok(Statement { gateway, member, month, rows, cost, paid: sum(Why::Paid), waived: sum(Why::Waived) })
    }

    /// Pence still open.
    pub fn due(&self) -> u64 {
        self.cost.saturating_sub(self.paid).saturating_sub(self.waived)
    }

    /// `2026-07`.
    pub fn month_text(&self) -> String {
        format!("{:04}-{:02}", self.month / 12, self.month % 12 + 1)
    }

    /// As a page to print. `building`, `person` and `contact` are the words of the policy and the directory; the numbers are
    /// the same on both sides.
    pub fn page(&self, building: &str, person: &str, contact: &str) -> String {
        let (building, person, contact) = (html(building), html(person), html(contact));
        let month = html(&month_words(self.month));
        let mut rows = String::new();
        for (pence, row) in &self.rows {
            let cost = cost_pence(row.charged, *pence);
            rows += &format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                pounds((*pence).into()),
                row.computers,
                thousands(row.up),
                thousands(row.down),
                thousands(row.charged),
                pounds(cost)
            );
        }
        if rows.is_empty() {
            rows = "<tr><td colspan=\"6\">Nothing was used.</td></tr>\n".into();
        }
        let (cost, paid, waived, due) = (pounds(self.cost), pounds(self.paid), pounds(self.waived), pounds(self.due()));
        let todo = match self.due() {
            0 => "There is nothing to pay.".to_owned(),
            _ => format!("To pay, or if you cannot pay, talk to {contact}. Nobody is cut off for asking."),
        };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Internet at {building}, {month}</title>\n\
             <style>body{{font:12pt/1.4 sans-serif;max-width:48em;margin:2em auto;padding:0 1em}}table{{border-collapse:collapse;width:100%}}\
             th,td{{border:1px solid;padding:.3em .5em;text-align:right}}th:first-child,td:first-child{{text-align:left}}\
             .key{{font:9pt monospace;overflow-wrap:anywhere}}</style>\n</head>\n<body>\n<h1>Internet at {building}</h1>\n\
             <p>{person}, {month}</p>\n<table>\n<thead><tr><th scope=\"col\">Price for a gigabyte</th><th scope=\"col\">Computers</th>\
             <th scope=\"col\">Bytes sent</th><th scope=\"col\">Bytes fetched</th><th scope=\"col\">Bytes to pay for</th>\
             <th scope=\"col\">Cost</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n<p>Cost {cost}. Paid {paid}. Let go {waived}. \
             <strong>Still open {due}.</strong></p>\n<p>{todo}</p>\n<p>A gigabyte is 1,000,000,000 bytes. What is not a whole penny is \
             not counted. The numbers come from receipts that the person's own computers signed. No list of places visited \
             exists.</p>\n<p class=\"key\">Building {}<br>Person {}</p>\n</body>\n</html>\n",
            self.gateway, self.member
        )
    }
}

/// The columns of [`csv`].
pub const CSV_HEADER: &str =
    "month,gateway,member,kind,pence_per_gb,computers,bytes_up,bytes_down,bytes_charged,pence\r\n";

/// Statements as CSV (RFC 4180), sorted: a line `used` for each price, then `paid`, `waived` and `due`. Only numbers, keys and
/// fixed words, so nothing in it can be a formula.
pub fn csv(statements: &[Statement]) -> String {
    let mut sorted: Vec<&Statement> = statements.iter().collect();
    sorted.sort_by_key(|s| (s.month, s.gateway, s.member));
    let mut out = CSV_HEADER.to_owned();
    for s in sorted {
        let head = format!("{},{},{}", s.month_text(), s.gateway, s.member);
        for (pence, row) in &s.rows {
            let Row { up, down, charged, computers } = row;
            let cost = cost_pence(*charged, *pence);
            out += &format!("{head},used,{pence},{computers},{up},{down},{charged},{cost}\r\n");
        }
        for (kind, pence) in [(Why::Paid.name(), s.paid), (Why::Waived.name(), s.waived), ("due", s.due())] {
            out += &format!("{head},{kind},,,,,,{pence}\r\n");
        }
    }
    out
}

fn html(text: &str) -> String {
    let mut out = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}

fn pounds(pence: u64) -> String {
    format!("£{}.{:02}", thousands(pence / 100), pence % 100)
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::slice;

    use crate::uplink::receipt::{Amounts, GIGABYTE, Series};
    use proptest::prelude::*;

    const TOWN: Id = Id([5; 32]);
    const HALL: PublicKey = PublicKey([2; 32]);
    const ANN: Id = Id([3; 32]);
    const JULY: u32 = 2026 * 12 + 6;

    fn host() -> SecretKey {
        SecretKey::from_seed(&[8; 32])
    }

    fn receipt(device: u8, pence_per_gb: u32, number: u64, charged: u64) -> Receipt {
        let key = SecretKey::from_seed(&[device; 32]);
        let series = Series { gateway: HALL, device: key.public(), month: JULY, pence_per_gb };
        Receipt::sign(&TOWN, series, number, Amounts { up: 1000, down: charged, charged }, &key)
    }

    fn entry(why: Why, pence: u64, number: u8) -> Entry {
        Entry::sign(&TOWN, (HALL, ANN, JULY), why, pence, [number; 16], &host())
    }

    #[test]
    fn both_sides_agree_to_the_byte() {
        let receipts = [
            receipt(1, 40, 1, 5),
            receipt(1, 40, 9, 3 * GIGABYTE),
            receipt(2, 40, 3, GIGABYTE / 2),
            receipt(2, 0, 1, 77),
            receipt(1, 40, 4, GIGABYTE),
        ];
        let entries = [entry(Why::Paid, 100, 1), entry(Why::Waived, 15, 2), entry(Why::Paid, 100, 1)];
        let hall = Statement::new(HALL, ANN, JULY, &receipts, &entries).unwrap();
        // The member has fewer papers, in another order.
        let ann = Statement::new(
            HALL,
            ANN,
            JULY,
            &[receipts[3].clone(), receipts[2].clone(), receipts[1].clone()],
            &[entries[1].clone(), entries[0].clone()],
        )
        .unwrap();
        assert_eq!((hall.cost, hall.paid, hall.waived, hall.due()), (140, 100, 15, 25));
        assert_eq!(hall, ann);
        assert_eq!(csv(slice::from_ref(&hall)), csv(slice::from_ref(&ann)));
        assert_eq!(hall.page("Hall", "Ann", "Bo"), ann.page("Hall", "Ann", "Bo"));
        let text = csv(&[hall]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 7);
        assert!(lines[1].ends_with(",used,0,1,1000,77,77,0"), "{}", lines[1]);
        assert!(
            lines[2].starts_with("2026-07,0202") && lines[2].ends_with(",used,40,2,2000,3500000000,3500000000,140"),
            "{}",
            lines[2]
        );
        assert!(lines[5].ends_with(",due,,,,,,25"), "{}", lines[5]);
        assert!(lines.iter().filter(|l| !l.is_empty()).all(|l| l.split(',').count() == 10));
    }

    #[test]
    fn the_page_is_plain_whatever_the_names_are() {
        let none = Statement::new(HALL, ANN, JULY, &[], &[]).unwrap();
        let page = none.page("<script>alert(1)</script>", "\u{1b}[31m\"Ann\" & 'Co'\u{202e}", "=cmd|x");
        assert!(page.contains("&lt;script&gt;") && page.contains("&quot;Ann&quot; &amp; &#39;Co&#39;"), "{page}");
        assert!(!page.contains("<script") && !page.contains(['\u{1b}', '\u{202e}']));
        assert!(
            page.contains("July 2026")
                && page.contains("There is nothing to pay.")
                && page.contains("Nothing was used.")
        );
        let open = Statement::new(HALL, ANN, JULY, &[receipt(1, 4000, 1, 31 * GIGABYTE)], &[]).unwrap();
        let page = open.page("Hall", "Ann", "Bo");
        assert!(page.contains("£1,240.00") && page.contains("31,000,000,000") && page.contains("talk to Bo"), "{page}");
        assert_eq!(
            (thousands(0), thousands(999), thousands(1000), thousands(u64::MAX)),
            ("0".into(), "999".into(), "1,000".into(), "18,446,744,073,709,551,615".into())
        );
    }

    #[test]
    fn entries_are_signed_and_belong_somewhere() {
        let e = entry(Why::Waived, 40, 1);
        assert_eq!(Entry::verify(&TOWN, e.wire()), Ok(e.clone()));
        assert_eq!(Entry::verify(&Id([6; 32]), e.wire()), Err(PaperError::Signature));
        for n in 0..e.wire().len() {
            let mut bad = e.wire().to_vec();
            bad[n] ^= 2;
            assert!(Entry::verify(&TOWN, &bad).is_err(), "{n}");
        }
        // A receipt is no entry, and the other way round.
        assert!(
            Receipt::verify(&TOWN, e.wire()).is_err() && Entry::verify(&TOWN, receipt(1, 40, 1, 1).wire()).is_err()
        );
        let other = Err(StatementError::Other);
        assert_eq!(Statement::new(HALL, Id([4; 32]), JULY, &[], slice::from_ref(&e)), other);
        assert_eq!(Statement::new(HALL, ANN, JULY + 1, &[], slice::from_ref(&e)), other);
        assert_eq!(Statement::new(PublicKey([9; 32]), ANN, JULY, &[receipt(1, 1, 1, 1)], &[]), other);
        assert_eq!(Statement::new(HALL, ANN, JULY, &[], &vec![e; STATEMENT_PAPERS_MAX + 1]), Err(StatementError::Many));
        let more = Statement::new(
            HALL,
            ANN,
            JULY,
            &[receipt(1, 40, 1, GIGABYTE)],
            &[entry(Why::Paid, u64::MAX, 1), entry(Why::Paid, 9, 2)],
        )
        .unwrap();
        assert_eq!((more.paid, more.due()), (u64::MAX, 0));
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same(order in Just((0..8usize).collect::<Vec<_>>()).prop_shuffle(), twice in 0usize..8) {
            let all: Vec<Receipt> = (0..8u8).map(|n| receipt(n % 3, u32::from(n % 2) * 40, u64::from(n) + 1, u64::from(n) * GIGABYTE)).collect();
            let mut some: Vec<Receipt> = order.iter().map(|n| all[*n].clone()).collect();
            some.push(all[twice].clone());
            let make = |r: &[Receipt]| csv(&[Statement::new(HALL, ANN, JULY, r, &[]).unwrap()]);
            prop_assert_eq!(make(&all), make(&some));
        }
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..260)) {
            prop_assert!(Entry::verify(&TOWN, &bytes).is_err());
        }
    }
}
