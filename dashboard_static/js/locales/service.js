/**
 * What the service says in English, in Spanish. A sentence that is not here is shown as it came,
 * marked as English.
 */

/** @type {[RegExp, string][]} */
const SPANISH = [
  [
    /^Constant band\(s\), which tell the model nothing: (.+)\.$/,
    "Bandas constantes, que no dicen nada al modelo: $1.",
  ],
  [
    /^The image has no CRS: coordinates are pixels, and areas assume (\S+) m pixels\.$/,
    "La imagen no tiene CRS: las coordenadas son píxeles y las áreas suponen píxeles de $1 m.",
  ],
  [
    /^The pixels are (\S+) m wide; the model was trained at (\S+) m\.$/,
    "Los píxeles miden $1 m; el modelo se entrenó con $2 m.",
  ],
  [
    /^Values are (\S+) from (\S+) to (\S+), not 11-bit counts: .*$/,
    "Los valores son $1 de $2 a $3, no cuentas de 11 bits: se toman como las mismas cuentas en otra escala lineal.",
  ],
  [
    /^Radiometry unlike the training data in: (.+)\. Check the band order\.$/,
    "Radiometría distinta de los datos de entrenamiento en: $1. Revise el orden de las bandas.",
  ],
  [/^The upload has 0 bytes; .*$/, "El archivo tiene 0 bytes; envíe un TIFF de 8 bandas."],
  [
    /^The upload starts with (.+); a TIFF is needed\.$/,
    "El archivo empieza con $1; se necesita un TIFF.",
  ],
  [/^The TIFF cannot be decoded: (.+)$/, "El TIFF no se puede decodificar: $1"],
  [
    /^The image has (\d+) band\(s\) on (\d+) page\(s\); (\d+) bands are needed: .*$/,
    "La imagen tiene $1 bandas en $2 páginas; se necesitan $3.",
  ],
  [/^The pages differ in size or data type\.$/, "Las páginas difieren en tamaño o tipo de datos."],
  [
    /^The image is (\d+ x \d+) px in blocks of .*; the limit is (\d+ x \d+) px\.$/,
    "La imagen mide $1 px; el límite es $2 px.",
  ],
  [
    /^The image is (\d+ x \d+) px; the least is (\d+ x \d+) px\.$/,
    "La imagen mide $1 px; el mínimo es $2 px.",
  ],
  [/^The data type is (\S+); accepted are (.+)\.$/, "El tipo de datos es $1; se aceptan $2."],
  [/^The compression is (\S+); accepted are (.+)\.$/, "La compresión es $1; se aceptan $2."],
  [
    /^All (\d+) pixels are nodata; .*$/,
    "Los $1 píxeles son «nodata»; se necesita al menos uno válido.",
  ],
];

/**
 * @param {string} sentence
 * @param {import("../types.js").Language} language
 * @returns {{text: string, language: import("../types.js").Language}}
 */
export function translate(sentence, language) {
  const rule = SPANISH.find(([pattern]) => pattern.test(sentence));
  if (language === "en" || !rule) return { text: sentence, language: "en" };
  const text = sentence.replace(rule[0], rule[1]).replace(/(\d)\.(\d)/g, "$1,$2");
  return { text, language };
}
