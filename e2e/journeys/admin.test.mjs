// The three administrators: an account, its first password, a role, an ended session, and the log of all of it.
import assert from "node:assert/strict";
import { DESKTOP } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";
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
  await page.goto("/admin/accounts?q=lin.cadre");
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

  await page.goto("/admin/accounts?q=lin.cadre");
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
