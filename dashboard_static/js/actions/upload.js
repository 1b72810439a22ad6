/** Bring an image: look at a file before it is sent, or follow a link. */

import { hashOfLink, isSource } from "../router.js";
import { checkFile } from "../upload/checks.js";
import { areBands, faultsOf, isScene } from "../upload/faults.js";
import { inOrder } from "../upload/names.js";
import { readPreview } from "../upload/read.js";

/**
 * @import {Draft} from "../scenes/types.js"
 * @import {Preview, Store} from "../state.js"
 * @import {Facts} from "../upload/facts.js"
 */

const HEADER_MS = 10_000;

/**
 * @param {Store} store
 * @param {(file: Blob, name: string, kept?: string) => Promise<void>} submit
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
    propose({ files: [/** @type {File} */ (file)], name, facts, source: null });
  }

  /** @param {Draft} draft */
  function propose(draft) {
    store.set({ scene: draft, problem: null, retry: null });
    location.hash = "#/s/new";
  }

  /**
   * One file of each band, on one grid: a scene, whatever its size.
   *
   * @param {File[]} files
   * @returns {Promise<boolean>} whether they are
   */
  async function chooseBands(files) {
    discard();
    /** @type {{file: File, facts: Facts}[]} */
    const all = [];
    for (const file of inOrder(files)) {
      const signal = AbortSignal.timeout(HEADER_MS);
      await readPreview(file, limits, signal, (facts) => all.push({ file, facts }));
    }
    if (all.length !== files.length || !areBands(all.map(({ facts }) => facts))) return false;
    const [{ file, facts }] = all;
    propose({ files: all.map((each) => each.file), name: file.name, facts, source: null });
    return true;
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
    const name = source.replace(/\?.*/, "").split("/").at(-1) || source; // a query may be a signature
    propose({ files: [], name, facts: null, source });
  }

  return {
    /** The first TIFF of several files, as one image is looked at at a time. @param {File[]} files @param {number} [folders] left out */
    async chooseOne(files, folders = 0) {
      const tiffs = files.filter(({ name }) => /\.tiff?$/i.test(name));
      if (scenes && tiffs.length === limits.bands && (await chooseBands(tiffs))) return;
      const file = tiffs[0] ?? files[0];
      if (file) return choose(file, file.name, files.length - 1 + folders);
    },

    /** @param {string} name */
    refuseFolder(name) {
      const problem = { key: "error.folder", values: { name }, detailKey: "error.folderDetail" };
      store.set({ problem, retry: null });
    },

    discard,

    /** @param {string} [kept] name that the service keeps */
    async submitChosen(kept) {
      const { preview } = store.get();
      if (!preview) return;
      await submit(preview.file, preview.name, kept);
      if (store.get().prediction) discard();
    },

    /** @param {string} text an address of a prediction, of this page or its service */
    follow(text) {
      const hash = hashOfLink(text, [store.get().config.apiUrl, location.href]);
      if (hash) location.hash = hash;
      else if (scenes && isSource(text)) followSource(text.trim());
      else
        store.set({ problem: { key: "error.link", detailKey: "error.linkDetail" }, retry: null });
    },
  };
}
