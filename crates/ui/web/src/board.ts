// `<board-view data-move>`: cards moved by drag, by keyboard or by menu. See `ui::board`.

import { ask, obey } from "./request";
import { place, walk } from "./menu";

class BoardView extends HTMLElement {
  private card: HTMLElement | null = null;
  private mark = Object.assign(document.createElement("li"), { className: "drop-mark", ariaHidden: "true" });

  connectedCallback(): void {
    if (!this.dataset["move"]) return;
    this.addEventListener("live:refresh", this.onRefresh);
    this.addEventListener("dragstart", this.onDragStart);
    this.addEventListener("dragover", this.onDragOver);
    this.addEventListener("dragleave", this.onDragLeave);
    this.addEventListener("drop", this.onDrop);
    this.addEventListener("dragend", this.onDragEnd);
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("click", this.onClick);
  }

  /** Cards that "more" brought stay, unless the fresh board has them elsewhere. */
  private onRefresh = (event: Event): void => {
    const { fresh } = (event as CustomEvent<{ fresh: HTMLElement }>).detail;
    for (const list of this.querySelectorAll("[data-cards]")) {
      const column = fresh.querySelector(`#${CSS.escape(list.id)}`);
      const more = column?.querySelector(".board-more");
      const count = column ? cards(column).length : 0;
      if (!column || !more) continue;
      const loaded = cards(list).slice(count).filter((card) => !fresh.querySelector(`#${CSS.escape(card.id)}`));
      if (!loaded.length) continue;
      more.before(...loaded.map((card) => card.cloneNode(true)));
      const mine = list.querySelector(".board-more");
      if (mine) more.replaceWith(mine.cloneNode(true));
      else more.remove();
    }
  };

