//! The whole program in process: every module joined, both engines.
mod doors;
