// R12 to R16: staff choose analyses and a period, and read the same numbers as a chart, as a table and over REST.
import { mark } from "./doing.ts";
import { Api, enter, expect, findFreePort, hydrated, type Page, Server, test } from "./fixtures.ts";

const ANALYSES = ["Opened and not yet closed", "Resolution time", "Active tickets by category"] as const;
const CATEGORIES: Record<string, string> = {
  "facility-management": "Facility management",
  "technical-it": "Technical IT",
  "services-complaints": "Services complaints",
};

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true }).and(page.locator(".analysis"));
const cells = async (page: Page, name: string) =>
  card(page, name)
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? "")));

/** The services' own answers, over REST. */
async function ask<T>(server: Server, path: string, role = "staff"): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1/analytics/${path}`, { headers: { "Campusdesk-Role": role } });
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as T;
}

interface Month {
  month: string;
  opened: number;
  closed: number;
  mean_seconds: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
}

interface Backlog {
  opened_not_closed: number;
  categories: { category: string; count: number }[];
  ages: { age: string; count: number }[];
}

interface Categories {
  categories: { category: string; active: number; open: number }[];
}

/** A length of time as the table writes it. */
function inHours(seconds: number): string {
  const hours = Math.round((seconds / 3600) * 10) / 10;
  return `${hours.toLocaleString("en", { minimumFractionDigits: 1 })} h`;
}

/** A chart as ECharts gives it back. */
interface Drawn {
  getOption(): { xAxis: Axis[]; yAxis: Axis[]; series: [{ name: string; data: (number | null)[]; itemStyle: { color: string } }] };
}

interface Axis {
  type: string;
  data: string[];
}

/** What ECharts was given to draw: the names along its axis, and the numbers of each series; two of one name are parts of one. */
async function drawn(page: Page, id: string): Promise<{ names: string[]; data: (number | null)[]; series: Record<string, (number | null)[]> }> {
  await expect(page.locator(`#${id} canvas`).first()).toBeVisible();
  return await page.evaluate((id) => {
    const { echarts } = window as unknown as { echarts: { getInstanceByDom(of: HTMLElement | null): Drawn } };
    const option = echarts.getInstanceByDom(document.getElementById(id)).getOption();
    const axis = [...option.xAxis, ...option.yAxis].find(({ type }) => type === "category");
    const series: Record<string, (number | null)[]> = {};
    for (const { name, data } of option.series) series[name] = data.map((value, at) => value ?? series[name]?.[at] ?? null);
    return { names: axis?.data ?? [], data: Object.values(series)[0] ?? [], series };
  }, id);
}

/** What a stacked bar says in all. */
const sum = ({ series }: { series: Record<string, (number | null)[]> }) => Object.values(series).reduce((all, [part]) => all + (part ?? 0), 0);

