// What others do appears without a reload, and nothing moves under a pointer.
import { composer, mark, messages, rpc, say } from "./doing.ts";
import { expect, hydrated, type Page, test } from "./fixtures.ts";

const show = (page: Page) => page.getByRole("button", { name: /changes?: show/ });

test("@js r06 two people on two devices see each other's messages by themselves", async ({ someone, api }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const [reporter, staff] = [await someone({ as: "requester" }), await someone({ as: "staff" })];
  await reporter.goto(`/tickets/${id}`);
  await staff.goto(`/helpdesk/tickets/${id}`);
  await hydrated(reporter);
  await hydrated(staff);
  await say(reporter, "It is 15 degrees in here.");
  await expect(messages(staff)).toHaveText([/15 degrees/], { timeout: 2_000 });
  await composer(reporter).box.fill("Half a sen");
  await say(staff, "Somebody is on the way.");
  await expect(messages(reporter)).toHaveText([/15 degrees/, /on the way/], { timeout: 2_000 });
  // What is being written stays.
  await expect(composer(reporter).box).toHaveValue("Half a sen");
  await expect(composer(reporter).box).toBeFocused();
});

test("@js r05 a reporter sees the ticket move, and that it was closed", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await api.activate(id);
  await expect(page.locator(".ticket-head .status")).toHaveText("Active");
  await api.close(id);
  await expect(page.getByRole("link", { name: "Report it again" })).toBeVisible();
});

test("@js r06 an internal note never reaches the reporter's page", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await api.postMessage(id, "A secret.", { as: "staff", internal: true });
  await api.postMessage(id, "Not a secret.", { as: "staff" });
  await expect(messages(page)).toHaveText([/Not a secret\./]);
});

test("@js r03 a report appears in everybody's list, but moves nothing under a pointer", async ({ page, api, visit }) => {
  const word = mark();
  await visit(`/tickets?q=${word}`);
  await api.openTicket(`First ${word}`);
  await expect(page.locator(".card")).toHaveCount(1);
  await page.locator(".card").hover();
  await api.openTicket(`Second ${word}`);
  await expect(show(page)).toBeVisible();
  await expect(page.locator(".card")).toHaveCount(1);
  await show(page).click();
  await expect(page.locator(".card")).toHaveCount(2);
  await expect(show(page)).toBeHidden();
});

test("@js r04 the board follows, and what is selected stays what it was", async ({ someone, api }) => {
  const page = await someone({ as: "staff" });
  const word = mark();
  const first = await api.openTicket(`First ${word}`);
  await page.goto(`/helpdesk?q=${word}&sort=newest`);
  await hydrated(page);
  const rows = page.locator("[data-row]");
  await page.locator(`[data-row] input[value="${first.id}"]`).check();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.mouse.move(0, 0);
  await api.openTicket(`Second ${word}`);
  await expect(show(page)).toBeVisible();
  await expect(rows).toHaveCount(1);
  await expect(page.locator("[data-row] input:checked")).toHaveValue(String(first.id));
  await show(page).click();
  await expect(rows).toHaveCount(2);
  await expect(page.locator("[data-row] input:checked")).toHaveCount(0);
});

test("@js r03 an edit knows the version that it began from, whatever came meanwhile", async ({ page, api, visit, faults }) => {
  faults.expect(/409 \(Conflict\)/);
  const ticket = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${ticket.id}?edit`);
  await page.locator("#description").fill("My text");
  await api.editTicket(ticket, { description: "Their text" });
  await expect(show(page)).toBeVisible();
  await expect(page.locator("#description")).toBeFocused();
  // Shown or not: what was typed stays, and so does what it was typed upon.
  await show(page).click();
  await expect(page.locator(".event").filter({ hasText: "escription" })).toBeVisible();
  await expect(page.locator("#description")).toHaveValue("My text");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.locator(".conflict")).toContainText("Their text");
  await expect(page.locator("#description")).toHaveValue("My text");
});

test("@js r06 what was said while a device was offline is all there when it returns", async ({ page, api, visit, faults }) => {
  faults.expect(/ERR_INTERNET_DISCONNECTED/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await page.context().setOffline(true);
  for (let n = 1; n <= 60; n += 1) await api.postMessage(id, `Message ${n}.`, { as: "staff" });
  await page.context().setOffline(false);
  const expected = Array.from({ length: 60 }, (_, n) => new RegExp(`Message ${n + 1}\\.`));
  await expect(messages(page)).toHaveText(expected, { timeout: 15_000 });
});

test("@js r03 without a network, what was shown stays, and is up to date once it is back", async ({ page, api, visit, faults }) => {
  faults.expect(/ERR_FAILED/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  let cut = true;
  await page.route(rpc("get_ticket"), (route) => (cut ? route.abort("failed") : route.continue()));
  await composer(page).box.fill("Half a sen");
  await api.postMessage(id, "First.", { as: "staff" });
  await page.waitForRequest(rpc("get_ticket"));
  await expect(page.locator(".ticket-head")).toBeVisible();
  await expect(composer(page).box).toBeFocused();
  cut = false;
  await api.postMessage(id, "Second.", { as: "staff" });
  await expect(messages(page)).toHaveText([/First\./, /Second\./]);
  await expect(composer(page).box).toHaveValue("Half a sen");
});
