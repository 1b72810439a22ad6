/** Bring an image: choose, drop or paste a file, click a sample, follow a link. */

import { byId } from "./dom.js";

/** @param {import("../actions.js").Actions} actions */
export function wireBring(actions) {
  const take = (/** @type {File | undefined} */ file) => file && actions.choose(file, file.name);
  byId("file").onchange = (/** @type {any} */ { target }) => {
    take(target.files[0]);
    target.value = ""; // the same file can be chosen again
  };
  for (const button of byId("samples").querySelectorAll("button")) {
    button.onclick = () => actions.submitSample(button.value);
  }
  byId("link").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    actions.follow(byId("link-text").value);
  };
  document.addEventListener("paste", ({ clipboardData }) => take(clipboardData?.files[0]));
  wireDrop(take);
}

/** @param {(file: File | undefined) => void} take */
function wireDrop(take) {
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
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    show(0);
    location.hash = "#/"; // the preview stands on the start
    take(file);
  });
}
