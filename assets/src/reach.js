// Before a form that keeps its text leaves the page: is the server within reach? A browser without a connection answers a
// submit with its own error page, in the place of everything that was typed. Here the form stays where it is instead,
// says that nothing was sent or lost, and offers to send again.
import { word } from "./request.js";

/** How long an answer is waited for; the second time longer, so that no slow connection is locked out. */
const PATIENCE_MS = [4000, 12000];

/** Whether our own server answers. Its file is asked for, not its database: an outage is told by a page that keeps the
 * text. A proxy that cannot reach the server, or a sign-in page of the network, is no answer. */
async function answers(patience) {
  if (navigator.onLine === false) return false;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const { type, status } = await fetch(document.body.dataset.reach, { method: "HEAD", cache: "no-store", credentials: "omit", redirect: "manual", signal: stop.signal });
    return type === "basic" && ![502, 503, 504].includes(status);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const found = (form) => form.querySelector("[data-unreached]");

function clear(form) {
  const note = found(form);
  if (note) note.remove();
}

/** Sends with the button that was pressed: it may say what the form means. */
function send(form, submitter) {
  if (form.requestSubmit) form.requestSubmit(submitter);
  else if (submitter) submitter.click();
}

function draw(form, submitter) {
  const note = document.createElement("div");
  note.className = "zw-notice n-warning";
  note.dataset.unreached = "";
  const mark = document.createElement("span");
  mark.className = "zw-mark";
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = "!";
  const body = document.createElement("div");
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  body.append(text);
  if (form.requestSubmit || submitter) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn";
    again.textContent = word("unreachedAgain");
    again.addEventListener("click", () => send(form, submitter));
    body.append(again);
  }
  note.append(mark, body);
  // Beside the button that was pressed, where the reader looks; the focus stays on it.
  const place = submitter && submitter.closest(".zw-buttons");
  if (place) place.before(note);
  else form.append(note);
  return note;
}

function tell(form, submitter) {
  const note = found(form) || draw(form, submitter);
  const text = note.querySelector("[role='alert']");
  // An alert is read out when its words change: also when the second try failed like the first.
  text.textContent = "";
  setTimeout(() => {
    text.textContent = word("unreached");
    note.scrollIntoView({ block: "nearest" });
  }, 100);
}

/**
 * Whether a submit may leave now. If not, it is stopped; and where the answer has to be waited for (`ask`), the same
 * submit follows by itself when there is one. `stays` is called when the form stays.
 */
export function passed(form, event, ask, stays) {
  if (form.dataset.reached !== undefined) {
    delete form.dataset.reached;
    clear(form);
    return true;
  }
  const { submitter } = event;
  const stay = () => {
    delete form.dataset.sending;
    tell(form, submitter);
    stays();
  };
  if (navigator.onLine === false) {
    event.preventDefault();
    stay();
    return false;
  }
  // Browsers that cannot repeat a submit send it unasked.
  if (!ask || !form.requestSubmit || !document.body.dataset.reach) {
    clear(form);
    return true;
  }
  event.preventDefault();
  const patience = PATIENCE_MS[found(form) ? 1 : 0];
  answers(patience).then((yes) => {
    if (!yes) return stay();
    if (!form.isConnected) return undefined;
    // The question before sending was answered, and this is still the one submit of that click (small.js).
    delete form.dataset.sending;
    form.dataset.reached = "";
    return send(form, submitter);
  });
  return false;
}
