//! Reporting on both engines: the reporter, the chain, the boards, the pages.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: a failure here is a failed test")]

mod board;
mod chain;
mod corrections;
mod direct;
mod fixture;
mod holidays;
mod overrides;
mod pages;
mod races;
mod reporter;
mod split;
mod unpassed;

#[test]
fn words_are_complete() {
    assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
}
