// The way of the queue to the server: sealed as it is, in portions, each item answered for itself. A repeat has no second
// effect, so whatever breaks off is simply sent again.
import { enqueue, queue, unsent } from "./fieldstore.js";
import { toBase64 } from "./fieldkeys.js";

const MOST = 100;
const MOST_BYTES = 1_200_000; // of base64: the server takes 2 MiB

/** A request that is given up after some seconds: where the signal is weak nothing answers and nothing fails either. */
async function within(seconds, path, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  try {
    return await fetch(path, { ...options, credentials: "same-origin", cache: "no-store", signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Asks how this phone stands: `{ gone }`, the answer, or null without a connection. */
export async function contact() {
  try {
    const response = await within(8, "/api/v1/field/contact", {});
    if (response.status === 410) return { gone: true };
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export async function post(path, csrf, body) {
  return within(60, path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
  });
}

function portions(items) {
  const out = [];
  let size = 0;
  for (const item of items) {
    const sealed = toBase64(item.sealed);
    if (out.length === 0 || out[out.length - 1].length >= MOST || size + sealed.length > MOST_BYTES) {
      out.push([]);
      size = 0;
    }
    out[out.length - 1].push({ client: item.client, shift: item.shift, sealed });
    size += sealed.length;
  }
  return out;
}

/** Notes what the server said of an item. What it has is kept here no longer. */
async function noted(item, answer) {
  const there = Boolean(answer.item);
  await enqueue({ ...item, state: answer.state === "later" ? "new" : answer.state, why: answer.why, county: answer.county, item: answer.item, sealed: there ? null : item.sealed });
}

let busy = null;

/** Sends what is not sent: "sent", "nothing", "expired", "offline", "failed" or "gone". Of two callers the second waits for
 * the first. */
export function send() {
  if (!busy) busy = sendAll().finally(() => (busy = null));
  return busy;
}

async function sendAll() {
  const waiting = (await queue()).filter((i) => unsent(i) && (i.state === "new" || i.state === "unread"));
  if (waiting.length === 0) return "nothing";
  const here = await contact();
  if (!here) return "offline";
  if (here.gone) return "gone";
  if (!here.signed_in) return "expired";
  let { csrf } = here;
  for (const items of portions(waiting)) {
    let response = null;
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        response = await post("/api/v1/field/items", csrf, { device_ms: Date.now(), items });
      } catch {
        return "offline";
      }
      // Somebody signed in anew in another tab: the form token is another one.
      if (response.status !== 422) break;
      const again = await contact();
      if (!again || again.csrf === csrf) break;
      csrf = again.csrf;
    }
    if (response.status === 410) return "gone";
    if (response.status === 401) return "expired";
    if (!response.ok) return "failed";
    // A hotspot's own page is no answer of ours.
    const told = await response.json().catch(() => null);
    if (!told || !told.items) return "failed";
    const answers = new Map(told.items.map((a) => [a.client, a]));
    for (const item of waiting) if (answers.has(item.client)) await noted(item, answers.get(item.client));
  }
  return "sent";
}
