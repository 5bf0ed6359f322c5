//@ts-check
/**
 * The player: nothing is lost when the connection is gone, and focus goes where the next line is.
 *
 * Without JavaScript every step is a plain form; this file only helps. A form that is sent while the
 * browser is offline stays on the page, says so, and goes out by itself when the line is back.
 */

const WAITING = "data-waits";
const note = document.querySelector("[data-unsent-note]");

/** @param {boolean} shown */
function tell(shown) {
  if (note instanceof HTMLElement) note.hidden = !shown;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  // Not `form.action`: a button may bear that name.
  if (form.getAttribute("action")?.endsWith("/auth/logout/")) forget();
  if (navigator.onLine) return;
  event.preventDefault();
  const button = event instanceof SubmitEvent ? event.submitter : null;
  for (const other of document.querySelectorAll(`[${WAITING}]`)) other.removeAttribute(WAITING);
  (button ?? form).setAttribute(WAITING, "");
  tell(true);
});

addEventListener("online", () => {
  const waiting = document.querySelector(`[${WAITING}]`);
  if (!waiting) return;
  waiting.removeAttribute(WAITING);
  tell(false);
  if (waiting instanceof HTMLFormElement) waiting.requestSubmit();
  else if (waiting instanceof HTMLButtonElement) waiting.form?.requestSubmit(waiting);
});

/** Signing out ends every draft on this device. */
function forget() {
  for (const name of Object.keys(sessionStorage)) {
    if (/^(draft|revision|timer):/.test(name)) sessionStorage.removeItem(name);
  }
}

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (!(box instanceof HTMLTextAreaElement) || !box.form) return;
  event.preventDefault();
  box.form.requestSubmit();
});

const next = document.querySelector("[data-focus]");
if (next instanceof HTMLElement) next.focus();
