// Before anything is painted: the reader's colors and the reader's choice of type, so that no page flashes.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  root.classList.add("js");
  const paint = () => {
    const mode = ["light", "dark"].includes(kept("mode")) ? kept("mode") : "auto";
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  };
  paint();
  dark.addEventListener("change", paint);
  addEventListener("storage", paint);
  // Room for the link to where reading stopped is there from the start.
  if (kept("sourcebook-place")) root.dataset.place = "";
  try {
    for (const [name, value] of Object.entries(JSON.parse(kept("sourcebook-reading")) ?? {}))
      if (["size", "spacing", "face"].includes(name)) root.dataset[name] = value;
  } catch { /* What is kept is not ours: the page stays as it is. */ }
})();
