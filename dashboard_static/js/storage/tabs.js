/** Tabs of this page tell each other that the history changed. */

/** @type {BroadcastChannel | null} */
let opened = null;

/** Opened by the first use: an open one keeps a process of Node.js alive. */
function channel() {
  if ("BroadcastChannel" in globalThis) opened ??= new BroadcastChannel("tesela.history");
  return opened;
}

export const tellOtherTabs = () => channel()?.postMessage("changed");

/** Act on what another tab did, or what happened while nobody looked. @param {() => void} act */
export function whenHistoryMayHaveChanged(act) {
  channel()?.addEventListener("message", act);
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") act();
  });
}
