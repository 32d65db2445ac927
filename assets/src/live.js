// Live regions. An element with data-live="/live?topics=…" listens to that event stream and on every event fetches
// data-live-src again and takes its content from there. Elements with the same stream share one connection.
import { fragment, fresh, word } from "./request.js";

const streams = new Map();

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
    source.onerror = () => {
      lost(true);
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      setTimeout(connect, stream.wait);
      stream.wait = Math.min(stream.wait * 2, 30000);
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
      const html = await fragment(element.dataset.liveSrc);
      if (html === null) return;
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
