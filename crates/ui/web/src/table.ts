// `<record-table>`: moving, selecting, folding, widths and order of columns. See `ui::table`.

import htmx from "htmx.org";

import { InlineEdit } from "./edit";
import { ask, obey } from "./request";
import { topOverlay } from "./overlay";
import { singleKeys, typing } from "./shortcuts";

class RecordTable extends HTMLElement {
  private lastTicked: HTMLInputElement | null = null;

  connectedCallback(): void {
    this.addEventListener("change", this.onChange);
    this.addEventListener("click", this.onClick);
    this.addEventListener("pointerdown", this.onPointer);
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("dragstart", this.onDragStart);
    this.addEventListener("dragover", this.onDragOver);
    this.addEventListener("drop", this.onDrop);
    this.addEventListener("scroll", this.onScroll, { capture: true, passive: true });
    this.addEventListener("live:refresh", this.onRefresh);
    document.addEventListener("keydown", this.onKey);
    if (this.dataset["columnsUrl"]) for (const head of this.heads()) head.draggable = true;
    this.count();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
  }

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tr.row")].filter((row) => !row.closest("[hidden]"));
  }

  private heads(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("thead th[data-column]")];
  }

  private boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>('input[name="record"]')];
  }

  // Moving.

  private onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || topOverlay()) return;
    if (typing(event.target) || this.querySelector(".editing")) return;
    const focus = document.activeElement;
    const inside = this.contains(focus);
    if (!inside && focus !== document.body && !focus?.matches("main")) return;
    if (!inside && event.key.length === 1 && !singleKeys()) return;
    if ((focus?.matches("a, button") && event.key === "Enter") || focus?.closest("[popover]")) return;
    const moves: Record<string, () => void> = {
      j: () => this.move(1),
      k: () => this.move(-1),
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      ArrowRight: () => this.sideways(1),
      ArrowLeft: () => this.sideways(-1),
      x: () => this.tick(),
      Enter: () => this.enter(),
      F2: () => this.enter(true),
      Escape: () => this.clear(),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };

  private at(): HTMLElement | null {
    return document.activeElement?.closest<HTMLElement>("tr.row") ?? this.querySelector("tr.row.at");
  }

  private move(step: number): void {
    const rows = this.rows();
    const from = this.at();
    const place = from ? rows.indexOf(from) + step : step > 0 ? 0 : rows.length - 1;
    const row = rows[Math.max(0, Math.min(place, rows.length - 1))];
    if (!row) return;
    const column = document.activeElement?.closest<HTMLElement>("[data-column]")?.dataset["column"];
    this.go(row, column);
  }

  private go(row: HTMLElement, column?: string): void {
    for (const other of this.querySelectorAll("tr.at")) other.classList.remove("at");
    row.classList.add("at");
    const cell = column ? row.querySelector<HTMLElement>(`td[data-column="${CSS.escape(column)}"]`) : null;
    (cell ?? row.querySelector<HTMLElement>(".row-link"))?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  private sideways(step: number): void {
    const row = this.at();
    if (!row) return;
    const rightToLeft = getComputedStyle(this).direction === "rtl";
    const cells = [...row.querySelectorAll<HTMLElement>("[data-column]")];
    const here = document.activeElement?.closest<HTMLElement>("[data-column]");
    const place = here ? cells.indexOf(here) + (rightToLeft ? -step : step) : 0;
    const cell = cells[Math.max(0, Math.min(place, cells.length - 1))];
    (cell?.matches("th") ? cell.querySelector<HTMLElement>(".row-link") : cell)?.focus();
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private enter(edit = false): void {
    const row = this.at();
    const cell = document.activeElement?.closest<HTMLElement>("[data-column]");
    const editor = cell?.querySelector<InlineEdit>("inline-edit");
    if (editor && (edit || cell?.matches("td"))) void editor.open();
    else if (row && !edit) location.href = row.dataset["href"] ?? "#";
  }

  // Selecting.

  private tick(): void {
    const box = this.at()?.querySelector<HTMLInputElement>('input[name="record"]');
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private clear(): void {
    for (const box of this.boxes()) box.checked = false;
    this.count();
  }

  private onChange = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-check-all]")) for (const other of this.boxes()) other.checked = box.checked;
    if (box.name === "record") this.lastTicked = box;
    if (box.name === "record" || box.matches("[data-check-all]")) this.count();
  };

  private all(on: boolean): void {
    const field = this.querySelector<HTMLInputElement>("[data-all]");
    if (field) field.value = on ? "1" : "";
  }

  private count(all = false): void {
    const bar = this.querySelector<HTMLElement>("[data-bulk]");
    if (!bar) return;
    this.all(all);
    const boxes = this.boxes();
    const ticked = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    const head = this.querySelector<HTMLInputElement>("[data-check-all]");
    if (head) {
      head.checked = ticked.length > 0 && ticked.length === boxes.length;
      head.indeterminate = ticked.length > 0 && !head.checked;
    }
    bar.hidden = ticked.length === 0;
    const words = bar.querySelector<HTMLElement>(".bulk-count");
    if (!words) return;
    const { one = "", many = "", all: every = "" } = words.dataset;
    const number = new Intl.NumberFormat(document.documentElement.lang).format(ticked.length);
    words.textContent = all ? every : ticked.length === 1 ? one : many.replace("{count}", number);
  }

  private onClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    if (target.closest("[data-select-all]")) {
      for (const box of this.boxes()) box.checked = true;
      this.count(true);
    } else if (target.closest("[data-select-none]")) {
      this.clear();
    } else if (event.shiftKey && target.matches('input[name="record"]') && this.lastTicked) {
      this.tickRange(this.lastTicked, target as HTMLInputElement);
    }
    const fold = target.closest<HTMLElement>("[data-fold]");
    if (fold) {
      const open = fold.getAttribute("aria-expanded") !== "true";
      fold.setAttribute("aria-expanded", String(open));
      document.getElementById(fold.dataset["fold"] ?? "")?.toggleAttribute("hidden", !open);
    }
    const mover = target.closest<HTMLElement>("[data-move]");
    const item = mover?.closest("li");
    if (mover && item) {
      if (mover.dataset["move"] === "up") item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
      mover.focus();
    }
  };

  private tickRange(from: HTMLInputElement, to: HTMLInputElement): void {
    const boxes = this.boxes();
    const [first, last] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    for (const box of boxes.slice(first, (last ?? 0) + 1)) box.checked = to.checked;
  }

  /** The list is about to be replaced by a fresh one: what the reader did in it stays. */
  private onRefresh = (event: Event): void => {
    const { fresh } = (event as CustomEvent<{ fresh: HTMLElement }>).detail;
    const same = (row: HTMLElement | null) => fresh.querySelector(`tr[data-row="${CSS.escape(row?.dataset["row"] ?? "")}"]`);
    for (const box of this.boxes()) {
      const row = same(box.closest("tr"));
      row?.querySelector('input[name="record"]')?.toggleAttribute("checked", box.checked);
      row?.setAttribute("aria-selected", String(box.checked));
    }
    same(this.querySelector<HTMLElement>("tr.at"))?.classList.add("at");
    for (const fold of this.querySelectorAll<HTMLElement>('[data-fold][aria-expanded="false"]')) {
      const id = fold.dataset["fold"] ?? "";
      fresh.querySelector(`[data-fold="${CSS.escape(id)}"]`)?.setAttribute("aria-expanded", "false");
      fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("hidden", "");
    }
    this.keepLoaded(fresh);
    fresh.classList.toggle("scrolled", this.classList.contains("scrolled"));
  };

  /** Rows that "more" brought stay below those of the first page. */
  private keepLoaded(fresh: HTMLElement): void {
    const last = [...fresh.querySelectorAll("tbody.rows")].at(-1);
    const more = fresh.querySelector("tbody.more");
    if (!last || !more || fresh.querySelector(".group-head")) return;
    const known = new Set([...fresh.querySelectorAll<HTMLElement>("tr.row")].map((row) => row.dataset["row"]));
    const loaded = this.rows().slice(known.size).filter((row) => !known.has(row.dataset["row"]));
    if (!loaded.length) return;
    last.append(...loaded.map((row) => row.cloneNode(true)));
    const mine = this.querySelector("tbody.more");
    if (mine) more.replaceWith(mine.cloneNode(true));
    else more.remove();
  }

  // Columns.

  private onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-columns]")) return;
    event.preventDefault();
    form.closest<HTMLElement>("[popover]")?.hidePopover();
    const ticked = form.querySelectorAll<HTMLInputElement>('input[name="column"]:checked');
    void this.sendColumns([...ticked].map((box) => box.value));
  };

  private async sendColumns(names: string[], refresh = true): Promise<void> {
    const url = this.dataset["columnsUrl"];
    if (!url || !names.length) return;
    const width = (name: string) => this.querySelector(`col[data-column="${CSS.escape(name)}"]`)?.getAttribute("width");
    const columns = names.map((name) => (width(name) ? `${name}:${width(name)}` : name)).join(",");
    const answer = await ask(url, { method: "POST", body: new URLSearchParams({ columns }) });
    await obey(answer, this);
    if (answer.ok && refresh) {
      await htmx.ajax("GET", location.href, { source: this, target: `#${this.id}`, select: `#${this.id}`, swap: "outerHTML" });
    }
  }

  private onPointer = (event: PointerEvent): void => {
    const handle = (event.target as Element).closest<HTMLElement>("[data-resize]");
    const head = handle?.closest<HTMLElement>("th");
    const name = head?.dataset["column"];
    const column = this.querySelector(`col[data-column="${CSS.escape(name ?? "")}"]`);
    if (!handle || !head || !column) return;
    event.preventDefault();
    const table = this.querySelector("table");
    const start = Number(column.getAttribute("width"));
    const whole = Number(table?.getAttribute("width"));
    const side = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    head.classList.add("resizing");
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent) => {
      const width = Math.round(Math.max(60, Math.min(800, start + side * (moved.clientX - event.clientX))));
      column.setAttribute("width", String(width));
      table?.setAttribute("width", String(whole + width - start));
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => {
      handle.removeEventListener("pointermove", move);
      head.classList.remove("resizing");
      void this.sendColumns(this.heads().map((other) => other.dataset["column"] ?? ""), false);
    }, { once: true });
  };

  private dragged: string | undefined;

  private onDragStart = (event: DragEvent): void => {
    const head = (event.target as Element).closest<HTMLElement>("thead th[data-column]");
    if (!head || this.querySelector(".resizing")) return;
    this.dragged = head.dataset["column"];
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  };

  private onDragOver = (event: DragEvent): void => {
    if (this.dragged && (event.target as Element).closest("thead th[data-column]")) event.preventDefault();
  };

  private onDrop = (event: DragEvent): void => {
    const onto = (event.target as Element).closest<HTMLElement>("thead th[data-column]")?.dataset["column"];
    const names = this.heads().map((head) => head.dataset["column"] ?? "");
    const from = names.indexOf(this.dragged ?? "");
    const to = names.indexOf(onto ?? "");
    this.dragged = undefined;
    if (from < 0 || to < 0 || from === to) return;
    event.preventDefault();
    names.splice(to, 0, ...names.splice(from, 1));
    void this.sendColumns(names);
  };

  private onScroll = (event: Event): void => {
    const scroller = event.target as HTMLElement;
    if (scroller.matches?.(".list-scroll")) this.classList.toggle("scrolled", Math.abs(scroller.scrollLeft) > 2);
  };
}

customElements.define("record-table", RecordTable);
