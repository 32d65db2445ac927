// Every page a role can reach by links: it opens, carries the banner, obeys the content policy, does not scroll sideways
// on a phone, and passes the accessibility audit on phone and desktop. Files behind links are not empty.
import assert from "node:assert/strict";
import { audit } from "../lib/audit.mjs";
import { DESKTOP, PHONE } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";

const ROLES = ["prov_admin", "city_admin", "county_admin", "center_staff", "town_officer", "station_head", "worker", "linked_cadre", "leader", "sys_admin", "security_admin", "audit_admin"];
const MOST = 60; // pages per role: enough for every kind of page, not for every county

/** Addresses that lead to the same page with other data are one: ids, dates and values of the query fall away. */
function kind(url) {
  const path = url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d[\d-]*/gi, "*");
  return [path, ...[...url.searchParams.keys()].sort()].join(" ");
}

const seen = new Map(); // kind -> [role, address], for the desktop pass

/** Addresses of our own that the page links to; drawings have links too. */
async function links(page) {
  const found = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const here = new URL(page.url());
  return found.map((href) => new URL(href, here)).filter((url) => url.origin === here.origin && !url.pathname.startsWith("/assets/"));
}

for (const role of ROLES) {
  journey(`every page of ${role} on a phone`, async ({ visit }) => {
    const visitor = await visit(role, PHONE);
    const { page } = visitor;
    const wrong = [];
    const known = new Set([kind(new URL(page.url()))]);
    const queue = [[new URL(page.url()), "sign-in"]];
    for (let n = 0; queue.length > 0 && n < MOST; n += 1) {
      const [url, from] = queue.shift();
      const answer = await visitor.context.request.get(url.href, { maxRedirects: 5 });
      const { "content-type": type = "", "content-disposition": disposition = "" } = answer.headers();
      if (!answer.ok()) {
        wrong.push(`${url.pathname}${url.search}, linked from ${from}: ${answer.status()}`);
        continue;
      }
      if (disposition.startsWith("attachment") || !type.startsWith("text/html")) {
        if ((await answer.body()).length === 0) wrong.push(`${url.pathname}: an empty file`);
        continue;
      }
      await page.goto(url.href);
      if (!seen.has(kind(url))) {
        seen.set(kind(url), [role, url.href]);
        wrong.push(...(await audit(page)).map((finding) => `${url.pathname}: ${finding}`));
      }
      for (const next of await links(page)) {
        next.hash = "";
        if (known.has(kind(next))) continue;
        known.add(kind(next));
        queue.push([next, url.pathname]);
      }
    }
    assert.deepEqual(wrong, []);
  });
}

journey("every kind of page on a desktop", async ({ visit }) => {
  const wrong = [];
  for (const role of ROLES) {
    const mine = [...seen.values()].filter(([owner]) => owner === role);
    if (mine.length === 0) continue;
    const visitor = await visit(role, DESKTOP);
    for (const [, href] of mine) {
      await visitor.page.goto(href);
      wrong.push(...(await audit(visitor.page)).map((finding) => `${new URL(href).pathname}: ${finding}`));
    }
  }
  assert.deepEqual(wrong, []);
});

journey("dark, large and English", async ({ visit }) => {
  const visitor = await visit("county_admin", DESKTOP);
  const { page } = visitor;
  for (const name of ["深色", "大字版", "English"]) {
    await page.goto("/");
    await page.locator(".zw-user summary").click();
    await page.getByRole("button", { name, exact: true }).click();
    await page.waitForLoadState();
    assert.deepEqual(await audit(page), [], `accessibility, ${name}`);
  }
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  const nav = await page.locator(".zw-areas a").evaluateAll((all) => all.map((a) => a.href));
  for (const href of nav) {
    await page.goto(href);
    assert.deepEqual(await audit(page), [], `accessibility of ${href}, dark, large and English`);
    // The frame's own words are English; data (names of places and people) stay Chinese.
    const words = await page.locator("button, thead th, legend, .zw-areas a, .zw-sub a").allInnerTexts();
    assert.deepEqual(words.filter((w) => /\p{Script=Han}/u.test(w) && w !== "中文"), [], `untranslated on ${href}`);
  }
});
