// The bill of materials of the program: every crate that is compiled into it or helps to build it, and the npm packages
// of the assets, as CycloneDX 1.6 JSON in target/sbom.cdx.json. From what cargo and npm already know, for this machine's
// platform; not committed. What the format asks for is checked before it is written; exit code 1 with one line per finding.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.*)$/m)[1];
const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--locked", "--format-version", "1", "--filter-platform", host], { maxBuffer: 1 << 28, encoding: "utf8" }),
);
const packages = new Map(metadata.packages.map((p) => [p.id, p]));
const nodes = new Map(metadata.resolve.nodes.map((n) => [n.id, n]));
const root = metadata.packages.find((p) => p.name === "zhanwang" && p.source === null);

const reference = (p) => `pkg:cargo/${p.name}@${p.version}`;
const needs = (id) =>
  nodes.get(id).deps.filter((d) => d.dep_kinds.some((k) => k.kind !== "dev")).map((d) => d.pkg);
const seen = new Set([root.id]);
for (const id of seen) needs(id).forEach((dependency) => seen.add(dependency));

// Old crates write "MIT/Apache-2.0", htmx "BSD-0-Clause"; SPDX says OR and 0BSD.
const spdx = (text) => text.replaceAll(/\s*\/\s*/g, " OR ").replaceAll("BSD-0-Clause", "0BSD");
const licences = (text) => (text ? { licenses: [{ expression: spdx(text) }] } : {});
const crates = [...seen]
  .filter((id) => id !== root.id)
  .map((id) => packages.get(id))
  .map((p) => ({
    type: "library",
    "bom-ref": reference(p),
    name: p.name,
    version: p.version,
    ...licences(p.license),
    purl: reference(p),
  }));

const lock = JSON.parse(readFileSync("assets/package-lock.json", "utf8"));
const scripts = Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .map(([path, p]) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${p.version}`;
    return { type: "library", "bom-ref": purl, name, version: p.version, ...licences(p.license), purl };
  });

const components = [...crates, ...scripts].sort((a, b) => a.purl.localeCompare(b.purl));
const dependencies = [...seen].map((id) => ({
  ref: reference(packages.get(id)),
  dependsOn: [...new Set(needs(id).map((d) => reference(packages.get(d))))].sort(),
}));
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      type: "application",
      "bom-ref": reference(root),
      name: root.name,
      version: root.version,
      ...licences(root.license),
    },
  },
  components,
  dependencies: dependencies.sort((a, b) => a.ref.localeCompare(b.ref)),
};

const findings = [];
const references = new Set([reference(root), ...components.map((c) => c["bom-ref"])]);
if (references.size !== components.length + 1) findings.push("a component is listed twice");
for (const c of components) {
  if (!/^pkg:(cargo|npm)\/\S+@\S+$/.test(c.purl)) findings.push(`${c.name}: purl ${c.purl}`);
  if (!c.licenses) findings.push(`${c.purl} names no licence`);
}
for (const d of bom.dependencies) {
  for (const ref of [d.ref, ...d.dependsOn]) if (!references.has(ref)) findings.push(`${d.ref} rests on ${ref}, which is not listed`);
}
if (crates.length < 100 || scripts.length === 0) findings.push("crates or npm packages are missing");
for (const finding of findings) console.error(finding);
if (findings.length) process.exit(1);

mkdirSync("target", { recursive: true });
writeFileSync("target/sbom.cdx.json", JSON.stringify(bom, null, 2) + "\n");
console.log(`target/sbom.cdx.json: ${crates.length} crates, ${scripts.length} npm packages`);
