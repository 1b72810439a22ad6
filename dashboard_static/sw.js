/** The page's own files when there is no network: what the network gave last. The service is not touched. */

const PAGE = "tesela-page"; // also named in js/storage/offline.js

const worker = /** @type {any} */ (self);

worker.oninstall = () => worker.skipWaiting();
worker.onactivate = (/** @type {any} */ event) => event.waitUntil(worker.clients.claim());
worker.onfetch = (/** @type {any} */ event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) {
    event.respondWith(answer(event));
  }
};

/** @param {any} event @returns {Promise<Response>} */
async function answer(event) {
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(keep(event.request, response.clone()));
    return response;
  } catch (error) {
    const kept = await caches.match(event.request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

/** @param {Request} request @param {Response} response */
async function keep(request, response) {
  const cache = await caches.open(PAGE);
  await cache.put(request, response);
}
