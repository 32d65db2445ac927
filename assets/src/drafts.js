// Draft autosave. <form data-draft="key"> posts its fields to /drafts/{key} a few seconds after a change. Until the
// server has them, and only until then, the text lies in sessionStorage: it survives a lost connection, an expired
// session and the way through the sign-in page, and is offered again when the form opens. Passwords, files and hidden
// fields are never kept.
import { csrf, fresh, word } from "./request.js";

const PREFIX = "zw-draft:";
const EVERY_MS = 4000;

const reader = () => document.body.dataset.reader || "";

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
    if (e.type === "checkbox" || e.type === "radio") e.checked = list.includes(e.value);
    else if (values.has(e.name)) e.value = list.shift() ?? "";
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

/** Forgets all unsent text: at sign-out, and when somebody else has signed in. */
function forgetAll(unlessReader) {
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const kept = load(name.slice(PREFIX.length));
      if (unlessReader && kept && kept.reader === unlessReader) continue;
      sessionStorage.removeItem(name);
    }
  } catch {
    // Nothing stored, nothing to forget.
  }
}

function restore(form, key, say) {
  const kept = load(key);
  if (!kept) return false;
  // A submit that the server answered with this very form: either what was typed is already in it, or it was saved
  // and this is the empty form for the next one.
  if (kept.sent && (form.querySelector(".has-error") || document.querySelector(".zw-summary, .n-success"))) {
    store(key, null);
    return false;
  }
  if (JSON.stringify(kept.values) === JSON.stringify(read(form))) return false;
  write(form, kept.values);
  store(key, { ...kept, sent: false });
  say(word("restored"), "is-restored");
  return true;
}

function wire(form) {
  const key = form.dataset.draft;
  const mark = form.querySelector("[data-draft-mark]");
  const say = (text, state) => {
    if (!mark) return;
    mark.textContent = text;
    mark.className = `zw-draft ${state}`;
  };
  let dirty = restore(form, key, say);
  let busy = false;
  let leaving = false;

  const keep = (sent) => store(key, { reader: reader(), values: read(form), sent });
  const save = async () => {
    if (!dirty || busy || leaving || !form.isConnected) return;
    busy = true;
    dirty = false;
    const body = new URLSearchParams(read(form));
    body.set("csrf", csrf());
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
      const now = new Date();
      say(`${word("saved")} ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`, "is-saved");
    } catch {
      dirty = true;
      say(word("unsaved"), "is-unsaved");
    } finally {
      busy = false;
    }
  };
  const changed = () => {
    dirty = true;
    keep(false);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true;
    keep(true);
  });
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("online", save);
  const timer = setInterval(() => (form.isConnected ? save() : clearInterval(timer)), EVERY_MS);
}

/** A submit that led to another page than its form or the sign-in page was accepted. */
function forgetAccepted() {
  if (document.querySelector('form[action="/login"]')) return;
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const key = name.slice(PREFIX.length);
      const kept = load(key);
      const here = [...document.querySelectorAll("form[data-draft]")].some((f) => f.dataset.draft === key);
      if (kept && kept.sent && !here) store(key, null);
    }
  } catch {
    // See store().
  }
}

let first = true;
export function startDrafts(root) {
  if (first) {
    first = false;
    if (reader()) forgetAll(reader());
    forgetAccepted();
    document.addEventListener("submit", (event) => {
      if (event.target.getAttribute("action") === "/logout") forgetAll("");
    });
  }
  fresh(root, "form[data-draft]", "Draft").forEach(wire);
}
