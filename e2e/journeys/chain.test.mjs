// The county's week and the station's month through the chain: prefilled, returned, sent again, approved, passed on.
import assert from "node:assert/strict";
import { DESKTOP, PHONE } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";

const WEEK = "2021-W26";

/** Opens a county's report of the week on the board. */
async function onBoard(page, county) {
  await page.goto(`/board?period=${WEEK}`);
  await page.getByRole("row").filter({ hasText: county }).getByRole("link").first().click();
  await page.getByRole("heading", { name: "经过" }).waitFor();
}

async function submit(page, problems) {
  await page.getByLabel("问题与建议").fill(problems);
  await page.getByLabel("下周计划").fill("完成两个乡镇的验收。");
  // Figures that changed since the last report must be looked at before they are confirmed.
  const looked = page.getByRole("checkbox", { name: "我已核对" });
  if (await looked.count()) await looked.check();
  await page.getByRole("button", { name: "确认并报送" }).click();
  await page.getByText("已报送，数字已固定。").waitFor();
}

journey("a returned weekly report: corrected, sent, returned again, sent again, approved, passed on", async ({ visit, server }) => {
  const county = await visit("county_admin", DESKTOP);
  const name = server.people("county_admin").label.split(" · ")[0];
  const { page } = county;
  county.expect(/status of 422/);

  // What came back stands on the first page, with its reason; the figures are already there.
  const back = page.getByRole("main").locator("li").filter({ hasText: "原因：" }).first();
  await back.getByRole("link").first().click();
  const table = page.getByRole("table").first();
  assert.match(await table.innerText(), /应建乡镇（街道）/);
  const built = page.getByRole("row").filter({ hasText: "建成运营社工站" }).getByRole("link").first();
  assert.match(await built.innerText(), /^\d/, "the figure is filled in");
  const go = page.getByRole("link", { name: "继续填报" });
  if (await go.count()) await go.click();
  await submit(page, "资金已于上周拨付，障碍已解决。");
  assert.match(await page.getByRole("main").innerText(), /资金已于上周拨付/);

  // A second submission of the same week is refused.
  await page.goto("/reports");
  assert.equal(await page.getByRole("main").locator("li").filter({ hasText: "原因：" }).count(), 0, "nothing returned is left");

  const city = await visit("city_admin", DESKTOP);
  city.expect(/status of 422/);
  await onBoard(city.page, name);
  await city.page.getByRole("button", { name: "退回" }).click();
  await city.page.getByRole("alert").filter({ hasText: "请写明原因" }).waitFor();
  await city.page.getByLabel("退回原因").fill("请补充下周计划的乡镇名称。");
  await city.page.getByRole("button", { name: "退回" }).click();
  await city.page.getByText("已退回。").waitFor();

  await page.goto("/");
  await page.getByText("请补充下周计划的乡镇名称。").waitFor();
  await page.getByRole("main").locator("li").filter({ hasText: "原因：" }).first().getByRole("link").first().click();
  const again = page.getByRole("link", { name: "继续填报" });
  if (await again.count()) await again.click();
  await submit(page, "资金已于上周拨付，下周验收上街镇、荆溪镇。");

  await onBoard(city.page, name);
  await city.page.getByRole("button", { name: "通过" }).click();
  await city.page.getByText("已审核通过。").waitFor();
  const history = await city.page.getByRole("main").innerText();
  for (const step of ["报送", "退回", "审核通过"]) assert.ok(history.includes(step), `the history tells: ${step}`);

  // The city passes on although some are late: they are named.
  await city.page.goto(`/board?period=${WEEK}`);
  const although = city.page.getByRole("checkbox", { name: "有单位未报或未审核，仍然上报" });
  if (await although.count()) await although.check();
  await city.page.getByRole("button", { name: "上报", exact: true }).click();
  await city.page.getByText("已上报", { exact: false }).first().waitFor();
});

