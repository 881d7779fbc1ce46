// Everything that runs in the browser: htmx for parts of pages, and an element for each thing it cannot do.

import htmx from "htmx.org";

import "./appearance";
import "./board";
import "./combobox";
import "./controls";
import "./edit";
import "./files";
import "./filter";
import "./focus";
import "./guard";
import "./live";
import "./menu";
import "./overlay";
import "./palette";
import "./rich";
import "./shortcuts";
import "./table";
import { csrfToken, obey, say } from "./request";
import { confirmed } from "./overlay";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

interface HtmxDetail {
  ctx: {
    request: { method: string; headers: Record<string, string> };
    response?: { status: number; raw: Response };
    confirm?: string;
    sourceElement: Element;
  };
  issueRequest?: () => void;
  dropRequest?: () => void;
  error?: unknown;
}

const detail = (event: Event): HtmxDetail => (event as CustomEvent<HtmxDetail>).detail;

document.addEventListener("htmx:config:request", (event) => {
  const { request } = detail(event).ctx;
  if (request.method !== "GET") request.headers["X-CSRF-Token"] = csrfToken();
});

// Questions are asked in our own dialog.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = detail(event);
  if (!ctx.confirm) return;
  event.preventDefault();
  void confirmed(ctx.confirm, ctx.sourceElement.classList.contains("btn-danger")).then((yes) =>
    yes ? issueRequest?.() : dropRequest?.(),
  );
});

// A form that was answered with another page goes there.
// A broken answer must not take the place of a part of the page; what it has to say by partials is still shown.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = detail(event);
  const raw = ctx.response?.raw;
  if (raw?.redirected && ctx.request.method !== "GET") {
    event.preventDefault();
    location.href = raw.url;
  }
  if (!raw || raw.status < 500) return;
  event.preventDefault();
  void raw.text().then((text) => {
    const answer = { status: raw.status, ok: false, text, headers: raw.headers };
    if (text.includes("<hx-partial")) void obey(answer, ctx.sourceElement);
    else say(document.body.dataset["failed"] ?? "", "error");
  });
});
document.addEventListener("htmx:error", (event) => {
  const { error } = detail(event);
  if (!(error instanceof DOMException && error.name === "AbortError")) {
    say(document.body.dataset["failed"] ?? "", "error");
  }
});

// A thin line on top tells that an answer takes a while.
let waiting = 0;
const wait = (change: number) => {
  waiting = Math.max(0, waiting + change);
  document.body.toggleAttribute("data-waiting", waiting > 0);
};
document.addEventListener("htmx:before:request", () => wait(1));
document.addEventListener("htmx:finally:request", () => wait(-1));

addEventListener("offline", () => say(document.body.dataset["offline"] ?? "", "error"));

