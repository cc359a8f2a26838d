//! `hedgerow demo`
use clap::Args;
use super::{Cx, Outcome};
/// Show it.
#[derive(Debug, Args)]
pub struct Demo {}
impl Demo { pub async fn run(self, _cx: &Cx) -> Outcome { Ok(0) } }
