//! The words, and which two are asked for.

use crate::deeds::Outcome;
use crate::pages::{Cx, Part};
use crate::secret::Secret;

/// The page.
#[derive(Debug, Clone, PartialEq)]
pub struct KitView {
    /// Whether they are on this computer.
    pub here: bool,
    /// The words in order, once asked for.
    pub shown: Option<Vec<Secret>>,
    /// Places, from 0, of the two asked for.
    pub places: [usize; 2],
}

/// Builds the page.
pub fn view(cx: &Cx<'_>) -> Part<KitView> {
    cx.known.identity.part(cx.words, ("fault-not-found", "fault-not-found-do"), |identity| {
        let shown: Option<Vec<Secret>> = match cx.outcome {
            Some(Outcome::Words(words)) => Some(words.open().split_whitespace().map(Secret::new).collect()),
            _ => None,
        };
        let places = shown.as_deref().map_or([0, 0], places);
        Some(KitView { here: identity.words_here, shown, places })
    })
}

/// Two places that differ from person to person, one in each half.
fn places(words: &[Secret]) -> [usize; 2] {
    let sum: usize = words.iter().flat_map(|w| w.open().bytes()).map(usize::from).sum();
    let half = (words.len() / 2).max(1);
    [sum % half, (half + sum / half % half).min(words.len().saturating_sub(1))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_words_are_asked_for() {
        for n in 0..200_u32 {
            let words: Vec<Secret> = (0..24).map(|i| Secret::new(format!("w{n}{i}"))).collect();
            let [a, b] = places(&words);
            assert!(a < 12 && (12..24).contains(&b), "{a} {b}");
        }
    }
}
