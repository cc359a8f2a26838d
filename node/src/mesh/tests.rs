//! Whole meshes on loopback, with records in memory.
