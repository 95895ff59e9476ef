// R9: the machine sorts, staff correct it, and what staff said stays.
import { changes, events, hold, mark } from "./doing.ts";
import { expect, hydrated, test } from "./fixtures.ts";

test.use({ role: "staff" });

test("r09 staff correct a category, and the machine never overwrites it", async ({ page, someone, api, visit }) => {
  const { id } = await api.openTicket(`No wifi ${mark()}`);
  await visit(`/helpdesk/tickets/${id}`);
  await expect(page.locator(".ticket-head")).toContainText(/Technical IT\s*because of “.*wifi/i);
  const category = page.getByLabel("Correct the category");
  await expect(category).toHaveValue("technical-it");
  await category.selectOption("Services complaints");
  await page.getByRole("button", { name: "Set category" }).click();
  await expect(page.locator(".ticket-head")).toContainText(/Services complaints\s*set by the helpdesk/);
  await expect(category).toHaveValue("services-complaints");
  await expect(changes(page).last()).toContainText("Category: Technical IT → Services complaints by Helpdesk");
  expect(await api.getTicket(id)).toMatchObject({ category: "services-complaints", category_source: "staff", category_because: [] });

  // The reporter says something else: the staff's word stands.
  const reporter = await someone({ as: "requester" });
  await reporter.goto(`/tickets/${id}?edit`);
  await hydrated(reporter);
  await reporter.getByLabel("What is wrong", { exact: true }).fill("The elevator is not working");
  await reporter.getByRole("button", { name: "Save changes" }).click();
  await expect(reporter.locator(".ticket-head")).toContainText(/Services complaints\s*set by the helpdesk/);
  expect(await api.getTicket(id)).toMatchObject({ category: "services-complaints", category_source: "staff" });
});

test("r09 setting the category that a ticket already has changes nothing", async ({ page, api, visit }) => {
  const ticket = await api.openTicket(`No wifi ${mark()}`);
  await visit(`/helpdesk/tickets/${ticket.id}`);
  const answered = page.waitForResponse(/correct_category/);
  await page.getByRole("button", { name: "Set category" }).click();
  expect((await answered).status()).toBeLessThan(400);
  await expect(page.locator(".ticket-head")).toContainText("Technical IT");
  expect(await api.getTicket(ticket.id)).toEqual(ticket);
});

test("r09 a correction of what somebody else changed meanwhile is refused in words", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 409/);
  await hold(page, events);
  const ticket = await api.openTicket(`No wifi ${mark()}`);
  await visit(`/helpdesk/tickets/${ticket.id}`);
  await api.editTicket(ticket, { description: "The elevator is not working" });
  await page.getByLabel("Correct the category").selectOption("Services complaints");
  await page.getByRole("button", { name: "Set category" }).click();
  await expect(page.getByText("Somebody changed this ticket in the meantime.")).toBeVisible();
  expect(await api.getTicket(ticket.id)).toMatchObject({ category: "facility-management", category_source: "auto" });
});

test("r04 r09 the board narrows to a category", async ({ page, api, visit, withJs }) => {
  const word = mark();
  await api.openTicket(`No wifi ${word}`);
  await api.openTicket(`The elevator is stuck ${word}`);
  await visit(`/helpdesk?q=${word}`);
  await page.getByLabel("Category", { exact: true }).selectOption("Technical IT");
  if (!withJs) await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page).toHaveURL(/category=technical-it/);
  await expect(page.locator("[data-row]")).toHaveCount(1);
  await expect(page.locator("[data-row]")).toContainText("No wifi");
});
