/** Make a prediction, or open an earlier one. */

import { plotly } from "../../vendor/plotly.js";
import { VIEWS } from "../router.js";
import { recount } from "../scene/recount.js";
import { bitmapOf } from "../service/api.js";
import { recallToken } from "../service/token.js";
import { mayPass } from "../service/transport.js";
import { NOTHING_SHOWN } from "../state.js";
import { keepRecent, recallRecent } from "../storage/offline.js";
import { rememberName } from "../storage/preferences.js";
import { tellOtherTabs } from "../storage/tabs.js";
import { checkFile } from "../upload/checks.js";
import { sampleName } from "../upload/names.js";
import { existing, spread } from "./display.js";

/**
 * @import {Look} from "../router.js"
 * @import {Api} from "../service/api.js"
 * @import {Store} from "../state.js"
 * @import {Kept} from "../storage/offline.js"
 * @import {Prediction} from "../types.js"
 */

/** @param {Store} store @param {Api} api */
export function createPredictionActions(store, api) {
  let running = new AbortController();

  /**
   * Do one thing at a time: the next one stops the last.
   *
   * @param {string | null} name of the image that is sent
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  async function run(name, work) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    store.set({ problem: null, retry: null, activity: { name, stage: "read", share: null } });
    try {
      await work(signal);
    } catch (/** @type {any} */ problem) {
      const retry =
        mayPass(problem) || problem.key === "error.sample" ? () => run(name, work) : null;
      if (!signal.aborted) store.set({ problem, retry });
    } finally {
      if (!signal.aborted) store.set({ activity: null });
    }
  }

  /** @param {string} stage @param {number | null} [share] */
  function advance(stage, share = null) {
    const { activity } = store.get();
    if (activity) store.set({ activity: { ...activity, stage, share } });
  }

  /** @param {Blob} file @param {string} name @param {AbortSignal} signal */
  async function send(file, name, signal) {
    await checkFile(file, name, store.get().config.limits);
    advance("send", 0);
    const onProgress = (/** @type {number} */ share) =>
      share < 1 ? advance("send", share) : advance("segment");
    const prediction = await api.predict(file, { onProgress, signal });
    rememberName(prediction.id, name);
    tellOtherTabs();
    await show(prediction, signal, { hidden: new Set() });
  }

  /**
   * @param {Prediction} prediction
   * @param {AbortSignal} signal
   * @param {Partial<Look>} seen how it is to be seen
   */
  async function show(prediction, signal, seen) {
    advance("fetch");
    plotly().catch(() => {}); // it is on its way now; where it draws, its absence is told
    const { width, height } = prediction.image;
    const { config, view: current } = store.get();
    const view = seen.view ?? current;
    const [scores, picture] = await Promise.all([
      api.scores(prediction.id, config.classes.length * width * height, signal),
      api.image(prediction.id, view, signal),
    ]);
    await draw({ prediction, scores, picture }, signal, { ...seen, view });
    if (!recallToken() && view === VIEWS[0])
      keepRecent({ prediction, scores, picture }).catch(console.info);
  }

  /**
   * @param {Kept} kept
   * @param {AbortSignal} signal
   * @param {Partial<Look> & {offline?: boolean}} seen
   */
  async function draw({ prediction, scores, picture }, signal, seen) {
    const base = await bitmapOf(picture);
    if (signal.aborted) return base.close();
    advance("draw");
    store.get().base?.close();
    const { thresholds, selection = null, ...look } = seen;
    store.set({ ...NOTHING_SHOWN, swipe: null, place: null, prediction, scores, base, ...look });
    const spreadOut = spread(thresholds, store.get());
    store.set(recount(store.get(), { ...prediction.thresholds, ...spreadOut }));
    store.set({ selection: existing(selection, store.get()) });
    announce();
    learnModel();
  }

  /** How far its classes can be trusted; without it, the table lacks a column's words and nothing else. */
  async function learnModel() {
    if (!store.get().model) store.set({ model: await api.model().catch(() => null) });
  }

  /**
   * Open what this browser kept, where the service does not answer.
   *
   * @param {string} id
   * @param {AbortSignal} signal
   * @param {Partial<Look> & {offline?: boolean}} seen
   * @param {any} problem why it is asked for
   */
  async function showKept(id, signal, seen, problem) {
    const kept = problem.kind === "offline" ? await recallRecent(id) : null;
    if (!kept) throw problem;
    plotly().catch(() => {});
    await draw(kept, signal, { ...seen, view: VIEWS[0], offline: true });
  }

  function announce() {
    const found = store.get().counts.filter(({ objects }) => objects);
    const objects = found.reduce((sum, count) => sum + count.objects, 0);
    store.set({ said: "result.announce", saidValues: { objects, classes: found.length } });
  }

  return {
    /** @param {Blob} file @param {string} name */
    submit: (file, name) => run(name, (signal) => send(file, name, signal)),

    /** @param {string} sample */
    submitSample(sample) {
      const name = sampleName(sample);
      return run(name, async (signal) => send(await fetchSample(sample, signal), name, signal));
    },

    /** @param {string} id @param {Look} seen */
    open: (id, seen) =>
      run(null, async (signal) => {
        advance("fetch");
        try {
          await show(await api.prediction(id, signal), signal, seen);
        } catch (problem) {
          await showKept(id, signal, seen, problem);
        }
      }),

    leave() {
      running.abort();
      store.get().base?.close();
      store.set({ ...NOTHING_SHOWN, problem: null, retry: null });
    },

    cancel() {
      running.abort();
      store.set({ activity: null, said: "activity.cancelled", saidValues: {} });
    },
  };
}

/** @param {string} sample @param {AbortSignal} signal @returns {Promise<Blob>} */
async function fetchSample(sample, signal) {
  const response = await fetch(`samples/${sample}.tif`, { signal }).catch(() => null);
  if (response?.ok) return response.blob();
  throw { key: "error.sample" }; // told by its words
}
