//! What a running program costs, as Linux counts it: processor time and memory.

use super::Computer;
use anyhow::{Context as _, Result};

/// Processor time of a process so far, in hundredths of a second.
///
/// # Errors
/// It does not run.
pub fn ticks_of(pid: u32) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // Fields are counted after the name, which may hold anything but ends with the last bracket.
    let fields: Vec<&str> = stat.rsplit_once(") ").context("stat")?.1.split(' ').collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}

/// Resident memory in KiB.
///
/// # Errors
/// The node does not run.
pub fn memory_kb(at: &Computer) -> Result<u64> {
    memory_kb_of(at.pid().context("not running")?)
}

/// Resident memory of a process in KiB.
///
/// # Errors
/// It does not run.
pub fn memory_kb_of(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}
