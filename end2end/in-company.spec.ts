// A ticket's page in company: who else is there, who writes, who has seen what; and what a device has not seen yet.
import { changes, composer, events, hold, mark, messages, saveReply, say } from "./doing.ts";
import { expect, hydrated, type Page, test } from "./fixtures.ts";

const company = (page: Page) => page.locator(".company");

/** Makes the page believe that its tab is in the background, or in front again. */
async function turn(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);
}

test("@js r06 both sides see that the other is there and is writing, while it lasts", async ({ someone, api }) => {
  test.slow();
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const [reporter, staff] = [await someone({ as: "requester" }), await someone({ as: "staff" })];
  await reporter.goto(`/tickets/${id}`);
  await hydrated(reporter);
  await expect(company(reporter)).toHaveText("");
  await staff.goto(`/helpdesk/tickets/${id}`);
  await expect(company(reporter)).toHaveText("Also here: 1 from the helpdesk");
  await expect(company(staff)).toHaveText("Also here: 1 from the reporter’s side");
  await composer(staff).box.pressSequentially("Let me");
  await expect(company(reporter)).toContainText("Helpdesk is writing…");
  // It fades by itself.
  await expect(company(reporter)).not.toContainText("is writing", { timeout: 10_000 });
  await expect(company(reporter)).toHaveText("Also here: 1 from the helpdesk");
  // Of a note nobody but staff learns, not even that it is being written.
  await composer(staff).form.getByLabel("Internal note, for staff only").check();
  await composer(staff).box.pressSequentially(" think");
  await staff.waitForResponse(/tell_presence/);
  await expect(company(reporter)).not.toContainText("is writing");
  await staff.goto("/helpdesk");
  await expect(company(reporter)).toHaveText("");
});

test("@js r06 a message is marked as seen once the other side has looked", async ({ someone, api }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const reporter = await someone({ as: "requester" });
  await reporter.goto(`/tickets/${id}`);
  await hydrated(reporter);
  await say(reporter, "It is 15 degrees in here.");
  await say(reporter, "Now 14.");
  await expect(reporter.locator(".message-seen")).toHaveCount(0);
  const staff = await someone({ as: "staff" });
  await staff.goto(`/helpdesk/tickets/${id}`);
  await expect(messages(reporter).last().locator(".message-seen")).toHaveText("Seen by the helpdesk");
  await expect(reporter.locator(".message-seen")).toHaveCount(1);
  await hydrated(staff);
  await composer(staff).form.getByLabel("Internal note, for staff only").check();
  await composer(staff).box.fill("For us.");
  await composer(staff).form.getByRole("button", { name: "Add internal note" }).click();
  await expect(messages(staff)).toHaveCount(3);
  await composer(staff).form.getByLabel("Internal note, for staff only").uncheck();
  await composer(staff).box.fill("On the way.");
  await composer(staff).form.getByRole("button", { name: "Send", exact: true }).click();
  await expect(messages(staff).last().locator(".message-seen")).toHaveText("Seen by the reporter’s side");
  // It is kept: a page drawn anew says so before any script runs.
  expect(await (await reporter.request.get(`/tickets/${id}`)).text()).toContain("Seen by the helpdesk");
});

test("@js r06 those who do not see the page hear what comes: messages, where the ticket stands, that one's own was sent", async ({ someone, api }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const [reporter, staff] = [await someone({ as: "requester" }), await someone({ as: "staff" })];
  for (const [page, path] of [[reporter, `/tickets/${id}`], [staff, `/helpdesk/tickets/${id}`]] as const) {
    await page.goto(path);
    await hydrated(page);
  }
  const said = (page: Page, what: string) => page.getByRole("status").filter({ hasText: what });
  await say(reporter, "It is 15 degrees in here.");
  await expect(said(reporter, "Sent.")).toHaveCount(1);
  await expect(said(staff, "Reporter wrote a message.")).toHaveCount(1);
  await api.activate(id);
  await expect(said(reporter, "Active")).toHaveCount(1);
  await api.postMessage(id, "On the way.", { as: "staff" });
  await expect(said(reporter, "Helpdesk wrote a message.")).toHaveCount(1);
});

