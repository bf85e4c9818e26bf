// Visits of a board ([data-board]) can be dragged with a mouse, a pen or a finger to another column or time; a finger rests
// on the visit first, as moving at once scrolls the page. While dragging, the server says what the move would break; a move
// it refuses snaps back. By keyboard the visit's name opens a form that does the same. After a move the board is fetched anew.
"use strict";
(() => {
  const FIRST = 360, STEP = 5, STILL = 6, PAUSE = 90, REST = 350;
  const two = (n) => String(n).padStart(2, "0");
  const clock = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  const row = (minutes) => `at-${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  let held = null;

  const board = () => document.querySelector("[data-board]");
  const words = () => document.getElementById("board-words");
  const tracks = () => [...board().querySelectorAll(".week-track[data-day]")];

  function spotAt(x, y) {
    const track = tracks().find((one) => { const box = one.parentElement.getBoundingClientRect(); return x >= box.left && x < box.right; });
    if (!track) return null;
    const top = track.getBoundingClientRect().top;
    const start = Math.round((y - held.grip - top) / STEP) * STEP + FIRST;
    return { track, day: track.dataset.day, team: track.dataset.team, start: Math.min(Math.max(start, FIRST), 1200 - STEP) };
  }

  function begin(event) {
    held.moving = true;
    held.card.classList.add("is-held");
    held.shade = document.createElement("li");
    held.shade.className = "shade";
    held.shade.setAttribute("aria-hidden", "true");
    held.shade.append(document.createElement("span")); // above the visit that is carried: its own words stay free
    document.body.classList.add("is-dragging");
    words().className = "board-words";
    words().textContent = "";
    try { held.card.setPointerCapture(event.pointerId); } catch { /* lifted meanwhile */ }
  }

  function follow(event) {
    held.card.style.transform = `translate(${event.clientX - held.x + scrolled().left}px, ${event.clientY - held.y + scrolled().top}px)`;
    const spot = spotAt(event.clientX, event.clientY);
    const same = spot && held.spot && spot.track === held.spot.track && spot.start === held.spot.start;
    if (same) return;
    held.spot = spot;
    held.shade.remove();
    if (!spot) return;
    held.shade.className = `shade ${row(spot.start)} for-${held.card.dataset.minutes}`;
    held.shade.firstChild.textContent = `${spot.track.dataset.label} ${clock(spot.start)}`;
    spot.track.append(held.shade);
    clearTimeout(held.timer);
    held.timer = setTimeout(() => ask(held, spot), PAUSE);
  }

  // How far the calendar and the page have been scrolled since the visit was taken up.
  function scrolled() {
    const region = held.region;
    return { left: region.scrollLeft - held.left, top: window.scrollY - held.top };
  }

  function near(event) {
    const box = held.region.getBoundingClientRect(), edge = 48;
    if (event.clientX > box.right - edge) held.region.scrollLeft += 14;
    else if (event.clientX < box.left + edge) held.region.scrollLeft -= 14;
    if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 14);
    else if (event.clientY < edge) window.scrollBy(0, -14);
  }

  async function ask(one, spot) {
    one.asking?.abort();
    one.asking = new AbortController();
    const query = new URLSearchParams({ day: spot.day, start: clock(spot.start), team_id: spot.team });
    try {
      const answer = await fetch(`${one.card.dataset.check}?${query}`, { signal: one.asking.signal, headers: { "X-Requested-With": "board" } });
      if (!answer.ok || one !== held) return;
      words().innerHTML = await answer.text();
      const bad = words().querySelector(".tag.bad") !== null;
      one.shade.classList.toggle("is-bad", bad);
      one.shade.classList.toggle("is-good", !bad);
    } catch { /* overtaken by the next question, or away: the drop asks again */ }
  }

  async function drop(one) {
    const spot = one.spot, card = one.card;
    if (!spot) return release(one);
    card.classList.add("is-sending");
    const body = new URLSearchParams({ day: spot.day, start: clock(spot.start), team_id: spot.team });
    try {
      const answer = await fetch(card.dataset.drop, { method: "POST", body, headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, "X-Requested-With": "board" } });
      if (answer.status !== 200 && answer.status !== 422) throw new Error(String(answer.status));
      const said = await answer.text();
      if (answer.status === 200) await renew();
      words().innerHTML = said;
      if (answer.status === 422) words().classList.add("is-refused");
      document.getElementById(card.id)?.querySelector("a")?.focus({ preventScroll: true });
    } catch {
      location.reload(); // signed out, or the network is away: the server's page says so
    } finally {
      release(one);
    }
  }

  // The page as it stands now; the board and the figures of it take the place of the old ones.
  async function renew() {
    const region = board().querySelector(".scroller"), left = region.scrollLeft;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "board" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const selector of ["#board", ".figures"]) {
      const now = document.querySelector(selector), next = page.querySelector(selector);
      if (now && next) { now.replaceWith(next); if (window.htmx) window.htmx.process(next); }
    }
    board().querySelector(".scroller").scrollLeft = left;
  }

  function release(one) {
    clearTimeout(one.timer);
    clearTimeout(one.rest);
    one.asking?.abort();
    one.shade?.remove();
    one.card.style.transform = "";
    one.card.classList.remove("is-held", "is-sending");
    document.body.classList.remove("is-dragging");
    if (held === one) held = null;
  }

  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest?.("[data-board] .visit[data-drop]");
    if (!card || held || event.button !== 0 || !event.isPrimary || event.target.closest(".pin")) return;
    if (card.querySelector(".pin button[aria-pressed=true]")) return; // pinned
    const region = card.closest(".scroller");
    held = { card, region, x: event.clientX, y: event.clientY, grip: event.clientY - card.getBoundingClientRect().top, left: region.scrollLeft, top: window.scrollY, moving: false, touch: event.pointerType === "touch" };
    if (held.touch) {
      const one = held;
      held.rest = setTimeout(() => { if (held !== one) return; begin(event); navigator.vibrate?.(15); follow(event); }, REST);
    }
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || held.dropped) return;
    if (!held.moving) {
      const far = Math.hypot(event.clientX - held.x, event.clientY - held.y);
      if (held.touch && far >= 2 * STILL) { release(held); return; } // the page is being scrolled
      if (held.touch || far < STILL) return;
      begin(event);
    }
    near(event);
    follow(event);
  });
  document.addEventListener("pointerup", (event) => {
    if (!held || held.dropped) return;
    if (!held.moving) { release(held); return; }
    follow(event); // where the board stands now, whatever has moved it since the last step of the mouse
    held.dropped = true;
    clearTimeout(held.timer);
    const stop = (click) => { click.preventDefault(); click.stopPropagation(); };
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 0);
    drop(held);
  });
  // A finger that carries a visit scrolls nothing, and opens no menu of the link under it.
  document.addEventListener("touchmove", (event) => { if (held?.moving && held.touch) event.preventDefault(); }, { passive: false });
  document.addEventListener("contextmenu", (event) => { if (held?.touch) event.preventDefault(); });
  // The board may be moved under a mouse that stands still (a wheel, a bar that folds): the place follows it.
  let last = null;
  document.addEventListener("pointermove", (event) => { last = event; }, { passive: true });
  for (const moved of ["scroll", "resize"]) window.addEventListener(moved, () => { if (held?.moving && !held.dropped && last) follow(last); }, { capture: true, passive: true });
  document.addEventListener("pointercancel", () => { if (held && !held.dropped) release(held); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held?.moving && !held.dropped) release(held); });
})();
