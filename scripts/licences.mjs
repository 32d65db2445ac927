// Licences and forbidden crates, checked offline with what cargo and npm already know; deny.toml holds the lists for
// this script and for cargo-deny, which adds advisories where it is installed. Exit code 1 with one line per finding.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const deny = readFileSync("deny.toml", "utf8").replace(/^\s*#.*$/gm, "");
const strings = (text) => [...text.matchAll(/"([^"]+)"/g)].map((m) => m[1]);
const list = (section, key) => {
  const body = deny.split(/^\[/m).find((part) => part.startsWith(`${section}]`)) ?? "";
  return strings(body.match(new RegExp(`^${key} = \\[([^\\]]*)\\]`, "m"))?.[1] ?? "");
};
const allowed = new Set(list("licenses", "allow"));
const banned = list("bans", "deny");
const findings = [];

// SPDX expressions as crates write them: AND, OR, WITH, parentheses, and the old "/" for OR.
function satisfied(expression) {
  const tokens = expression.replaceAll("/", " OR ").replaceAll("(", " ( ").replaceAll(")", " ) ").trim().split(/\s+/);
  const atom = () => {
    let token = tokens.shift();
    if (token === "(") {
      const inner = either();
      tokens.shift();
      return inner;
    }
    if (tokens[0] === "WITH") token += ` ${tokens.shift()} ${tokens.shift()}`;
    if (token === "BSD-0-Clause") token = "0BSD"; // htmx writes it so; SPDX has one name for it
    return allowed.has(token);
  };
  const both = () => {
    let ok = atom();
    while (tokens[0] === "AND") ok = (tokens.shift(), atom()) && ok;
    return ok;
  };
  const either = () => {
    let ok = both();
    while (tokens[0] === "OR") ok = (tokens.shift(), both()) || ok;
    return ok;
  };
  return either();
}

const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.*)$/m)[1];
const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--locked", "--filter-platform", host], { encoding: "utf8", maxBuffer: 1 << 28 }),
);
const versions = new Map();
for (const { name, version, license } of metadata.packages) {
  versions.set(name, [...(versions.get(name) ?? []), version]);
  if (banned.includes(name)) findings.push(`crate ${name} is forbidden (deny.toml)`);
  if (!license) findings.push(`crate ${name} ${version} names no licence`);
  else if (!satisfied(license)) findings.push(`crate ${name} ${version}: licence ${license} is not allowed`);
}
// Two database layers or two SQLite libraries in one program would be two sets of bugs: these must be single.
for (const name of ["sqlx", "sqlx-core", "libsqlite3-sys", "tokio", "axum", "hyper", "rustls"]) {
  const found = versions.get(name) ?? [];
  if (found.length > 1) findings.push(`crate ${name} is there ${found.length} times: ${found.join(", ")}`);
}

let npmPackages = 0;
for (const folder of ["assets", "e2e"]) {
  const lock = JSON.parse(readFileSync(`${folder}/package-lock.json`, "utf8"));
  for (const [path, entry] of Object.entries(lock.packages)) {
    npmPackages += 1;
    if (entry.resolved) findings.push(`${folder}/package-lock.json names a registry host at ${path}: keep ${folder}/.npmrc`);
    if (!entry.license || !satisfied(entry.license)) findings.push(`${folder} ${path}: licence ${entry.license} is not allowed`);
  }
}

for (const finding of findings) console.error(finding);
console.log(`licences: ${metadata.packages.length} crates and ${npmPackages} npm packages, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
