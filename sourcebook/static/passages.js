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
    const tools = document.createElement("div");
    tools.className = "paragraph-tools";
    tools.append(button);
    holder.append(tools);
  }
})();

// The reader's notes and highlights on these paragraphs, kept in this browser and nowhere else. In the
// file above for the sake of one request less; it comes second, since it reads what the first part sets.
// Of highlighted words only the first and last four are kept, and where they stand: enough to find them.
(() => {
  "use strict";
  const KEY = "sourcebook-notes";
  const EDGE = 4;
  // A course without the page of answers has no notes either.
  const told = document.getElementById("own-answers");
  if (!told) return;
  const about = JSON.parse(told.textContent);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const hidden = (text) => make("span", { className: "visually-hidden", textContent: text });
  const stored = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const kept = ({ key }) => stored()[key] ?? { note: "", changed: "", highlights: [] };
  // Whether the browser keeps the change; a paragraph with nothing on it is forgotten.
  const change = (paragraph, values) => {
    const all = stored();
    const { key, text, id } = paragraph;
    const entry = { text, paragraph: id, page: about.page, address: `${about.address}#p${id}`, ...kept(paragraph), ...values };
    if (entry.note || entry.highlights.length) all[key] = entry; else delete all[key];
    try { localStorage.setItem(KEY, JSON.stringify(all)); return true; } catch { return false; }
  };

  const paragraphs = [...document.querySelectorAll(".paragraph-tools")].map((tools) => {
    const holder = tools.parentElement;
    const id = holder.querySelector(".paragraph-number a").hash.slice(2);
    const text = [...holder.classList].find((name) => name.startsWith("text-")).slice("text-".length);
    return { id, text, key: `${text} ${id}`, holder, tools, line: holder.querySelector("p") };
  });
  const said = make("output", { className: "visually-hidden" });
  document.body.append(said);

  // ---- notes
  for (const paragraph of paragraphs) {
    const { id, holder, tools } = paragraph;
    const opener = make("button", { type: "button", className: "note-opener", ariaExpanded: "false" }, "Note", hidden(` on ¶${id}`));
    const shown = make("p", { className: "note-text" });
    const field = make("textarea", { rows: 3, id: `note-${id}` });
    const done = make("button", { type: "button", textContent: "Done" });
    const saved = make("output", { className: "answer-said" });
    saved.htmlFor.add(field.id);
    const box = make("div", { className: "answer note", hidden: true },
      make("p", {}, make("label", { htmlFor: field.id, textContent: `Your note on ¶${id}` }), ", ",
        make("a", { href: about.keeper, textContent: "kept in this browser only" }), "."),
      field, done, saved);
    tools.prepend(opener);
    holder.append(shown, box);

    const show = () => {
      shown.replaceChildren(make("strong", { textContent: "Your note:" }), ` ${field.value.trim()}`);
      shown.hidden = !field.value.trim();
    };
    let timer;
    let last;
    const save = () => {
      clearTimeout(timer);
      show();
      // Only what was written here: another tab may have changed the note since.
      if (field.value === last) return;
      last = field.value;
      const note = last.trim() ? last : "";
      saved.textContent = change(paragraph, { note, changed: new Date().toISOString() })
        ? "Saved." : "Not saved: this browser keeps nothing for this site. Copy your note before you leave.";
    };
    const open = (opens) => {
      save();
      opener.ariaExpanded = String(opens);
      box.hidden = !opens;
      holder.classList.toggle("noting", opens);
      (opens ? field : opener).focus();
    };
    opener.addEventListener("click", () => open(box.hidden));
    done.addEventListener("click", () => open(false));
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") open(false); });
    field.addEventListener("input", () => { saved.textContent = ""; clearTimeout(timer); timer = setTimeout(save, 600); });
    field.addEventListener("change", save);
    addEventListener("pagehide", save);
    paragraph.load = () => {
      if (document.activeElement === field) return;
      last = field.value = kept(paragraph).note;
      show();
    };
    paragraph.load();
  }
  const reload = () => { for (const { load } of paragraphs) load(); paint(); };
  addEventListener("storage", ({ key }) => { if (key === KEY) reload(); });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) reload(); });

  // ---- highlights, drawn by the browser over the words: the page itself stays as it is
  const draws = Boolean(globalThis.Highlight && CSS.highlights);
  const readable = ({ holder }) => !holder.classList.contains("guide");

  const wordsOf = ({ line }) => {
    const words = [];
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest(".paragraph-number")) continue;
      for (const { 0: word, index } of node.data.matchAll(/\S+/g))
        words.push({ word, node, from: index, to: index + word.length });
    }
    return words;
  };
  const rangeOf = (words, { from, to }) => {
    const range = new Range();
    range.setStart(words[from].node, words[from].from);
    range.setEnd(words[to - 1].node, words[to - 1].to);
    return range;
  };
  const excerpt = (words, { from, to }) => {
    const all = words.slice(from, to).map(({ word }) => word);
    return (all.length > 2 * EDGE ? [...all.slice(0, EDGE), "…", ...all.slice(-EDGE)] : all).join(" ");
  };
  const plain = (word) => word.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  // Where words stand, as near as can be to a place. One in four may differ: editions do.
  const find = (given, words, place) => {
    let best = { at: -1, same: Math.ceil(given.length * 0.75), far: Infinity };
    for (let at = 0; at + given.length <= words.length; at += 1) {
      const same = given.filter((word, n) => word === words[at + n]).length;
      const far = Math.abs(at - place);
      if (same > best.same || (same === best.same && far < best.far)) best = { at, same, far };
    }
    return best.at;
  };
  // A kept highlight in a paragraph's words; null where this edition has not got it.
  const placed = ({ from, to, words }, here) => {
    const all = here.map(({ word }) => plain(word));
    const given = words.split(" ").map(plain);
    const length = to - from;
    if (length <= 2 * EDGE) {
      const at = find(given, all, from);
      return at < 0 ? null : { from: at, to: at + given.length };
    }
    const first = find(given.slice(0, EDGE), all, from);
    const last = find(given.slice(-EDGE), all, first + length - EDGE);
    const found = { from: first, to: last + EDGE };
    const fits = first >= 0 && last >= 0 && Math.abs(found.to - first - length) <= 2 + length / 4;
    return fits && found.to - first > EDGE ? found : null;
  };
  const paint = () => {
    if (!draws) return;
    const ranges = paragraphs.filter(readable).flatMap((paragraph) => {
      const { highlights } = kept(paragraph);
      const words = highlights.length ? wordsOf(paragraph) : [];
      return highlights.map((each) => placed(each, words)).filter(Boolean).map((place) => rangeOf(words, place));
    });
    CSS.highlights.set("own-highlight", new Highlight(...ranges));
  };

  // What is selected: a paragraph, its words, the first and last of them, the highlights it touches.
  const selected = () => {
    const selection = getSelection();
    const paragraph = paragraphs.find(({ line }) => line.contains(selection.anchorNode));
    if (!paragraph || !readable(paragraph)) return null;
    const range = selection.getRangeAt(0);
    const words = wordsOf(paragraph);
    const least = selection.isCollapsed ? 0 : 1;
    const inside = words.map((_, n) => {
      const word = rangeOf(words, { from: n, to: n + 1 });
      return range.compareBoundaryPoints(Range.START_TO_END, word) >= least && range.compareBoundaryPoints(Range.END_TO_START, word) <= -least;
    });
    if (!inside.includes(true)) return null;
    return { paragraph, words, from: inside.indexOf(true), to: inside.lastIndexOf(true) + 1, caret: selection.isCollapsed };
  };
  const around = ({ words, from, to }, highlights) => highlights.filter((each) => {
    const place = placed(each, words);
    return place && place.from <= from && to <= place.to;
  });
  const isIn = (pick) => around(pick, kept(pick.paragraph).highlights).length > 0;
  const toggle = (pick) => {
    const { paragraph, words } = pick;
    const { highlights } = kept(paragraph);
    const gone = around(pick, highlights);
    let rest = highlights.filter((each) => !gone.includes(each));
    if (!gone.length) {
      // Highlights that touch become one.
      const joins = (place) => place && place.from <= pick.to && pick.from <= place.to;
      const joined = [pick, ...rest.map((each) => placed(each, words)).filter(joins)];
      rest = rest.filter((each) => !joins(placed(each, words)));
      const whole = { from: Math.min(...joined.map(({ from }) => from)), to: Math.max(...joined.map(({ to }) => to)) };
      rest = [...rest, { ...whole, words: excerpt(words, whole) }].sort((a, b) => a.from - b.from);
    }
    const done = change(paragraph, { highlights: rest });
    said.textContent = done ? `${gone.length ? "Highlight removed" : "Highlighted"}: ${excerpt(words, pick)}` : "Not kept: this browser keeps nothing for this site.";
    paint();
    return done;
  };

  if (!draws) return;
  const button = make("button", { type: "button", className: "highlight-button", hidden: true });
  let pick = null;
  let dragging = false;
  const label = () => { button.textContent = isIn(pick) ? "Remove highlight" : "Highlight"; };
  const offer = () => {
    // The keyboard is on the button: it stays, for what was selected before.
    if (document.activeElement === button) return;
    pick = dragging ? null : selected();
    if (pick?.caret && !isIn(pick)) pick = null;
    button.hidden = !pick;
    if (!pick) return;
    const { holder, line } = pick.paragraph;
    if (button.parentElement !== holder) line.after(button);
    label();
    const frame = holder.getBoundingClientRect();
    const end = [...rangeOf(pick.words, pick).getClientRects()].at(-1);
    button.style.top = `${end.bottom - frame.top}px`;
    button.style.left = `${Math.max(0, Math.min(end.right - frame.left, frame.width) - button.offsetWidth)}px`;
  };
  document.addEventListener("selectionchange", offer);
  document.addEventListener("pointerdown", ({ target, pointerType }) => { dragging = pointerType === "mouse" && target !== button; });
  for (const end of ["pointerup", "pointercancel"])
    document.addEventListener(end, () => { if (dragging) { dragging = false; offer(); } });
  // A press on the button leaves the words selected, and the keyboard where it is.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", ({ detail }) => {
    if (!toggle(pick)) button.textContent = "Not kept by this browser";
    else if (detail) getSelection().removeAllRanges();
    else label();
  });
  button.addEventListener("blur", () => setTimeout(offer));
  paint();
})();
