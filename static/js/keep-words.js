// Words of a long form stay on this device until the server has them: a session that ended, a lost network, a full disk.
// Kept: every form[method=post] in <main> with a text area or three fields to fill in (not those that save themselves,
// see autosave.js; not passwords, files, hidden fields), under the id of the person who wrote, for at most a day.
// A form that was sent and never arrived is filled again by itself; one that was only begun is offered.
"use strict";
(() => {
  const DAY = 864e5, START = "yian:words:";
  const person = () => (document.querySelector('meta[name="yian-actor"]') || { content: "" }).content;
  const typed = (field) => field.name && !field.disabled && !field.closest("template")
    && !["hidden", "password", "file", "submit", "button", "reset", "image"].includes(field.type);
  const fieldsOf = (form) => [...form.elements].filter(typed);
  const long = (form) => form.method === "post" && !form.dataset.autosaveUrl && !form.querySelector("input[type=password]")
    && (fieldsOf(form).some((field) => field.type === "textarea") || new Set(fieldsOf(form).map((field) => field.name)).size > 2);
  const place = (form) => { const to = new URL(form.getAttribute("action") || location.href, location.href); return to.pathname + to.search + (form.id ? `#${form.id}` : ""); };
  const key = (form) => `${START}${person()}:${place(form)}`;

  function read(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } }
  function drop(name) { try { localStorage.removeItem(name); } catch { /* nothing kept */ } }
  function keep(form, sent) {
    if (!person()) return;
    try { localStorage.setItem(key(form), JSON.stringify({ words: wordsOf(form), sent, at: Date.now() })); } catch { /* full or forbidden */ }
  }
  function wordsOf(form) {
    return fieldsOf(form).flatMap((field) => {
      if (field.type === "checkbox" || field.type === "radio") return field.checked ? [[field.name, field.value]] : [];
      if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => [field.name, option.value]);
      return [[field.name, field.value]];
    });
  }

  // Rows that were added by hand are added again.
  function addRows(form, words) {
    for (const [name] of words) {
      const row = /^(.+?)-\d+-/.exec(name), list = row && form.querySelector(`[data-repeat-prefix="${CSS.escape(row[1])}"]`);
      for (let tries = 0; list && tries < 12 && !form.elements.namedItem(name); tries += 1) {
        const add = list.querySelector("[data-repeat-add]");
        if (!add) break;
        add.click();
      }
    }
  }

  function putBack(form, words) {
    addRows(form, words);
    const left = words.slice();
    for (const field of fieldsOf(form)) {
      const mine = left.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = mine.includes(field.value);
      else if (field.type === "select-multiple") for (const option of field.options) option.selected = mine.includes(option.value);
      else if (mine.length) { field.value = mine[0]; left.splice(left.findIndex(([name]) => name === field.name), 1); }
      const fold = field.closest("details");
      if (fold && mine.length && (field.type === "textarea" ? field.value : field.value !== field.defaultValue)) fold.open = true;
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function tell(form, copy, filled) {
    const box = document.getElementById("kept-words").content.firstElementChild.cloneNode(true);
    box.querySelector("[data-kept-filled]").hidden = !filled;
    box.querySelector("[data-kept-offered]").hidden = filled;
    box.querySelector("[data-kept-at]").textContent = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const back = box.querySelector("[data-kept-back]");
    back.hidden = filled;
    back.addEventListener("click", () => { putBack(form, copy.words); keep(form, false); box.remove(); });
    box.querySelector("[data-kept-drop]").addEventListener("click", () => { drop(key(form)); form.reset(); box.remove(); });
    form.prepend(box);
    // What was filled in by itself is shown where it stands; what is only offered waits there.
    if (filled && !document.querySelector("[data-kept-shown]") && !location.hash) {
      box.setAttribute("data-kept-shown", "");
      box.scrollIntoView({ block: "start" });
      box.focus({ preventScroll: true });
    }
  }

  function offer(form) {
    const copy = read(key(form));
    if (!copy) return;
    if (JSON.stringify(copy.words) === JSON.stringify(wordsOf(form))) return drop(key(form));
    if (document.querySelector(".error-summary, .has-error")) return; // the server has sent back newer words
    if (copy.sent) putBack(form, copy.words);
    tell(form, copy, copy.sent);
  }

  // Any other page of the same person shows that what was sent has arrived; what is older than a day goes.
  function sweep(open) {
    const stays = document.querySelector("[data-page-error], [data-passing-page]"), done = document.querySelector(".messages .notice.ok");
    try {
      for (const name of Object.keys(localStorage).filter((one) => one.startsWith(START))) {
        const copy = read(name) || { at: 0 }, own = person() && name.startsWith(`${START}${person()}:`);
        if ((copy.sent && own && !stays && (done || !open.has(name))) || Date.now() - copy.at > DAY) drop(name);
      }
    } catch { /* storage is closed to us */ }
  }

  const forms = [...document.querySelectorAll("main form")].filter(long);
  sweep(new Set(forms.map(key)));
  for (const form of forms) {
    offer(form);
    form.addEventListener("input", () => keep(form, false));
    form.addEventListener("change", (event) => { if (event.isTrusted) keep(form, false); });
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) keep(form, true); });
  }
  // The page of an ended session says so when the words of this form are here.
  const lost = document.querySelector("[data-lost-form]");
  if (lost) {
    const way = document.querySelector("[data-sign-in]"); // without scripts the form on this page takes its place
    if (way) way.hidden = false;
    try {
      const here = Object.keys(localStorage).some((name) => name.startsWith(START) && name.split(":").slice(3).join(":").split("#")[0] === lost.dataset.lostForm && (read(name) || {}).sent);
      lost.querySelector("[data-words-kept]").hidden = !here;
      lost.querySelector("[data-words-gone]").hidden = here;
    } catch { /* storage is closed to us: the plain words stay */ }
  }
})();