/** Somebody at the helpdesk of the demo campus. */
test.describe("on a campus of a year and a half", () => {
  test.beforeEach(async ({ context, campus }) => {
    await enter(context, campus.url, "staff");
  });

  test("r12 r13 r14 r15 r16 the tables say what the services say", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=backlog,resolution,categories&count=30&unit=d`);
    const backlog = await ask<Backlog>(campus, "backlog?last=30d");
    const { months, time_zone } = await ask<{ months: Month[]; time_zone: string }>(campus, "resolution");
    const { categories } = await ask<Categories>(campus, "categories");

    for (const name of ANALYSES) {
      await expect(card(page, name).locator(".definition")).not.toBeEmpty();
      await expect(card(page, name).locator(".as-of time")).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT/);
    }
    const counted = await cells(page, ANALYSES[0]);
    expect(counted.slice(0, 4)).toEqual([
      ["The last 30 days", String(backlog.opened_not_closed)],
      ...backlog.categories.map(({ category, count }) => [CATEGORIES[category], String(count)]),
    ]);
    expect(counted.slice(4).map(([, count]) => Number(count))).toEqual(backlog.ages.map(({ count }) => count));

    expect(months.length, "eighteen months, the newest the current").toBeGreaterThanOrEqual(18);
    expect(months.at(-1)?.month).toBe(new Date().toISOString().slice(0, 7));
    const table = await cells(page, ANALYSES[1]);
    expect(table.map(([month, opened, closed]) => [month, Number(opened), Number(closed)])).toEqual(
      months.toReversed().map(({ month, opened, closed }) => [month, opened, closed]),
    );
    for (const [at, { mean_seconds, median_seconds, p90_seconds }] of months.toReversed().entries()) {
      // To the tenth of an hour, as the chart has it.
      const written = [mean_seconds, median_seconds, p90_seconds].map((seconds) => (seconds === null ? "none closed" : inHours(seconds)));
      expect(table[at]?.slice(3)).toEqual(written);
    }
    await expect(card(page, ANALYSES[1])).toContainText(`months begin at midnight in ${time_zone}.`);
    expect(await cells(page, ANALYSES[2])).toEqual(
      categories.map(({ category, active, open }) => [CATEGORIES[category], String(active), String(open)]),
    );
  });

  test("@js r13 r14 r15 r16 the charts draw what the services say", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=backlog,resolution,categories&count=90&unit=d`);
    const backlog = await ask<Backlog>(campus, "backlog?last=90d");
    const parts = await drawn(page, "chart-backlog");
    expect(parts.names).toEqual(["The last 90 days"]);
    expect(parts.series).toEqual(Object.fromEntries(backlog.categories.map(({ category, count }) => [CATEGORIES[category], [count]])));
    const { months } = await ask<{ months: Month[] }>(campus, "resolution");
    const hours = (seconds: number | null) => (seconds === null ? null : Math.round((seconds / 3600) * 10) / 10);
    const times = await drawn(page, "chart-resolution");
    expect(times.names).toEqual(months.map(({ month }) => month));
    expect(times.series).toEqual({
      Average: months.map(({ mean_seconds }) => hours(mean_seconds)),
      Median: months.map(({ median_seconds }) => hours(median_seconds)),
      "90% within": months.map(({ p90_seconds }) => hours(p90_seconds)),
    });
    const { categories } = await ask<Categories>(campus, "categories");
    const moving = await drawn(page, "chart-categories");
    expect(moving.names).toEqual(categories.map(({ category }) => CATEGORIES[category]).toReversed());
    expect(moving.series).toEqual({
      Active: categories.map(({ active }) => active).toReversed(),
      Open: categories.map(({ open }) => open).toReversed(),
    });
    for (const id of ["chart-backlog", "chart-resolution", "chart-categories"]) {
      await expect(page.locator(`#${id}`)).toHaveAccessibleName(/^Chart: .+ Its numbers are in the table that follows\.$/);
      // Not an empty canvas: some pixels carry ink.
      const ink = await page.locator(`#${id} canvas`).first().evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return data.some((value) => value > 0);
      });
      expect(ink, id).toBe(true);
    }
    // What is under the pointer is explained, which no policy forbids (a violation would be a fault in the console).
    await page.locator("#chart-resolution").scrollIntoViewIfNeeded();
    const box = await page.locator("#chart-resolution").boundingBox();
    if (box !== null) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.move(0, 0);
  });

  test("@js r13 the charts take the colours of the theme, whether the page or the system changes it", async ({ page, campus, visit }) => {
    await page.emulateMedia({ colorScheme: "light" });
    await visit(`${campus.url}/helpdesk/analytics?show=categories`);
    await expect(page.locator("#chart-categories canvas").first()).toBeVisible();
    const bars = () =>
      page.evaluate(() => {
        const { echarts } = window as unknown as { echarts: { getInstanceByDom(of: HTMLElement | null): Drawn } };
        return echarts.getInstanceByDom(document.getElementById("chart-categories")).getOption().series[0].itemStyle.color;
      });
    const light = await bars();
    await page.getByRole("button", { name: "Dark", exact: true }).click();
    await expect.poll(bars).not.toBe(light);
    await page.getByRole("button", { name: "Auto", exact: true }).click();
    await expect.poll(bars).toBe(light);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(bars).not.toBe(light);
  });

  test("r13 r16 a preset, and any number of hours or days, choose the period", async ({ page, campus, visit, withJs }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=backlog`);
    const number = async () => (await cells(page, ANALYSES[0]))[0];
    const expected = async (last: string, says: string) => [
      `The last ${says}`,
      String((await ask<Backlog>(campus, `backlog?last=${last}`)).opened_not_closed),
    ];
    await expect.poll(number).toEqual(await expected("30d", "30 days"));
    await page.getByRole("link", { name: "365 days" }).click();
    await expect(page).toHaveURL(/count=365&unit=d/);
    await expect.poll(number).toEqual(await expected("365d", "365 days"));
    await expect(page.getByRole("link", { name: "365 days" })).toHaveAttribute("aria-current", "true");
    await expect(card(page, ANALYSES[1])).toHaveCount(0);
    if (withJs) {
      await expect.poll(() => drawn(page, "chart-backlog")).toMatchObject({ names: ["The last 365 days"] });
    }

    await page.getByLabel("The last", { exact: true }).fill("1000");
    await page.getByRole("combobox", { name: /hours/ }).selectOption("hours");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/count=1000&unit=h/);
    await expect.poll(number).toEqual(await expected("1000h", "1000 hours"));
    if (withJs) await expect.poll(async () => (await drawn(page, "chart-backlog")).names).toEqual(["The last 1000 hours"]);
    await page.goBack();
    await expect.poll(number).toEqual(await expected("365d", "365 days"));
  });

  test("r16 staff select which analyses to see, and the address keeps the choice", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics`);
    for (const name of ANALYSES) await expect(card(page, name)).toBeVisible();
    for (const name of [ANALYSES[0], ANALYSES[1], "Opened and closed"]) await page.getByRole("checkbox", { name, exact: true }).uncheck();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/show=categories/);
    await expect(card(page, ANALYSES[0])).toHaveCount(0);
    await expect(card(page, ANALYSES[1])).toHaveCount(0);
    await expect(card(page, ANALYSES[2])).toBeVisible();
    // A shared link shows the same.
    await page.goto(page.url());
    await hydrated(page);
    await expect(page.locator(".analysis")).toHaveCount(1);
    await expect(page.getByRole("checkbox", { name: ANALYSES[2] })).toBeChecked();
    await expect(page.getByRole("checkbox", { name: ANALYSES[0] })).not.toBeChecked();
    // None at all says what to do.
    await page.getByRole("checkbox", { name: ANALYSES[2] }).uncheck();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page.getByText("No analysis is picked.")).toBeVisible();
    await expect(page.locator(".analysis")).toHaveCount(0);
    await page.goBack();
    await expect(page.locator(".analysis")).toHaveCount(1);
    // Several at once, and back again to all.
    await page.getByRole("checkbox", { name: ANALYSES[1] }).check();
    await page.getByRole("checkbox", { name: ANALYSES[2] }).check();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page.locator(".analysis")).toHaveCount(2);
    await expect(card(page, ANALYSES[1])).toBeVisible();
  });

  for (const [count, unit] of [["0", "h"], ["-3", "d"], ["soon", "h"], ["99999999999", "d"], ["", "h"]] as const) {
    test(`r13 a period of "${count}${unit}" is refused in a sentence, and the other analyses stand`, async ({ page, campus }) => {
      const answer = await page.goto(`${campus.url}/helpdesk/analytics?count=${count}&unit=${unit}&show=backlog&show=categories`);
      await hydrated(page);
      expect(answer?.status()).toBeLessThan(500);
      await expect(card(page, ANALYSES[0]).getByText(/The period has to be 1 to 87,600 hours or 1 to 3,650 days/)).toBeVisible();
      await expect(card(page, ANALYSES[0]).locator("canvas")).toHaveCount(0);
      await expect(card(page, ANALYSES[2]).locator("tbody tr")).toHaveCount(3);
    });
  }

  test("the form lets nobody ask for a period that is none", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics`);
    const url = page.url();
    for (const wrong of ["0", "-1", ""]) {
      await page.getByLabel("The last", { exact: true }).fill(wrong);
      await page.getByRole("button", { name: "Show", exact: true }).click();
      expect(page.url()).toBe(url);
      expect(await page.getByLabel("The last", { exact: true }).evaluate((box: HTMLInputElement) => box.validity.valid)).toBe(false);
    }
  });
});

test.describe("while things change", () => {
  test.use({ role: "staff" });

  test("r13 r15 asking again brings the new numbers", async ({ page, api, server, visit, withJs }) => {
    await visit("/helpdesk/analytics?show=backlog,categories");
    const before = Number((await cells(page, ANALYSES[0]))[0]?.[1]);
    const active = Number((await cells(page, ANALYSES[2])).find(([name]) => name === "Technical IT")?.[1]);
    const ticket = await api.openTicket(`No wifi ${mark()}`);
    await api.activate(ticket.id);
    await api.openClosed(`No wifi ${mark()}`);
    await card(page, ANALYSES[0]).getByRole("link", { name: "Ask again" }).click();
    await expect.poll(async () => (await cells(page, ANALYSES[0]))[0]?.[1]).toBe(String(before + 1));
    await expect.poll(async () => (await cells(page, ANALYSES[2])).find(([name]) => name === "Technical IT")?.[1]).toBe(String(active + 1));
    if (withJs) await expect.poll(async () => sum(await drawn(page, "chart-backlog"))).toBe(before + 1);
    expect(await ask(server, "backlog?last=30d")).toMatchObject({ last: "30d", opened_not_closed: before + 1 });
  });
});

test("r12 the analyses run as a service of their own, and the page shows its numbers", async ({ someone, startServer, playwright, withJs }) => {
  const port = await findFreePort();
  const desk = await startServer({ flags: ["--analytics-url", `http://127.0.0.1:${port}`] });
  const services = await startServer({ command: "analytics", database: desk.database, port });
  const request = await playwright.request.newContext({ baseURL: desk.url });
  const api = new Api(request);
  for (const text of ["No wifi", "The elevator is stuck"]) await api.activate((await api.openTicket(text)).id);
  await api.openClosed("The canteen's food");
  const page = await someone({ as: "staff", to: desk });
  await page.goto("/helpdesk/analytics");
  await hydrated(page);
  expect((await cells(page, ANALYSES[0]))[0]).toEqual(["The last 30 days", "2"]);
  expect(await cells(page, ANALYSES[2])).toEqual([
    ["Facility management", "1", "0"],
    ["Technical IT", "1", "0"],
    ["Services complaints", "0", "0"],
  ]);
  if (withJs) expect((await drawn(page, "chart-categories")).data).toEqual([0, 1, 1]);
  // The service itself answers staff alone.
  expect(await ask(services, "backlog")).toMatchObject({ opened_not_closed: 2 });
  const refused = await fetch(`${services.url}/api/v1/analytics/backlog`);
  expect(refused.status).toBe(403);
  await request.dispose();
});