test("@js r06 what changed since a device looked is marked in the list and counted in the title", async ({ someone, api }) => {
  const word = mark();
  const { id } = await api.openTicket(`The radiator is cold ${word}`);
  const page = await someone({ as: "requester" });
  await page.goto(`/tickets/${id}`);
  await hydrated(page);
  await expect.poll(() => page.evaluate(() => localStorage.getItem("campusdesk.seen.requester"))).toContain(`${id}:1`);
  await page.goto(`/tickets?q=${word}`);
  await hydrated(page);
  await expect(page.locator(".card")).toHaveCount(1);
  await expect(page.locator(".unread")).toHaveCount(0);
  await api.postMessage(id, "A secret.", { as: "staff", internal: true });
  await api.postMessage(id, "On the way.", { as: "staff" });
  await expect(page.locator(".card .unread")).toHaveText("New");
  await expect(page).toHaveTitle(/^\(1\) /);
  await page.locator(".card-link").click();
  await expect(messages(page)).toHaveText([/On the way\./]);
  await page.goto(`/tickets?q=${word}`);
  await hydrated(page);
  await expect(page.locator(".card")).toHaveCount(1);
  await expect(page).not.toHaveTitle(/^\(/);
  await expect(page.locator(".unread")).toHaveCount(0);
});

test("@js r06 in the background, a ticket counts what came in its title, and tells who asked for it", async ({ browser, someone, api }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const page = await someone({ as: "requester" });
  await page.addInitScript(() => {
    const told: string[] = [];
    class Told {
      static permission = "default";
      static async requestPermission() {
        Told.permission = "granted";
        return "granted";
      }
      constructor(title: string, options: NotificationOptions) {
        told.push(`${title}: ${options.body}`);
      }
    }
    Object.assign(window, { Notification: Told, told });
  });
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  expect(browser.isConnected()).toBe(true);
  await page.goto(`/tickets/${id}`);
  await hydrated(page);
  await page.getByRole("button", { name: "Notify me of answers" }).click();
  await expect(page.getByRole("button", { name: "Notifying you of answers" })).toHaveAttribute("aria-pressed", "true");
  await api.postMessage(id, "Seen at once.", { as: "staff" });
  await expect(messages(page)).toHaveCount(1);
  await turn(page, true);
  await api.postMessage(id, "From the reporter's side.");
  await api.postMessage(id, "On the way.", { as: "staff" });
  await expect(page).toHaveTitle(/^\(2\) Ticket/);
  expect(await told()).toEqual([`Ticket ${id}: Helpdesk wrote a message.`]);
  await turn(page, false);
  await expect(page).toHaveTitle(/^Ticket/);
});

test("@js a browser that knows no notifications of a page is not offered any, and the page works", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "Notification");
  });
  await visit(`/tickets/${id}`);
  expect(await page.evaluate(() => "Notification" in window)).toBe(false);
  await expect(page.locator(".follow")).toBeHidden();
  await say(page, "Still cold.");
  await expect(page.getByRole("button", { name: "Notify me of answers" })).toHaveCount(0);
});

test("r05 a ticket is not closed over a message that nobody saw, and the warning comes once", async ({ someone, api, faults, withJs }) => {
  faults.expect(/status of 409/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await api.activate(id);
  const staff = await someone({ as: "staff" });
  if (withJs) await hold(staff, events);
  await staff.goto(`/helpdesk/tickets/${id}`);
  await hydrated(staff);
  await api.postMessage(id, "Wait, it is cold again!");
  await staff.getByRole("button", { name: "Close ticket" }).click();
  await expect(staff.getByRole("alert").filter({ hasText: "A message came in while you were looking." })).toBeVisible();
  await expect(messages(staff)).toHaveText([/cold again/]);
  expect((await api.getTicket(id)).status).toBe("active");
  await staff.getByRole("button", { name: "Close ticket" }).click();
  await expect(staff.locator(".ticket-head .status")).toHaveText("Closed");
});

test("r05 r06 a message does not close its ticket over one that its writer did not see, and keeps its text", async ({ someone, api, faults, withJs }) => {
  faults.expect(/status of 409/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await api.activate(id);
  const staff = await someone({ as: "staff" });
  const reply = await saveReply(staff, { title: `Solved ${mark()}`, body: "Solved.", then: "closed" });
  if (withJs) await hold(staff, events);
  await staff.goto(`/helpdesk/tickets/${id}?reply=${reply}`);
  await hydrated(staff);
  await api.postMessage(id, "Wait, it is cold again!");
  const sendAndClose = staff.getByRole("button", { name: "Send and close" });
  await sendAndClose.click();
  await expect(composer(staff).failure).toContainText("A message came in while you were looking.");
  await expect(messages(staff)).toHaveText([/cold again/]);
  await expect(composer(staff).box).toHaveValue("Solved.");
  expect(await api.getTicket(id)).toMatchObject({ status: "active", messages: 1 });
  await sendAndClose.click();
  await expect(staff.locator(".ticket-head .status")).toHaveText("Closed");
  await expect(messages(staff)).toHaveText([/cold again/, /Solved\./]);
});

test("r03 an edit shows word by word what it changed, when asked", async ({ page, api, visit }) => {
  const ticket = await api.openTicket("The lamp in room 12 is broken");
  await api.editTicket(ticket, { description: "The lamp in room 13 is broken" });
  await visit(`/tickets/${ticket.id}`);
  await expect(page.locator(".difference")).toHaveCount(0);
  await changes(page).getByRole("link", { name: "What changed?" }).click();
  await expect(page.locator(".difference del")).toContainText("12");
  await expect(page.locator(".difference ins")).toContainText("13");
  await page.getByRole("link", { name: "Hide what changed" }).click();
  await expect(page.locator(".difference")).toHaveCount(0);
});

test("r06 changes can be put away, days are set apart, and addresses can be followed", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`See http://plan.example/room?n=12. ${mark()}`);
  await api.postMessage(id, "javascript://x.example/%0aalert(1) and (https://campus.example/a_(b))", { as: "staff" });
  await visit(`/tickets/${id}`);
  await expect(page.locator(".description a")).toHaveAttribute("href", "http://plan.example/room?n=12");
  const link = messages(page).locator("a");
  await expect(link).toHaveCount(1);
  await expect(link).toHaveAttribute("href", "https://campus.example/a_(b)");
  await expect(link).toHaveAttribute("rel", /noopener.*nofollow/);
  await expect(page.locator(".timeline .day")).toHaveCount(1);
  await expect(changes(page)).toHaveCount(1);
  await page.getByLabel("Show changes").uncheck();
  await expect(changes(page)).toBeHidden();
  await expect(messages(page)).toBeVisible();
});

