// Dialogs, drawers and toasts.

import { isDirty } from "./guard";

/** `<overlay-box>`: opens the dialog in it and goes when that closes. */
class OverlayBox extends HTMLElement {
  private opener: Element | null = null;

  connectedCallback(): void {
    const dialog = this.dialog();
    if (!dialog || dialog.open) return;
    this.opener = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[autofocus]")?.focus();
    dialog.addEventListener("close", () => this.gone());
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      void this.close();
    });
    this.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest("[data-close]")) {
        event.preventDefault();
        void this.close();
      }
    });
    // A press that began and ended on the backdrop closes; a text selection that ends there does not.
    dialog.addEventListener("pointerdown", (event) => {
      if (event.target === dialog && outside(dialog, event)) void this.close();
    });
  }

  /** Closes, after asking when something typed would be lost. */
  async close(): Promise<void> {
    const form = this.querySelector<HTMLFormElement>("form[data-guard]");
    if (form && isDirty(form) && !(await confirmed(document.body.dataset["unsaved"] ?? ""))) return;
    this.dialog()?.close();
  }

  finish(): void {
    this.dialog()?.close();
  }

  private gone(): void {
    this.remove();
    if (this.opener instanceof HTMLElement && this.opener.isConnected) this.opener.focus();
  }

  private dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }
}

function outside(dialog: HTMLElement, event: PointerEvent): boolean {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

/** The overlay in front. */
export function topOverlay(): HTMLElement | null {
  return [...document.querySelectorAll<HTMLElement>("dialog[open]")].at(-1) ?? null;
}

// The server says that an overlay's work is done.
document.addEventListener("overlay:close", () => {
  [...document.querySelectorAll<OverlayBox>("overlay-box")].at(-1)?.finish();
});

/** Asks a question; true when the answer is yes. */
export function confirmed(question: string, danger = false): Promise<boolean> {
  const texts = document.body.dataset;
  const dialog = document.createElement("dialog");
  dialog.className = "overlay overlay-dialog";
  dialog.setAttribute("role", "alertdialog");
  const words = Object.assign(document.createElement("p"), { className: "confirm-text", textContent: question });
  words.id = "confirm-text";
  dialog.setAttribute("aria-labelledby", words.id);
  const buttons = Object.assign(document.createElement("div"), { className: "form-buttons" });
  const button = (label: string, look: string, value: string) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: look, textContent: label });
    made.addEventListener("click", () => dialog.close(value));
    return made;
  };
  const yes = button(texts["confirmYes"] ?? "OK", danger ? "btn btn-danger btn-solid" : "btn btn-primary", "yes");
  buttons.append(yes, button(texts["confirmNo"] ?? "Cancel", "btn", "no"));
  const inner = Object.assign(document.createElement("div"), { className: "overlay-body" });
  inner.append(words, buttons);
  dialog.append(inner);
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

/** `<toast-note>`: goes after a while, unless it tells of a failure or somebody is reading it. */
class ToastNote extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-dismiss], [hx-post], a")) setTimeout(() => this.remove(), 50);
    });
    if (this.hasAttribute("data-keep")) return;
    const wait = this.querySelector("[hx-post]") ? 10_000 : 6_000;
    const start = () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.remove(), wait);
    };
    const stop = () => clearTimeout(this.timer);
    this.addEventListener("pointerenter", stop);
    this.addEventListener("focusin", stop);
    this.addEventListener("pointerleave", start);
    this.addEventListener("focusout", start);
    start();
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
  }
}

customElements.define("overlay-box", OverlayBox);
customElements.define("toast-note", ToastNote);
