// One file of journeys shares one server; every journey opens its own visitors and leaves a picture when it fails.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DESKTOP, Visitor, launch } from "./browser.mjs";
import { root, serve } from "./server.mjs";

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([serve(), launch()]);
});
after(async () => {
  // The browser first: a server waits for its open live streams.
  await browser?.close();
  await server?.stop();
});

async function picture(name, visitors) {
  const out = join(root, "e2e", "out");
  await mkdir(out, { recursive: true });
  for (const [i, { page, problems }] of visitors.entries()) {
    const file = join(out, `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}-${i + 1}`);
    await page.screenshot({ path: `${file}.png`, fullPage: true, timeout: 5000 }).catch(() => {});
    await writeFile(`${file}.txt`, `${page.url()}\n${problems.join("\n")}\n\n${await page.content().catch(() => "")}`);
    console.error(`picture of the failure: ${file}.png at ${page.url()}`);
  }
}

/** A journey. `visit(role or null, device, options)` opens a visitor, signed in as that role of the demo. */
export function journey(name, body) {
  test(name, async () => {
    const visitors = [];
    const visit = async (role, device = DESKTOP, { which = 0, ...options } = {}) => {
      const visitor = await Visitor.open(browser, server, device, options);
      visitors.push(visitor);
      if (role) await visitor.signIn(server.people(role, which));
      return visitor;
    };
    try {
      await body({ visit, server });
      for (const visitor of visitors) await visitor.close();
    } catch (error) {
      await picture(name, visitors);
      await Promise.all(visitors.map((visitor) => visitor.context.close().catch(() => {})));
      throw error;
    }
  });
}
