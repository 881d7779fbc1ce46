// Requests that elements send themselves, answered like htmx's: the token goes along, headers and partials are obeyed.

import htmx from "htmx.org";

export interface Answer {
  status: number;
  ok: boolean;
  text: string;
  headers: Headers;
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Asks the server; a broken connection is an answer of status 0. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set("HX-Request", "true");
  headers.set("HX-Current-URL", location.href);
  headers.set("Accept", "text/html");
  if (init.method && init.method !== "GET") headers.set("X-CSRF-Token", csrfToken());
  try {
    const response = await fetch(url, { credentials: "same-origin", ...init, headers });
    return { status: response.status, ok: response.ok, text: await response.text(), headers: response.headers };
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    say(document.body.dataset["failed"] ?? "", "error");
    return { status: 0, ok: false, text: "", headers: new Headers() };
  }
}

/** The fields of a form as a body: by name and value, or with files where it has some. */
export function body(form: HTMLFormElement, submitter?: HTMLElement | null): BodyInit {
  const data = new FormData(form, submitter);
  const hasFiles = [...data.values()].some((value) => typeof value !== "string");
  return hasFiles ? data : new URLSearchParams(data as unknown as Record<string, string>);
}

/** Does what an answer's headers and partials say; its own content is left to the caller. */
export async function obey(answer: Answer, source: Element): Promise<void> {
  const redirect = answer.headers.get("HX-Redirect");
  if (redirect) {
    location.href = redirect;
    return;
  }
  if (answer.headers.get("HX-Refresh") === "true") {
    location.reload();
    return;
  }
  if (answer.text.includes("<hx-partial") || answer.text.includes("hx-swap-oob")) {
    await htmx.swap({ text: answer.text, target: document.body, swap: "none", sourceElement: source });
  }
  const triggered = answer.headers.get("HX-Trigger");
  if (triggered) trigger(triggered, source);
}

function trigger(header: string, source: Element): void {
  const target = source.isConnected ? source : document.body;
  if (!header.startsWith("{")) {
    for (const name of header.split(",")) htmx.trigger(target, name.trim(), {});
    return;
  }
  for (const [name, detail] of Object.entries(JSON.parse(header) as Record<string, unknown>)) {
    htmx.trigger(target, name, typeof detail === "object" && detail ? detail : { value: detail });
  }
}

/** The elements of an answer, without its partials. */
export function elements(text: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(`<template>${text}</template>`, "text/html");
  const fragment = parsed.querySelector("template")!.content;
  for (const partial of fragment.querySelectorAll("hx-partial")) partial.remove();
  return document.importNode(fragment, true);
}

/** Shows a short message. */
export function say(text: string, kind: "status" | "error" = "status"): void {
  const toasts = document.getElementById("toasts");
  if (!toasts || !text || [...toasts.children].some((toast) => toast.textContent === text)) return;
  const toast = document.createElement("toast-note");
  toast.className = `toast-card ${kind === "error" ? "tone-red" : "tone-blue"}`;
  toast.setAttribute("role", kind === "error" ? "alert" : "status");
  const words = document.createElement("span");
  words.className = "toast-text";
  words.textContent = text;
  toast.append(words);
  toasts.append(toast);
}
