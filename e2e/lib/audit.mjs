// Accessibility: axe-core on the page as it stands. WCAG 2.2 A and AA; serious and critical findings count.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Findings as lines `rule (impact): element`, empty when there are none. */
export async function audit(page) {
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }),
  );
  // A row under the sticky head or foot of its table is scrolled clear by hand or key; it is not a small target.
  const covered = (v, n) => v.id === "target-size" && n.any.concat(n.all, n.none).some((check) => /obscured/.test(check.message));
  return violations
    .filter((v) => ["serious", "critical"].includes(v.impact))
    .flatMap((v) => v.nodes.filter((n) => !covered(v, n)).slice(0, 3).map((n) => `${v.id} (${v.impact}): ${n.html.slice(0, 160)} ${n.any[0]?.message ?? ""}`));
}
