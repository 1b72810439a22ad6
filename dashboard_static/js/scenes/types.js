/**
 * The shapes of whole scenes, as the service writes them.
 *
 * @import {Palette} from "../scene/palettes.js"
 * @import {Caveat} from "../types.js"
 * @import {Facts} from "../upload/facts.js"
 *
 * @typedef {"uploading" | "queued" | "processing" | "cancelling" | "done" | "failed" | "cancelled"} SceneState
 * @typedef {{file?: number, number: number, start: number, size: number, url: string, headers: Record<string, string>}} Part
 *
 * @typedef {object} SceneFacts what the plan found
 * @property {number} width
 * @property {number} height
 * @property {string} crs
 * @property {[number, number, number, number]} bounds west, south, east, north
 * @property {[number, number]} pixel_size_m
 * @property {number} area_km2
 * @property {number} [block_px] absent in scenes of older versions, as is `preview_px`
 * @property {number} [preview_px]
 * @property {{cpu_s: number, usd: number, blocks: number}} estimate
 * @property {Caveat[]} warnings
 *
 * @typedef {object} SceneClass
 * @property {string} key
 * @property {number} polygons
 * @property {number} area_m2
 * @property {number} area_ha
 * @property {number} area_percent
 * @property {number | null} mean_score
 *
 * @typedef {object} Scene
 * @property {string} id
 * @property {string} created ISO 8601
 * @property {string} name
 * @property {SceneState} state
 * @property {number} size bytes
 * @property {string | null} source
 * @property {boolean} scores
 * @property {{part_bytes: number, missing: number, parts: Part[]} | null} upload
 * @property {{stage: "blocks" | "seams" | "assembly", blocks_done: number, blocks: number, done?: string[]} | null} progress
 * @property {SceneFacts | null} facts
 * @property {string | null} ended
 * @property {{code: string, detail: string, values: Record<string, unknown>} | null} problem
 * @property {SceneClass[]} classes
 * @property {Record<string, string>} links
 *
 * @typedef {object} Draft a scene that is not ordered yet
 * @property {File[]} files one, or one of each band in their order; none for a source
 * @property {string} name
 * @property {Facts | null} facts
 * @property {string | null} source
 *
 * @typedef {object} Sending an upload of this tab
 * @property {string | null} id null while the file is being read
 * @property {File[]} files
 * @property {"sum" | "send" | "paused"} phase
 * @property {number} bytes read or sent
 * @property {number} speed bytes per second
 *
 * @typedef {object} Found an object on the map
 * @property {string} key of its class
 * @property {string} id
 * @property {number} squareMetres of the whole object
 * @property {number} score 0 to 1
 * @property {number} parts that it consists of
 * @property {number[][][]} rings of the part that was clicked, column and row of each corner
 *
 * @typedef {object} ScenesState what the page knows of scenes at one moment
 * @property {Draft | null} draft
 * @property {boolean} scores whether the draft asks for them
 * @property {Scene | null} scene
 * @property {Sending | null} sending
 * @property {Palette | null} palette null is the language's own
 * @property {ReadonlySet<string>} hidden class keys
 * @property {number} opacity 0 to 1
 * @property {"loading" | "ready" | "failed"} map what is fetched of a finished scene
 * @property {Found | null} found
 * @property {"none" | "looking" | "nothing" | "unknown" | "failed"} note of the last click
 * @property {{items: Scene[], next: string | null}} list
 */
export {};
