// Invented people: ID numbers of the unassigned prefix 359900, with their check digit (GB 11643).
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The number of somebody born on `birth` (yyyymmdd); odd orders are men, even ones women. */
export function idNumber(birth, order) {
  const body = `359900${birth}${String(order).padStart(3, "0")}`;
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * WEIGHTS[i], 0);
  return body + "10X98765432"[sum % 11];
}
