//! Uplink: a building's internet shared with members, and a resident's way to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::named;

/// This computer as a gateway. `GET /v1/gateway`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GatewayStatus {
    /// `not-set-up`, `off`, `open`, `closed` or `paused`.
    pub state: String,
    /// The same in a sentence, and why.
    pub sentence: String,
    /// Name of the building; empty before set-up.
    pub title: String,
    /// How traffic leaves, as it was typed. Known on this computer only.
    pub way: String,
    /// Whether the line works; only known while it is on.
    pub line_up: bool,
    /// Connections open now.
    pub circuits: u32,
    /// Connections at most.
    pub circuits_max: u32,
    /// Bytes of everybody this month.
    pub month_bytes: u64,
    /// The rules, a line each.
    pub rules: Vec<String>,
    /// The rules as they are published.
    #[schema(value_type = Object)]
    pub policy: serde_json::Value,
    /// Why it is closed, for programs: the name of a refusal, `hours`; empty otherwise.
    #[serde(default)]
    pub refusal: String,
    /// Whether I am trusted to share a building's internet.
    #[serde(default)]
    pub may_host: bool,
    /// What would set it up again as it is: for somebody who changes one thing. Absent before set-up.
    #[serde(default)]
    pub setup: Option<GatewaySetup>,
    /// Lines of this computer that traffic could leave by.
    #[serde(default)]
    pub lines: Vec<GatewayLine>,
}

/// A line of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GatewayLine {
    /// What the system calls it, `eth1`.
    pub name: String,
    /// Whether it is a Wi-Fi.
    pub wireless: bool,
    /// Whether it is plugged in or connected.
    pub up: bool,
}

/// Sets this computer up as a gateway. `POST /v1/gateway`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewaySetup {
    /// Name of the building.
    pub title: String,
    /// Who answers for it.
    pub responsible: String,
    /// Their telephone or mail.
    pub contact: String,
    /// `community-only`, `web` or `custom`; empty: `web`.
    #[serde(default)]
    pub preset: String,
    /// `interface:NAME`, `source:ADDRESS`, `socks5://ADDRESS:PORT`, `http://ADDRESS:PORT` or `direct`.
    pub way: String,
    /// Name servers to ask over the line.
    #[serde(default)]
    pub dns: Vec<String>,
    /// Opening hours, `Mon-Fri 9:00-17:00` each; none: day and night.
    #[serde(default)]
    pub hours: Vec<String>,
    /// Words to accept before the first use; empty: none.
    #[serde(default)]
    pub terms: String,
    /// Price of a gigabyte in pence.
    #[serde(default)]
    pub pence_per_gb: u32,
    /// What the line carries, in Mbit/s; 0: not known, and felt for.
    #[serde(default)]
    pub line_mbit: u32,
    /// Ranges that stay closed besides the building's own, `203.0.113.0/24` each.
    #[serde(default)]
    pub closed: Vec<String>,
    /// Under which addresses the internet sees the building, if not its own.
    #[serde(default)]
    pub public_addresses: Vec<String>,
    /// A file on this computer with closed places, one a line.
    #[serde(default)]
    pub closed_places: Option<String>,
    /// Other fields of the policy, `limits.day_bytes` and its value as JSON.
    #[serde(default)]
    pub set: Vec<PolicySet>,
    /// The responsible person agrees to these rules. Empty: not yet.
    #[serde(default)]
    pub agreed_by: String,
    /// They also agree that the building's own line carries it.
    #[serde(default)]
    pub own_line: bool,
    /// The group that hosts; me when absent.
    #[serde(default)]
    pub as_group: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// One field of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySet {
    /// Its name, `limits.day_bytes`.
    pub field: String,
    /// Its value as JSON; `null` takes it away.
    pub value: String,
}

/// Changes the rules. `PATCH /v1/gateway/policy`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyChange {
    /// The fields.
    pub set: Vec<PolicySet>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Targets for a dry run. `POST /v1/gateway/test`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayTest {
    /// Web addresses, names and addresses; at most 100.
    pub targets: Vec<String>,
}

/// What would happen to one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GatewayVerdict {
    /// As it was typed.
    pub target: String,
    /// Whether a member could open it now.
    pub allowed: bool,
    /// Why not; empty when it is allowed.
    pub sentence: String,
    /// The name of the refusal, for programs.
    pub refusal: String,
    /// Every rule of the address list against it, with its address.
    pub rules: Vec<String>,
}

