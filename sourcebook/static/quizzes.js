// Self-check quizzes: each question becomes a form that checks, says why and can be tried again.
// Without scripts a question opens to its answer. What is answered stays in this browser.
(() => {
  "use strict";
  const KEY = "sourcebook-quizzes";
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();
  const stored = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const keep = (id, states) => {
    const all = stored();
    if (Object.keys(states).length) all[id] = states; else delete all[id];
    try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* the quiz works without */ }
  };
  // A question that was reworded is another question: an old answer to it is not shown.
  const print = (text) => {
    let hash = 0;
    for (const sign of text) hash = (Math.imul(hash, 31) + sign.codePointAt(0)) | 0;
    return (hash >>> 0).toString(36);
  };
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/(\d),(?=\d{3})/g, "$1").replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/^(the|an?) /, "");

  // Each kind: its controls; read() and write() an answer; judge() it: [right?, what is said].
  function choices(item, name) {
    const many = item.classList.contains("quiz-many");
    const rows = [...item.querySelectorAll(".quiz-choice")].map((row, n) => {
      const input = make("input", { type: many ? "checkbox" : "radio", name, value: n });
      const text = row.querySelector("summary > span, .quiz-text");
      const why = row.querySelector(".quiz-feedback");
      return { input, why, right: row.classList.contains("right"),
        line: make("li", {}, make("label", {}, input, make("span", {}, ...text.childNodes))) };
    });
    return {
      body: make("ul", { className: "quiz-rows" }, ...rows.map(({ line }) => line)), rows,
      focus: () => rows[0].input.focus(),
      read: () => rows.flatMap(({ input }, n) => (input.checked ? [n] : [])),
      write: (answer) => rows.forEach(({ input }, n) => { input.checked = answer.includes(n); }),
      judge() {
        const [good, bad] = [true, false].map((right) => rows.filter((row) => row.input.checked && row.right === right).length);
        const missing = rows.filter(({ right }) => right).length - good;
        rows.forEach((row) => { row.verdict = row.input.checked ? row.right : undefined; });
        return [!bad && !missing, many ? `${good} right, ${bad} wrong, ${missing} missing.` : ""];
      },
    };
  }

  function order(item) {
    const wanted = [...item.querySelectorAll(".quiz-answer")];
    const rows = [...item.querySelectorAll(".quiz-given .quiz-text")].map((text, n) => {
      const mark = words(text.querySelector(".quiz-mark"));
      const label = words(text).slice(mark.length).trim();
      const answer = wanted.find((each) => words(each.querySelector(".quiz-text")) === label);
      const move = (by, sign, way) => make("button", { type: "button", textContent: sign, ariaLabel: `Move ${way}: ${label}`, value: by });
      const buttons = [move(-1, "↑", "up"), move(1, "↓", "down")];
      return { n, label, at: wanted.indexOf(answer), why: answer?.querySelector(".quiz-feedback"),
        line: make("li", {}, make("div", { className: "quiz-step" }, make("span", {}, ...text.childNodes), ...buttons)) };
    });
    const body = make("ol", { className: "quiz-rows" }, ...rows.map(({ line }) => line));
    body.setAttribute("role", "list");
    const now = () => [...body.children].map((line) => rows.find((row) => row.line === line));
    const ends = () => now().forEach(({ line }, n, all) => line.querySelectorAll("button").forEach((button) => {
      // Not "disabled": the button that was pressed would lose the focus.
      button.setAttribute("aria-disabled", String(n + Number(button.value) < 0 || n + Number(button.value) >= all.length));
    }));
    const kind = {
      body, rows,
      focus: () => body.querySelector("button").focus(),
      read: () => now().map(({ n }) => n),
      write(answer) {
        body.append(...(answer.length ? answer : rows.map(({ n }) => n)).map((n) => rows[n].line));
        ends();
      },
      judge() {
        now().forEach((row, n) => { row.verdict = row.at === n; });
        const good = rows.filter(({ verdict }) => verdict).length;
        return [good === rows.length, `${good} of ${rows.length} stand in their place.`];
      },
    };
    body.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button || button.ariaDisabled === "true") return;
      const line = button.closest("li");
      if (button.value === "1") line.nextElementSibling.after(line);
      else line.previousElementSibling.before(line);
      ends();
      button.focus();
      kind.changed(`${now().findIndex((row) => row.line === line) + 1} of ${rows.length}: ${rows.find((row) => row.line === line).label}`);
    });
    ends();
    return kind;
  }

  function match(item) {
    const given = item.querySelector(".quiz-given");
    const options = [...given.children].map((text) => [words(text), words(text).slice(words(text.querySelector(".quiz-mark")).length).trim()]);
    const pairs = new Map([...item.querySelectorAll(".quiz-answer")].map((answer) => [words(answer.querySelector(".quiz-text")), answer]));
    const rows = [...item.querySelectorAll(".quiz-lefts .quiz-text")].map((text) => {
      const left = words(text).slice(words(text.querySelector(".quiz-mark")).length).trim();
      const answer = pairs.get(left);
      const input = make("select", {}, new Option("choose …", ""), ...options.map(([shown, value]) => new Option(shown, value)));
      return { input, wanted: answer && words(answer.querySelector(".quiz-partner")), why: answer?.querySelector(".quiz-feedback"),
        line: make("li", {}, make("label", { className: "quiz-pair" }, make("span", {}, ...text.childNodes), input)) };
    });
    return {
      body: make("div", {}, given, make("ul", { className: "quiz-rows" }, ...rows.map(({ line }) => line))), rows,
      focus: () => rows[0].input.focus(),
      read: () => (rows.some(({ input }) => input.value) ? rows.map(({ input }) => input.value) : []),
      write: (answer) => rows.forEach(({ input }, n) => { input.value = answer[n] ?? ""; }),
      judge() {
        rows.forEach((row) => { row.verdict = row.input.value ? row.input.value === row.wanted : undefined; });
        const good = rows.filter(({ verdict }) => verdict).length;
        return [good === rows.length, `${good} of ${rows.length} pairs are right.`];
      },
    };
  }

  function short(item) {
    const answers = [...item.querySelectorAll(".quiz-answer")].map((answer) => ({
      right: !answer.classList.contains("quiz-slip"), why: answer.querySelector(".quiz-feedback"),
      texts: words(answer.querySelector(".quiz-text")).split(" | ").map(plain) }));
    const input = make("input", { type: "text", autocomplete: "off", spellcheck: false });
    const row = { input, line: make("li", {}, make("label", {}, "Your answer ", input)) };
    return {
      body: make("ul", { className: "quiz-rows" }, row.line), rows: [row],
      focus: () => input.focus(),
      read: () => (input.value.trim() ? [input.value] : []),
      write: ([answer]) => { input.value = answer ?? ""; },
      judge() {
        const found = answers.find(({ texts }) => texts.includes(plain(input.value)));
        row.verdict = Boolean(found?.right);
        row.why = found?.why;
        return [row.verdict, found ? "" : "This answer is not in the key: look again, or say it in fewer words."];
      },
    };
  }

  const KINDS = { "quiz-one": choices, "quiz-many": choices, "quiz-order": order, "quiz-match": match, "quiz-short": short };

  function question(quiz, item, number, states, tally) {
    const id = print(words(item));
    const keyless = !item.querySelector(".quiz-solution, .right");
    const kind = KINDS[Object.keys(KINDS).find((name) => item.classList.contains(name))](item, `${quiz.id}-${number}`);
    const check = make("button", { type: "submit", textContent: "Check" });
    const again = make("button", { type: "button", textContent: "Try again", hidden: true });
    const said = make("p", { className: "quiz-said" });
    said.setAttribute("role", "status");
    const legend = make("legend", {}, ...item.querySelector(".quiz-question").childNodes);
    const actions = keyless ? [] : [make("p", { className: "quiz-actions" }, check, " ", again)];
    const form = make("form", {}, make("fieldset", {}, legend, kind.body, ...actions, said));

    const hide = () => {
      for (const row of kind.rows) {
        row.line.querySelector(".quiz-why")?.remove();
        row.line.classList.remove("is-right", "is-wrong");
      }
      again.hidden = true;
    };
    const show = () => {
      hide();
      const [right, more] = kind.judge();
      for (const { line, verdict, why } of kind.rows) {
        if (verdict === undefined) continue;
        line.classList.add(verdict ? "is-right" : "is-wrong");
        const mark = make("strong", { textContent: verdict ? "Right. " : "Not quite. " });
        // A step out of its place is not explained: the reason would name the place.
        const reason = why && (verdict || kind.explains) ? [...why.cloneNode(true).childNodes] : [];
        line.append(make("div", { className: "quiz-why" }, mark, ...reason));
      }
      again.hidden = false;
      return [right, more];
    };
    kind.explains = item.matches(".quiz-one, .quiz-many, .quiz-short");
    kind.changed = (message = "") => {
      hide();
      said.textContent = message;
      states[id] = { ...states[id], answer: kind.read(), right: undefined };
      keep(quiz.id, states);
      tally();
    };
    form.addEventListener("input", () => kind.changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (keyless) return;
      const answer = kind.read();
      if (!answer.length) { said.textContent = "Answer first."; return; }
      const [right, more] = show();
      const tries = (states[id]?.tries ?? 0) + 1;
      states[id] = { answer, right, tries, first: states[id]?.first ?? (right && tries === 1) };
      keep(quiz.id, states);
      const why = kind.explains ? [...form.querySelectorAll(".quiz-why")].map((each) => words(each).replace(/^(Right|Not quite)\. /, "")).join(" ") : "";
      // The reasons stand beside the answers; who cannot see them hears them here.
      said.replaceChildren(`${right ? "Right." : "Not quite."} ${more}`, make("span", { className: "visually-hidden", textContent: ` ${why}` }));
      tally();
    });
    const clear = () => { hide(); kind.write([]); said.textContent = ""; };
    again.addEventListener("click", () => { clear(); kind.changed(); kind.focus(); });
    item.replaceChildren(form);
    if (states[id]?.answer?.length) {
      kind.write(states[id].answer);
      if (states[id].right !== undefined && !keyless) show();
    }
    return { id, clear, keyless };
  }

  for (const quiz of document.querySelectorAll(".quiz")) {
    const items = [...quiz.querySelectorAll(".quiz-item")];
    const states = stored()[quiz.id] ?? {};
    const score = make("span");
    const over = make("button", { type: "button", textContent: "Start over" });
    const tally = () => {
      const here = questions.map(({ id }) => states[id]).filter(Boolean);
      const right = here.filter((state) => state.right).length;
      const first = here.filter((state) => state.right && state.first).length;
      score.textContent = keyless ? "Your answers are kept in this browser; this edition has no key."
        : `${right} of ${items.length} right, ${first} at the first try. Kept in this browser only.`;
      over.hidden = !here.length;
    };
    const questions = [];
    items.forEach((item, n) => questions.push(question(quiz, item, n + 1, states, tally)));
    const keyless = questions.every((each) => each.keyless);
    over.addEventListener("click", () => {
      for (const each of questions) { each.clear(); delete states[each.id]; }
      keep(quiz.id, states);
      tally();
      quiz.querySelector("input, select, button").focus();
    });
    quiz.append(make("p", { className: "quiz-score" }, score, " ", over));
    tally();
  }
})();
