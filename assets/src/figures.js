// A paragraph of a circular is edited with its figures as they will be printed: each is a chip with its value, moved or
// deleted as a whole and never typed over. The textarea beneath stays what is sent and kept as a draft; without this
// script, or in a browser without plain-text editing, it is edited itself with `{{fig:key}}`.
import { fresh } from "./request.js";

const PIECE = /\{\{\s*fig:\s*([A-Za-z0-9_.@-]+)\s*\}\}/g;

/** Text with placeholders as nodes. */
function nodes(text, figures) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(PIECE)) {
    const figure = figures[found[1]];
    if (!figure) continue; // An unknown key stays text: the server says so at the field.
    if (found.index > from) out.append(text.slice(from, found.index));
    const chip = document.createElement("span");
    chip.className = "zw-chip";
    chip.contentEditable = "false";
    chip.dataset.figure = found[1];
    chip.textContent = figure[0];
    chip.title = figure[1];
    out.append(chip);
    from = found.index + found[0].length;
  }
  out.append(text.slice(from));
  return out;
}

/** Nodes as text with placeholders. */
function text(node) {
  let out = "";
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) out += child.data;
    else if (child.dataset?.figure) out += `{{fig:${child.dataset.figure}}}`;
    else if (child.nodeName === "BR") out += "\n";
    else out += `${out && !out.endsWith("\n") ? "\n" : ""}${text(child)}`;
  }
  return out;
}

function wire(holder) {
  const area = holder.querySelector("textarea");
  const label = area && document.querySelector(`label[for="${area.id}"]`);
  if (!label) return;
  const box = document.createElement("div");
  try {
    box.contentEditable = "plaintext-only";
  } catch {
    return;
  }
  const figures = JSON.parse(holder.dataset.figures);
  // What is placed here must stay; any other figure of the circular may come from elsewhere.
  const known = { ...JSON.parse(holder.closest("[data-known]")?.dataset.known ?? "{}"), ...figures };
  box.className = area.className;
  box.classList.add("zw-figures");
  box.setAttribute("role", "textbox");
  box.setAttribute("aria-multiline", "true");
  box.setAttribute("aria-labelledby", `${area.id}-label`);
  for (const name of ["aria-describedby", "aria-invalid", "lang"]) if (area.hasAttribute(name)) box.setAttribute(name, area.getAttribute(name));
  box.append(nodes(area.value, known));
  // A chip that was deleted can be put back: the paragraph is not accepted without it.
  const lost = document.createElement("p");
  lost.className = "zw-lost";
  const tellLost = () => {
    lost.replaceChildren();
    for (const [key, [value, words]] of Object.entries(figures)) {
      if (box.querySelector(`[data-figure="${CSS.escape(key)}"]`)) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      const aside = document.documentElement.lang === "en" ? ` (${words})` : `（${words}）`;
      button.textContent = `${holder.dataset.putBack} ${value}${aside}`;
      button.addEventListener("click", () => {
        box.append(nodes(`{{fig:${key}}}`, figures));
        box.dispatchEvent(new Event("input"));
        box.focus();
      });
      lost.append(button);
    }
  };
  box.addEventListener("input", () => {
    tellLost();
    area.value = text(box).replace(/\n$/, "");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // A copied chip arrives as its bare number, which would be a typed figure: it is moved as what it stands for.
  for (const type of ["copy", "cut"]) {
    box.addEventListener(type, (event) => {
      const selection = getSelection();
      if (!selection.rangeCount || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", text(selection.getRangeAt(0).cloneContents()));
      event.preventDefault();
      if (type === "cut") document.execCommand("delete");
    });
  }
  box.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain");
    if (!pasted || !pasted.includes("{{")) return;
    event.preventDefault();
    const range = getSelection().getRangeAt(0);
    range.deleteContents();
    range.insertNode(nodes(pasted, known));
    getSelection().collapseToEnd();
    box.dispatchEvent(new Event("input"));
  });
  // Dragged chips keep what they stand for, and land where they are dropped.
  box.addEventListener("dragstart", (event) => {
    const selection = getSelection();
    if (selection.rangeCount && event.dataTransfer) event.dataTransfer.setData("text/plain", text(selection.getRangeAt(0).cloneContents()));
  });
  box.addEventListener("drop", (event) => {
    const dropped = event.dataTransfer?.getData("text/plain");
    const target = document.caretRangeFromPoint?.(event.clientX, event.clientY);
    if (!dropped || !dropped.includes("{{") || !target) return;
    event.preventDefault();
    const selection = getSelection();
    const taken = selection.rangeCount && box.contains(selection.anchorNode) ? selection.getRangeAt(0).cloneRange() : null;
    // Onto itself: nothing moves.
    if (taken && taken.isPointInRange(target.startContainer, target.startOffset)) return;
    const put = nodes(dropped, known);
    target.insertNode(put);
    if (taken) taken.deleteContents();
    box.dispatchEvent(new Event("input"));
  });
  label.addEventListener("click", () => box.focus());
  // The summary of what is wrong leads to the field that is seen.
  box.id = area.id;
  area.removeAttribute("id");
  area.hidden = true;
  area.after(box, lost);
  tellLost();
}

export function startFigures(root) {
  fresh(root, "[data-figures]", "Figures").forEach(wire);
}
