// A report follows its writer to another device: by a code that is said or typed, or by a link; no account, and nothing to sign in to.
import type { Locator } from "@playwright/test";
import { mark, report } from "./doing.ts";
import { expect, hydrated, type Page, test } from "./fixtures.ts";

/** Goes to a ticket's code from the page that is shown, and makes one; the code. */
async function makeCode(page: Page, id: number): Promise<string> {
  await page.getByRole("link", { name: "Continue on another device" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${id}/claim$`));
  await hydrated(page);
  await page.getByRole("button", { name: "Make a code" }).click();
  await expect(page.locator(".claim-code")).toHaveText(/^[a-z]{3,8}(-[a-z]{3,8}){3}$/);
  await expect(page).toHaveURL(new RegExp(`/tickets/${id}/claim$`));
  return await page.locator(".claim-code").innerText();
}

/** What the list shows as the device's own. */
function own(page: Page): Locator {
  return page.getByRole("region", { name: "Reported on this device" });
}

async function openList(page: Page): Promise<void> {
  await page.goto("/tickets");
  await hydrated(page);
}

test("a report is added on another device by its code, however that is typed", async ({ page, someone, api }) => {
  const text = `The blinds are stuck ${mark()}`;
  const id = await report(page, text);
  const before = await api.getTicket(id);
  const code = await makeCode(page, id);
  expect(await api.getTicket(id), "a code changes nothing of its ticket").toEqual(before);

  const other = await someone({ as: "requester" });
  await openList(other);
  await expect(own(other)).toHaveCount(0);
  await other.getByRole("link", { name: "Add a report from another device" }).click();
  await expect(other).toHaveURL(/\/tickets\/claim$/);
  await hydrated(other);
  await expect(other.getByLabel("Code")).toBeFocused();
  await other.getByLabel("Code").fill(`  ${code.toUpperCase().replaceAll("-", "  ")} `);
  await other.getByRole("button", { name: "Add to this device" }).click();
  await expect(other).toHaveURL(new RegExp(`/tickets/${id}$`));
  await expect(other.getByRole("main")).toContainText(text);
  await openList(other);
  await expect(own(other).getByRole("listitem").first()).toContainText(text);

  // It is this device's own now, so it may be handed on; the code still stands on the first.
  await other.goto(`/tickets/${id}`);
  await hydrated(other);
  await other.getByRole("link", { name: "Continue on another device" }).click();
  await expect(other.locator(".claim-code")).toHaveText(code);
  await page.getByRole("link", { name: "Back to the ticket" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${id}$`));
  await page.getByRole("link", { name: "Continue on another device" }).click();
  await expect(page.locator(".claim-code")).toHaveText(code);
});

test("a link fills the code in, and adds nothing until it is pressed", async ({ page, someone }) => {
  const text = `The tap drips ${mark()}`;
  const id = await report(page, text);
  const code = await makeCode(page, id);
  const link = await page.locator(".claim-address a").getAttribute("href");
  expect(link).toBe(`/tickets/claim?code=${code}`);

  const other = await someone({ as: "requester" });
  await other.goto(`${link}`);
  await hydrated(other);
  await expect(other.getByLabel("Code")).toHaveValue(code);
  await openList(other);
  await expect(own(other)).toHaveCount(0);
  await other.goto(`${link}`);
  await hydrated(other);
  await other.getByRole("button", { name: "Add to this device" }).click();
  await expect(other).toHaveURL(new RegExp(`/tickets/${id}$`));
  await openList(other);
  await expect(own(other).getByRole("listitem")).toHaveCount(1);
});

test("@js the address of the link is the whole one, and is copied by a press", async ({ page, server }) => {
  const id = await report(page, `The door squeaks ${mark()}`);
  const code = await makeCode(page, id);
  const address = `${server.url}/tickets/claim?code=${code}`;
  await expect(page.locator(".claim-address")).toHaveText(address);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  await page.getByRole("button", { name: "Copy the address" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
});

test("a code that nobody made comes back with its words and a sentence", async ({ page, visit, faults }) => {
  faults.expect(/status of 404/);
  await visit("/tickets/claim");
  for (const typed of ["lemon river oak", "zoo zoo zoo zoo"]) {
    await page.getByLabel("Code").fill(typed);
    const answered = page.waitForResponse(/take_claim/);
    await page.getByRole("button", { name: "Add to this device" }).click();
    expect((await answered).status()).toBe(404);
    await expect(page.getByRole("alert").filter({ hasText: "No report has this code" })).toBeVisible();
    await expect(page.getByLabel("Code")).toHaveValue(typed);
  }
});

test("r03 the code of a report that was closed leads to the page that says so", async ({ page, someone, api }) => {
  const id = await report(page, `The heating is cold ${mark()}`);
  const code = await makeCode(page, id);
  await api.activate(id);
  await api.close(id);
  const other = await someone({ as: "requester" });
  await other.goto("/tickets/claim");
  await hydrated(other);
  await other.getByLabel("Code").fill(code);
  await other.getByRole("button", { name: "Add to this device" }).click();
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("This ticket is closed");
});

test("another's report is read by everybody, and only its own devices make a code for it", async ({ page, samples, visit, faults }) => {
  faults.expect(/status of 403/);
  await visit(`/tickets/${samples.open.id}`);
  await expect(page.getByRole("main")).toContainText(samples.open.description);
  await expect(page.getByRole("link", { name: "Continue on another device" })).toHaveCount(0);
  const answer = await page.goto(`/tickets/${samples.open.id}/claim`);
  await hydrated(page);
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("Only a device on which this ticket was reported")).toBeVisible();
});
