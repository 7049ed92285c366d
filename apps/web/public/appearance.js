// Runs before the first paint, so that a chosen appearance never flashes the other one.
// A file of its own because the page's policy forbids inline scripts; src/theme/appearance.ts writes the same key.
try {
  const chosen = localStorage.getItem("skein.appearance");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {}
