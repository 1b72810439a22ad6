/** Does one thing at a time: the next one stops the last. */

import { mayPass } from "../service/transport.js";

/** @import {Store} from "../state.js" */

/** @param {Store} store */
export function createRunner(store) {
  let running = new AbortController();

  /**
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
      const again = mayPass(problem) || problem.key === "error.sample";
      const retry = again ? () => run(name, work) : null;
      if (!signal.aborted) store.set({ problem, retry });
    } finally {
      if (!signal.aborted) store.set({ activity: null });
    }
  }

  return {
    run,
    stop: () => running.abort(),

    /** @param {string} stage @param {number | null} [share] */
    advance(stage, share = null) {
      const { activity } = store.get();
      if (activity) store.set({ activity: { ...activity, stage, share } });
    },
  };
}

/** @typedef {ReturnType<typeof createRunner>} Runner */
