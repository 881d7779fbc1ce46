// `<command-palette data-src>`: everything by typing, on Ctrl or ⌘ and K. See `ui::palette`.

import htmx from "htmx.org";

import { ask, elements } from "./request";

interface Command {
  label: string;
  detail: string;
  keys: string;
  icon: Node | null;
  run: () => void;
  href: string;
}

interface Recent {
  label: string;
  detail: string;
  href: string;
}

const RECENT = "palette-recent";
const SHOWN = 8;

class CommandPalette extends HTMLElement {
  private timer = 0;
  private asking: AbortController | null = null;

  connectedCallback(): void {
    const { input, dialog, list } = this;
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (dialog.open) dialog.close();
        else this.open("");
      }
    });
    this.takeOver(document.querySelector<HTMLInputElement>("[data-palette]"));
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.onKey(event));
    list.addEventListener("click", (event) => {
      const item = (event.target as Element).closest<HTMLElement>(".palette-item");
      if (item) this.chosen(item, event);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  /** A click into the box of the page and typing in it open the palette. Focus alone does not: Tab has to lead past it. */
  private takeOver(box: HTMLInputElement | null): void {
    box?.addEventListener("click", () => this.open(box.value));
    box?.addEventListener("input", () => {
      const text = box.value;
      box.value = box.defaultValue;
      this.open(text);
      this.input.setSelectionRange(text.length, text.length);
    });
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  private get input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>(".palette-input")!;
  }

  private get list(): HTMLElement {
    return this.querySelector<HTMLElement>(".palette-list")!;
  }

  private open(text: string): void {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.input.value = text;
    this.input.select();
    this.typed();
  }

  private typed(): void {
    const text = this.input.value.trim();
    this.draw(text, null);
    clearTimeout(this.timer);
    this.asking?.abort();
    if (text) this.timer = window.setTimeout(() => void this.search(text), 90);
  }

  private async search(text: string): Promise<void> {
    const url = new URL(this.dataset["src"] ?? "", location.href);
    url.searchParams.set("q", text);
    this.asking = new AbortController();
    try {
      const answer = await ask(url.href, { signal: this.asking.signal });
      if (answer.ok && this.input.value.trim() === text) this.draw(text, elements(answer.text));
    } catch {
      // A newer question took this one's place.
    }
  }

  /** What was found by the server first, then the page's own commands; recent ones while nothing is typed. */
  private draw(text: string, found: DocumentFragment | null): void {
    const kept = found ?? (text ? keep(this.list) : null);
    const commands = fitting(pageCommands(), text);
    const parts: Node[] = [];
    if (!text) parts.push(...this.group(this.dataset["recent"] ?? "", recent().map((item) => this.line(fromRecent(item)))));
    if (kept) parts.push(...kept.childNodes);
    const shown = commands.slice(0, text ? SHOWN : 30).map((command) => this.line(command));
    parts.push(...this.group(this.dataset["commands"] ?? "", shown));
    if (!parts.length) {
      parts.push(Object.assign(document.createElement("p"), { className: "palette-none", textContent: this.dataset["nothing"] ?? "" }));
    }
    this.list.replaceChildren(...parts);
    this.items().forEach((item, place) => (item.id = `palette-item-${place}`));
    this.mark(0);
  }

  private group(title: string, lines: HTMLElement[]): HTMLElement[] {
    if (!lines.length) return [];
    const group = Object.assign(document.createElement("div"), { className: "palette-group" });
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", title);
    group.dataset["own"] = "";
    const heading = Object.assign(document.createElement("p"), { className: "palette-title", textContent: title, ariaHidden: "true" });
    group.append(heading, ...lines);
    return [group];
  }

  private line(command: Command): HTMLElement {
    const line = Object.assign(document.createElement("a"), { className: "palette-item", tabIndex: -1 });
    if (command.href) line.href = command.href;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    if (command.icon) line.append(command.icon.cloneNode(true));
    line.append(Object.assign(document.createElement("span"), { className: "palette-label", textContent: command.label }));
    if (command.detail) line.append(Object.assign(document.createElement("span"), { className: "palette-detail", textContent: command.detail }));
    if (command.keys) {
      const keys = Object.assign(document.createElement("span"), { className: "keys palette-detail", ariaHidden: "true" });
      keys.append(...command.keys.split(" ").map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
      line.append(keys);
    }
    line.addEventListener("run", command.run);
    line.dataset["own"] = "";
    return line;
  }

  private items(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(".palette-item")];
  }

  private mark(place: number): void {
    const items = this.items();
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    const item = items[place];
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  private onKey(event: KeyboardEvent): void {
    const items = this.items();
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.mark((at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % Math.max(1, items.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const item = items[at];
      if (item) this.chosen(item, event);
      else this.searchPage();
    }
  }

  private searchPage(): void {
    const form = document.querySelector<HTMLFormElement>(".searchbox");
    const box = form?.querySelector<HTMLInputElement>("[data-palette]");
    if (!form || !box) return;
    box.value = this.input.value;
    form.submit();
  }

  private chosen(item: HTMLElement, event: MouseEvent | KeyboardEvent): void {
    const href = item.getAttribute("href");
    const label = item.querySelector(".palette-label")?.textContent ?? "";
    const detail = item.querySelector(".palette-detail:not(.keys)")?.textContent ?? "";
    const aside = event.ctrlKey || event.metaKey;
    if (href && !item.hasAttribute("data-dialog")) remember({ label, detail, href });
    if (aside && href) return void window.open(href, "_blank", "noopener");
    event.preventDefault();
    this.dialog.close();
    if (item.dataset["own"] !== undefined) item.dispatchEvent(new Event("run"));
    else if (href && item.hasAttribute("data-dialog")) openOverlay(href);
    else if (href) location.href = href;
  }
}

/** What the server found stays until its next answer. */
function keep(list: Element): DocumentFragment {
  const kept = document.createDocumentFragment();
  kept.append(...list.querySelectorAll(":scope > .palette-group:not([data-own])"));
  return kept;
}

function openOverlay(href: string): void {
  void ask(href, { headers: { "X-Overlay": "1" } }).then((answer) => {
    if (answer.ok) return htmx.swap({ text: answer.text, target: document.getElementById("overlays")!, swap: "beforeend" });
    return undefined;
  });
}

/** The page's links, menus and buttons, each by its own words. */
function pageCommands(): Command[] {
  const sources = ".nav-link, #create-menu .menu-item, .page-actions .btn, .record-actions .btn, .record-actions .menu-item, .page-actions .menu-item, #user-menu .menu-item";
  const commands = [...document.querySelectorAll<HTMLElement>(sources)].map((element): Command => {
    const area = element.closest<HTMLElement>("[data-area]")?.dataset["area"] ?? "";
    const menu = element.closest("#create-menu")?.getAttribute("aria-label") ?? "";
    const label = (element.querySelector(".nav-label, .menu-label, span:not(.count, .menu-icon)")?.textContent ?? element.getAttribute("aria-label") ?? "").trim();
    return {
      label: menu ? `${menu}: ${label}` : label,
      detail: area,
      keys: element.dataset["shortcut"] ?? "",
      icon: element.querySelector("svg"),
      href: element.matches("a:not([hx-get])") ? (element.getAttribute("href") ?? "") : "",
      run: () => element.click(),
    };
  });
  return commands.filter((command) => command.label);
}

/** Those whose words hold the letters in order, closest first. */
function fitting(commands: Command[], text: string): Command[] {
  if (!text) return commands;
  const scored = commands.map((command) => ({ command, score: score(`${command.label} ${command.detail}`.toLowerCase(), text.toLowerCase()) }));
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).map(({ command }) => command);
}

function score(words: string, text: string): number {
  const whole = words.indexOf(text);
  if (whole >= 0) return 1_000 - whole + (whole === 0 || words[whole - 1] === " " ? 500 : 0);
  let place = 0;
  let points = 100;
  for (const letter of text) {
    const found = words.indexOf(letter, place);
    if (found < 0) return 0;
    points -= found - place;
    place = found + 1;
  }
  return Math.max(1, points);
}

function recent(): Recent[] {
  return JSON.parse(localStorage.getItem(RECENT) ?? "[]") as Recent[];
}

function remember(item: Recent): void {
  const others = recent().filter((known) => known.href !== item.href);
  localStorage.setItem(RECENT, JSON.stringify([item, ...others].slice(0, 6)));
}

function fromRecent(item: Recent): Command {
  return { ...item, keys: "", icon: document.querySelector(".palette-head svg"), run: () => (location.href = item.href) };
}

customElements.define("command-palette", CommandPalette);
