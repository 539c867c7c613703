// What stands around a page: chapters and contents as drawers on a small screen, menus, colors,
// the place in the contents. Everything is there without scripts, only larger.
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const keep = (store, key, value) => { try { store.setItem(key, value); } catch { /* not kept */ } };
  const wide = (pixels) => matchMedia(`(min-width: ${pixels}px)`).matches;

  // A link that opens something is a button once it does.
  const button = (element, open) => {
    element.setAttribute("role", "button");
    element.addEventListener("click", (event) => { event.preventDefault(); open(event); });
    element.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); element.click(); }
    });
  };
  const closesOutside = (dialog) => dialog.addEventListener("click", (event) => {
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close();
  });

  // Chapters and contents: a column on a wide screen, a drawer on a small one.
  const drawer = (side, toggles, from) => {
    const column = one(`#pst-${side}-sidebar`);
    const dialog = one(`#pst-${side}-sidebar-modal`);
    if (!column || !dialog) return;
    const classes = [...column.classList];
    const name = toggles[0]?.textContent.trim();
    if (name) dialog.setAttribute("aria-label", name);
    const move = (source, target) => {
      target.append(...source.childNodes);
      source.classList.remove(...classes);
      target.classList.add(...classes);
    };
    const closer = document.createElement("button");
    closer.type = "button";
    closer.className = "btn course-close";
    closer.textContent = "Close";
    closer.addEventListener("click", () => dialog.close());
    for (const toggle of toggles)
      button(toggle, () => {
        if (wide(from)) {
          if (side === "primary") toggle.setAttribute("aria-expanded", String(!column.classList.toggle("pst-sidebar-hidden")));
          return;
        }
        column.classList.remove("pst-sidebar-hidden");
        move(column, dialog);
        dialog.prepend(closer);
        dialog.showModal();
      });
    closesOutside(dialog);
    dialog.addEventListener("click", (event) => { if (event.target.closest('a[href^="#"]')) dialog.close(); });
    dialog.addEventListener("close", () => { closer.remove(); move(dialog, column); });
    // A drawer does not stay over a page that has become wide enough for the column.
    matchMedia(`(min-width: ${from}px)`).addEventListener("change", () => dialog.open && dialog.close());
  };
  drawer("primary", all(".primary-toggle"), 960);
  drawer("secondary", all(".secondary-toggle"), 1200);

  // The list of chapters stays where it was scrolled to, or shows the page that is read.
  const list = one("#pst-primary-sidebar");
  const here = list && all(".active > a", list).pop();
  if (here) here.setAttribute("aria-current", "page");
  const before = Number.parseInt((() => { try { return sessionStorage.getItem("sidebar-scroll-top"); } catch { return ""; } })(), 10);
  if (list && !Number.isNaN(before)) list.scrollTop = before;
  else if (here && here.offsetTop > list.clientHeight / 2) list.scrollTop = here.offsetTop - list.clientHeight / 4;
  addEventListener("pagehide", () => list && keep(sessionStorage, "sidebar-scroll-top", list.scrollTop));

  // Menus close with Escape, by a click elsewhere, and when the focus leaves them.
  for (const menu of all("details.course-menu")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) { menu.open = false; one("summary", menu).focus(); }
    });
    document.addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }
  const deeds = {
    print: () => window.print(),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
  };
  for (const element of all("[data-course-do]")) element.addEventListener("click", () => deeds[element.dataset.courseDo]());

  // Colors: as the system has them, or the reader's choice.
  const names = { auto: "as the system has them", light: "light", dark: "dark" };
  const say = () => { for (const place of all("[data-course-mode]")) place.textContent = names[root.dataset.mode]; };
  for (const element of all(".theme-switch-button"))
    element.addEventListener("click", () => {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const turn = dark ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
      const mode = turn[(turn.indexOf(root.dataset.mode) + 1) % 3];
      keep(localStorage, "mode", mode);
      root.dataset.mode = mode;
      root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
      say();
    });
  say();

  // Citations of the page: a link opens them, and what completes them is loaded then.
  for (const box of all("[data-citing] > details")) {
    box.addEventListener("toggle", () => {
      if (!window.sourcebookCite) document.head.append(Object.assign(document.createElement("script"), { src: box.parentElement.dataset.citing }));
    }, { once: true });
    const open = () => { if (location.hash === `#${box.id}`) box.open = true; };
    addEventListener("hashchange", open);
    open();
    for (const link of all(`a[href="#${box.id}"]`)) link.addEventListener("click", (event) => {
      event.preventDefault();
      box.open = true;
      const menu = link.closest("details.course-menu");
      if (menu) menu.open = false;
      one("summary", box).focus();
    });
  }

  // Search is opened by search.js; its links are buttons, and its key has the name the reader's keyboard has.
  for (const element of all(".search-button__button")) button(element, () => {});
  if (/^(Mac|iPhone|iPad)/.test(navigator.platform)) for (const key of all("kbd.kbd-shortcut__modifier")) key.textContent = "⌘";

  // The contents show where the reader is.
  const links = new Map(all("#pst-page-toc-nav a").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (sections.length) {
    const seen = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target);
      // The innermost of the sections in view, the first on the page.
      const now = sections.filter((section) => seen.has(section) && !sections.some((other) => other !== section && section.contains(other) && seen.has(other)))[0];
      if (!now) return;
      for (const [id, link] of links) {
        const on = id === now.id;
        link.classList.toggle("active", on);
        link.parentElement.classList.toggle("active", on);
        if (on) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-10% 0px -60% 0px" });
    for (const section of sections) watch.observe(section);
  }

  // Notes in the margin and the contents do not lie on one another.
  const contents = one(".bd-sidebar-secondary");
  const margins = all(".margin, .sidebar, .full-width, .sidenote, .marginnote, .popout, .margin-caption");
  if (contents && margins.length) {
    const shown = new Set();
    const watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) shown[isIntersecting ? "add" : "delete"](target);
      contents.classList.toggle("hide", shown.size > 0);
    }, { rootMargin: "0px 0px -33% 0px" });
    for (const note of margins) watch.observe(note);
  }

  // What scrolls sideways can be scrolled by keyboard.
  const reach = () => {
    for (const element of all("pre, .cell_output > .output, .pst-scrollable-table-container, figure, details.chart-data")) {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  };
  addEventListener("load", reach);
  let later;
  addEventListener("resize", () => { clearTimeout(later); later = setTimeout(reach, 300); });
  document.addEventListener("toggle", reach, true);

  // The bar over the page has a shadow once the page has moved under it.
  const moved = () => document.body.classList.toggle("scrolled", scrollY > 0);
  addEventListener("scroll", moved, { passive: true });
  moved();
})();
