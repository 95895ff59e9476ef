// What pages weigh and how still they stand: budgets in bytes, requests and layout shift; times are measured by `make bench`.
import { Api } from "./api.ts";
import { enter, expect, hydrated, type Page, test, weigh } from "./fixtures.ts";
import { Line } from "./network.ts";

const KB = 1_000;

const sum = (loads: { bytes: number }[]) => loads.reduce((total, { bytes }) => total + bytes, 0);

test("@once the report page is light", async ({ page, server }, testInfo) => {
  const loads = await weigh(page, "/tickets/new");
  const before = loads.filter(({ type }) => type === "document" || type === "stylesheet");
  const lines = loads.map(({ url, type, bytes }) => `${String(bytes).padStart(8)}  ${type.padEnd(10)} ${url.replace(server.url, "")}`);
  const report = `HTML + CSS: ${sum(before)} bytes in ${before.length} requests\nall: ${sum(loads)} bytes in ${loads.length} requests\n${lines.join("\n")}`;
  await testInfo.attach("what the report page loads", { body: report, contentType: "text/plain" });
  console.log(report);
  expect.soft(before.length, "requests before it can be used").toBeLessThanOrEqual(2);
  expect.soft(sum(before), "bytes of HTML and CSS").toBeLessThanOrEqual(20 * KB);
  expect.soft(loads.length, "requests until it is live").toBeLessThanOrEqual(6);
  expect.soft(sum(loads), "bytes until it is live").toBeLessThanOrEqual(300 * KB);
});

test("@once entering the dashboard adds little", async ({ page, context, server }) => {
  await enter(context, server.url, "staff");
  const loads = await weigh(page, "/helpdesk/analytics");
  const shared = await weigh(page, "/helpdesk");
  const added = loads.filter(({ url, type }) => type !== "document" && !shared.some((other) => other.url === url));
  console.log(`the dashboard adds ${sum(added)} bytes in ${added.length} requests`);
  expect(sum(added)).toBeLessThanOrEqual(260 * KB);
});

test("@once what is fetched once is kept: files have digests and may be cached for a year", async ({ page }) => {
  const loads = await weigh(page, "/tickets/new");
  for (const { url } of loads.filter(({ url }) => url.includes("/pkg/"))) {
    const answer = await page.request.get(url, { headers: { "Accept-Encoding": "br" } });
    expect.soft(answer.headers()["cache-control"], url).toMatch(/max-age=31536000.*immutable|immutable.*max-age=31536000/);
    expect.soft(answer.headers()["content-encoding"], url).toBe("br");
  }
});

for (const [name, as, path] of [
  ["report form", "requester", "/tickets/new"],
  ["list", "requester", "/tickets"],
  ["ticket", "requester", "/tickets/7"],
  ["board", "staff", "/helpdesk"],
  ["staff's ticket", "staff", "/helpdesk/tickets/7"],
  ["analytics", "staff", "/helpdesk/analytics"],
] as const) {
  test(`@js the ${name} stands still while it becomes live`, async ({ page, context, campus, playwright }) => {
    await enter(context, campus.url, as);
    const request = await playwright.request.newContext({ baseURL: campus.url });
    const [ticket] = (await (await request.get("/api/v1/tickets?limit=1")).json()).tickets;
    await request.dispose();
    await page.addInitScript(observeShifts);
    await page.goto(`${campus.url}${path.replace("7", ticket.id)}`, { waitUntil: "networkidle" });
    await hydrated(page);
    if (name === "analytics") await expect(page.locator(".chart canvas")).toHaveCount(4);
    expect(await shifts(page)).toEqual([]);
  });
}

test("@js a closed ticket's page stands still while it becomes live", async ({ page, context, campus, playwright, faults }) => {
  faults.expect(/status of 404/);
  await enter(context, campus.url, "requester");
  const request = await playwright.request.newContext({ baseURL: campus.url, extraHTTPHeaders: { "Campusdesk-Role": "staff" } });
  const [ticket] = (await (await request.get("/api/v1/tickets?status=closed&limit=1")).json()).tickets;
  await request.dispose();
  await page.addInitScript(observeShifts);
  await page.goto(`${campus.url}/tickets/${ticket.id}`, { waitUntil: "networkidle" });
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This ticket is closed");
  expect(await shifts(page)).toEqual([]);
});

