//@ts-check
/**
 * Copying words: a value to the clipboard, and a choice into the button that acts on it
 * ("Book Thu 26 Nov, 07:00").
 */

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!(button instanceof HTMLElement) || !navigator.clipboard) continue;
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    label.textContent = button.dataset.done ?? before;
    setTimeout(() => {
      label.textContent = before;
    }, 3000);
  });
}

/** @param {Element} button */
function restate(button) {
  const name = button.getAttribute("data-restates") ?? "";
  const form = button.closest("form");
  const chosen = form?.querySelector(`input[name="${CSS.escape(name)}"]:checked`);
  const words = chosen?.getAttribute("data-says");
  if (words) button.textContent = `${button.getAttribute("data-verb") ?? ""} ${words}`.trim();
}

/** @param {ParentNode} root */
function restateAll(root) {
  for (const button of root.querySelectorAll("[data-restates]")) restate(button);
}

document.addEventListener("change", () => restateAll(document));
document.addEventListener("htmx:afterSettle", () => restateAll(document));
restateAll(document);
