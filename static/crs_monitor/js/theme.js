// Color theme: follows the tablet until somebody chooses. Loaded in the head, before anything is painted.
(() => {
  const KEY = "crs-theme";
  const CHOICES = ["auto", "light", "dark"];
  const MEDIA = { auto: "(prefers-color-scheme: dark)", light: "not all", dark: "all" };
  const NAMES = { auto: "Auto", light: "Light", dark: "Dark" };
  const root = document.documentElement;
  root.classList.add("js");

  function remembered() {
    try {
      const choice = localStorage.getItem(KEY);
      return CHOICES.includes(choice) ? choice : "auto";
    } catch {
      return "auto"; // storage refused by the browser: the tablet's own setting decides
    }
  }

  function remember(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Not remembering a color is no reason to stop.
    }
  }

  function apply(choice) {
    root.dataset.theme = choice;
    document.getElementById("dark").media = MEDIA[choice];
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.querySelector("[data-theme-name]").textContent = NAMES[choice];
      button.setAttribute("aria-label", `Color theme: ${NAMES[choice]}`);
    }
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  let current = remembered();
  apply(current);
  document.addEventListener("DOMContentLoaded", () => {
    apply(current);
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.addEventListener("click", () => {
        current = CHOICES[(CHOICES.indexOf(current) + 1) % CHOICES.length];
        remember(current);
        apply(current);
      });
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(current));
})();
