// The field kit on a phone: bound, opened by a PIN, used without network, sent afterwards; wrong PINs, a lost phone,
// signing out. The browser's clock is years ahead of the demo's, as a wrong clock would be.
import assert from "node:assert/strict";
import { audit } from "../lib/audit.mjs";
import { PHONE } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";
import { find } from "../lib/person.mjs";

const PIN = "482915";
const NO_NETWORK = [/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/];

/** Binds the phone and begins a shift, up to the list. */
async function begin(page, name) {
  await page.goto("/field");
  await page.getByLabel("手机名称").fill(name);
  await page.getByRole("button", { name: "绑定", exact: true }).tap();
  await page.getByText("这部手机已绑定。").waitFor();
  await shift(page);
}

async function shift(page) {
  await page.goto("/field");
  await page.getByRole("button", { name: /^(开始外勤|重新领取名单)$/ }).tap();
  await page.waitForURL((url) => url.pathname === "/field/kit");
  await page.getByLabel("6 位数字口令").fill(PIN);
  await page.getByLabel("再输一遍").fill(PIN);
  await page.getByRole("button", { name: "设好并领取名单" }).tap();
  await page.locator("#field-count").filter({ hasText: "名单上" }).waitFor();
}

async function unlock(page, pin = PIN) {
  await page.getByLabel("口令", { exact: true }).fill(pin);
  await page.getByRole("button", { name: "打开", exact: true }).tap();
}

/** Somebody of the list by the initial of a name, who is not `but`. */
async function anyone(page, but = []) {
  for (const letter of ["l", "z", "c", "w", "h", "y"]) {
    await page.getByLabel("找人").fill(letter);
    const names = await page.locator("#field-list .zw-device-name strong").allInnerTexts();
    const name = names.find((n) => !but.includes(n) && names.filter((o) => o === n).length === 1);
    if (name) return { name, row: page.locator("#field-list > li").filter({ has: page.getByText(name, { exact: true }) }) };
  }
  throw new Error("the list holds nobody");
}

async function record(page, text, but) {
  const { name, row } = await anyone(page, but);
  await row.getByRole("button", { name: "记探访" }).tap();
  await page.getByLabel("做了什么").fill(text);
  await page.getByRole("button", { name: "存到手机" }).tap();
  await page.getByText("已存到手机").or(page.getByText("都已发送")).first().waitFor();
  return name;
}

/** Gives the phone up again: an account has two at most. */
async function unbind(page, name) {
  await page.goto("/field");
  await page.getByRole("row").filter({ hasText: name }).getByRole("link", { name: "停用或登记丢失" }).first().tap();
  await page.getByText("不再使用").tap();
  await page.getByLabel("原因").fill("试完了");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "停用或登记丢失" }).tap();
  await page.getByText("已登记。").waitFor();
}

const waiting = (page) => page.locator("#field-queue-title");

journey("two visits are recorded without network, sent later and seen in the register", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(...NO_NETWORK);
  const { page, context } = worker;
  await begin(page, "工作手机");
  await page.getByText("没有网络也能打开本页").waitFor();
  assert.deepEqual(await audit(page), []);
  // Nobody stands on the page before the PIN, with network or without.
  await page.reload();
  await page.getByLabel("口令", { exact: true }).waitFor();
  assert.equal(await page.locator("#field-list li").count(), 0);
  await context.setOffline(true);
  await page.reload();
  await page.getByText("没有网络", { exact: true }).waitFor();
  await unlock(page);
  const first = await record(page, "送去降压药，家中用电正常。", []);
  // A form that was begun when the phone locks itself is there after the PIN.
  const { name: second, row } = await anyone(page, [first]);
  await row.getByRole("button", { name: "记探访" }).tap();
  await page.getByLabel("做了什么").fill("写到一半");
  await page.waitForTimeout(1500);
  await page.reload();
  await unlock(page);
  await page.getByRole("heading", { name: new RegExp(second) }).waitFor();
  assert.equal(await page.getByLabel("做了什么").inputValue(), "写到一半");
  // What is plainly wrong is said at once.
  await page.getByLabel("做了什么").fill("");
  await page.getByRole("button", { name: "存到手机" }).tap();
  await page.getByRole("alert").filter({ hasText: "至少写一句" }).waitFor();
  await page.getByLabel("做了什么").fill("陪同去村卫生室。");
  await page.getByRole("button", { name: "存到手机" }).tap();
  await waiting(page).filter({ hasText: "2 条未发送" }).waitFor();
  await page.reload();
  await waiting(page).filter({ hasText: "2 条未发送" }).waitFor();
  await context.setOffline(false);
  await page.locator("#field-items .zw-device-state").filter({ hasText: "已入档" }).nth(1).waitFor();
  await waiting(page).filter({ hasText: "0 条未发送" }).waitFor();
  await page.goto("/visits");
  for (const name of [first, second]) {
    assert.equal(await page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" }).count(), 1, `${name}, once`);
  }
  await page.goto("/field/items");
  assert.equal(await page.getByText("已入档").count(), 2);
  assert.deepEqual(await audit(page), []);
  await unbind(page, "工作手机");
});

