/** Everything that the page knows at one moment. */

import { defaultLook } from "./router.js";

/**
 * @import {Layer} from "./scene/layers.js"
 * @import {Selection} from "./scene/objects.js"
 * @import {Palette} from "./scene/palettes.js"
 * @import {Place} from "./scene/viewport.js"
 * @import {createStore} from "./store.js"
 * @import {Draft} from "./scenes/types.js"
 * @import {Config, Correction, Count, Language, Model, Prediction} from "./types.js"
 * @import {Facts} from "./upload/facts.js"
 * @import {Fault} from "./upload/faults.js"
 */

/**
 * @typedef {object} State
 * @property {Config} config
 * @property {Language} language
 * @property {any} problem what went wrong last: an Error, or the key of its words
 * @property {(() => void) | null} retry
 * @property {string} said what a screen reader is told, as a key of the words
 * @property {Record<string, string | number>} saidValues
 * @property {Activity | null} activity
 * @property {Preview | null} preview of a file that is not sent yet
 * @property {{id: string} | Draft | null} scene a whole scene that is shown, or about to be ordered
 * @property {Prediction | null} prediction
 * @property {Comparison | null} comparison
 * @property {boolean} basemap whether the map around the image is on
 * @property {Label} label of the prediction, which may change while it is shown
 * @property {boolean} readonly whether the address asks for a view without deleting and editing
 * @property {Picking | null} picking what another result is chosen for, to be compared with
 * @property {boolean} offline whether the prediction comes from what this browser kept
 * @property {ImageBitmap | null} base
 * @property {string} view
 * @property {string} baseView what `base` shows; another one than `view` while that is on its way
 * @property {Uint8Array | null} scores
 * @property {Record<string, number>} thresholds
 * @property {Map<string, Layer>} layers by class key
 * @property {Count[]} counts in the catalogue's order
 * @property {boolean} moved whether thresholds differ from the prediction's
 * @property {Palette} palette
 * @property {ReadonlySet<string>} hidden class keys
 * @property {"both" | "fill" | "outline"} style
 * @property {number} opacity 0 to 1
 * @property {boolean} perClass whether each class shows its own threshold
 * @property {number | null} swipe 0 to 1 from the left of the frame
 * @property {Place | null} place null shows the whole image
 * @property {Selection | null} selection
 * @property {Correction[]} corrections that people made
 * @property {string} correctionsTag of the version that was read
 * @property {Uint8Array | null} corrected the scores with the corrections; null where there are none
 * @property {[number, number][] | null} sketch corners of what is being drawn
 * @property {boolean} saving whether corrections are on their way
 * @property {{key: string, on: "list" | "map"} | null} pointed the class under the pointer, and where it is
 * @property {Model | null} model the service's description of it, null until it has been fetched
 * @property {"squareMetres" | "hectares" | "percent"} unit
 * @property {{by: string, descending: boolean}} sort
 * @property {History} history
 *
 * @typedef {object} Comparison two results that are compared
 * @property {string} a id
 * @property {string} b id
 * @property {number | Record<string, number>} [thresholds] at which both are drawn; else each at its own
 *
 * @typedef {Prediction & {drawnAt?: Comparison["thresholds"]}} Picking with the thresholds that a reader moved
 *
 * @typedef {object} Activity what the page is busy with
 * @property {string | null} name of the image that is sent; null while an earlier prediction is opened
 * @property {string} stage
 * @property {number | null} share 0 to 1 where it is known
 *
 * @typedef {object} Preview
 * @property {Blob} file
 * @property {string} name
 * @property {number} others files that came with it and are left out
 * @property {Facts | null} facts null until known, or where it cannot be read
 * @property {Fault[]} faults for which the service would refuse it
 * @property {ImageBitmap | null} picture
 * @property {boolean} reading
 *
 * @typedef {object} History
 * @property {Prediction[]} items
 * @property {string | null} next
 * @property {Filter} filter
 * @property {"loading" | "ready" | "failed" | "offline"} status
 *
 * @typedef {{name?: string | null, note?: string | null}} Label
 *
 * @typedef {object} Filter what is asked for; empty is anything
 * @property {string} words of names and notes
 * @property {string} landCover class key
 * @property {string} since first day, `2026-11-24`
 * @property {string} until last day
 *
 * @typedef {ReturnType<typeof createStore<State>>} Store
 */

/**
 * @param {Config} config
 * @param {Language} language
 * @returns {State}
 */
export function firstState(config, language) {
  return {
    config,
    language,
    problem: null,
    retry: null,
    said: "",
    saidValues: {},
    preview: null,
    scene: null,
    ...NOTHING_SHOWN,
    ...defaultLook(language),
    thresholds: {},
    moved: false,
    perClass: false,
    model: null,
    picking: null,
    comparison: null,
    basemap: false, // nobody else learns the place until a reader asks
    sort: { by: "number", descending: false },
    history: {
      items: [],
      next: null,
      filter: { words: "", landCover: "", since: "", until: "" },
      status: "loading",
    },
  };
}

/** What a page without a prediction holds. */
export const NOTHING_SHOWN = {
  activity: null,
  prediction: null,
  label: {},
  offline: false,
  base: null,
  baseView: "",
  scores: null,
  layers: new Map(),
  counts: [],
  selection: null,
  pointed: null,
  corrections: [],
  correctionsTag: "",
  corrected: null,
  sketch: null,
  saving: false,
};
