// Keys of a bound phone. The key of a shift opens only with the PIN and with a key that this browser made and gives to
// nobody: a copy of the stored bytes alone is not enough to try PINs elsewhere.
import { get, put } from "./fieldstore.js";

const ITERATIONS = 310_000; // OWASP's floor for PBKDF2-HMAC-SHA256
const bytes = (text) => new TextEncoder().encode(text);
const random = (n) => crypto.getRandomValues(new Uint8Array(n));
const AES = "AES-GCM";

/** Whether the browser can keep a list safely. */
export const able = () => Boolean(self.crypto && crypto.subtle && self.indexedDB && self.isSecureContext);

/** The browser's own key; it never leaves it. */
async function own() {
  const kept = await get("own");
  if (kept) return kept;
  const key = await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
  await put("own", key);
  return key;
}

async function ofPin(pin, salt) {
  const base = await crypto.subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS }, base, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seals an object for its place: nonce, then ciphertext. */
export async function seal(key, place, value) {
  return shut(key, place, bytes(JSON.stringify(value)));
}

async function shut(key, place, plain) {
  const iv = random(12);
  const body = new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv, additionalData: bytes(place) }, key, plain));
  const out = new Uint8Array(12 + body.length);
  out.set(iv);
  out.set(body, 12);
  return out;
}

async function unshut(key, place, sealed) {
  return crypto.subtle.decrypt({ name: AES, iv: sealed.slice(0, 12), additionalData: bytes(place) }, key, sealed.slice(12));
}

/** Opens what was sealed for a place; throws when it was not. */
export async function open(key, place, sealed) {
  return JSON.parse(new TextDecoder().decode(await unshut(key, place, sealed)));
}

/** The key of a shift, ready to use. */
export const use = (raw) => crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);

/** The key of a shift as it is kept. */
export async function wrap(raw, pin, shift) {
  const salt = random(16);
  const inner = await shut(await ofPin(pin, salt), `zw-field|${shift}|pin`, raw);
  return { salt, sealed: await shut(await own(), `zw-field|${shift}|own`, inner) };
}

/** The key of a shift by its PIN; null for a wrong one. */
export async function unwrap(kept, pin, shift) {
  const inner = new Uint8Array(await unshut(await own(), `zw-field|${shift}|own`, kept.sealed));
  try {
    return await use(await unshut(await ofPin(pin, kept.salt), `zw-field|${shift}|pin`, inner));
  } catch {
    return null;
  }
}

/** Why a PIN will not do: "pin-form", "pin-weak", or nothing. `phone`: runs of the own telephone number. */
export function weakness(pin, phone = []) {
  if (!/^\d{6}$/.test(pin)) return "pin-form";
  const d = [...pin].map(Number);
  const step = (n) => d.every((x, i) => i === 0 || (x - d[i - 1] + 10) % 10 === (n + 10) % 10);
  const again = (n) => d.every((x, i) => x === d[i % n]);
  const pairs = d.every((x, i) => x === d[i - (i % 2)]);
  const half = [...pin].reverse().join("") === pin;
  if (step(0) || step(1) || step(-1) || again(2) || again(3) || pairs || half || phone.includes(pin)) return "pin-weak";
  return null;
}

/** Where an item of the queue lives; the server says the same (modules/field/src/model.rs). */
export const place = (shift, client) => `zw-field|${shift}|${client}`;

export const toBase64 = (data) => {
  let text = "";
  for (let i = 0; i < data.length; i += 0x8000) text += String.fromCharCode(...data.subarray(i, i + 0x8000));
  return btoa(text);
};
export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** A random UUID; `crypto.randomUUID` is younger than our oldest browser. */
export function uuid() {
  const b = random(16);
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
