// The ledger's filter: by verdict and by chapter. Without scripts every row is shown.
(() => {
  const chapters = [...document.querySelectorAll(".ledger")];
  if (!chapters.length) return;
  const rows = [...document.querySelectorAll(".ledger-row")];
  const verdictOf = (row) => [...row.classList].find((name) => name.startsWith("verdict-")).slice(8);
  const titleOf = (chapter) => chapter.previousElementSibling?.textContent.trim() ?? "";

  const choice = (name, values) => {
    const label = document.createElement("label");
    label.textContent = `${name} `;
    const select = document.createElement("select");
    for (const value of ["all", ...values]) select.append(new Option(value, value));
    label.append(select);
    return [label, select];
  };
  const [verdictLabel, verdict] = choice("Verdict", [...new Set(rows.map(verdictOf))].sort());
  const [chapterLabel, chapter] = choice("Chapter", chapters.map(titleOf));
  const count = document.createElement("output");

  const show = () => {
    let shown = 0;
    for (const part of chapters) {
      const here = chapter.value === "all" || titleOf(part) === chapter.value;
      let some = false;
      for (const row of part.querySelectorAll(".ledger-row")) {
        row.hidden = !here || (verdict.value !== "all" && verdictOf(row) !== verdict.value);
        if (!row.hidden) { some = true; shown += 1; }
      }
      part.hidden = !some;
      part.previousElementSibling.hidden = !some;
    }
    count.textContent = `${shown} of ${rows.length} shown`;
  };
  const form = document.createElement("form");
  form.className = "ledger-filter";
  form.append(verdictLabel, chapterLabel, count);
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  chapters[0].previousElementSibling.before(form);
  show();
})();
