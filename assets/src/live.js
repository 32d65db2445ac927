// Live regions. An element with data-live="/live?topics=…" listens to that event stream and on every event fetches
// data-live-src again and takes its content from there. Elements with the same stream share one connection.
// A wall must never go on showing old numbers as if they were new: while the line is down it says so, and once the
// session or the screen's token has ended the numbers are taken away.
import { ask, fresh, word } from "./request.js";

const streams = new Map();
const RETRY_MS = 5000;
// So long after the stream's word that its session has ended the fragment is asked: where the password was given again the
// browser has got another session by then and goes on with it.
const ENDED_MS = 300;

function open(url) {
  const stream = { elements: new Set(), source: null, wait: 1000, lost: false };
  const lost = (yes) => {
    if (yes === stream.lost) return;
    stream.lost = yes;
    for (const element of stream.elements) note(element, yes);
  };
  const connect = () => {
    const source = new EventSource(url);
    stream.source = source;
    source.onopen = () => {
      stream.wait = 1000;
      // Whatever was missed while the line was down is in the fragments.
      if (stream.lost) stream.elements.forEach(refresh);
      lost(false);
    };
    const changed = () => stream.elements.forEach(refresh);
    source.onmessage = changed;
    source.addEventListener("change", changed);
    // Refused, not broken: the fragment tells whether the session has ended.
    const again = () => {
      stream.elements.forEach(refresh);
      setTimeout(() => {
        if (!ended && streams.get(url) === stream) connect();
      }, stream.wait);
      stream.wait = Math.min(stream.wait * 2, 30000);
    };
    source.addEventListener("ended", () => {
      source.close();
      setTimeout(again, ENDED_MS);
    });
    source.onerror = () => {
      lost(true);
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      again();
    };
  };
  connect();
  return stream;
}

function note(element, lost) {
  let mark = element.previousElementSibling;
  if (!mark || !mark.classList.contains("zw-live-lost")) {
    if (!lost) return;
    mark = document.createElement("p");
    mark.className = "zw-live-lost";
    mark.setAttribute("role", "status");
    element.before(mark);
  }
  mark.textContent = lost ? word("offline") : "";
  mark.hidden = !lost;
}

let ended = false;

/** The session or the screen's token has ended, or the right was withdrawn: no number stays on the screen. */
function end() {
  if (ended) return;
  ended = true;
  for (const { source } of streams.values()) source.close();
  const main = document.getElementById("main");
  const note = document.createElement("div");
  note.className = "zw-live-ended";
  note.setAttribute("role", "alert");
  for (const [tag, text] of [["h1", word("ended")], ["p", word("endedHow")]]) {
    const line = document.createElement(tag);
    line.textContent = text;
    note.append(line);
  }
  main.replaceChildren(note);
  // A person is led to sign-in and back. A screen has nobody to sign in: it stays dark and says what to do.
  if (!document.body.classList.contains("zw-kiosk")) location.reload();
}

const waiting = new WeakMap();

/** Fetches and swaps; several events in quick succession become one fetch. */
function refresh(element) {
  if (waiting.has(element)) return;
  const run = async () => {
    waiting.delete(element);
    if (!element.isConnected) return;
    const active = document.activeElement;
    // Nobody's typing is thrown away: the fragment waits until the field is left.
    if (active && element.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName)) {
      waiting.set(element, setTimeout(run, 2000));
      return;
    }
    const href = active && element.contains(active) ? active.getAttribute("href") : null;
    try {
      const { status, html } = await ask(element.dataset.liveSrc);
      if ([0, 401, 403, 404].includes(status)) return end();
      // An outage: the old numbers stay, marked as old, until the next try brings new ones.
      note(element, html === null);
      if (html === null) {
        waiting.set(element, setTimeout(run, RETRY_MS));
        return;
      }
      element.dispatchEvent(new CustomEvent("zw:swap", { bubbles: true, detail: html }));
      if (href !== null) {
        const again = [...element.querySelectorAll("a[href]")].find((a) => a.getAttribute("href") === href);
        if (again) again.focus();
      }
    } catch {
      // The stream reports the lost connection; the next event or reconnection fetches again.
    }
  };
  waiting.set(element, setTimeout(run, 120));
}

export function startLive(root) {
  for (const element of fresh(root, "[data-live][data-live-src]", "Live")) {
    const url = element.dataset.live;
    if (!streams.has(url)) streams.set(url, open(url));
    streams.get(url).elements.add(element);
  }
  for (const [url, stream] of streams) {
    for (const element of stream.elements) if (!element.isConnected) stream.elements.delete(element);
    if (stream.elements.size === 0) {
      if (stream.source) stream.source.close();
      streams.delete(url);
    }
  }
}
