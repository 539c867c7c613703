// Open your copy: a reader's own file is split in the browser and kept there, nowhere else.
(() => {
  "use strict";
  const KEY = "sourcebook-texts";
  const { texts, chapters } = JSON.parse(document.getElementById("source-texts").textContent);
  for (const text of texts)
    for (const paragraph of text.paragraphs) paragraph.prints = paragraph.prints.split(" ");

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const file = make("input", { type: "file", multiple: true, id: "own-copy-file",
    accept: ".txt,.md,.html,.htm,.xhtml,text/plain,text/html" });
  const forget = make("button", { type: "button", textContent: "Forget it", hidden: true });
  const report = make("div", { className: "own-copy-report" });
  report.setAttribute("role", "status");
  const box = document.querySelector(".own-copy");
  box.replaceChildren(
    make("p", {}, make("label", { htmlFor: file.id, textContent: "Your file: plain text or a saved web page" })),
    make("p", {}, file, " ", forget), report);

  const stored = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const say = (...parts) => report.replaceChildren(...parts);

  function decode(buffer) {
    const bytes = new Uint8Array(buffer);
    const starts = (...signature) => signature.every((byte, n) => bytes[n] === byte);
    if (starts(0x25, 0x50, 0x44, 0x46) || starts(0x50, 0x4b, 0x03, 0x04) || starts(0xd0, 0xcf))
      throw new Error("This is a PDF, a Word file or an e-book. Save it as plain text (.txt) or as a web page, and choose that file.");
    if (starts(0xff, 0xfe)) return new TextDecoder("utf-16le").decode(buffer);
    if (starts(0xfe, 0xff)) return new TextDecoder("utf-16be").decode(buffer);
    if (bytes.includes(0)) throw new Error("This file is no text. Save the text as plain text (.txt), and choose that file.");
    try { return new TextDecoder("utf-8", { fatal: true }).decode(buffer); }
    catch { return new TextDecoder("windows-1252").decode(buffer); }
  }

  function show(unmatched) {
    const kept = stored();
    const ids = new Set(Object.values(kept).flatMap((paragraphs) => Object.keys(paragraphs)));
    forget.hidden = !ids.size;
    if (!ids.size) return say();
    const list = make("ul");
    for (const chapter of chapters) {
      const here = chapter.ids.filter((id) => ids.has(id)).length;
      list.append(make("li", {}, make("a", { href: chapter.address, textContent: chapter.title }),
        `: ${here} of ${chapter.ids.length} paragraphs`));
    }
    const parts = [make("p", { textContent: `Kept in this browser: ${ids.size} paragraphs. They stand in the chapters now, under their numbers.` }), list];
    if (unmatched?.length) {
      const rest = make("ul");
      for (const run of unmatched) rest.append(make("li", { textContent: `${run.place}: ${run.text.slice(0, 90)}` }));
      parts.push(make("details", {}, make("summary", { textContent: `${unmatched.length} lines of your file belong to no paragraph` }), rest));
    }
    say(...parts);
  }

  file.addEventListener("change", async () => {
    say(make("p", { textContent: "Reading …" }));
    try {
      const kept = stored();
      const unmatched = [];
      let found = 0;
      for (const one of file.files) {
        const source = decode(await one.arrayBuffer());
        const split = sourcebookSplitting.split(sourcebookSplitting.read(one.name, source), texts);
        unmatched.push(...split.unmatched);
        for (const text of texts)
          for (const { id } of text.paragraphs) {
            const paragraph = split.paragraphs.find((each) => each.id === id);
            if (paragraph) { (kept[text.id] ??= {})[id] = paragraph.text; found += 1; }
          }
      }
      if (!found) {
        const titles = texts.map(({ title }) => `“${title}”`).join(" or ");
        throw new Error(`No paragraph of ${titles} was found in it.`);
      }
      try { localStorage.setItem(KEY, JSON.stringify(kept)); }
      catch { throw new Error("Your browser keeps nothing for this site: its storage is full or switched off."); }
      show(unmatched);
    } catch (error) {
      say(make("p", { className: "own-copy-error", textContent: error.message }));
    }
    file.value = "";
  });
  forget.addEventListener("click", () => {
    localStorage.removeItem(KEY);
    show();
    say(make("p", { textContent: "Forgotten: nothing of your file is left in this browser." }));
    file.focus();
  });
  show();
})();
