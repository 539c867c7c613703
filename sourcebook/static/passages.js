// The source's paragraphs on a page: the reader's own copy in their place, and a citation to copy.
// Without scripts a page shows guide lines, numbers and links, and nothing here is missed.
(() => {
  "use strict";
  const about = JSON.parse(document.getElementById("source-texts").textContent);

  const stored = () => {
    try { return JSON.parse(localStorage.getItem("sourcebook-texts")) ?? {}; } catch { return {}; }
  };
  const textOf = (holder) => about.texts.find(({ id }) => holder.classList.contains(`text-${id}`));
  const idOf = (holder) => holder.querySelector(".paragraph-number a").hash.slice(2);

  // The reader's own paragraphs.
  const own = stored();
  for (const passage of document.querySelectorAll(".passage")) {
    let filled = 0;
    for (const holder of passage.querySelectorAll(".source-paragraph.guide")) {
      const words = own[textOf(holder)?.id]?.[idOf(holder)];
      if (!words) continue;
      const line = holder.querySelector("p");
      line.replaceChildren(line.querySelector(".paragraph-number"), ` ${words}`);
      holder.classList.replace("guide", "own");
      filled += 1;
    }
    const where = passage.querySelector(".passage-where");
    if (!about.opener || (!filled && !where)) continue;
    const note = document.createElement("p");
    note.className = "passage-own";
    const link = document.createElement("a");
    link.href = about.opener;
    link.textContent = filled ? "Your copy" : "Open your own copy";
    note.append(...(filled ? ["From ", link, ", kept in this browser only."] : [link, " to read it here."]));
    if (filled && where) where.hidden = true;
    passage.append(note);
  }

  // A citation of a paragraph: what it takes is loaded when somebody wants one.
  let loaded;
  const citing = () => loaded ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-citing]").dataset.citing;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.append(script);
  });
  for (const holder of document.querySelectorAll(".source-paragraph")) {
    const id = idOf(holder), text = textOf(holder);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-citation";
    button.textContent = `Cite ¶${id}`;
    button.addEventListener("click", async () => {
      if (!window.sourcebookCite) await citing();
      window.sourcebookCite(id, text, button);
    });
    holder.append(button);
  }
})();
