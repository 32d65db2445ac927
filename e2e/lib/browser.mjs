// A visitor: one browser context with one session, and the checks that every opened page must pass.
import assert from "node:assert/strict";
import { chromium, devices } from "playwright-core";

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, userAgent: devices["Pixel 7"].userAgent };
export const DESKTOP = { viewport: { width: 1440, height: 900 } };

/** Debian's Chromium, without anything that would call home. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What is wrong with the page as it stands; empty when nothing is. */
async function faults(page) {
  return page.evaluate(() => {
    const found = [];
    const banner = document.querySelector(".demo-banner");
    if (!banner || !banner.textContent.includes("演示数据·非官方") || banner.getClientRects().length === 0) found.push("no demo banner");
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 0 && window.innerWidth < 500) {
      const guilty = [...document.querySelectorAll("body *")].find((e) => e.getBoundingClientRect().right > window.innerWidth + 1);
      found.push(`scrolls sideways by ${wide} px (${guilty ? guilty.outerHTML.slice(0, 120) : "?"})`);
    }
    if (document.querySelectorAll("h1").length !== 1) found.push(`${document.querySelectorAll("h1").length} h1`);
    const raw = document.body.innerText.match(/⟦[^⟧]*⟧/);
    if (raw) found.push(`missing words ${raw[0]}`);
    return found;
  });
}

export class Visitor {
  /** Opens a context; `device` is PHONE or DESKTOP, `options` go to the browser context. */
  static async open(browser, server, device = DESKTOP, options = {}) {
    const context = await browser.newContext({ ...device, locale: "zh-CN", timezoneId: "Asia/Shanghai", baseURL: server.url, ...options });
    context.setDefaultTimeout(15_000);
    const visitor = new Visitor();
    Object.assign(visitor, { context, server, problems: [], expected: [], checks: new Set() });
    await visitor.#watch(await context.newPage());
    return visitor;
  }

  async #watch(page) {
    this.page = page;
    // Reported by the browser itself: a refused script or style never passes unseen.
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (e) => console.error(`content policy: ${e.violatedDirective} ${e.blockedURI}`));
    });
    const note = (text) => this.problems.push(`${new URL(page.url() || "about:blank", this.server.url).pathname}: ${text}`);
    page.on("console", (message) => {
      if (message.type() === "error" && !this.expected.some((e) => e.test(message.text()))) note(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => note(`script: ${error.message}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(this.server.url) && !/^(data|blob|chrome-error):/.test(request.url())) note(`request to a stranger: ${request.url()}`);
    });
    page.on("domcontentloaded", () => {
      if (!page.url().startsWith(this.server.url)) return;
      const check = faults(page).then(
        (found) => found.forEach(note),
        () => {}, // the page was left before it could be looked at; the next one is looked at as well
      );
      this.checks.add(check);
      check.finally(() => this.checks.delete(check));
    });
  }

  /** Console errors that this journey causes on purpose: an answer 422, a lost connection. */
  expect(...patterns) {
    this.expected.push(...patterns);
  }

  async signIn(who) {
    this.who = who;
    await this.page.goto("/login");
    await this.fillSignIn(who);
    return this;
  }

  async fillSignIn({ login, password }) {
    const { page } = this;
    await page.locator('form[action^="/login"] input[name="login"]').fill(login);
    await page.locator('form[action^="/login"] input[name="password"]').fill(password);
    await Promise.all([page.waitForURL((url) => url.pathname !== "/login"), page.locator('form[action^="/login"] [type="submit"]').click()]);
  }

  /** Opens an area of the navigation, then (if named) a page inside it. */
  async go(area, inside) {
    const { page } = this;
    const nav = page.locator(await this.#phone() ? ".zw-bottom" : ".zw-areas");
    const link = nav.getByRole("link", { name: area, exact: true });
    if ((await this.#phone()) && !(await link.first().isVisible())) await nav.locator("summary").click();
    await link.first().click();
    if (inside) await page.locator(".zw-sub").getByRole("link", { name: inside, exact: true }).click();
    await page.waitForLoadState();
  }

  async #phone() {
    return this.page.viewportSize().width < 500;
  }

  /** Whether the page scrolls sideways, has its banner and so on, right now (after a live update, for instance). */
  async look() {
    (await faults(this.page)).forEach((fault) => this.problems.push(`${this.page.url()}: ${fault}`));
  }

  /** Waits for the checks of the pages opened so far. */
  settled() {
    return Promise.all(this.checks);
  }

  /** A file behind a link or button: name and bytes, never empty. */
  async download(locator) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), locator.click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    assert.ok(bytes.length > 0, `${download.suggestedFilename()} is empty`);
    return { name: download.suggestedFilename(), bytes };
  }

  /** Ends the visit; throws when any page was not as it must be. */
  async close() {
    await this.settled();
    await this.context.close();
    assert.deepEqual([...new Set(this.problems)], [], "every page must be as it must be");
  }
}
