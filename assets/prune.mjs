// Takes from Tabler's style sheet what we use: the element defaults and the classes listed below. Rules and values
// that our oldest browsers do not read (color-mix, light-dark, oklch, :has) are left out; tokens.css gives their colours.

const KEEP = [
  /^btn(-(primary|danger|sm))?$/,
  /^form-(control|select|label|hint)$/,
  /^visually-hidden(-focusable)?$/,
  /^[wh]-100$/,
  /^d-(none|block|flex|grid|inline|inline-block|inline-flex)$/,
  /^(m|p)[tbsexy]?-[0-4]$/,
  /^gap-[0-4]$/,
  /^(justify-content|align-items)-(start|center|end|between|baseline)$/,
  /^(flex-wrap|flex-column|flex-fill)$/,
  /^text-(start|center|end|nowrap|break|truncate)$/,
  /^(row|col|col-\d+|col-(sm|md|lg)(-\d+)?)$/,
  /^table-responsive$/,
  /^(disabled|active|show|focus|valid|invalid)$/,
];
const TOO_NEW = /color-mix\(|light-dark\(|oklch\(|oklab\(/;
const DROP_SELECTOR = /:has\(|::-webkit-scrollbar|\[dir=|:autofill|-webkit-autofill|\[data-bs-theme-/;

/** Splits a style sheet into rules: {head, body} with body a string of declarations or a list of rules. */
function parse(css) {
  let i = 0;
  const skipString = (quote) => {
    for (i++; css[i] !== quote; i++) if (css[i] === "\\") i++;
    i++;
  };
  const block = (top) => {
    const rules = [];
    let start = i;
    while (i < css.length) {
      const c = css[i];
      if (c === '"' || c === "'") skipString(c);
      else if (c === "(") {
        for (let depth = 0; ; i++) {
          if (css[i] === '"' || css[i] === "'") { skipString(css[i]); i--; continue; }
          if (css[i] === "(") depth++;
          if (css[i] === ")" && --depth === 0) break;
        }
        i++;
      } else if (c === "{") {
        const head = css.slice(start, i).trim();
        i++;
        const nested = /^@(media|supports)/.test(head);
        if (nested) rules.push({ head, body: block(false) });
        else {
          const from = i;
          for (let depth = 1; depth > 0; i++) {
            if (css[i] === '"' || css[i] === "'") { skipString(css[i]); i--; continue; }
            if (css[i] === "{") depth++;
            if (css[i] === "}") depth--;
          }
          rules.push({ head, body: css.slice(from, i - 1) });
        }
        start = i;
      } else if (c === "}" && !top) {
        i++;
        return rules;
      } else if (c === ";") {
        i++;
        start = i;
      } else i++;
    }
    return rules;
  };
  return block(true);
}

/** Splits at a separator outside brackets and quotes. */
function split(text, separator) {
  const out = [];
  let depth = 0, quote = "", start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) { if (c === quote) quote = ""; }
    else if (c === '"' || c === "'") quote = c;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === separator && depth === 0) { out.push(text.slice(start, i)); start = i + 1; }
  }
  out.push(text.slice(start));
  return out.map((s) => s.trim()).filter(Boolean);
}

const classesOf = (selector) => (selector.match(/\.(-?[A-Za-z_][\w-]*(\\.[\w-]*)*)/g) || []).map((c) => c.slice(1));
const kept = (selector) => !DROP_SELECTOR.test(selector) && classesOf(selector).every((c) => KEEP.some((k) => k.test(c)));

function keepRules(rules) {
  return rules.flatMap(({ head, body }) => {
    if (Array.isArray(body)) {
      if (/^@supports/.test(head)) return [];
      const inner = keepRules(body);
      return inner.length ? [{ head, body: inner }] : [];
    }
    if (head.startsWith("@")) return [];
    const selectors = split(head, ",").filter(kept);
    const declarations = split(body, ";").filter((d) => !TOO_NEW.test(d));
    return selectors.length && declarations.length ? [{ head: selectors.join(","), declarations }] : [];
  });
}

const uses = (text) => [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((m) => m[1]);

/** Drops custom properties nobody reads, until nothing more falls away. */
function dropUnread(rules, readElsewhere) {
  for (;;) {
    const read = new Set(readElsewhere);
    const each = (list, f) => list.forEach((r) => (r.body ? each(r.body, f) : f(r)));
    each(rules, (r) => r.declarations.forEach((d) => uses(d).forEach((u) => read.add(u))));
    let dropped = 0;
    each(rules, (r) => {
      const left = r.declarations.filter((d) => !d.startsWith("--") || read.has(d.split(":")[0].trim()));
      dropped += r.declarations.length - left.length;
      r.declarations = left;
    });
    if (!dropped) return;
  }
}

const print = (rules) => rules.map((r) => (r.body ? `${r.head}{${print(r.body)}}` : r.declarations.length ? `${r.head}{${r.declarations.join(";")}}` : "")).join("\n");

/** The subset of Tabler as text; `own` is our style sheet, whose reads of Tabler's properties count. */
export function prune(css, own) {
  const rules = keepRules(parse(css.replace(/\/\*[\s\S]*?\*\//g, "")));
  dropUnread(rules, uses(own));
  return print(rules);
}
