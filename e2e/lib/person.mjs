// Invented people: ID numbers of the unassigned prefix 359900, with their check digit (GB 11643).
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The number of somebody born on `birth` (yyyymmdd); odd orders are men, even ones women. */
export function idNumber(birth, order) {
  const body = `359900${birth}${String(order).padStart(3, "0")}`;
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * WEIGHTS[i], 0);
  return body + "10X98765432"[sum % 11];
}

/** Searches a list of persons by its own form; the words travel in the body, and the address names the search only. */
export async function find(page, list, words) {
  await page.goto(list);
  const form = page.getByRole("main").locator('form[role="search"]');
  await form.locator('[name="q"]').fill(words);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL((url) => url.pathname === `${list}/find` && /^\?s=[0-9a-f-]{36}$/.test(url.search));
}
