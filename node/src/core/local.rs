//! Private values of this computer: how they stand in the journal, and which the core keeps for itself.

use hedgerow_protocol::hlc::Hlc;

use super::state::State;

/// Private value: the last day on which the clock was believed.
pub(super) const DAY_KEY: &str = "core/day";
/// Counts the days on which this computer ran.
pub(super) const DAYS_RUN_KEY: &str = "core/days-run";
/// Private value: the founding record, kept a second time.
pub(super) const GENESIS_KEY: &str = "core/genesis";
/// Private value: the last time this device wrote.
pub const HLC_KEY: &str = "core/hlc";
/// Private values: what was written while the clock was in doubt, by id.
pub(super) const DOUBT_KEYS: &str = "core/doubt/";
/// Private value of a folder that was put back from a backup and has not written since: when the backup was made, Unix
/// milliseconds.
pub const RESTORED_KEY: &str = "core/restored";

/// The body of a LOCAL frame: length of the key, u32 BE ‖ key ‖ value.
pub(super) fn local_body(key: &str, value: &[u8]) -> Vec<u8> {
    let mut out = (key.len() as u32).to_be_bytes().to_vec();
    out.extend(key.as_bytes());
    out.extend(value);
    out
}

/// Takes a LOCAL frame's body in; says whether it was one.
pub(super) fn take_local(state: &mut State, body: &[u8]) -> bool {
    let Some((len, rest)) = body.split_first_chunk::<4>() else { return false };
    let Some((key, value)) = rest.split_at_checked(u32::from_be_bytes(*len) as usize) else { return false };
    let Ok(key) = core::str::from_utf8(key) else { return false };
    set_local(state, key, value);
    true
}

pub(super) fn set_local(state: &mut State, key: &str, value: &[u8]) {
    if value.is_empty() {
        state.locals.remove(key);
    } else {
        state.locals.insert(key.to_owned(), value.to_vec());
    }
}

/// The device's last writing time, as kept beside the records.
pub(super) fn kept_hlc(state: &State) -> Hlc {
    let value = state.locals.get(HLC_KEY).and_then(|v| v.as_slice().try_into().ok());
    Hlc(value.map_or(0, u64::from_be_bytes))
}
