//! Tests of the accounts module: services, pages and API on both engines.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod admin;
mod audit;
mod browser;
mod grants;
mod kiosk;
mod orderer;
mod signin;
mod standing;
mod views;

use zw_testkit::{Engine, TestApp, TestParts};

/// The app with the real sign-in.
pub fn parts() -> TestParts {
    TestParts {
        modules: vec![zw_accounts::module()],
        ext: vec![std::sync::Arc::new(zw_accounts::authenticator())],
        ..TestParts::default()
    }
}

/// On the embedded database: for tests that hash many passwords.
pub async fn lite() -> TestApp {
    TestApp::new(Engine::Sqlite, parts()).await
}
