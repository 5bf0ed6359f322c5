//@ts-check
/**
 * A practice clock: counts what is left, can be paused, informs and never submits.
 *
 * The bell is words (role=status); vibration and sound are each a choice that this device keeps. What
 * was done goes to the server at every pause, every half minute and when the page is left, so that a
 * closed phone resumes at its second, paused.
 */

const KEEP_MS = 30_000;

/** Two soft tones, made here: no file is fetched. */
function ring() {
  const Context = window.AudioContext;
  if (!Context) return;
  const audio = new Context();
  for (const [at, pitch] of [[0, 528], [0.6, 396]]) {
    const tone = audio.createOscillator();
    const level = audio.createGain();
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0.0001, audio.currentTime + at);
    level.gain.exponentialRampToValueAtTime(0.2, audio.currentTime + at + 0.05);
    level.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 2);
    tone.connect(level).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 2);
  }
}

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
  // `data-timer-key` names the sitting; `data-done` is what the server knows of it.
  const store = root.dataset.timerKey && `timer:${root.dataset.timerKey}`;
  const here = store ? Number(sessionStorage.getItem(store)) || 0 : 0;
  let kept = Math.max(here, Number(root.dataset.done) || 0); // before the last pause
  let since = 0; // when it was last started, in ms; 0 while paused
  let told = kept >= total;
  let sent = kept;
  const lines = [...document.querySelectorAll("[data-timer-line]")];

  const seconds = () => kept + (since ? (performance.now() - since) / 1000 : 0);

  /** @param {string} name */
  const wants = (name) => {
    const box = part(name);
    return box instanceof HTMLInputElement && box.checked;
  };

  /** @param {string} text */
  const bell = (text) => {
    if (status) {
      status.textContent = text;
      status.classList.remove("visually-hidden");
    }
    if (wants("vibrate")) navigator.vibrate?.([200, 100, 200]);
    if (wants("sound")) ring();
  };

  const draw = () => {
    const done = seconds();
    const left = Math.max(0, Math.ceil(total - done));
    if (clock) {
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
    if (bar) bar.value = Math.min(100, (100 * done) / total);
    if (field) field.value = String(Math.floor(done));
    if (store) sessionStorage.setItem(store, String(Math.floor(done)));
    const reached = lines.filter((line) => Number(line.getAttribute("data-timer-line")) <= done);
    for (const line of lines) line.toggleAttribute("data-now", line === reached.at(-1));
    if (done >= total && !told) {
      told = true;
      bell(status?.dataset.done ?? "");
    }
  };

  const label = () => {
    if (!toggle) return;
    if (since) toggle.textContent = toggle.dataset.pause ?? "";
    else toggle.textContent = kept ? (toggle.dataset.resume ?? "") : start;
  };

  const send = () => {
    const done = Math.floor(seconds());
    const form = root.closest("form");
    if (!root.dataset.keep || !form || done === sent) return;
    sent = done;
    const body = new FormData(form);
    // A beacon outlives the page; an answer is not needed.
    navigator.sendBeacon(root.dataset.keep, body);
  };

  toggle?.addEventListener("click", () => {
    kept = seconds();
    since = since ? 0 : performance.now();
    label();
    draw();
    send();
  });
  part("reset")?.addEventListener("click", () => {
    kept = since = 0;
    told = false;
    if (status) status.textContent = "";
    label();
    draw();
  });
  for (const name of ["vibrate", "sound"]) {
    const box = part(name);
    if (!(box instanceof HTMLInputElement)) continue;
    box.checked = localStorage.getItem(`timer-${name}`) === "1";
    box.addEventListener("change", () => {
      localStorage.setItem(`timer-${name}`, box.checked ? "1" : "");
      if (box.checked && name === "sound") ring(); // how it will sound; and the browser allows it now
    });
  }
  label();
  draw();
  setInterval(draw, 500);
  setInterval(() => since && send(), KEEP_MS);
  addEventListener("pagehide", send);
  const controls = part("controls");
  if (controls) controls.hidden = false;
  const bells = part("bells");
  if (bells) bells.hidden = false;
}

for (const root of document.querySelectorAll("[data-timer]")) run(/** @type {HTMLElement} */ (root));
