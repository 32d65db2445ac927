//! Zhanwang.
fn main() {}
