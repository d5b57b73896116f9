// Ctrl+K opens the command palette also while a field has the focus, where Unfold leaves the keys alone.
document.addEventListener("keydown", (event) => {
  const isAsked = event.key === "k" && (event.ctrlKey || event.metaKey);
  if (!isAsked || !event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.target.id === "search-input-command") return;
  event.preventDefault();
  event.target.blur();
  window.dispatchEvent(new CustomEvent("opencommand"));
  event.stopPropagation();
}, true);
