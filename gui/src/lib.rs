//! The desktop as a library, so that its screens can be tested without a window.
