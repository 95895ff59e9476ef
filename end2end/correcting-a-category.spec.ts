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

test("r09 of what the machine is unsure staff have a view, and the same category confirms it", async ({ page, api, visit }) => {
  const word = mark();
  const ticket = await api.openTicket("Qwertz uiop", { place: word });
  expect(ticket.category_doubtful).toBe(true);
  await visit(`/helpdesk?check=1&q=${word}`);
  await expect(page.getByRole("navigation", { name: "Views" }).locator("[aria-current]")).toContainText("Category unsure");
  await expect(page.locator("[data-row]")).toContainText("unsure");
  await page.locator("[data-row] .row-link").click();
  await expect(page.getByText("Chosen automatically, but unsurely.")).toBeVisible();
  await page.getByRole("button", { name: "Set category" }).click();
  await expect(page.locator(".ticket-head")).toContainText("set by the helpdesk");
  await expect(page.getByText("Chosen automatically, but unsurely.")).toHaveCount(0);
  await expect(changes(page).last()).toContainText("Category confirmed:");
  expect(await api.getTicket(ticket.id)).toMatchObject({ category: ticket.category, category_source: "staff", category_doubtful: false });
  // The same once more is no change.
  const answered = page.waitForResponse(/correct_category/);
  await page.getByRole("button", { name: "Set category" }).click();
  expect((await answered).status()).toBeLessThan(400);
  expect((await api.getTicket(ticket.id)).version).toBe(2);
});

test("@desktop r09 what staff decided is learned from, where that is no worse", async ({ startServer, someone, faults }) => {
  faults.expect(/status of 409/);
  test.setTimeout(90_000);
  const server = await startServer();
  const call = (path: string, method: string, role: string, body: unknown) =>
    fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { "Content-Type": "application/json", "Campusdesk-Role": role },
      body: JSON.stringify(body),
    });
  const staff = await someone({ as: "staff", to: server });
  await staff.goto(`${server.url}/helpdesk/analytics`);
  await hydrated(staff);
  const card = staff.locator("#learning");
  await expect(card).toContainText("the model that came with Campusdesk");
  await card.getByRole("button", { name: "Learn from what staff decided" }).click();
  await expect(card.getByRole("alert")).toContainText("There is nothing to learn from yet");
  for (const what of ["The florpmatic is out of gromps", "No gromps in the florpmatic again", "florpmatic eats gromps"]) {
    const { id } = (await (await call("/tickets", "POST", "requester", { description: what })).json()) as { id: number };
    expect((await call(`/tickets/${id}/category`, "PUT", "staff", { category: "technical-it" })).status).toBe(200);
    expect((await call(`/tickets/${id}/category`, "PUT", "staff", { category: "services-complaints" })).status).toBe(200);
  }
  await staff.goto(`${server.url}/helpdesk/analytics`);
  await hydrated(staff);
  await expect(card.locator("tbody").first().locator("tr").first()).toContainText(/\d{4}-\d\d3/);
  await card.getByRole("button", { name: "Learn from what staff decided" }).click();
  await expect(card).toContainText("Learned from decisions of staff (3)", { timeout: 60_000 });
  await expect(card.getByText("in force", { exact: true })).toBeVisible();
  const next = await (await call("/tickets", "POST", "requester", { description: "Where are the gromps of the florpmatic?" })).json();
  expect(next).toMatchObject({ category: "services-complaints", category_source: "auto" });
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
