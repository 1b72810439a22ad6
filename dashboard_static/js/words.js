/** Puts the document into the reader's language as soon as the words are there, ahead of all the rest. */

import { translator } from "./i18n/i18n.js";
import { translateDocument } from "./view/texts.js";

/** @import {Language} from "./types.js" */

const language = /** @type {Language} */ (document.documentElement.lang);
translateDocument(translator(language));
delete document.documentElement.dataset.words;
