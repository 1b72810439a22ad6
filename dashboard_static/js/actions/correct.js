/** Correct a result: judge an object, or draw a missing one. Each step is kept at once. */

import { MAX_CORRECTIONS, MAX_POINTS, ringsOf, withCorrections } from "../scene/corrections.js";

/**
 * @import {Api} from "../service/api.js"
 * @import {Store} from "../state.js"
 * @import {Correction} from "../types.js"
 */

const MIN_CORNERS = 3;
const CLOSER = 2; // so that the arrow keys move the image under the cross

/** @param {Store} store @param {Api} api */
export function createCorrectActions(store, api) {
  /** Show them, keep them; where the service refuses, show what it has. @param {Correction[]} corrections @returns {Promise<void>} */
  async function keep(corrections) {
    const { prediction, correctionsTag } = store.get();
    if (!prediction) return;
    if (!correctionsTag) return keepBeside(corrections);
    const points = corrections
      .flatMap(({ rings }) => rings)
      .reduce((n, ring) => n + ring.length, 0);
    if (points > MAX_POINTS || corrections.length > MAX_CORRECTIONS) {
      return store.set({ problem: { key: "correct.tooMany" }, retry: null });
    }
    store.set({ ...withCorrections(store.get(), corrections), saving: true, problem: null });
    try {
      const { tag } = await api.saveCorrections(prediction.id, corrections, correctionsTag);
      if (store.get().prediction === prediction)
        store.set({ correctionsTag: tag, said: "correct.saved", saidValues: {} });
    } catch (problem) {
      store.set({ problem, retry: null });
      await reload();
    } finally {
      store.set({ saving: false });
    }
  }

  /** Of a new result nobody has asked yet; meanwhile another browser may have corrected it too. @param {Correction[]} corrections @returns {Promise<void>} */
  async function keepBeside(corrections) {
    const { prediction } = store.get();
    store.set({ saving: true });
    await reload();
    store.set({ saving: false });
    const { prediction: now, corrections: before, correctionsTag } = store.get();
    if (now !== prediction) return;
    if (correctionsTag) return keep([...before, ...corrections]);
    store.set({ problem: { key: "error.offline" }, retry: null });
  }

  async function reload() {
    const { prediction } = store.get();
    if (!prediction) return;
    const kept = await api.corrections(prediction.id).catch(() => null);
    if (!kept || store.get().prediction !== prediction) return;
    const { tag, corrections } = kept;
    store.set({ ...withCorrections(store.get(), corrections), correctionsTag: tag });
  }

  return {
    /** @param {"right" | "wrong"} verdict @param {string} [instead] of the selected object */
    judge(verdict, instead) {
      const { selection, layers, prediction, corrections, saving } = store.get();
      const layer = selection && layers.get(selection.key);
      if (!selection || !layer || !prediction || saving) return;
      const rings = ringsOf(layer, prediction.image.width, selection.label);
      return keep([...corrections, { verdict, class: selection.key, instead, rings }]);
    },

    /** @param {number} index of a correction */
    takeBack: (index) => {
      const { corrections, saving } = store.get();
      if (!saving) return keep(corrections.filter((_, at) => at !== index));
    },

    startSketch() {
      const { prediction, place } = store.get();
      if (!prediction) return;
      const { width, height } = prediction.image;
      const closer = place ?? { scale: CLOSER, x: width / 2, y: height / 2 };
      store.set({ sketch: [], selection: null, place: closer });
    },

    dropCorner: () => store.set({ sketch: store.get().sketch?.slice(0, -1) ?? null }),

    cancelSketch: () => store.set({ sketch: null }),

    /** @param {string} key of the class that was drawn */
    finishSketch(key) {
      const { sketch, corrections, saving } = store.get();
      if (!sketch || sketch.length < MIN_CORNERS || saving) return;
      store.set({ sketch: null });
      const rings = [[...sketch, sketch[0]]];
      return keep([...corrections, { verdict: "missing", class: key, rings }]);
    },
  };
}

/** @typedef {ReturnType<typeof createCorrectActions>} CorrectActions */
