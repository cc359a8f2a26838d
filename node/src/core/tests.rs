//! The core, whole.
