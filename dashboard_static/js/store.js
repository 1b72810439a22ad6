/** State and its subscribers; a change is told once a frame, however many there were. */

/**
 * @template {object} State
 * @param {State} initial
 * @param {(work: () => void) => void} [soon] runs the work once, later
 */
export function createStore(initial, soon = requestAnimationFrame) {
  let state = Object.freeze({ ...initial });
  let pending = false;
  /** @type {Set<(state: Readonly<State>) => void>} */
  const subscribers = new Set();

  function tell() {
    pending = false;
    for (const subscriber of subscribers) subscriber(state);
  }

  return {
    get: () => state,

    /** @param {Partial<State>} change */
    set(change) {
      state = Object.freeze({ ...state, ...change });
      if (!pending) soon(tell);
      pending = true;
    },

    /** @param {(state: Readonly<State>) => void} subscriber */
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}
