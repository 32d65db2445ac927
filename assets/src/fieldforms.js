// The two forms of the field kit: a visit, and telephone or address. What is typed is kept sealed while it is typed, and
// becomes a sealed item of the queue. The server judges it by its own rules; the plainest of them are told here at once.
import { drop, enqueue, get, put, queue, unsent } from "./fieldstore.js";
import { open, place, seal, uuid } from "./fieldkeys.js";

const MOST = 100_000; // characters of one text
const PLAIN = ["day", "mode", "purpose", "result", "start", "minutes", "next_on", "action", "state_note"];

const field = (form, name) => form.querySelector(`[name="${name}"]`);
const checked = (form, name) => [...form.querySelectorAll(`[name="${name}"]:checked`)].map((e) => e.value);
const value = (form, name) => {
  const e = field(form, name);
  if (e && e.type === "radio") return checked(form, name)[0] || "";
  return e ? e.value.trim() : "";
};
const row = (e) => e.closest(".zw-field");

function tick(box, name, id, text, on, i) {
  const label = document.createElement("label");
  label.className = "zw-choice";
  const input = document.createElement("input");
  Object.assign(input, { className: "form-check-input", type: "checkbox", name, value: id, id: `f-${name}-${i}`, checked: on });
  const span = document.createElement("span");
  span.textContent = text;
  label.append(input, span);
  box.append(label);
}

function choose(select, workers, hide) {
  for (const [id, name] of workers) select.append(new Option(name, id));
  row(select).hidden = hide || workers.length === 0;
}

