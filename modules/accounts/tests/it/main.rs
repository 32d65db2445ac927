//! Tests of the accounts module: services, pages and API on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

mod browser;
mod signin;
mod views;

use zw_testkit::{Engine, TestApp, TestParts};

/// The app with the real sign-in.
pub fn parts() -> TestParts {
    TestParts { modules: vec![zw_accounts::module()], ext: zw_accounts::parts(), ..TestParts::default() }
}

/// On the embedded database: for tests that hash many passwords.
pub async fn lite() -> TestApp {
    TestApp::new(Engine::Sqlite, parts()).await
}
