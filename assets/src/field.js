// Entry of the field kit: opens without network, shows nobody before the PIN, records visits into a sealed queue and sends
// them when there is a network. The frame, its words and its forms come from the server (modules/field/src/views/kit.rs).
import { exists, get, put, queue, unsent, wipeAll, wipeShift } from "./fieldstore.js";
import { able, fromBase64, open, place, seal, unwrap, use, weakness, wrap } from "./fieldkeys.js";
import { contact, post, send } from "./fieldqueue.js";
import { startForms } from "./fieldforms.js";
import { drawItems, drawList } from "./fieldlist.js";

const root = document.getElementById("field");
const WORDS = JSON.parse(root.dataset.words);
const $ = (id) => document.getElementById(`field-${id}`);
const TRIES = 5;
const SLACK_MS = 120_000; // two clocks of one device differ by less

/** Words of the page, with what stands in braces filled in. */
export const word = (name, args = {}) => Object.entries(args).reduce((text, [k, v]) => text.replace(`{${k}}`, v), WORDS[name] || name);

/** What is open now: nothing of it is stored. */
const state = { shift: null, key: null, pack: null, here: null, fetched: null, touched: Date.now() };

/** The server's clock, by what it said when the shift began. */
const now = () => Date.now() + (state.shift ? state.shift.off : 0);
/** The civil date in Beijing. */
const day = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
const minute = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(11, 16);

export function say(text, alarm = false) {
  const [shown, other] = alarm ? [$("alarm"), $("say")] : [$("say"), $("alarm")];
  other.hidden = true;
  shown.hidden = !text;
  shown.textContent = text || "";
}

function only(...ids) {
  for (const id of ["begin", "setup", "lock", "main", "form"]) $(id).hidden = !ids.includes(id);
}

function forget() {
  state.key = null;
  state.pack = null;
  state.fetched = null;
  $("list").textContent = "";
  $("form").textContent = "";
  document.getElementById("f-find").value = "";
}

/** Takes the list off the phone and says why; what is not sent stays. */
async function take(why) {
  await wipeShift();
  forget();
  state.shift = null;
  await screen(why);
}

/** The phone is lost: nothing stays. */
async function gone() {
  forget();
  state.shift = null;
  await wipeAll();
  only();
  $("queue").hidden = true;
  say(word("lost"), true);
}

/** Whether the shift on the phone is over, or its clock was set back; then the list is gone. */
async function overdue() {
  const s = state.shift;
  if (!s) return false;
  const back = Date.now() < s.seen - SLACK_MS;
  if (!back && now() < s.ends) return false;
  await take(back ? "clock" : "over");
  return true;
}

const net = () => {
  $("net").textContent = word(navigator.onLine ? "online" : "offline");
  $("shift").textContent = state.shift ? word("until", { at: minute(state.shift.ends) }) : "";
};

/** Shows what the phone can show now. */
async function screen(why) {
  net();
  await items();
  if (state.key) {
    only("main");
    return list();
  }
  const renewed = state.here && state.here.pack && (!state.shift || state.here.shift !== state.shift.id);
  if (renewed) {
    only("setup");
    if (why) say(word(why), true);
    return null;
  }
  if (state.shift) {
    $("lock-why").textContent = word("locked");
    only("lock");
    return null;
  }
  if (why) say(word(why), true);
  $("begin-why").textContent = word(state.here && state.here.device === "none" ? "no-device" : "no-shift");
  only("begin");
  return null;
}

/** What the server says of this phone, and what follows from it; false for a phone that is lost. */
async function ask() {
  const here = navigator.onLine ? await contact() : null;
  if (!here) return true;
  if (here.gone) {
    await gone();
    return false;
  }
  state.here = here;
  const foreign = state.shift && here.id !== state.shift.device;
  if (state.shift && (here.device !== "live" || foreign)) await take("ended");
  return true;
}

function list() {
  const p = state.pack;
  $("count").textContent = [word("count", { n: p.rows.length }), p.children ? word("children", { n: p.children }) : "", p.cut ? word("cut") : ""].join(" ");
  drawList({ ul: $("list"), title: $("list-title"), pack: p, find: document.getElementById("f-find").value, today: day(now()), word, visit: forms.visit, fix: forms.fix });
}

/** The records on the phone, with names while it is open. */
async function items() {
  const all = await queue();
  const names = new Map();
  if (state.pack) for (const r of state.pack.rows) names.set(r.id, r.name);
  const opened = new Map();
  for (const item of state.key && state.shift ? all : []) {
    if (!unsent(item) || item.shift !== state.shift.id) continue;
    const body = await open(state.key, place(item.shift, item.client), item.sealed).catch(() => null);
    if (body) opened.set(item.client, names.get(body.resident || body.visit.persons[0].resident) || "");
  }
  const waiting = all.filter((i) => unsent(i));
  $("queue").hidden = all.length === 0;
  $("queue-title").textContent = word("queue", { n: waiting.length });
  $("send").hidden = waiting.length === 0;
  drawItems({ ul: $("items"), all, opened, word, minute });
}

