// Smaller controls: dates with a picker, tabs that scroll into sight.

/** `<date-field data-kind>`: a line to type a date into, with the platform's picker behind its sign. */
class DateField extends HTMLElement {
  connectedCallback(): void {
    const line = this.querySelector<HTMLInputElement>("input");
    const sign = this.querySelector<HTMLElement>(".input-unit");
    if (!line || !sign || line.readOnly || sign.querySelector("button")) return;
    const picker = Object.assign(document.createElement("input"), { type: this.dataset["kind"] ?? "date", tabIndex: -1 });
    picker.className = "unseen";
    picker.ariaHidden = "true";
    const button = Object.assign(document.createElement("button"), { type: "button", title: this.dataset["pick"] ?? "" });
    button.setAttribute("aria-label", `${this.dataset["pick"] ?? ""}: ${line.getAttribute("aria-label") ?? ""}`);
    button.append(...sign.childNodes);
    sign.append(button, picker);
    button.addEventListener("click", () => {
      try {
        picker.showPicker();
      } catch {
        line.focus();
      }
    });
    picker.addEventListener("change", () => {
      if (!picker.value) return;
      line.value = this.written(picker);
      line.dispatchEvent(new Event("input", { bubbles: true }));
      line.dispatchEvent(new Event("change", { bubbles: true }));
      line.focus();
    });
  }

  /** As the reader's locale writes it, which is what the server reads. */
  private written(picker: HTMLInputElement): string {
    if (picker.type === "time") return picker.value;
    const date = new Date(picker.type === "date" ? `${picker.value}T12:00` : picker.value);
    const day: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit", calendar: "gregory" };
    const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
    const locale = this.dataset["locale"];
    return picker.type === "date" ? date.toLocaleDateString(locale, day) : date.toLocaleString(locale, { ...day, ...time });
  }
}

/** `<tab-list>`: the present tab is in sight, and so is that there are more than fit. */
class TabList extends HTMLElement {
  private watch?: ResizeObserver;
  private marks?: MutationObserver;

  connectedCallback(): void {
    const nav = this.querySelector("nav");
    const current = this.querySelector<HTMLElement>("[aria-current]");
    if (!nav) return;
    if (current && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = current.offsetLeft - 48;
    nav.addEventListener("scroll", () => this.mark(nav), { passive: true });
    this.watch = new ResizeObserver(() => this.mark(nav));
    this.watch.observe(nav);
    // What draws the page anew knows nothing of the marks.
    this.marks = new MutationObserver(() => this.mark(nav));
    this.marks.observe(this, { attributes: true, childList: true, subtree: true });
    this.querySelectorAll<HTMLElement>(":scope > .tab-more").forEach((more) => {
      const step = more.classList.contains("tab-more-after") ? 0.7 : -0.7;
      const way = getComputedStyle(this).direction === "rtl" ? -step : step;
      more.addEventListener("click", () => nav.scrollBy({ left: nav.clientWidth * way, behavior: motion() }));
    });
  }

  disconnectedCallback(): void {
    this.watch?.disconnect();
    this.marks?.disconnect();
  }

  private mark(nav: HTMLElement): void {
    const scrolled = Math.abs(nav.scrollLeft);
    this.toggleAttribute("data-before", scrolled > 2);
    this.toggleAttribute("data-after", scrolled + nav.clientWidth < nav.scrollWidth - 2);
  }
}

function motion(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

customElements.define("date-field", DateField);
customElements.define("tab-list", TabList);

/** `[data-copy]`: copies the line before it, and says so. */
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  const line = button?.parentElement?.querySelector("input");
  if (!button || !line) return;
  const said = () => (button.querySelector("span")!.textContent = button.dataset["copied"] ?? "");
  line.select();
  // Outside of a secure context the browser offers only the older way.
  if (navigator.clipboard) void navigator.clipboard.writeText(line.value).then(said, () => {});
  else if (document.execCommand("copy")) said();
});
