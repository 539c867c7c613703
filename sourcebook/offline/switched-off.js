// This site is no longer kept in its readers' browsers: takes away the copy of an earlier version.
"use strict";
const CACHE = `sourcebook ${new URL(self.registration.scope).pathname}`;
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(caches.delete(CACHE).then(() => self.registration.unregister())));
