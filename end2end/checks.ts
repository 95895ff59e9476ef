// What every page must pass: accessibility in both colour schemes, valid HTML, no sideways scroll; and what a page weighs.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { type ConfigData, HtmlValidate } from "html-validate";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOURS = ["color-contrast", "link-in-text-block"];

/** No violation of WCAG 2.2 AA, in light and in dark. Needs JavaScript: axe runs in the page. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // No page has frames: what looks through them opens a page of its own for each look.
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    // Only colours differ in the other theme.
    const { violations } = await (colorScheme === "light" ? axe.withTags(WCAG) : axe.withRules(COLOURS)).analyze();
    const readable = violations.map(({ id, help, nodes }) => ({
      rule: `${id}: ${help}`,
      where: nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary ?? ""}`),
    }));
    expect.soft(readable, `accessibility of ${page.url()} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

const HTML_RULES: ConfigData = {
  root: true,
  extends: ["html-validate:standard", "html-validate:document"],
  rules: {
    // How the server writes, not what it says: a self-closed void, an empty value and a long title are valid HTML.
    "void-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "long-title": "off",
    "no-trailing-whitespace": "off",
    "no-inline-style": "off",
    // Firefox puts back what a reload left in hidden fields and ticked boxes; `autocomplete="off"` is the only word against it.
    "valid-autocomplete": "off",
    // The budget decides on bytes; scripts and styles from our own server need no hash of theirs.
    "require-sri": "off",
    // A nonce stands on every script for the Content-Security-Policy.
    "require-csp-nonce": ["error", { tags: ["script", "style"] }],
  },
};

const validator = new HtmlValidate(HTML_RULES);

/** The HTML that the server sends for this page's address, with the page's cookies, passes a validator. */
export async function expectValidHtml(page: Page, path = page.url()): Promise<void> {
  await validate(await (await page.request.get(path, { headers: { Accept: "text/html" } })).text(), path);
}

/** That HTML passes a validator; `name` says in a failure what it is. */
export async function validate(html: string, name: string): Promise<void> {
  // Leptos marks where text nodes and branches begin with `<!>`, which every parser reads as an empty comment; html-validate has no rule for it.
  const report = await validator.validateString(html.replaceAll("<!>", "<!---->"), name);
  const readable = report.results.flatMap(({ messages, source }) =>
    messages.map(({ ruleId, message, line, column }) => {
      const text = source?.split("\n")[line - 1] ?? "";
      return `${ruleId}: ${message} at ${line}:${column}: ${text.slice(Math.max(0, column - 60), column + 100)}`;
    }),
  );
  expect(readable, `HTML of ${name}`).toEqual([]);
}

/** Nothing is wider than the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect.soft(content, `width of ${page.url()} in a window of ${page.viewportSize()?.width} px`).toBeLessThanOrEqual(view ?? 0);
}

/** One answer that a page loaded. */
export interface Load {
  url: string;
  /** `document`, `stylesheet`, `script`, `fetch`, `wasm`, … in lower case, as the browser's tools name it. */
  type: string;
  /** Bytes over the wire, headers included. */
  bytes: number;
}

/** Loads `path` with a cold cache and lists what came over the wire until the network is still, in order of its end. */
export async function weigh(page: Page, path: string): Promise<Load[]> {
  const devtools = await page.context().newCDPSession(page);
  const asked = new Map<string, { url: string; type: string }>();
  const loads: Load[] = [];
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  devtools.on("Network.responseReceived", ({ requestId, response, type }) => {
    const kind = response.mimeType === "application/wasm" ? "wasm" : type.toLowerCase();
    asked.set(requestId, { url: response.url, type: kind });
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const request = asked.get(requestId);
    if (request?.url.startsWith("http")) loads.push({ ...request, bytes: encodedDataLength });
  });
  await page.goto(path, { waitUntil: "networkidle" });
  await devtools.detach();
  return loads;
}
