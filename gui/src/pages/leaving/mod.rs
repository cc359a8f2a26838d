//! Going away: withdrawing everything, leaving the community, giving this computer up.

pub mod data;
pub mod ui;
