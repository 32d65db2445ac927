//! Settings: the use case on both engines, the page, the API, and a second process.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod pages;
mod service;
mod views;

use zw_testkit::TestParts;

/// This module with two that have settings of their own.
pub fn parts() -> TestParts {
    TestParts {
        modules: vec![zw_settings::module(), zw_reporting::module(), zw_practice::module()],
        sources: vec![zw_reporting::source()],
        ..TestParts::default()
    }
}
