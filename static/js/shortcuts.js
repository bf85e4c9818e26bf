// The key "/" goes to the field with data-shortcut="/" (finding a child). It can be switched off (WCAG 2.1.4);
// the choice is remembered in this browser.
"use strict";
(() => {
  const KEY = "yian:shortcuts";
  const read = () => { try { return localStorage.getItem(KEY) !== "off"; } catch { return true; } };
  let on = read();
  const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog");
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const field = [...document.querySelectorAll("[data-shortcut]")].find((one) => one.dataset.shortcut === event.key);
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  });
  document.querySelectorAll("[data-shortcuts-toggle]").forEach((button) => {
    const show = () => { button.textContent = on ? button.dataset.on : button.dataset.off; };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      on = !on;
      try { localStorage.setItem(KEY, on ? "on" : "off"); } catch { /* holds for this page only */ }
      show();
    });
  });
})();