journey("five wrong PINs delete the list and nothing that was recorded", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(...NO_NETWORK);
  const { page, context } = worker;
  await page.goto("/field");
  await page.getByLabel("手机名称").fill("试错");
  await page.getByRole("button", { name: "绑定", exact: true }).tap();
  await page.getByRole("button", { name: "开始外勤" }).tap();
  // Easily guessed ones are no PINs.
  for (const weak of ["123456", "000000", "121212", "12345"]) {
    await page.getByLabel("6 位数字口令").fill(weak);
    await page.getByLabel("再输一遍").fill(weak);
    await page.getByRole("button", { name: "设好并领取名单" }).tap();
    await page.getByRole("alert").filter({ hasText: /太容易|6 位数字/ }).waitFor();
  }
  await shift(page);
  await context.setOffline(true);
  await record(page, "没有网络时写下的。", []);
  await page.getByRole("button", { name: "现在锁上" }).tap();
  for (let n = 1; n <= 5; n += 1) {
    await unlock(page, "918273");
    await page.getByRole("alert").filter({ hasText: n < 5 ? `还可以试 ${5 - n} 次` : "名单已删除" }).waitFor();
  }
  const kept = await page.evaluate(async () => {
    const db = await new Promise((resolve) => (indexedDB.open("zw-field").onsuccess = (e) => resolve(e.target.result)));
    const all = (store) => new Promise((resolve) => (db.transaction(store).objectStore(store).getAllKeys().onsuccess = (e) => resolve(e.target.result)));
    return { kv: await all("kv"), queue: (await all("queue")).length };
  });
  assert.deepEqual(kept, { kv: ["own"], queue: 1 });
  // The server has the key: the queue goes out without the PIN.
  await context.setOffline(false);
  await page.locator("#field-items .zw-device-state").filter({ hasText: /已入档|已合并/ }).waitFor();
  await page.getByRole("alert").filter({ hasText: "名单已删除" }).waitFor();
  await unbind(page, "试错");
});

journey("what a rule refuses is kept and put right in the ordinary form", async ({ visit }) => {
  const worker = await visit("worker", PHONE, { which: 1 });
  const { page } = worker;
  await begin(page, "改正");
  const { name, row } = await anyone(page);
  await row.getByRole("button", { name: "记探访" }).tap();
  await page.getByLabel("做了什么").fill("日期写错了的探访。");
  await page.getByLabel("日期", { exact: false }).first().fill("1999-01-01");
  await page.getByRole("button", { name: "存到手机" }).tap();
  await page.locator("#field-items .zw-device-state").filter({ hasText: "未通过" }).waitFor();
  await page.locator("#field-items").getByText("日期早于").waitFor();
  await page.getByRole("link", { name: "查看并处理" }).tap();
  await page.getByText("日期写错了的探访。").waitFor();
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "到表单里改正" }).tap();
  await page.waitForURL((url) => url.pathname.endsWith("/visit"));
  assert.equal(await page.getByLabel("做了什么").inputValue(), "日期写错了的探访。");
  await page.getByLabel("日期", { exact: false }).first().fill("2021-07-07");
  await page.getByRole("button", { name: "保存探访" }).tap();
  await page.getByText("探访已保存。").waitFor();
  await page.goto("/field/items");
  await page.getByText("已搁置").waitFor();
  assert.ok(name.length > 0);
});

journey("a lost phone is wiped when it next shows up", async ({ visit }) => {
  const worker = await visit("worker", PHONE, { which: 1 });
  const head = await visit("station_head", PHONE);
  worker.expect(/status of 410/, ...NO_NETWORK);
  await begin(worker.page, "会丢的手机");
  await worker.context.setOffline(true);
  await worker.page.reload();
  // The owner declares it from another browser: here with the page of the owner's own list.
  const other = await visit("worker", PHONE, { which: 1 });
  await other.page.goto("/field");
  await other.page.getByRole("row").filter({ hasText: "会丢的手机" }).getByRole("link", { name: "停用或登记丢失" }).tap();
  await other.page.getByText("丢失或被盗").tap();
  await other.page.getByLabel("原因").fill("掉在去村里的路上");
  other.page.on("dialog", (dialog) => dialog.accept());
  await other.page.getByRole("button", { name: "停用或登记丢失" }).tap();
  await other.page.getByText("已登记。").waitFor();
  await other.page.getByText("还没有联系上").first().waitFor();
  // Signed out, with its PIN known to whoever found it: nothing is left.
  await worker.context.setOffline(false);
  await worker.page.getByRole("alert").filter({ hasText: "已登记丢失" }).waitFor();
  assert.deepEqual(await worker.page.evaluate(async () => (await indexedDB.databases()).map((d) => d.name)), []);
  await other.page.goto("/field");
  await other.page.getByText("已通知清空").first().waitFor();
  await head.page.goto("/field/devices");
  await head.page.getByRole("heading", { name: "外勤设备" }).waitFor();
});

