/** Bring an image: look at a file before it is sent, or follow a link. */

import { checkFile } from "../checks.js";
import { hashOfLink } from "../links.js";
import { faultsOf } from "../preview/faults.js";
import { readPreview } from "../preview/read.js";

/**
 * @param {import("../state.js").Store} store
 * @param {(file: Blob, name: string) => Promise<void>} submit
 */
export function createBringActions(store, submit) {
  let reading = new AbortController();

  /** @param {Partial<import("../state.js").Preview>} change */
  function update(change) {
    const { preview } = store.get();
    if (preview) store.set({ preview: { ...preview, ...change } });
  }

  function discard() {
    reading.abort();
    store.get().preview?.picture?.close();
    store.set({ preview: null });
  }

  return {
    /** @param {Blob} file @param {string} name */
    async choose(file, name) {
      discard();
      reading = new AbortController();
      const { signal } = reading;
      try {
        await checkFile(file, name);
      } catch (problem) {
        return store.set({ problem, retry: null });
      }
      const preview = { file, name, facts: null, faults: [], picture: null, reading: true };
      store.set({ preview, problem: null, retry: null });
      const picture = await readPreview(file, signal, (facts) =>
        update({ facts, faults: faultsOf(facts) }),
      );
      if (signal.aborted) picture?.close();
      else update({ picture, reading: false });
    },

    discard,

    async submitChosen() {
      const { preview } = store.get();
      if (!preview) return;
      await submit(preview.file, preview.name);
      if (store.get().prediction) discard();
    },

    /** @param {string} text an address of a prediction, of this page or its service */
    follow(text) {
      const hash = hashOfLink(text, [store.get().config.apiUrl, location.href]);
      if (hash) location.hash = hash;
      else
        store.set({ problem: { key: "error.link", detailKey: "error.linkDetail" }, retry: null });
    },
  };
}
