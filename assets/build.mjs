// Builds assets/dist: app.css, app.js, field.js, fieldworker.js, icon.svg and the licence texts, plus the stamp of the inputs that
// crates/ui/build.rs compares (same order and bytes as `stamp` there). Files whose names begin with a dot are not served:
// `.guessed.txt` is the list of what guessing programs try first, for modules/accounts.
import { build, transform } from "esbuild";
import common from "@zxcvbn-ts/language-common";
import english from "@zxcvbn-ts/language-en";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { prune } from "./prune.mjs";

const target = ["chrome90", "firefox90", "safari15"];
const text = (file) => readFileSync(file, "utf8");

function stamp() {
  const files = ["build.mjs", "package-lock.json", "prune.mjs", ...readdirSync("src").map((f) => `src/${f}`)];
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
// app.js for every page; field.js and its service worker for the page that stays on a phone.
for (const name of ["app", "field", "fieldworker"]) {
  await build({ entryPoints: [`src/${name}.js`], outfile: `dist/${name}.js`, bundle: true, minify: true, target, format: "iife", legalComments: "none" });
}

const own = ["tokens", "base", "shell", "form", "table", "parts", "svg", "phone", "field", "print"].map((name) => text(`src/${name}.css`)).join("\n");
const tabler = prune(text("node_modules/@tabler/core/dist/css/tabler.css"), own);
const css = await transform(`${tabler}\n${own}`, { loader: "css", minify: true, target, legalComments: "none" });
for (const warning of css.warnings) throw new Error(warning.text);
writeFileSync("dist/app.css", css.code);

// Passwords that leaked most often, names and words: lower case, four characters or more, in the order of their bytes.
const guessed = new Set(
  [common.dictionary["passwords-common"], english.dictionary["firstnames-en"], english.dictionary["lastnames-en"], english.dictionary["wikipedia-en"]]
    .flat()
    .map((word) => String(word).toLowerCase())
    .filter((word) => word.length >= 4 && !/\s/.test(word)),
);
if (guessed.size < 100_000) throw new Error(`the list of guessed passwords has only ${guessed.size} entries`);
writeFileSync("dist/.guessed.txt", [...guessed].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join("\n"));

copyFileSync("src/icon.svg", "dist/icon.svg");
const htmx = text("node_modules/htmx.org/LICENSE");
const zxcvbn = text("node_modules/@zxcvbn-ts/language-common/LICENSE.txt");
writeFileSync(
  "dist/LICENSES.txt",
  `htmx.org (https://htmx.org)\n\n${htmx}\n\n${text("src/tabler-license.txt")}\n\nLists of @zxcvbn-ts (https://zxcvbn-ts.github.io/zxcvbn)\n\n${zxcvbn}`,
);
writeFileSync("dist/.inputs", stamp());
