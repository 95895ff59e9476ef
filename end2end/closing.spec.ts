// The whole life of a ticket, seen from both sides: R1 to R12 in one story, and its history line by line.
import { changes, composer, mark, messages, report, say } from "./doing.ts";
import { expect, hydrated, test } from "./fixtures.ts";

test("r01 r02 r03 r04 r05 r06 r07 r10 r11 r12 from a report to a closed ticket, every step in the history and the API", async ({
  page,
  someone,
  api,
  faults,
}) => {
  test.slow();
  const word = mark();
  const id = await report(page, `The elevator is stuck ${word}`, "Tower");
  const opened = await api.getTicket(id);
  expect(opened).toMatchObject({ status: "open", closed_at: null, modified_at: opened.opened_at });

  const staff = await someone();
  await staff.goto("/");
  await hydrated(staff);
  await staff.getByRole("button", { name: /I work at the helpdesk/ }).click();
  await expect(staff).toHaveURL(/\/helpdesk$/);
  await staff.getByRole("link", { name: `The elevator is stuck ${word}` }).first().click();
  await expect(staff.getByRole("heading", { level: 1 })).toHaveText(`Ticket ${id}`);
  await staff.getByRole("button", { name: "Start work" }).click();
  await expect(staff.locator(".ticket-head .status")).toHaveText("Active");
  await say(staff, "The technician comes at noon.");
  const talked = await api.getTicket(id);
  expect(talked.version).toBe(2);

  await page.goto(`/tickets/${id}`);
  await hydrated(page);
  await expect(page.locator(".ticket-head .status")).toHaveText("Active");
  await expect(messages(page)).toHaveText([/The technician comes at noon\./]);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Place").fill("Tower, east side");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.locator(".ticket-text")).toContainText("Tower, east side");
  await say(page, "Thank you!");

  await staff.reload();
  await hydrated(staff);
  await staff.getByRole("button", { name: "Close ticket" }).click();
  await expect(staff.locator(".ticket-head .status")).toHaveText("Closed");

  // R10: three dates, in order, and equal to the history's.
  const closed = await api.getTicket(id);
  const history = await api.listHistory(id);
  expect(history.map(({ what, role, from, to }) => [what, role, from, to])).toEqual([
    ["opened", "requester", null, expect.anything()],
    ["status", "staff", "open", "active"],
    ["message", "staff", null, expect.anything()],
    ["place", "requester", "Tower", "Tower, east side"],
    ["message", "requester", null, expect.anything()],
    ["status", "staff", "active", "closed"],
  ]);
  expect(closed.opened_at).toBe(opened.opened_at);
  expect(closed.closed_at).toBe(history.at(-1)?.at);
  expect(closed.modified_at).toBe(closed.closed_at);
  expect(history.map((row) => row.at)).toEqual(history.map((row) => row.at).sort());

  // Each change is a line of the staff's timeline, with its moment.
  await expect(changes(staff)).toHaveText([
    /^Opened by Reporter /,
    /^Status: Open → Active by Helpdesk /,
    /^Place: Tower → Tower, east side by Reporter /,
    /^Status: Active → Closed by Helpdesk /,
  ]);
  await expect(messages(staff)).toHaveCount(2);
  const shown = await staff.locator("ol.timeline > :not(.day) time").evaluateAll((times) => times.map((time) => time.getAttribute("datetime")));
  expect(shown).toEqual(history.map((row) => row.at));

  // For whoever reported, it is closed and no more.
  faults.expect(/status of 404/);
  await page.goto(`/tickets/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This ticket is closed");
  await expect(composer(page).form).toHaveCount(0);
  await page.goto(`/tickets?q=${word}`);
  await expect(page.getByText("Nothing matches")).toBeVisible();
});

test("r05 r11 what was closed a moment before a power cut is closed after it", async ({ someone, startServer, playwright, faults }) => {
  // The page that is still open looks for its server.
  faults.expect(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING/);
  const first = await startServer();
  const staff = await someone({ as: "staff", to: first });
  const reporter = await someone({ as: "requester", to: first });
  const id = await report(reporter, "The elevator is stuck");
  await staff.goto(`/helpdesk/tickets/${id}`);
  await hydrated(staff);
  await staff.getByRole("button", { name: "Start work" }).click();
  await staff.getByRole("button", { name: "Close ticket" }).click();
  await expect(staff.locator(".ticket-head .status")).toHaveText("Closed");
  await first.kill();
  const second = await startServer({ database: first.database });
  const request = await playwright.request.newContext({ baseURL: second.url, extraHTTPHeaders: { "Campusdesk-Role": "staff" } });
  expect(await (await request.get(`/api/v1/tickets/${id}`)).json()).toMatchObject({ status: "closed", description: "The elevator is stuck" });
  await request.dispose();
});
