// Small helpers: print, questions before sending, one submit per click, focus on errors, the week slider, menus.
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
  const release = () => document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:after:request", release);
  document.addEventListener("htmx:error", release);
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
  let latest = 0;
  range.addEventListener("change", async () => {
    const url = new URL(form.action, location.href);
    url.searchParams.set(range.name, range.value);
    if (!target) {
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
  });
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