/// What would happen to each. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GatewayVerdicts {
    /// In the order asked.
    pub verdicts: Vec<GatewayVerdict>,
}

/// Proof that the building's own network cannot be reached through it. `POST /v1/gateway/proof`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GatewayProof {
    /// Whether everything was refused.
    pub passed: bool,
    /// The page, as plain text, with its date and signature.
    pub page: String,
    /// What was tried.
    pub verdicts: Vec<GatewayVerdict>,
}

/// A gateway that this computer may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Gateway {
    /// Its computer.
    pub key: String,
    /// Name of the building.
    pub title: String,
    /// Who answers for it.
    pub responsible: String,
    /// Their telephone or mail.
    pub contact: String,
    /// Whether it can be used now.
    pub open: bool,
    /// Why not, or how much is left, in a sentence.
    pub sentence: String,
    /// Price of a gigabyte in pence; 0 is free.
    pub pence_per_gb: u32,
    /// Bytes left of my share today; absent: not known, or no limit.
    #[serde(default)]
    pub bytes_left: Option<u64>,
    /// Seconds left today.
    #[serde(default)]
    pub seconds_left: Option<u64>,
    /// Words to accept before the first use; empty: none, or accepted.
    #[serde(default)]
    pub terms: String,
    /// Version of the words.
    #[serde(default)]
    pub terms_version: u32,
    /// Bytes sent through it since the start.
    pub bytes_up: u64,
    /// Bytes fetched through it since the start.
    pub bytes_down: u64,
    /// Whether everything goes through this one.
    pub pinned: bool,
    /// Why it cannot be used now, for programs: the name of a refusal, `hours`; or `gone`, `asking`, `not-asked`.
    #[serde(default)]
    pub refusal: String,
    /// Opening hours, `Mon-Fri 9:00-17:00` each; none: day and night.
    #[serde(default)]
    pub hours: Vec<String>,
    /// Bytes a day for one person; absent: no limit.
    #[serde(default)]
    pub day_bytes: Option<u64>,
    /// Seconds a day for one person; absent: no limit.
    #[serde(default)]
    pub day_seconds: Option<u64>,
}

/// My way to the internet. `GET /v1/uplink`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Uplink {
    /// `off`, `auto` or `pinned`.
    pub mode: String,
    /// How things are, in a sentence.
    pub sentence: String,
    /// Whether something can be opened now.
    pub ready: bool,
    /// Where programs are to be pointed; absent while it is off.
    #[serde(default)]
    pub proxy: Option<String>,
    /// What a browser's automatic proxy set-up takes.
    #[serde(default)]
    pub pac: Option<String>,
    /// Why the last connection was refused, in a sentence; empty: none was.
    #[serde(default)]
    pub last_refusal: String,
    /// The most I agreed to pay for a gigabyte, in pence.
    #[serde(default)]
    pub pence_per_gb: u32,
    /// The most I pay in a month, in pence.
    #[serde(default)]
    pub ceiling_pence: u64,
    /// Gateways, the one that is used first.
    pub gateways: Vec<Gateway>,
}

/// Chooses a way to the internet. `PUT /v1/uplink`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UplinkSet {
    /// `off`, `auto`, or a gateway by its building's name or its computer's key; empty: as before.
    #[serde(default)]
    pub mode: String,
    /// Accept the terms of this gateway, as they are now.
    #[serde(default)]
    pub accept_terms: Option<String>,
    /// The most I agree to pay for a gigabyte, in pence; 0: nothing.
    #[serde(default)]
    pub pence_per_gb: Option<u32>,
    /// The most I pay in a month, in pence; 0: nothing. Needed where the price is not 0.
    #[serde(default)]
    pub ceiling_pence: Option<u64>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Which month. `GET /v1/gateway/statement` and `GET /v1/uplink/statement`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementAsk {
    /// `2026-11`; absent: every month that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
}

/// A member's month at a gateway, from receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatementRow {
    /// `2026-11`.
    pub month: String,
    /// Name of the building.
    pub building: String,
    /// The gateway's computer.
    pub gateway: String,
    /// The name that the gateway keeps for the member; empty on the resident's side.
    pub member: String,
    /// Who it is; empty where nobody can tell any more.
    pub name: String,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes fetched.
    pub bytes_down: u64,
    /// How many of them cost something.
    pub bytes_charged: u64,
    /// Pence for all of it.
    pub cost_pence: u64,
    /// Pence paid.
    pub paid_pence: u64,
    /// Pence let go.
    pub waived_pence: u64,
    /// Pence still open.
    pub due_pence: u64,
}

