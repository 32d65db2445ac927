// What a bound phone keeps: `kv` holds the shift (in clear: no person in it), the sealed pack and a sealed form that was
// begun; `queue` holds sealed records until the server has them.

const NAME = "zw-field";
let opening = null;

function db() {
  if (!opening) {
    opening = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("kv");
        request.result.createObjectStore("queue", { keyPath: "client" });
      };
      request.onsuccess = () => {
        // Another tab wipes everything: this one lets go of it.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
  }
  return opening;
}

/** Runs `act` over a store; resolves with what its request answered, once it is on the disk. */
async function run(store, mode, act) {
  const base = await db();
  return new Promise((resolve, reject) => {
    const tx = base.transaction(store, mode, { durability: "strict" });
    const request = act(tx.objectStore(store));
    tx.oncomplete = () => resolve(request ? request.result : undefined);
    tx.onerror = () => reject(tx.error);
    tx.onabort = () => reject(tx.error || new Error("aborted"));
  });
}

export const get = (key) => run("kv", "readonly", (s) => s.get(key));
export const put = (key, value) => run("kv", "readwrite", (s) => s.put(value, key));
export const drop = (key) => run("kv", "readwrite", (s) => s.delete(key));
export const queue = () => run("queue", "readonly", (s) => s.getAll());
export const enqueue = (item) => run("queue", "readwrite", (s) => s.put(item));
export const dequeue = (client) => run("queue", "readwrite", (s) => s.delete(client));

/** Whether the server does not have a record yet: its sealed text is here and nowhere else. */
export const unsent = (item) => Boolean(item.sealed);

/** Deletes the key, the pack and the form that was begun; records that are not sent stay, sealed. */
export async function wipeShift() {
  for (const key of ["shift", "pack", "draft"]) await drop(key);
  for (const item of await queue()) if (!unsent(item)) await dequeue(item.client);
}

/** Deletes everything, for a phone that is lost. The browser may have begun by itself: what is gone already is no trouble. */
export async function wipeAll() {
  const base = await db().catch(() => null);
  if (base) base.close();
  opening = null;
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
  try {
    for (const name of await caches.keys()) if (name.startsWith("zw-field")) await caches.delete(name);
    for (const r of await navigator.serviceWorker.getRegistrations()) await r.unregister();
  } catch {
    // This browser has neither.
  }
}

/** Whether this browser holds anything of field work; asked by pages that never make the store. */
export async function exists() {
  if (!self.indexedDB || !indexedDB.databases) return Boolean(self.indexedDB);
  return (await indexedDB.databases()).some((d) => d.name === NAME);
}
