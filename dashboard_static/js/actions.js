/** What a reader can do: each action calls the service where it must, and sets the state. */

import { plotly } from "../vendor/plotly.js";
import { checkFile } from "./checks.js";
import { segment, summarise } from "./layers.js";
import { rememberLanguage, rememberName } from "./memory.js";
import { sampleName } from "./names.js";

/**
 * @typedef {object} State
 * @property {import("./types.js").Config} config
 * @property {import("./types.js").Language} language
 * @property {any} problem what went wrong last: an Error
 * @property {(() => void) | null} retry
 * @property {string} said what a screen reader is told, as a key of the words
 * @property {Record<string, string | number>} saidValues
 * @property {{name: string | null, stage: string, share: number | null} | null} activity
 * @property {import("./types.js").Prediction | null} prediction
 * @property {ImageBitmap | null} base
 * @property {string} view
 * @property {Uint8Array | null} scores
 * @property {Record<string, number>} thresholds
 * @property {Map<string, import("./layers.js").Layer>} layers by class key
 * @property {import("./types.js").Count[]} counts
 * @property {boolean} moved whether thresholds differ from the prediction's
 * @property {import("./palettes.js").Palette} palette
 * @property {ReadonlySet<string>} hidden class keys
 * @property {"both" | "fill" | "outline"} style
 * @property {number} opacity 0 to 1
 * @property {boolean} perClass whether each class shows its own threshold
 * @property {number | null} swipe 0 to 1 from the left of the frame
 * @property {{key: string, label: number} | null} selection
 * @property {"squareMetres" | "hectares" | "percent"} unit
 * @property {{by: string, descending: boolean}} sort
 * @property {{items: import("./types.js").Prediction[], next: string | null, landCover: string, status: "loading" | "ready" | "failed"}} history
 */

/**
 * @param {ReturnType<typeof import("./store.js").createStore<State>>} store
 * @param {import("./api.js").Api} api
 */
