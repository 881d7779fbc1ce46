// Theme, density and the width of the navigation: kept in a cookie, so that the server draws the page right at once.

import { csrfToken } from "./request";

const root = document.documentElement;

/** Runs a command of a button: `theme:dark`, `density:compact`, `nav`, `drawer`. */
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-command]");
  const [name, value] = button?.dataset["command"]?.split(":") ?? [];
  if (!button || !name) return;
  if (name === "theme" && value) {
    if (value === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = value;
    remember({ theme: value });
  } else if (name === "density" && value) {
    root.dataset["density"] = value;
    remember({ density: value });
  } else if (name === "nav") {
    root.dataset["nav"] = root.dataset["nav"] === "narrow" ? "wide" : "narrow";
    remember({ nav: root.dataset["nav"] });
  } else if (name === "drawer") {
    drawer(!document.body.hasAttribute("data-drawer"));
  } else return;
  markChosen();
});

function remember(changed: Record<string, string>): void {
  const { theme = "system", density = "comfortable", nav = "wide" } = root.dataset;
  document.cookie = `appearance=${theme}-${density}-${nav}; path=/; max-age=31536000; samesite=lax`;
  const url = document.body.dataset["appearance"];
  if (!url) return;
  const headers = { "X-CSRF-Token": csrfToken() };
  void fetch(url, { method: "POST", body: new URLSearchParams(changed), headers, keepalive: true }).catch(() => {});
}

function markChosen(): void {
  const chosen = [`theme:${root.dataset["theme"] ?? "system"}`, `density:${root.dataset["density"] ?? "comfortable"}`];
  for (const item of document.querySelectorAll<HTMLElement>('[data-command][role="menuitemradio"]')) {
    item.setAttribute("aria-checked", String(chosen.includes(item.dataset["command"] ?? "")));
  }
}

/** The navigation over the page, on a phone. */
function drawer(open: boolean): void {
  document.body.toggleAttribute("data-drawer", open);
  for (const part of document.querySelectorAll(".topbar, .content")) part.toggleAttribute("inert", open);
  const button = document.querySelector<HTMLElement>('[data-command="drawer"]');
  button?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector<HTMLElement>(".sidebar a")?.focus();
  else button?.focus();
}

const drawerOpen = () => document.body.hasAttribute("data-drawer");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawerOpen()) drawer(false);
});
document.addEventListener("pointerdown", (event) => {
  if (drawerOpen() && !(event.target as Element).closest(".sidebar, .bottom-bar")) drawer(false);
});

// Which areas of the navigation are folded is kept on this device.
const FOLDED = "nav-folded";
const folded = new Set<string>(JSON.parse(localStorage.getItem(FOLDED) ?? "[]") as string[]);
for (const area of document.querySelectorAll<HTMLDetailsElement>("details[data-area]")) {
  const name = area.dataset["area"] ?? "";
  if (folded.has(name) && !area.querySelector("[aria-current]")) area.open = false;
  area.addEventListener("toggle", () => {
    if (area.open) folded.delete(name);
    else folded.add(name);
    localStorage.setItem(FOLDED, JSON.stringify([...folded]));
  });
}
