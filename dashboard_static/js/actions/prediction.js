/** Make a prediction, or open an earlier one. */

import { NOTHING_SHOWN } from "../state.js";
import { rememberName } from "../storage/preferences.js";
import { tellOtherTabs } from "../storage/tabs.js";
import { checkFile } from "../upload/checks.js";
import { sampleName } from "../upload/names.js";
import { createRunner } from "./runner.js";
import { createShow } from "./show.js";

/**
 * @import {Look} from "../router.js"
 * @import {Api} from "../service/api.js"
 * @import {Store} from "../state.js"
 */

/** @param {Store} store @param {Api} api */
export function createPredictionActions(store, api) {
  const runner = createRunner(store);
  const { show, showKept } = createShow(store, api, runner);
  const { run, stop, advance } = runner;

  /** @param {Blob} file @param {string} name @param {AbortSignal} signal @param {string} [kept] name that the service keeps */
  async function send(file, name, signal, kept) {
    await checkFile(file, name, store.get().config.limits);
    advance("send", 0);
    const onProgress = (/** @type {number} */ share) =>
      share < 1 ? advance("send", share) : advance("segment");
    let isNew = false;
    const onCreated = () => {
      isNew = true;
    };
    const prediction = await api.predict(file, { onProgress, signal, onCreated, name: kept });
    rememberName(prediction.id, name);
    tellOtherTabs();
    await show(prediction, signal, { hidden: new Set() }, isNew);
  }

  return {
    /** @param {Blob} file @param {string} name @param {string} [kept] */
    submit: (file, name, kept) => run(name, (signal) => send(file, name, signal, kept)),

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
      stop();
      store.get().base?.close();
      store.set({ ...NOTHING_SHOWN, problem: null, retry: null });
    },

    cancel() {
      stop();
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
