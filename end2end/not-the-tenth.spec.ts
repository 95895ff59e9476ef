// Not the tenth duplicate: what may be the same is shown, and who is affected, too, is counted and told.
import { enter, expect, expectAccessible, hydrated, test } from "./fixtures.ts";

test("@js r02 while a report is written, what may be the same is shown, and a press joins it", async ({ page, api, visit, someone }) => {
  const there = await api.openTicket("The projector shows only stripes", { place: "Hall 12" });
  await visit("/tickets/new");
  await page.getByLabel("Where").fill("Hall 12");
  await page.getByLabel("What is wrong?").fill("Stripes from the projector");
  const found = page.locator(".similar");
  await expect(found.getByRole("heading")).toHaveText("Is it one of these?");
  await expect(found.getByRole("link")).toHaveText("The projector shows only stripes");
  // In the reader's zone, which only the script knows.
  await expect(found.locator("time")).toHaveText(/^\d{1,2} \w{3,4} 2\d{3}, \d\d:\d\d$/);
  await expectAccessible(page);
  await found.getByRole("button", { name: "This affects me too" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${there.id}$`));
  await hydrated(page);
  await expect(page.getByText("1 other person affected")).toBeVisible();
  await expect(page.getByRole("button", { name: "This affects me too" })).toHaveCount(0);
  expect((await api.getTicket(there.id)).affected).toBe(1);
  // What was written is done with.
  await visit("/tickets/new");
  await expect(page.getByLabel("What is wrong?")).toHaveValue("");

  // Another device counts, too, and hears that it was closed.
  const other = await someone();
  await other.goto(`/tickets/${there.id}`);
  await other.getByRole("button", { name: "This affects me too" }).click();
  await expect(other.getByText("2 other people affected")).toBeVisible();
  await api.activate(there.id);
  await api.close(there.id);
  await other.goto("/tickets");
  await expect(other.getByRole("region", { name: "Closed lately" }).getByRole("link", { name: `Ticket ${there.id}` })).toBeVisible();
});

test("who is affected, too, says so on the ticket, once a device", async ({ page, api, visit }) => {
  const { id } = await api.openTicket("The water is cold in the showers", { place: "Sports hall" });
  await visit(`/tickets/${id}`);
  await page.getByRole("button", { name: "This affects me too" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${id}$`));
  await expect(page.getByText("1 other person affected")).toBeVisible();
  await expect(page.getByRole("button", { name: "This affects me too" })).toHaveCount(0);
  // Whoever reported it is not asked.
  await visit("/tickets/new");
  await page.getByLabel("What is wrong?").fill("The lamp over the door is dark");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page).toHaveURL(/\/sent$/);
  await page.getByRole("link", { name: "See your report" }).click();
  await hydrated(page);
  await expect(page.getByRole("button", { name: "This affects me too" })).toHaveCount(0);
});

test("r04 staff see how many are affected, and put the board in that order", async ({ page, api, context, server }) => {
  const few = await api.openTicket("The clock in the foyer is late");
  const many = await api.openTicket("The foyer's doors do not open");
  await enter(context, server.url, "requester");
  await page.goto(`/tickets/${many.id}`);
  await page.getByRole("button", { name: "This affects me too" }).click();
  await expect(page.getByText("1 other person affected")).toBeVisible();
  await enter(context, server.url, "staff");
  await page.goto("/helpdesk?q=foyer&sort=affected");
  await hydrated(page);
  const rows = page.locator("[data-row]");
  await expect(rows.first()).toContainText("The foyer's doors do not open");
  await expect(rows.first()).toContainText("1 other person affected");
  await expect(rows.nth(1)).toContainText("The clock in the foyer is late");
  await page.goto(`/helpdesk/tickets/${many.id}`);
  await expect(page.getByText("It affects somebody else, too")).toBeVisible();
  expect(few.id).toBeLessThan(many.id);
});

test("staff merge a duplicate, its reporter's link leads on, and the merge is undone", async ({ page, api, context, server, someone, withJs, faults }) => {
  faults.expect(/status of 422/);
  const into = await api.openTicket("The fountain in the courtyard is dry", { place: "Courtyard" });
  const duplicate = await api.openTicket("No water in the courtyard's fountain", { place: "Courtyard" });
  await api.postMessage(duplicate.id, "The ducks have left.");
  const reporter = await someone({ as: "requester" });
  await reporter.goto(`/tickets/${duplicate.id}`);
  if (withJs) {
    await hydrated(reporter);
    await reporter.getByLabel("Message to the helpdesk").fill("And the frogs");
  }

  await enter(context, server.url, "staff");
  await page.goto(`/helpdesk/tickets/${duplicate.id}`);
  await hydrated(page);
  await page.getByRole("link", { name: "Merge into another ticket" }).click();
  const form = page.getByRole("region", { name: "This is a duplicate" });
  await expect(form.getByRole("link", { name: "The fountain in the courtyard is dry" })).toBeVisible();
  // What is no ticket is refused, and stays to be mended.
  await form.getByLabel("Number of the ticket that reports the same").fill("999999");
  await form.getByRole("button", { name: "Merge", exact: true }).click();
  await expect(page.getByText("Please write the number of another ticket that is not closed.")).toBeVisible();
  await expect(form.getByLabel("Number of the ticket that reports the same")).toHaveValue("999999");
  await form.getByRole("button", { name: `Merge into ${into.id}` }).click();
  await expect(page.getByRole("link", { name: `Merged into ticket ${into.id}` })).toBeVisible();
  await expect(form).toHaveCount(0);

  // Whoever has its page open is led on, with what is half written.
  if (!withJs) await reporter.reload();
  await expect(reporter).toHaveURL(new RegExp(`/tickets/${into.id}$`));
  await expect(reporter.getByText("The ducks have left.")).toBeVisible();
  await expect(reporter.getByText("No water in the courtyard's fountain")).toBeVisible();
  if (withJs) await expect(reporter.getByLabel("Message to the helpdesk")).toHaveValue("And the frogs");
  expect(await api.getTicket(into.id)).toMatchObject({ affected: 1, messages: 1, status: "open" });

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("link", { name: "Merge into another ticket" })).toBeVisible();
  expect(await api.getTicket(duplicate.id)).toMatchObject({ status: "open", merged_into: null, messages: 1 });
  expect(await api.getTicket(into.id)).toMatchObject({ affected: 0, messages: 0 });
  await reporter.goto(`/tickets/${duplicate.id}`);
  await expect(reporter.getByText("The ducks have left.")).toBeVisible();
});
