//! The `zhanwang` program; everything is in the library beside it, so that tests and benchmarks reach it.

fn main() -> std::process::ExitCode {
    zhanwang::main()
}
