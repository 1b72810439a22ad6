/** Tabs of this page tell each other that the history changed. */

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("tesela.history") : null;

export function tellOtherTabs() {
  channel?.postMessage("changed");
}

/** @param {() => void} act */
export function onOtherTabs(act) {
  channel?.addEventListener("message", act);
}
