// House rules of docs/ARCHITECTURE.md that no compiler checks, and the promises of the READMEs: links lead somewhere,
// every command and configuration key is described in both languages. One line per finding; exit code 1 if any.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const findings = [];
const read = (file) => readFileSync(file, "utf8");
const files = execFileSync("git", ["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file && existsSync(file));

// A file has one reason to change and at most 500 lines.
const code = files.filter((file) => /\.(rs|mjs|js|css|sql)$|^scripts\/|^\.ci\//.test(file));
for (const file of code) {
  const text = read(file);
  const lines = text.split("\n").length - 1;
  if (lines > 500) findings.push(`${file}: ${lines} lines; split it along a seam that has a name (limit 500)`);
  text.split("\n").forEach((line, i) => {
    const at = `${file}:${i + 1}`;
    if (/\b(TO[D]O|FIX[M]E|X[X]X)\b|tod[o]!\(|unimplement[e]d!\(/.test(line)) findings.push(`${at}: unfinished work does not go on main`);
    if (file.endsWith(".rs") && /#!?\[allow\(/.test(line)) findings.push(`${at}: #[expect(lint, reason = "…")] instead of #[allow]`);
  });
}

// Modules: SQL only where it is looked for; pages without inline style; never the engine.
for (const file of code.filter((f) => /^modules\/[^/]+\/src\/.*\.rs$/.test(f))) {
  const text = read(file).split(/^#\[cfg\(test\)\]/m)[0];
  const place = file.replace(/^modules\/[^/]+\/src\//, "");
  if (!/(^|\/)(store|measures|seed)(\.rs|\/)/.test(place) && /\bsql\(/.test(text)) findings.push(`${file}: SQL belongs in store or measures`);
  if (/\bEngine::|\bsqlx::/.test(text)) findings.push(`${file}: the database engine is known to crates/db only`);
  // 'Saved as a draft' is said only by a form whose page reads that draft: the key comes from Page::draft_or.
  for (const [, key] of text.matchAll(/FormExtra \{[^}]*?draft: ([^,}]+)/g)) {
    if (!/^(\w+\.)*posted\.draft_key\(\)$/.test(key.trim())) findings.push(`${file}: draft: ${key.trim()} has no reader; use posted.draft_key() of Page::draft_or`);
  }
  if (/^(views|pages)/.test(place) && /\bstyle="/.test(text)) findings.push(`${file}: the content policy forbids style=`);
}
for (const file of code.filter((f) => f.endsWith(".rs") && !/^(crates\/(db|testkit)|app\/bench)\//.test(f))) {
  if (/\b(use sqlx|sqlx::)/.test(read(file))) findings.push(`${file}: sqlx is used in crates/db (and by testkit and the benchmark's ceiling) only`);
}

// Algorithms have one seam: everything else goes through zw_access::crypto (CRY-1).
for (const file of code.filter((f) => f.endsWith(".rs") && !f.startsWith("crates/access/src/crypto/"))) {
  if (/\b(aes_gcm|argon2|ed25519_dalek|hmac|sha2)::/.test(read(file))) findings.push(`${file}: an algorithm is named behind zw_access::crypto only`);
}

// Modules know each other only along the edges that architecture and decision notes name.
const edges = {
  network: [],
  accounts: ["network"],
  people: ["network"],
  practice: ["network", "people"],
  field: ["network", "people", "practice"],
  reporting: ["network"],
  publishing: ["network", "reporting"],
  settings: [],
};
for (const [module, known] of Object.entries(edges)) {
  const manifest = `modules/${module}/Cargo.toml`;
  if (!existsSync(manifest)) continue;
  const normal = read(manifest).split("[dev-dependencies]")[0];
  for (const [, other] of normal.matchAll(/^zw-(\w+)/gm)) {
    if (other in edges && other !== module && !known.includes(other)) findings.push(`${manifest}: ${module} -> ${other} is a new edge: it needs a decision note and a line here`);
  }
}

// Links in Markdown lead to files that exist.
for (const file of files.filter((f) => f.endsWith(".md"))) {
  for (const [, target] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(https?:|mailto:|#)/.test(target)) continue;
    const path = normalize(join(dirname(file), decodeURI(target.split("#")[0])));
    if (!existsSync(path)) findings.push(`${file}: link to ${target} leads nowhere`);
  }
}

// Both READMEs: the two commands, every command of the program, every configuration key and its environment variable.
const main = "app/zhanwang/src/lib.rs";
const commands = [...(read(main).match(/enum Command \{([\s\S]*?)\n\}/)?.[1] ?? "").matchAll(/^ {4}([A-Z]\w+)/gm)].map((m) => m[1].replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase());
const config = read("app/zhanwang/src/config.rs");
const keys = [...(config.match(/pub struct Config \{([\s\S]*?)\n\}/)?.[1] ?? "").matchAll(/pub (\w+):/g)].map((m) => m[1]);
const variables = [...new Set([...config.matchAll(/env\("([A-Z_]+)"\)/g)].map((m) => m[1]))];
if (commands.length === 0 || keys.length === 0) findings.push("house-rules.mjs no longer finds the commands or the configuration keys");
for (const readme of ["README.md", "README.zh-CN.md"]) {
  const text = read(readme);
  for (const command of commands) if (!text.includes(`zhanwang ${command}`)) findings.push(`${readme}: command ${command} is not described`);
  for (const name of [...keys, ...variables]) if (!text.includes(`\`${name}\``)) findings.push(`${readme}: configuration ${name} is not described`);
  for (const script of ["scripts/demo", "scripts/test"]) {
    if (!text.includes(script)) findings.push(`${readme}: ${script} is not named`);
    try {
      accessSync(script, constants.X_OK);
    } catch {
      findings.push(`${script} cannot be run`);
    }
  }
}

for (const finding of findings) console.error(finding);
console.log(`house rules: ${files.length} files, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
