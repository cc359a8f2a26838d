//! Vouchers: the host makes them and takes them back, a resident redeems one.
//!
//! Not for: what they are (`hedgerow_protocol::uplink::voucher`), or how they are kept (`crate::uplink::vouchers`).

use std::sync::Arc;

use hedgerow_api::{Code, GatewayStatus, Problem, VoucherBack, VoucherMade, VoucherNew, VoucherUse, VoucherUsed};
use hedgerow_protocol::hlc::day_of_ms;
use hedgerow_protocol::id::PublicKey;
use hedgerow_protocol::listing::{day_of, day_second};
use hedgerow_protocol::uplink::talk::Message;
use hedgerow_protocol::uplink::voucher::{HumanCode, Offer, VoucherError};
use hedgerow_protocol::uplink::{Policy, Voucher};

use super::gateway::not_set_up;
use super::items::day_text;
use super::problems::{internal, invalid, why};
use super::uplink::size;
use super::{App, Member, blocking};
use crate::uplink::choose::hand_in;
use crate::uplink::vouchers::{Failed, Made};

/// How long a voucher may wait until it is used, and how long it lasts then, where nobody says.
const DAYS: u32 = 30;
/// Longest that a voucher lasts once it is used.
const DAYS_MAX: u32 = 400;
const DAY_SECONDS: u64 = 86_400;
/// Letters of a computer's key that are enough to name it.
const PREFIX_MIN: usize = 8;

impl App {
    /// Makes a voucher: for one computer, or a code for whoever comes first.
    pub async fn voucher_new(self: &Arc<Self>, new: VoucherNew) -> Result<VoucherMade, Problem> {
        let (member, policy) = self.voucher_host()?;
        let (now, zone) = (member.core.clock() / 1000, &policy.time_zone);
        let until = match new.until.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
            None => now + u64::from(DAYS) * DAY_SECONDS,
            Some(typed) => {
                let end = day_of(typed).and_then(|day| day_second(zone, day + 1));
                end.ok_or_else(|| invalid(format!("\"{typed}\" is not a day."), "Write it like 2026-12-24."))? - 1
            }
        };
        let days = new.days.unwrap_or(DAYS);
        if new.bytes == 0 || !(1..=DAYS_MAX).contains(&days) {
            return Err(invalid(
                "That is no use to anybody.",
                format!("Say how much it is good for, like 500MB, and for 1 to {DAYS_MAX} days."),
            ));
        }
        let holder = new.person.as_deref().map(|p| holder(&member, p, new.computer.as_deref())).transpose()?;
        let offer = Offer { bytes: new.bytes, seconds: u64::from(days) * DAY_SECONDS, until };
        let (is_code, name) = (holder.is_none(), holder.as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
        let text = match new.dry_run {
            true => String::new(),
            false => {
                let secret = member.gateway_secret().ok_or_else(not_set_up)?;
                let vouchers = self.gateways.papers(self, &member)?.vouchers;
                let key = holder.map(|(key, _)| key);
                let made = blocking(move || vouchers.make(key, offer, &secret, now)).await?;
                match made.map_err(|e| failed(&e))? {
                    Made::Ticket(voucher) => voucher.to_text(),
                    Made::Code(code) => code.to_text(),
                }
            }
        };
        Ok(VoucherMade { text, is_code, name, bytes: new.bytes, days, until: day(until) })
    }

    /// Takes a voucher or a code back.
    pub async fn voucher_back(self: &Arc<Self>, back: VoucherBack) -> Result<GatewayStatus, Problem> {
        let (member, _) = self.voucher_host()?;
        let vouchers = self.gateways.papers(self, &member)?.vouchers;
        let secret = member.gateway_secret().ok_or_else(not_set_up)?;
        let number = match read(&member, &back.text)? {
            Typed::Ticket(voucher) if voucher.gateway == member.device.transport().public() => voucher.number,
            Typed::Ticket(_) => return Err(refused(&VoucherError::Elsewhere)),
            Typed::Code(code) => vouchers.number_of(&code, &secret).ok_or_else(|| refused(&VoucherError::Code))?,
        };
        if !back.dry_run {
            let now = member.core.clock() / 1000;
            blocking(move || vouchers.revoke(number, now)).await?.map_err(|e| failed(&e))?;
        }
        self.gateway()
    }

