// Signing out on a phone of field work: the list leaves it, records that are not sent stay, and whoever signs out is told.
// Pages without field work never open its store.
import { exists, queue, unsent, wipeShift } from "./fieldstore.js";
import { word } from "./request.js";

let agreed = false;

async function leave(form) {
  if (await exists()) {
    const waiting = (await queue()).filter((item) => unsent(item)).length;
    if (waiting > 0 && !window.confirm(word("fieldLeave").replace("{n}", waiting))) return;
    await wipeShift();
  }
  agreed = true;
  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
}

export function startLeave() {
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.getAttribute("action") !== "/logout" || agreed || !window.indexedDB) return;
      // Before anybody else hears of it: nothing is forgotten for a sign-out that is called off.
      event.preventDefault();
      event.stopImmediatePropagation();
      leave(event.target).catch(() => {
        agreed = true;
        event.target.submit();
      });
    },
    true,
  );
}
