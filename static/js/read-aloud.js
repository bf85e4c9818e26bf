// button[data-read-aloud] reads the elements with data-read, one sentence after the other (long texts stop silently on
// old phones otherwise); a second press stops. The button stays hidden where the device cannot speak.
"use strict";
(() => {
  const speech = window.speechSynthesis;
  if (!speech || typeof SpeechSynthesisUtterance === "undefined") return;
  const sentences = () => [...document.querySelectorAll("[data-read]")].flatMap((part) => part.innerText.split(/(?<=[。！？!?；;])|\n+/)).map((text) => text.trim()).filter(Boolean);
  document.querySelectorAll("button[data-read-aloud]").forEach((button) => {
    const start = button.textContent;
    const quiet = () => { button.textContent = start; button.removeAttribute("data-reading"); };
    button.hidden = false;
    button.addEventListener("click", () => {
      speech.cancel();
      if (button.hasAttribute("data-reading")) return quiet();
      const parts = sentences().map((text) => Object.assign(new SpeechSynthesisUtterance(text), { lang: document.documentElement.lang.startsWith("zh") ? "zh-CN" : document.documentElement.lang, rate: 0.9 }));
      if (!parts.length) return undefined;
      const last = parts[parts.length - 1];
      last.onend = quiet;
      last.onerror = quiet;
      button.textContent = button.dataset.stop;
      button.setAttribute("data-reading", "");
      return parts.forEach((part) => speech.speak(part));
    });
  });
  window.addEventListener("pagehide", () => speech.cancel());
})();
