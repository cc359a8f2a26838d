//! What was used through buildings and what was paid for it: the host's side and the resident's add up the same papers.

use std::collections::BTreeMap;
use std::sync::Arc;

use hedgerow_api::{GatewayStats, HourOfUse, Problem, Settle, Settled, StatementAsk, StatementRow, Statements};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::listing::At;
use hedgerow_protocol::uplink::meter::Member as Pseudonym;
use hedgerow_protocol::uplink::statement::{Entry, Why, csv};
use hedgerow_protocol::uplink::{Receipt, Statement};

use super::gateway::not_set_up;
use super::problems::{internal, invalid, why};
use super::{App, Member};
use crate::uplink::gateway::Papers;

/// Whose statement it is, in words.
struct About {
    building: String,
    contact: String,
    /// The name that the gateway's disk knows a member by; empty on the resident's side.
    pseudonym: String,
    name: String,
}

impl App {
    /// What members used here, by month.
    pub fn gateway_statement(&self, ask: StatementAsk) -> Result<Statements, Problem> {
        let month = ask.month.as_deref().map_or(Ok(None), month)?;
        let member = self.member()?;
        Ok(statements(&self.accounts(&member, month)?))
    }

    /// The accounts of members here, the oldest month first.
    fn accounts(&self, member: &Member, month: Option<u32>) -> Result<Vec<(Statement, About)>, Problem> {
        let Papers { book, account, .. } = self.gateways.papers(self, member)?;
        let (building, contact) = member
            .my_policy()
            .map(|(_, p)| (p.title, format!("{} ({})", p.responsible.name, p.responsible.contact)))
            .unwrap_or_default();
        let authority = member.authority();
        /// What is on file for one month and one account.
        type OnFile = (Vec<Receipt>, Vec<Entry>);
        let mut sorted: BTreeMap<(u32, [u8; 16]), OnFile> = BTreeMap::new();
        for (whose, receipt) in book.receipts() {
            sorted.entry((receipt.series.month, whose.0)).or_default().0.push(receipt);
        }
        let secret = member.gateway_secret().unwrap_or_default();
        for entry in account.entries() {
            let whose = Pseudonym::new(&secret, &entry.member);
            sorted.entry((entry.month, whose.0)).or_default().1.push(entry);
        }
        let gateway = member.device.transport().public();
        let mut all = Vec::new();
        for ((at, whose), (receipts, entries)) in sorted {
            if month.is_some_and(|m| m != at) {
                continue;
            }
            // Who it is can be told while the directory knows the computer, or somebody was named when it was settled.
            let listed = receipts.iter().find_map(|r| authority.device(&r.series.device)).map(|d| d.owner);
            let owner = entries.first().map(|e| e.member).or(listed);
            let mut id = [0; 32];
            id[..16].copy_from_slice(&whose);
            let pseudonym = data_encoding::HEXLOWER.encode(&whose);
            let name = owner.map(|o| member.called(&o)).unwrap_or_default();
            let about = About { building: building.clone(), contact: contact.clone(), pseudonym, name };
            all.push((sum(gateway, owner.unwrap_or(Id(id)), at, &receipts, &entries)?, about));
        }
        Ok(all)
    }

    /// What this computer used through buildings, by month.
    pub fn uplink_statement(&self, ask: StatementAsk) -> Result<Statements, Problem> {
        let member = self.member()?;
        let month = ask.month.as_deref().map_or(Ok(None), month)?;
        let owner = member.owner().unwrap_or(member.community);
        let ledger = self.ledger(&member)?;
        let mut sorted: BTreeMap<(u32, PublicKey), (Vec<Receipt>, Vec<Entry>)> = BTreeMap::new();
        for receipt in ledger.receipts() {
            sorted.entry((receipt.series.month, receipt.series.gateway)).or_default().0.push(receipt);
        }
        for entry in ledger.entries().into_iter().filter(|e| e.member == owner) {
            sorted.entry((entry.month, entry.gateway)).or_default().1.push(entry);
        }
        let known: BTreeMap<_, _> = member.gateways().into_iter().collect();
        let mut all = Vec::new();
        for ((at, gateway), (receipts, entries)) in sorted {
            if month.is_some_and(|m| m != at) {
                continue;
            }
            let words = known
                .get(&gateway)
                .map(|p| (p.title.clone(), format!("{} ({})", p.responsible.name, p.responsible.contact)));
            let (building, contact) = words.unwrap_or_default();
            let about = About { building, contact, pseudonym: String::new(), name: member.called(&owner) };
            all.push((sum(gateway, owner, at, &receipts, &entries)?, about));
        }
        Ok(statements(&all))
    }

