//! The one test binary of the module.
