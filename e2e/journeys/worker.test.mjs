// A posted worker on a phone: the visit that is due, a new resident on the way, and what is never lost.
import assert from "node:assert/strict";
import { PHONE } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";
import { find, idNumber } from "../lib/person.mjs";

/** The first visit that is due, and whom it is for. */
async function due(page) {
  const link = page.locator('a[href^="/people/"][href$="/visit"]').first();
  return { link, name: (await link.innerText()).trim(), href: await link.getAttribute("href") };
}

/** Opens the visit form of the n-th resident on the register. */
async function anyone(page, n) {
  await page.goto("/people");
  const link = page.locator('tbody a[href^="/people/"]:not([href$="/visit"])').nth(n);
  const [name, href] = [(await link.innerText()).trim(), `${await link.getAttribute("href")}/visit`];
  await page.goto(href);
  return { name, href };
}

journey("a due visit is recorded in at most eight taps", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  const { page } = worker;
  let taps = 0;
  const tap = async (locator) => {
    taps += 1;
    await locator.tap();
  };

  const { link, name } = await due(page);
  await tap(link);
  await page.getByRole("heading", { level: 1, name: `探访 ${name}` }).waitFor();
  assert.equal(await page.getByLabel("日期", { exact: false }).first().inputValue(), "2021-07-08", "today is filled in");
  await tap(page.getByRole("checkbox", { name: "用电" }));
  const text = page.getByLabel("做了什么");
  await tap(text);
  await page.keyboard.type("上门问候，检查线路，一切正常。");
  await tap(page.getByRole("button", { name: "保存探访" }));
  await page.getByText("探访已保存。").waitFor();
  assert.ok(taps <= 8, `${taps} taps`);

  // Saved once, with what was typed, and no longer due.
  await page.goto("/visits");
  const today = page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" });
  assert.equal(await today.count(), 1);
  await today.getByRole("link", { name: "2021-07-08" }).tap();
  await page.getByText("上门问候，检查线路，一切正常。").waitFor();
  await page.goto("/");
  assert.equal(await page.locator('a[href$="/visit"]').filter({ hasText: name }).count(), 0, "the visit is no longer due");
});

journey("two workers share a visit, which is one record", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  const { page } = worker;
  const { name } = await anyone(page, 3);
  await page.getByText("更多（选填）").tap();
  await page.getByLabel("同行社工").selectOption({ index: 1 });
  await page.getByLabel("做了什么").fill("两人同行，陪同就医。");
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByText("探访已保存。").waitFor();
  await page.goto("/visits");
  const rows = page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" });
  assert.equal(await rows.count(), 1);
  await rows.getByRole("link", { name: "2021-07-08" }).tap();
  const workers = await page.getByRole("main").innerText();
  assert.match(workers, /、/, "both workers stand on the record");
});

