// What every request of our own scripts shares.

/** The session's form token, empty without a session. */
export function csrf() {
  const meta = document.querySelector('meta[name="csrf"]');
  return meta ? meta.content : "";
}

/** A message in the page's language, kept on <body> by the server. */
export function word(name) {
  return document.body.dataset[name] || "";
}

/** Elements matching `selector` that have not been wired for `purpose` yet. */
export function fresh(root, selector, purpose) {
  const key = `zw${purpose}`;
  return [...root.querySelectorAll(selector)].filter((element) => {
    if (element.dataset[key]) return false;
    element.dataset[key] = "1";
    return true;
  });
}

/** Fetches a fragment of the page: its status (0 for a redirect) and its text. */
export async function ask(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin", redirect: "manual", cache: "no-store" });
  return { status: response.status, html: response.status === 200 ? await response.text() : null };
}

/** A fragment's text; null when the answer is not a page of ours (redirect to sign-in, error). */
export async function fragment(url) {
  return (await ask(url)).html;
}