/// What was used, by month. Both sides make it from the same signed receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statements {
    /// By month, then by member or building.
    pub rows: Vec<StatementRow>,
    /// The same for a spreadsheet.
    pub csv: String,
    /// The same to print, as HTML; empty when nothing was used.
    pub page: String,
}

/// Notes that a member paid, or that what they owe is let go. `POST /v1/gateway/settlements`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// The person or group, by name or id.
    pub person: String,
    /// `paid` or `waived`.
    pub kind: String,
    /// How much, in pence: at most what is open for the month.
    pub pence: u64,
    /// For which month, `2026-11`; absent: the oldest that is open.
    #[serde(default)]
    pub month: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What was noted. It is signed, and the member's computers get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settled {
    /// `2026-11`.
    pub month: String,
    /// Who it is.
    pub name: String,
    /// `paid` or `waived`.
    pub kind: String,
    /// How much, in pence.
    pub pence: u64,
    /// Pence still open for that month.
    pub due_pence: u64,
}

/// Makes a voucher. `POST /v1/gateway/vouchers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherNew {
    /// Whom it is for, by name or id; absent: a code for whoever comes first.
    #[serde(default)]
    pub person: Option<String>,
    /// Which of their computers, by 8 or more letters of its key; absent: their only one.
    #[serde(default)]
    pub computer: Option<String>,
    /// Bytes it is good for, both ways together.
    pub bytes: u64,
    /// For how many days once it is used; absent: 30.
    #[serde(default)]
    pub days: Option<u32>,
    /// The last day to begin to use it, `2026-12-24`; absent: 30 days ahead.
    #[serde(default)]
    pub until: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// A voucher that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoucherMade {
    /// What to give away: shown once. Empty in a dry run.
    pub text: String,
    /// Whether it is a code, for whoever types it first.
    pub is_code: bool,
    /// Whom it is for; empty for a code.
    pub name: String,
    /// Bytes it is good for.
    pub bytes: u64,
    /// For how many days once it is used.
    pub days: u32,
    /// The last day to begin to use it.
    pub until: String,
}

/// Takes a voucher back. `POST /v1/gateway/vouchers/back`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherBack {
    /// The voucher or the code.
    pub text: String,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Uses a voucher. `POST /v1/uplink/voucher`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherUse {
    /// The voucher or the code.
    pub text: String,
    /// For a code: the building, by name or its computer's key; absent: the only one that takes vouchers.
    #[serde(default)]
    pub building: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What a voucher gives. The same however often it is handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VoucherUsed {
    /// Name of the building.
    pub building: String,
    /// Bytes in all.
    pub bytes: u64,
    /// The last day.
    pub until: String,
    /// The same in a sentence.
    pub sentence: String,
}

/// What a member used in an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HourOfUse {
    /// When the hour began, in universal time.
    pub from: String,
    /// The name that the gateway keeps for the member.
    pub member: String,
    /// Bytes both ways.
    pub bytes: u64,
    /// How many of them cost something.
    pub bytes_charged: u64,
}

/// Use by the hour. `GET /v1/gateway/stats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GatewayStats {
    /// For how many days it is kept.
    pub days: u32,
    /// The oldest first.
    pub hours: Vec<HourOfUse>,
}

/// What came of trying a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UplinkTested {
    /// Whether a connection was made.
    pub works: bool,
    /// How, or why not.
    pub sentence: String,
    /// Name of the building it went through.
    pub through: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// Tries a way. `POST /v1/uplink/test`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UplinkTest {
    /// Where to: a web address, or `example.org:443`.
    pub target: String,
}

named! {
    GatewayStatus => "hedgerow.gateway/1",
    GatewayVerdicts => "hedgerow.gateway-test/1",
    GatewayProof => "hedgerow.gateway-proof/1",
    GatewayStats => "hedgerow.gateway-stats/1",
    Statements => "hedgerow.statement/1",
    Settled => "hedgerow.settled/1",
    VoucherMade => "hedgerow.voucher/1",
    VoucherUsed => "hedgerow.voucher-used/1",
    Uplink => "hedgerow.uplink/1",
    UplinkTested => "hedgerow.uplink-test/1",
}