journey("a new resident on the way: the ID is checked, then found by name, initials and village", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 422/);
  const { page } = worker;
  const good = idNumber("19551230", 42);
  const bad = good.slice(0, 17) + (good.endsWith("1") ? "2" : "1");

  // Searched for and not found: the form takes the name along.
  await find(page, "/people", "欧阳试样");
  await page.getByRole("main").locator('form[action="/people/new"]').getByRole("button").first().tap();
  await page.getByLabel("证件号码").first().waitFor();
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "欧阳试样");
  await page.getByLabel("证件号码").first().fill(bad);
  await page.getByLabel("村（居）").selectOption({ index: 1 });
  const village = await page.getByLabel("村（居）").evaluate((select) => select.selectedOptions[0].textContent);
  await page.getByText("老年人", { exact: true }).tap();
  await page.getByRole("checkbox", { name: "独居老人" }).check();
  await page.getByRole("radio", { name: "法定职责" }).check();
  await page.getByRole("button", { name: "建档" }).tap();
  await page.getByRole("alert").filter({ hasText: "末位校验不符" }).waitFor();
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "欧阳试样", "what was typed is still there");
  assert.ok(await page.getByRole("checkbox", { name: "独居老人" }).isChecked());

  await page.getByLabel("证件号码").first().fill(good);
  await page.getByLabel("证件号码").first().blur();
  assert.equal(await page.getByLabel("出生日期").inputValue(), "1955-12-30", "the birth date comes from the number");
  assert.ok(await page.getByRole("radio", { name: "女" }).isChecked(), "so does the sex");
  await page.getByRole("button", { name: "建档" }).tap();
  await page.getByRole("link", { name: "记探访" }).waitFor();
  assert.doesNotMatch(await page.getByRole("main").innerText(), new RegExp(good), "the number is masked");

  for (const words of ["欧阳试样", "oysy", `欧阳 ${village.slice(0, 2)}`]) {
    await find(page, "/people", words);
    assert.equal(await page.getByRole("link", { name: "欧阳试样" }).count(), 1, `found by ${words}`);
  }
  await page.getByRole("link", { name: "欧阳试样" }).tap();
  await page.getByRole("link", { name: "记探访" }).tap();
  // A visit that says nothing is no record.
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByRole("alert").filter({ hasText: "请写一句做了什么" }).waitFor();
  await page.getByLabel("做了什么").fill("初次上门，认识一下。");
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByText("探访已保存。").waitFor();

  // The same number a second time is refused, at its field.
  await page.goto("/people/new");
  await page.getByLabel("姓名").first().fill("欧阳再试");
  await page.getByLabel("证件号码").first().fill(good);
  await page.getByLabel("村（居）").selectOption({ index: 1 });
  await page.getByText("老年人", { exact: true }).tap();
  await page.getByRole("checkbox", { name: "独居老人" }).check();
  await page.getByRole("radio", { name: "法定职责" }).check();
  await page.getByRole("button", { name: "建档" }).tap();
  await page.getByRole("alert").filter({ hasText: "已在本站建档" }).waitFor();
});

journey("an expired session loses nothing that was typed", async ({ visit, server }) => {
  const worker = await visit("worker", PHONE);
  const { page, context } = worker;
  const { href } = await anyone(page, 5);
  await page.getByLabel("做了什么").fill("写到一半时登录失效。");
  await context.clearCookies();
  worker.expect(/status of 401/);
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.waitForURL((url) => url.pathname === "/login");
  // The page says that the text is still there, and says it only where there is one.
  await page.getByText("用填写时的账号登录，内容会自动恢复", { exact: false }).waitFor();
  await worker.fillSignIn(server.people("worker"));
  await page.waitForURL((url) => url.pathname === href);
  assert.equal(await page.getByLabel("做了什么").inputValue(), "写到一半时登录失效。");
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByText("探访已保存。").waitFor();
});

journey("a registration typed with an expired session is there after signing in", async ({ visit, server }) => {
  const worker = await visit("worker", PHONE);
  const { page, context } = worker;
  await page.goto("/people/new");
  await page.getByLabel("姓名").first().fill("欧阳失效");
  await page.getByLabel("证件号码").first().fill(idNumber("19540321", 44));
  await page.getByLabel("村（居）").selectOption({ index: 1 });
  await page.getByText("老年人", { exact: true }).tap();
  await page.getByRole("checkbox", { name: "独居老人" }).check();
  await page.getByRole("radio", { name: "法定职责" }).check();
  await context.clearCookies();
  worker.expect(/status of 401/);
  await page.getByRole("button", { name: "建档" }).tap();
  await page.waitForURL((url) => url.pathname === "/login");
  await worker.fillSignIn(server.people("worker"));
  await page.waitForURL((url) => url.pathname === "/people/new");
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "欧阳失效");
  assert.equal(await page.getByLabel("证件号码").first().inputValue(), idNumber("19540321", 44));
  assert.ok(await page.getByRole("checkbox", { name: "独居老人" }).isChecked());
  await page.getByRole("button", { name: "建档" }).tap();
  await page.getByRole("link", { name: "记探访" }).waitFor();
  // What was accepted is not offered again.
  await page.goto("/people/new");
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "");
});

