// The source's paragraphs on a page: the reader's own copy in their place, and a citation to copy.
// Without scripts a page shows guide lines, numbers and links, and nothing here is missed.
(() => {
  "use strict";
  const about = JSON.parse(document.getElementById("source-texts").textContent);
  const said = document.createElement("output");
  said.className = "visually-hidden";
  document.body.append(said);

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

  // A citation of a paragraph, ready to paste.
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); return; } catch { /* not allowed here */ }
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  for (const holder of document.querySelectorAll(".source-paragraph")) {
    const id = idOf(holder), text = textOf(holder);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-citation";
    button.textContent = `Cite ¶${id}`;
    button.addEventListener("click", async () => {
      const address = new URL(`#p${id}`, document.querySelector("link[rel=canonical]")?.href ?? location.href);
      const citation = `${text.cite}, ¶${id}, ${address.href}`;
      await copy(citation);
      button.textContent = "Copied";
      said.textContent = `Copied: ${citation}`;
      setTimeout(() => { button.textContent = `Cite ¶${id}`; }, 2000);
    });
    holder.append(button);
  }
})();
