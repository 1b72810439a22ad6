/**
 * What a comparison holds.
 *
 * @import {Place} from "../scene/viewport.js"
 * @import {Caveat, Prediction, Words} from "../types.js"
 *
 * @typedef {object} Change
 * @property {string} key
 * @property {Words} name
 * @property {number} a_ha
 * @property {number} b_ha
 * @property {number} difference_ha
 * @property {number} gained_ha
 * @property {number} lost_ha
 * @property {number} kept_ha
 *
 * @typedef {object} Comparison the service's answer
 * @property {{resampling: "none" | "nearest"}} grid
 * @property {number} common_ha
 * @property {Change[]} classes
 * @property {Caveat[]} warnings
 * @property {Record<"lost" | "gained" | "kept" | "neither", string>} colours
 *
 * @typedef {number | Record<string, number> | undefined} Thresholds one for all classes, or those that differ; each result's own where there are none
 *
 * @typedef {object} Loaded
 * @property {Prediction} a
 * @property {Prediction} b
 * @property {Thresholds} thresholds at which both are drawn
 * @property {Comparison} comparison
 * @property {HTMLCanvasElement[]} sides image and classes of each
 *
 * @typedef {object} Look how a comparison is seen
 * @property {"swipe" | "map"} mode
 * @property {number} at the divider: 0 to 1 from the left of the frame
 * @property {Place | null} place null shows the whole image
 * @property {string} key of the class whose changes are shown
 */

export {};
