//! `hedgerow demo`
use super::{Cx, Outcome};
use clap::Args;
/// Show it.
#[derive(Debug, Args)]
pub struct Demo {}
impl Demo {
    pub async fn run(self, _cx: &Cx) -> Outcome {
        Ok(0)
    }
}
