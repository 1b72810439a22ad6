/** Bring an image: look at a file before it is sent, or follow a link. */

import { hashOfLink, isSource } from "../router.js";
import { checkFile } from "../upload/checks.js";
import { faultsOf, isScene } from "../upload/faults.js";
import { readPreview } from "../upload/read.js";

/**
 * @import {Preview, Store} from "../state.js"
 * @import {Facts} from "../upload/facts.js"
 */

/**
 * @param {Store} store
 * @param {(file: Blob, name: string) => Promise<void>} submit
 */
export function createBringActions(store, submit) {
  const { limits, scenes } = store.get().config;
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

  /** @param {Blob} file @param {string} name @param {Facts} facts */
  function show(file, name, facts) {
    const faults = faultsOf(facts, limits);
    if (!scenes || !isScene(facts, faults)) return update({ facts, faults });
    discard();
    store.set({ scene: { file: /** @type {File} */ (file), name, facts, source: null } });
    location.hash = "#/s/new";
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
    const picture = await readPreview(file, limits, signal, (facts) => show(file, name, facts));
    if (signal.aborted) picture?.close();
    else update({ picture, reading: false });
  }

  /** @param {string} source a scene that lies elsewhere */
  function followSource(source) {
    const name = source.split("/").at(-1) || source;
    store.set({ scene: { file: null, name, facts: null, source }, problem: null, retry: null });
    location.hash = "#/s/new";
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
      if (scenes && isSource(text)) return followSource(text.trim());
      const hash = hashOfLink(text, [store.get().config.apiUrl, location.href]);
      if (hash) location.hash = hash;
      else
        store.set({ problem: { key: "error.link", detailKey: "error.linkDetail" }, retry: null });
    },
  };
}
