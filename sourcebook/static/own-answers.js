// Own answers: a place to write under each question, kept in this browser and nowhere else.
(() => {
  "use strict";
  const KEY = "sourcebook-answers";
  const about = JSON.parse(document.getElementById("own-answers").textContent);
  const ROOT = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const count = (n, one, many) => `${n} ${n === 1 ? `answer ${one}` : `answers ${many}`}`;
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const stored = (key = KEY) => {
    try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
  };
  const keep = (all) => { localStorage.setItem(KEY, JSON.stringify(all)); };

  // ---- under each question
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

  // ---- the page where they are kept
  const box = document.querySelector(".own-answers");
  if (!box) return;
  const name = make("input", { type: "text", id: "answers-student", autocomplete: "name" });
  const file = make("input", { type: "file", id: "answers-file", accept: ".json,application/json" });
  const list = make("div");
  const said = make("p");
  said.setAttribute("role", "status");

  const rows = () => Object.entries(stored()).map(([question, answer]) => ({ question, ...answer }));
  const save = (content, type, ending) => {
    const link = make("a", { href: URL.createObjectURL(new Blob([content], { type })), download: `answers.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const asData = () => JSON.stringify({ format: "sourcebook-answers", version: 1, course: about.course, student: name.value.trim(), answers: rows() }, null, 1);
  const asText = () => [`# ${about.course}`, name.value.trim(),
    ...rows().map(({ question, asks, paragraphs, page, answer, changed }) =>
      `## ${page}: ${question}\n\n${[asks, paragraphs && `(${paragraphs})`].filter(Boolean).join(" ")}\n\n${answer}\n\n*${changed.slice(0, 10)}*`)]
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

  function show() {
    const here = rows();
    list.replaceChildren(make("p", { textContent: here.length ? `${count(here.length, "is", "are")} kept in this browser.` : "No answer is kept in this browser yet." }),
      make("ul", {}, ...here.map(({ question, page, address, answer }) => make("li", {},
        make("a", { href: within(address), textContent: `${page}: ${question}` }), ` ${answer.length > 90 ? `${answer.slice(0, 90)} …` : answer}`))));
    for (const each of exports) each.disabled = !here.length;
  }
  file.addEventListener("change", async () => {
    try {
      const data = JSON.parse(await file.files[0].text());
      if (data.format !== "sourcebook-answers" || !Array.isArray(data.answers)) throw new SyntaxError();
      const all = stored();
      let taken = 0;
      for (const { question, ...row } of data.answers) {
        const answer = Object.fromEntries(["asks", "paragraphs", "page", "address", "answer", "changed"].map((field) => [field, String(row[field] ?? "")]));
        // The newer answer stays.
        if (typeof question !== "string" || !answer.answer || (all[question]?.changed ?? "") >= answer.changed) continue;
        all[question] = answer;
        taken += 1;
      }
      keep(all);
      said.textContent = `${count(taken, "was", "were")} taken from the file; what was as new or newer here stayed.`;
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
    make("p", {}, exports[0], " ", exports[1]),
    make("p", {}, make("label", { htmlFor: file.id, textContent: "Take answers from a file (JSON) " }), file),
    make("p", {}, forget("all answers", KEY), " ", forget("quiz answers", "sourcebook-quizzes"), " ", forget("changed code", "sourcebook-cells"), " ", forget("your copy of the text", "sourcebook-texts")),
    said);
  show();
})();
