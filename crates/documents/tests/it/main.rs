//! Documents are re-opened and their text and cells checked.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod docx;
mod model;
mod payloads;
mod raster;
mod xlsx;
