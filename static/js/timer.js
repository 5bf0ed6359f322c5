//@ts-check
/** A practice clock: counts what is left, can be paused, informs and never submits. */

/** @param {HTMLElement} root */
function run(root) {
  /** @param {string} name */
  const part = (name) => /** @type {HTMLElement | null} */ (root.querySelector(`[data-timer-${name}]`));
  const clock = part("clock");
  const bar = /** @type {HTMLProgressElement | null} */ (part("bar"));
  const field = /** @type {HTMLInputElement | null} */ (part("field"));
  const toggle = part("toggle");
  const status = part("status");
  const total = Number(root.dataset.minutes ?? 5) * 60;
  const start = toggle?.textContent ?? "";
  // A reload or a closed tab resumes at its second, paused: `data-timer-key` names the sitting.
  const store = root.dataset.timerKey && `timer:${root.dataset.timerKey}`;
  let kept = store ? Number(sessionStorage.getItem(store)) || 0 : 0; // before the last pause
  let since = 0; // when it was last started, in ms; 0 while paused
  let told = false;

  const seconds = () => kept + (since ? (performance.now() - since) / 1000 : 0);

  const draw = () => {
    const done = seconds();
    const left = Math.max(0, Math.ceil(total - done));
    if (clock) {
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
    if (bar) bar.value = Math.min(100, (100 * done) / total);
    if (field) field.value = String(Math.floor(done));
    if (store) sessionStorage.setItem(store, String(Math.floor(done)));
    if (done >= total && !told && status) {
      told = true;
      status.textContent = status.dataset.done ?? "";
      status.classList.remove("visually-hidden");
    }
  };

  const label = () => {
    if (!toggle) return;
    if (since) toggle.textContent = toggle.dataset.pause ?? "";
    else toggle.textContent = kept ? (toggle.dataset.resume ?? "") : start;
  };

  toggle?.addEventListener("click", () => {
    kept = seconds();
    since = since ? 0 : performance.now();
    label();
    draw();
  });
  part("reset")?.addEventListener("click", () => {
    kept = since = 0;
    told = false;
    if (status) status.textContent = "";
    label();
    draw();
  });
  label();
  draw();
  setInterval(draw, 500);
  const controls = part("controls");
  if (controls) controls.hidden = false;
}

for (const root of document.querySelectorAll("[data-timer]")) run(/** @type {HTMLElement} */ (root));
