// The province: a flash snapshot, the frozen month, the circular drafted, checked by a second person and sent; its files.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { DESKTOP } from "../lib/browser.mjs";
import { journey } from "../lib/journey.mjs";
import { unzip } from "../lib/zip.mjs";

const words = (xml) => xml.replace(/<[^>]+>/g, "");

journey("flash snapshot with the source's figures, immutable and proved", async ({ visit }) => {
  const { page } = await visit("prov_admin", DESKTOP);
  await page.goto("/snapshots");
  await page.getByLabel("截至").first().fill("2021-07-08");
  await page.getByRole("button", { name: "取快报" }).click();
  await page.getByText("已核对，内容未被改动").waitFor();
  const text = await page.getByRole("main").innerText();
  for (const value of ["716", "65.1", "2,839", "1,351", "26"]) assert.ok(text.includes(value), `the snapshot says ${value}`);
  assert.match(text, /[0-9a-f]{64}/, "its hash is shown");
});

journey("the month is frozen, the circular drafted, checked by another, sent; three files", async ({ visit }) => {
  const drafter = await visit("prov_admin", DESKTOP);
  drafter.expect(/status of 422/);
  const { page } = drafter;
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto("/snapshots");
  const month = page.locator('form[action="/snapshots/freeze"]');
  await month.getByLabel("月份").selectOption("2021-06");
  await month.getByRole("button", { name: "冻结" }).click();
  await page.getByText("还没有到", { exact: false }).first().waitFor();
  await page.locator('form[action="/snapshots/freeze"]').getByRole("checkbox").check();
  await page.locator('form[action="/snapshots/freeze"]').getByRole("button", { name: "冻结" }).click();
  await page.getByText("已核对，内容未被改动").waitFor();

  await page.getByLabel("对比快照").selectOption("none");
  await page.getByRole("button", { name: "由系统起草" }).click();
  await page.getByText("待另一人核稿", { exact: false }).waitFor();
  assert.equal(await page.getByRole("button", { name: "核稿通过" }).count(), 0, "who drafts does not check");

  // Words may change, figures may not: they are chips, and one that is deleted is asked back at its paragraph.
  await page.getByRole("link", { name: "修改文字" }).click();
  const progress = page.locator('[role="textbox"]:has(.zw-chip)').nth(1);
  assert.ok(!(await page.getByRole("main").innerText()).includes("{{fig:stations_built}}，"), "no raw placeholder in the text");
  const kept = await progress.innerText();
  assert.match(kept, /建成运营692个/);
  await progress.locator(".zw-chip").first().evaluate((chip) => chip.remove());
  await progress.press("End");
  await page.keyboard.type("。");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("系统填入的数不能删改", { exact: false }).first().waitFor();
  // The chip that is gone can be put back where the paragraph is.
  await page.getByRole("button", { name: /^放回/ }).first().click();
  const again = page.locator('[role="textbox"]:has(.zw-chip)').nth(1);
  await again.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("请各地继续加快进度。");
  // A section of its own behind that paragraph; the headings after it are numbered anew.
  await page.locator("summary", { hasText: "删去这一段，或在其后插入一段" }).nth(1).click();
  await page.getByLabel("新段的标题层次").nth(1).selectOption("1");
  await page.getByLabel("新段的标题词").nth(1).fill("典型做法");
  await page.getByRole("textbox", { name: "插入的新段" }).click();
  await page.keyboard.type("多地引入专业社工。");
  await page.getByLabel("主送机关").fill("各市民政局");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("请各地继续加快进度。").first().waitFor();
  await page.getByText("二、典型做法。").first().waitFor();
  await page.getByText("三、工作成效。").first().waitFor();
  await page.getByText("各市民政局：").waitFor();

  const checker = await visit("prov_admin", DESKTOP, { which: 1 });
  checker.expect(/status of 422/);
  await checker.page.goto(page.url());
  await checker.page.getByText("插入 1 段，删去 0 段", { exact: false }).waitFor();
  // The checker returns it with remarks instead of changing it, and may still check it once it is mended.
  await checker.page.locator("summary", { hasText: "退回修改" }).click();
  await checker.page.getByLabel("退回意见").fill("请写明完成时限。");
  await checker.page.getByRole("button", { name: "退回修改" }).click();
  await checker.page.getByText("请写明完成时限。").first().waitFor();
  await page.goto("/");
  await page.getByText("请写明完成时限。").first().waitFor();
  await page.goto(checker.page.url());
  await page.getByText("请写明完成时限。").first().waitFor();
  await page.getByRole("link", { name: "修改文字" }).click();
  await page.getByLabel("抄送机关").fill("省财政厅");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByText("曾退回修改", { exact: false }).waitFor();
  await checker.page.goto(`${page.url()}/edit`);
  await checker.page.getByText("保存后不能再核这份稿", { exact: false }).first().waitFor();
  await checker.page.goto(page.url());
  await checker.page.getByRole("button", { name: "核稿通过" }).click();
  await checker.page.getByText("处待填", { exact: false }).first().waitFor();
  await checker.page.getByRole("checkbox", { name: "已知有空白" }).check();
  await checker.page.getByRole("button", { name: "核稿通过" }).click();
  await checker.page.getByText("已核稿").first().waitFor();

  await page.reload();
  await page.getByLabel("文号").fill("示例〔2021〕1号");
  await page.getByRole("button", { name: "登记已发" }).click();
  await page.getByText("示例〔2021〕1号").first().waitFor();
  assert.equal(await page.getByRole("link", { name: "修改文字" }).count(), 0, "what is sent stays as it is");

  // The record, not the text, is corrected; what it said stays in the history.
  await page.getByText("更正文号或发文日期").click();
  await page.getByLabel("文号").fill("示例〔2021〕11号");
  await page.getByLabel("更正原因").fill("序号登记错");
  await page.getByRole("button", { name: "更正登记" }).click();
  await page.getByText("示例〔2021〕1号　2021", { exact: false }).first().waitFor();

  const docx = await drafter.download(page.getByRole("link", { name: "下载 DOCX" }));
  const document = words(unzip(docx.bytes).get("word/document.xml"));
  assert.ok(document.includes("请各地继续加快进度。"), "the edited sentence is in the DOCX");
  const marked = words([...unzip(docx.bytes)].filter(([name]) => /^word\/(document|header|footer)\d*\.xml$/.test(name)).map(([, xml]) => xml).join(" "));
  assert.ok(marked.includes("演示数据·非官方"), "the DOCX says that it is a demo");

  const pdf = await drafter.download(page.getByRole("link", { name: "下载 PDF" }));
  assert.equal(pdf.bytes.toString("latin1", 0, 5), "%PDF-");
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf.bytes, encoding: "utf8" }).replace(/\s+/g, "");
  assert.ok(text.includes("演示数据·非官方"), "the PDF says that it is a demo");
  assert.ok(text.includes("请各地继续加快进度。"), "the edited sentence is in the PDF");

  const xlsx = await drafter.download(page.getByRole("link", { name: "下载附件 XLSX" }));
  const sheets = unzip(xlsx.bytes);
  assert.ok([...sheets.keys()].some((name) => name.startsWith("xl/worksheets/")), "the XLSX has sheets");
  assert.ok([...sheets.values()].some((xml) => xml.includes("演示数据·非官方")), "the XLSX says that it is a demo");
});

journey("above the county nobody sees a person", async ({ visit }) => {
  for (const role of ["prov_admin", "city_admin"]) {
    const above = await visit(role, DESKTOP);
    above.expect(/status of 40[34]/);
    for (const path of ["/people", "/visits", "/api/v1/residents", "/api/v1/encounters"]) {
      assert.equal((await above.context.request.get(path)).status(), 403, `${role} ${path}`);
    }
    const answer = await above.context.request.get("/api/v1/openapi.json");
    assert.match(await answer.text(), /演示数据·非官方/, "API answers say that they are the demo's");
  }
});
