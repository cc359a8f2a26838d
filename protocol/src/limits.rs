//! Every bound of the protocol in one place, with what happens when it is met.
//!
//! A decoder that meets a bound refuses the input with an error that names it; nothing is cut short in silence.

/// Largest authority record on the wire (payload and signature), in bytes. Larger: refused.
pub const AUTHORITY_BYTES_MAX: usize = 4 * 1024;
/// Largest content record on the wire (payload and signature), in bytes. Larger: refused; the rest belongs in a blob.
pub const CONTENT_BYTES_MAX: usize = 16 * 1024;
/// Longest key of a slot, in bytes. Longer: refused.
pub const KEY_BYTES_MAX: usize = 64;
/// Most predecessors an authority record may name. More: refused.
pub const AUTHORITY_PREV_MAX: usize = 4;
/// Most predecessors a content record may name. More: refused.
pub const CONTENT_PREV_MAX: usize = 8;
/// Most entries in a list inside an authority body, or in `critical`. More: refused.
pub const LIST_MAX: usize = 64;
/// Deepest nesting of CBOR items in a record or a body. Deeper: refused.
pub const CBOR_DEPTH_MAX: usize = 24;
/// Most files that one record names. More: refused.
pub const FILES_MAX: usize = 16;
/// Largest file that a record may name, in bytes. Larger: refused.
pub const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// Longest media type of a file, in bytes. Longer: refused.
pub const FILE_MEDIA_BYTES_MAX: usize = 100;
/// Longest name of a file, in bytes. Longer: refused.
pub const FILE_NAME_BYTES_MAX: usize = 255;
/// Longest life of a content record in days after the day of its HLC. Longer: refused.
pub const CONTENT_DAYS_MAX: u32 = 400;
/// Largest roll call on the wire, in bytes. Larger: refused. Four ids and what goes round them take half of it.
pub const ROLL_CALL_BYTES_MAX: usize = 1024;
/// Days for which a roll call is kept; each is replaced by the next day's. Longer than [`ROLL_CALL_FRESH_DAYS`].
pub const ROLL_CALL_DAYS: u32 = 120;
/// Days after which the newest roll call is too old to rely on who is said to belong. Older: people are warned.
pub const ROLL_CALL_FRESH_DAYS: u32 = 90;
/// Newest versions kept of one slot, device and size. Older ones are dropped.
pub const VERSIONS_PER_SLOT_DEVICE: usize = 2;
/// What content is charged in, in bytes: about what a record costs in memory and index beside its bytes.
pub const UNIT_BYTES: usize = 1024;
/// What the content of a community may come to until its stewards say otherwise, in MiB.
pub const CEILING_MIB: u64 = 1024;
/// Least and most that stewards may say, in MiB. Other numbers: the proposal is refused.
pub const CEILING_MIB_MIN: u64 = 16;
/// See [`CEILING_MIB_MIN`].
pub const CEILING_MIB_MAX: u64 = 1024 * 1024;
/// Most units of a resident who was granted none. Less where half of the ceiling does not do for all.
pub const RESIDENT_UNITS_MAX: u64 = 8 * 1024;
/// Most units of a group that was granted none. Less where a quarter of the ceiling does not do for all.
pub const GROUP_UNITS_MAX: u64 = 128 * 1024;
/// Least units of a share, however many there are: one record of the largest size.
pub const SHARE_UNITS_MIN: u64 = 16;
/// How far ahead of `now` a record may be dated and still win its slot, in milliseconds. Further: kept, hidden, waits.
pub const AHEAD_MS_MAX: u64 = 15 * 60 * 1000;
/// How far a record's place among the versions of its slot may be beyond its date, in milliseconds: more than a thousand years, so that
/// what any clock wrote can be replaced. Further: refused. As it counts from the date, whatever is shown can be replaced later.
pub const RANK_AHEAD_MS_MAX: u64 = 1 << 45;
/// Days after the end of its expiry week on which a record is deleted.
pub const DELETE_AFTER_DAYS: u32 = 3;
/// Largest body of one frame, in bytes. Larger: the frame is damaged; the reader looks for the next magic.
pub const FRAME_BODY_MAX: usize = 4 * 1024 * 1024;
/// Largest content of one compressed block once unpacked, in bytes. Larger: the block is refused (a bomb).
pub const BLOCK_UNPACKED_MAX: usize = 8 * 1024 * 1024;
/// Most records in one compressed block. More: the block is refused.
pub const BLOCK_RECORDS_MAX: usize = 4096;
/// Heads of one slot shown as "changed in two places". More: the newest are shown.
pub const HEADS_MAX: usize = 8;
/// Most records in one `present`. More: the request is refused.
pub const PRESENT_RECORDS_MAX: usize = 32;
/// Largest `present`, in bytes. Larger: the request is refused.
pub const PRESENT_BYTES_MAX: usize = 64 * 1024;
/// Authority records of a resident counted along the own log. Beyond: pending.
pub const RESIDENT_AUTHORITY_RECORDS_MAX: u64 = 200;
/// Authority records of a resident or group device, in bytes counted along the own log. Beyond: pending.
pub const RESIDENT_AUTHORITY_BYTES_MAX: u64 = 64 * 1024;
/// Authority records stored of a resident whom a steward let in, all keys together. Beyond: not stored.
pub const PARTY_AUTHORITY_RECORDS_MAX: u64 = 1024;
/// The same in bytes.
pub const PARTY_AUTHORITY_BYTES_MAX: u64 = 256 * 1024;
/// Authority records stored of a guest of such a resident, with all whom the guest let in. Beyond: not stored.
pub const GUEST_AUTHORITY_RECORDS_MAX: u64 = 256;
/// The same in bytes.
pub const GUEST_AUTHORITY_BYTES_MAX: u64 = 64 * 1024;
/// Authority records stored of all newcomers through the computers of one member. Beyond: not stored.
pub const NEWCOMERS_AUTHORITY_RECORDS_MAX: u64 = 256;
/// The same in bytes.
pub const NEWCOMERS_AUTHORITY_BYTES_MAX: u64 = 64 * 1024;
/// Authority records stored of a steward, in bytes; in number, see [`STEWARD_AUTHORITY_RECORDS_MAX`]. Beyond: not stored.
pub const SEAT_AUTHORITY_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Authority records of a steward's device counted along the own log. Beyond: pending.
pub const STEWARD_AUTHORITY_RECORDS_MAX: u64 = 20_000;
/// Founding stewards in a genesis. More: refused.
pub const STEWARDS_MAX: usize = 9;
/// Root keys in a genesis. More: refused.
pub const ROOTS_MAX: usize = 16;
/// Devices of one person that count. Beyond: pending. A place with more computers founds a group for them.
pub const PERSON_DEVICES_MAX: usize = 64;
/// Devices of one group that count. Beyond: pending.
pub const GROUP_DEVICES_MAX: usize = 4096;
/// Devices of one group that only store, that count and that nothing took out. Beyond: pending.
pub const GROUP_STORES_MAX: usize = 32;
/// Content ids in the `keep` of one removal. More: refused; the rest goes into further records.
pub const KEEP_MAX: usize = 100;
/// Guardians of one person. More: refused.
pub const GUARDIANS_MAX: usize = 9;
/// How far a group's admin may be from its founding record. Deeper: the appointment has no effect.
pub const GROUP_DEPTH_MAX: u32 = 4;
/// Most recoveries of one person. More: the last one holds.
pub const RECOVERIES_MAX: usize = 64;
/// Places for newcomers that one computer of a member gives. Beyond: refused by that computer.
pub const ENTRY_PLACES_MAX: u64 = 16;
/// Admits of a resident that count until a steward raises the number. Beyond: pending.
pub const RESIDENT_ADMITS_MAX: usize = 10;
/// Depth of the invite tree below a steward. Deeper: the admit has no effect.
pub const INVITE_DEPTH_MAX: u8 = 4;
/// Invites one resident may have open at once. More: refused by the issuing device.
pub const INVITES_OPEN_MAX: usize = 3;
/// Invites one steward may have open at once. More: refused by the issuing device.
pub const STEWARD_INVITES_OPEN_MAX: usize = 500;
/// Longest life of an invite for one person, in milliseconds. Longer: refused by the issuing device.
pub const INVITE_LIFE_MS: u64 = 7 * 86_400_000;
/// Longest life of a poster, in milliseconds. Longer: refused by the issuing device.
pub const POSTER_LIFE_MS: u64 = 400 * 86_400_000;
/// How long the issuing device remembers an invite past its last moment, to say why it no longer works, in milliseconds.
pub const INVITE_KEPT_MS: u64 = 30 * 86_400_000;
/// People who may wait for an answer at one poster. More: refused with a code of its own.
pub const POSTER_WAITING_MAX: usize = 50;
/// Records of one person who asks at a poster, in bytes together. More: the request is refused.
pub const POSTER_REQUEST_BYTES_MAX: usize = 8 * 1024;
/// People who were told no that one poster remembers. More: the one who asked first is forgotten and may ask again.
pub const POSTER_REFUSED_MAX: usize = 200;
/// Life of a link code, in milliseconds.
pub const LINK_LIFE_MS: u64 = 15 * 60 * 1000;
/// Wrong confirmations of a link code. More: the code is forgotten.
pub const LINK_TRIES_MAX: u64 = 3;
/// Longest name a computer gives itself while it is linked, in bytes. Longer: refused.
pub const LINK_NAME_BYTES_MAX: usize = 64;
/// Longest request for help, in characters. Longer: refused.
pub const HELP_CHARS_MAX: usize = 10_000;
/// Longest ticket string, in characters. Longer: refused.
pub const TICKET_CHARS_MAX: usize = 2048;
/// Most socket addresses in a ticket. More: refused.
pub const TICKET_ADDRESSES_MAX: usize = 16;
/// Largest join request, in bytes. Larger: the connection is closed.
pub const JOIN_REQUEST_BYTES_MAX: usize = 80 * 1024;
/// Largest join response, in bytes. Larger: refused by the asker.
pub const JOIN_RESPONSE_BYTES_MAX: usize = 1024 * 1024;
/// Most records that come with a redemption. More: the request is refused.
pub const REDEEM_RECORDS_MAX: usize = 8;
/// Longest cursor of `public`, in bytes. Longer: refused.
pub const CURSOR_BYTES_MAX: usize = 128;
/// Longest name told by `who`, in bytes. Longer: refused.
pub const WHO_NAME_BYTES_MAX: usize = 256;
/// Largest statement over a page of `public`, in bytes. Larger: refused.
pub const SAID_BYTES_MAX: usize = 1024;
/// Failed join attempts from one address in a minute. More: refused until the minute is over.
pub const JOIN_FAILURES_PER_MINUTE: u32 = 10;
/// Devices that one generation of a sealing key is wrapped to: what fits a record. More: the key is not made; seal to
/// a smaller group.
pub const SEALING_DEVICES_MAX: usize = 128;
/// Other keys that one generation of a sealing key hands on. More: the newest; the rest is reached through those.
pub const SEALING_HANDED_ON_MAX: usize = 16;
/// Addressees of one sealed record. More: refused; send it again to the others.
pub const SEALED_ADDRESSEES_MAX: usize = 32;
/// Longest text of a sealed message, in bytes. Longer: refused.
pub const SEALED_TEXT_BYTES_MAX: usize = 8 * 1024;
/// Longest topic of a request, in bytes. Longer: refused.
pub const SEALED_TOPIC_BYTES_MAX: usize = 128;
/// Sizes that the inside of a sealed record is padded to, in bytes. A message that fits none: refused.
///
/// Doubling keeps what a size tells to "within a factor of two" with six sizes; 512 holds a short answer and a closing
/// alike. The last is the longest text with all that goes with it: with the most addressees it still fits a record.
pub const SEALED_BUCKETS: [usize; 6] = [512, 1024, 2048, 4096, 8192, 10_240];
/// Longest first message or answer of a flow, in bytes. Longer: the stream is closed.
pub const FLOW_HEAD_BYTES_MAX: usize = 512;
/// Longest target of a flow, in bytes. Longer: refused.
pub const FLOW_TARGET_BYTES_MAX: usize = 300;
/// Longest reason for refusing or ending a flow, in bytes. Longer: the stream is closed.
pub const FLOW_REFUSAL_BYTES_MAX: usize = 64;
/// Bytes of one direction of a flow that may be on their way when it starts. More: they wait.
pub const FLOW_WINDOW_START_BYTES: u64 = 128 * 1024;
/// The same once the other side keeps up. More: they wait.
pub const FLOW_WINDOW_BYTES: u64 = 1024 * 1024;
/// How long a flow whose connection died may be taken up again, in milliseconds. Later: it has ended.
pub const FLOW_RESUME_MS: u64 = 30_000;
/// Longest name of a local site, in characters: it is a label of a web address. Longer: refused.
pub const SITE_NAME_CHARS_MAX: usize = 32;
/// Longest title of a local site, in characters. Longer: refused.
pub const SITE_TITLE_CHARS_MAX: usize = 200;
/// Largest document of a gateway's policy in its stored form, in bytes. Larger: refused; shorten the terms or the lists.
pub const POLICY_BYTES_MAX: usize = 14 * 1024;
/// Longest terms of a gateway, in bytes. Longer: refused; the rest belongs on a page that they name.
pub const TERMS_BYTES_MAX: usize = 4 * 1024;
/// Longest name, contact or other line in a policy, in characters. Longer: refused.
pub const POLICY_LINE_CHARS_MAX: usize = 200;
/// Most lines of hours, closed days or shares of the line in a policy. More: refused.
pub const POLICY_HOURS_MAX: usize = 32;
/// Most ports in a policy. More: refused.
pub const POLICY_PORTS_MAX: usize = 64;
/// Longest time from the responsible person's yes to the review of a policy, in days. Longer: refused.
pub const REVIEW_DAYS_MAX: u32 = 366;
/// Most connections at once that a policy may allow in all. More: refused.
pub const CIRCUITS_MAX: u64 = 10_000;
/// Days that a gateway may keep who used how much when. More: refused.
pub const RECORDED_DAYS_MAX: u64 = 31;
/// Longest host name, in bytes without the dot at its end. Longer: refused.
pub const HOST_BYTES_MAX: usize = 253;
/// Longest part of a host name between dots, in bytes. Longer: refused.
pub const LABEL_BYTES_MAX: usize = 63;
/// Most addresses a name may stand for. More: refused.
pub const ANSWERS_MAX: usize = 16;
/// Most names on a host's list of closed places. More: the rest is counted as not understood.
pub const HOST_LIST_MAX: usize = 500_000;
/// Members that a gateway counts for on one day. More: refused as busy until the next day.
pub const METER_MEMBERS_MAX: usize = 10_000;
/// Members that wait for a turn on a gateway's line. More: refused as busy.
pub const FAIR_MEMBERS_MAX: usize = 10_000;
/// Streams of one member that wait for a turn. More: refused as busy.
pub const FAIR_STREAMS_MAX: usize = 64;
/// Largest receipt, voucher or entry of an account, in bytes. Larger: refused.
pub const PAPER_BYTES_MAX: usize = 512;
/// Bytes that a gateway serves beyond a resident's last receipt. More: it waits for the next receipt.
pub const RECEIPT_WINDOW_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes after which a resident's computer signs the next receipt; a quarter of the window, so that it comes in time.
pub const RECEIPT_EVERY_BYTES: u64 = RECEIPT_WINDOW_BYTES / 4;
/// Milliseconds after which it signs the next receipt, if anything was used.
pub const RECEIPT_EVERY_MS: u64 = 10_000;
/// Signed entries about paid and waived money that a gateway keeps, and a resident's computer of all gateways. More: the host
/// is told to wait until old months go; the resident's computer takes no further ones.
pub const ACCOUNT_ENTRIES_MAX: usize = STATEMENT_PAPERS_MAX;
/// Vouchers that a gateway's journal remembers. More: no further ones are made or redeemed until some run out.
pub const VOUCHERS_MAX: usize = 100_000;
/// Longest time until a voucher must be redeemed, in days. Longer: refused.
pub const VOUCHER_DAYS_MAX: u64 = 400;
/// Codes that one key may try in a minute. More: refused until the minute is over.
pub const CLAIMS_PER_MINUTE: u32 = 5;
/// Codes that may be tried at one gateway in a minute. More: refused until the minute is over. Of 2^60 codes this
/// finds one of a thousand within ten million years.
pub const CLAIMS_PER_MINUTE_ALL: u32 = 100;
/// Most receipts, and most entries, in one statement. More: refused.
pub const STATEMENT_PAPERS_MAX: usize = 10_000;