test("@js r06 200 messages sent while a device was offline are all there, once, in order", async ({ page, api, visit, faults }) => {
  test.slow();
  faults.expect(/ERR_INTERNET_DISCONNECTED/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await page.context().setOffline(true);
  for (let n = 1; n <= 200; n += 1) await api.postMessage(id, `Message ${n}.`, { as: "staff" });
  await page.context().setOffline(false);
  const expected = Array.from({ length: 200 }, (_, n) => new RegExp(`Message ${n + 1}\\.`));
  await expect(messages(page)).toHaveText(expected, { timeout: 15_000 });
});

test("@js r06 the server is started anew under both: nothing is lost or doubled, and nobody reloads", async ({ startServer, someone, faults }) => {
  test.slow();
  faults.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
  const first = await startServer();
  const port = Number(new URL(first.url).port);
  const [reporter, staff] = [await someone({ as: "requester", to: first }), await someone({ as: "staff", to: first })];
  const opened = await reporter.request.post("/api/v1/tickets", { data: { description: "The radiator is cold" } });
  const { id } = await opened.json();
  await reporter.goto(`/tickets/${id}`);
  await staff.goto(`/helpdesk/tickets/${id}`);
  for (const page of [reporter, staff]) {
    await hydrated(page);
    await page.evaluate(() => Object.assign(window, { stayed: true }));
  }
  await say(reporter, "Before.");
  await expect(messages(staff)).toHaveText([/Before\./]);
  await first.kill();
  await composer(reporter).box.fill("While it was away.");
  await composer(reporter).send.click();
  await expect(composer(reporter).failure).toContainText("The helpdesk could not be reached.");
  await startServer({ database: first.database, port });
  await composer(reporter).send.click();
  await expect(messages(reporter)).toHaveText([/Before\./, /While it was away\./]);
  await say(staff, "After.");
  for (const page of [reporter, staff]) {
    await expect(messages(page)).toHaveText([/Before\./, /While it was away\./, /After\./], { timeout: 15_000 });
    expect(await page.evaluate(() => "stayed" in window)).toBe(true);
  }
});

test("@js r03 two texts of one ticket can be put together", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 409/);
  const ticket = await api.openTicket("The lamp is broken", { place: "Hall" });
  await hold(page, events);
  await visit(`/tickets/${ticket.id}?edit`);
  await api.editTicket(ticket, { description: "Both lamps are broken" });
  const box = page.getByLabel("What is wrong", { exact: true });
  await box.fill("The left lamp is broken");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("button", { name: "Put both into the box" }).click();
  await expect(box).toHaveValue("Both lamps are broken\n\nThe left lamp is broken");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.locator(".description")).toContainText("The left lamp is broken");
  expect((await api.getTicket(ticket.id)).description).toBe("Both lamps are broken\n\nThe left lamp is broken");
});
