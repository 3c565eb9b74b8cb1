// What happened in one window of this tablet, told to all of them.
const channel = "BroadcastChannel" in window ? new BroadcastChannel("kiosk") : null;
const listeners = new Map();

export function listen(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function tell(name, data) {
  here(name, data);
  channel?.postMessage({ name, data });
}

function here(name, data) {
  for (const listener of listeners.get(name) ?? []) listener(data);
}

channel?.addEventListener("message", (event) => here(event.data.name, event.data.data));
