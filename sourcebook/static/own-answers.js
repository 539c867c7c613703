// Own answers: a place to write under each question, kept in this browser and nowhere else.
(() => {
  "use strict";
  const KEY = "sourcebook-answers";
  const about = JSON.parse(document.getElementById("own-answers").textContent);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const stored = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const keep = (all) => { localStorage.setItem(KEY, JSON.stringify(all)); };

  for (const box of document.querySelectorAll(".question")) {
    const head = box.querySelector(".question-head");
    const id = (box.id ? box : box.querySelector("[id]")).id;
    const parts = [...box.children].filter((part) => part !== head && !part.matches(".admonition"));
    const text = make("textarea", { rows: 4, id: `answer-${id}` });
    const said = make("output", { className: "answer-said" });
    said.htmlFor.add(text.id);
    const label = make("label", { htmlFor: text.id, textContent: `Your answer to ${words(head.querySelector("strong")).toLowerCase()}` });
    const link = make("a", { href: about.keeper, textContent: "kept in this browser only" });
    const place = make("div", { className: "answer" }, make("p", {}, label, ", ", link, "."), text, said);
    (parts.at(-1) ?? head).after(place);
    text.value = stored()[id]?.answer ?? "";
    let last = text.value;
    let timer;
    const save = () => {
      clearTimeout(timer);
      // Only what was written here: another tab may have changed the answer since.
      if (text.value === last) return;
      last = text.value;
      const all = stored();
      if (text.value.trim()) all[id] = {
        asks: parts.map(words).join(" "), paragraphs: [...head.querySelectorAll("a.para")].map(words).join(", "),
        page: about.page, address: `${about.address}#${id}`, answer: text.value, changed: new Date().toISOString() };
      else delete all[id];
      try { keep(all); said.textContent = "Saved."; }
      catch { said.textContent = "Not saved: this browser keeps nothing for this site. Copy your answer before you leave."; }
    };
    text.addEventListener("input", () => { said.textContent = ""; clearTimeout(timer); timer = setTimeout(save, 600); });
    text.addEventListener("change", save);
    window.addEventListener("pagehide", save);
  }
})();
