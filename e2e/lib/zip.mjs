// Reads one entry of a ZIP file (DOCX and XLSX are ZIP files): enough to look inside what the program wrote.
import { inflateRawSync } from "node:zlib";

/** Names and texts of all entries. */
export function unzip(bytes) {
  const entries = new Map();
  let at = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (at < 0) throw new Error("no ZIP file");
  const count = bytes.readUInt16LE(at + 10);
  at = bytes.readUInt32LE(at + 16);
  for (let i = 0; i < count; i += 1) {
    const [method, size, nameLength, extra, comment, start] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    const raw = bytes.subarray(data, data + size);
    entries.set(name, (method === 0 ? raw : inflateRawSync(raw)).toString("utf8"));
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}
