/** The elements of a scene's page; the words come with the first drawing. */

import { element } from "../../view/dom.js";

/** @param {string} tag @param {Record<string, any>} properties @param {...any} children */
const make = (tag, properties, ...children) => element(tag, properties, ...children);

export function sceneSkeleton() {
  return make(
    "section",
    { id: "scene", hidden: true },
    head(),
    card(),
    workspace(),
    files(),
    facts(),
    dialog(),
  );
}

function head() {
  return make(
    "div",
    { class: "head" },
    make(
      "div",
      {},
      make("h1", { id: "scene-title", tabIndex: -1 }),
      make("p", { class: "muted", id: "scene-state", role: "status" }),
    ),
    make(
      "div",
      { class: "actions" },
      make("button", { type: "button", class: "button", id: "scene-share" }),
      make("button", { type: "button", class: "button", id: "scene-remove" }),
      make("a", { class: "button primary", id: "scene-new", href: "#/" }),
    ),
  );
}

function card() {
  return make(
    "section",
    { class: "surface scene-card", id: "scene-card", hidden: true },
    make("div", { id: "scene-draft" }),
    make("div", { id: "scene-progress", hidden: true }),
  );
}

function workspace() {
  return make("div", { class: "workspace", id: "scene-work", hidden: true }, map(), panel());
}

function map() {
  return make(
    "section",
    { class: "map", id: "scene-map" },
    make(
      "div",
      { class: "map-tools" },
      make("p", { class: "muted small", id: "scene-making", role: "status" }),
      make(
        "div",
        { class: "map-buttons" },
        ...[
          ["scene-out", "−"],
          ["scene-in", "+"],
          ["scene-fit", "⤢"],
        ].map(([id, sign]) => make("button", { type: "button", class: "button icon", id }, sign)),
      ),
    ),
    make(
      "div",
      {
        class: "frame scene-frame",
        id: "scene-frame",
        role: "application",
        tabIndex: 0,
        "aria-describedby": "scene-help",
      },
      make("canvas", { id: "scene-canvas", width: 1, height: 1 }),
      make(
        "div",
        { class: "scale", id: "scene-scale", "aria-hidden": "true", hidden: true },
        make("span", {}),
      ),
      make("p", { class: "hint", id: "scene-wheel", "aria-hidden": "true" }),
    ),
    make("p", { id: "scene-help", class: "hidden-visually" }),
    make(
      "div",
      { class: "notice small" },
      make("strong", { id: "scene-found", role: "status" }),
      make("span", { class: "muted", id: "scene-pointer" }),
    ),
  );
}

function panel() {
  return make(
    "section",
    { class: "panel", id: "scene-panel", "aria-labelledby": "scene-classes" },
    make(
      "div",
      { class: "panel-head" },
      make("h2", { id: "scene-classes" }),
      make(
        "div",
        { class: "panel-head-end" },
        make("button", { type: "button", class: "quiet small", id: "scene-all" }),
        make("button", { type: "button", class: "quiet small", id: "scene-none" }),
      ),
    ),
    make(
      "div",
      { class: "controls" },
      make(
        "div",
        { class: "control" },
        make("label", { htmlFor: "scene-opacity", id: "scene-opacity-label" }),
        make("input", { type: "range", id: "scene-opacity", min: "0", max: "1", step: "0.05" }),
        make("output", { id: "scene-opacity-value", htmlFor: "scene-opacity" }),
      ),
      make(
        "div",
        { class: "control" },
        make("label", { htmlFor: "scene-palette", id: "scene-palette-label" }),
        make("select", { id: "scene-palette" }),
      ),
    ),
    make(
      "div",
      { class: "table-box", tabIndex: 0, role: "group", "aria-labelledby": "scene-classes" },
      make("table", { id: "scene-table" }),
    ),
    make("p", { class: "panel-foot muted small", id: "scene-percent-note" }),
  );
}

function files() {
  return make(
    "section",
    {
      class: "files",
      id: "scene-files-section",
      "aria-labelledby": "scene-files-title",
      hidden: true,
    },
    make("h2", { id: "scene-files-title" }),
    make("ul", { class: "file-list", id: "scene-files" }),
  );
}

function facts() {
  return make(
    "section",
    { class: "about-image", id: "scene-about", "aria-labelledby": "scene-facts-title" },
    make("h2", { id: "scene-facts-title" }),
    make("dl", { class: "facts", id: "scene-facts" }),
    make("ul", { class: "small", id: "scene-warnings" }),
  );
}

function dialog() {
  return make(
    "dialog",
    { id: "scene-confirm", "aria-labelledby": "scene-confirm-title" },
    make("h2", { id: "scene-confirm-title" }),
    make("p", { id: "scene-confirm-text" }),
    make(
      "div",
      { class: "actions" },
      make("button", { type: "button", class: "button", id: "scene-confirm-keep" }),
      make("button", { type: "button", class: "button danger", id: "scene-confirm-yes" }),
    ),
  );
}
