//@ts-check
/** Say so when the connection is gone, and again when it is back. */

const note = document.querySelector("[data-offline-note]");

function show() {
  if (note instanceof HTMLElement) note.hidden = navigator.onLine;
}

addEventListener("online", show);
addEventListener("offline", show);
show();
