//@ts-check
/**
 * Toasts, menus and dialogs: the small manners of a page.
 *
 * A toast leaves after eight seconds, waits while it is pointed at or focused, and can be closed.
 * What it says also stands on the page, so nothing is lost with it.
 */

const STAY_MS = 8000;

/** @param {HTMLElement} toast */
function dismiss(toast) {
  toast.classList.add("toast--leaving");
  setTimeout(() => toast.remove(), 200);
}

/** @param {HTMLElement} toast */
function live(toast) {
  if (toast.dataset.live !== undefined) return;
  toast.dataset.live = "";
  const close = toast.querySelector("[data-toast-close]");
  if (close instanceof HTMLElement) {
    close.hidden = false;
    close.addEventListener("click", () => dismiss(toast));
  }
  if (toast.dataset.toast === "stay") return;
  let timer = setTimeout(() => dismiss(toast), STAY_MS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => dismiss(toast), STAY_MS);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

/** @param {ParentNode} root */
function wake(root) {
  for (const toast of root.querySelectorAll("[data-toast]")) live(/** @type {HTMLElement} */ (toast));
}

wake(document);
document.addEventListener("htmx:afterSettle", () => wake(document));

// Menus are <details>: Escape and a press elsewhere close them, focus returns to the summary.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const held = menu.contains(document.activeElement);
    menu.removeAttribute("open");
    if (held) menu.querySelector("summary")?.focus();
  }
});
document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.removeAttribute("open");
  }
  const opener = target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.getAttribute("data-opens") ?? "");
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault(); // a link leads to the full page where there is no script
    dialog.showModal();
  }
  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
});