  private onDragStart = (event: DragEvent): void => {
    const card = (event.target as Element).closest<HTMLElement>("[data-card]");
    if (!card || !event.dataTransfer) return;
    this.card = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector(".card-title")?.textContent ?? "");
    requestAnimationFrame(() => card.classList.add("dragging"));
  };

  private onDragOver = (event: DragEvent): void => {
    const column = (event.target as Element).closest<HTMLElement>("[data-column]");
    const list = column?.querySelector<HTMLElement>("[data-cards]");
    if (!this.card || !list) return;
    event.preventDefault();
    for (const other of this.querySelectorAll(".over")) if (other !== list) other.classList.remove("over");
    list.classList.add("over");
    const below = cards(list).find((card) => card !== this.card && event.clientY < middle(card));
    if (below) below.before(this.mark);
    else (list.querySelector(".board-more") ?? null)?.before(this.mark) ?? list.append(this.mark);
  };

  private onDragLeave = (event: DragEvent): void => {
    if (!this.contains(event.relatedTarget as Node)) this.tidy();
  };

  private onDrop = (event: DragEvent): void => {
    const card = this.card;
    const list = this.mark.parentElement;
    if (!card || !list) return;
    event.preventDefault();
    const before = this.mark.nextElementSibling;
    this.tidy();
    void this.move(card, list, before === card ? card.nextElementSibling : before);
  };

  private onDragEnd = (): void => {
    this.card?.classList.remove("dragging");
    this.card = null;
    this.tidy();
  };

  private tidy(): void {
    this.mark.remove();
    for (const list of this.querySelectorAll(".over")) list.classList.remove("over");
  }

  /** Alt and an arrow moves the card that has the focus; an arrow alone moves the focus. */
  private onKey = (event: KeyboardEvent): void => {
    const card = (event.target as Element).closest<HTMLElement>("[data-card]");
    if (!card || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const rightToLeft = getComputedStyle(this).direction === "rtl";
    const sideways = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (sideways) {
      const list = this.beside(card, rightToLeft ? -sideways : sideways);
      if (!list) return;
      if (event.altKey) void this.move(card, list, list.firstElementChild);
      else focusCard(cards(list)[Math.min(cards(card.parentElement!).indexOf(card), cards(list).length - 1)]);
      return;
    }
    const up = event.key === "ArrowUp";
    const other = up ? card.previousElementSibling : card.nextElementSibling;
    if (!(other instanceof HTMLElement) || !other.dataset["card"]) return;
    if (event.altKey) void this.move(card, card.parentElement!, up ? other : other.nextElementSibling);
    else focusCard(other);
  };

  private beside(card: Element, step: number): Element | null {
    const lists = [...this.querySelectorAll("[data-cards]")];
    return lists[lists.indexOf(card.parentElement!) + step] ?? null;
  }

  /** Puts the card there at once, tells the server, and puts it back if that says no. */
  private async move(card: HTMLElement, list: Element, before: Element | null): Promise<void> {
    const from = card.parentElement;
    if (!from || (list === from && (before === card || before === card.nextElementSibling))) return;
    const home = { parent: from, next: card.nextElementSibling };
    const focused = card.contains(document.activeElement);
    list.insertBefore(card, before ?? list.querySelector(".board-more"));
    if (focused) focusCard(card);
    card.classList.add("moving");
    const above = card.previousElementSibling as HTMLElement | null;
    const values = {
      record: card.dataset["card"] ?? "",
      version: card.dataset["version"] ?? "",
      from: key(from),
      to: key(list),
      after: above?.dataset["card"] ?? "",
    };
    const answer = await ask(this.dataset["move"] ?? "", { method: "POST", body: new URLSearchParams(values) });
    card.classList.remove("moving");
    if (!answer.ok && card.isConnected) {
      home.parent.insertBefore(card, home.next?.parentElement === home.parent ? home.next : null);
      if (focused) focusCard(card);
    }
    this.announce(answer.ok ? this.dataset["moved"] : this.dataset["failed"], card, answer.ok ? list : home.parent);
    await obey(answer, this);
  }

  private announce(text: string | undefined, card: Element, list: Element): void {
    const place = this.querySelector("[data-announce]");
    const title = card.querySelector(".card-title")?.textContent ?? "";
    const heading = list.closest("[data-column]")?.querySelector(".board-title")?.firstChild?.nextSibling?.textContent ?? "";
    if (place) place.textContent = (text ?? "").replace("{title}", title).replace("{column}", heading);
  }

  /** A menu of the other columns. */
  private onClick = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-move-menu]");
    const card = button?.closest<HTMLElement>("[data-card]");
    if (!button || !card) return;
    const menu = Object.assign(document.createElement("div"), { className: "menu-popover", popover: "auto" });
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", button.getAttribute("aria-label") ?? "");
    for (const list of this.querySelectorAll("[data-cards]")) {
      if (list === card.parentElement) continue;
      const title = list.closest("[data-column]")?.querySelector(".board-title");
      const item = Object.assign(document.createElement("button"), { type: "button", className: "menu-item" });
      item.setAttribute("role", "menuitem");
      const label = Object.assign(document.createElement("span"), { className: "menu-label" });
      label.textContent = title?.childNodes[1]?.textContent ?? key(list);
      item.append(label);
      item.addEventListener("click", () => void this.move(card, list, list.firstElementChild));
      menu.append(item);
    }
    this.append(menu);
    walk(menu);
    menu.addEventListener("toggle", (toggled) => {
      if ((toggled as ToggleEvent).newState === "closed") menu.remove();
    });
    menu.showPopover();
    place(menu, button);
    menu.querySelector<HTMLElement>("button")?.focus();
  };
}

function cards(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(":scope > [data-card]")];
}

function middle(card: Element): number {
  const box = card.getBoundingClientRect();
  return box.top + box.height / 2;
}

function key(list: Element): string {
  return list.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "";
}

function focusCard(card: HTMLElement | undefined): void {
  card?.querySelector<HTMLElement>(".card-title")?.focus();
}

customElements.define("board-view", BoardView);