journey("two people edit one report: the second sees both versions and loses nothing", async ({ visit }) => {
  const [one, two] = [await visit("station_head", DESKTOP), await visit("station_head", DESKTOP)];
  two.expect(/status of 4\d\d/);
  for (const { page } of [one, two]) {
    await page.getByRole("main").getByRole("link", { name: /月报/ }).first().click();
    await page.getByRole("button", { name: "保存草稿" }).waitFor();
  }
  await one.page.getByLabel("问题与建议").fill("第一个人写的。");
  await one.page.getByRole("button", { name: "保存草稿" }).click();
  await one.page.getByText("草稿已保存。").waitFor();
  await two.page.getByLabel("问题与建议").fill("第二个人写的。");
  await two.page.getByRole("button", { name: "保存草稿" }).click();
  await two.page.getByText("别人先保存了一个版本").waitFor();
  const both = await two.page.getByRole("main").innerText();
  assert.match(both, /第一个人写的。/);
  assert.match(both, /第二个人写的。/);
});

journey("a report and a reason typed with an expired session are there after signing in", async ({ visit, server }) => {
  const head = await visit("station_head", DESKTOP);
  const { page, context } = head;
  head.expect(/status of 401/);
  await page.getByRole("main").getByRole("link", { name: /月报/ }).first().click();
  await page.getByRole("button", { name: "保存草稿" }).waitFor();
  const at = page.url();
  await page.getByLabel("问题与建议").fill("写到一半时登录失效。");
  await context.clearCookies();
  await page.getByRole("button", { name: "保存草稿" }).click();
  await page.waitForURL((url) => url.pathname === "/login");
  await head.fillSignIn(server.people("station_head"));
  await page.waitForURL(at);
  assert.equal(await page.getByLabel("问题与建议").inputValue(), "写到一半时登录失效。");
  await page.getByRole("button", { name: "保存草稿" }).click();
  await page.getByText("草稿已保存。").waitFor();
  assert.equal(await page.getByLabel("问题与建议").inputValue(), "写到一半时登录失效。", "saved");

  // A form without a draft: the reason for sending a report back.
  const city = await visit("city_admin", DESKTOP);
  city.expect(/status of 401/);
  await city.page.goto(`/board?period=${WEEK}`);
  const waiting = city.page.getByRole("row").filter({ hasText: "已报" }).getByRole("link").first();
  await waiting.click();
  await city.page.getByLabel("退回原因").fill("请补充障碍的解决时间。");
  const report = city.page.url();
  await city.context.clearCookies();
  await city.page.getByRole("button", { name: "退回" }).click();
  await city.page.waitForURL((url) => url.pathname === "/login");
  await city.fillSignIn(server.people("city_admin"));
  await city.page.waitForURL(report);
  assert.equal(await city.page.getByLabel("退回原因").inputValue(), "请补充障碍的解决时间。");
});

journey("the head confirms the month on a phone, and a figure opens its definition and rows", async ({ visit }) => {
  const head = await visit("station_head", PHONE);
  const { page } = head;
  await page.getByRole("main").getByRole("link", { name: /月报/ }).first().tap();
  await page.getByText("典型案例、亮点").first().waitFor();
  const visits = page.getByRole("row").filter({ hasText: "探访人次" }).first();
  const shown = (await visits.getByRole("link").first().innerText()).replace(/\D/g, "");

  await visits.getByRole("link").first().tap();
  const text = await page.getByRole("main").innerText();
  for (const word of ["口径", "口径版本", "依据", "明细"]) assert.ok(text.includes(word), `the figure's page names its ${word}`);
  assert.ok(text.replace(/[,，]/g, "").includes(shown), "it shows the same value");
  await page.goBack();

  await page.getByLabel("典型案例、亮点", { exact: false }).fill("独居老人敲门问候，当月发现并协助送医一例。");
  await page.getByLabel("下月安排").fill("增加高温天的走访。");
  const looked = page.getByRole("checkbox", { name: "我已核对" });
  if (await looked.count()) await looked.check();
  await page.getByRole("button", { name: "确认并报送" }).tap();
  await page.getByText("已报送，数字已固定。").waitFor();

  const county = await visit("county_admin", DESKTOP);
  await county.page.goto("/board?kind=month");
  const station = (await page.locator(".zw-user-unit").innerText()).trim();
  await county.page.getByRole("row").filter({ hasText: station }).getByRole("link").first().click();
  await county.page.getByRole("button", { name: "通过" }).click();
  await county.page.getByText("已审核通过。").waitFor();
});