journey("signing out takes the list off the phone and keeps what is not sent", async ({ visit, server }) => {
  const worker = await visit("worker", PHONE, { which: 1 });
  worker.expect(...NO_NETWORK, /status of 401/);
  const { page, context } = worker;
  await begin(page, "退出");
  await context.setOffline(true);
  await record(page, "退出前没有发出的。", []);
  // Connected again, but the server is not reached by the kit before signing out.
  await page.route("**/api/v1/field/**", (route) => route.abort());
  await context.setOffline(false);
  await page.goto("/");
  let asked = "";
  page.once("dialog", (dialog) => {
    asked = dialog.message();
    return dialog.accept();
  });
  await page.locator(".zw-user summary").tap();
  await page.getByRole("button", { name: "退出" }).first().tap();
  await page.waitForURL((url) => url.pathname === "/login");
  assert.ok(asked.includes("1 条记录没有发送"), asked);
  await page.unroute("**/api/v1/field/**");
  await page.goto("/field/kit");
  await waiting(page).filter({ hasText: "1 条未发送" }).waitFor();
  assert.equal(await page.locator("#field-lock").isVisible(), false, "no list to open");
  await page.getByRole("button", { name: "发送" }).tap();
  await page.getByRole("alert").filter({ hasText: "登录已失效" }).waitFor();
  await page.getByRole("link", { name: "去登录" }).tap();
  await worker.fillSignIn(server.people("worker", 1));
  await page.waitForURL((url) => url.pathname === "/field/kit");
  await page.locator("#field-items .zw-device-state").filter({ hasText: /已入档|已合并/ }).waitFor();
});

journey("the phone locks itself, and forgets its list when the shift is over", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  const { page } = worker;
  await page.clock.install();
  await begin(page, "会锁的手机");
  await page.clock.fastForward("04:00");
  assert.ok(await page.locator("#field-main").isVisible());
  await page.clock.fastForward("06:00");
  await page.getByText("请输入本次外勤的口令。").waitFor();
  assert.equal(await page.locator("#field-list li").count(), 0, "nobody is left on the page");
  await unlock(page);
  await page.locator("#field-main").waitFor();
  await page.clock.fastForward("09:58:00");
  await page.getByRole("alert").filter({ hasText: "本次外勤已结束，名单已删除" }).waitFor();
  const kept = await page.evaluate(async () => {
    const db = await new Promise((resolve) => (indexedDB.open("zw-field").onsuccess = (e) => resolve(e.target.result)));
    return new Promise((resolve) => (db.transaction("kv").objectStore("kv").getAllKeys().onsuccess = (e) => resolve(e.target.result)));
  });
  assert.deepEqual(kept, ["own"]);
  await unbind(page, "会锁的手机");
});

journey("a visit that the office has otherwise is shown with both versions and decided", async ({ visit }) => {
  const worker = await visit("worker", PHONE);
  worker.expect(...NO_NETWORK);
  const { page, context } = worker;
  await begin(page, "两种说法");
  await context.setOffline(true);
  await page.getByLabel("找人").fill("");
  const name = await page.locator("#field-list .zw-device-name strong").last().innerText();
  await page.locator("#field-list > li").filter({ hasText: name }).last().getByRole("button", { name: "记探访" }).tap();
  await page.getByLabel("做了什么").fill("下午见到了，精神不错。");
  await page.getByRole("button", { name: "存到手机" }).tap();
  await waiting(page).filter({ hasText: "1 条未发送" }).waitFor();
  // Meanwhile, at a desk: the morning's visit, in vain.
  const desk = await visit("worker");
  await find(desk.page, "/people", name);
  await desk.page.getByRole("link", { name: "记探访" }).first().click();
  await desk.page.locator("#f-persons input").first().uncheck();
  await desk.page.getByLabel("做了什么").fill("上午家里没人。");
  await desk.page.getByRole("button", { name: "保存探访" }).click();
  await desk.page.getByText("探访已保存。").waitFor();
  await context.setOffline(false);
  await page.locator("#field-items .zw-device-state").filter({ hasText: "待决定" }).waitFor();
  await page.getByRole("link", { name: "查看并处理" }).tap();
  await page.getByText("上午家里没人。").waitFor();
  await page.getByText("下午见到了，精神不错。").waitFor();
  assert.deepEqual(await audit(page), []);
  await page.getByRole("button", { name: "是另一次，登记" }).tap();
  await page.getByText("已处理。").waitFor();
  await page.goto("/visits");
  assert.equal(await page.getByRole("row").filter({ hasText: name }).filter({ hasText: "2021-07-08" }).count(), 2);
});
