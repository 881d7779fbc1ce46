// Keys. Every element with `data-shortcut` ("c", "g d", "mod+Enter") is pressed, or focused, by its keys.

import { topOverlay } from "./overlay";

const OFF = "single-keys-off";
let sequence = "";
let forget = 0;

/** Whether keys without Ctrl or ⌘ do something: a person can turn that off (WCAG 2.1.4). */
export const singleKeys = (): boolean => localStorage.getItem(OFF) !== "1";

export function typing(target: EventTarget | null): boolean {
  return target instanceof Element && !!target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const mod = event.ctrlKey || event.metaKey;
  if (mod ? typing(event.target) && event.key !== "Enter" : typing(event.target) || !singleKeys()) return;
  if (event.key === "?" && !mod) {
    event.preventDefault();
    show();
    return;
  }
  if (event.key === "Shift" || event.key === "Control" || event.key === "Meta") return;
  const key = mod ? `mod+${event.key}` : event.key;
  clearTimeout(forget);
  const both = sequence ? `${sequence} ${key}` : key;
  const found = find(both) ?? (sequence ? find(key) : undefined);
  sequence = "";
  if (found) {
    event.preventDefault();
    press(found);
  } else if (candidates().some((element) => element.dataset["shortcut"]?.startsWith(`${key} `))) {
    sequence = key;
    forget = window.setTimeout(() => (sequence = ""), 1_000);
  }
});

function candidates(): HTMLElement[] {
  const within = topOverlay() ?? document;
  return [...within.querySelectorAll<HTMLElement>("[data-shortcut]")];
}

function find(keys: string): HTMLElement | undefined {
  const fitting = candidates().filter((element) => element.dataset["shortcut"] === keys);
  // The form that has the focus sends itself; an element in a closed menu still does its work.
  return fitting.find((element) => element.closest("form")?.contains(document.activeElement)) ?? fitting[0];
}

function press(element: HTMLElement): void {
  if (element.matches("input, textarea")) element.focus();
  else element.click();
}

/** The list of keys, from what is on the page. */
export function show(): void {
  if (topOverlay()?.classList.contains("shortcuts")) return;
  const palette = document.querySelector<HTMLElement>("command-palette");
  const title = palette?.dataset["shortcuts"] ?? "";
  const rows = new Map<string, string>([["Ctrl K", document.querySelector(".palette")?.getAttribute("aria-label") ?? ""]]);
  for (const [keys, text] of Object.entries(JSON.parse(palette?.dataset["keys"] ?? "{}") as Record<string, string>)) rows.set(keys, text);
  for (const element of candidates()) {
    const keys = element.dataset["shortcut"] ?? "";
    const words = element.querySelector(".menu-label, .nav-label, span:not(.count, .unseen)")?.textContent ?? element.getAttribute("aria-label") ?? element.textContent ?? "";
    if (!rows.has(keys)) rows.set(keys.replace("mod+", "Ctrl ").replace("Enter", "↵"), words.trim());
  }
  const dialog = document.createElement("dialog");
  dialog.className = "overlay overlay-dialog shortcuts";
  dialog.setAttribute("aria-label", title);
  const head = Object.assign(document.createElement("header"), { className: "overlay-head" });
  const close = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn btn-ghost btn-sm",
    textContent: palette?.dataset["close"] ?? "",
  });
  close.addEventListener("click", () => dialog.close());
  head.append(Object.assign(document.createElement("h2"), { className: "overlay-title", textContent: title }), close);
  const list = Object.assign(document.createElement("dl"), { className: "overlay-body shortcut-list" });
  for (const [keys, text] of rows) {
    const combination = Object.assign(document.createElement("dd"), { className: "keys" });
    combination.append(...keys.split(" ").map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
    list.append(Object.assign(document.createElement("dt"), { textContent: text }), combination);
  }
  dialog.append(head, list, toggle(palette?.dataset["single"] ?? ""));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function toggle(text: string): HTMLElement {
  const label = Object.assign(document.createElement("label"), { className: "check shortcut-toggle" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "toggle", checked: singleKeys() });
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "0" : "1"));
  label.append(box, text);
  return label;
}

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest('[data-command="shortcuts"]')) show();
});

