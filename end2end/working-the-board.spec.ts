// R4, R5: somebody at the helpdesk sees what needs them, and moves tickets on, one or several at a time.
import { composer, events, hold, mark, search } from "./doing.ts";
import { type Api, enter, expect, hydrated, type Page, test } from "./fixtures.ts";

test.use({ role: "staff" });

/** How many tickets of a status there are, counted over REST. */
async function count(api: Api, status: string): Promise<number> {
  let [total, after] = [0, ""];
  for (;;) {
    const page = await (await api.call("GET", `/tickets?status=${status}&limit=100${after}`, "staff")).json();
    total += page.tickets.length;
    if (page.next === null) return total;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

const view = (page: Page, name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name });
const rows = (page: Page) => page.locator("[data-row]");

test("r04 the board has a view of each status, with its count, and all three statuses in the first", async ({ page, api, visit }) => {
  const word = mark();
  const open = await api.openTicket(`Untouched ${word}`);
  const active = await api.openTicket(`Worked on ${word}`);
  await api.activate(active.id);
  const closed = await api.openClosed(`Done ${word}`);
  await visit(`/helpdesk?q=${word}`);
  await expect(rows(page)).toHaveCount(3);

  await visit("/helpdesk");
  const counts = { Untriaged: await count(api, "open"), Active: await count(api, "active"), Closed: await count(api, "closed") };
  for (const [name, n] of Object.entries(counts)) await expect(view(page, name)).toHaveText(`${name} ${n}`);
  await expect(view(page, "All")).toHaveText(`All ${counts.Untriaged + counts.Active + counts.Closed}`);
  await expect(view(page, "All")).toHaveAttribute("aria-current", "page");

  for (const [name, url, id] of [
    ["Untriaged", /status=open/, open.id],
    ["Active", /status=active/, active.id],
    ["Closed", /status=closed/, closed.id],
  ] as const) {
    await view(page, name).click();
    await expect(page).toHaveURL(url);
    await expect(view(page, name)).toHaveAttribute("aria-current", "page");
    await expect(rows(page).first()).toContainText(String(id));
    for (const badge of await rows(page).locator(".status").allTextContents()) {
      expect(badge.trim()).toBe(name === "Untriaged" ? "Open" : name);
    }
    // A search stays within the view.
    await search(page, word);
    await expect(page).toHaveURL(new RegExp(`q=${word}`));
    await expect(page).toHaveURL(url);
    await expect(rows(page)).toHaveCount(1);
  }
  await rows(page).getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/helpdesk/tickets/${closed.id}$`));
  await expect(page.locator(".ticket-text")).toContainText(`Done ${word}`);
  await expect(page.locator(".ticket-head")).toContainText("Closed");
});

test("@js what is typed and chosen before the page is live stays", async ({ page, api, campus, context }) => {
  const { id } = await api.openTicket("No wifi");
  const wasm = await hold(page, /campusdesk\.wasm/);
  await page.goto("/helpdesk", { waitUntil: "domcontentloaded" });
  await page.getByRole("searchbox").fill("elevator");
  await wasm.release();
  await hydrated(page);
  await expect(page.getByRole("searchbox")).toHaveValue("elevator");

  const again = await hold(page, /campusdesk\.wasm/);
  await page.goto(`/helpdesk/tickets/${id}`, { waitUntil: "domcontentloaded" });
  const category = page.getByLabel("Correct the category");
  await category.selectOption("Services complaints");
  await again.release();
  await hydrated(page);
  await expect(category).toHaveValue("services-complaints");
  await page.getByRole("button", { name: "Set category" }).click();
  await expect(page.locator(".ticket-head")).toContainText(/Services complaints\s*set by the helpdesk/);

  await enter(context, campus.url, "staff");
  const last = await hold(page, /campusdesk\.wasm/);
  await page.goto(`${campus.url}/helpdesk/analytics`, { waitUntil: "domcontentloaded" });
  await page.getByRole("textbox", { name: "Place" }).fill("Library");
  await page.getByRole("checkbox", { name: "Where" }).check();
  await page.getByLabel("The last", { exact: true }).fill("12");
  await last.release();
  await hydrated(page);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/show=places&count=12&unit=d&category=&place=Library/);
});

test("r04 a ticket is found by its number, within the view", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The lamp is dark ${mark()}`);
  for (const number of [`${id}`, `#${id}`]) {
    await visit("/helpdesk");
    await search(page, number);
    await expect(page).toHaveURL(new RegExp(`q=(%23)?${id}`));
    await expect(rows(page).first().locator(".row-link")).toHaveAttribute("href", `/helpdesk/tickets/${id}`);
  }
  await visit(`/helpdesk?q=${id}&status=closed`);
  await expect(page.locator(`[data-row] a[href="/helpdesk/tickets/${id}"]`)).toHaveCount(0);
});

