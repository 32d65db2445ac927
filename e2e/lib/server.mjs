// The program under test: prepares the demo once, gives every journey file its own copy and its own server.
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const binary = process.env.ZHANWANG_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "zhanwang");

const running = new Set();
// Whatever happens to this process, its servers go with it; by their own id only.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

function run(args, env = {}) {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, DATABASE_URL: "", ...env } });
  running.add(child);
  const out = { text: "", log: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk) => (out.text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk) => (out.log += chunk));
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, out, ended };
}

/** Runs a command of the program to its end; throws with its output when it fails. */
export async function command(...args) {
  const { out, ended } = run(args);
  const code = await ended;
  if (code !== 0) throw new Error(`zhanwang ${args.join(" ")}: exit code ${code}\n${out.text}\n${out.log}`);
  return out.text;
}

/** The demo's database in a fresh folder, without a server. Run once by run.mjs; journeys copy it. */
export async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), "zw-e2e-"));
  await command("--data", join(folder, "data"), "demo", "--no-serve", "--credentials-file", join(folder, "credentials.json"));
  return folder;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A demo server of one's own: `{ url, data, people(role), stop() }`. */
export async function serve() {
  const prepared = process.env.ZW_E2E_PREPARED ?? (await prepare());
  const folder = await mkdtemp(join(tmpdir(), "zw-e2e-"));
  await cp(prepared, folder, { recursive: true });
  const [data, file] = [join(folder, "data"), join(folder, "credentials.json")];
  const port = await freePort();
  // 'serve', not 'demo': the demo gives everybody a new password at each start; its clock belongs to the data.
  const { child, out, ended } = run(["--data", data, "serve"], { ZHANWANG_LISTEN: `127.0.0.1:${port}` });
  const url = `http://127.0.0.1:${port}`;
  await new Promise((resolve, reject) => {
    child.stdout.on("data", () => out.text.includes(url) && resolve());
    ended.then((code) => reject(new Error(`the demo did not start: exit code ${code}\n${out.text}\n${out.log}`)), reject);
  });
  const credentials = JSON.parse(await readFile(file, "utf8"));
  const expected = [];
  return {
    url,
    data,
    /** Errors in the log that a journey causes on purpose: a database that does not answer. */
    expectLog(...patterns) {
      expected.push(...patterns);
    },
    /**
     * While `act` runs, another process holds the database's only write lock, for longer than the program waits for it: no
     * statement that writes goes through, as when a backup tool or a stuck process has the file.
     */
    async locked(act) {
      // A transaction that cannot begin is a slow statement to the driver, and the log says so.
      expected.push(/slow statement: execution time exceeded alert threshold summary="BEGIN IMMEDIATE;/);
      const holder = spawn("sqlite3", [join(data, "zhanwang.db")], { stdio: ["pipe", "pipe", "inherit"] });
      running.add(holder);
      const gone = new Promise((resolve, reject) => holder.on("error", reject).on("exit", resolve));
      gone.then(() => running.delete(holder), () => running.delete(holder));
      const held = new Promise((resolve) => holder.stdout.setEncoding("utf8").on("data", (text) => text.includes("held") && resolve()));
      holder.stdin.write(".timeout 10000\nBEGIN EXCLUSIVE;\nSELECT 'held';\n");
      await Promise.race([held, gone.then(() => { throw new Error("the lock was not taken"); })]);
      try {
        return await act();
      } finally {
        holder.stdin.end("ROLLBACK;\n");
        await gone;
      }
    },
    /** Everybody signed in some minutes earlier than they did: who waits in a journey waits for nothing. */
    async signedInEarlier(minutes) {
      const by = spawn("sqlite3", [join(data, "zhanwang.db")], { stdio: ["pipe", "inherit", "inherit"] });
      const ended = new Promise((resolve, reject) => by.on("error", reject).on("exit", resolve));
      by.stdin.end(`.timeout 10000\nUPDATE session SET created_at=created_at-${minutes * 60_000};\n`);
      if ((await ended) !== 0) throw new Error("the sessions did not grow older");
    },
    /** The sign-ins of a role, the drafter before the checker and so on, in the order the demo prints them. */
    people(role, which = 0) {
      const found = credentials.filter((c) => c.role === role)[which];
      if (!found) throw new Error(`the demo has no sign-in number ${which} of role ${role}`);
      return found;
    },
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      // The server logs only what is its own or the database's fault: a journey must not cause any.
      const errors = out.log.split("\n").filter((line) => / (ERROR|WARN) /.test(line) && !expected.some((e) => e.test(line)));
      if (code !== 0) errors.push(`the server ended with code ${code}`);
      if (errors.length) throw new Error(`the server logged:\n${errors.join("\n")}`);
    },
  };
}
