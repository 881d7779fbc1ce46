// Files: chosen or dropped, refused before they are sent where they are too large, sent one by one with their progress.

import htmx from "htmx.org";

import { csrfToken, elements, obey, say, type Answer } from "./request";

/** `<file-drop data-max data-upload>`: the control of a field; see `ui::input::Input::File`. */
class FileDrop extends HTMLElement {
  private under = 0;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>('input[type="file"]');
    input?.addEventListener("change", () => (this.dataset["upload"] ? void this.send(input) : this.list(input)));
    this.addEventListener("dragenter", () => this.classList.add("over"));
    this.addEventListener("dragleave", (event) => {
      if (!this.contains(event.relatedTarget as Node)) this.classList.remove("over");
    });
    this.addEventListener("drop", () => this.classList.remove("over"));
    this.addEventListener("click", (event) => {
      const remove = (event.target as Element).closest("[data-remove]");
      remove?.closest("li")?.remove();
      if (remove) input?.focus();
    });
  }

  /** Names of what the form will send. */
  private list(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    const large = files.filter((file) => isTooLarge(this, file));
    input.setCustomValidity(large.length ? (this.dataset["tooLarge"] ?? "") : "");
    const lines = files.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} · ${size(file.size)}${large.includes(file) ? ` · ${this.dataset["tooLarge"] ?? ""}` : ""}`;
      item.className = large.includes(file) ? "field-problem" : "";
      return item;
    });
    this.querySelector(".file-names")?.replaceChildren(...lines);
  }

  private async send(input: HTMLInputElement): Promise<void> {
    const list = this.querySelector<HTMLElement>(".file-names");
    const files = [...(input.files ?? [])];
    input.value = "";
    if (!list || !files.length) return;
    if (!input.multiple) list.replaceChildren();
    this.hold(1);
    for (const file of files) {
      const url = `${this.dataset["upload"]}?field=${encodeURIComponent(this.dataset["field"] ?? "")}`;
      const { answer, line } = await carry(this, url, file, list);
      if (answer?.ok) line.replaceWith(...elements(answer.text).children);
    }
    this.hold(-1);
    input.required = false;
  }

  /** A form waits for its files. */
  private hold(change: number): void {
    this.under += change;
    for (const button of this.closest("form")?.querySelectorAll<HTMLButtonElement>("button[type=submit]") ?? []) {
      button.disabled = this.under > 0;
    }
  }
}

/** `<file-zone data-url>`: files dropped anywhere on a record's page, or chosen on its tab; see `ui::record::DropZone`. */
class FileZone extends HTMLElement {
  connectedCallback(): void {
    document.documentElement.classList.add("scripted");
    document.addEventListener("dragover", this.onOver);
    document.addEventListener("dragleave", this.onLeave);
    document.addEventListener("drop", this.onDrop);
    document.addEventListener("change", this.onChosen);
  }

  disconnectedCallback(): void {
    document.removeEventListener("dragover", this.onOver);
    document.removeEventListener("dragleave", this.onLeave);
    document.removeEventListener("drop", this.onDrop);
    document.removeEventListener("change", this.onChosen);
  }

  private takes(event: DragEvent): boolean {
    const elsewhere = (event.target as Element | null)?.closest?.("file-drop, dialog");
    return !elsewhere && [...(event.dataTransfer?.types ?? [])].includes("Files");
  }

  private onOver = (event: DragEvent): void => {
    if (!this.takes(event)) return;
    event.preventDefault();
    this.classList.add("over");
  };

  private onLeave = (event: DragEvent): void => {
    if (!event.relatedTarget) this.classList.remove("over");
  };

  private onDrop = (event: DragEvent): void => {
    this.classList.remove("over");
    if (!this.takes(event)) return;
    event.preventDefault();
    void this.send([...(event.dataTransfer?.files ?? [])]);
  };

  private onChosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (!input.matches?.("[data-file-zone]") || !input.files?.length) return;
    const files = [...input.files];
    input.value = "";
    void this.send(files);
  };

  private async send(files: File[]): Promise<void> {
    const list = this.querySelector<HTMLElement>(".drop-list");
    if (!list) return;
    list.replaceChildren();
    let done = 0;
    for (const file of files) {
      const { answer, line } = await carry(this, this.dataset["url"] ?? "", file, list);
      if (!answer?.ok) continue;
      done += 1;
      line.remove();
      await obey(answer, this);
    }
    if (done) say(`${this.dataset["done"] ?? ""}: ${done === 1 ? files[0]?.name : done}`);
    // Whatever shows the record's files draws itself anew.
    const record = document.getElementById("record");
    if (done && record) {
      await htmx.ajax("GET", location.href, { target: "#record", select: "#record", swap: "outerMorph", source: record });
    }
  }
}

/** Sends one file; a line of the list tells how far it is, or what is wrong. */
function carry(zone: HTMLElement, url: string, file: File, list: HTMLElement): Promise<{ answer?: Answer; line: HTMLElement }> {
  const line = document.createElement("li");
  line.className = "file-sending";
  const words = document.createElement("span");
  words.textContent = `${zone.dataset["sending"] ?? ""} ${file.name} · ${size(file.size)}`;
  const bar = Object.assign(document.createElement("progress"), { max: Math.max(1, file.size), value: 0, className: "bar" });
  bar.setAttribute("aria-label", words.textContent);
  line.append(words, bar);
  list.append(line);
  const fail = (text: string) => {
    line.classList.add("field-problem");
    words.setAttribute("role", "alert");
    words.textContent = `${file.name}: ${text}`;
    bar.remove();
    return { line };
  };
  if (isTooLarge(zone, file)) return Promise.resolve(fail(zone.dataset["tooLarge"] ?? ""));
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${url}${url.includes("?") ? "&" : "?"}name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => (bar.value = event.loaded));
    request.addEventListener("error", () => resolve(fail(document.body.dataset["failed"] ?? "")));
    request.addEventListener("load", () => {
      const headers = new Headers();
      for (const name of ["HX-Trigger", "HX-Redirect"]) {
        const value = request.getResponseHeader(name);
        if (value) headers.set(name, value);
      }
      const ok = request.status >= 200 && request.status < 300;
      const answer = { status: request.status, ok, text: request.responseText, headers };
      if (ok) resolve({ answer, line });
      else resolve(fail(reason(request.responseText)));
    });
    request.send(file);
  });
}

/** What a refusal says: the words of its toast. */
function reason(text: string): string {
  const toast = new DOMParser().parseFromString(text, "text/html").querySelector(".toast-text");
  return toast?.textContent || (document.body.dataset["failed"] ?? "");
}

function isTooLarge(zone: HTMLElement, file: File): boolean {
  return file.size > Number(zone.dataset["max"] ?? Infinity);
}

function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const format = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(document.documentElement.lang, format).format(bytes / 1000 ** step);
}

customElements.define("file-drop", FileDrop);
customElements.define("file-zone", FileZone);
