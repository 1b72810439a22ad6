/** Bring an image: choose, drop or paste a file, click a sample, follow a link. */

import { byId } from "./dom.js";

/**
 * @import {Actions} from "../actions/index.js"
 * @import {FieldEvent} from "../types.js"
 */

/** @param {Actions} actions */
export function wireBring(actions) {
  byId("file").onchange = (/** @type {FieldEvent} */ { target }) => {
    actions.chooseOne([...(target.files ?? [])]);
    target.value = ""; // the same file can be chosen again
  };
  for (const button of byId("samples").querySelectorAll("button")) {
    button.onclick = () => actions.submitSample(button.value);
  }
  byId("link").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    actions.follow(byId("link-text").value);
  };
  document.addEventListener("paste", ({ clipboardData }) => take(clipboardData, actions));
  wireDrop(actions);
}

/** @param {DataTransfer | null} data @param {Actions} actions */
async function take(data, actions) {
  const entries = [...(data?.items ?? [])].map((item) => item.webkitGetAsEntry?.());
  const folders = entries.filter((entry) => entry?.isDirectory).map((entry) => entry?.name ?? "");
  // A folder is among the files as well, as a file that nobody can read.
  const files = [...(data?.files ?? [])].filter(({ name }) => !folders.includes(name));
  if (!files.length && !folders.length) return;
  await goHome(); // the preview stands on the start
  if (files.length) actions.chooseOne(files, folders.length);
  else actions.refuseFolder(folders[0]);
}

/** @param {Actions} actions */
function wireDrop(actions) {
  let depth = 0; // enter and leave come for every element on the way
  const show = (/** @type {number} */ change) => {
    depth = change ? depth + change : 0;
    byId("release").hidden = depth <= 0;
  };
  const carriesFile = (/** @type {DragEvent} */ event) =>
    event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => carriesFile(event) && show(1));
  document.addEventListener("dragleave", (event) => carriesFile(event) && show(-1));
  document.addEventListener("dragover", (event) => carriesFile(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    show(0);
    take(event.dataTransfer, actions);
  });
}

/** Leave a result, which clears what was reported before. */
async function goHome() {
  if (["", "#/"].includes(location.hash)) return;
  const gone = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
  location.hash = "#/";
  await gone;
}
