// form[data-confirm="words"] asks in a dialog before it is sent; so does a button[data-confirm] for its form.
// Without scripts the form is sent as it is; what cannot be undone has a page of its own (components/confirm.html).
"use strict";
(() => {
  const words = document.getElementById("confirm-words");
  const make = (tag, attributes, text) => { const element = Object.assign(document.createElement(tag), attributes); if (text) element.textContent = text; return element; };

  function ask(question, yes, go) {
    const dialog = make("dialog", {}), text = make("p", { id: "confirm-question" }, question), acts = make("div", { className: "acts" });
    const back = make("button", { type: "button", className: "button" }, words.dataset.no);
    const on = make("button", { type: "button", className: "button main" }, yes || words.dataset.yes);
    dialog.setAttribute("aria-labelledby", "confirm-question");
    acts.append(back, on);
    dialog.append(text, acts);
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    back.addEventListener("click", () => dialog.close());
    on.addEventListener("click", () => { dialog.close(); go(); });
    dialog.showModal();
    back.focus();
  }

  // In the capture phase, so that the form counts as sent (submit-once, autosave) only after the answer.
  document.addEventListener("submit", (event) => {
    const form = event.target, source = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(source.dataset.confirm, source.dataset.confirmYes, () => { form.dataset.confirmed = "yes"; form.requestSubmit(event.submitter || undefined); });
  }, true);
})();
