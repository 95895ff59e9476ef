// How the browser tests run: the release binary, a phone and a desktop, each with and without JavaScript.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineConfig, type PlaywrightTestOptions } from "@playwright/test";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The size of a common phone, held upright by a thumb. */
const phone: Partial<PlaywrightTestOptions> = {
  viewport: { width: 390, height: 844 },
  screen: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
  userAgent:
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
};

const desktop: Partial<PlaywrightTestOptions> = {
  viewport: { width: 1440, height: 900 },
  screen: { width: 1440, height: 900 },
};

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: `${root}target/end2end`,
  fullyParallel: true,
  workers: 2,
  // A race in a journey must not hold up everybody; the run says which one had to be tried again.
  retries: 1,
  forbidOnly: true,
  timeout: 30_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 5_000 },
  reporter: [["list"], ["json", { outputFile: `${root}target/end2end.json` }]],
  use: {
    // Neither the server's zone nor its language habits: what differs between the two sides must show.
    timezoneId: "America/New_York",
    locale: "en-GB",
    // Whoever intercepts requests would not see those of a service worker; what is about it lets it in.
    serviceWorkers: "block",
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: execFileSync(`${root}scripts/find-chromium`, { encoding: "utf8" }).trim(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Tags in a test's title or details choose where it runs, untagged ones run everywhere:
  //   @js      needs JavaScript            @no-js    is about its absence
  //   @phone   a phone's journey           @desktop  a desktop's
  //   @once    no matter of the browser (REST, headers): one project is enough
  projects: [
    { name: "phone", use: phone, grepInvert: /@no-js\b|@desktop\b|@once\b/ },
    { name: "phone without JavaScript", use: { ...phone, javaScriptEnabled: false }, grepInvert: /@js\b|@desktop\b|@once\b/ },
    { name: "desktop", use: desktop, grepInvert: /@no-js\b|@phone\b/ },
    {
      name: "desktop without JavaScript",
      use: { ...desktop, javaScriptEnabled: false },
      grepInvert: /@js\b|@phone\b|@once\b/,
    },
  ],
});
