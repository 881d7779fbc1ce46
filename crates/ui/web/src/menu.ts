// Menus: placed beside their button, walked through with arrows.

/** `<menu-button>`: a button with `popovertarget` and the popover it opens. */
class MenuButton extends HTMLElement {
  private last: string | undefined;

  connectedCallback(): void {
    const button = this.querySelector<HTMLElement>(":scope > button");
    const popover = this.querySelector<HTMLElement>(":scope > [popover]");
    if (!button || !popover) return;
    button.addEventListener("keydown", (event) => {
      this.last = event.key;
      if (event.key === "ArrowDown") {
        event.preventDefault();
        popover.showPopover();
      }
    });
    popover.addEventListener("toggle", (event) => {
      const open = (event as ToggleEvent).newState === "open";
      button.setAttribute("aria-expanded", String(open));
      if (!open) return;
      place(popover, button);
      if (this.last || popover.getAttribute("role") === "menu") items(popover)[0]?.focus({ preventScroll: true });
      this.last = undefined;
    });
    if (popover.getAttribute("role") === "menu") walk(popover);
  }
}

/** Puts a popover below its anchor, or above where there is no room, within the window. */
export function place(popover: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const rightToLeft = getComputedStyle(popover).direction === "rtl";
  const start = rightToLeft ? at.right - width : at.left;
  const fits = start + width <= innerWidth - 8 && start >= 8;
  const left = fits ? start : Math.max(8, Math.min(rightToLeft ? at.left : at.right - width, innerWidth - width - 8));
  const below = at.bottom + 4;
  const top = below + height <= innerHeight - 8 ? below : Math.max(8, at.top - height - 4);
  popover.dataset["placed"] = "";
  Object.assign(popover.style, { left: `${left}px`, top: `${top}px` });
}

/** Keeps a popover beside its anchor while things scroll; call what it answers with to let go. */
export function follow(popover: HTMLElement, anchor: Element): () => void {
  const again = (event?: Event) => {
    if (!popover.isConnected || !anchor.isConnected) return release();
    if (event?.target !== popover && popover.matches(":popover-open")) place(popover, anchor);
  };
  const release = () => {
    removeEventListener("scroll", again, { capture: true });
    removeEventListener("resize", again);
  };
  addEventListener("scroll", again, { capture: true, passive: true });
  addEventListener("resize", again);
  again();
  return release;
}

function items(menu: Element): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])')];
}

/** Arrows, Home, End and first letters move within a menu; choosing closes it. */
export function walk(menu: HTMLElement): void {
  menu.addEventListener("keydown", (event) => {
    const all = items(menu);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    let next = steps[event.key];
    if (next === undefined && event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      const found = all.findIndex((item, place) => place !== at && label(item).startsWith(event.key.toLowerCase()));
      if (found >= 0) next = found;
    }
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[(next + all.length) % all.length]?.focus();
  });
  menu.addEventListener("click", (event) => {
    if ((event.target as Element).closest('[role^="menuitem"]')) menu.hidePopover();
  });
}

function label(item: Element): string {
  return (item.querySelector(".menu-label")?.textContent ?? item.textContent ?? "").trim().toLowerCase();
}

customElements.define("menu-button", MenuButton);