test("r04 a row can be read at every width: what is wrong, and whole dates", async ({ page, campus, context, withJs }) => {
  await enter(context, campus.url, "staff");
  for (const width of [390, 1024, 1152, 1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${campus.url}/helpdesk?sort=oldest`);
    await hydrated(page);
    const shown = await rows(page).first().evaluate((row) => ({
      what: row.querySelector(".what")?.getBoundingClientRect().width ?? 0,
      cut: [...row.querySelectorAll("td:has(time)")].filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
    }));
    expect.soft(shown.what, `px for what is wrong at ${width} px`).toBeGreaterThan(240);
    expect.soft(shown.cut, `dates that are cut at ${width} px`).toEqual([]);
    // Old as it is, it is said in the reader's own time, in the shape that the server writes.
    const date = rows(page).first().locator("td time").first();
    await expect(date).toHaveText(withJs ? /^\d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d$/ : /^\d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC$/);
  }
});

test("r06 what waits for the helpdesk has a view of its own", async ({ page, api, visit }) => {
  const word = mark();
  const answered = await api.openTicket(`Answered ${word}`);
  await api.postMessage(answered.id, "We are on it.", { as: "staff" });
  const waiting = await api.openTicket(`Waiting ${word}`);
  await visit(`/helpdesk?waiting=1&q=${word}`);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(`Waiting ${word}`);
  await expect(view(page, "Waiting for us")).toHaveAttribute("aria-current", "page");
  await api.postMessage(answered.id, "Still broken.");
  await api.postMessage(waiting.id, "On it, too.", { as: "staff" });
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText(`Answered ${word}`);
});

test("r05 a ticket goes from open to active to closed, one button at a time, and no further", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The toilet is blocked ${mark()}`);
  await visit(`/helpdesk/tickets/${id}`);
  const head = page.locator(".ticket-head");
  await expect(head.locator(".status")).toHaveText("Open");
  await expect(page.getByRole("button", { name: "Close ticket" })).toHaveCount(0);
  await page.getByRole("button", { name: "Start work" }).click();
  await expect(head.locator(".status")).toHaveText("Active");
  expect(await api.getTicket(id)).toMatchObject({ status: "active", closed_at: null, version: 2 });
  await expect(page.getByRole("button", { name: "Start work" })).toHaveCount(0);
  await page.getByRole("button", { name: "Close ticket" }).click();
  await expect(head.locator(".status")).toHaveText("Closed");
  const closed = await api.getTicket(id);
  expect(closed).toMatchObject({ status: "closed", version: 3 });
  await expect(head.locator("time").last()).toHaveAttribute("datetime", closed.closed_at as string);
  await expect(page.locator("[data-next-status]")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Edit" })).toHaveCount(0);
});

test("@js r05 a double click starts work, and does not close what nobody meant to close", async ({ page, api, visit }) => {
  for (const delay of [0, 150, 300]) {
    const { id } = await api.openTicket(`The toilet is blocked ${mark()}`);
    await visit(`/helpdesk/tickets/${id}`);
    await page.getByRole("button", { name: "Start work" }).dblclick({ delay });
    const close = page.getByRole("button", { name: "Close ticket" });
    await expect(close).toBeDisabled();
    await expect(close).toBeEnabled();
    await expect(page.locator(".ticket-head .status")).toHaveText("Active");
    expect(await api.getTicket(id), `${delay} ms`).toMatchObject({ status: "active", version: 2 });
  }
  // Meant, it closes.
  await page.getByRole("button", { name: "Close ticket" }).click();
  await expect(page.locator(".ticket-head .status")).toHaveText("Closed");
});

test("@js r05 what a colleague moves under the pointer takes no press at once", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The toilet is blocked ${mark()}`);
  await visit(`/helpdesk/tickets/${id}`);
  await expect(page.getByRole("button", { name: "Start work" })).toBeEnabled();
  await api.activate(id);
  await expect(page.getByRole("button", { name: "Close ticket" })).toBeDisabled();
  await page.getByRole("button", { name: "Close ticket" }).click({ force: true });
  await expect(page.getByRole("button", { name: "Close ticket" })).toBeEnabled();
  expect((await api.getTicket(id)).status).toBe("active");
});

test("r05 several tickets are moved at once; those that stand elsewhere stay and are counted", async ({ page, api, visit, withJs }) => {
  const word = mark();
  const ids: number[] = [];
  for (const n of [1, 2, 3]) ids.push((await api.openTicket(`Lamp ${word} ${n}`)).id);
  await visit(`/helpdesk?q=${word}`);
  const box = (n: number) => page.getByRole("checkbox", { name: `Select ticket ${ids[n]}` });
  await box(0).check();
  await box(1).check();
  if (withJs) await expect(page.getByText("2 selected")).toBeVisible();
  const bulk = page.getByRole("group", { name: "With the selected tickets" });
  await bulk.getByRole("button", { name: "Start work" }).click();
  await expect(rows(page).locator(".status-active")).toHaveCount(2);
  await expect(page).toHaveURL(new RegExp(`/helpdesk\\?q=${word}`));
  if (withJs) {
    await expect(bulk).toContainText("2 moved.");
    await expect(page.getByRole("status").filter({ hasText: "2 moved." })).toHaveCount(1);
  }

  // What was selected is not any more: pressing again would move it twice.
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(0);

  // One active, one still open: only the first can be closed.
  await box(0).check();
  await box(2).check();
  await bulk.getByRole("button", { name: "Close" }).click();
  await expect(rows(page).locator(".status-closed")).toHaveCount(1);
  if (withJs) {
    const refused = "1 moved. 1 could not be moved: only open tickets can be started, only active ones closed.";
    await expect(page.getByRole("status").filter({ hasText: refused })).toHaveCount(1);
  }
  const statuses = [];
  for (const id of ids) statuses.push((await api.getTicket(id)).status);
  expect(statuses).toEqual(["closed", "active", "open"]);
});

test("r05 each view has the moves that its tickets can make", async ({ page, api, visit }) => {
  const word = mark();
  await api.openTicket(`Untouched ${word}`);
  await api.activate((await api.openTicket(`Worked on ${word}`)).id);
  await api.openClosed(`Done ${word}`);
  const bulk = page.getByRole("group", { name: "With the selected tickets" });
  for (const [asked, n, buttons] of [
    ["", 3, ["Start work", "Close"]],
    ["&waiting=1", 2, ["Start work", "Close"]],
    ["&status=open", 1, ["Start work"]],
    ["&status=active", 1, ["Close"]],
  ] as const) {
    await visit(`/helpdesk?q=${word}${asked}`);
    await expect(rows(page)).toHaveCount(n);
    await expect(bulk.getByRole("button")).toHaveText([...buttons]);
    await expect(page.getByRole("checkbox")).toHaveCount(n);
  }
  // A closed ticket goes nowhere, so there is nothing to select it for.
  await visit(`/helpdesk?q=${word}&status=closed`);
  await expect(rows(page)).toHaveCount(1);
  await expect(bulk).toHaveCount(0);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  // From view to view they change with it.
  await view(page, "Active").click();
  await expect(page).toHaveURL(/status=active/);
  await expect(bulk.getByRole("button")).toHaveText(["Close"]);
  await expect(page.getByRole("checkbox").first()).toBeVisible();
});

test("r05 with nothing selected nothing moves, and the board stays", async ({ page, api, visit, withJs }) => {
  const word = mark();
  const { id } = await api.openTicket(`Lamp ${word}`);
  await visit(`/helpdesk?q=${word}`);
  const bulk = page.getByRole("group", { name: "With the selected tickets" });
  await bulk.getByRole("button", { name: "Start work" }).click();
  if (withJs) await expect(bulk.getByRole("status")).toContainText("Select tickets first.");
  await expect(rows(page)).toHaveCount(1);
  expect((await api.getTicket(id)).status).toBe("open");
});

test("r05 when two staff press close at once, one closes it and the other is told", async ({ page, someone, api, visit, faults }) => {
  faults.expect(/status of 409/);
  const { id } = await api.openTicket(`The toilet is blocked ${mark()}`);
  await api.activate(id);
  const other = await someone({ as: "staff" });
  for (const one of [page, other]) await hold(one, events);
  await visit(`/helpdesk/tickets/${id}`);
  await other.goto(`/helpdesk/tickets/${id}`);
  await hydrated(other);
  await Promise.all([page, other].map((one) => one.getByRole("button", { name: "Close ticket" }).click()));
  const told = (one: Page) => one.getByText(/changed this ticket in the meantime|cannot become “Closed”/);
  const closed = (one: Page) => one.locator(".ticket-head .status-closed");
  for (const one of [page, other]) await expect(told(one).or(closed(one)).first()).toBeVisible();
  expect((await told(page).count()) + (await told(other).count()), "exactly one is told").toBe(1);
  const history = await api.listHistory(id);
  expect(history.filter((row) => row.what === "status")).toHaveLength(2);

  // The one who was told looks again, and sees it closed.
  const second = (await told(page).count()) === 1 ? page : other;
  await second.getByRole("link", { name: "Try again" }).click();
  await expect(second.locator(".ticket-head .status")).toHaveText("Closed");
});

test("r05 a button pressed on an old page moves nothing twice", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 409/);
  await hold(page, events);
  const { id } = await api.openTicket(`The toilet is blocked ${mark()}`);
  await visit(`/helpdesk/tickets/${id}`);
  await api.activate(id);
  await page.getByRole("button", { name: "Start work" }).click();
  await expect(page.getByText(/changed this ticket in the meantime|cannot become “Active”/)).toBeVisible();
  expect((await api.getTicket(id)).status).toBe("active");
});

test("@no-js r05 a requester's device moves nothing, whatever form it sends", async ({ page, context, api, server }) => {
  const { id } = await api.openTicket(`The toilet is blocked ${mark()}`);
  await context.clearCookies();
  const sent = (path: string, form: Record<string, string>) =>
    page.request.post(path, { form, headers: { Accept: "text/html", Origin: server.url }, maxRedirects: 0 });
  for (const [path, form] of [
    ["/rpc/helpdesk/move_ticket", { id: `${id}`, to: "active", version: "1" }],
    ["/rpc/helpdesk/move_tickets", { "ids[0]": `${id}`, to: "active" }],
    ["/rpc/helpdesk/correct_category", { id: `${id}`, category: "services-complaints", version: "1" }],
    ["/rpc/helpdesk/post_message", { id: `${id}`, body: "note", key: mark(), internal: "1" }],
  ] as const) {
    const answer = await sent(path, form);
    expect(answer.status(), path).toBe(403);
  }
  expect(await api.getTicket(id)).toMatchObject({ status: "open", version: 1, messages: 0 });
  // Nor does staff skip a state.
  await context.addCookies([{ name: "campusdesk_role", value: "staff", url: server.url }]);
  const skip = await sent("/rpc/helpdesk/move_ticket", { id: `${id}`, to: "closed", version: "1" });
  expect(skip.status()).toBe(409);
  expect(await skip.text()).toContain("cannot become “Closed”");
  const back = await sent("/rpc/helpdesk/move_ticket", { id: `${id}`, to: "open", version: "1" });
  expect(back.status()).toBe(409);
  expect(await api.getTicket(id)).toMatchObject({ status: "open", version: 1 });
});

test("@js r05 what was selected in one view is not selected in the next", async ({ page, api, visit }) => {
  const word = mark();
  await api.openTicket(`Lamp ${word} one`);
  const { id } = await api.openTicket(`Lamp ${word} two`);
  await api.activate(id);
  await visit(`/helpdesk?q=${word}&status=open`);
  await page.getByRole("checkbox").check();
  await expect(page.getByText("1 selected")).toBeVisible();
  await view(page, "Active").click();
  await expect(page).toHaveURL(/status=active/);
  await expect(rows(page).first()).toContainText("Active");
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(0);
  await expect(page.getByText("1 selected")).toHaveCount(0);
});

test("r04 the board comes in pages", async ({ page, api, visit }) => {
  const word = mark();
  for (let n = 1; n <= 26; n += 1) await api.openTicket(`Chair ${word} number ${n}.`);
  await visit(`/helpdesk?status=open&q=${word}&sort=oldest`);
  await expect(rows(page)).toHaveCount(25);
  await expect(rows(page).first()).toContainText("number 1.");
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("number 26.");
  await expect(page).toHaveURL(/status=open/);
  await page.goBack();
  await expect(rows(page)).toHaveCount(25);
});

test.describe("@js @desktop by keyboard", () => {
  test("r05 staff go through the board, select, open, move on, search, and ask for help", async ({ page, api, visit }) => {
    const word = mark();
    const first = await api.openTicket(`Lamp ${word} one`);
    const second = await api.openTicket(`Lamp ${word} two`);
    await visit(`/helpdesk?q=${word}&sort=oldest`);
    const link = (n: number) => rows(page).nth(n).getByRole("link");
    await page.keyboard.press("j");
    await expect(link(0)).toBeFocused();
    await page.keyboard.press("j");
    await expect(link(1)).toBeFocused();
    await page.keyboard.press("j");
    await expect(link(1)).toBeFocused();
    await page.keyboard.press("k");
    await expect(link(0)).toBeFocused();
    await page.keyboard.press("x");
    await expect(page.getByRole("checkbox", { name: `Select ticket ${first.id}` })).toBeChecked();
    await expect(page.getByText("1 selected")).toBeVisible();
    await page.keyboard.press("x");
    await expect(page.getByRole("checkbox", { name: `Select ticket ${first.id}` })).not.toBeChecked();
    // `a` moves the row's ticket alone.
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await expect(rows(page).nth(1).locator(".status")).toHaveText("Active");
    expect((await api.getTicket(second.id)).status).toBe("active");
    expect((await api.getTicket(first.id)).status).toBe("open");
    // Closing is for good: the board's key leaves it to the ticket's page.
    await link(1).focus();
    await page.keyboard.press("a");
    await page.keyboard.press("k");
    await expect(link(0)).toBeFocused();
    await expect(rows(page).nth(1).locator(".status")).toHaveText("Active");
    expect((await api.getTicket(second.id)).status).toBe("active");

    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await page.keyboard.type("jkxa?");
    await expect(page.getByRole("searchbox")).toHaveValue("jkxa?");
    await page.getByRole("searchbox").blur();
    await page.keyboard.press("?");
    await expect(page.getByText("They rest while you type.")).toBeVisible();

    await visit(`/helpdesk?q=${word}&sort=oldest`);
    await page.keyboard.press("j");
    await page.keyboard.press("o");
    await expect(page).toHaveURL(new RegExp(`/helpdesk/tickets/${first.id}$`));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Ticket ${first.id}`);
    await page.keyboard.press("a");
    await expect(page.locator(".ticket-head .status")).toHaveText("Active");
    // Once more at once is a slip, and closes nothing.
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await expect(composer(page).box).toBeFocused();
    await page.keyboard.type("a r j");
    await expect(composer(page).box).toHaveValue("a r j");
    expect((await api.getTicket(first.id)).status).toBe("active");
  });

  test("r05 the focus goes with the button of the next status, and to the heading behind the last", async ({ page, api, visit }) => {
    const { id } = await api.openTicket(`Lamp ${mark()}`);
    await visit(`/helpdesk/tickets/${id}`);
    await page.getByRole("button", { name: "Start work" }).press("Enter");
    const close = page.getByRole("button", { name: "Close ticket" });
    await expect(close).toBeFocused();
    await expect(close).toBeEnabled();
    await page.keyboard.press("Enter");
    await expect(page.locator(".ticket-head .status")).toHaveText("Closed");
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  });

  test("the keys can be switched off, and stay off", async ({ page, api, visit }) => {
    const { id } = await api.openTicket(`Lamp ${mark()}`);
    await visit(`/helpdesk/tickets/${id}`);
    await page.getByText("Keyboard shortcuts").click();
    await page.getByRole("button", { name: "Switch shortcuts off" }).click();
    await page.reload();
    await hydrated(page);
    await page.keyboard.press("r");
    await expect(composer(page).box).not.toBeFocused();
    await page.keyboard.press("a");
    expect((await api.getTicket(id)).status).toBe("open");
    await page.getByText("Keyboard shortcuts").click();
    await page.getByRole("button", { name: "Switch shortcuts on" }).click();
    await page.keyboard.press("a");
    await expect(page.locator(".ticket-head .status")).toHaveText("Active");
  });
});
