/** Bring an image: look at a file before it is sent, or follow a link. */

import { hashOfLink } from "../router.js";
import { checkFile } from "../upload/checks.js";
import { faultsOf } from "../upload/faults.js";
import { readPreview } from "../upload/read.js";

/** @import {Preview, Store} from "../state.js" */

/**
 * @param {Store} store
 * @param {(file: Blob, name: string) => Promise<void>} submit
 */
export function createBringActions(store, submit) {
  const { limits } = store.get().config;
  let reading = new AbortController();

  /** @param {Partial<Preview>} change */
  function update(change) {
    const { preview } = store.get();
    if (preview) store.set({ preview: { ...preview, ...change } });
  }

  function discard() {
    reading.abort();
    store.get().preview?.picture?.close();
    store.set({ preview: null });
  }

  /** @param {Blob} file @param {string} name @param {number} others files that came with it */
  async function choose(file, name, others) {
    discard();
    reading = new AbortController();
    const { signal } = reading;
    try {
      await checkFile(file, name, limits);
    } catch (problem) {
      return store.set({ problem, retry: null });
    }
    const preview = { file, name, others, facts: null, faults: [], picture: null, reading: true };
    store.set({ preview, problem: null, retry: null });
    const picture = await readPreview(file, limits, signal, (facts) =>
      update({ facts, faults: faultsOf(facts, limits) }),
    );
    if (signal.aborted) picture?.close();
    else update({ picture, reading: false });
  }

  return {
    /** The first TIFF of several files, as one image is looked at at a time. @param {File[]} files @param {number} [folders] left out */
    chooseOne(files, folders = 0) {
      const file = files.find(({ name }) => /\.tiff?$/i.test(name)) ?? files[0];
      if (file) return choose(file, file.name, files.length - 1 + folders);
    },

    /** @param {string} name */
    refuseFolder(name) {
      const problem = { key: "error.folder", values: { name }, detailKey: "error.folderDetail" };
      store.set({ problem, retry: null });
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
