// The program runs and its database does not answer: what was typed is still there, and is saved once when it is back.
import assert from "node:assert/strict";
import { PHONE } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";

const TEXT = "数据库停了的时候写下的话。";
/** The program waits ten seconds for the lock before it answers. */
const LONG = { timeout: 40_000 };

journey("a database that does not answer loses nothing that was typed", async ({ visit, server }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 503/);
  server.expectLog(/database is locked|database did not answer|unavailable/i);
  const { page } = worker;
  await page.goto("/people");
  const link = page.locator('tbody a[href^="/people/"]:not([href$="/visit"])').nth(13);
  const [name, href] = [(await link.innerText()).trim(), `${await link.getAttribute("href")}/visit`];
  await page.goto(href);
  await page.getByLabel("做了什么").fill(TEXT);

  await server.locked(async () => {
    await page.getByRole("button", { name: "保存探访" }).tap({ noWaitAfter: true });
    // Said in plain words, with everything that was typed and the way on.
    await page.getByRole("button", { name: "再试一次" }).waitFor(LONG);
    assert.equal(await page.getByText(TEXT).count(), 1, "the text stands on the page that says what happened");
    // A second try while nothing has changed loses nothing either.
    await page.getByRole("button", { name: "再试一次" }).tap({ noWaitAfter: true });
    await page.waitForTimeout(12_000);
    await page.getByText(TEXT).waitFor(LONG);
  });

  await page.getByRole("button", { name: "再试一次" }).tap();
  await page.getByText("探访已保存。").waitFor(LONG);
  await page.goto("/visits");
  const rows = page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" });
  assert.equal(await rows.count(), 1, "saved once");
  await rows.getByRole("link", { name: "2021-07-08" }).tap();
  await page.getByText(TEXT).waitFor();
  // What was saved is not offered again.
  await page.goto(href);
  assert.equal(await page.getByLabel("做了什么").inputValue(), "");
});

journey("a form left open while the database does not answer is filled as it was", async ({ visit, server }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 503/);
  server.expectLog(/database is locked|database did not answer|unavailable/i);
  const { page } = worker;
  await page.goto("/people");
  const href = `${await page.locator('tbody a[href^="/people/"]:not([href$="/visit"])').nth(15).getAttribute("href")}/visit`;
  await page.goto(href);

  await server.locked(async () => {
    await page.getByLabel("做了什么").fill(TEXT);
    // The draft cannot be saved and the form says so; the text stays where it was typed, and in the browser.
    await page.locator(".zw-draft.is-unsaved").waitFor(LONG);
    await page.reload(LONG).catch(() => {});
  });

  await page.goto(href, LONG);
  assert.equal(await page.getByLabel("做了什么").inputValue(), TEXT);
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByText("探访已保存。").waitFor(LONG);
});
