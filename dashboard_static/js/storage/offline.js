/**
 * The last predictions seen, kept in this browser so that they open when the service does not answer.
 * Where there is no Cache API (over plain HTTP) nothing is kept, and where a token guards them neither.
 */

/** @import {Prediction} from "../types.js" */

const PAGE = "tesela-page"; // filled by sw.js as well
const RECENT = "tesela-recent";
const MOST = 12;
const MOST_SCORES_BYTES = 12_000_000; // about 1024 x 1024 px
const PARTS = ["prediction", "scores", "image"];

/** @typedef {{prediction: Prediction, scores: Uint8Array, picture: Blob}} Kept */

/** @param {Kept} kept @returns {Promise<void>} */
export async function keepRecent({ prediction, scores, picture }) {
  if (!canKeep() || scores.length > MOST_SCORES_BYTES) return;
  const cache = await caches.open(RECENT);
  const bodies = [JSON.stringify(prediction), /** @type {any} */ (scores), picture];
  await forgetRecent(prediction.id); // so that it counts as the newest
  for (const [index, part] of PARTS.entries()) {
    await cache.put(address(prediction.id, part), new Response(bodies[index]));
  }
  for (const { id } of (await listRecent()).slice(MOST)) await forgetRecent(id);
  await keepPage();
}

/** @param {string} id @returns {Promise<Kept | null>} */
export async function recallRecent(id) {
  if (!canKeep()) return null;
  const cache = await caches.open(RECENT);
  const found = await Promise.all(PARTS.map((part) => cache.match(address(id, part))));
  const [prediction, scores, image] = found;
  if (!prediction || !scores || !image) return null;
  return {
    prediction: await prediction.json(),
    scores: new Uint8Array(await scores.arrayBuffer()),
    picture: await image.blob(),
  };
}

/** @returns {Promise<Prediction[]>} newest first */
export async function listRecent() {
  if (!canKeep()) return [];
  const cache = await caches.open(RECENT);
  const addresses = (await cache.keys()).filter(({ url }) => url.endsWith("/prediction"));
  const answers = await Promise.all(addresses.map((request) => cache.match(request)));
  const found = answers.filter((each) => each !== undefined);
  return (await Promise.all(found.map((answer) => answer.json()))).reverse();
}

/** @param {string} id */
export async function forgetRecent(id) {
  if (!canKeep()) return;
  const cache = await caches.open(RECENT);
  for (const part of PARTS) await cache.delete(address(id, part));
}

/** What the page loaded before its worker was there to keep it. */
async function keepPage() {
  const cache = await caches.open(PAGE);
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = [location.pathname, ...loaded].map((name) => new URL(name, location.href));
  for (const url of own.filter(({ origin }) => origin === location.origin)) {
    if (!(await cache.match(url))) await cache.add(url).catch(() => {});
  }
}

const canKeep = () => "caches" in globalThis;

/** @param {string} id @param {string} part */
const address = (id, part) => new URL(`recent/${id}/${part}`, location.href).href;
