// Makes docs/screenshots/*.png from the demo: ten pages, each on a desktop and on a phone. Run by scripts/screenshots.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DESKTOP, PHONE, Visitor, launch } from "./lib/browser.mjs";
import { root, serve } from "./lib/server.mjs";

// Name, role, where to begin, and the link to follow from there (the first that matches), if any.
const PAGES = [
  ["01-today-county", "county_admin", "/"],
  ["02-today-worker", "worker", "/"],
  ["03-visit", "worker", "/", 'main a[href$="/visit"]'],
  ["04-build-out", "county_admin", "/build-out"],
  ["05-sheet", "county_admin", "/build-out", 'main tbody a[href^="/build-out/"] >> nth=-1'],
  ["06-weekly-report", "county_admin", "/reports", 'main a[href^="/reports/"]'],
  ["07-board", "prov_admin", "/board"],
  ["08-figure", "county_admin", "/wall", 'main a[href^="/figures/"]'],
  ["09-wall", "prov_admin", "/wall"],
  ["10-circular", "prov_admin", "/circulars", 'main a[href^="/circulars/"]'],
];

/** The demo has no circular yet: one is drafted from a flash snapshot of the day. */
async function draft(browser, server) {
  const province = await (await Visitor.open(browser, server)).signIn(server.people("prov_admin"));
  const { page } = province;
  await page.goto("/snapshots");
  await page.getByRole("button", { name: "取快报" }).click();
  await page.getByRole("button", { name: "由系统起草" }).click();
  await page.waitForURL(/\/circulars\//);
  await province.close();
}

const out = join(root, "docs", "screenshots");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const server = await serve();
const browser = await launch();
try {
  await draft(browser, server);
  for (const [device, settings] of [["desktop", DESKTOP], ["phone", PHONE]]) {
    const visitors = new Map();
    for (const [name, role, path, follow] of PAGES) {
      if (!visitors.has(role)) visitors.set(role, await (await Visitor.open(browser, server, settings)).signIn(server.people(role)));
      const { page } = visitors.get(role);
      await page.goto(path);
      if (follow) {
        const href = await page.locator(follow).first().getAttribute("href");
        await page.goto(href);
      }
      await page.screenshot({ path: join(out, `${name}-${device}.png`), animations: "disabled" });
      console.log(`${name}-${device}.png`);
    }
    for (const visitor of visitors.values()) await visitor.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
