# Shared by the scripts: where the repository is, plain messages, Debian packages, tool versions. Sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Installs what is missing from Debian; says nothing when all is there. Arguments: PACKAGE=TEST, where TEST is a
# command's name, or fonts:LANG for "some font covers this language".
need() {
  local pair package test missing=()
  for pair in "$@"; do
    package=${pair%%=*} test=${pair#*=}
    case $test in
      fonts:*) [ -n "$(command -v fc-list)" ] && [ -n "$(fc-list ":lang=${test#fonts:}" family | head -1)" ] || missing+=("$package") ;;
      postgresql) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=("$package") ;;
      *) command -v "$test" >/dev/null || missing+=("$package") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || die "these Debian packages are missing and apt-get is not here to install them: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "install these Debian packages as root, then try again: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing from Debian: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# Rust and Node are not installed by us: Debian's Rust is too old, and its Node differs between releases (18 in Debian
# 12, too old for one of the packages of the assets; 20 in Debian 13).
need_toolchains() {
  command -v cargo >/dev/null || die "Rust is missing. Install rustup ('apt-get install rustup' on Debian 13, else https://rustup.rs), then 'rustup default stable', and try again"
  local have want
  want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  have=$(cargo --version | sed 's/^cargo \([0-9.]*\).*/\1/')
  [ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -1)" = "$want" ] || die "Rust $want or newer is needed, this is $have. With rustup: 'rustup update stable'; Debian's own cargo is too old, so install rustup ('apt-get install rustup' on Debian 13, else https://rustup.rs)"
  local node_way="take version 20 or newer from https://nodejs.org (LTS), or on Debian 13 'apt-get install nodejs npm'; Debian 12 has 18, which is too old"
  command -v node >/dev/null || die "Node.js is missing: $node_way"
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node.js 20 or newer is needed, this is $(node --version): $node_way"
  command -v npm >/dev/null || die "npm is missing: it comes with Node.js; on Debian, 'apt-get install npm'"
}

# Formatter and lints belong to the toolchain, but a minimal installation leaves them out.
need_rust_tools() {
  cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 && return 0
  command -v rustup >/dev/null || die "cargo fmt and cargo clippy are missing and rustup is not here to install them"
  say "rustup component add rustfmt clippy"
  rustup component add rustfmt clippy >&2
}

# 'npm ci' in a folder when its lock file changed since the last time.
npm_ci() {
  local stamp="$1/node_modules/.zw-lock"
  if cmp -s "$1/package-lock.json" "$stamp"; then return 0; fi
  say "npm ci in $1"
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >&2)
  cp "$1/package-lock.json" "$stamp"
}
