// Citations, loaded when a reader first wants one: today's date and this address where the build
// could not know them, a button to copy, files for reference managers, paragraphs of the source.
(() => {
  "use strict";
  const now = new Date();
  const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const month = months[now.getMonth()];
  const day = now.getDate(), year = now.getFullYear();
  const days = {
    mdy: `${month} ${day}, ${year}`,
    dmy: `${day} ${month} ${year}`,
    dMy: `${day} ${month.length < 5 ? month : month === "September" ? "Sept." : `${month.slice(0, 3)}.`} ${year}`,
  };
  const canonical = document.querySelector("link[rel=canonical]")?.href;
  // A page from a folder has no address that others could open.
  const here = canonical ?? (location.protocol.startsWith("http") ? location.href.split("#")[0] : "");
  const make = (name, properties = {}) => Object.assign(document.createElement(name), properties);
  const said = make("output", { className: "visually-hidden" });
  document.body.append(said);

  const complete = (box, address) => {
    for (const place of box.querySelectorAll(".cite-day")) place.textContent = days[place.dataset.form];
    for (const place of box.querySelectorAll(".cite-address")) place.textContent = address;
    for (const part of box.querySelectorAll(".cite-where")) part.hidden = !address;
  };
  const copy = async (text, inside) => {
    try { await navigator.clipboard.writeText(text); return; } catch { /* not allowed here */ }
    const box = make("textarea", { value: text });
    inside.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  const copier = (element, name) => {
    const button = make("button", { type: "button", className: "cite-copy", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy: ${name}`);
    const words = () => {
      const shown = element.cloneNode(true);
      for (const part of shown.querySelectorAll("button, [hidden]")) part.remove();
      return shown.textContent.trim();
    };
    button.addEventListener("click", async () => {
      const text = words();
      await copy(text, element);
      button.focus();
      button.textContent = "Copied";
      said.textContent = `Copied: ${text}`;
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    element.append(button);
  };

  // Files for reference managers get the day of the visit, and the address where they have none.
  const pad = (number) => String(number).padStart(2, "0");
  const iso = `${year}-${pad(now.getMonth() + 1)}-${pad(day)}`;
  const dated = {
    bib: (text) => text.replace(/\n}/, `,\n${here && !/^ +url =/m.test(text) ? `    url = {${here}},\n` : ""}    urldate = {${iso}}\n}`),
    ris: (text) => text.replace("ER  -", `${here && !/^UR /m.test(text) ? `UR  - ${here}\r\n` : ""}Y2  - ${iso.replaceAll("-", "/")}\r\nER  -`),
    json: (text) => {
      const [item] = JSON.parse(text);
      return JSON.stringify([{ ...item, ...(here && { URL: item.URL ?? here }), accessed: { "date-parts": [[year, now.getMonth() + 1, day]] } }]);
    },
  };
  for (const link of here ? document.querySelectorAll("a[data-cite]") : []) {
    const [head, ...text] = link.getAttribute("href").split(",");
    link.href = `${head},${encodeURIComponent(dated[link.dataset.cite](decodeURIComponent(text.join(","))))}`;
  }
  for (const box of document.querySelectorAll(".cite-page")) {
    complete(box, here);
    for (const element of box.querySelectorAll("dd")) copier(element, element.previousElementSibling.textContent);
  }

  // A paragraph of the source: a short form, then each style.
  window.sourcebookCite = (id, text, opener) => {
    const address = here && `${here}#p${id}`;
    const dialog = make("dialog", { className: "cite-paragraph" });
    dialog.append(make("h2", { textContent: `Cite ¶${id}`, id: "cite-paragraph-title" }));
    dialog.setAttribute("aria-labelledby", "cite-paragraph-title");
    const list = make("dl", { className: "citations" });
    const add = (name, ...inside) => {
      const element = make("dd");
      element.append(...inside);
      copier(element, name);
      list.append(make("dt", { textContent: name }), element);
      return element;
    };
    add("Short", [text.cite, `¶${id}`, address].filter(Boolean).join(", "));
    for (const style of text.styles) {
      // Written by the build, from titles and names that it has escaped.
      const element = make("span", { innerHTML: style.text.replaceAll("{n}", id) });
      complete(element, address);
      const row = add(style.name, element);
      if (!style.inline) continue;
      const inline = make("span", { className: "cite-inline" });
      inline.innerHTML = `In your text: ${style.inline.replaceAll("{n}", id)}`;
      row.after(make("dd"));
      row.nextSibling.append(inline);
    }
    const close = make("button", { type: "button", className: "btn course-close", textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); opener.focus(); });
    dialog.append(list, close);
    document.body.append(dialog);
    dialog.append(said);
    dialog.addEventListener("close", () => document.body.append(said));
    dialog.showModal();
  };
})();
