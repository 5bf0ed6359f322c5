//@ts-check
/**
 * Save a form while somebody writes in it.
 *
 *   <form method="post" data-autosave="/save/address/" data-revision="3" data-draft="reflection-7">
 *     … <span data-autosave-status role="status" data-saved="Saved" …></span>
 *
 * After 800 ms of rest the form is sent with `client_key` (one per change, so that a repeat is
 * recognized) and `revision` (what the page was made from). The answer may carry JSON
 * `{"revision": 4}`; 409 means somebody else saved. Until the server has confirmed, a draft lies in
 * sessionStorage: it survives a dropped connection and a reload, and ends with the tab. Without
 * `data-draft`, or with `data-shared-device`, nothing is kept on the device.
 *
 * A page asked for while the last change was on its way may be made from an older revision than the
 * one the server confirmed. The confirmed number is remembered; such a page is asked for again.
 */

const REST_MS = 800;
const RETRY_MS = 5000;
const SKIP = new Set(["csrfmiddlewaretoken", "client_key", "revision"]);

/** @param {HTMLFormElement} form */
function watch(form) {
  const status = form.querySelector("[data-autosave-status]");
  const draft = "sharedDevice" in form.dataset ? "" : (form.dataset.draft ?? "");
  const store = draft && `draft:${draft}`;
  const confirmed = draft && `revision:${draft}`;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let key = crypto.randomUUID();
  let busy = false;
  let changed = 0;

  /** @param {"saving" | "saved" | "kept" | "waiting" | "conflict"} state */
  const say = (state) => {
    if (status instanceof HTMLElement) status.textContent = status.dataset[state] ?? "";
  };

  const keep = () => {
    if (!store) return false;
    /** @type {[string, string][]} */
    const pairs = [];
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !SKIP.has(name)) pairs.push([name, value]);
    }
    try {
      sessionStorage.setItem(store, JSON.stringify(pairs));
      return true;
    } catch {
      return false; // storage full or forbidden: then we do not claim to have kept anything
    }
  };

  const restore = () => {
    const newest = Number(confirmed && sessionStorage.getItem(confirmed));
    if (confirmed) sessionStorage.removeItem(confirmed); // asked for again once, never in a circle
    if (newest > Number(form.dataset.revision ?? 0)) return location.reload();
    const saved = store && sessionStorage.getItem(store);
    if (!saved) return;
    const values = new Map(/** @type {[string, string][]} */ (JSON.parse(saved)));
    for (const control of form.elements) {
      if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement
        || control instanceof HTMLSelectElement) || SKIP.has(control.name)) continue;
      const value = values.get(control.name);
      if (control instanceof HTMLInputElement && /^(radio|checkbox)$/.test(control.type)) {
        control.checked = value === control.value;
      } else if (value !== undefined) control.value = value;
    }
    schedule(0);
  };

  /** @param {number} wait */
  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  async function send() {
    if (busy) return schedule(REST_MS);
    busy = true;
    const version = changed;
    const body = new FormData(form);
    body.set("client_key", key);
    body.set("revision", form.dataset.revision ?? "0");
    say("saving");
    try {
      const answer = await fetch(form.dataset.autosave ?? form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      if (answer.status === 409) return say("conflict");
      if (!answer.ok) throw new Error(String(answer.status));
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (told.revision !== undefined) {
        form.dataset.revision = String(told.revision);
        // The form's own submit must not be taken for a stale one.
        const field = form.elements.namedItem("revision");
        if (field instanceof HTMLInputElement) field.value = form.dataset.revision;
        if (confirmed) sessionStorage.setItem(confirmed, form.dataset.revision);
      }
      key = crypto.randomUUID();
      if (version === changed) {
        if (store) sessionStorage.removeItem(store);
        say("saved");
      } else schedule(REST_MS);
    } catch {
      say(keep() ? "kept" : "waiting");
      schedule(RETRY_MS);
    } finally {
      busy = false;
    }
  }

  form.addEventListener("input", () => {
    changed += 1;
    key = crypto.randomUUID();
    keep();
    schedule(REST_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    if (confirmed) sessionStorage.removeItem(confirmed); // what comes next starts anew
  });
  addEventListener("online", () => changed && schedule(0));
  restore();
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  watch(/** @type {HTMLFormElement} */ (form));
}
