// Somebody follows an old link, mistypes an address or comes from where they should not: every end has a way on.
import { mark } from "./doing.ts";
import { expect, hydrated, test } from "./fixtures.ts";

for (const path of ["/tickest", "/tickets/1/2/3", "/helpdesk/nothing", "/index.php?id=1", "/%F0%9F%92%A9"]) {
  test(`${path} is a 404 that leads on`, async ({ page, faults, server }) => {
    faults.expect(/status of 404/);
    const answer = await page.goto(path);
    await hydrated(page);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing at this address");
    await expect(page).toHaveTitle("There is nothing at this address · Campusdesk");
    await expect(page.getByRole("main").getByRole("link")).toHaveCount(3);
    await page.getByRole("main").getByRole("link", { name: "Report a problem" }).click();
    await expect(page).toHaveURL(`${server.url}/tickets/new`);
    await expect(page.getByLabel("What is wrong?")).toBeVisible();
  });
}

for (const path of ["/tickets/999999", "/tickets/abc", "/tickets/-1", "/tickets/99999999999999999999999", "/tickets/999999/sent"]) {
  test(`r03 ${path} is a 404 that says there is no such ticket`, async ({ page, faults }) => {
    faults.expect(/status of 404/);
    const answer = await page.goto(path);
    await hydrated(page);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not found");
    await expect(page.getByText("There is no such ticket, or it is closed.")).toBeVisible();
    // Trying again would find it no more: the way on is the list.
    await expect(page.getByRole("link", { name: "Try again" })).toHaveCount(0);
    await page.getByRole("link", { name: "Look in the reports" }).click();
    await expect(page).toHaveURL(/\/tickets$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Reports on campus");
  });
}

test("r04 a ticket that the helpdesk never had is a 404 for staff too", async ({ someone, faults }) => {
  faults.expect(/status of 404/);
  const page = await someone({ as: "staff" });
  const answer = await page.goto("/helpdesk/tickets/999999");
  await hydrated(page);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not found");
  await expect(page.getByText("There is no such ticket")).toBeVisible();
  await expect(page.getByRole("link", { name: "Try again" })).toHaveCount(0);
  await page.getByRole("link", { name: "Look on the board" }).click();
  await expect(page).toHaveURL(/\/helpdesk$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Board");
});

test("an address with a slash at its end leads to the page", async ({ page, server }) => {
  await page.goto("/tickets/?q=lamp");
  await hydrated(page);
  await expect(page).toHaveURL(`${server.url}/tickets?q=lamp`);
  await expect(page.getByRole("searchbox")).toHaveValue("lamp");
});

test("a report again of a ticket that is not closed, or not there, says so and keeps its text", async ({ page, visit, faults, api }) => {
  faults.expect(/status of 422/);
  const { id } = await api.openTicket(`The lamp is broken ${mark()}`);
  for (const again of [id, 999_999]) {
    await visit(`/tickets/new?again=${again}`);
    const box = page.getByLabel("What is wrong?");
    await box.fill("It is back");
    await page.getByRole("button", { name: "Send report" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "has to be the number of a closed ticket" })).toBeVisible();
    await expect(box).toHaveValue("It is back");
  }
  // What is no number at all is a plain report.
  await visit("/tickets/new?again=%3Cscript%3E");
  await expect(page.getByLabel("What is wrong?")).toBeVisible();
  await expect(page.locator('input[name="again_of"]')).toHaveValue("");
  await expect(page.getByText("point back")).toHaveCount(0);
});

test("an earlier part of a conversation that is none says so", async ({ page, visit, faults, samples }) => {
  faults.expect(/status of 422/);
  const answer = await page.goto(`/tickets/${samples.open.id}?before=yesterday`);
  expect(answer?.status()).toBe(422);
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "That did not work" })).toBeVisible();
  await visit(`/tickets/${samples.open.id}?before=1`);
  await expect(page.locator(".ticket-text")).toContainText(samples.open.description);
});

test("@js a list that cannot be read says so, and trying again brings it", async ({ page, visit, faults, api }) => {
  faults.expect(/ERR_FAILED|ERR_INTERNET_DISCONNECTED/);
  const word = mark();
  await api.openTicket(`The lamp is broken ${word}`);
  await visit("/tickets");
  await page.context().setOffline(true);
  await page.getByRole("searchbox").fill(word);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.getByRole("heading", { name: "That did not work" })).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole("link", { name: "Try again" }).click();
  await expect(page.locator("main").getByRole("listitem")).toHaveCount(1);
  await expect(page.locator("main").getByRole("listitem")).toContainText(word);
});

test("@no-js a text larger than the server takes comes back with a sentence", async ({ page, visit, faults }) => {
  faults.expect(/status of 413/);
  await visit("/tickets/new");
  const box = page.getByLabel("What is wrong?");
  await box.evaluate((area: HTMLTextAreaElement) => {
    area.value = "x".repeat(70_000);
  });
  const answered = page.waitForResponse(/open_ticket/);
  await page.getByRole("button", { name: "Send report" }).click();
  expect((await answered).status()).toBe(413);
  await expect(page.getByRole("alert").filter({ hasText: "This is too large. At most 64 KiB can be sent." })).toBeVisible();
  await expect(box).toHaveValue("x".repeat(70_000));
});