test("r12 when the analysis services are gone, their cards say so and everything else works", async ({ someone, startServer, faults }) => {
  faults.expect(/status of 503|^503 for/);
  const desk = await startServer({ flags: ["--analytics-url", `http://127.0.0.1:${await findFreePort()}`] });
  const page = await someone({ as: "staff", to: desk });
  const answer = await page.goto("/helpdesk/analytics");
  expect(answer?.status()).toBe(200);
  await hydrated(page);
  await expect(page.getByText("The analysis service does not answer.")).toHaveCount(4);
  await expect(card(page, ANALYSES[0]).getByRole("link", { name: "Try again" })).toBeVisible();
  // The page still answers to its form, and the board is there.
  await page.getByRole("checkbox", { name: ANALYSES[1] }).uncheck();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("The analysis service does not answer.")).toHaveCount(3);
  await page.getByRole("link", { name: "Board" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Board");
  const problem = await fetch(`${desk.url}/api/v1/analytics/backlog`, { headers: { "Campusdesk-Role": "staff" } });
  expect(problem.status).toBe(503);
  expect(problem.headers.get("content-type")).toContain("application/problem+json");
});

test("@js r12 services that come back are found without a reload", async ({ someone, startServer, faults }) => {
  faults.expect(/status of 503|^503 for/);
  const port = await findFreePort();
  const desk = await startServer({ flags: ["--analytics-url", `http://127.0.0.1:${port}`] });
  const page = await someone({ as: "staff", to: desk });
  await page.goto("/helpdesk/analytics?show=backlog");
  await hydrated(page);
  await expect(page.getByText("The analysis service does not answer.")).toBeVisible();
  await startServer({ command: "analytics", database: desk.database, port });
  await expect.poll(async () => (await cells(page, ANALYSES[0]))[0], { timeout: 10_000 }).toEqual(["The last 30 days", "0"]);
  expect(sum(await drawn(page, "chart-backlog"))).toBe(0);
});

test("@js the student pages never fetch the charts or the helpdesk's code", async ({ page, visit, samples, context }) => {
  const asked: string[] = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await visit("/");
  await page.getByRole("button", { name: /I have a problem to report/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reports on campus");
  for (const path of ["/tickets", "/tickets/new", `/tickets/${samples.open.id}`, `/tickets/${samples.closed.id}`]) {
    await page.goto(path, { waitUntil: "networkidle" });
    await hydrated(page);
  }
  expect(asked.filter((path) => /echarts|chart|helpdesk|draw/.test(path))).toEqual([]);
  expect(asked.some((path) => path.endsWith(".wasm"))).toBe(true);
});

test("@desktop the server draws the analyses once, however many ask at once", async ({ campus }) => {
  const ask = async () => {
    const answer = await fetch(`${campus.url}/helpdesk/analytics`, { headers: { Cookie: "campusdesk_role=staff" } });
    return await answer.text();
  };
  for (const page of await Promise.all(Array.from({ length: 12 }, ask))) {
    expect(page.length).toBeLessThan(400_000);
    expect(page.split('id="chart-backlog-name"').length - 1).toBe(1);
  }
});
