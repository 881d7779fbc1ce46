// `<filter-bar>`: the builder opens below its button.

class FilterBar extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector<HTMLElement>("[data-filter-toggle]");
    const panel = this.querySelector<HTMLElement>(".filter-panel");
    button?.addEventListener("click", () => {
      if (!panel) return;
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      if (!panel.hidden) panel.querySelector<HTMLElement>("select, textarea, input:not([type=hidden])")?.focus();
    });
    panel?.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      panel.hidden = true;
      button?.setAttribute("aria-expanded", "false");
      button?.focus();
    });
  }
}

customElements.define("filter-bar", FilterBar);
