// The service worker: pages that were seen can be read without network, and what is sent without it goes later, once.
//
// The server writes before this what differs between builds and languages:
// `SHELL = { build, language, pages: [paths], files: [addresses], texts: { … } }`.
/* global SHELL */
import { CacheableResponsePlugin } from "workbox-cacheable-response";
import { ExpirationPlugin } from "workbox-expiration";
import { registerRoute } from "workbox-routing";
import { CacheFirst } from "workbox-strategies";
import { moments } from "./element.js";
import * as outbox from "./worker/outbox.js";
import { keepShared, takeShared } from "./worker/shared.js";

const PAGES = "pages";
/** Those that are there without having been opened: never crowded out by others. */
const SHELL_PAGES = "shell";
/** How long a page may take before the one that was seen last is shown. */
const PATIENCE_MS = 5_000;
/** Pages that can be read without network at most, and for how long after they were seen. */
const PAGES_MAX = 40;
const PAGES_SECONDS = 30 * 86_400;

/** A failed answer is no page and no file. */
const whole = new CacheableResponsePlugin({ statuses: [200] });
// What carries a digest never changes. Those of earlier builds stay a while for pages that are still open.
const files = new CacheFirst({ cacheName: "files", plugins: [whole, new ExpirationPlugin({ maxEntries: 80 })] });
const photos = new CacheFirst({ cacheName: "photos", plugins: [whole, new ExpirationPlugin({ maxEntries: 120, purgeOnQuotaError: true })] });
const kept = new ExpirationPlugin({ maxEntries: PAGES_MAX, maxAgeSeconds: PAGES_SECONDS, purgeOnQuotaError: true });

self.addEventListener("install", (event) => {
  const warm = async () => {
    await Promise.all(SHELL.files.flatMap((url) => files.handleAll({ event, request: new Request(url) })));
    const shell = await caches.open(SHELL_PAGES);
    await Promise.all(SHELL.pages.map((path) => shell.add(new Request(path, { cache: "reload" }))));
    await self.skipWaiting();
  };
  event.waitUntil(warm());
});

self.addEventListener("activate", (event) => {
  const begin = async () => {
    // Pages of another build, or in another language, go; the shell is another one already. What waits to be sent stays.
    const pages = await caches.open(PAGES);
    for (const request of await pages.keys()) {
      const page = await pages.match(request);
      if (!(await page.clone().text()).includes(`data-pkg="${SHELL.build}"`) || page.headers.get("Content-Language") !== SHELL.language) {
        await pages.delete(request);
      }
    }
    await self.clients.claim();
    // Whatever pages ask for meanwhile stands still until this event ends: it waits for no network.
    void keepOpen(pages).catch(() => {});
    void outbox.flush().catch(() => {});
  };
  event.waitUntil(begin());
});

/** The page that brought the worker came before it. */
async function keepOpen(pages) {
  for (const { url } of await self.clients.matchAll({ type: "window" })) {
    if (isPage(new URL(url))) await pages.add(new Request(url.split("#")[0], { headers: { Accept: "text/html" } })).catch(() => {});
  }
}

self.addEventListener("sync", (event) => {
  if (event.tag === outbox.TAG) event.waitUntil(outbox.flush({ orFail: true }));
});

self.addEventListener("message", (event) => {
  const { say, id, fields, photo, withoutPhotos } = event.data ?? {};
  // Whoever asked waits for an answer, whatever went wrong.
  const answer = async (what) => event.ports[0].postMessage(await what.catch(() => {}));
  const tasks = {
    keepPhoto: () => answer(outbox.keepPhoto(photo)),
    takeShared: () => answer(takeShared()),
    flush: () => outbox.flush(),
    tell: () => outbox.tell(),
    withdraw: () => outbox.withdraw(id),
    edit: () => outbox.edit(id, fields, withoutPhotos),
  };
  if (Object.hasOwn(tasks, say)) event.waitUntil(tasks[say]());
});

const at = (...paths) => ({ url, sameOrigin }) => sameOrigin && paths.some((path) => url.pathname.startsWith(path));
registerRoute(({ url, sameOrigin }) => sameOrigin && (url.pathname.startsWith("/pkg/") || url.searchParams.has("v")), files);
registerRoute(at("/photos/"), photos);
registerRoute(({ url, request }) => request.mode === "navigate" && isPage(url), ({ event, request }) => show(event, request));
registerRoute(at("/rpc/open_ticket", "/rpc/post_message"), ({ event, request }) => outbox.send(event, request), "POST");
registerRoute(({ url }) => url.pathname === "/share", ({ request }) => keepShared(request), "POST");

/** Requesters' pages. What the helpdesk sees stays on its devices no longer than its page is open. */
function isPage({ pathname }) {
  return pathname === "/" || pathname === "/outbox" || /^\/(tickets|r)(\/|$)/.test(pathname);
}

/** The page from the network; where that fails or takes too long, as it was seen last. */
async function show(event, request) {
  const url = new URL(request.url);
  url.hash = "";
  const fresh = fetch(request);
  const keep = async () => {
    const page = await fresh;
    // A page behind another address is that one's.
    if (page.status !== 200 || page.redirected || !page.headers.get("Content-Type")?.startsWith("text/html")) return;
    const pages = await caches.open(PAGES);
    await pages.put(url.href, page.clone());
    await kept.cacheDidUpdate({ cacheName: PAGES, request: new Request(url.href) });
  };
  event.waitUntil(keep().catch(() => {}));
  // The answer's own copy is taken before anybody waits for anything.
  const answer = fresh.then((page) => page.clone());
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  try {
    const first = await Promise.race([answer, late]);
    if (first !== undefined) return first;
  } catch {
    // There is no network.
  }
  const seen = await caches.match(url.href, { cacheName: PAGES });
  if (seen !== undefined) return asSeen(seen, url);
  // Where the program starts it would be sent on to the pages of a role.
  if (url.pathname === "/") return Response.redirect("/tickets");
  const shell = await caches.match(url.pathname, { cacheName: SHELL_PAGES });
  // It was drawn without a query: with one it would not be what its script expects.
  const isBare = ["", "?shared", "?unseen"].includes(url.search);
  if (shell !== undefined) return isBare ? asSeen(shell, url) : Response.redirect(url.pathname);
  // A poster that was never scanned before still leads to a form.
  if (url.pathname.startsWith("/r/")) return answer.catch(() => Response.redirect("/tickets/new"));
  // The shell of one page is live at its own address alone.
  return answer.catch(() => Response.redirect("/outbox?unseen"));
}

/** The page with a line that says of when it is, and an idempotency key of its own in each form. */
async function asSeen(page, { pathname, searchParams }) {
  let html = await page.text();
  for (const [, key] of [...html.matchAll(/name="key"[^>]*? value="([0-9a-f]{32})"/g)]) html = html.replaceAll(key, outbox.newKey());
  const time = moments(SHELL.language).format(new Date(page.headers.get("Date") ?? Date.now()));
  const { offline, as_of, unseen } = SHELL.texts;
  const isForm = pathname === "/tickets/new" || pathname === "/outbox";
  const says = searchParams.has("unseen") ? unseen : isForm ? offline : as_of.replace("{time}", time);
  const line = `<p class="network-line" role="status">${says}</p>`;
  const headers = new Headers(page.headers);
  for (const about of ["Content-Encoding", "Content-Length"]) headers.delete(about);
  return new Response(html.replace(/<\/body>(?![\s\S]*<\/body>)/, `${line}</body>`), { status: 200, headers });
}
