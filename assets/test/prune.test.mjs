import assert from "node:assert/strict";
import { test } from "node:test";
import { prune } from "../prune.mjs";

test("keeps element defaults and listed classes, drops the rest and what old browsers do not read", () => {
  const css = `:root{--used:1px;--unused:2px;--chain:var(--used)}
    a{color:red;background:color-mix(in oklab, red, blue)}
    .btn,.carousel{width:var(--chain);content:";}"}
    .carousel .btn:hover{color:red}
    .btn:has(b){color:red}
    @media (min-width: 10px){.btn{height:1px}.toast{height:2px}}
    @supports (x: y){a{color:blue}}
    @keyframes spin{from{top:0}to{top:1px}}`;
  const out = prune(css, "").replace(/\s+/g, " ");
  assert.equal(out, ':root{--used:1px;--chain:var(--used)} a{color:red} .btn{width:var(--chain);content:";}"} @media (min-width: 10px){.btn{height:1px}}');
});

test("properties read by our own sheet stay", () => {
  assert.equal(prune(":root{--a:1px;--b:2px}", "x{top:var(--b)}"), ":root{--b:2px}");
});
