// What a link leads to, shown beside it: terms, paragraphs of the source, works, notes.
// On hover, focus and tap; Escape closes it; the pointer may move onto it (WCAG 1.4.13).
(() => {
  "use strict";
  const ROOT = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const LINKS = 'a.para, a[href*="#term-"], .bibtex-citation a, a.footnote-reference';
  const place = document.querySelector("main") ?? document.body;
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const loading = {};
  // Nothing, where the file is not to be had: then the link is a link.
  const load = (name) => loading[name] ??= new Promise((done) => {
    const script = make("script", { src: new URL(`_static/${name}.js`, ROOT).href });
    script.onload = () => done(window.sourcebookData[name]);
    script.onerror = () => { delete loading[name]; done(); };
    document.head.append(script);
  });
  const anchorOf = (link) => decodeURIComponent(link.hash.slice(1));
  const onThisPage = (link) => (link.pathname === location.pathname ? document.getElementById(anchorOf(link)) : null);
  // The browser's own tooltip would lie over the preview.
  const titles = new WeakMap();
  for (const link of place.querySelectorAll(LINKS)) {
    if (link.title) titles.set(link, link.title);
    link.removeAttribute("title");
  }

  // ---- what is shown
  const copied = (node) => {
    const copy = node.cloneNode(true);
    for (const part of copy.querySelectorAll(".label, .headerlink, .backrefs, .paragraph-number, .copy-citation, [role=doc-backlink]")) part.remove();
    return copy;
  };
  const own = () => {
    try { return Object.assign({}, ...Object.values(JSON.parse(localStorage.getItem("sourcebook-texts")) ?? {})); } catch { return {}; }
  };
  // "¶1, 3–5, T1–T2" → 1, 3, 4, 5, T1, T2
  const ids = (label) => label.replace(/^¶/, "").split(", ").flatMap((part) => {
    const [first, last] = part.split("–");
    const [, prefix, from] = /^(\D*)(\d+)$/.exec(first);
    const to = last ? Number(/\d+$/.exec(last)[0]) : Number(from);
    return Array.from({ length: to - from + 1 }, (_, n) => `${prefix}${Number(from) + n}`);
  });
  async function paragraphs(link) {
    const [data, copy] = [await load("paragraphs"), own()];
    return data && ids(link.textContent.trim()).map((id) => make("p", {}, make("b", { textContent: `¶${id} ` }), copy[id] ?? data[id] ?? ""));
  }
  async function term(link) {
    const there = onThisPage(link);
    if (there?.matches("dt")) {
      let definition = there;
      while (definition && !definition.matches("dd")) definition = definition.nextElementSibling;
      return [make("p", {}, make("b", { textContent: copied(there).textContent })), ...copied(definition).childNodes];
    }
    const [title, markup] = (await load("terms"))?.[anchorOf(link)] ?? [];
    if (!title) return undefined;
    const text = make("p");
    text.innerHTML = markup; // text and <i>, escaped by the build
    return [make("p", {}, make("b", { textContent: title })), text];
  }
  async function content(link) {
    if (link.matches(".para")) return paragraphs(link);
    if (link.hash.startsWith("#term-")) return term(link);
    if (link.matches(".footnote-reference")) return [...copied(onThisPage(link)).childNodes];
    const words = titles.get(link) ?? onThisPage(link)?.textContent;
    return words && [make("p", { textContent: words })];
  }

  // ---- when and where
  const box = make("div", { className: "preview", id: "preview", hidden: true });
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  let shown, wanted, timer, pointer = "mouse";

  function hide() {
    clearTimeout(timer);
    wanted = undefined;
    box.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
  }
  async function show(link, x) {
    clearTimeout(timer);
    if (shown === link) return;
    wanted = link;
    const parts = await content(link);
    if (!parts || wanted !== link) return;
    hide();
    shown = link;
    box.replaceChildren(...parts);
    if (pointer === "touch") box.append(make("p", { className: "preview-hint", textContent: "Tap the link again to go there." }));
    box.hidden = false;
    box.scrollTop = 0;
    link.setAttribute("aria-describedby", box.id);
    // Beside the line that was pointed at, where a link runs over two.
    const rects = [...link.getClientRects()];
    const rect = rects.find((each) => x >= each.left && x <= each.right) ?? rects[0];
    const wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(rect.left, wide - box.offsetWidth - 8));
    const below = rect.bottom + box.offsetHeight + 4 < innerHeight || rect.top < box.offsetHeight + 4;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${(below ? rect.bottom : rect.top - box.offsetHeight) + scrollY}px`;
  }
  const soon = (what, wait) => { clearTimeout(timer); timer = setTimeout(what, wait); };
  const linkAt = (target) => target.closest?.(LINKS);

  place.addEventListener("pointerover", (event) => {
    const link = linkAt(event.target);
    if (event.pointerType === "touch" || !link) return;
    pointer = "mouse";
    if (link !== shown) soon(() => show(link, event.clientX), 250); else clearTimeout(timer);
  });
  place.addEventListener("pointerout", (event) => {
    // What has the focus stays described; the way from the link to the preview takes a moment.
    if (event.pointerType !== "touch" && linkAt(event.target) && document.activeElement !== shown) soon(hide, 300);
  });
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && document.activeElement !== shown) soon(hide, 300);
  });
  document.addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    if (shown && !box.contains(event.target) && linkAt(event.target) !== shown) hide();
  });
  place.addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    // A tap gives the focus before its click, which decides.
    if (link && link.matches(":focus-visible") && pointer !== "touch") show(link);
  });
  place.addEventListener("focusout", (event) => { if (event.target === shown) hide(); });
  place.addEventListener("click", (event) => {
    const link = linkAt(event.target);
    if (!link || pointer !== "touch" || shown === link) return;
    event.preventDefault();
    show(link, event.clientX);
  });
  document.addEventListener("keydown", (event) => {
    pointer = "keys";
    if (event.key === "Escape") hide();
  });
})();
