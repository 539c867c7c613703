// Keeps this site in the reader's browser: its pages at the first visit, the rest when asked for.
// A file is kept under its address and the hash of its content, so that two versions can lie
// side by side, and a new version takes only what has changed.
"use strict";
const FILES = /* the site's files */;
const ROOT = new URL(self.registration.scope);
const CACHE = `sourcebook ${ROOT.pathname}`;
const KEPT = new Map(Object.entries(FILES.kept));
const ALL = new Map([...KEPT, ...Object.entries(FILES.later)]);
const AT_ONCE = 6;

const address = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), ROOT).href;
const key = (path) => `${address(path)}?kept=${ALL.get(path)}`;

// From the host and not from the browser's own cache, which may hold an older version.
async function take(path) {
  const answer = await fetch(address(path), { cache: "no-cache" });
  // A host may lead page.html to page; a browser shows no page that was led elsewhere.
  return answer.redirected && answer.ok ? new Response(await answer.blob(), { headers: answer.headers }) : answer;
}

async function keepPages() {
  const cache = await caches.open(CACHE);
  const there = new Set((await cache.keys()).map((request) => request.url));
  const missing = [...KEPT.keys()].filter((path) => !there.has(key(path)));
  const some = async () => {
    for (let path; (path = missing.pop()); ) {
      const answer = await take(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await cache.put(key(path), answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

async function dropOthers() {
  const cache = await caches.open(CACHE);
  const now = new Set([...ALL.keys()].map(key));
  const old = (await cache.keys()).filter((request) => !now.has(request.url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

// The file of this site that an address names: pages without .html and folders, too.
function fileAt(url) {
  const { origin, pathname } = new URL(url);
  if (origin !== ROOT.origin || !pathname.startsWith(ROOT.pathname)) return undefined;
  let path;
  try { path = decodeURIComponent(pathname.slice(ROOT.pathname.length)); } catch { return undefined; }
  return [path, `${path}.html`, `${path.replace(/\/$/, "")}/index.html`.replace(/^\//, "")].find((name) => ALL.has(name));
}

async function give(path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key(path));
  if (kept) return kept;
  let fresh;
  try { fresh = await take(path); } catch { return missing(path); }
  // A full browser keeps nothing more; the reader gets the file all the same.
  if (fresh.ok) cache.put(key(path), fresh.clone()).catch(() => {});
  return fresh;
}

function missing(path) {
  const name = path.split("/").pop().replace(/[<>&]/g, "");
  const page = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Not kept</title>
<h1>This file is not kept on your device</h1><p>${name} is kept once you have opened it with a connection. The pages of the course are here: <a href="${ROOT.href}">go to the course</a>.</p></html>`;
  return new Response(page, { status: 503, statusText: "Not kept", headers: { "Content-Type": "text/html; charset=utf-8" } });
}

self.addEventListener("install", (event) => event.waitUntil(keepPages()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener("message", (event) => { if (event.data === "use the new version") self.skipWaiting(); });
self.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  const path = method === "GET" && !headers.has("range") && fileAt(url);
  if (path) event.respondWith(give(path));
});
