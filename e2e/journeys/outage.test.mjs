// The database stops in the middle of a form: nothing is lost, nothing half-written, and it goes on where it stopped.
import assert from "node:assert/strict";
import { after } from "node:test";
import { PHONE } from "../lib/browser.mjs";
import { journey, useServer } from "../lib/journey.mjs";
import { postgres } from "../lib/postgres.mjs";
import { serve } from "../lib/server.mjs";

let database;
useServer(async () => {
  database = await postgres();
  return serve({ database: database.url, outages: true });
});
after(() => database?.remove());

// The program waits ten seconds for a connection before it gives up.
const PATIENT = { timeout: 60_000 };

journey("a visit typed while the database stops is saved once, when it is back", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 503/);
  const { page } = worker;
  const link = page.locator('a[href^="/people/"][href$="/visit"]').first();
  const name = (await link.innerText()).trim();
  const href = await link.getAttribute("href");
  await link.tap();
  await page.getByLabel("做了什么").fill("写到一半，数据库停了。");
  database.stop();
  await page.getByRole("button", { name: "保存探访" }).tap(PATIENT);
  const again = page.getByRole("button", { name: "再试一次" });
  await again.waitFor(PATIENT);
  await page.getByText("写到一半，数据库停了。").waitFor();
  await page.getByText("系统没有保存任何内容").waitFor();

  // Still stopped: the same page again, and the text with it.
  await again.tap(PATIENT);
  await page.waitForLoadState();
  await again.waitFor(PATIENT);
  await page.getByText("写到一半，数据库停了。").waitFor();

  database.start();
  await again.tap(PATIENT);
  await page.getByText("探访已保存。").waitFor(PATIENT);
  await page.goto("/visits");
  const rows = page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" });
  assert.equal(await rows.count(), 1, "saved once");
  await page.goto(href);
  assert.equal(await page.getByLabel("做了什么").inputValue(), "", "what was saved is not offered again");
});
