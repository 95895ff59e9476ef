// R13 to R16: what a chart counts can be opened, moves by itself, can be arranged and taken along, and is marked when it is old.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { mark } from "./doing.ts";
import { enter, expect, findFreePort, hydrated, type Page, test } from "./fixtures.ts";

const EVERYTHING = "show=backlog,resolution,categories,flow,response,hours,places";

/** The links of a card's table, with the numbers that they stand for. */
const links = (page: Page, slug: string) =>
  page
    .locator(`#${slug} td a`)
    .evaluateAll((all) => all.map((link) => ({ count: Number(link.textContent), href: link.getAttribute("href") ?? "" })));

test.describe("on a campus of a year and a half", () => {
  test.beforeEach(async ({ context, campus }) => {
    await enter(context, campus.url, "staff");
  });

  test("r13 r14 r15 a number opens exactly the tickets that it counts", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?${EVERYTHING}&count=30&unit=d`);
    for (const slug of ["backlog", "resolution", "categories", "flow", "response", "hours", "places"]) {
      await page.goto(`${campus.url}/helpdesk/analytics?${EVERYTHING}&count=30&unit=d`);
      await hydrated(page);
      const all = await links(page, slug);
      expect(all.length, slug).toBeGreaterThan(1);
      // The first, the last and some between.
      for (const { count, href } of all.filter((_, at) => at % Math.ceil(all.length / 4) === 0 || at === all.length - 1)) {
        await page.goto(`${campus.url}${href}`);
        await expect(page.locator(".narrowed strong"), href).toHaveText(`${count} ticket${count === 1 ? "" : "s"}`);
        await expect(page.locator("[data-row]"), href).toHaveCount(Math.min(count, 25));
      }
    }
  });

  test("r15 a number narrowed to a category opens that category's tickets alone", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=flow,categories&count=60&unit=d&category=technical-it`);
    await expect(page.locator("#categories tbody tr")).toHaveCount(1);
    const [first] = await links(page, "flow");
    expect(first?.href).toContain("category=technical-it");
    await page.goto(`${campus.url}${first?.href}`);
    await expect(page.locator("[data-row]").first()).toBeVisible();
    expect(new Set(await page.locator("[data-row] .category").allTextContents())).toEqual(new Set(["Technical IT"]));
  });

  test("r13 r14 a number of a place opens that place's tickets alone", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=places`);
    const place = (await page.locator("#places tbody th").first().textContent()) ?? "";
    await page.getByRole("textbox", { name: "Place" }).fill(place);
    await page.getByRole("checkbox", { name: "Opened and closed" }).check();
    await page.getByRole("checkbox", { name: "Resolution time" }).check();
    await page.getByLabel("The last", { exact: true }).fill("365");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/place=/);
    await expect(page.locator("#flow tbody tr")).toHaveCount(53, { timeout: 10_000 });
    for (const slug of ["flow", "resolution"]) {
      await page.goto(`${campus.url}/helpdesk/analytics?show=${slug}&count=365&unit=d&place=${encodeURIComponent(place)}`);
      await hydrated(page);
      const [first] = (await links(page, slug)).filter(({ count }) => count > 1);
      await page.goto(`${campus.url}${first?.href}`);
      await expect(page.locator(".narrowed strong")).toHaveText(`${first?.count} tickets`);
      expect(new Set(await page.locator("[data-row] .place-cell").allTextContents())).toEqual(new Set([place]));
    }
  });

  test("@js a press on a cell of the hours opens its tickets", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=hours&wide=hours&count=30&unit=d`);
    const chart = page.locator("#chart-hours");
    await expect(chart.locator("canvas").first()).toBeVisible();
    const cell = await page.evaluate(() => {
      interface Chart {
        convertToPixel(of: { seriesIndex: number }, point: [number, number]): [number, number];
        getOption(): { series: { data: [number, number, number][] }[] };
      }
      const { echarts } = window as unknown as { echarts: { getInstanceByDom(of: HTMLElement | null): Chart } };
      const chart = echarts.getInstanceByDom(document.getElementById("chart-hours"));
      const [x, y, count] = (chart.getOption().series[0]?.data ?? []).reduce((most, cell) => (cell[2] > most[2] ? cell : most), [0, 0, 0]);
      return { at: chart.convertToPixel({ seriesIndex: 0 }, [x, y]), count };
    });
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await page.mouse.click((box?.x ?? 0) + cell.at[0], (box?.y ?? 0) + cell.at[1]);
    await expect(page).toHaveURL(/hour=\d-\d\d/);
    await expect(page.locator(".narrowed strong")).toHaveText(`${cell.count} ticket${cell.count === 1 ? "" : "s"}`);
  });

  test("@js r16 a chart is saved as a picture", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=backlog`);
    await expect(page.locator("#chart-backlog canvas").first()).toBeVisible();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as picture" }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe("chart-backlog.png");
    const picture = await readFile(await saved.path());
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect(picture.length).toBeGreaterThan(1_000);
  });

  test("r16 on a wall the cards stand alone, and on paper without what is for the screen", async ({ page, campus, visit, withJs }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=backlog,categories&count=7&unit=d`);
    await page.emulateMedia({ media: "print" });
    await expect(page.locator(".picker")).toBeHidden();
    await expect(page.locator("#backlog .card-tools")).toBeHidden();
    await expect(page.locator("#backlog tbody tr").last()).toBeVisible();
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("link", { name: "Show on a wall" }).click();
    await expect(page).toHaveURL(/\/helpdesk\/analytics\/wall\?show=backlog,categories&count=7&unit=d/);
    await expect(page.locator(".analysis")).toHaveCount(2);
    await expect(page.locator(".site-header")).toBeHidden();
    await expect(page.locator(".picker")).toHaveCount(0);
    if (withJs) await expect(page.locator(".chart canvas")).toHaveCount(2);
    else await expect(page.locator("#backlog tbody tr").first()).toBeVisible();
    await page.getByRole("link", { name: "Analytics", exact: true }).last().click();
    await expect(page.locator(".picker")).toBeVisible();
  });

  for (const scheme of ["light", "dark"] as const) {
    test(`@js pictures of the page are kept, ${scheme}`, async ({ page, campus, visit }, { project }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await visit(`${campus.url}/helpdesk/analytics?${EVERYTHING}&wide=hours&count=30&unit=d`);
      await expect(page.locator(".chart canvas")).toHaveCount(7);
      const path = fileURLToPath(new URL(`../target/pictures/analytics-${project.name.replaceAll(" ", "-")}-${scheme}.png`, import.meta.url));
      const picture = await page.screenshot({ path, fullPage: true });
      expect(picture.length).toBeGreaterThan(50_000);
    });
  }

  test("@js r15 a press on a bar opens its tickets", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=categories`);
    const chart = page.locator("#chart-categories");
    await expect(chart.locator("canvas").first()).toBeVisible();
    const at = await page.evaluate(() => {
      interface Chart {
        convertToPixel(of: { seriesIndex: number }, point: [number, number]): [number, number];
        getOption(): { series: { data: number[] }[] };
      }
      const { echarts } = window as unknown as { echarts: { getInstanceByDom(of: HTMLElement | null): Chart } };
      const chart = echarts.getInstanceByDom(document.getElementById("chart-categories"));
      // In the middle of the topmost bar of active tickets, a quarter of a row above the row's own middle.
      const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, [(chart.getOption().series[0]?.data[2] ?? 0) / 2, 2]);
      const [, below] = chart.convertToPixel({ seriesIndex: 0 }, [0, 1]);
      return { x, y: y - (below - y) / 5 };
    });
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await page.mouse.click((box?.x ?? 0) + at.x, (box?.y ?? 0) + at.y);
    await expect(page).toHaveURL(/\/helpdesk\?status=(active|open)&category=facility-management/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Board");
  });

  test("r16 cards are put in order and made wide, and the address keeps that", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?show=backlog,flow,hours&count=30&unit=d`);
    const order = () => page.locator(".analysis").evaluateAll((cards) => cards.map((card) => card.id));
    const tools = (slug: string) => page.locator(`#${slug} .card-tools`);
    await expect(tools("backlog").getByRole("link", { name: "Earlier" })).toHaveCount(0);
    await tools("hours").getByRole("link", { name: "Earlier" }).click();
    await expect.poll(order).toEqual(["backlog", "hours", "flow"]);
    await tools("hours").getByRole("link", { name: "Wider" }).click();
    await expect(page).toHaveURL(/wide=hours/);
    await expect(page.locator("#hours")).toHaveClass(/analysis-wide/);
    // The form keeps the order and the width.
    await page.getByRole("checkbox", { name: "Opened and not yet closed" }).uncheck();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect.poll(order).toEqual(["hours", "flow"]);
    await expect(page.locator("#hours")).toHaveClass(/analysis-wide/);
    await tools("hours").getByRole("link", { name: "Narrower" }).click();
    await expect(page.locator("#hours")).not.toHaveClass(/analysis-wide/);
  });

  test("r16 every table is a file, too", async ({ page, campus, visit }) => {
    await visit(`${campus.url}/helpdesk/analytics?${EVERYTHING}&count=7&unit=d&category=technical-it`);
    for (const slug of ["backlog", "resolution", "categories", "flow", "response", "hours", "places"]) {
      const href = await page.locator(`#${slug}`).getByRole("link", { name: "Download as CSV" }).getAttribute("href");
      const file = await page.request.get(`${campus.url}${href}`);
      expect(file.headers()["content-type"]).toBe("text/csv; charset=utf-8");
      const cells = await page
        .locator(`#${slug} tr`)
        .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? "")));
      const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      expect(await file.text(), slug).toBe(cells.map((row) => `${row.map(quoted).join(",")}\r\n`).join(""));
    }
  });

  test("r16 the files are the staff's", async ({ campus, playwright }) => {
    const nobody = await playwright.request.newContext({ baseURL: campus.url });
    expect((await nobody.get("/helpdesk/analytics/backlog.csv")).status()).toBe(403);
    const staff = await playwright.request.newContext({ baseURL: campus.url, extraHTTPHeaders: { Cookie: "campusdesk_role=staff" } });
    for (const [path, status] of [["weather.csv", 404], ["backlog.txt", 404], ["backlog.csv?last=soon", 422]] as const) {
      expect((await staff.get(`/helpdesk/analytics/${path}`)).status(), path).toBe(status);
    }
    await nobody.dispose();
    await staff.dispose();
  });
});