export function createActions(store, api) {
  /** @type {AbortController} */
  let running = new AbortController();

  /** @param {string} stage @param {number | null} [share] */
  const advance = (stage, share = null) => {
    const { activity } = store.get();
    if (activity) store.set({ activity: { ...activity, stage, share } });
  };

  /** @param {string | null} name @param {(signal: AbortSignal) => Promise<void>} work @param {() => void} retry */
  async function run(name, work, retry) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    store.set({ problem: null, retry: null, activity: { name, stage: "read", share: null } });
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) store.set({ problem: error, retry });
    } finally {
      if (!signal.aborted) store.set({ activity: null });
    }
  }

  /** @param {import("./types.js").Prediction} prediction @param {AbortSignal} signal @param {Partial<State>} [seen] */
  async function show(prediction, signal, seen = {}) {
    const { image } = prediction;
    const view = seen.view ?? store.get().view;
    advance("fetch");
    plotly().catch(() => {}); // its absence is told where it is drawn
    const [scores, blob] = await Promise.all([
      api.scores(prediction.id, store.get().config.classes.length * image.width * image.height),
      api.image(prediction.id, view),
    ]);
    const base = await createImageBitmap(blob);
    if (signal.aborted) return;
    advance("draw");
    store.get().base?.close();
    store.set({
      prediction,
      scores,
      base,
      view,
      selection: null,
      layers: new Map(),
      swipe: null,
      ...seen,
    });
    setThresholds({ ...prediction.thresholds, ...seen.thresholds });
    announceResult();
  }

  function announceResult() {
    const found = store.get().counts.filter((count) => count.objects);
    const objects = found.reduce((sum, count) => sum + count.objects, 0);
    say("result.announce", { objects, classes: found.length });
  }

  /** @param {string} said @param {Record<string, string | number>} [saidValues] */
  function say(said, saidValues = {}) {
    store.set({ said, saidValues });
  }

  /** @param {Record<string, number>} thresholds those that change */
  function setThresholds(thresholds) {
    const { prediction, scores, config, layers, ...state } = store.get();
    if (!prediction || !scores) return;
    const now = { ...state.thresholds, ...thresholds };
    const size = prediction.image.width * prediction.image.height;
    const next = new Map(layers);
    for (const { key, number, least_area_m2 } of config.classes) {
      if (layers.has(key) && now[key] === state.thresholds[key]) continue;
      const plane = scores.subarray((number - 1) * size, number * size);
      next.set(
        key,
        segment(
          plane,
          prediction.image.width,
          now[key],
          least_area_m2 / prediction.image.pixel_area_m2,
        ),
      );
    }
    store.set({
      thresholds: now,
      layers: next,
      counts: config.classes.map(({ key }) =>
        summarise(key, /** @type {any} */ (next.get(key)), prediction.image),
      ),
      moved: config.classes.some(({ key }) => now[key] !== prediction.thresholds[key]),
      selection: null,
    });
  }

  /** @param {Blob & {name?: string}} file @param {string} name */
  async function submit(file, name) {
    await run(
      name,
      async (signal) => {
        await checkFile(file, name);
        advance("send", 0);
        const onProgress = (/** @type {number} */ share) =>
          share < 1 ? advance("send", share) : advance("segment");
        const prediction = await api.predict(file, { onProgress, signal });
        rememberName(prediction.id, name);
        store.set({ hidden: new Set() });
        await show(prediction, signal);
      },
      () => submit(file, name),
    );
  }

  return {
    submit,
    setThresholds,
    say,

    /** @param {string} sample */
    async submitSample(sample) {
      let blob;
      try {
        const response = await fetch(`samples/${sample}.tif`);
        if (!response.ok) throw new Error(`${response.status}`);
        blob = await response.blob();
      } catch {
        store.set({ problem: { key: "error.sample" }, retry: null });
        return;
      }
      await submit(blob, sampleName(sample));
    },

    /** @param {string} id @param {Partial<State>} seen */
    async open(id, seen) {
      await run(
        null,
        async (signal) => {
          advance("fetch");
          await show(await api.prediction(id), signal, seen);
        },
        () => this.open(id, seen),
      );
    },

    leave() {
      running.abort();
      store.get().base?.close();
      store.set({
        prediction: null,
        base: null,
        scores: null,
        layers: new Map(),
        counts: [],
        selection: null,
        activity: null,
        problem: null,
      });
    },

    cancel() {
      running.abort();
      store.set({ activity: null });
      say("activity.cancelled");
    },

    /** @param {string} view */
    async setView(view) {
      const { prediction } = store.get();
      store.set({ view });
      if (!prediction) return;
      try {
        const base = await createImageBitmap(await api.image(prediction.id, view));
        if (store.get().prediction !== prediction || store.get().view !== view) return base.close();
        store.get().base?.close();
        store.set({ base, problem: null });
      } catch (error) {
        store.set({ problem: error, retry: () => this.setView(view) });
      }
    },

    /** @param {import("./types.js").Language} language */
    setLanguage(language) {
      rememberLanguage(language);
      store.set({ language });
    },

    /** @param {string} key @param {boolean} shown */
    showClass(key, shown) {
      const hidden = new Set(store.get().hidden);
      if (shown) hidden.delete(key);
      else hidden.add(key);
      store.set({ hidden });
    },

    /** @param {string} [key] without it, none */
    showOnly(key) {
      const others = store
        .get()
        .config.classes.map((cover) => cover.key)
        .filter((each) => each !== key);
      store.set({ hidden: new Set(others) });
    },

    showAll() {
      store.set({ hidden: new Set() });
    },

    resetThresholds() {
      setThresholds(store.get().prediction?.thresholds ?? {});
    },

    /** @param {{more?: boolean, landCover?: string}} [page] */
    async listHistory({ more = false, landCover = store.get().history.landCover } = {}) {
      const before = more ? store.get().history : { items: [], next: null };
      store.set({ history: { ...store.get().history, landCover, status: "loading" } });
      try {
        const { items, next } = await api.predictions({ cursor: before.next, landCover });
        if (store.get().history.landCover !== landCover) return;
        store.set({
          history: { items: [...before.items, ...items], next, landCover, status: "ready" },
        });
      } catch (error) {
        const { items, next } = store.get().history;
        store.set({
          history: { items, next, landCover, status: "failed" },
          problem: error,
          retry: () => this.listHistory(),
        });
      }
    },

    /** @param {string} id */
    async remove(id) {
      try {
        await api.remove(id);
        say("delete.done");
        return true;
      } catch (error) {
        store.set({ problem: error, retry: null });
        return false;
      }
    },
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */
