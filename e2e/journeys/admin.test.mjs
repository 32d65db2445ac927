// The three administrators: an account, its first password, a role, an ended session, and the log of all of it.
import assert from "node:assert/strict";
import { DESKTOP } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";
import { find } from "../lib/person.mjs";
import { command } from "../lib/server.mjs";

journey("account, grant, first sign-in, ended session, audit log", async ({ visit, server }) => {
  const sys = await visit("sys_admin", DESKTOP);
  await sys.page.goto("/admin/accounts");
  await sys.page.getByRole("link", { name: "新开账号" }).click();
  await sys.page.getByLabel("登录名").fill("lin.cadre");
  await sys.page.getByLabel("姓名").fill("林干部");
  await sys.page.getByRole("button", { name: "开通并生成口令" }).click();
  const code = (await sys.page.locator(".zw-code code").innerText()).trim();
  assert.match(code, /^[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$/);
  assert.equal(await sys.page.getByRole("link", { name: "授权" }).count(), 0, "the system administrator gives no role");

  const security = await visit("security_admin", DESKTOP);
  const { page } = security;
  await find(page, "/admin/accounts", "lin.cadre");
  await page.getByRole("link", { name: "lin.cadre" }).click();
  await page.getByRole("link", { name: "授权", exact: true }).click();
  await page.getByLabel("角色").selectOption("linked_cadre");
  // Province, city, county: each level offers the next one when it is chosen.
  for (const level of [/^省/, /^设区市/, /^县/]) {
    const select = page.getByLabel(level);
    await select.waitFor();
    if (!(await select.inputValue())) await select.selectOption({ index: 1 });
  }
  await page.getByRole("button", { name: "授予" }).click();
  await page.getByText("已授权", { exact: false }).first().waitFor();

  const cadre = await visit(null, DESKTOP);
  cadre.expect(/status of 4\d\d/);
  await cadre.page.goto("/activate");
  await cadre.page.getByLabel("一次性口令").fill(code);
  await cadre.page.getByLabel(/^新密码/).fill("密码要长又好记 seven");
  await cadre.page.getByLabel("再输一次新密码").fill("密码要长又好记 seven");
  await cadre.page.getByRole("button", { name: "设置密码" }).click();
  await cadre.page.getByText("密码已设好", { exact: false }).waitFor();
  await cadre.fillSignIn({ login: "lin.cadre", password: "密码要长又好记 seven" });
  const refused = await cadre.page.goto("/admin/accounts");
  assert.equal(refused.status(), 403, "a cadre has no business with accounts");

  await find(page, "/admin/accounts", "lin.cadre");
  await page.getByRole("link", { name: "lin.cadre" }).click();
  await page.getByRole("button", { name: "结束" }).first().click();
  await page.getByText("已结束这台设备上的登录。").waitFor();
  await cadre.page.goto("/");
  assert.equal(new URL(cadre.page.url()).pathname, "/login", "an ended session is dead on the next request");

  const audit = await visit("audit_admin", DESKTOP);
  audit.expect(/status of 403/);
  await audit.page.goto("/admin/audit");
  const log = await audit.page.getByRole("table").last().innerText();
  for (const action of ["account.create", "grant.create", "session.end"]) assert.ok(log.includes(action), `the log has ${action}`);
  await audit.page.getByRole("button", { name: "核验日志" }).click();
  await audit.page.getByText("日志完整", { exact: false }).waitFor();
  assert.equal((await audit.page.goto("/admin/accounts")).status(), 403, "the audit administrator only reads the log");

  assert.match(await command("--data", server.data, "audit", "verify"), /\S/);
});

journey("a code for somebody else opens no data before the second operator has said so", async ({ visit, server }) => {
  const owner = server.people("worker", 1);
  const sys = await visit("sys_admin", DESKTOP);
  sys.page.on("dialog", (dialog) => dialog.accept());
  await find(sys.page, "/admin/accounts", owner.login);
  await sys.page.getByRole("link", { name: owner.login, exact: true }).click();
  await sys.page.getByRole("button", { name: "生成重设密码的口令" }).click();
  const code = (await sys.page.locator(".zw-code code").innerText()).trim();

  const sly = await visit(null, DESKTOP);
  sly.expect(/status of 4\d\d/);
  const password = "密码要长又好记 eight";
  await sly.page.goto("/activate");
  await sly.page.getByLabel("一次性口令").fill(code);
  await sly.page.getByLabel(/^新密码/).fill(password);
  await sly.page.getByLabel("再输一次新密码").fill(password);
  await sly.page.getByRole("button", { name: "设置密码" }).click();
  await sly.page.getByText("密码已设好", { exact: false }).waitFor();
  await sly.fillSignIn({ login: owner.login, password });
  await sly.page.goto("/");
  await sly.page.getByText("您的权限已暂停", { exact: false }).waitFor();
  assert.equal((await sly.page.goto("/people")).status(), 403, "not one resident");

  const { page } = await visit("security_admin", DESKTOP);
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: owner.login }).click();
  await page.getByRole("button", { name: "已向本人核实" }).click();
  await page.getByText("权限已恢复", { exact: false }).waitFor();
  await sly.page.goto("/");
  assert.equal(new URL(sly.page.url()).pathname, "/login", "signs in anew");
  await sly.fillSignIn({ login: owner.login, password });
  assert.equal((await sly.page.goto("/people")).status(), 200);
});

journey("a wall screen: its own address, aggregates only, dead when revoked", async ({ visit }) => {
  const { page } = await visit("security_admin", DESKTOP);
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto("/admin/kiosks/new");
  await page.getByLabel(/^位置/).fill("三楼会议室");
  await page.getByLabel(/^省/).waitFor();
  if (!(await page.getByLabel(/^省/).inputValue())) await page.getByLabel(/^省/).selectOption({ index: 1 });
  await page.getByRole("button", { name: "生成地址" }).click();
  const address = (await page.locator(".zw-code code").innerText()).trim();

  const screen = await visit(null, DESKTOP);
  screen.expect(/status of 4\d\d/);
  await screen.page.goto(new URL(address).pathname);
  await screen.page.getByText("社工站建设挂图").first().waitFor();
  assert.ok((await screen.page.locator("svg").count()) > 0, "the wall is shown");
  assert.equal(await screen.page.locator("nav a").count(), 0, "and leads nowhere else");
  for (const path of ["/people", "/reports", "/admin/accounts", "/api/v1/residents"]) {
    assert.ok([401, 403].includes((await screen.context.request.get(path, { maxRedirects: 0 })).status()), `${path} is closed to a screen`);
  }
  for (const path of ["/", "/wall", "/figures/stations_built"]) {
    await screen.page.goto(path);
    assert.equal(new URL(screen.page.url()).pathname, "/wall/kiosk", `${path} leads back to the wall`);
  }
  await screen.page.locator(".zw-stats").first().waitFor();

  await page.goto("/admin/kiosks");
  const dark = screen.page.getByRole("alert").filter({ hasText: "数据已停止更新" }).waitFor({ timeout: 5000 });
  await page.getByRole("button", { name: "作废" }).first().click();
  await dark;
  assert.equal(await screen.page.locator(".zw-stats").count(), 0, "a revoked screen shows nothing, at once");
  await page.getByText("口令已作废。").waitFor();
  await screen.page.reload();
  assert.equal(await screen.page.locator(".zw-stats").count(), 0, "nor after a reload");
});

journey("a divisions file with broken rows: all checked, none imported; a file too large is refused", async ({ visit, server }) => {
  const sys = await visit("sys_admin", DESKTOP);
  sys.expect(/status of 4(13|22)/);
  const { page } = sys;
  const upload = (name, content) =>
    page.getByLabel("区划文件").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
  await page.goto("/divisions/import");
  await upload("broken.csv", "code,name,level,parent_code\n370000000000,山东省,province,\n370100000000,,city,370000000000\n37010X000000,某区,county,370100000000\n370102000000,历下区,region,370100000000\n");
  await page.getByRole("button", { name: "检查并导入" }).click();
  await page.getByText("没有导入任何内容", { exact: false }).first().waitFor();
  const text = await page.getByRole("main").innerText();
  for (const reason of ["名称为空", "代码不是该层级的 12 位代码", "层级只能是"]) assert.ok(text.includes(reason), `the list says: ${reason}`);
  for (const line of ["3", "4", "5"]) assert.equal(await page.getByRole("rowheader", { name: line, exact: true }).count(), 1, `and line ${line}`);

  await page.goto("/divisions/import");
  const csrf = await page.locator('form[action="/divisions/import"] input[name="csrf"]').inputValue();
  const answer = await sys.context.request.post("/divisions/import", {
    headers: { Origin: server.url, "Sec-Fetch-Site": "same-origin" },
    multipart: { csrf, file: { name: "large.csv", mimeType: "text/csv", buffer: Buffer.alloc(30 * 1024 * 1024, "x") } },
  });
  assert.ok([413, 422].includes(answer.status()), `30 MB: ${answer.status()}`);
  assert.match(await answer.text(), /20 MB/);
});

journey("a list of persons leaves only with a password of the last minutes, and the form goes on", async ({ visit, server }) => {
  const county = await visit("county_admin", DESKTOP);
  county.expect(/status of 403/, /status of 422/);
  const { page } = county;
  await page.goto("/workers");
  const take = () => page.getByRole("button", { name: "导出 XLSX" });
  assert.match((await county.download(take())).name, /^workers-.*\.xlsx$/, "just signed in: not asked");
  await server.signedInEarlier(6);
  await take().click();
  await page.getByRole("heading", { level: 1, name: "请再输入一次密码" }).waitFor();
  const go = page.getByRole("button", { name: "确认并继续" });
  await page.getByLabel("您的密码").fill("不是这个密码");
  await go.click();
  await page.getByText("密码不对", { exact: false }).waitFor();
  await page.getByLabel("您的密码").fill(server.people("county_admin").password);
  assert.match((await county.download(go)).name, /^workers-.*\.xlsx$/);
  await page.getByRole("main").getByRole("link", { name: "返回" }).click();
  await page.waitForURL((url) => url.pathname === "/workers");
  assert.ok((await county.download(take())).bytes.length > 0, "not asked twice");
});