/** Sends what waits. `asked`: somebody pressed the button and wants to know. */
async function flush(asked) {
  if (asked) say(word("sending"));
  const done = await send();
  if (done === "gone") return gone();
  await items();
  if (done === "expired" && asked) {
    say(word("expired"), true);
    const link = document.createElement("a");
    link.href = "/login?next=/field/kit";
    link.className = "zw-tap";
    link.textContent = word("sign-in");
    $("alarm").append(" ", link);
  } else if (done === "sent" && (asked || $("alarm").hidden)) say(word("sent-all"));
  else if (asked) say(word(done === "nothing" ? "queue-none" : done === "offline" ? "offline" : "failed"), done !== "nothing");
  return null;
}

async function lock(why = "locked") {
  if (!state.key) return;
  await forms.keep();
  forget();
  await screen();
  $("lock-why").textContent = word(why);
}

/** Opens the list with a key, and the form that was begun. */
async function unlocked(key) {
  state.key = key;
  state.pack = await open(key, `zw-field|${state.shift.id}|pack`, await get("pack"));
  state.touched = Date.now();
  say("");
  await screen();
  await forms.resume();
}

async function setup(event) {
  event.preventDefault();
  const [pin, again] = [document.getElementById("f-pin"), document.getElementById("f-again")];
  const weak = weakness(pin.value, state.fetched ? state.fetched.weak : []);
  if (weak) return say(word(weak), true);
  if (pin.value !== again.value) return say(word("pin-twice"), true);
  if (!state.fetched) {
    say(word("fetching"));
    const response = await post("/api/v1/field/pack", state.here.csrf, {}).catch(() => null);
    if (response && response.status === 410) return gone();
    if (!response || !response.ok) {
      return (await ask()) && say(word(response && response.status === 422 ? "old" : "failed"), true);
    }
    state.fetched = await response.json().catch(() => null);
    if (!state.fetched) return say(word("failed"), true);
    // Known only now: a part of the own telephone number is no secret.
    if (weakness(pin.value, state.fetched.weak)) return say(word("pin-weak"), true);
  }
  const f = state.fetched;
  const raw = fromBase64(f.key);
  await wipeShift();
  const key = await use(raw);
  const kept = await wrap(raw, pin.value, f.shift);
  raw.fill(0);
  await put("pack", await seal(key, `zw-field|${f.shift}|pack`, f.pack));
  state.shift = { id: f.shift, device: f.device, ends: f.ends_ms, off: f.now_ms - Date.now(), seen: Date.now(), idle: f.idle_minutes, tries: TRIES, kept };
  await put("shift", state.shift);
  pin.value = again.value = "";
  state.fetched = null;
  return unlocked(key);
}

async function unlock(event) {
  event.preventDefault();
  if (await overdue()) return null;
  const field = document.getElementById("f-open");
  const pin = field.value;
  field.value = "";
  if (!/^\d{6}$/.test(pin)) return say(word("pin-form"), true);
  // Counted before it is tried: who pulls the battery has used up the try.
  state.shift.tries -= 1;
  await put("shift", state.shift);
  const key = await unwrap(state.shift.kept, pin, state.shift.id);
  if (!key) return state.shift.tries > 0 ? say(word("pin-wrong", { n: state.shift.tries }), true) : take("wiped");
  state.shift.tries = TRIES;
  await put("shift", state.shift);
  return unlocked(key);
}

const forms = startForms({
  box: $("form"),
  word,
  say,
  shift: () => state.shift,
  key: () => state.key,
  pack: () => state.pack,
  today: () => day(now()),
  shown: () => only("form"),
  back: () => screen(),
  kept: async () => {
    await screen();
    say(word("kept"));
    if (navigator.onLine) flush(false);
  },
});

/** Every few seconds: the lock, the end of the shift, the clock. */
async function tick() {
  if (!state.shift) return;
  if (await overdue()) return;
  if (Date.now() - state.shift.seen > 30_000) {
    state.shift.seen = Date.now();
    await put("shift", state.shift);
  }
  if (state.key && Date.now() - state.touched > state.shift.idle * 60_000) await lock();
}

async function keepFrame() {
  const worker = navigator.serviceWorker;
  if (!worker) return word("no-worker");
  try {
    await worker.register("/field/worker.js", { scope: "/field/" });
    await worker.ready;
    return word("ready");
  } catch {
    return word("no-worker");
  }
}

async function start() {
  if (!able()) {
    say(word("unsupported"), true);
    return;
  }
  for (const id of ["f-pin", "f-again", "f-open"]) Object.assign(document.getElementById(id), { inputMode: "numeric", maxLength: 6 });
  $("setup").addEventListener("submit", setup);
  $("lock").addEventListener("submit", unlock);
  $("search").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("f-find").addEventListener("input", list);
  $("lock-now").addEventListener("click", () => lock());
  $("send").addEventListener("click", () => flush(true));
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => (state.touched = Date.now()), { passive: true });
  addEventListener("offline", net);
  addEventListener("online", () => {
    net();
    ask().then((there) => there && flush(false));
  });
  document.addEventListener("visibilitychange", () => tick());
  setInterval(tick, 5000);
  state.shift = (await exists()) ? (await get("shift")) || null : null;
  if (!(await overdue())) {
    // What the phone can show by itself it shows at once, however long the server takes to answer.
    if (state.shift) await screen();
    if (!(await ask())) return;
  }
  if (!state.key) await screen();
  keepFrame().then((text) => ($("frame").textContent = text));
  if (navigator.onLine) flush(false);
}

start();
