/** Fetch what belongs to a prediction, and show it. */

import { plotly } from "../../vendor/plotly.js";
import { VIEWS } from "../router.js";
import { recount } from "../scene/recount.js";
import { bitmapOf } from "../service/api.js";
import { recallToken } from "../service/token.js";
import { NOTHING_SHOWN } from "../state.js";
import { keepRecent, recallRecent } from "../storage/offline.js";
import { existing, spread } from "./display.js";

/**
 * @import {Look} from "../router.js"
 * @import {Api} from "../service/api.js"
 * @import {Store} from "../state.js"
 * @import {Kept} from "../storage/offline.js"
 * @import {Prediction} from "../types.js"
 * @import {Runner} from "./runner.js"
 *
 * @typedef {Partial<Look> & {offline?: boolean}} Seen how a prediction is to be seen
 */

/** @param {Store} store @param {Api} api @param {Runner} runner */
export function createShow(store, api, { advance }) {
  /** @param {Prediction} prediction @param {AbortSignal} signal @param {Seen} seen @param {boolean} [isNew] nobody can have corrected it */
  async function show(prediction, signal, seen, isNew = false) {
    advance("fetch");
    startPlotly();
    const { width, height } = prediction.image;
    const { config, view: current } = store.get();
    const view = seen.view ?? current;
    const [scores, picture] = await Promise.all([
      api.scores(prediction.id, config.classes.length * width * height, signal),
      api.image(prediction.id, view, signal),
    ]);
    await draw({ prediction, scores, picture }, signal, { ...seen, view });
    if (!isNew) learnCorrections(store, api, prediction).catch(console.info);
    if (!recallToken() && view === VIEWS[0])
      keepRecent({ prediction, scores, picture }).catch(console.info);
  }

  /** @param {Kept} kept @param {AbortSignal} signal @param {Seen} seen */
  async function draw({ prediction, scores, picture }, signal, seen) {
    const base = await bitmapOf(picture);
    if (signal.aborted) return base.close();
    advance("draw");
    store.get().base?.close();
    const { thresholds, selection = null, ...look } = seen;
    const baseView = seen.view ?? VIEWS[0];
    const label = { name: prediction.name, note: prediction.note };
    const shown = { prediction, label, scores, base, baseView, ...look };
    store.set({ ...NOTHING_SHOWN, swipe: null, place: null, ...shown });
    const spreadOut = spread(thresholds, store.get());
    store.set(recount(store.get(), { ...prediction.thresholds, ...spreadOut }));
    store.set({ selection: existing(selection, store.get()) });
    announce(store);
    learnModel(store, api);
  }

  return {
    show,

    /**
     * Open what this browser kept, where the service does not answer.
     *
     * @param {string} id
     * @param {AbortSignal} signal
     * @param {Seen} seen
     * @param {any} problem why it is asked for
     */
    async showKept(id, signal, seen, problem) {
      const kept = problem.kind === "offline" ? await recallRecent(id) : null;
      if (!kept) throw problem;
      startPlotly();
      await draw(kept, signal, { ...seen, view: VIEWS[0], offline: true });
    },
  };
}

/** Fetched ahead; whoever draws it reports a failure. */
function startPlotly() {
  plotly().catch(() => {});
}

/** @param {Store} store */
function announce(store) {
  const found = store.get().counts.filter(({ objects }) => objects);
  const objects = found.reduce((sum, count) => sum + count.objects, 0);
  store.set({ said: "result.announce", saidValues: { objects, classes: found.length } });
}

/** How far its classes can be trusted; without it, a column of the table stays empty. @param {Store} store @param {Api} api */
async function learnModel(store, api) {
  if (!store.get().model) store.set({ model: await api.model().catch(() => null) });
}

/** What people said of its objects; the totals follow. @param {Store} store @param {Api} api @param {Prediction} prediction */
async function learnCorrections(store, api, prediction) {
  const { tag, corrections } = await api.corrections(prediction.id);
  if (store.get().prediction !== prediction) return;
  store.set({ correctionsTag: tag });
  if (!corrections.length) return;
  const { withCorrections } = await import("../scene/corrections.js");
  if (store.get().prediction === prediction && !store.get().corrections.length)
    store.set(withCorrections(store.get(), corrections));
}
