// What was typed is never lost. <form data-draft="key"> posts its fields to /drafts/{key} a few seconds after a change;
// until the server has them the text lies in sessionStorage. Every other form is kept there from its submit on. A text
// that was submitted is forgotten only when the server names that very submit as accepted (cookie zw_accepted): no
// error page, sign-in page or lost answer can be taken for success. When the form opens again, the text is back, under
// the idempotency key it was sent with. Passwords, files and hidden fields are never kept. Whether there is a connection
// is asked before a form leaves (reach.js).
import { passed } from "./reach.js";
import { csrf, fresh, word } from "./request.js";

const PREFIX = "zw-draft:";
const EVERY_MS = 4000;
// Names of crates/ui/src/form.rs.
const IDEMPOTENCY = "idempotency_key";
const PAGE = "_page";
const SENT = "_sent";

const reader = () => document.body.dataset.reader || "";
const keyOf = (form) => form.dataset.draft || `@${form.getAttribute("action")}`;

function fields(form) {
  return [...form.elements].filter((e) => e.name && !e.disabled && !["hidden", "password", "file", "submit", "button"].includes(e.type) && e.dataset.noDraft === undefined);
}

function read(form) {
  const out = [];
  for (const e of fields(form)) {
    if ((e.type === "checkbox" || e.type === "radio") && !e.checked) continue;
    if (e.tagName === "FIELDSET" || e.tagName === "OUTPUT") continue;
    out.push([e.name, e.value]);
  }
  return out;
}

function write(form, pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, (values.get(name) || []).concat(value));
  for (const e of fields(form)) {
    const list = values.get(e.name) || [];
    const was = e.type === "checkbox" || e.type === "radio" ? e.checked : e.value;
    if (e.type === "checkbox" || e.type === "radio") e.checked = list.includes(e.value);
    else if (values.has(e.name)) e.value = list.shift() ?? "";
    // What comes back must be seen: folds above it are opened.
    const is = typeof was === "boolean" ? e.checked : e.value;
    for (let fold = e.closest("details"); is && is !== was && fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
}

function store(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage full or forbidden: the server copy is the one that counts.
  }
}

function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key) || "null");
  } catch {
    return null;
  }
}

function keys() {
  try {
    return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  } catch {
    return []; // Storage forbidden: nothing is kept.
  }
}

/** Forgets all unsent text: at sign-out, and when somebody else has signed in. */
function forgetAll(unlessReader) {
  for (const key of keys()) {
    const kept = load(key);
    if (!(unlessReader && kept && kept.reader === unlessReader)) store(key, null);
  }
}

