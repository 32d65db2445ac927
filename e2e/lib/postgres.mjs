// A PostgreSQL server of one's own on loopback, to be stopped and started in the middle of a journey.
import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./server.mjs";

const versions = "/usr/lib/postgresql";

/** Starts an empty one: `{ url, stop(), start(), remove() }`. */
export async function postgres() {
  const newest = readdirSync(versions).sort((a, b) => Number(a) - Number(b)).at(-1);
  const [dir, port] = [mkdtempSync(join(tmpdir(), "zw-e2e-pg-")), await freePort()];
  // PostgreSQL refuses to run as root.
  const root = process.getuid() === 0;
  const call = (program, ...args) => {
    const line = [join(versions, newest, "bin", program), ...args];
    const [command, ...rest] = root ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", ...line] : line;
    return execFileSync(command, rest, { cwd: "/", encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  };
  if (root) {
    const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(dir, id("-u"), id("-g"));
  }
  const data = join(dir, "data");
  call("initdb", "-D", data, "-U", "zw", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${dir} -c max_connections=50`;
  const start = () => call("pg_ctl", "-D", data, "-w", "-l", join(dir, "log"), "-o", options, "start");
  const stop = () => call("pg_ctl", "-D", data, "-w", "-m", "fast", "stop");
  start();
  return {
    url: `postgres://zw@127.0.0.1:${port}/postgres`,
    start,
    stop,
    remove() {
      try {
        stop();
      } catch {
        // It is stopped already.
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
