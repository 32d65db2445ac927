// Builds assets/dist: app.css, app.js, icon.svg and the licence texts, plus the stamp of the inputs that
// crates/ui/build.rs compares (same order and bytes as `stamp` there).
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

const target = ["chrome90", "firefox90", "safari15"];

function stamp() {
  const files = ["build.mjs", "package-lock.json", ...readdirSync("src").map((f) => `src/${f}`)];
  files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  let h = 0xcbf29ce484222325n;
  const eat = (bytes) => {
    for (const b of bytes) h = ((h ^ BigInt(b)) * 0x100000001b3n) & 0xffffffffffffffffn;
  };
  for (const f of files) {
    eat(Buffer.from(f));
    eat(readFileSync(f));
  }
  return h.toString(16).padStart(16, "0");
}

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
await build({ entryPoints: ["src/app.js"], outfile: "dist/app.js", bundle: true, minify: true, target, format: "iife", legalComments: "none" });
await build({ entryPoints: ["src/app.css"], outfile: "dist/app.css", bundle: true, minify: true, target, legalComments: "none" });
copyFileSync("src/icon.svg", "dist/icon.svg");
const notice = (name, file) => `${name}\n\n${readFileSync(file, "utf8")}\n`;
writeFileSync("dist/LICENSES.txt", notice("htmx.org", "node_modules/htmx.org/LICENSE"));
writeFileSync("dist/.inputs", stamp());
