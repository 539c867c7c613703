// Search as one types: over pages, sections, questions, terms, claims, works and paragraphs.
// The index is a script, so that it loads from a memory stick too, and only when search opens.
(() => {
  "use strict";
  const ROOT = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const MOST = 30;
  const NAMES = { section: "", page: "", question: "Question", term: "Term", paragraph: "Source", guide: "Source", claim: "Claim", work: "Work", note: "Note" };
  const WEIGHTS = { page: 1.4, term: 1.6, claim: 0.8, work: 0.7 };
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // ---- words: without case and accents; Russian letters as Latin ones, and spellings made alike.
  const LATIN = Object.fromEntries("а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ы y э e ю yu я ya"
    .split(" ").map((sign, n, all) => [sign, all[n + 1]]).filter((_, n) => n % 2 === 0));
  const fold = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[а-я]/g, (sign) => LATIN[sign] ?? "");
  const loose = (folded) => folded.replace(/kh/g, "h").replace(/w/g, "v").replace(/x/g, "ks").replace(/[yj]/g, "i").replace(/ie/g, "e").replace(/i+/g, "i");
  const wordsOf = (text) => [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)];
  const folded = new Map();
  const foldOnce = (word) => folded.get(word) ?? (folded.set(word, fold(word)), folded.get(word));

  function oneApart(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let n = 0;
    while (n < a.length && a[n] === b[n]) n += 1;
    const rest = (text, by) => text.slice(n + by);
    return rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1)
      || (a[n] === b[n + 1] && a[n + 1] === b[n] && rest(a, 2) === rest(b, 2));
  }
  // How well a word of the course answers a word that was typed.
  function likeness(word, typed) {
    if (word === typed) return 1;
    if (word.startsWith(typed)) return 0.7;
    if (typed.length > 4 && typed.endsWith("s") && word.startsWith(typed.slice(0, -1))) return 0.6;
    const [a, b] = [loose(word), loose(typed)];
    if (a === b) return 0.8;
    return b.length > 2 && a.startsWith(b) ? 0.5 : 0;
  }

  // ---- the index
  let entries, vocabulary;
  function own() {
    try { return Object.assign({}, ...Object.values(JSON.parse(localStorage.getItem("sourcebook-texts")) ?? {})); } catch { return {}; }
  }
  function build(pages) {
    const copy = own();
    entries = pages.flatMap(([page, address, found]) => found.map(([kind, anchor, title, text]) => {
      const words = kind === "guide" && copy[anchor.slice(1)];
      return { kind, page, title, text: words ? `${words} — ${text}` : text, id: anchor.slice(1), address: anchor ? `${address}#${anchor}` : address };
    }));
    vocabulary = new Map();
    const note = (text, n, weight) => {
      for (const [word] of wordsOf(text)) {
        const key = foldOnce(word);
        if (!vocabulary.has(key)) vocabulary.set(key, new Map());
        const places = vocabulary.get(key);
        places.set(n, Math.min((places.get(n) ?? 0) + weight, weight + 4));
      }
    };
    entries.forEach(({ title, text }, n) => { note(text, n, 1); note(title, n, 6); });
  }
  let loading;
  const load = () => loading ??= new Promise((done, fail) => {
    const script = make("script", { src: new URL("_static/search-index.js", ROOT).href });
    script.onload = () => { build(window.sourcebookData["search-index"]); done(); };
    script.onerror = () => { loading = undefined; fail(new Error("The index could not be loaded.")); };
    document.head.append(script);
  });

  function find(query) {
    const number = /^\s*¶?\s*([a-z]?\d+)(?:\s*[-–]\s*[a-z]?\d+)?\s*$/i.exec(query)?.[1].toUpperCase();
    const typed = wordsOf(query).map(([word]) => fold(word)).filter(Boolean);
    const answers = typed.map((word) => {
      let found = [...vocabulary.keys()].map((key) => [key, likeness(key, word)]).filter(([, how]) => how);
      if (!found.length && word.length > 4)
        found = [...vocabulary.keys()].filter((key) => oneApart(key, word)).map((key) => [key, 0.4]);
      return new Map(found);
    });
    const scores = new Map();
    answers.forEach((found) => {
      const best = new Map();
      for (const [key, how] of found)
        for (const [n, weight] of vocabulary.get(key)) best.set(n, Math.max(best.get(n) ?? 0, how * how * weight));
      const rare = Math.log(1 + entries.length / (1 + best.size));
      for (const [n, score] of best) {
        const so = scores.get(n) ?? [0, 0];
        scores.set(n, [so[0] + 1, so[1] + score * rare * (WEIGHTS[entries[n].kind] ?? 1)]);
      }
    });
    const most = Math.max(0, ...[...scores.values()].map(([terms]) => terms));
    const ranked = [...scores].filter(([, [terms]]) => terms === most).sort(([a, x], [b, y]) => y[1] - x[1] || a - b).map(([n]) => entries[n]);
    const asked = number ? entries.filter(({ kind, id }) => (kind === "guide" || kind === "paragraph") && id === number) : [];
    const rest = query.includes("¶") && asked.length ? [] : ranked.filter((entry) => !asked.includes(entry));
    return { results: [...asked, ...rest], hit: (word) => answers.findIndex((found) => found.has(foldOnce(word))), partly: most < typed.length };
  }

  // ---- what is shown
  function marked(text, hit, from = 0, to = text.length) {
    const parts = [];
    let at = from;
    for (const { 0: word, index } of wordsOf(text)) {
      if (index < from || index >= to || hit(word) < 0) continue;
      parts.push(text.slice(at, index), make("mark", { textContent: word }));
      at = index + word.length;
    }
    return [...parts, text.slice(at, to)];
  }
  function excerpt(text, hit) {
    const hits = wordsOf(text).map(({ 0: word, index }) => [index, hit(word)]).filter(([, term]) => term >= 0);
    const inside = (start) => new Set(hits.filter(([index]) => index >= start && index < start + 150).map(([, term]) => term)).size;
    const best = hits.reduce((best, [index]) => (inside(index) > inside(best) ? index : best), hits[0]?.[0] ?? 0);
    const from = best < 50 ? 0 : text.lastIndexOf(" ", best - 40) + 1;
    const end = text.length - from < 200 ? text.length : text.lastIndexOf(" ", from + 190);
    return [from ? "… " : "", ...marked(text, hit, from, end), end < text.length ? " …" : ""];
  }
  function line({ kind, page, title, text, address }, hit) {
    const where = [NAMES[kind], title === page ? "" : page].filter(Boolean).join(" · ");
    const link = make("a", { href: new URL(address, ROOT).href },
      make("span", { className: "search-title" }, ...marked(title || text.slice(0, 70), hit)), " ",
      make("span", { className: "search-where", textContent: where }), " ",
      make("span", { className: "search-excerpt" }, ...excerpt(text, hit)));
    return make("li", {}, link);
  }

  function panel(leave) {
    const input = make("input", { type: "search", id: "search-words", autocomplete: "off", spellcheck: false, enterKeyHint: "search" });
    const list = make("ol", { className: "search-results" });
    const said = make("p", { className: "search-said" });
    said.setAttribute("role", "status");
    const form = make("form", { className: "search-form" }, make("label", { htmlFor: input.id, textContent: "Search the course: words, a name, or a paragraph’s number such as ¶25" }), input);
    form.setAttribute("role", "search");
    let timer;
    const say = (text) => { clearTimeout(timer); timer = setTimeout(() => { said.textContent = text; }, 300); };
    const show = async () => {
      const query = input.value.trim();
      try { await load(); } catch (error) { say(error.message); return; }
      if (input.value.trim() !== query) return;
      if (!query) { list.replaceChildren(); say(""); return; }
      const { results, hit, partly } = find(query);
      list.replaceChildren(...results.slice(0, MOST).map((entry) => line(entry, hit)));
      const many = results.length > MOST ? `The first ${MOST} of ${results.length} results` : results.length === 1 ? "1 result" : `${results.length} results`;
      say(!results.length ? "Nothing was found. Try another spelling, or fewer letters." : partly ? `Not all words stand together anywhere. ${many} for some of them.` : many);
    };
    const move = (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      const stops = [input, ...list.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + by];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await show();
      list.querySelector("a")?.click();
    });
    input.addEventListener("input", show);
    const box = make("div", { className: "search-panel" }, form, said, list);
    box.addEventListener("keydown", move);
    list.addEventListener("click", (event) => { if (event.target.closest("a")) leave?.(); });
    return { box, input, show };
  }

  // ---- where it stands: a dialog on every page, and a page of its own
  let dialog, inDialog;
  function open() {
    if (!dialog) {
      inDialog = panel(() => dialog.close());
      const close = make("button", { type: "button", className: "search-close", textContent: "Close" });
      close.addEventListener("click", () => dialog.close());
      dialog = make("dialog", { className: "search-dialog", ariaLabel: "Search" }, inDialog.box, close);
      dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
      document.body.append(dialog);
    }
    if (!dialog.open) dialog.showModal();
    inDialog.input.focus();
    inDialog.input.select();
    inDialog.show();
  }
  const here = document.getElementById("search-here");
  let onPage;
  if (here) {
    onPage = panel();
    onPage.input.value = new URLSearchParams(location.search).get("q") ?? "";
    here.append(onPage.box);
    onPage.show();
  }
  const start = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (onPage) onPage.input.focus(); else open();
  };
  // Before the theme's own search, which needs Sphinx's index. A single letter such as "/" is no
  // shortcut here: those who speak to their computer would set it off (WCAG 2.1.4).
  window.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") start(event);
  }, true);
  window.addEventListener("click", (event) => { if (event.target.closest?.(".search-button__button, .search-button")) start(event); }, true);
})();
