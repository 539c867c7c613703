// Asks the browser to keep the course for reading without a connection, and says when there is
// a new version. On a web host alone: what is opened from a folder is on the device anyway.
(() => {
  "use strict";
  const workers = navigator.serviceWorker;
  if (!workers || !location.protocol.startsWith("http")) return;
  const WORKER = new URL("../sw.js", document.currentScript.src);
  const LATER = "sourcebook-later";
  const button = (label, act) => {
    const element = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    element.addEventListener("click", act);
    return element;
  };

  function offer(waiting) {
    // Asked once a visit; closing the course's last tab brings the new version as well.
    try { if (sessionStorage.getItem(LATER)) return; } catch { /* asked again */ }
    const words = document.createElement("p");
    words.setAttribute("role", "status");
    const bar = Object.assign(document.createElement("aside"), { className: "new-version", ariaLabel: "New version" });
    bar.append(words,
      button("Show it", () => {
        workers.addEventListener("controllerchange", () => location.reload(), { once: true });
        waiting.postMessage("use the new version");
      }),
      button("Later", () => {
        try { sessionStorage.setItem(LATER, "1"); } catch { /* asked again */ }
        bar.remove();
      }));
    document.body.append(bar);
    // Said by a screen reader because it comes after the place where it is said.
    setTimeout(() => { words.textContent = "There is a new version of the course."; }, 100);
  }

  async function start() {
    const there = await workers.getRegistration(WORKER);
    // Whoever asked the browser to save data has not asked for the whole course.
    if (!there && navigator.connection?.saveData) return;
    const registration = await workers.register(WORKER);
    const ready = (worker) => worker?.state === "installed" && workers.controller && offer(worker);
    ready(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => ready(worker));
    });
  }
  // After the page itself. A browser that keeps nothing, as in some private windows, reads on.
  const begin = () => start().catch(() => {});
  if (document.readyState === "complete") begin(); else addEventListener("load", begin);
})();
