/** Puts the document into the reader's language as soon as the words are there, ahead of all the rest. */

import { translator } from "./i18n.js";
import { translateDocument } from "./view/texts.js";

const language = /** @type {import("./types.js").Language} */ (document.documentElement.lang);
translateDocument(translator(language));
delete document.documentElement.dataset.words;
