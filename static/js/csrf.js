// Every request htmx makes carries the CSRF token of the page, read at that moment (autosave.js may have renewed it).
"use strict";
document.addEventListener("htmx:configRequest", (event) => {
  const meta = document.querySelector("meta[name=csrf-token]");
  if (meta) event.detail.headers["X-CSRFToken"] = meta.content;
});
