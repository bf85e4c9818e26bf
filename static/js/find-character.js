// A name field's link a[data-find-character] opens its page in a dialog; a candidate is put at the field's cursor.
// Without scripts the link opens the same page in a window of its own, from where the character is copied.
"use strict";
(() => {
  const fieldOf = (link) => link.closest(".field").querySelector("input:not([type=hidden])");

  async function show(dialog, address) {
    const answer = await fetch(address, { headers: { Accept: "text/html", "HX-Request": "true" }, credentials: "same-origin" });
    if (answer.redirected || !(answer.ok || answer.status === 422)) { location.assign(answer.url); return; }
    dialog.querySelector("[data-character-body]").innerHTML = await answer.text(); // our own server's answer, escaped there
    const first = dialog.querySelector("[data-character]"), question = dialog.querySelector("input[name=q]");
    (first || question).focus();
  }

  function put(field, text) {
    const start = field.selectionStart ?? field.value.length, end = field.selectionEnd ?? start;
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function open(link) {
    const field = fieldOf(link), dialog = document.createElement("dialog"), heading = document.createElement("h2");
    const body = document.createElement("div"), address = new URL(link.href);
    heading.id = "character-heading";
    heading.textContent = link.dataset.findCharacter;
    body.dataset.characterBody = "";
    body.className = "stack";
    dialog.className = "finder";
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.append(heading, body);
    document.body.append(dialog);
    address.searchParams.set("part", "1");
    dialog.addEventListener("close", () => { dialog.remove(); field.focus(); });
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const question = new URLSearchParams(new FormData(event.target));
      show(dialog, `${address.pathname}?${question}`).catch(() => location.assign(link.href));
    });
    dialog.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-character]");
      if (chosen) put(field, chosen.dataset.character);
      if (chosen || event.target.closest("[data-character-close]")) dialog.close();
    });
    dialog.showModal();
    show(dialog, address).catch(() => location.assign(link.href));
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-find-character]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });
})();
