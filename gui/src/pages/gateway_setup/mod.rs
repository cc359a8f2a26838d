//! Setting up the sharing of this building's internet: one question a screen, answers that are never lost.

pub mod data;
mod form;
pub mod ui;

pub(crate) use form::{Form, Way};

/// A screen, with one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Step {
    /// What is the building called?
    Building,
    /// Who looks after it?
    Responsible,
    /// How can they be reached?
    Contact,
    /// What may people use?
    Preset,
    /// Which way does it leave?
    Way,
    /// Who looks names up?
    Names,
    /// How fast is the line?
    Speed,
    /// When is it open?
    Hours,
    /// How much for each?
    Limits,
    /// What does it cost?
    Price,
    /// What do people agree to first?
    Terms,
    /// Is it right, and do you agree?
    Agree,
}
