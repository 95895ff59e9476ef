// What a page weighs and how soon it is there: a cold cache, a slow phone (CPU 4 times slower) and slow 4G.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

/** Lighthouse's slow 4G: 150 ms round trip, 1.6 Mbit/s down, 750 kbit/s up. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 };
const SLOWER_CPU = 4;
const ROUNDS = 5;

/**
 * Loads `path` several times and answers the median of each figure: bytes over the wire and requests by kind, milliseconds to
 * the first and largest paint and to being live, and how far the layout shifted.
 */
export async function measurePage(url, path, role) {
  const browser = await chromium.launch({
    executablePath: execFileSync(fileURLToPath(new URL("../scripts/find-chromium", import.meta.url)), { encoding: "utf8" }).trim(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
  });
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await loadOnce(browser, url, path, role));
  await browser.close();
  const median = (of) => rounds.map(of).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const { loads } = rounds[0];
  const bytes = (...kinds) => loads.filter(({ kind }) => kinds.includes(kind)).reduce((sum, load) => sum + load.bytes, 0);
  return {
    loads,
    requests: loads.length,
    bytes: loads.reduce((sum, load) => sum + load.bytes, 0),
    pageBytes: bytes("document", "stylesheet"),
    scriptBytes: bytes("script", "wasm"),
    firstPaint: median(({ firstPaint }) => firstPaint),
    largestPaint: median(({ largestPaint }) => largestPaint),
    live: median(({ live }) => live),
    shift: median(({ shift }) => shift),
  };
}

async function loadOnce(browser, url, path, role) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  if (role !== undefined) await context.addCookies([{ name: "campusdesk_role", value: role, url }]);
  await context.addInitScript(() => {
    globalThis.measured = { largestPaint: 0, shift: 0, live: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) measured.largestPaint = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    new MutationObserver(() => {
      if (measured.live === 0 && document.documentElement?.hasAttribute("data-hydrated")) measured.live = performance.now();
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-hydrated"] });
  });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const asked = new Map();
  const loads = [];
  devtools.on("Network.responseReceived", ({ requestId, response, type }) => {
    const kind = response.mimeType === "application/wasm" ? "wasm" : type.toLowerCase();
    asked.set(requestId, { url: response.url, kind });
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const request = asked.get(requestId);
    if (request?.url.startsWith("http")) loads.push({ ...request, bytes: encodedDataLength });
  });
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", SLOW_4G);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER_CPU });
  await page.goto(path, { waitUntil: "networkidle" });
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  await page.waitForTimeout(500);
  const firstPaint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
  const figures = await page.evaluate(() => measured);
  await context.close();
  return { loads, firstPaint, ...figures };
}
