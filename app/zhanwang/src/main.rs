//! The `zhanwang` program; everything is in the library beside it, so that tests and benchmarks reach it.

/// Many short-lived rows and pages on several threads: the system's allocator took a tenth of every page's time. Built
/// without huge pages, which held a fifth of an idle program's memory (decision 0020).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    zhanwang::main()
}