export function startForms(kit) {
  const { box, word, say } = kit;
  let current = null; // { kind, row, form, shown }
  let timer = 0;

  const values = () => [...new FormData(current.form)].map(([k, v]) => [k, String(v)]);
  /** Keeps what is being typed, sealed. */
  async function keep() {
    clearTimeout(timer);
    if (!current || !kit.key()) return;
    const { kind, row: who, shown } = current;
    await put("draft", await seal(kit.key(), `zw-field|${kit.shift().id}|draft`, { kind, id: who.id, shown, values: values() }));
  }

  async function done() {
    clearTimeout(timer);
    current = null;
    box.textContent = "";
    await drop("draft");
  }

  function show(kind, who, fill) {
    const form = document.getElementById(kind === "visit" ? "field-visit" : "field-contact").content.cloneNode(true).querySelector("form");
    const title = document.createElement("h2");
    title.textContent = `${word(kind === "visit" ? "visit" : "fix")} · ${who.name} · ${who.village}`;
    title.tabIndex = -1;
    box.textContent = "";
    box.append(title, form);
    current = { kind, row: who, form, shown: kit.today() };
    fill(form);
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, 1000);
    });
    form.querySelector("[data-back]").addEventListener("click", async () => {
      await done();
      kit.back();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(kind === "visit" ? visitBody : contactBody);
    });
    kit.shown();
    title.focus();
  }

  function visit(who) {
    const pack = kit.pack();
    show("visit", who, (form) => {
      const people = form.querySelector("#f-persons .zw-choices");
      [who, ...who.mates].forEach((p, i) => tick(people, "persons", p.id, p.name, i === 0, i));
      field(form, "day").value = kit.today();
      row(field(form, "another")).hidden = true;
      choose(field(form, "workers"), pack.workers, Boolean(pack.me));
      choose(field(form, "second"), pack.workers.filter((w) => w[0] !== pack.me), false);
    });
  }

  function fix(who) {
    show("contact", who, (form) => {
      field(form, "phone").value = who.phone;
      field(form, "address").value = who.address;
    });
  }

  /** Whether the phone holds a visit of the person on the day that is not sent: the server would ask, but not now. */
  async function twice(who, day) {
    for (const item of await queue()) {
      if (!unsent(item) || item.kind !== "visit" || item.shift !== kit.shift().id) continue;
      const body = await open(kit.key(), place(item.shift, item.client), item.sealed).catch(() => null);
      if (body && (body.visit.day || body.shown) === day && body.visit.persons.some((p) => p.resident === who.id)) return true;
    }
    return false;
  }

  async function visitBody() {
    const { form, row: who, shown } = current;
    const wrong = [];
    const v = Object.fromEntries(PLAIN.map((name) => [name, value(form, name)]));
    const day = v.day || shown;
    const met = checked(form, "persons");
    const safety = checked(form, "safety");
    for (const name of ["action", "state_note"]) if (v[name].length > MOST) wrong.push([name, word("too-long", { n: v[name].length })]);
    if (day > kit.today()) wrong.push(["day", word("future")]);
    if (v.next_on && v.next_on <= day) wrong.push(["next_on", word("next")]);
    const written = v.action || v.state_note;
    if (met.length > 0 && !written && safety.every((s) => s === "none")) wrong.push(["action", word("says-nothing")]);
    if (met.length === 0 && !written && !v.next_on) wrong.push(["action", word("vain")]);
    const first = kit.pack().me || value(form, "workers");
    if (!first) wrong.push(["workers", word("worker")]);
    const another = field(form, "another");
    if (!another.checked && (await twice(who, day))) {
      row(another).hidden = false;
      wrong.push(["another", word("twice")]);
    }
    const persons = met.map((id) => ({ resident: id, name: "", met: true }));
    if (!met.includes(who.id)) persons.unshift({ resident: who.id, name: "", met: false });
    const workers = [first, value(form, "second")].filter(Boolean);
    const typed = v.day && v.day !== shown ? v.day : "";
    const body = { kind: "visit", shown, visit: { ...v, kind: "visit", day: typed, persons, workers, safety, another: another.checked ? "1" : "" } };
    return { wrong, body };
  }

  async function contactBody() {
    const { form, row: who } = current;
    const change = (name) => (value(form, name) === who[name] ? null : { seen: who[name], now: value(form, name) });
    const contact = Object.fromEntries(["phone", "address"].map((n) => [n, change(n)]).filter(([, c]) => c));
    const wrong = Object.keys(contact).length === 0 ? [["phone", word("unchanged")]] : [];
    return { wrong, body: { kind: "contact", county: who.county, resident: who.id, contact } };
  }

  async function save(make) {
    const { form, kind } = current;
    const { wrong, body } = await make();
    const errors = form.querySelector(".zw-device-errors");
    errors.hidden = wrong.length === 0;
    errors.textContent = wrong.map(([, text]) => text).join(" ");
    for (const e of form.elements) e.removeAttribute("aria-invalid");
    if (wrong.length > 0) {
      const first = field(form, wrong[0][0]);
      const fold = first.closest("details");
      if (fold) fold.open = true;
      for (const [name] of wrong) field(form, name).setAttribute("aria-invalid", "true");
      first.focus();
      return;
    }
    const at = Date.now();
    const [client, shift] = [uuid(), kit.shift().id];
    try {
      await enqueue({ client, shift, kind, when: at + kit.shift().off, state: "new", why: [], sealed: await seal(kit.key(), place(shift, client), { ...body, at }) });
    } catch {
      // The store is full or closed: the form stays as it is.
      say(word("failed"), true);
      return;
    }
    await done();
    await kit.kept();
  }

  /** The form that was begun when the phone locked itself or was closed. */
  async function resume() {
    const sealed = await get("draft");
    const kept = sealed ? await open(kit.key(), `zw-field|${kit.shift().id}|draft`, sealed).catch(() => null) : null;
    const who = kept && kit.pack().rows.find((r) => r.id === kept.id);
    if (!who) return;
    (kept.kind === "visit" ? visit : fix)(who);
    current.shown = kept.shown;
    for (const e of current.form.elements) {
      if (e.type === "checkbox" || e.type === "radio") e.checked = kept.values.some(([k, v]) => k === e.name && v === e.value);
      else {
        const typed = kept.values.find(([k]) => k === e.name);
        if (typed) e.value = typed[1];
      }
    }
    row(field(current.form, "another") || current.form.elements[0]).hidden = kept.kind === "visit" && !field(current.form, "another").checked;
  }

  return { visit, fix, keep, resume };
}
