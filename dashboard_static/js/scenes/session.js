/** What a reader can do with whole scenes: each act calls the service and sets the state. */

import { rememberName } from "../storage/preferences.js";
import { tellOtherTabs } from "../storage/tabs.js";
import { inOrder } from "../upload/names.js";
import { objectAt } from "./map/objects.js";
import { forgetUpload, isOf, keepUpload, keptUploads } from "./upload/kept.js";
import { patiently, sendParts, sizeOf, sumParts } from "./upload/parts.js";

/**
 * @import {Store} from "../state.js"
 * @import {createStore} from "../store.js"
 * @import {Placed} from "./ground.js"
 * @import {SceneApi, Summed} from "./service.js"
 * @import {Draft, Scene, ScenesState, Sending} from "./types.js"
 *
 * @typedef {ReturnType<typeof createStore<ScenesState>>} ScenesStore
 */

const ACTIVE = ["queued", "processing", "cancelling"];
const TO_START = ["uploading", "failed", "cancelled"];
const POLL_MS = 1500;
const IDLE_POLL_MS = 8000;
const PAGE = 12;
const MOST = 100; // that the service lists at once

/**
 * @param {ScenesStore} store
 * @param {Store} page
 * @param {SceneApi} api
 */
export function createSession(store, page, api) {
  const { part_bytes: partBytes } = page.get().config.scene;
  let sendingStopped = new AbortController();
  let following = new AbortController();
  let looking = 0;

  /** @param {any} problem @param {(() => void) | null} [retry] */
  const report = (problem, retry = null) => page.set({ problem, retry });

  /** @param {Partial<Sending>} change */
  function progress(change) {
    const { sending } = store.get();
    if (sending) store.set({ sending: { ...sending, ...change } });
  }

  /** @param {File[]} files @param {boolean} scores */
  async function send(files, scores) {
    sendingStopped.abort();
    sendingStopped = new AbortController();
    const { signal } = sendingStopped;
    page.set({ problem: null, retry: null });
    store.set({ sending: { id: null, files, phase: "sum", bytes: 0, speed: 0 } });
    try {
      const started = await begin(files, scores, signal);
      const { id } = started.first;
      own(id, files[0].name);
      progress({ id, phase: "send" });
      const { draft, scene: shown } = store.get();
      if (draft || (shown && shown.id !== id)) goTo(id, started.first);
      const sent = await sendParts(files, { ...started, put: api.putPart }, measured(), signal);
      const start = () => patiently(() => api.complete(id), signal);
      const scene = TO_START.includes(sent.state) ? await start() : sent;
      forgetUpload(id);
      store.set({ sending: null });
      if (store.get().scene?.id === id) follow(id, scene);
      listScenes();
    } catch (problem) {
      if (signal.aborted) return;
      progress({ phase: "paused", speed: 0 });
      report(problem);
    }
  }

  /** @param {File[]} files @param {boolean} scores @param {AbortSignal} signal */
  async function begin(files, scores, signal) {
    /** @type {Summed[]} */
    const summed = [];
    for (const [index, file] of files.entries()) {
      const parts = await sumsOf(file, sizeOf(files.slice(0, index)), signal);
      summed.push({ size: file.size, parts });
    }
    const [one] = summed;
    const content = files.length > 1 ? { files: summed } : one;
    const area = areaOf(store.get().draft);
    const ask = () => api.order({ name: files[0].name, ...area, ...content }, scores, signal);
    const first = await ask();
    for (const [index, file] of files.entries())
      keepUpload({ ...aboutOf(file), sums: summed[index].parts, id: first.id });
    let answer = /** @type {Scene | null} */ (first);
    const order = async () => {
      const given = answer ?? (await ask());
      answer = null;
      return given;
    };
    return { first, order };
  }

  /** @param {File} file @param {number} before bytes of the files before it @param {AbortSignal} signal */
  function sumsOf(file, before, signal) {
    const known = keptUploads().find((kept) => isOf(kept, file));
    const onSum = (/** @type {string[]} */ sums) => {
      keepUpload({ ...aboutOf(file), sums, id: known?.id ?? null });
      progress({ bytes: before + Math.min(sums.length * partBytes, file.size) });
    };
    return sumParts(file, partBytes, known?.sums ?? [], onSum, signal);
  }

  /** Notes bytes and, over the last seconds, their speed. */
  function measured() {
    /** @type {[number, number][]} */
    const seen = [];
    return (/** @type {number} */ bytes) => {
      const now = performance.now();
      seen.push([now, bytes]);
      while (seen.length > 2 && now - seen[0][0] > 10_000) seen.shift();
      const [[since, from]] = seen;
      const speed = now > since ? ((bytes - from) / (now - since)) * 1000 : 0;
      progress({ bytes, speed: Math.max(speed, 0) });
    };
  }

  /** @param {string} id @param {Scene} scene */
  function goTo(id, scene) {
    store.set({ draft: null, scene });
    location.hash = `#/s/${id}`;
  }

  /** Ask how far it is until it ends. @param {string} id @param {Scene | null} [known] */
  async function follow(id, known = null) {
    following.abort();
    following = new AbortController();
    const { signal } = following;
    try {
      for (
        let scene = known ?? (await api.scene(id, signal));
        ;
        scene = await api.scene(id, signal)
      ) {
        if (signal.aborted) return;
        const before = store.get().scene;
        store.set({ scene });
        if (scene.state === "done" && before?.id === id && before.state !== "done")
          page.set({ said: "scene.announce.done", saidValues: {} });
        if (!ACTIVE.includes(scene.state) && scene.state !== "uploading") return;
        await pause(
          ACTIVE.includes(scene.state) && !document.hidden ? POLL_MS : IDLE_POLL_MS,
          signal,
        );
      }
    } catch (problem) {
      if (!signal.aborted) report(problem, () => follow(id));
    }
  }

  /** As many as are shown, as some may be new or gone. */
  async function listScenes() {
    const { list } = store.get();
    const limit = Math.min(Math.max(list.items.length, PAGE), MOST);
    store.set({ list: await api.scenes(limit).catch(() => list) }); // the history says what is wrong
  }

  /** The next ones, below those that are shown. */
  async function listMore() {
    const { list } = store.get();
    const { items, next } = await api.scenes(PAGE, list.next).catch(() => ({ ...list, items: [] }));
    store.set({ list: { items: [...list.items, ...items], next } });
  }

  return {
    listScenes,
    listMore,

    /** @param {Draft} draft */
    propose(draft) {
      store.set({ draft, scene: null, scores: false });
    },

    async begin() {
      const { draft, scores } = store.get();
      if (draft?.files.length) return send(draft.files, scores);
      if (!draft?.source) return;
      const { name, source } = draft;
      try {
        const scene = await api.order({ name, source }, scores);
        own(scene.id, name);
        goTo(scene.id, TO_START.includes(scene.state) ? await api.complete(scene.id) : scene);
      } catch (problem) {
        report(problem);
      }
    },

    /** @param {string} id */
    open(id) {
      const { scene, sending } = store.get();
      const shown = scene?.id === id ? scene : null;
      store.set({ draft: null, scene: shown, found: null, note: "none" });
      if (sending?.id === id && sending.phase !== "paused" && shown) return;
      follow(id);
    },

    close() {
      following.abort();
      store.set({ draft: null, scene: null, found: null, note: "none" });
    },

    pause() {
      sendingStopped.abort();
      progress({ phase: "paused", speed: 0 });
    },

    /** @param {File[]} [files] those that were paused, where none are chosen */
    resume(files) {
      const { scene, sending } = store.get();
      const chosen = files ?? sending?.files ?? [];
      if (!chosen.length) return;
      if (scene && sizeOf(chosen) !== scene.size) {
        const words = { key: "scene.otherFile", detailKey: "scene.otherFileDetail" };
        return report({ ...words, values: { name: chosen[0].name } });
      }
      return send(inOrder(chosen), scene?.scores ?? store.get().scores);
    },

    async again() {
      const { scene } = store.get();
      if (!scene) return;
      try {
        follow(scene.id, await api.complete(scene.id));
      } catch (problem) {
        report(problem);
      }
    },

    /** Cancel what is under way, remove what is not. @param {string} id */
    async remove(id) {
      if (store.get().sending?.id === id) {
        sendingStopped.abort();
        store.set({ sending: null });
      }
      try {
        await api.remove(id);
        const ends = ACTIVE.includes(store.get().scene?.state ?? "");
        if (ends && store.get().scene?.id === id) return follow(id);
        forgetUpload(id);
        page.set({ said: "scene.deleted", saidValues: {} });
        if (store.get().scene?.id === id) location.hash = "#/";
        listScenes();
        tellOtherTabs();
      } catch (problem) {
        report(problem);
      }
    },

    /** @param {number} column @param {number} row @param {Placed | null} placed @param {string[]} order */
    async pick(column, row, placed, order) {
      const link = store.get().scene?.links["polygons.fgb"];
      if (!link || !placed) return store.set({ found: null, note: "unknown" });
      looking += 1;
      const asked = looking;
      store.set({ note: "looking" });
      try {
        const url = await api.resolve(link);
        const found = await objectAt(url, placed.toLonLat(column, row), placed, order);
        if (asked === looking) store.set({ found, note: found ? "none" : "nothing" });
      } catch (error) {
        console.info("no object:", error);
        if (asked === looking) store.set({ found: null, note: "failed" });
      }
    },

    clear() {
      looking += 1;
      store.set({ found: null, note: "none" });
    },
  };
}

/** @typedef {ReturnType<typeof createSession>} Session */

/** What the header says, so that a scene that is too large is refused before it is sent. @param {Draft | null} draft */
function areaOf(draft) {
  const { width = 0, height = 0, metres = null } = draft?.facts ?? {};
  const km2 = (width * height * (metres ?? 0) ** 2) / 1e6;
  return km2 > 0 ? { area_km2: km2 } : {};
}

/** Note that this browser has ordered a scene, and may end it. @param {string} id @param {string} name */
function own(id, name) {
  rememberName(id, name);
  tellOtherTabs();
}

/** @param {File} file */
const aboutOf = ({ name, size, lastModified }) => ({ name, size, modified: lastModified });

/** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
