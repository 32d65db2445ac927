// Runs the journeys one file after another, each with its own copy of the demo, and prints how many passed and failed.
// Usage: node e2e/run.mjs [FILE-NAME-PART…]
// ZHANWANG_BIN names another binary than target/debug/zhanwang; ZW_E2E_PREPARED a demo prepared before
// (a folder with credentials.json and data/), which saves half a minute while a journey is being written.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { prepare, root } from "./lib/server.mjs";

const wanted = process.argv.slice(2);
const folder = join(root, "e2e", "journeys");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort()
  .map((name) => join(folder, name));

if (!process.env.ZW_E2E_PREPARED) {
  const began = process.hrtime.bigint();
  const prepared = await prepare();
  console.log(`demo prepared in ${Number((process.hrtime.bigint() - began) / 1_000_000n) / 1000} s`);
  process.env.ZW_E2E_PREPARED = prepared;
  process.on("exit", () => rmSync(prepared, { recursive: true, force: true }));
}

const count = { pass: 0, fail: 0, skipped: 0 };
const tests = run({ files, concurrency: 1, timeout: 600_000 });
// The runner's own totals: 'pass 12', 'fail 0'. Failed hooks (a server that logged an error) count as failures.
tests.on("test:diagnostic", ({ message }) => {
  const [, what, n] = message.match(/^(pass|fail|skipped) (\d+)$/) ?? [];
  if (what) count[what] = Number(n);
});
tests.on("end", () =>
  setImmediate(() => {
    // 'Nothing ran' must never look like success.
    if (count.fail > 0 || count.pass === 0) process.exitCode = 1;
    console.log(`journeys: ${count.pass} passed, ${count.fail} failed, ${count.skipped} ignored`);
  }),
);
tests.compose(spec).pipe(process.stdout);
