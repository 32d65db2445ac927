// Resident ID numbers (GB 11643): checked while typed; a good one fills sex (1 male, 2 female) and birth date.
// Numbers beginning with 9 (foreign permanent residents) follow their own format and are left to the server.
import { fresh } from "./request.js";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** {sex, birth} of a valid number, null of an invalid one. */
export function readIdNumber(text) {
  if (!/^[1-8]\d{16}[\dX]$/.test(text)) return null;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  if ("10X98765432"[sum % 11] !== text[17]) return null;
  const [year, month, day] = [text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)].map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const birth = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  return { sex: Number(text[16]) % 2 === 1 ? "1" : "2", birth };
}

function fill(form, name, value) {
  if (!name || !form) return;
  const field = form.elements.namedItem(name);
  if (!field) return;
  field.value = value; // also picks the radio button of a group
  const first = field instanceof Element ? field : field[0];
  if (first) first.dispatchEvent(new Event("change", { bubbles: true }));
}

function wire(input) {
  const note = document.createElement("div");
  note.className = "zw-error-text";
  note.setAttribute("role", "status");
  input.after(note);
  input.addEventListener("input", () => {
    const text = input.value.trim().toUpperCase();
    const known = text.length === 18 && !text.startsWith("9") ? readIdNumber(text) : undefined;
    const bad = known === null;
    note.textContent = bad ? input.dataset.idBad || "" : "";
    if (bad) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (known) {
      fill(input.form, input.dataset.idSex, known.sex);
      fill(input.form, input.dataset.idBirth, known.birth);
    }
  });
}

export function startIdNumbers(root) {
  fresh(root, "input[data-id-sex]", "Id").forEach(wire);
}
