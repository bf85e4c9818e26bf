// A POST form is sent once: a second press within ten seconds does nothing and the button says so.
// The server refuses doubles by itself; this only keeps the hand from worrying. form[data-many] is left alone.
"use strict";
(() => {
  const free = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll(".is-sending").forEach((button) => { button.classList.remove("is-sending"); button.removeAttribute("aria-disabled"); });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const button = event.submitter || form.querySelector("button[type=submit]");
    if (button) { button.classList.add("is-sending"); button.setAttribute("aria-disabled", "true"); }
    setTimeout(() => free(form), 10000); // a download leaves the page standing
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
})();
