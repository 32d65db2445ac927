// Keeps the frame of the field kit on the phone, so that it opens without network: the empty page, its style and its script.
// Nothing of a person ever comes here: what the page shows is sealed in its own store. The list of files stands above.
/* global FIELD_FILES */
const NAME = `zw-field-${FIELD_FILES.join("|")}`;
const PAGE = "/field/kit";

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(NAME);
      await cache.addAll([PAGE, ...FIELD_FILES]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith("zw-field-") && name !== NAME) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

/** The page from the network, or within three seconds from the phone; a page that is not ours (a hotspot's) is none. */
async function page(request) {
  const kept = await caches.match(PAGE, { ignoreVary: true });
  const fresh = fetch(request).then(async (response) => {
    if (response.status === 410) return response;
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    const cache = await caches.open(NAME);
    await cache.put(PAGE, response.clone());
    return response;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), 3000));
  return Promise.race([fresh.catch(() => kept), late]);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === PAGE) event.respondWith(page(event.request));
  else if (FIELD_FILES.includes(url.pathname)) event.respondWith(caches.match(url.pathname, { ignoreVary: true }).then((kept) => kept || fetch(event.request)));
});
