// `<combo-box data-lookup>`: finds records while one types; `<link-any>`, `<link-list>` and `<tag-input>` around it.

import htmx from "htmx.org";

import { follow } from "./menu";
import { ask, elements, obey } from "./request";

interface Picked {
  pick: string;
  id: string;
  title: string;
}

export class ComboBox extends HTMLElement {
  private timer = 0;
  private asking: AbortController | null = null;
  private release = (): void => {};

  connectedCallback(): void {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("click", () => void this.look());
    this.addEventListener("focusout", (event) => {
      if (!this.contains(event.relatedTarget as Node)) this.hide();
    });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
      if (option) this.choose(option);
    });
    this.querySelector("[data-clear]")?.addEventListener("click", () => {
      this.set("", "");
      this.input.focus();
    });
  }

  disconnectedCallback(): void {
    this.release();
  }

  private line(): Element {
    return this.querySelector(".input-group") ?? this;
  }

  /** Whether something is typed that names no record yet: it is looked for before anything is sent. */
  private isUnclear(): boolean {
    return this.input.value.trim() !== "" && !this.value.value;
  }

  private isOpen(): boolean {
    return this.list.matches(":popover-open");
  }

  private get input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('[role="combobox"]')!;
  }

  private get value(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('input[type="hidden"]')!;
  }

  private get list(): HTMLElement {
    return this.querySelector<HTMLElement>('[role="listbox"]')!;
  }

  private options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('[role="option"]:not([aria-disabled])')];
  }

  /** Takes a record as the value and tells the form. */
  set(id: string, title: string): void {
    this.value.value = id;
    this.input.value = title;
    this.querySelector("[data-clear]")?.toggleAttribute("hidden", !id && !title);
    this.hide();
    this.value.dispatchEvent(new Event("input", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: { id, title } }));
  }

  private typed(): void {
    this.value.value = "";
    this.querySelector("[data-clear]")?.toggleAttribute("hidden", !this.input.value);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), 140);
  }

  private async look(): Promise<void> {
    const lookup = this.dataset["lookup"];
    if (!lookup || this.input.readOnly) return;
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(lookup, location.href);
    // What is chosen already is no question: the first options are shown.
    url.searchParams.set("q", this.value.value ? "" : this.input.value);
    try {
      const answer = await ask(url.href, { signal: this.asking.signal });
      if (!answer.ok || document.activeElement !== this.input) return;
      this.list.replaceChildren(elements(answer.text));
      this.show();
    } catch {
      // A newer question took this one's place.
    }
  }

  private show(): void {
    this.list.style.width = `${this.line().getBoundingClientRect().width}px`;
    this.list.showPopover();
    this.release();
    this.release = follow(this.list, this.line());
    this.input.setAttribute("aria-expanded", "true");
    this.options().forEach((option, place) => (option.id = `${this.list.id}-${place}`));
    this.mark(this.input.value ? 0 : -1);
  }

  private hide(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.release();
    if (this.isOpen()) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private marked(): number {
    return this.options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  private mark(place: number): void {
    const options = this.options();
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = options[place];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  private onKey(event: KeyboardEvent): void {
    const open = this.isOpen();
    const count = this.options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) void this.look();
      else this.mark((this.marked() + (event.key === "ArrowDown" ? 1 : -1) + count) % Math.max(1, count));
    } else if (event.key === "Enter") {
      const option = open ? this.options()[this.marked()] : undefined;
      if (!option && !this.isUnclear()) return;
      event.preventDefault();
      event.stopPropagation();
      if (option) this.choose(option);
      else void this.look();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    } else if (event.key === "Tab" && open) {
      const option = this.options()[this.marked()];
      if (option && !option.dataset["create"] && this.input.value) this.choose(option);
    }
  }

  private choose(option: HTMLElement): void {
    const create = option.dataset["create"];
    if (create !== undefined) void this.create(create);
    else this.set(option.dataset["value"] ?? "", option.dataset["label"] ?? "");
  }

  /** Opens the form for a new record over this one; it comes back with `record:picked`. */
  private async create(title: string): Promise<void> {
    const url = new URL(this.dataset["create"] ?? "", location.href);
    url.searchParams.set("title", title);
    url.searchParams.set("pick", this.id);
    this.hide();
    const answer = await ask(url.href, { headers: { "X-Overlay": "1" } });
    await obey(answer, this);
    if (answer.ok) {
      await htmx.swap({ text: answer.text, target: document.getElementById("overlays")!, swap: "beforeend", sourceElement: this });
    }
  }
}

document.addEventListener("record:picked", (event) => {
  const { pick, id, title } = (event as CustomEvent<Picked>).detail;
  const box = document.getElementById(pick);
  if (box instanceof ComboBox) box.set(id, title);
});

/** `<link-any>`: the kind chosen decides where the combobox looks. */
class LinkAny extends HTMLElement {
  connectedCallback(): void {
    const kinds = this.querySelector("select");
    kinds?.addEventListener("change", () => {
      const box = this.querySelector<ComboBox>("combo-box");
      const option = kinds.selectedOptions[0];
      if (!box || !option) return;
      box.dataset["lookup"] = option.dataset["lookup"] ?? "";
      if (option.dataset["create"]) box.dataset["create"] = option.dataset["create"];
      else delete box.dataset["create"];
      box.set("", "");
    });
  }
}

/** Chosen values as chips that can be taken out. */
abstract class Chips extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const chip = (event.target as Element).closest("[data-remove]")?.closest("li");
      if (!chip) return;
      chip.remove();
      this.dispatchEvent(new Event("input", { bubbles: true }));
      this.querySelector<HTMLElement>("input:not([type=hidden])")?.focus();
    });
  }

  protected add(value: string, label: string): void {
    const name = this.dataset["name"] ?? "";
    const known = [...this.querySelectorAll<HTMLInputElement>(".chip input")].some((input) => input.value === value);
    if (!value || known) return;
    const chip = Object.assign(document.createElement("li"), { className: "chip" });
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "chip-remove" });
    button.dataset["remove"] = "";
    button.setAttribute("aria-label", `${this.dataset["remove"] ?? ""}: ${label}`);
    button.append(cross());
    chip.append(Object.assign(document.createElement("span"), { textContent: label }), input, button);
    this.querySelector(".chips")?.append(chip);
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

class LinkList extends Chips {
  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("picked", (event) => {
      const { id, title } = (event as CustomEvent<Picked>).detail;
      if (!id) return;
      this.add(id, title);
      this.querySelector<ComboBox>("combo-box")?.set("", "");
    });
  }
}

class TagInput extends Chips {
  override connectedCallback(): void {
    super.connectedCallback();
    const input = this.querySelector<HTMLInputElement>("input:not([type=hidden])");
    // With the script the chips carry the values; without it the line itself does.
    input?.removeAttribute("name");
    const take = () => {
      for (const tag of (input?.value ?? "").split(",")) this.add(tag.trim(), tag.trim());
      if (input) input.value = "";
    };
    input?.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === ",") && input.value.trim()) {
        event.preventDefault();
        take();
      } else if (event.key === "Backspace" && !input.value) {
        [...this.querySelectorAll("li.chip")].at(-1)?.remove();
      }
    });
    input?.addEventListener("change", take);
  }
}

function cross(): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M18 6 6 18M6 6l12 12");
  svg.append(path);
  return svg;
}

customElements.define("combo-box", ComboBox);
customElements.define("link-any", LinkAny);
customElements.define("link-list", LinkList);
customElements.define("tag-input", TagInput);
