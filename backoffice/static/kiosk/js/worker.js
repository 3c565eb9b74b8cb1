// Registers the worker that keeps the page, and takes a newer page when nobody stands at the door.
const LOOK_FOR_NEWER = 3_600_000;
const QUIET = 60_000;

export async function keepPage(address, isQuiet) {
  if (!("serviceWorker" in navigator)) return;
  const wasKept = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => wasKept && reloadWhenQuiet(isQuiet));
  try {
    const registration = await navigator.serviceWorker.register(address);
    setInterval(() => registration.update().catch(() => undefined), LOOK_FOR_NEWER);
  } catch {
    // Without a connection, or in a private window: the page works, and isn't kept.
  }
  // Asks the browser not to throw readings away when the tablet's disk is full.
  await navigator.storage?.persist?.();
}

function reloadWhenQuiet(isQuiet) {
  const look = () => (isQuiet() ? location.reload() : setTimeout(look, QUIET));
  setTimeout(look, QUIET);
}
