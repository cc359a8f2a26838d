//! The computers of a chapter, the community it begins with, and what was done in its windows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Desk;
use super::desk::keep;
use hedgerow_tests::lab::{Computer, Lab, story, wait};

/// How long the nodes may take to serve, and how long to hold the same, on a quick computer.
const BEGINS_WITHIN: Duration = Duration::from_secs(30);

/// The computers of a chapter, and what was done so far.
pub struct Town {
    pub lab: Lab,
    chapter: &'static str,
    /// Where a chapter that fails leaves what is to be looked at.
    keeps: PathBuf,
    done: BTreeSet<&'static str>,
}

impl Town {
    /// Nodes that run: of these members of Riverside, which the first of them founded, and of these others. Nothing where a
    /// lab cannot be made, which is said loudly.
    pub fn new(chapter: &'static str, members: &[&str], others: &[&str]) -> Option<Town> {
        let keeps = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("window").join(chapter.replace("::", "-"));
        // What an earlier run left says nothing about this one. Mostly there is nothing.
        let _ = std::fs::remove_dir_all(&keeps);
        let names = [members, others].concat();
        let lab = Lab::new(&format!("window::{chapter}"), &names)?;
        let mut town = Town { lab, chapter, keeps, done: BTreeSet::new() };
        for name in &names {
            town.lab.at_mut(name).spawn(&["run"]);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(town.begins(members, others));
        Some(town)
    }

    async fn begins(&self, members: &[&str], others: &[&str]) {
        for computer in self.lab.all() {
            let serves = computer.api().wait_until_serving(wait::patience(BEGINS_WITHIN)).await;
            serves.unwrap_or_else(|e| panic!("{} does not serve: {e}", computer.name));
        }
        let members: Vec<&Computer> = members.iter().map(|name| self.lab.at(name)).collect();
        let Some((founder, rest)) = members.split_first() else { return };
        story::found(founder, "Riverside").await;
        for member in rest {
            story::join(member, founder).await;
        }
        story::equal(&members, BEGINS_WITHIN).await;
        // Who comes to a place that is there for a while finds it at once.
        for other in others {
            let what = format!("{other} has Riverside near");
            wait::until(&what, BEGINS_WITHIN, || async {
                let near = self.lab.at(other).api().nearby().await.ok()?;
                (!near.communities.is_empty()).then_some(())
            })
            .await;
        }
    }

    /// A window at somebody's computer.
    pub fn desk(&self, name: &str) -> Desk {
        Desk::at(self.lab.at(name), self.keeps.clone())
    }

    /// Takes note of what was done in a window that is not needed any more.
    pub fn close(&mut self, desk: Desk) {
        self.done.extend(desk.close());
    }

    /// The end of the chapter, whose windows are closed: these deeds went well in them.
    pub fn did(self, deeds: &[&str]) {
        let missing: Vec<&&str> = deeds.iter().filter(|deed| !self.done.contains(**deed)).collect();
        assert!(missing.is_empty(), "{} does not do {missing:?}, but {:?}", self.chapter, self.done);
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for computer in self.lab.all() {
                keep(&self.keeps, &format!("{}.log", computer.name), computer.log().as_bytes());
            }
            eprintln!("What its windows showed and its nodes wrote: {}", self.keeps.display());
        }
    }
}