journey("signing in again in another tab loses nothing that was typed in the first", async ({ visit, server }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 422/);
  const { page, context } = worker;
  const { name } = await anyone(page, 11);
  await page.getByLabel("做了什么").fill("另一个窗口里重新登录了。");
  await context.clearCookies();
  const tab = await context.newPage();
  await tab.goto("/login");
  const { login, password } = server.people("worker");
  await tab.locator('input[name="login"]').fill(login);
  await tab.locator('input[name="password"]').fill(password);
  await Promise.all([tab.waitForURL((url) => url.pathname !== "/login"), tab.locator('form[action^="/login"] [type="submit"]').click()]);
  await tab.close();
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByText("另一个窗口里重新登录了。").waitFor();
  await page.getByRole("button", { name: "再试一次" }).tap();
  await page.getByText("探访已保存。").waitFor();
  await page.goto("/visits");
  assert.equal(await page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" }).count(), 1, "saved once");
});

journey("a failed connection loses nothing that was typed", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/);
  const { page, context } = worker;
  const { href, name } = await anyone(page, 7);
  const text = page.getByLabel("做了什么");
  await text.fill("山里没有信号。");
  const save = page.getByRole("button", { name: "保存探访" });
  const alert = page.getByRole("alert").filter({ hasText: "没有发送" });
  await context.setOffline(true);
  await save.tap();
  // No error page of the browser: the form stays, says what happened, and the button keeps the focus.
  await alert.waitFor();
  assert.equal(new URL(page.url()).pathname, href);
  assert.equal(await text.inputValue(), "山里没有信号。");
  assert.ok(await page.evaluate(() => document.activeElement !== document.body), "the focus is not lost");
  // Trying again without a connection says the same, once.
  await page.getByRole("button", { name: "再次发送" }).tap();
  await alert.waitFor();
  assert.equal(await alert.count(), 1);
  // The device believes that it is connected, and nothing answers.
  await context.setOffline(false);
  await page.route("**/assets/**", (route) => route.abort());
  await page.getByRole("button", { name: "再次发送" }).tap();
  await alert.waitFor();
  assert.equal(new URL(page.url()).pathname, href);
  await page.unroute("**/assets/**");
  // Even if the page is opened anew, the text is there.
  await page.goto(href);
  assert.equal(await text.inputValue(), "山里没有信号。");
  await context.setOffline(true);
  await save.tap();
  await alert.waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "再次发送" }).tap();
  await page.getByText("探访已保存。").waitFor();
  await page.goto("/visits");
  assert.equal(await page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" }).count(), 1, "saved once");
  await page.goto(href);
  assert.equal(await text.inputValue(), "", "what was saved is not offered again");
});

journey("what came back is put away with one button", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 422/);
  const { page } = worker;
  page.on("dialog", (dialog) => dialog.accept());
  const again = page.getByRole("button", { name: "不用这些内容，重新填" });
  // Kept on the device: a refused registration that was given up does not fill the next one for good.
  await page.goto("/people/new");
  await page.getByLabel("姓名").first().fill("欧阳作罢");
  await page.getByRole("button", { name: "建档" }).tap();
  await page.getByRole("alert").first().waitFor();
  await page.goto("/people/new");
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "欧阳作罢");
  await again.tap();
  await page.waitForFunction(() => document.querySelector('[name="name"]')?.value === "");
  // Kept by the server.
  await page.getByLabel("姓名").first().fill("欧阳又作罢");
  await page.locator(".zw-draft.is-saved").waitFor();
  await page.goto("/people/new");
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "欧阳又作罢");
  await again.tap();
  await page.waitForFunction(() => document.querySelector('[name="name"]')?.value === "");
  await page.goto("/people/new");
  assert.equal(await page.getByLabel("姓名").first().inputValue(), "");
});

journey("wrong dates are refused at their field", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(/status of 422/);
  const { page } = worker;
  await anyone(page, 9);
  for (const [day, words] of [["2021-07-09", "日期晚于今天"], ["1999-01-01", "日期早于这位对象的建档日"]]) {
    await page.getByLabel("日期", { exact: false }).first().fill(day);
    await page.getByLabel("做了什么").fill("日期写错了。");
    await page.getByRole("button", { name: "保存探访" }).tap();
    await page.getByRole("alert").filter({ hasText: words }).waitFor();
    assert.equal(await page.getByLabel("做了什么").inputValue(), "日期写错了。");
  }
});
