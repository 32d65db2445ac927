//! The suite's share of the rotation test: three kills of `key rotate` on each engine. The campaign command does fifty.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

use zhanwang_bench::kill::{Options, program_beside};
use zhanwang_bench::rotate::campaign;

async fn three(name: &str, server: Option<String>) {
    let program = program_beside(&std::env::current_exe().unwrap()).unwrap();
    let root = std::env::temp_dir().join(format!("zw-rotate-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();
    let o = Options { program, server, runs: 3, submissions: 1500, seed: 20_210_708, root: root.clone() };
    let sum = campaign(&o, |line| println!("{line}")).await.unwrap();
    assert!(sum.violations.is_empty(), "{}", sum.violations.join("\n"));
    // How many kills met a rotation under way is a matter of time, so the campaign of fifty asks for it and this does not.
    assert!(sum.written > 0 && sum.values > 3000, "{}", sum.words());
    std::fs::remove_dir_all(root).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_stays_readable_on_the_embedded_file() {
    three("sqlite", None).await;
}

/// On the durable server of `scripts/pg start durable`, as the kill test.
#[tokio::test(flavor = "multi_thread")]
async fn every_value_stays_readable_on_postgresql() {
    three("postgres", Some("postgres://zw@127.0.0.1:54330".into())).await;
}
