// Places: imported by staff, suggested while one is typed, and hung up as posters that lead to the form.
import jsqr from "jsqr";
import { enter, expect, expectAccessible, expectNoSidewaysScroll, hydrated, type Page, test as base } from "./fixtures.ts";

// A server that nobody else uses: what is imported is everybody's.
const test = base.extend<{ desk: string }>({
  desk: async ({ startServer }, use) => use((await startServer()).url),
});

async function importTable(page: Page, desk: string, table: string): Promise<void> {
  await enter(page.context(), desk, "staff");
  await page.goto(`${desk}/helpdesk/places`);
  await hydrated(page);
  await page.getByLabel("A table of places").setInputFiles([{ name: "rooms.csv", mimeType: "text/csv", buffer: Buffer.from(table) }]);
  await page.getByRole("button", { name: "Import" }).click();
}

test("staff import places, print posters, and see what is open there", async ({ page, desk }) => {
  await importTable(page, desk, `building,room\nLibrary,1.02\nCanteen,\n${"x".repeat(121)}\n`);
  await expect(page.getByText("New places: 2.")).toBeVisible();
  await expect(page.getByText(/Not taken.*line\(s\) 4\./)).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByLabel("Library, 1.02").check();
  await page.getByRole("button", { name: "Print posters" }).click();
  await hydrated(page);
  await expect(page.locator(".poster")).toHaveCount(1);
  await expect(page.locator(".poster-link")).toHaveText(`${new URL(desk).host}/r/library-1-02`);
  await expect(page.getByRole("img", { name: "QR code of the form for Library, 1.02" })).toBeVisible();
});

test("@js a poster is read by a scanner, in the dark, too", async ({ page, desk }) => {
  await importTable(page, desk, "Main building, Hörsaal 3\n図書館\n");
  await expect(page.getByText("New places: 2.")).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${desk}/helpdesk/places/posters`);
  await hydrated(page);
  const read: string[] = [];
  for (const code of await page.locator(".poster-code svg").all()) {
    // As it is drawn, pixel by pixel.
    const { width, height, pixels } = await code.evaluate(async (svg) => {
      const { width, height } = svg.getBoundingClientRect();
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width), height: Math.round(height) });
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return { width: canvas.width, height: canvas.height, pixels: [...context.getImageData(0, 0, canvas.width, canvas.height).data] };
    });
    read.push(jsqr.default(Uint8ClampedArray.from(pixels), width, height)?.data ?? "nothing");
  }
  expect(read.map((address) => new URL(address).origin)).toEqual([desk, desk]);
  for (const address of read) {
    await page.goto(address);
    await hydrated(page);
  }
  expect(read.some((address) => address.endsWith("/r/main-building-horsaal-3"))).toBe(true);
  await expect(page.getByLabel("Where")).toHaveValue(/図書館|Main building, Hörsaal 3/);
});

test("@js a name is suggested while it is typed, and any other may be written", async ({ page, desk, faults }) => {
  // The last one asked for may be on its way when the server ends.
  faults.expect(/\/rpc\/(places|similar)/);
  await importTable(page, desk, "Library, 1.02\nLibrary, 1.03\nHörsaal 3\n");
  await expect(page.getByText("New places: 3.")).toBeVisible();
  await page.goto(`${desk}/tickets/new`);
  await hydrated(page);
  const names = () => page.locator("#places option").evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  await page.getByLabel("Where").focus();
  await expect.poll(names).toHaveLength(3);
  await page.getByLabel("Where").pressSequentially("hors");
  await expect.poll(names).toEqual(["Hörsaal 3"]);
  await page.getByLabel("Where").fill("The bike shed");
  await page.getByLabel("What is wrong?").fill("The lamp is dark");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page).toHaveURL(/\/sent$/);
  await expect(page.getByRole("link", { name: "See your report" })).toBeVisible();
});

test("r02 a poster's address is the form of its place, behind what is reported there", async ({ page, desk, playwright, withJs }) => {
  await importTable(page, desk, "Library, 1.02\n");
  const request = await playwright.request.newContext({ baseURL: desk });
  await request.post("/api/v1/tickets", { data: { description: "The projector is dark", place: "Library, 1.02" } });
  await request.post("/api/v1/tickets", { data: { description: "The canteen is cold", place: "Canteen" } });
  await request.dispose();
  await page.goto(`${desk}/r/library-1-02`);
  await hydrated(page);
  await expect(page.getByLabel("Where")).toHaveValue("Library, 1.02");
  await expect(page.getByRole("link", { name: "The projector is dark" })).toBeVisible();
  await expect(page.getByRole("link", { name: "The canteen is cold" })).toHaveCount(0);
  if (withJs) await expectAccessible(page);
  await page.getByLabel("What is wrong?").fill("The blinds are stuck");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page).toHaveURL(/\/tickets\/\d+\/sent$/);
  await page.getByRole("link", { name: "See your report" }).click();
  await expect(page.getByText("Library, 1.02").first()).toBeVisible();
});
