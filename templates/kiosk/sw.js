// Keeps the page of the tablet and all of its files, so that it opens and reads without a connection too. What it
// reads is no business of this worker: the page itself keeps that and sends it.
"use strict";

const KEPT = "kiosk-{{ version }}";
const ADDRESSES = {{ addresses|safe }};
const PAGE = ADDRESSES[0];
// A network that is up but leads nowhere looks like one that works; the person at the door doesn't wait for it.
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(newestPage(request));
  else if (request.mode !== "navigate" && ADDRESSES.includes(address.pathname)) event.respondWith(kept(request));
});

async function keepAll() {
  const cache = await caches.open(KEPT);
  await cache.addAll(ADDRESSES.map((address) => new Request(address, { cache: "no-cache" })));
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kiosk-") && name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// The server's page while it answers as it should, else the kept one; a proxy's "bad gateway" is no page of ours.
async function newestPage(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return answer;
  } catch {
    // No connection: that is what the kept one is for.
  }
  return kept(request);
}

async function kept(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request, { ignoreVary: true, ignoreSearch: true })) ?? fetch(request);
}
