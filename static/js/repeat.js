// Rows of a form list: add from the <template>, remove, renumber the names prefix-0-…, prefix-1-… (components/repeat.html).
"use strict";
(() => {
  const live = (text) => { const region = document.getElementById("live"); if (region) region.textContent = text; };

  function renumber(list) {
    const prefix = list.dataset.repeatPrefix, start = `${prefix}-`;
    list.querySelectorAll("[data-repeat-row]").forEach((row, number) => {
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        row.querySelectorAll(`[${attribute}]`).forEach((element) => {
          const parts = element.getAttribute(attribute).split(" ").map((part) =>
            part.startsWith(start) ? start + part.slice(start.length).replace(/^(\d+|__n__)(?=-|$)/, String(number)) : part);
          element.setAttribute(attribute, parts.join(" "));
        });
      }
    });
  }

  function ready(list) {
    const rows = list.querySelector("[data-repeat-rows]"), add = list.querySelector("[data-repeat-add]");
    const template = list.querySelector("[data-repeat-template]"), most = Number(list.dataset.repeatMost);
    const told = () => { add.disabled = rows.children.length >= most; list.dispatchEvent(new Event("change", { bubbles: true })); };
    list.querySelectorAll("[data-repeat-remove]").forEach((button) => { button.hidden = false; });
    add.hidden = false;
    add.addEventListener("click", () => {
      rows.append(template.content.cloneNode(true));
      renumber(list);
      const field = rows.lastElementChild.querySelector("input:not([type=hidden]), select, textarea");
      if (field) field.focus();
      live(list.dataset.added);
      told();
    });
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("[data-repeat-remove]");
      if (!button) return;
      const row = button.closest("[data-repeat-row]"), next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      renumber(list);
      (next ? next.querySelector("[data-repeat-remove]") : add).focus();
      live(list.dataset.removed);
      told();
    });
  }
  document.querySelectorAll("[data-repeat]").forEach(ready);
})();