/** Forgets what the server says it accepted. The cookie stays when nothing matches: it may be for another tab. */
function forgetAccepted() {
  const found = document.cookie.match(/(?:^|;\s*)((?:__Host-)?zw_accepted)=([A-Za-z0-9-]+)/);
  if (!found) return;
  const mine = keys().filter((key) => load(key)?.sent === found[2]);
  mine.forEach((key) => store(key, null));
  if (mine.length) document.cookie = `${found[1]}=; Path=/; Max-Age=0; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
}

function hide(form, name, value) {
  let input = form.querySelector(`input[type="hidden"][name="${name}"]`);
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    form.append(input);
  }
  input.value = value;
}

const posts = () => [...document.querySelectorAll("form[method='post']")];
const sameAddress = (form) => posts().filter((f) => f.getAttribute("action") === form.getAttribute("action"));

/** The page a form lives on. A form shown again stands at the address it was posted to, which may not open by itself. */
const homeOf = (form) => form.dataset.home || location.pathname + location.search;

/** Says in the form where it stands (the way back after signing in) and which submit this is. */
function stamp(form) {
  const sent = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  hide(form, PAGE, homeOf(form));
  hide(form, SENT, sent);
  // Two forms with one address (both versions side by side): what was begun in the other one is done with as well.
  for (const key of new Set(sameAddress(form).map(keyOf))) {
    const kept = load(key);
    if (kept) store(key, { ...kept, sent });
  }
  return sent;
}

const idempotency = (form) => form.querySelector(`input[type="hidden"][name="${IDEMPOTENCY}"]`);

function restore(form, key, say) {
  const kept = load(key);
  if (!kept) return false;
  // By attribute: a field named 'action' hides the property.
  const action = new URL(form.getAttribute("action"), location.href);
  if (kept.home && location.pathname === action.pathname) form.dataset.home = kept.home;
  const field = idempotency(form);
  // The answer may be what got lost: under the same key a second submit has no second effect. A key that was taken up
  // again and refused (another text under it) is not forced on the form for ever.
  const refused = kept.again === kept.idem && document.querySelector("[role='alert']");
  if (kept.sent && kept.idem && field && !refused) {
    field.value = kept.idem;
    form.dataset.again = kept.idem;
  }
  if (JSON.stringify(kept.values) === JSON.stringify(read(form))) return true;
  write(form, kept.values);
  say(word("restored"), "is-restored");
  offerAnew(form, key, say);
  return true;
}

/** Beside what came back: the way to put it away. The kept text is forgotten here and on the server, and the form opens
 * empty. Where the server filled the form, its own button stands above the page. */
function offerAnew(form, key, say) {
  if (form.querySelector(".zw-anew") || document.querySelector(`form[action="${anewAction(key)}"]`)) return;
  const box = document.createElement("div");
  box.className = "zw-notice n-info zw-anew";
  box.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = word("anew");
  box.append(`${word("restored")} `, button);
  button.addEventListener("click", async () => {
    if (!window.confirm(word("anewSure"))) return;
    if (form.dataset.draft !== undefined && !(await dropped(key))) {
      say(word("unreached"), "is-unsaved");
      return;
    }
    store(key, null);
    form.dataset.gone = "";
    location.replace(homeOf(form));
  });
  form.prepend(box);
}

const anewAction = (key) => `/drafts/${encodeURIComponent(key)}/delete`;

/** Whether the server has forgotten a draft. */
async function dropped(key) {
  try {
    const response = await fetch(anewAction(key), { method: "POST", body: new URLSearchParams({ csrf: csrf() }), headers: { "X-CSRF-Token": csrf() }, credentials: "same-origin", redirect: "manual" });
    return response.ok || response.type === "opaqueredirect";
  } catch {
    return false;
  }
}

function wire(form) {
  form.dataset.kept = "";
  const key = keyOf(form);
  const saves = form.dataset.draft !== undefined;
  let mark = form.querySelector("[data-draft-mark]");
  const say = (text, state) => {
    if (!mark) {
      mark = document.createElement("p");
      mark.setAttribute("role", "status");
      form.append(mark);
    }
    mark.textContent = text;
    mark.className = `zw-draft ${state}`;
  };
  let dirty = restore(form, key, say);
  let busy = false;
  let leaving = false;

  const keep = (sent) => store(key, { reader: reader(), values: read(form), sent, home: homeOf(form), idem: idempotency(form)?.value, again: form.dataset.again });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true;
    // Without a connection the browser would put its own error page in the place of the form.
    if (!passed(form, event, saves, () => (leaving = false))) {
      keep(null);
      return;
    }
    keep(stamp(form));
  });
  if (!saves) return;

  const save = async () => {
    if (!dirty || busy || leaving || form.dataset.gone !== undefined || !form.isConnected) return;
    busy = true;
    dirty = false;
    const body = new URLSearchParams(read(form));
    body.set("csrf", csrf());
    body.set(PAGE, homeOf(form));
    try {
      const response = await fetch(`/drafts/${encodeURIComponent(key)}`, {
        method: "POST",
        body,
        headers: { "X-CSRF-Token": csrf() },
        credentials: "same-origin",
        redirect: "manual",
      });
      if (!response.ok) throw new Error(String(response.status));
      if (!dirty && !leaving) store(key, null);
      // The server's clock: a demonstration lives on a day of its own, and a device's may be wrong.
      const { saved_at } = await response.json();
      say(`${word("saved")} ${saved_at}`, "is-saved");
    } catch {
      dirty = true;
      say(word("unsaved"), "is-unsaved");
    } finally {
      busy = false;
    }
  };
  const changed = () => {
    dirty = true;
    keep(null);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("online", save);
  const timer = setInterval(() => (form.isConnected ? save() : clearInterval(timer)), EVERY_MS);
}

/** A form whose text can be kept: it has fields, no password, no file, and its address is its own on this page. What
 * somebody searched for is nothing to bring back, and often a name. */
function keepable(form) {
  if (form.getAttribute("role") === "search") return false;
  if (form.dataset.draft !== undefined) return true;
  return fields(form).length > 0 && !form.querySelector("input[type='password'], input[type='file']") && sameAddress(form).length === 1;
}

let first = true;
export function startDrafts(root) {
  if (first) {
    first = false;
    if (reader()) forgetAll(reader());
    forgetAccepted();
    // Whoever was sent to the sign-in page is told that what was typed is still there.
    const note = document.querySelector("[data-kept-note]");
    if (note && keys().length > 0) note.hidden = false;
    document.addEventListener("submit", (event) => {
      const form = event.target;
      const action = form.getAttribute("action") || "";
      if (action === "/logout") forgetAll("");
      // A draft that is given up is given up here too; what is typed on the page it fills is saved no more.
      const gone = action.match(/^\/drafts\/([^/]+)\/delete$/);
      if (gone && !event.defaultPrevented) {
        const key = decodeURIComponent(gone[1]);
        store(key, null);
        for (const f of posts().filter((other) => keyOf(other) === key)) f.dataset.gone = "";
      }
      // Forms without a text to keep still say where they stand; a carried form says where it stood.
      const plain = form.matches("[method='post']") && form.dataset.kept === undefined && form.dataset.carried === undefined;
      if (plain && !event.defaultPrevented) stamp(form);
    });
  }
  fresh(root, "form[method='post']", "Draft").filter(keepable).forEach(wire);
  // The page of a refusal is the only place of what it carries: it is not given up for an error page of the browser.
  for (const form of fresh(root, "form[data-carried]", "Carried")) {
    form.addEventListener("submit", (event) => event.defaultPrevented || passed(form, event, true, () => {}));
  }
}
