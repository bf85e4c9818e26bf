// Drafts save themselves. form[data-autosave-url] is posted (urlencoded) 2 s after the last key and at least every 8 s.
// Until the server has answered, the words are also kept in this browser, under the name of the person who wrote them.
// Answers: 2xx (JSON {"version"} renews the field `version`), 401 or a lost token (waits for a sign-in in another tab),
// 409 (a fragment with both texts, shown in place), 403, 404, 413 and 422 (stops and says so); anything else is tried again.
// After each save the document gets an event `autosaved`. form[data-after-saving] is sent only when all the others are saved.
"use strict";
(() => {
  const QUIET = 2000, LONGEST = 8000, RETRY = 10000, KEPT_DAYS = 14;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`);
  const actor = () => (meta("yian-actor") ? meta("yian-actor").content : "");

  const shelf = {
    key: (url) => `yian:draft:${actor()}:${url}`,
    read(url) { try { return JSON.parse(localStorage.getItem(this.key(url))); } catch { return null; } },
    write(url, words, sent = false) { try { localStorage.setItem(this.key(url), JSON.stringify({ words, sent, at: Date.now() })); } catch { /* full or forbidden: the server copy has to do */ } },
    drop(url) { try { localStorage.removeItem(this.key(url)); } catch { /* nothing kept */ } },
    // A plain submit leaves its copy here until another page of the same person has opened, which shows that it arrived.
    sweep(openForms) {
      try {
        for (const key of Object.keys(localStorage).filter((name) => name.startsWith("yian:draft:"))) {
          const copy = JSON.parse(localStorage.getItem(key)) || {};
          const arrived = copy.sent && actor() && key.startsWith(`yian:draft:${actor()}:`) && !openForms.has(key) && !document.querySelector("[data-page-error]");
          if (arrived || Date.now() - copy.at > KEPT_DAYS * 864e5) localStorage.removeItem(key);
        }
      } catch { /* storage is closed to us */ }
    },
  };

  // The typed words only: no token, no version, no files.
  const wordsOf = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && name !== "version");

  function putBack(form, words) {
    for (const field of form.elements) {
      if (!field.name || ["csrf_token", "version"].includes(field.name) || ["file", "submit", "button", "hidden"].includes(field.type)) continue;
      const values = words.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
      else if (values.length) field.value = values[[...form.elements].filter((other) => other.name === field.name).indexOf(field)] ?? values[0];
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // After a sign-in elsewhere the token of this page is void; the same page fetched again brings a new one.
  async function renewToken() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("meta[name=csrf-token]"), who = page.querySelector("meta[name=yian-actor]");
    if (!answer.ok || answer.redirected || !who || !who.content) return "signedout";
    if (who.content !== actor()) return "another";
    if (token && meta("csrf-token")) {
      meta("csrf-token").content = token.content;
      document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token.content; });
    }
    return "ready";
  }

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosaveUrl;
      this.line = form.querySelector("[data-autosave-state]");
      this.conflict = form.querySelector("[data-autosave-conflict]");
      this.saved = this.text();
      this.firstChange = this.renewals = 0;
      this.busy = this.paused = this.leaving = false;
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.changed());
      form.addEventListener("submit", () => this.handOver());
      form.addEventListener("click", (event) => this.decide(event));
      window.addEventListener("beforeunload", (event) => { if (!this.leaving && this.unsent()) event.preventDefault(); });
      window.addEventListener("pageshow", () => { this.leaving = false; });
      window.addEventListener("online", () => this.save());
      this.offer();
    }
    text() { return JSON.stringify(wordsOf(this.form)); }
    unsent() { return this.text() !== this.saved; }

    say(state) {
      if (!this.line || this.line.dataset.state === state) return;
      this.line.dataset.state = state;
      this.line.textContent = this.line.dataset[state] || "";
    }

    changed() {
      if (!this.unsent()) return;
      shelf.write(this.url, wordsOf(this.form));
      if (this.paused) return;
      if (!this.firstChange) this.firstChange = Date.now();
      if (!["unsaved", "signedout", "another"].includes(this.line && this.line.dataset.state)) this.say("waiting");
      this.plan(Math.max(0, Math.min(QUIET, this.firstChange + LONGEST - Date.now())));
    }

    plan(wait) { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), wait); }

    async save() {
      if (this.busy || this.paused || this.leaving || !this.unsent()) return;
      this.busy = true;
      this.firstChange = 0;
      const sent = this.text();
      if (!["unsaved", "signedout", "another"].includes(this.line && this.line.dataset.state)) this.say("saving");
      try {
        await this.read(await this.post(), sent);
      } catch {
        this.tryAgain("unsaved");
      }
      this.busy = false;
    }

    post() {
      const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
      const token = meta("csrf-token");
      return fetch(this.url, {
        method: "POST", body, credentials: "same-origin", redirect: "manual",
        headers: { Accept: "application/json", "X-Requested-With": "autosave", "X-CSRFToken": token ? token.content : "" },
      });
    }

    async read(answer, sent) {
      if (answer.ok) return this.arrived(answer, sent);
      if (answer.status === 409) return this.showConflict(await answer.text());
      if ([400, 401].includes(answer.status) || answer.type === "opaqueredirect") {
        const state = await renewToken();
        if (state !== "ready") return this.tryAgain(state);
        // A token renewed in vain must not become a loop without a pause.
        this.renewals += 1;
        return this.tryAgain("unsaved", this.renewals > 2 ? RETRY : 500);
      }
      if ([403, 404, 413, 422].includes(answer.status)) { this.paused = true; return this.say("refused"); }
      return this.tryAgain("unsaved");
    }

    async arrived(answer, sent) {
      const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
      const version = this.form.elements.namedItem("version");
      if (version && told && told.version !== undefined) version.value = told.version;
      this.saved = sent;
      this.renewals = 0;
      document.dispatchEvent(new CustomEvent("autosaved"));
      if (this.unsent()) { this.say("waiting"); this.plan(QUIET); } else { shelf.drop(this.url); this.say("saved"); }
    }

    tryAgain(state, wait = RETRY) { this.say(state); this.plan(wait); }

    showConflict(fragment) {
      this.paused = true;
      this.say("conflict");
      if (!this.conflict) return;
      this.conflict.innerHTML = fragment; // our own server's answer to our own request
      this.conflict.tabIndex = -1;
      this.conflict.focus();
    }

    decide(event) {
      const mine = event.target.closest("[data-keep-mine]"), theirs = event.target.closest("[data-take-theirs]");
      if (mine) {
        const version = this.form.elements.namedItem("version");
        if (version) version.value = mine.dataset.version;
        this.conflict.replaceChildren();
        this.paused = false;
        this.plan(0);
      } else if (theirs) {
        shelf.drop(this.url);
        this.leaving = true;
        location.reload();
      }
    }

    handOver() {
      clearTimeout(this.timer);
      this.leaving = true;
      shelf.write(this.url, wordsOf(this.form), true);
    }

    offer() {
      const copy = shelf.read(this.url), box = this.form.querySelector("[data-autosave-offer]");
      if (!copy) return;
      if (JSON.stringify(copy.words) === this.saved) return shelf.drop(this.url);
      if (!box) return;
      const age = box.querySelector("[data-autosave-age]");
      if (age) age.textContent = new Date(copy.at).toLocaleString(document.documentElement.lang);
      box.hidden = false;
      box.querySelector("[data-autosave-restore]").addEventListener("click", () => { box.hidden = true; putBack(this.form, copy.words); this.form.querySelector("input:not([type=hidden]), textarea, select").focus(); });
      box.querySelector("[data-autosave-drop]").addEventListener("click", () => { box.hidden = true; shelf.drop(this.url); });
    }
  }

  const forms = [...document.querySelectorAll("form[data-autosave-url]")];
  shelf.sweep(new Set(forms.map((form) => shelf.key(form.dataset.autosaveUrl))));
  const all = forms.map((form) => new Autosave(form));

  // form[data-after-saving] leaves the page (adds or moves a part): first everything typed in the other forms is saved.
  document.addEventListener("submit", (event) => {
    const form = event.target, open = all.filter((one) => one.form !== form && one.unsent() && !one.paused);
    if (event.defaultPrevented || !form.hasAttribute("data-after-saving") || form.dataset.saved || !open.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const settle = async (one) => { while (one.busy) await new Promise((done) => { setTimeout(done, 50); }); await one.save(); };
    Promise.all(open.map(settle)).then(() => { form.dataset.saved = "yes"; form.requestSubmit(event.submitter || undefined); delete form.dataset.saved; });
  }, true);
})();
