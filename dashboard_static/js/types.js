/**
 * The shapes that cross module borders, as the service writes them (its GET /openapi.json).
 *
 * @typedef {"en" | "es"} Language
 * @typedef {Record<Language, string>} Words
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Translate text of a key, its blanks filled in
 * @typedef {{code: string | null, label: Words, colour: string}} Nomenclature
 * @typedef {Event & {target: HTMLInputElement}} FieldEvent of an input or a list
 *
 * @typedef {object} LandCover one class of the catalogue
 * @property {number} number 1 to 10
 * @property {string} key
 * @property {Words} name
 * @property {Nomenclature} corine
 * @property {Nomenclature} ideam
 * @property {string} colour_blind_safe `#RRGGBB`
 * @property {string} ds4a `#RRGGBB`, of the older project
 * @property {number} threshold
 * @property {number} least_area_m2 smaller objects are dropped
 *
 * @typedef {object} Config config.json, written by whoever serves the page
 * @property {string} apiUrl
 * @property {string} version
 * @property {Basemap | null} [basemap] what may be shown around an image
 * @property {Words} notice
 * @property {LandCover[]} classes
 * @property {Limits} limits of an upload
 * @property {string[]} bands their English names, in the order of the pixels
 * @property {Export[]} exports
 * @property {string[]} paint_order keys of the classes, the one on top last
 * @property {Record<string, number[][]>} ramps RGB of an index at -1, 0 and 1, by view
 * @property {{max_km2: number} | null} [scenes] whole scenes, where the service takes them
 * @property {SceneRates} scene
 *
 * @typedef {object} SceneRates what is known of scenes before one is sent
 * @property {number} part_bytes of an upload
 * @property {number} block_px side of a block
 * @property {number} cpu_s_per_mpx
 * @property {number} usd_per_mpx
 * @property {number} usd_per_block
 * @property {number} min_gsd_m smaller pixels are resampled to `gsd_m`
 * @property {number} max_gsd_m and larger ones
 * @property {number} gsd_m
 *
 * @typedef {{url: string, attribution: string, max_zoom: number}} Basemap tiles of Web Mercator
 *
 * @typedef {object} Limits bounds are inclusive
 * @property {number} bands
 * @property {number} min_side_px
 * @property {number} max_side_px
 * @property {number} max_bytes
 * @property {string[]} dtypes as numpy names them
 * @property {string[]} compressions as GDAL names them
 * @property {string[]} magic the first four bytes of a file, in hexadecimal digits
 *
 * @typedef {object} Export a file of a prediction
 * @property {string} name
 * @property {"map" | "table" | "picture" | "data"} purpose
 * @property {string} summary in English
 * @property {string[]} follows what of the view it depends on
 *
 * @typedef {object} ClassResult one class of a prediction, as the service counted it
 * @property {string} key
 * @property {Words} name
 * @property {number} polygons
 * @property {number} area_m2
 * @property {number} area_ha
 * @property {number} area_percent of the valid pixels
 * @property {number | null} mean_score 0 to 1
 *
 * @typedef {object} Picture what is known of the image
 * @property {string} sha256 of the file
 * @property {number} width
 * @property {number} height
 * @property {string} dtype
 * @property {string | null} crs
 * @property {number} pixel_area_m2
 * @property {[number, number]} [pixel_size_m] along a row and a column; absent in predictions of older versions
 * @property {number} valid_pixels
 * @property {[number, number][] | null} [corners] longitude and latitude, clockwise from the first pixel's; older predictions lack them
 *
 * @typedef {object} Prediction
 * @property {string} id
 * @property {string | null} [name] what people call it; predictions that this browser kept earlier lack it
 * @property {string | null} [note]
 * @property {string} created ISO 8601
 * @property {"all" | "objects"} saved
 * @property {Picture} image
 * @property {{name: string, version: string, sha256: string}} model
 * @property {Record<string, number>} thresholds by class key
 * @property {ClassResult[]} classes
 * @property {(Caveat | string)[]} warnings sentences alone in predictions of older versions
 * @property {Confidence | null} [confidence] absent or null in predictions of older versions
 *
 * @typedef {object} Correction what a person says of pixels; rings are closed, in pixel corners
 * @property {"right" | "wrong" | "missing"} verdict
 * @property {string} class
 * @property {string | null} [instead] what it is, where it is wrong
 * @property {[number, number][][]} rings
 *
 * @typedef {object} Confidence
 * @property {"high" | "medium" | "low" | "unknown"} level
 * @property {number | null} expected_jaccard
 * @property {Caveat[]} reasons
 *
 * @typedef {object} Caveat
 * @property {string} code
 * @property {Record<string, unknown>} values
 * @property {string} text in English
 *
 * @typedef {object} Problem RFC 9457, and the same as a caveat
 * @property {number} status
 * @property {string} detail in English
 * @property {string} code
 * @property {Record<string, unknown>} values
 *
 * @typedef {object} Measured a class on the test images; low and high bound its IoU, where that is known
 * @property {number} iou
 * @property {number} precision
 * @property {number} recall
 * @property {number | null} [low]
 * @property {number | null} [high]
 *
 * @typedef {Measured | null} Score null where the truth holds none
 * @typedef {{classes: Record<string, Score>, mean_iou: number | null}} Test
 *
 * @typedef {object} Model the model's card
 * @property {string} name
 * @property {string} version
 * @property {string} sha256
 * @property {string} trained_on
 * @property {boolean} [calibrated] whether a score is a probability
 * @property {Record<string, number>} thresholds by class key
 * @property {Test & {split: string, source: string, others: Record<string, Test>}} scores
 * @property {Partial<Test> & {terrains?: number}} [out_of_fold] on terrain that the judged networks never saw
 * @property {string[]} [surest] classes of which the thresholds show only the surest pixels
 *
 * @typedef {{items: Prediction[], next: string | null}} Page
 *
 * @typedef {object} Count one class as this page counts it, at the thresholds now set
 * @property {string} key
 * @property {number} objects
 * @property {number} squareMetres
 * @property {number} hectares
 * @property {number} percent of the valid pixels
 * @property {number | null} score mean, 0 to 1
 */
export {};