    /// Notes that somebody paid, or that what they owe is let go.
    pub async fn gateway_settle(self: &Arc<Self>, new: Settle) -> Result<Settled, Problem> {
        let member = self.member()?;
        let (address, policy) = member.my_policy().ok_or_else(not_set_up)?;
        let device = member.device.public();
        member.authority().may_publish(&device, &address.owner, address.kind).map_err(why)?;
        let is_paid = match new.kind.as_str() {
            "paid" => true,
            "waived" => false,
            _ => return Err(invalid("That is no way to settle it.", "There are: paid, waived.")),
        };
        if new.pence == 0 {
            return Err(invalid("There is nothing to note.", "Say how much, like 2.50 for two pounds fifty."));
        }
        let person = member.owner_of(&new.person)?;
        let name = member.called(&person);
        let month = new.month.as_deref().map_or(Ok(None), month)?;
        let accounts = self.accounts(&member, month)?;
        let open = accounts.iter().map(|(s, _)| s).find(|s| s.member == person && s.due() > 0);
        let open = open
            .ok_or_else(|| invalid(format!("{name} owes nothing here."), "See who does: hedgerow gateway statement"))?;
        let due = open.due();
        if new.pence > due {
            return Err(invalid(
                format!("{name} owes {} for {}, which is less.", money(due), open.month_text()),
                "Say no more than that. What is left over belongs to another month: --month 2026-11",
            ));
        }
        if !new.dry_run {
            let mut number = [0; 16];
            getrandom::fill(&mut number).map_err(|e| internal("There is no randomness on this computer.", e))?;
            let about = (member.device.transport().public(), person, open.month);
            let kind = if is_paid { Why::Paid } else { Why::Waived };
            let entry = Entry::sign(&member.community, about, kind, new.pence, number, &member.device);
            let now = At::new(&policy.time_zone, member.core.clock()).map_or(open.month, |at| at.month_count());
            let account = self.gateways.papers(self, &member)?.account;
            let written = super::blocking(move || account.add(entry, now)).await?;
            written.map_err(|e| internal("It could not be written down.", e))?;
        }
        Ok(Settled { month: open.month_text(), name, kind: new.kind, pence: new.pence, due_pence: due - new.pence })
    }

    /// Use by the hour, by members under other names.
    pub fn gateway_stats(&self) -> Result<GatewayStats, Problem> {
        let member = self.member()?;
        if let Some(gateway) = self.gateways.running() {
            gateway.keep_hours();
        }
        let rows = self.gateways.papers(self, &member)?.hours.rows();
        let text = |hour: u64| {
            let at = jiff::Timestamp::from_second(i64::try_from(hour.saturating_mul(3600)).unwrap_or(i64::MAX));
            at.map(|at| at.to_string()).unwrap_or_default()
        };
        let hour = |((hour, whose), (bytes, bytes_charged)): ((u64, Pseudonym), _)| HourOfUse {
            from: text(hour),
            member: data_encoding::HEXLOWER.encode(&whose.0),
            bytes,
            bytes_charged,
        };
        let days = member.my_policy().map_or(0, |(_, p)| p.recorded.days.into());
        Ok(GatewayStats { days, hours: rows.into_iter().map(hour).collect() })
    }
}

/// A month, if one was typed.
fn month(typed: &str) -> Result<Option<u32>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let read = || {
        let (year, month) = typed.split_once('-')?;
        let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
        ((1..=12).contains(&month) && (1970..=9999).contains(&year)).then(|| year * 12 + month - 1)
    };
    read().map(Some).ok_or_else(|| invalid(format!("\"{typed}\" is not a month."), "Write it like 2026-11."))
}

fn sum(
    gateway: PublicKey,
    member: Id,
    month: u32,
    receipts: &[Receipt],
    entries: &[Entry],
) -> Result<Statement, Problem> {
    Statement::new(gateway, member, month, receipts, entries)
        .map_err(|e| internal("The receipts could not be added up.", e))
}

/// Pence in words: "40 pence", "£1.20".
fn money(pence: u64) -> String {
    if pence < 100 { format!("{pence} pence") } else { format!("£{}.{:02}", pence / 100, pence % 100) }
}

fn statements(all: &[(Statement, About)]) -> Statements {
    let row = |(s, about): &(Statement, About)| StatementRow {
        month: s.month_text(),
        building: about.building.clone(),
        gateway: s.gateway.to_string(),
        member: about.pseudonym.clone(),
        name: about.name.clone(),
        bytes_up: s.rows.values().fold(0, |n, r| n.saturating_add(r.up)),
        bytes_down: s.rows.values().fold(0, |n, r| n.saturating_add(r.down)),
        bytes_charged: s.rows.values().fold(0, |n, r| n.saturating_add(r.charged)),
        cost_pence: s.cost,
        paid_pence: s.paid,
        waived_pence: s.waived,
        due_pence: s.due(),
    };
    let sums: Vec<Statement> = all.iter().map(|(s, _)| s.clone()).collect();
    let pages: Vec<String> = all
        .iter()
        .map(|(s, a)| {
            let name = if a.name.is_empty() { &a.pseudonym } else { &a.name };
            s.page(&a.building, name, &a.contact)
        })
        .collect();
    Statements { rows: all.iter().map(row).collect(), csv: csv(&sums), page: one_page(&pages) }
}

/// Several pages in one file, each on a sheet of its own when printed.
fn one_page(pages: &[String]) -> String {
    let (begins, ends) = ("<body>\n", "</body>");
    let Some((head, _)) = pages.first().and_then(|p| p.split_once(begins)) else { return String::new() };
    let body = |page: &String| {
        let rest = page.split_once(begins).map_or("", |(_, rest)| rest);
        rest.split_once(ends).map_or(rest, |(body, _)| body).to_owned()
    };
    let bodies: Vec<String> = pages.iter().map(body).collect();
    let between = "<div style=\"break-after:page\"></div>\n";
    format!("{head}{begins}{}{ends}\n</html>\n", bodies.join(between))
}
