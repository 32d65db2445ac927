// Entry: htmx and the program's few scripts. Every page works without them; they find their elements by data-
// attributes, also in fragments that are swapped in later, so nothing here is called from markup.
import htmx from "htmx.org";
import { startDrafts } from "./drafts.js";
import { startLeave } from "./fieldleave.js";
import { startFigures } from "./figures.js";
import { startIdNumbers } from "./idnumber.js";
import { startLive } from "./live.js";
import { startSmall } from "./small.js";
import { csrf } from "./request.js";

document.documentElement.classList.add("zw-js");
startLeave();

// htmx requests carry the form token as a header as well, so that a link with hx-post needs no form.
document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail && event.detail.ctx && event.detail.ctx.request;
  if (request && request.headers && csrf()) request.headers["X-CSRF-Token"] = csrf();
});

function start(root) {
  startDrafts(root);
  // After what was kept is back in its fields.
  startFigures(root);
  startIdNumbers(root);
  startLive(root);
  startSmall(root);
}

/** Fills an element with a fragment from our own server and wires what is in it. */
export function swap(element, html) {
  element.innerHTML = html;
  htmx.process(element);
  start(element);
}
document.addEventListener("zw:swap", (event) => swap(event.target, event.detail));
document.addEventListener("htmx:after:swap", () => start(document));

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => start(document));
else start(document);
