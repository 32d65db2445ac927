// npm test. Numbers from the domain handbook, section 12; none belongs to a living person.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readIdNumber } from "../src/idnumber.js";

test("valid numbers give sex and birth date", () => {
  for (const [number, sex, birth] of [
    ["11010519491231002X", "2", "1949-12-31"],
    ["359900199001010015", "1", "1990-01-01"],
    ["359900201602290032", "1", "2016-02-29"],
    ["810000199408230021", "2", "1994-08-23"],
    ["830000199201300022", "2", "1992-01-30"],
  ]) {
    assert.deepEqual(readIdNumber(number), { sex, birth }, number);
  }
});

test("wrong check digits, dates and shapes give nothing", () => {
  for (const number of ["110105194912310021", "359900199002300014", "35990019900101001", "ABCDEFGHIJKLMNOPQR", ""]) {
    assert.equal(readIdNumber(number), null, number);
  }
});
