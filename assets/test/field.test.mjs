import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, open, place, seal, toBase64, use, uuid, weakness } from "../src/fieldkeys.js";
import { fits } from "../src/fieldlist.js";

test("a PIN that anybody would try is none", () => {
  for (const pin of ["000000", "123456", "654321", "901234", "121212", "123123", "112233", "123321", "520520"]) assert.equal(weakness(pin), "pin-weak", pin);
  for (const pin of ["12345", "1234567", "abcdef", "", "12 456"]) assert.equal(weakness(pin), "pin-form", pin);
  for (const pin of ["482915", "170394"]) assert.equal(weakness(pin), null, pin);
  assert.equal(weakness("380013", ["138001", "380013"]), "pin-weak");
});

test("what is sealed opens in its place only", async () => {
  const key = await use(new Uint8Array(32).fill(7));
  const [shift, client] = [uuid(), uuid()];
  assert.match(client, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const sealed = await seal(key, place(shift, client), { action: "看望" });
  const there = fromBase64(toBase64(sealed));
  assert.deepEqual(await open(key, place(shift, client), there), { action: "看望" });
  await assert.rejects(open(key, place(shift, uuid()), there));
  there[20] ^= 1;
  await assert.rejects(open(key, place(shift, client), there));
});

test("somebody is found by name, initials and village", () => {
  const row = { name: "陈一一", village: "东山村", keys: "|陈一一|cyy|chenyiyi" };
  for (const text of ["陈", "一一", "东山", "cyy", "CHEN", "cy 东山", ""]) assert.ok(fits(row, text), text);
  for (const text of ["王", "yy", "陈 西", "z"]) assert.ok(!fits(row, text), text);
});
