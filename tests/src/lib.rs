//! Whole processes: the lab, end-to-end stories, benches, tidy.
