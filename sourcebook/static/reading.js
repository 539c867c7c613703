// A reader's own page: size, spacing and typeface, how far the page is read, and where reading stopped.
// Kept in this browser only, under sourcebook-reading and sourcebook-place.
(() => {
  "use strict";
  const root = document.documentElement;
  const stored = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* not kept */ } };

  // The choice of type.
  const form = document.querySelector(".course-reading form");
  if (form) {
    const chosen = stored("sourcebook-reading") ?? {};
    for (const input of form.elements)
      if (input.name) input.checked = input.value === (chosen[input.name] ?? "");
    form.addEventListener("change", () => {
      const choice = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
      for (const { name } of form.elements) {
        if (!name) continue;
        if (choice[name]) root.dataset[name] = choice[name]; else delete root.dataset[name];
      }
      keep("sourcebook-reading", choice);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  // How far the page is read: a thin line at its top.
  const article = document.querySelector("article.bd-article");
  const { page, home } = document.body.dataset;
  if (!article || !page) return;
  const line = document.createElement("div");
  line.className = "course-progress";
  line.setAttribute("aria-hidden", "true");
  document.body.append(line);
  const share = () => {
    const box = article.getBoundingClientRect();
    const rest = box.height - innerHeight;
    return rest > 0 ? Math.min(1, Math.max(0, -box.top / rest)) : 1;
  };
  const long = () => article.offsetHeight > 1.5 * innerHeight;
  let waiting = false;
  const draw = () => { waiting = false; line.style.transform = `scaleX(${long() ? share() : 0})`; };
  const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  draw();

  // Where reading stopped: the last heading or paragraph of the source above the middle of the screen.
  const title = (element) => {
    const copy = element.cloneNode(true);
    for (const link of copy.querySelectorAll(".headerlink")) link.remove();
    return copy.textContent.trim();
  };
  const heading = article.querySelector("h1");
  const mark = () => {
    if (home !== undefined || !heading || !(scrollY > innerHeight / 2)) return;
    const passed = [...article.querySelectorAll("section[id] > :is(h2, h3)")].filter((element) => element.getBoundingClientRect().top < innerHeight / 2);
    const last = passed.pop();
    keep("sourcebook-place", {
      page: location.pathname.slice(location.pathname.lastIndexOf(page)),
      hash: last ? `#${last.parentElement.id}` : "",
      title: title(heading),
      part: last ? title(last) : "",
    });
  };
  addEventListener("pagehide", mark);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && mark());

  const place = stored("sourcebook-place");
  const note = document.querySelector(".course-place");
  if (!note || !place || !/^[\w./-]+$/.test(place.page)) return;
  const link = document.createElement("a");
  link.href = `${root.dataset.content_root}${place.page}${place.hash}`;
  link.textContent = place.part ? `${place.title}: ${place.part}` : place.title;
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "btn";
  forget.textContent = "Forget";
  forget.addEventListener("click", () => {
    try { localStorage.removeItem("sourcebook-place"); } catch { /* nothing was kept */ }
    delete root.dataset.place;
    heading.tabIndex = -1;
    heading.focus();
  });
  note.append("Go on with ", link, forget);
})();
