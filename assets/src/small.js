// Small helpers: print (with folded lists open), questions before sending, one submit per click, focus on errors, the week
// slider, menus.
import { fragment, fresh } from "./request.js";

let first = true;

function once() {
  document.addEventListener("click", (event) => {
    const print = event.target.closest("[data-print]");
    if (print) window.print();
    for (const open of document.querySelectorAll(".zw-user[open], .zw-bottom details[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll(".zw-user[open], .zw-bottom details[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
  // Before htmx and the drafts see the submit: a refusal stops all of them.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      // A submit that waited for the connection (reach.js) was asked already.
      const question = form.dataset.reached === undefined && ((event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm);
      const stop = (form.dataset.once !== undefined && form.dataset.sending === "1") || (question && !window.confirm(question));
      if (stop) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (form.dataset.once === undefined) return;
      form.dataset.sending = "1";
      // A lost answer must not lock the form for ever; the idempotency key makes the second try harmless.
      setTimeout(() => delete form.dataset.sending, 15000);
    },
    true,
  );
  printOpen();
  const release = () => document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:after:request", release);
  document.addEventListener("htmx:error", release);
}

/** Paper has no folds to open: while a page is printed, what it folds away stands open. */
function printOpen() {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    // Lists and texts, not forms that wait for somebody. Some browsers say it twice; what was opened first stays ours to close.
    const fields = "input:not([type=hidden]), select, textarea";
    const folded = [...document.querySelectorAll("main details:not([open])")].filter((details) => !details.querySelector(fields));
    for (const details of folded) details.open = true;
    opened = opened.concat(folded);
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}

// A move by key loads a page: the next page gives the focus back, so that the next key moves on.
const HELD = "zw-slider";

function hold(range) {
  try {
    if (document.activeElement === range) sessionStorage.setItem(HELD, range.id);
  } catch {
    // Without storage the focus is lost, nothing else.
  }
}

function takeUp(range) {
  try {
    if (!range.id || sessionStorage.getItem(HELD) !== range.id) return;
    sessionStorage.removeItem(HELD);
    range.focus({ preventScroll: true });
  } catch {
    // As above.
  }
}

function slider(form) {
  const range = form.querySelector("input[type=range]");
  const output = form.querySelector("output");
  const labels = (range.dataset.labels || "").split("|");
  const target = form.dataset.slider && document.getElementById(form.dataset.slider);
  range.addEventListener("input", () => {
    const label = labels[Number(range.value)] || range.value;
    output.textContent = label;
    range.setAttribute("aria-valuetext", label);
  });
  // Arrow keys say "changed" at every step: the page is asked for when they have come to rest.
  let keyed = false;
  let resting = 0;
  range.addEventListener("keydown", () => (keyed = true));
  range.addEventListener("pointerdown", () => (keyed = false));
  range.addEventListener("change", () => {
    clearTimeout(resting);
    if (keyed) resting = setTimeout(go, 500);
    else go();
  });
  let latest = 0;
  async function go() {
    const url = new URL(form.action, location.href);
    url.searchParams.set(range.name, range.value);
    if (!target) {
      hold(range);
      location.assign(url);
      return;
    }
    const mine = ++latest;
    target.setAttribute("aria-busy", "true");
    try {
      const html = await fragment(url);
      if (mine !== latest) return;
      if (html === null) location.assign(url);
      else target.dispatchEvent(new CustomEvent("zw:swap", { bubbles: true, detail: html }));
    } catch {
      location.assign(url);
    } finally {
      if (mine === latest) target.removeAttribute("aria-busy");
    }
  }
  takeUp(range);
}

export function startSmall(root) {
  if (first) {
    first = false;
    once();
  }
  fresh(root, "form[data-slider]", "Slider").forEach(slider);
  const wrong = fresh(root, "[data-focus]", "Focus")[0];
  if (wrong) wrong.focus();
}