test.describe("while things change", () => {
  test.use({ role: "staff" });

  test("staff set within what time they mean to answer, for everybody", async ({ someone, startServer }) => {
    const desk = await startServer();
    const page = await someone({ as: "staff", to: desk });
    await page.goto("/helpdesk/analytics?show=response&count=7&unit=d");
    await hydrated(page);
    await expect(page.locator("#response")).toContainText("The target is 8 hours");
    await page.getByRole("combobox", { name: "Answer within" }).selectOption("2 hours");
    await page.getByRole("button", { name: "Set for everybody" }).click();
    await expect(page.locator("#response")).toContainText("The target is 2 hours");
    const answer = await fetch(`${desk.url}/api/v1/analytics/response`, { headers: { "Campusdesk-Role": "staff" } });
    expect(((await answer.json()) as { target_seconds: number }).target_seconds).toBe(7_200);
  });

  test("@js r13 r15 what happens elsewhere moves the numbers without a reload", async ({ page, api, visit }) => {
    await visit("/helpdesk/analytics?show=backlog,categories,places");
    const place = `Room ${mark()}`;
    const first = page.locator("#backlog tbody tr td").first();
    const before = Number(await first.textContent());
    const canvas = page.locator("#chart-backlog canvas").first();
    await expect(canvas).toBeVisible();
    await canvas.evaluate((element) => element.setAttribute("data-same", ""));
    const ticket = await api.openTicket(`No wifi ${mark()}`, { place });
    await expect(first).toHaveText(String(before + 1));
    await expect(page.locator("#places")).toContainText(place);
    await api.activate(ticket.id);
    await api.close(ticket.id);
    await expect(first).toHaveText(String(before));
    // The chart was updated, not drawn anew.
    await expect(canvas).toHaveAttribute("data-same", "");
  });
});

test("@js r12 a service that goes leaves its last numbers, marked as such, and recovers by itself", async ({ someone, startServer, faults }) => {
  faults.expect(/status of 503|^503 for/);
  const port = await findFreePort();
  const desk = await startServer({ flags: ["--analytics-url", `http://127.0.0.1:${port}`] });
  const services = await startServer({ command: "analytics", database: desk.database, port });
  const page = await someone({ as: "staff", to: desk });
  await page.goto("/helpdesk/analytics?show=backlog");
  await hydrated(page);
  await expect(page.locator("#backlog tbody tr td").first()).toHaveText("0");
  await services.kill();
  await expect(page.locator("#backlog .stale-since")).toContainText("Its service does not answer.", { timeout: 8_000 });
  await expect(page.locator("#backlog tbody tr td").first()).toHaveText("0");
  await expect(page.locator("#backlog")).toHaveClass(/stale/);
  await fetch(`${desk.url}/api/v1/tickets`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ description: "No wifi" }),
  });
  await startServer({ command: "analytics", database: desk.database, port });
  await expect(page.locator("#backlog .stale-since")).toHaveCount(0, { timeout: 10_000 });
  await expect(page.locator("#backlog tbody tr td").first()).toHaveText("1");
});
