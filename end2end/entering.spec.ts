// R1: somebody comes to Campusdesk, says whether they report or work at the helpdesk, and changes their mind.
import { enter, expect, hydrated, ROLE_COOKIE, test } from "./fixtures.ts";

const YEAR = 365 * 24 * 3600;

for (const { who, choice, home, heading } of [
  { who: "requester", choice: /I have a problem to report/, home: "/tickets", heading: "Reports on campus" },
  { who: "staff", choice: /I work at the helpdesk/, home: "/helpdesk", heading: "Board" },
] as const) {
  test(`r01 a first visitor enters as ${who}, and the device remembers it`, async ({ page, visit, context, server }) => {
    await visit("/");
    await expect(page).toHaveTitle("Campusdesk");
    await expect(page.getByRole("main").getByRole("button")).toHaveCount(2);
    await page.getByRole("button", { name: choice }).click();
    await expect(page).toHaveURL(`${server.url}${home}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);

    const cookie = (await context.cookies()).find(({ name }) => name === ROLE_COOKIE);
    expect(cookie).toMatchObject({ value: who, path: "/", sameSite: "Lax", httpOnly: true, secure: false });
    expect(Math.abs((cookie?.expires ?? 0) - Date.now() / 1000 - YEAR), "it is kept for a year").toBeLessThan(3600);

    // Coming back: straight on.
    await page.goto("/");
    await expect(page).toHaveURL(`${server.url}${home}`);
  });
}

test("r01 the header leads back to the choice at any time, from either role", async ({ page, context, visit, server }) => {
  await enter(context, server.url, "requester");
  await visit("/tickets/new");
  await page.getByRole("link", { name: "Switch role" }).click();
  await page.getByRole("button", { name: /I work at the helpdesk/ }).click();
  await expect(page).toHaveURL(`${server.url}/helpdesk`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Board");

  await page.getByRole("link", { name: "Switch role" }).click();
  await page.getByRole("button", { name: /I have a problem to report/ }).click();
  await expect(page).toHaveURL(`${server.url}/tickets`);
  await page.goto("/");
  await expect(page).toHaveURL(`${server.url}/tickets`);
});

test("r01 a link to a list or a form works on a device that never chose", async ({ page, visit }) => {
  await visit("/tickets");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reports on campus");
  await visit("/tickets/new");
  await expect(page.getByLabel("What is wrong?")).toBeVisible();
});

test.describe("on the helpdesk's pages", () => {
  test.use({ role: "requester" });

  test("r01 a requester finds that they are for staff, and enters there", async ({ page, faults, server }) => {
    faults.expect(/status of 403/);
    const answer = await page.goto("/helpdesk");
    await hydrated(page);
    expect(answer?.status()).toBe(403);
    await expect(page.getByText("This page is for helpdesk staff")).toBeVisible();
    await page.getByRole("button", { name: "Enter as helpdesk staff" }).click();
    await expect(page).toHaveURL(`${server.url}/helpdesk`);
    await expect(page.getByRole("navigation", { name: "Views" })).toBeVisible();
  });

  test("r01 r16 none of them shows a requester anything", async ({ page, faults, samples }) => {
    faults.expect(/status of 403/);
    for (const path of ["/helpdesk?status=closed", `/helpdesk/tickets/${samples.closed.id}`, "/helpdesk/analytics"]) {
      const answer = await page.goto(path);
      await hydrated(page);
      expect.soft(answer?.status(), path).toBe(403);
      await expect.soft(page.getByText("This page is for helpdesk staff"), path).toHaveCount(1);
      await expect(page.locator("body")).not.toContainText(samples.closed.description);
    }
  });
});

test("somebody who likes it dark chooses so, and it stays", async ({ page, visit, withJs }) => {
  await visit("/tickets");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
  await expect(page.getByRole("button", { name: "Dark", pressed: true })).toHaveCount(1);
  await expect(page.getByRole("group", { name: "Colours" }).getByRole("button", { pressed: true })).toHaveCount(1);
  if (withJs) await hydrated(page);
  await page.goto("/tickets/new");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("@desktop somebody with a keyboard skips the header", async ({ page, visit }) => {
  await visit("/tickets");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const isInside = await page.evaluate(() => document.querySelector("main")?.contains(document.activeElement));
  expect(isInside, "the next stop is in the content").toBe(true);
});

test("@js a link changes the page, its title and the focus without a reload", async ({ page, visit, samples }) => {
  await visit("/tickets/new");
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await page.getByRole("link", { name: "Reports", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reports on campus");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle("Reports on campus · Campusdesk");
  await page.getByRole("searchbox").fill("projector");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("link", { name: samples.open.description }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Ticket ${samples.open.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle(`Ticket ${samples.open.id} · Campusdesk`);
  expect(await page.evaluate(() => "stayed" in window)).toBe(true);
});

test("@js r01 a link to the helpdesk in a requester's page is a new document, with its words", async ({ page, context, server, visit }) => {
  await enter(context, server.url, "staff");
  await visit("/tickets/new");
  // A link as one in a message is.
  await page.evaluate(() => document.querySelector("main")?.append(Object.assign(document.createElement("a"), { href: "/helpdesk", textContent: "to the board" })));
  await page.getByRole("link", { name: "to the board" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Board");
  await expect(page.getByRole("navigation", { name: "Views" }).getByRole("link").first()).toContainText("All");
});

test("@js a page that was left open across a deployment goes on, with what was typed", async ({ page, visit, faults }) => {
  // What is not there is told in the console, and the program ends over it.
  faults.expect(/status of 404|HTTP status code is not ok|panicked at|unreachable/);
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("Half a sentence");
  // The next build's server has no file of the page's own build.
  await page.route("**/pkg/**", (route) => (page.url().endsWith("/tickets/new") ? route.fulfill({ status: 404 }) : route.continue()));
  await page.getByRole("navigation").getByRole("link", { name: "Reports" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reports on campus");
  await hydrated(page);
  await page.unroute("**/pkg/**");
  await page.getByRole("navigation").getByRole("link", { name: "Report a problem" }).click();
  await expect(page.getByLabel("What is wrong?")).toHaveValue("Half a sentence");
});
