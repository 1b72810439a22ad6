/**
 * The reader's language, before anything is drawn: the address names it, this browser remembers it, or
 * the browser prefers it. The document's own texts are English, so others stay unseen until `words.js`
 * has replaced them. No module, as those run only after the first drawing.
 */
(() => {
  const root = document.documentElement;
  const preferred = [named(), remembered(), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  root.lang = preferred.find((tag) => tag === "es" || tag === "en") ?? "en";
  if (root.lang === "en") return;
  root.dataset.words = "awaited";
  const show = () => delete root.dataset.words;
  addEventListener("error", show, true); // a script that does not arrive: English is better than nothing

  function named() {
    return new URLSearchParams(location.hash.split("?")[1]).get("lang");
  }

  function remembered() {
    try {
      return localStorage.getItem("tesela.language");
    } catch {
      return null; // storage is forbidden here
    }
  }
})();