test("@js @desktop what comes last in a page of the helpdesk moves nothing before it", async ({ page, context, campus }) => {
  await enter(context, campus.url, "staff");
  await page.goto(`${campus.url}/helpdesk`);
  await hydrated(page);
  const places = () => page.locator("h1, .views, .filters, .board tbody tr:first-child").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  const whole = await places();
  expect(whole).toHaveLength(4);
  // As it is drawn while the rest is still on its way.
  await page.evaluate(() => document.querySelectorAll("#keys, .pages, .site-footer, .board tbody tr + tr").forEach((one) => one.remove()));
  expect(await places()).toEqual(whole);
});

test("@js a page that comes in pieces is drawn when it is whole", async ({ page, context, campus }) => {
  const line = await Line.to(campus.url);
  await enter(context, line.url, "staff");
  await page.addInitScript(observeShifts);
  // As it is decoded while it comes: what is compressed is there in one piece at its end.
  await page.setExtraHTTPHeaders({ "Accept-Encoding": "identity" });
  for (const path of ["/tickets/new", "/helpdesk"]) {
    line.slow(`GET ${path}`);
    await page.goto(`${line.url}${path}`);
    await hydrated(page);
    expect.soft(await shifts(page), path).toEqual([]);
  }
  await page.goto("about:blank");
  await line.close();
});

// The server knows no reader's midnight: it draws UTC's days, and those of the reader come when the page is live.
test("@js a conversation stands still while its days become the reader's own", async ({ browser, campus, playwright }) => {
  const request = await playwright.request.newContext({ baseURL: campus.url });
  const api = new Api(request);
  const hour = (at: string) => Math.floor(Date.parse(at) / 3_600_000);
  // Two lines of one day in UTC, an hour's beginning between them: that hour is midnight somewhere.
  let found: { id: number; midnight: number } | undefined;
  const { tickets } = await (await api.call("GET", "/tickets", "staff")).json();
  for (const { id } of tickets) {
    const times = (await api.listHistory(id)).map(({ at }) => at);
    const second = times.slice(1).find((at, n) => hour(at) > hour(times[n] ?? at) && at.slice(0, 10) === times[n]?.slice(0, 10));
    if (second !== undefined) {
      found = { id, midnight: hour(second) % 24 };
      break;
    }
  }
  await request.dispose();
  if (found === undefined) throw new Error("no ticket was worked on for more than an hour of one day");
  const { id, midnight } = found;
  // POSIX zones count westwards.
  const timezoneId = midnight <= 12 ? `Etc/GMT+${midnight}` : `Etc/GMT-${24 - midnight}`;
  const open = async (javaScriptEnabled: boolean) => {
    const context = await browser.newContext({ baseURL: campus.url, javaScriptEnabled, timezoneId });
    await enter(context, campus.url, "staff");
    const page = await context.newPage();
    await page.goto(`/helpdesk/tickets/${id}`);
    const order = () => page.locator(".timeline > *").evaluateAll((all) => all.map((one) => (one.matches(".day") ? one.querySelector("time")?.dateTime : "line")));
    const drawn = () => page.locator(".timeline > :not(.day)").evaluateAll(([first, ...rest]) => rest.map((line) => line.getBoundingClientRect().top - (first?.getBoundingClientRect().top ?? 0)));
    return { context, order, drawn };
  };
  const [still, live] = [await open(false), await open(true)];
  await expect.poll(live.order).not.toEqual(await still.order());
  expect(await live.drawn()).toEqual(await still.drawn());
  for (const { context } of [still, live]) await context.close();
});

declare global {
  interface Window {
    shifts: string[];
  }
}

function observeShifts(): void {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[] })[]) {
      if (entry.hadRecentInput) continue;
      const box = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(" ");
      const sources = entry.sources.map(({ node, previousRect, currentRect }) => {
        const what = node instanceof Element ? node.outerHTML.slice(0, 80) : String(node?.textContent).slice(0, 40);
        return `${what} from ${box(previousRect)} to ${box(currentRect)}`;
      });
      window.shifts.push(`${entry.value.toFixed(4)}: ${sources.join(" | ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

async function shifts(page: Page): Promise<string[]> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  return await page.evaluate(() => window.shifts);
}
