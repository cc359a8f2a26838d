//! What was used through buildings, from receipts: the host's side and the resident's make it from the same papers.

use std::collections::BTreeMap;

use hedgerow_api::{GatewayStats, HourOfUse, Problem, StatementAsk, StatementRow, Statements};
use hedgerow_protocol::id::{Id, PublicKey};
use hedgerow_protocol::uplink::statement::csv;
use hedgerow_protocol::uplink::{Receipt, Statement};

use super::App;
use super::problems::{internal, invalid};

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
        let member = self.member()?;
        let month = month(&ask)?;
        let (book, _) = self.gateways.papers(self, &member);
        let (building, contact) = member
            .my_policy()
            .map(|(_, p)| (p.title, format!("{} ({})", p.responsible.name, p.responsible.contact)))
            .unwrap_or_default();
        let authority = member.authority();
        let mut sorted: BTreeMap<(u32, [u8; 16]), Vec<Receipt>> = BTreeMap::new();
        for (whose, receipt) in book.receipts() {
            sorted.entry((receipt.series.month, whose.0)).or_default().push(receipt);
        }
        let mut all = Vec::new();
        for ((at, whose), receipts) in sorted.into_iter().filter(|((at, _), _)| month.is_none_or(|m| m == *at)) {
            // Who it is can be told while the directory knows the computer.
            let owner = receipts.iter().find_map(|r| authority.device(&r.series.device)).map(|d| d.owner);
            let mut id = [0; 32];
            id[..16].copy_from_slice(&whose);
            let pseudonym = data_encoding::HEXLOWER.encode(&whose);
            let name = owner.map(|o| member.called(&o)).unwrap_or_default();
            let about = About { building: building.clone(), contact: contact.clone(), pseudonym, name };
            let gateway = member.device.transport().public();
            all.push((sum(gateway, owner.unwrap_or(Id(id)), at, &receipts)?, about));
        }
        Ok(statements(&all))
    }

    /// What this computer used through buildings, by month.
    pub fn uplink_statement(&self, ask: StatementAsk) -> Result<Statements, Problem> {
        let member = self.member()?;
        let month = month(&ask)?;
        let owner = member.owner().unwrap_or(member.community);
        let mut sorted: BTreeMap<(u32, PublicKey), Vec<Receipt>> = BTreeMap::new();
        for receipt in self.ledger(&member).receipts() {
            sorted.entry((receipt.series.month, receipt.series.gateway)).or_default().push(receipt);
        }
        let known: BTreeMap<_, _> = member.gateways().into_iter().collect();
        let mut all = Vec::new();
        for ((at, gateway), receipts) in sorted.into_iter().filter(|((at, _), _)| month.is_none_or(|m| m == *at)) {
            let words = known
                .get(&gateway)
                .map(|p| (p.title.clone(), format!("{} ({})", p.responsible.name, p.responsible.contact)));
            let (building, contact) = words.unwrap_or_default();
            let about = About { building, contact, pseudonym: String::new(), name: member.called(&owner) };
            all.push((sum(gateway, owner, at, &receipts)?, about));
        }
        Ok(statements(&all))
    }

    /// Use by the hour, by members under other names.
    pub fn gateway_stats(&self) -> Result<GatewayStats, Problem> {
        let member = self.member()?;
        let (_, hours) = self.gateways.papers(self, &member);
        let rows = match self.gateways.running() {
            Some(gateway) => gateway.hours().rows(),
            None => hours.rows(),
        };
        let text = |hour: u64| {
            let at = jiff::Timestamp::from_second(i64::try_from(hour.saturating_mul(3600)).unwrap_or(i64::MAX));
            at.map(|at| at.to_string()).unwrap_or_default()
        };
        let hour = |((hour, whose), (bytes, bytes_charged)): ((u64, _), _)| {
            let whose: hedgerow_protocol::uplink::meter::Member = whose;
            HourOfUse { from: text(hour), member: data_encoding::HEXLOWER.encode(&whose.0), bytes, bytes_charged }
        };
        let days = member.my_policy().map_or(0, |(_, p)| p.recorded.days.into());
        Ok(GatewayStats { days, hours: rows.into_iter().map(hour).collect() })
    }
}

fn month(ask: &StatementAsk) -> Result<Option<u32>, Problem> {
    let Some(typed) = ask.month.as_deref().map(str::trim).filter(|t| !t.is_empty()) else { return Ok(None) };
    let read = || {
        let (year, month) = typed.split_once('-')?;
        let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
        ((1..=12).contains(&month) && (1970..=9999).contains(&year)).then(|| year * 12 + month - 1)
    };
    read().map(Some).ok_or_else(|| invalid(format!("\"{typed}\" is not a month."), "Write it like 2026-11."))
}

fn sum(gateway: PublicKey, member: Id, month: u32, receipts: &[Receipt]) -> Result<Statement, Problem> {
    Statement::new(gateway, member, month, receipts, &[])
        .map_err(|e| internal("The receipts could not be added up.", e))
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
