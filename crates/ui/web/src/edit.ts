// `<inline-edit data-url>`: a value that is changed where it stands. See `ui::edit` for what the server answers.

import htmx from "htmx.org";

import { follow } from "./menu";
import { ask, body, elements, obey, type Answer } from "./request";

export class InlineEdit extends HTMLElement {
  private shown: { nodes: Node[]; look: string } | null = null;
  private sent = false;

  connectedCallback(): void {
    this.addEventListener("click", this.onClick);
    this.addEventListener("dblclick", this.onDoubleClick);
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("change", this.onChange);
  }

  disconnectedCallback(): void {
    document.removeEventListener("pointerdown", this.onOutside, true);
  }

  get editing(): boolean {
    return this.classList.contains("editing");
  }

  /** Fetches the editor and puts it in the value's place. */
  async open(): Promise<void> {
    const url = this.dataset["url"];
    if (this.editing || !url || this.hasAttribute("aria-busy")) return;
    for (const other of document.querySelectorAll<InlineEdit>("inline-edit.editing")) await other.leave();
    this.setAttribute("aria-busy", "true");
    const answer = await ask(url);
    this.removeAttribute("aria-busy");
    await obey(answer, this);
    const editor = elements(answer.text).querySelector("inline-edit");
    if (!answer.ok || !editor) return;
    this.shown = { nodes: [...this.childNodes], look: this.className };
    this.show(editor);
    document.addEventListener("pointerdown", this.onOutside, true);
  }

  /** Puts the value back as it was. */
  cancel(): void {
    document.removeEventListener("pointerdown", this.onOutside, true);
    if (!this.shown) return;
    this.className = this.shown.look;
    this.replaceChildren(...this.shown.nodes);
    this.shown = null;
    this.focusPlace();
  }

  /** Sends what is in the editor; true when the value is saved. */
  async save(): Promise<boolean> {
    const form = this.querySelector("form");
    const url = this.dataset["url"];
    if (!form || !url || this.sent) return false;
    this.sent = true;
    const answer = await ask(url, { method: "PATCH", body: body(form) });
    this.sent = false;
    if (answer.ok) {
      this.settle(answer);
    } else {
      const editor = elements(answer.text).querySelector("inline-edit");
      if (editor) this.show(editor);
    }
    await obey(answer, this);
    return answer.ok;
  }

  private settle(answer: Answer): void {
    document.removeEventListener("pointerdown", this.onOutside, true);
    const value = elements(answer.text).querySelector<HTMLElement>("inline-edit, .editable-value");
    const before = this.shown;
    this.shown = null;
    if (before?.look.includes("editable-bare")) {
      const words = value?.querySelector(".editable-value") ?? value;
      this.className = before.look;
      this.replaceChildren(...before.nodes);
      const link = this.parentElement?.querySelector(".row-link");
      if (words && link) link.replaceChildren(...words.childNodes);
      this.focusPlace();
    } else if (value) {
      const cell = this.closest<HTMLElement>("[data-column]");
      this.replaceWith(value);
      htmx.process(value);
      if (cell) cell.focus();
      else value.querySelector<HTMLElement>("[data-edit]")?.focus();
    } else if (before) {
      this.className = before.look;
      this.replaceChildren(...before.nodes);
    }
  }

  private show(editor: Element): void {
    this.className = editor.className;
    this.replaceChildren(...editor.childNodes);
    htmx.process(this);
    this.lay();
    // The field's own control, not the currency beside it.
    const control =
      this.querySelector<HTMLElement>(":is(input, select, textarea)[id^=inline-]:not([hidden])") ??
      this.querySelector<HTMLElement>("[contenteditable], input:not([type=hidden]), select, textarea");
    control?.focus();
    if (control instanceof HTMLInputElement) control.select();
    if (control instanceof HTMLSelectElement) openPicker(control);
  }

  /** In a cell or a key field: a large control, or what stands below a small one, lies over the page. */
  private lay(): void {
    const form = this.querySelector<HTMLElement>("form.editor");
    if (!form || !this.closest(".cell, .key-field")) return;
    const large = !!form.querySelector("textarea, rich-text, .check-list, .address-grid, .name-row, .link-list, .radio-row, .file-drop, .link-any");
    const over = large ? form : form.querySelector<HTMLElement>(".editor-foot");
    if (!over) return;
    over.popover = "manual";
    over.showPopover();
    follow(over, large ? this : form);
  }

  /** Saves what changed, or puts the value back. */
  async leave(): Promise<void> {
    if (!this.editing) return;
    const form = this.querySelector("form");
    if (form && changed(form)) await this.save();
    else this.cancel();
  }

  private focusPlace(): void {
    const cell = this.closest<HTMLElement>("[data-column]");
    if (cell?.hasAttribute("tabindex")) cell.focus();
    else this.querySelector<HTMLElement>("[data-edit]")?.focus();
  }

  private onClick = (event: Event): void => {
    const target = event.target as Element;
    if (target.closest("[data-edit]")) void this.open();
    else if (target.closest("[data-cancel]")) this.cancel();
  };

  private onDoubleClick = (event: Event): void => {
    if (!this.editing && !(event.target as Element).closest("a")) void this.open();
  };

  private onOutside = (event: Event): void => {
    const target = event.target as Element;
    if (!this.contains(target) && !target.closest("dialog, [popover]")) void this.leave();
  };

  private onSubmit = (event: Event): void => {
    event.preventDefault();
    void this.save();
  };

  /** A choice is made with one click: it needs no button. */
  private onChange = (event: Event): void => {
    const target = event.target as HTMLElement;
    if (this.editing && target.matches("select:only-of-type, input[type=radio]") && !target.closest(".input-group")) void this.save();
  };

  private onKey = (event: KeyboardEvent): void => {
    if (!this.editing || event.defaultPrevented || event.isComposing) return;
    const target = event.target as HTMLElement;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    } else if (event.key === "Enter" && !event.shiftKey && target.matches("input, select")) {
      event.preventDefault();
      event.stopPropagation();
      void this.save();
    } else if (event.key === "Tab" && !target.closest(".editor-buttons") && this.isLast(target, event.shiftKey)) {
      event.preventDefault();
      void this.saveAndGo(event.shiftKey ? -1 : 1);
    }
  };

  private isLast(target: HTMLElement, backwards: boolean): boolean {
    const controls = [...this.querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea")];
    return target === (backwards ? controls[0] : controls.at(-1));
  }

  private async saveAndGo(step: number): Promise<void> {
    const scope = this.closest("tr, dl, .record") ?? document;
    const all = [...scope.querySelectorAll<InlineEdit>("inline-edit")];
    const place = all.indexOf(this) + step;
    const form = this.querySelector("form");
    if (form && changed(form) && !(await this.save())) return;
    if (this.editing) this.cancel();
    await [...scope.querySelectorAll<InlineEdit>("inline-edit")][place]?.open();
  }
}

/** Opens a select's list where the browser lets a script do so. */
function openPicker(select: HTMLSelectElement): void {
  try {
    select.showPicker();
  } catch {
    // The click that began this is too long ago: the list opens on the next key.
  }
}

function changed(form: HTMLFormElement): boolean {
  return [...form.elements].some((control) => {
    if (control instanceof HTMLSelectElement) return [...control.options].some((option) => option.selected !== option.defaultSelected);
    if (control instanceof HTMLInputElement && /checkbox|radio/.test(control.type)) return control.checked !== control.defaultChecked;
    if (control instanceof HTMLInputElement && control.type === "file") return !!control.files?.length;
    if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) return control.value !== control.defaultValue;
    return false;
  });
}

customElements.define("inline-edit", InlineEdit);
