// Draws whom the phone holds and what it has recorded.

const MOST = 60;

function element(tag, cls, text) {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
}

/** Words as names are compared: half width, lower case, without accents, letters and digits alone. */
const fold = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Whether a row fits every word: Latin letters begin a key, anything else stands anywhere in name or village. */
export function fits(row, text) {
  return text.split(/\s+/).map(fold).filter(Boolean).every((w) => {
    if (/^[a-z]+$/.test(w)) return row.keys.includes(`|${w}`);
    return fold(row.name).includes(w) || fold(row.village).includes(w);
  });
}

const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

function button(text, primary, act) {
  const b = element("button", primary ? "btn btn-primary" : "btn", text);
  b.type = "button";
  b.addEventListener("click", act);
  return b;
}

function person(row, { today, word, visit, fix }) {
  const li = element("li", "zw-device-row");
  const head = element("p", "zw-device-name");
  head.append(element("strong", "", row.name), ` ${row.village}`);
  li.append(head);
  const late = row.due_on ? days(row.due_on, today) : -1;
  const facts = [];
  if (late > 0) facts.push(`‼ ${word("overdue", { n: late })}`);
  else if (row.due_on) facts.push(`${word("due")} ${row.due_on}`);
  facts.push(row.last_on ? word("last", { at: row.last_on }) : word("never"));
  li.append(element("p", late > 0 ? "zw-device-facts is-late" : "zw-device-facts", facts.join(" · ")));
  if (row.address) li.append(element("p", "zw-device-facts", row.address));
  if (row.mates.length > 0) li.append(element("p", "zw-device-facts", word("home", { name: row.mates.map((m) => m.name).join(document.documentElement.lang === "en" ? ", " : "、") })));
  const acts = element("p", "zw-device-acts");
  acts.append(button(word("visit"), true, () => visit(row)));
  if (row.phone) {
    const call = element("a", "btn", `${word("call")} ${row.phone}`);
    call.href = `tel:${row.phone}`;
    acts.append(call);
  }
  if (row.edit) acts.append(button(word("fix"), false, () => fix(row)));
  li.append(acts);
  return li;
}

/** The list: those due, or whoever fits the search. */
export function drawList(view) {
  const { ul, title, pack, find, today, word } = view;
  const asked = find.trim() !== "";
  const rows = pack.rows.filter((r) => (asked ? fits(r, find) : r.due_on && r.due_on <= today));
  title.textContent = word(asked ? "others" : "today");
  ul.textContent = "";
  for (const row of rows.slice(0, MOST)) ul.append(person(row, view));
  if (rows.length > MOST) ul.append(element("li", "zw-muted", word("more")));
  if (rows.length === 0) ul.append(element("li", "zw-muted", word("none-found")));
}

/** The records, the newest first, each with where it stands and why. */
export function drawItems({ ul, all, opened, word, minute }) {
  ul.textContent = "";
  for (const item of [...all].sort((a, b) => b.when - a.when)) {
    const li = element("li", "zw-device-row");
    const name = opened.get(item.client);
    const head = element("p", "zw-device-name");
    head.append(element("strong", "", word(`kind-${item.kind}`)), ` ${[name, minute(item.when)].filter(Boolean).join(" · ")}`);
    const open = item.state === "waiting" || item.state === "refused" || item.state === "unread";
    head.append(" ", element("span", open ? "zw-device-state is-late" : "zw-device-state", `${open ? "! " : ""}${word(`state-${item.state}`)}`));
    li.append(head);
    for (const why of item.why || []) li.append(element("p", "zw-device-facts", why));
    if (item.item && open) {
      const link = element("a", "zw-tap", word("to-item"));
      link.href = `/field/items/${item.county}/${item.item}`;
      li.append(link);
    }
    ul.append(li);
  }
}
