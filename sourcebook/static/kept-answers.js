// The page of a reader's own answers, notes and highlights: shows what this browser keeps, takes it
// along as a file and from one, and deletes it. own-answers.js and passages.js are where it is written.
(() => {
  "use strict";
  const ANSWERS = "sourcebook-answers";
  const NOTES = "sourcebook-notes";
  const about = JSON.parse(document.getElementById("own-answers").textContent);
  const ROOT = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const some = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
  const stored = (key) => {
    try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
  };
  const keep = (key, all) => { localStorage.setItem(key, JSON.stringify(all)); };

  const box = document.querySelector(".own-answers");
  const name = make("input", { type: "text", id: "answers-student", autocomplete: "name" });
  const file = make("input", { type: "file", id: "answers-file", accept: ".json,application/json" });
  const along = make("input", { type: "checkbox", id: "answers-notes", checked: true });
  const list = make("div");
  const said = make("p");
  said.setAttribute("role", "status");

  const rows = () => Object.entries(stored(ANSWERS)).map(([question, answer]) => ({ question, ...answer }));
  // In the source's order: by text, and in it by number.
  const notes = () => Object.entries(stored(NOTES)).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })).map(([, note]) => note);
  const byPage = (all) => all.reduce((pages, one) => pages.set(one.page, [...(pages.get(one.page) ?? []), one]), new Map());
  const save = (content, type, ending) => {
    const link = make("a", { href: URL.createObjectURL(new Blob([content], { type })), download: `answers.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const taken = () => (along.checked ? notes() : []);
  const asData = () => JSON.stringify({ format: "sourcebook-answers", version: 2, course: about.course, student: name.value.trim(), answers: rows(), notes: taken() }, null, 1);
  const asText = () => [`# ${about.course}`, name.value.trim(),
    ...rows().map(({ question, asks, paragraphs, page, answer, changed }) =>
      `## ${page}: ${question}\n\n${[asks, paragraphs && `(${paragraphs})`].filter(Boolean).join(" ")}\n\n${answer}\n\n*${changed.slice(0, 10)}*`),
    ...[...byPage(taken())].map(([page, here]) => [`## ${page}: notes`,
      ...here.flatMap(({ paragraph, note, highlights }) => [`**¶${paragraph}** ${note}`.trim(), ...highlights.map((each) => `> ${each.words}`)])].join("\n\n"))]
    .filter(Boolean).join("\n\n") + "\n";
  // A file from elsewhere may name any address: links lead into the course alone.
  const within = (address) => {
    const { href } = new URL(address, ROOT);
    return href.startsWith(ROOT.href) ? href : ROOT.href;
  };
  const button = (label, act) => {
    const element = make("button", { type: "button", textContent: label });
    element.addEventListener("click", act);
    return element;
  };

  const link = (address, text) => make("a", { href: within(address), textContent: text });
  const start = (text) => (text.length > 90 ? `${text.slice(0, 90)} …` : text);
  const dropping = (what, { text, paragraph }, without) => {
    const element = button("Delete", () => {
      if (!window.confirm(`Delete ${what} from this browser? This cannot be undone.`)) return;
      const at = [...list.querySelectorAll("button")].indexOf(element);
      const all = stored(NOTES);
      const key = `${text} ${paragraph}`;
      const { [key]: here = { highlights: [] }, ...rest } = all;
      const left = { ...here, ...without(here) };
      keep(NOTES, left.note || left.highlights.length ? { ...all, [key]: left } : rest);
      said.textContent = `Deleted: ${what}.`;
      show();
      const others = list.querySelectorAll("button");
      (others[Math.min(at, others.length - 1)] ?? name).focus();
    });
    element.append(make("span", { className: "visually-hidden", textContent: ` ${what}` }));
    return element;
  };
  const listed = (entry) => {
    const { paragraph, note, address, highlights } = entry;
    const item = (text, drop) => make("li", { className: "kept-note" }, make("span", {}, link(address, `¶${paragraph}`), " ", text), drop);
    const items = highlights.map(({ from, to, words }) => item(make("mark", { textContent: words }),
      dropping(`the highlight “${words}” in ¶${paragraph}`, entry, (here) => ({ highlights: here.highlights.filter((each) => each.from !== from || each.to !== to) }))));
    if (note) items.unshift(item(start(note), dropping(`the note on ¶${paragraph}`, entry, () => ({ note: "" }))));
    return items;
  };
  const heading = (text) => make("h2", { textContent: text });
  const nothing = (what) => make("p", { textContent: `No ${what} is kept in this browser yet.` });

  function show() {
    const answers = rows();
    const noted = notes();
    const many = noted.filter(({ note }) => note).length;
    const marked = noted.flatMap(({ highlights }) => highlights).length;
    const counts = [many && some(many, "note"), marked && some(marked, "highlight")].filter(Boolean).join(" and ");
    list.replaceChildren(
      heading("Answers"),
      answers.length ? make("p", { textContent: `${some(answers.length, "answer is", "answers are")} kept in this browser.` }) : nothing("answer"),
      make("ul", {}, ...answers.map(({ question, page, address, answer }) => make("li", {}, link(address, `${page}: ${question}`), ` ${start(answer)}`))),
      heading("Notes and highlights"),
      counts ? make("p", { textContent: `Kept in this browser: ${counts}.` }) : nothing("note"),
      ...[...byPage(noted)].flatMap(([page, here]) => [make("h3", { textContent: page }), make("ul", { className: "kept-notes" }, ...here.flatMap(listed))]));
    for (const each of exports) each.disabled = !answers.length && !noted.length;
  }

  // ---- what a file brings
  const strings = (row, fields) => Object.fromEntries(fields.map((field) => [field, String(row[field] ?? "")]));
  // The newer answer stays.
  const takeAnswers = (given) => {
    const all = stored(ANSWERS);
    let taken = 0;
    for (const row of given) {
      const answer = strings(row, ["asks", "paragraphs", "page", "address", "answer", "changed"]);
      if (typeof row.question !== "string" || !answer.answer || (all[row.question]?.changed ?? "") >= answer.changed) continue;
      all[row.question] = answer;
      taken += 1;
    }
    keep(ANSWERS, all);
    return taken;
  };
  // The newer note stays, and every highlight that was here; others are added.
  const takeNotes = (given) => {
    const all = stored(NOTES);
    let taken = 0;
    for (const row of given) {
      const where = strings(row, ["text", "paragraph", "page", "address"]);
      const key = `${where.text} ${where.paragraph}`;
      const here = all[key] ?? { ...where, note: "", changed: "", highlights: [] };
      const { note, changed } = strings(row, ["note", "changed"]);
      const newer = Boolean(note) && changed > here.changed;
      const fresh = (Array.isArray(row.highlights) ? row.highlights : []).filter((each) =>
        Number.isInteger(each?.from) && each.from >= 0 && Number.isInteger(each.to) && each.from < each.to && String(each.words ?? "").trim()
        && !here.highlights.some(({ from, to }) => from < each.to && each.from < to))
        .map(({ from, to, words }) => ({ from, to, words: String(words) }));
      if (!/^[A-Z]?\d+$/.test(where.paragraph) || !(newer || fresh.length)) continue;
      all[key] = { ...here, ...(newer ? { note, changed } : {}), highlights: [...here.highlights, ...fresh].sort((a, b) => a.from - b.from) };
      taken += Number(newer) + fresh.length;
    }
    keep(NOTES, all);
    return taken;
  };
  file.addEventListener("change", async () => {
    try {
      const data = JSON.parse(await file.files[0].text());
      // Files of version 1 hold no notes.
      const given = data?.notes ?? [];
      const sound = (all) => Array.isArray(all) && all.every((row) => row && typeof row === "object");
      if (data?.format !== "sourcebook-answers" || !sound(data.answers) || !sound(given)) throw new SyntaxError();
      const answers = takeAnswers(data.answers);
      const noted = takeNotes(given);
      said.textContent = `${some(answers, "answer was", "answers were")} taken from the file${given.length ? `, and ${some(noted, "note or highlight", "notes and highlights")}` : ""}; what was as new or newer here stayed.`;
    } catch (error) {
      said.textContent = error instanceof SyntaxError ? "This file is no export of answers: choose the file that “Download as data” made." : "This browser keeps nothing for this site.";
    }
    file.value = "";
    show();
  });
  const forget = (what, key) => button(`Delete ${what}`, () => {
    if (!window.confirm(`Delete ${what} from this browser? This cannot be undone.`)) return;
    localStorage.removeItem(key);
    said.textContent = `Deleted: ${what}.`;
    show();
  });
  const exports = [
    button("Download to read (Markdown)", () => save(asText(), "text/markdown", "md")),
    button("Download as data (JSON)", () => save(asData(), "application/json", "json")),
  ];
  box.replaceChildren(list,
    make("p", {}, make("label", { htmlFor: name.id, textContent: "Your name, for the file only " }), name),
    make("p", {}, make("label", {}, along, " With my notes and highlights")),
    make("p", {}, exports[0], " ", exports[1]),
    make("p", {}, make("label", { htmlFor: file.id, textContent: "Take answers and notes from a file (JSON) " }), file),
    make("p", {}, forget("all answers", ANSWERS), " ", forget("all notes and highlights", NOTES), " ", forget("quiz answers", "sourcebook-quizzes"), " ", forget("changed code", "sourcebook-cells"), " ", forget("your copy of the text", "sourcebook-texts")),
    said);
  show();
  addEventListener("pageshow", ({ persisted }) => { if (persisted) show(); });
})();