    /// Redeems a voucher or a code at its building.
    pub async fn voucher_use(&self, using: VoucherUse) -> Result<VoucherUsed, Problem> {
        let member = self.member()?;
        let (gateway, building, paper) = match read(&member, &using.text)? {
            Typed::Ticket(voucher) => {
                if voucher.holder != member.device.public() {
                    return Err(refused(&VoucherError::Holder));
                }
                let found = member.gateways().into_iter().find(|(key, _)| *key == voucher.gateway);
                let (key, policy) = found.ok_or_else(|| {
                    Problem::new(
                        Code::NotFound,
                        "The building that this voucher is for does not share its internet now.",
                        "Its rules are not here.",
                        "See which buildings do: hedgerow uplink status",
                    )
                })?;
                (key, policy.title, Message::Voucher(voucher.wire().to_vec()))
            }
            Typed::Code(code) => {
                let (key, policy) = match using.building.as_deref().filter(|b| !b.trim().is_empty()) {
                    Some(typed) => member.gateway_of(typed)?,
                    None => only_one(&member)?,
                };
                (key, policy.title, Message::Code(code))
            }
        };
        if using.dry_run {
            let sentence = format!("It would be used at {building}.");
            return Ok(VoucherUsed { building, bytes: 0, until: String::new(), sentence });
        }
        let answer = hand_in(&self.flows, gateway, paper).await.ok_or_else(|| {
            Problem::new(
                Code::NotReachable,
                format!("The computer of {building} did not answer."),
                "Nothing is lost: a voucher is used once, however often you try.",
                "Try again when it can be reached: hedgerow uplink status",
            )
        })?;
        let pass = answer.map_err(|e| refused(&e))?;
        let until = day(pass.until.saturating_sub(1));
        let sentence = format!("You may use {} at {building}, until {until}.", size(pass.bytes));
        Ok(VoucherUsed { building, bytes: pass.bytes, until, sentence })
    }

    fn voucher_host(&self) -> Result<(Arc<Member>, Policy), Problem> {
        let member = self.member()?;
        let (address, policy) = member.my_policy().ok_or_else(not_set_up)?;
        member.authority().may_publish(&member.device.public(), &address.owner, address.kind).map_err(why)?;
        if !policy.who.vouchers {
            return Err(Problem::new(
                Code::NotAllowed,
                "The rules of this building do not let in people with vouchers.",
                "Nobody could use one.",
                "Change that first: hedgerow gateway policy --set who.vouchers=true   (and who.community=false, so that nobody \
                 comes in without one)",
            ));
        }
        Ok((member, policy))
    }
}

/// What somebody typed or pasted.
enum Typed {
    Ticket(Voucher),
    Code(HumanCode),
}

fn read(member: &Member, text: &str) -> Result<Typed, Problem> {
    match (Voucher::from_text(&member.community, text), HumanCode::parse(text)) {
        (Ok(voucher), _) => Ok(Typed::Ticket(voucher)),
        (Err(_), Some(code)) => Ok(Typed::Code(code)),
        (Err(e), None) => Err(refused(&e.into())),
    }
}

/// The computer that a voucher is for, and whose it is.
fn holder(member: &Member, person: &str, computer: Option<&str>) -> Result<(PublicKey, String), Problem> {
    let owner = member.owner_of(person)?;
    let name = member.called(&owner);
    let mut keys: Vec<PublicKey> = member.authority().devices_of(&owner).into_iter().map(|(key, _)| key).collect();
    if let Some(typed) = computer.map(|c| c.trim().to_lowercase()) {
        keys.retain(|key| typed.len() >= PREFIX_MIN && key.to_string().starts_with(&typed));
    }
    match keys[..] {
        [key] => Ok((key, name)),
        [] => Err(invalid(
            format!("{name} has no such computer."),
            "Leave --computer out to see which there are, or make a code: --anyone",
        )),
        _ => Err(invalid(
            format!("{name} has more than one computer, and a voucher is for one."),
            format!(
                "Say which: --computer {}   or make a code, which works on the one where it is typed: --anyone",
                keys.iter()
                    .map(|k| k.to_string()[..PREFIX_MIN].to_owned())
                    .collect::<Vec<_>>()
                    .join(", or --computer ")
            ),
        )),
    }
}

/// The building that takes vouchers, where there is only one.
fn only_one(member: &Member) -> Result<(PublicKey, Policy), Problem> {
    let mut all = member.gateways();
    all.retain(|(_, policy)| policy.who.vouchers);
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(Problem::new(
            Code::NotFound,
            "No building of your community takes vouchers.",
            "Its rules may not have come here yet.",
            "See which buildings there are: hedgerow uplink status",
        )),
        _ => Err(invalid(
            "More than one building takes vouchers, and a code does not say which it is for.",
            format!("Add --at \"{}\", or the other one.", all[0].1.title),
        )),
    }
}

fn day(second: u64) -> String {
    day_text(day_of_ms(second.saturating_mul(1000)))
}

fn failed(e: &Failed) -> Problem {
    match e {
        Failed::No(why) => refused(why),
        Failed::Io(e) => internal("It could not be written down.", e),
    }
}

fn refused(e: &VoucherError) -> Problem {
    let todo = match e {
        VoucherError::Paper(_) => "Copy the whole of it, or ask for another.",
        VoucherError::Elsewhere => "Use it at the building it is for.",
        VoucherError::Issuer | VoucherError::NotTaken => "Ask the people in the building.",
        VoucherError::Holder => "Use it on the computer it was made for.",
        VoucherError::Over | VoucherError::Revoked => "Ask the people in the building for another.",
        VoucherError::Code => "Look at the letters again. A code works on one computer only.",
        VoucherError::TooOften => "Then try again.",
        VoucherError::Full => "The people in the building have to wait until old ones run out.",
    };
    let mut happened = format!("{e}.");
    happened[..1].make_ascii_uppercase();
    Problem::new(Code::Refused, happened, "It gives no internet.", todo)
}
