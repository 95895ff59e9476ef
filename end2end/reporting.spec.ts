// R2, R7, R8, R9: somebody with a problem says so, in seconds, and nothing of it is lost or doubled.
import { arriveAtConfirmation, hold, LIVE_PARTS, mark, report, reportForm, rpc } from "./doing.ts";
import { type Api, expect, hydrated, test, type Ticket } from "./fixtures.ts";

/** All tickets that contain the word. */
async function found(api: Api, word: string): Promise<Ticket[]> {
  return (await (await api.call("GET", `/tickets?q=${word}&limit=100`, "staff")).json()).tickets;
}

test("r02 r07 r08 r09 a simple user reports a problem, and learns its number, where it went and why", async ({ page, api, visit }) => {
  const text = `The WIFI is malfunctioning ${mark()}`;
  await visit("/");
  await page.getByRole("button", { name: /I have a problem to report/ }).click();
  await page.getByRole("link", { name: "Report a problem" }).first().click();
  const form = reportForm(page);
  await form.what.fill(text);
  await form.where.fill("Library, second floor");
  await form.send.click();

  const id = await arriveAtConfirmation(page);
  const main = page.getByRole("main");
  await expect(main).toContainText(`It is ticket ${id}.`);
  await expect(main).toContainText(/It went to\s+Technical IT\s+because of “.*wifi/i);
  await expect(page.getByRole("heading", { name: "What happens next" })).toBeVisible();
  await expect(main.getByRole("listitem")).toHaveCount(3);

  // The same through the API at the same moment (R12).
  expect(await api.getTicket(id, "requester")).toMatchObject({
    description: text,
    place: "Library, second floor",
    status: "open",
    category: "technical-it",
    category_source: "auto",
    closed_at: null,
    version: 1,
    messages: 0,
  });

  await page.getByRole("link", { name: "See your report" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${id}$`));
  await expect(main).toContainText(text);
  await expect(main).toContainText("Library, second floor");
  await expect(main.getByText("Open", { exact: true })).toBeVisible();

  // It comes first in the list of this device.
  await page.getByRole("link", { name: "Reports", exact: true }).click();
  await expect(page.getByRole("region", { name: "Reported on this device" }).getByRole("listitem").first()).toContainText(text);
});

test("r09 each kind of problem finds its team by itself", async ({ page, api }) => {
  for (const [text, category, name] of [
    ["The elevator is not working", "facility-management", "Facility management"],
    ["WIFI malfunctioning", "technical-it", "Technical IT"],
    ["The canteen's food", "services-complaints", "Services complaints"],
  ] as const) {
    const id = await report(page, `${text} ${mark()}`);
    await expect(page.locator(".sent-category")).toContainText(name);
    await expect(page.locator(".sent-category")).toContainText("because of “");
    expect((await api.getTicket(id)).category).toBe(category);
  }
});

test("r08 a description keeps every line, letter and sign as it was written", async ({ page, api }) => {
  const text = `Ünïcode 👩‍🔧 مشكلة في المصعد 日本語\n\ttabbed <b>not bold</b> & "quoted"\n\n${mark()}`;
  const id = await report(page, text, "Gebäude Ü, 2.º");
  await page.getByRole("link", { name: "See your report" }).click();
  await expect(page.locator(".ticket-text .description")).toHaveText(text, { useInnerText: true });
  expect(await api.getTicket(id)).toMatchObject({ description: text, place: "Gebäude Ü, 2.º" });
});

test("r07 a new ticket is open, whatever the form was made to say", async ({ page, api, visit }) => {
  await visit("/tickets/new");
  await page.locator("form.report-form").evaluate((form) => {
    for (const [name, value] of [
      ["status", "closed"],
      ["category", "services-complaints"],
      ["closed_at", "2020-01-01T00:00:00Z"],
    ] as const) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  });
  const form = reportForm(page);
  await form.what.fill(`The elevator is stuck ${mark()}`);
  await form.send.click();
  const id = await arriveAtConfirmation(page);
  expect(await api.getTicket(id)).toMatchObject({ status: "open", category: "facility-management", closed_at: null });
});

test("@js r09 the category appears while the report is being typed, and moves nothing", async ({ page, visit }) => {
  await visit("/tickets/new");
  const form = reportForm(page);
  const suggestion = page.locator(".suggestion");
  await expect(suggestion).toHaveText("The right team is found while you type.");
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/rpc/suggest_category")) asked += 1;
  });
  const before = await form.send.boundingBox();
  await form.what.pressSequentially("the radiator leaks", { delay: 20 });
  await expect(suggestion).toContainText(/Goes to Facility management, because of “.*radiator/);
  expect(asked, "asked once typing paused, not at each letter").toBeLessThanOrEqual(3);
  expect(await form.send.boundingBox()).toEqual(before);
  await form.what.fill("no wifi in the whole building");
  await expect(suggestion).toContainText("Goes to Technical IT, because of “");
  await form.what.fill("");
  await expect(suggestion).toHaveText("The right team is found while you type.");
});

test("the box to write into has the focus, and an empty report is not sent", async ({ page, visit }) => {
  await visit("/tickets/new");
  const form = reportForm(page);
  await expect(form.what).toBeFocused();
  const sent = page.waitForRequest(/open_ticket/, { timeout: 300 }).catch(() => undefined);
  await form.send.click();
  expect(await sent, "nothing goes to the server").toBeUndefined();
  await expect(page).toHaveURL(/\/tickets\/new$/);
  expect(await form.what.evaluate((box: HTMLTextAreaElement) => box.validity.valueMissing)).toBe(true);
});

for (const { what, put, says } of [
  { what: "too long a text", put: "x".repeat(10_001), says: "The description (what is wrong) is too long: 10001 characters, and at most 10000 fit. Shorten it." },
  { what: "a control character", put: "bell \u0007 rings", says: "The description (what is wrong) contains a control character (U+0007) that cannot be stored. Remove it." },
  { what: "nothing but white space", put: "  \n ", says: "The description (what is wrong) is empty. Write at least a word." },
]) {
  test(`a report with ${what} comes back with its text and a sentence`, async ({ page, visit, faults, api }) => {
    faults.expect(/status of 422/);
    await visit("/tickets/new");
    const form = reportForm(page);
    await form.where.fill("Hall 3");
    // The browser would not let it be typed: a script or a paste gets past it.
    await form.what.evaluate((box: HTMLTextAreaElement, text) => {
      box.value = text;
    }, put);
    const answered = page.waitForResponse(/open_ticket/);
    await form.send.click();
    expect((await answered).status()).toBe(422);
    await expect(page.getByRole("alert").filter({ hasText: says })).toBeVisible();
    await expect(form.what).toHaveValue(put);
    await expect(form.what).toHaveAttribute("aria-invalid", "true");
    await expect(form.where).not.toHaveAttribute("aria-invalid");
    await expect(form.where).toHaveValue("Hall 3");

    // Mended and sent again from where they stand.
    const word = mark();
    await form.what.fill(`The lamp is broken ${word}`);
    await form.send.click();
    await arriveAtConfirmation(page);
    expect(await found(api, word)).toMatchObject([{ place: "Hall 3", status: "open" }]);
  });
}

test("r02 pressing send twice makes one ticket", async ({ page, visit, api, withJs }) => {
  const word = mark();
  await visit("/tickets/new");
  const form = reportForm(page);
  await form.what.fill(`A window does not close ${word}`);
  if (withJs) {
    const posts = await hold(page, rpc("open_ticket"));
    await form.send.dblclick({ force: true });
    await expect(page.getByRole("button", { name: "Sending…" })).toBeDisabled();
    await expect.poll(posts.held).toBe(1);
    await posts.release();
  } else {
    await form.send.dblclick();
  }
  const id = await arriveAtConfirmation(page);
  expect((await found(api, word)).map((ticket) => ticket.id)).toEqual([id]);
});

test("@no-js r02 the same form sent ten times at once is one ticket", async ({ page, visit, api, server }) => {
  const word = mark();
  await visit("/tickets/new");
  const key = await page.locator('input[name="key"]').inputValue();
  expect(key.length).toBeGreaterThanOrEqual(16);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      page.request.post("/rpc/open_ticket", {
        form: { description: `The door is broken ${word}`, place: "", again_of: "", key },
        headers: { Accept: "text/html", Origin: server.url },
        maxRedirects: 0,
      }),
    ),
  );
  const [ticket, ...others] = await found(api, word);
  expect(others).toEqual([]);
  for (const answer of answers) {
    expect(answer.status()).toBe(303);
    expect(answer.headers().location).toBe(`/tickets/${ticket?.id}/sent`);
  }
});

test("going back after sending and changing the text makes a report of its own, once its writer agrees", async ({
  page,
  visit,
  api,
  faults,
}) => {
  faults.expect(/status of 409/);
  const [first, second] = [mark(), mark()];
  await visit("/tickets/new");
  const form = reportForm(page);
  const key = await page.locator('input[name="key"]').inputValue();
  await form.what.fill(`The heating is cold ${first}`);
  await form.send.click();
  const id = await arriveAtConfirmation(page);
  // What a browser that restores forms would do.
  await visit("/tickets/new");
  await page.locator('input[name="key"]').evaluate((field: HTMLInputElement, old) => {
    field.value = old;
  }, key);
  await form.what.fill(`The heating is hot ${second}`);
  await form.send.click();
  await expect(page.getByRole("alert").filter({ hasText: `that became ticket ${id}` })).toBeVisible();
  await expect(form.what).toHaveValue(`The heating is hot ${second}`);
  await expect(page.getByRole("main").getByRole("link", { name: "See your report" })).toHaveAttribute("href", `/tickets/${id}`);
  expect(await found(api, second)).toEqual([]);
  await form.send.click();
  const other = await arriveAtConfirmation(page);
  expect(other).not.toBe(id);
  expect(await found(api, second)).toMatchObject([{ id: other }]);
});

test.describe("@js before the page is live", () => {
  test("r02 a report sent meanwhile is neither lost nor doubled", async ({ page, api }) => {
    const word = mark();
    const wasm = await hold(page, LIVE_PARTS);
    await page.goto("/tickets/new", { waitUntil: "commit" });
    const form = reportForm(page);
    await form.what.fill(`The tap drips ${word}`);
    await form.send.click();
    const id = await arriveAtConfirmation(page);
    await wasm.release();
    await hydrated(page);
    await expect(page.getByText(`It is ticket ${id}.`)).toBeVisible();
    expect((await found(api, word)).map((ticket) => ticket.id)).toEqual([id]);
  });

  test("r02 a page that becomes live while its report is on its way sends it once", async ({ page, api }) => {
    const word = mark();
    const [wasm, posts] = [await hold(page, LIVE_PARTS), await hold(page, rpc("open_ticket"))];
    await page.goto("/tickets/new", { waitUntil: "commit" });
    const form = reportForm(page);
    await form.what.fill(`The tap drips ${word}`);
    await form.send.click({ noWaitAfter: true });
    await expect.poll(posts.held).toBe(1);
    // The page asks for the category of what it finds typed: it is live. (While a navigation is held back, it answers no test.)
    const live = page.waitForRequest(rpc("suggest_category"));
    await wasm.release();
    await live;
    await page.keyboard.press("Enter"); // The button has the focus.
    await expect.poll(posts.held).toBe(2);
    await posts.release();
    const id = await arriveAtConfirmation(page);
    expect((await found(api, word)).map((ticket) => ticket.id)).toEqual([id]);
  });

  test("what was typed meanwhile stays, finds its category, and is sent", async ({ page, api }) => {
    const word = mark();
    const wasm = await hold(page, LIVE_PARTS);
    await page.goto("/tickets/new", { waitUntil: "commit" });
    const form = reportForm(page);
    await form.what.fill(`The elevator is stuck ${word}`);
    await form.where.fill("Tower");
    await wasm.release();
    await hydrated(page);
    await expect(form.what).toHaveValue(`The elevator is stuck ${word}`);
    await expect(form.where).toHaveValue("Tower");
    await expect(page.locator(".suggestion")).toContainText("Goes to Facility management");
    await form.send.click();
    await arriveAtConfirmation(page);
    expect(await found(api, word)).toMatchObject([{ place: "Tower" }]);
  });
});

test.describe("@js with a bad network", () => {
  test("r02 a report that cannot be sent keeps its text, says so, and is sent once by trying again", async ({ page, api, visit, faults }) => {
    faults.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
    const word = mark();
    await visit("/tickets/new");
    const form = reportForm(page);
    await form.what.fill(`The Wi-Fi is down ${word}`);
    await page.context().setOffline(true);
    await form.send.click();
    await expect(page.getByRole("alert").filter({ hasText: "The helpdesk could not be reached." })).toBeVisible();
    await expect(form.what).toHaveValue(`The Wi-Fi is down ${word}`);
    await page.context().setOffline(false);
    await form.send.click();
    await arriveAtConfirmation(page);
    expect(await found(api, word)).toHaveLength(1);
  });

  test("r02 when only the answer was lost, trying again finds the same ticket", async ({ page, api, visit, faults }) => {
    faults.expect(/ERR_FAILED/);
    const word = mark();
    await visit("/tickets/new");
    await page.route(
      rpc("open_ticket"),
      async (route) => {
        await route.fetch({ maxRedirects: 0 });
        await route.abort("failed");
      },
      { times: 1 },
    );
    const form = reportForm(page);
    await form.what.fill(`The Wi-Fi is slow ${word}`);
    await form.send.click();
    await expect(page.getByRole("alert").filter({ hasText: "The helpdesk could not be reached." })).toBeVisible();
    await form.send.click();
    const id = await arriveAtConfirmation(page);
    expect((await found(api, word)).map((ticket) => ticket.id)).toEqual([id]);
  });

  test("a draft outlives a reload with its place, and is forgotten once it is sent", async ({ page, visit }) => {
    const text = `The printer is out of paper ${mark()}`;
    await visit("/tickets/new");
    const form = reportForm(page);
    await form.what.fill(text);
    await form.where.fill("Library, second floor");
    await page.reload();
    await hydrated(page);
    await expect(form.what).toHaveValue(text);
    await expect(form.where).toHaveValue("Library, second floor");
    await form.send.click();
    await arriveAtConfirmation(page);
    await page.getByRole("link", { name: "Report something else" }).click();
    await expect(form.what).toHaveValue("");
    await expect(form.where).toHaveValue("");
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("campusdesk.draft")))).toEqual([]);
  });

  test("what was typed before the page is live does not get the place of another draft", async ({ page, visit }) => {
    await visit("/tickets/new");
    const form = reportForm(page);
    await form.what.fill("The printer is out of paper");
    await form.where.fill("Library");
    // Not by a reload, for which the browser itself remembers boxes.
    await visit("/tickets");
    const wasm = await hold(page, LIVE_PARTS);
    await page.goto("/tickets/new", { waitUntil: "commit" });
    await form.what.fill("The elevator is stuck");
    await wasm.release();
    await hydrated(page);
    await expect(page.locator(".suggestion")).toContainText("Goes to Facility management");
    await expect(form.what).toHaveValue("The elevator is stuck");
    await expect(form.where).toHaveValue("");
  });

  test("what is reported again has a draft of its own", async ({ page, visit, api }) => {
    const { id } = await api.openClosed(`The canteen's food was cold ${mark()}`);
    await visit("/tickets/new");
    const form = reportForm(page);
    await form.what.fill("The printer is out of paper");
    await visit(`/tickets/new?again=${id}`);
    await expect(form.what).toHaveValue("The same problem is back: ");
    await form.what.fill("Cold again");
    await page.reload();
    await hydrated(page);
    await expect(form.what).toHaveValue("Cold again");
    await form.send.click();
    await arriveAtConfirmation(page);
    await visit("/tickets/new");
    await expect(form.what).toHaveValue("The printer is out of paper");
    await visit(`/tickets/new?again=${id}`);
    await expect(form.what).toHaveValue("The same problem is back: ");
  });
});

test("@js @desktop Ctrl+Enter sends a report", async ({ page, visit }) => {
  await visit("/tickets/new");
  await reportForm(page).what.fill(`The blinds are stuck ${mark()}`);
  await page.keyboard.press("Control+Enter");
  await arriveAtConfirmation(page);
});

test("@no-js nothing is promised that only scripts do", async ({ page, visit, api }) => {
  await visit("/tickets/new");
  await expect(page.getByText("The right team is found while you type.")).toBeHidden();
  const { id } = await api.openTicket(`The blinds are stuck ${mark()}`);
  await visit(`/tickets/${id}`);
  await expect(page.getByText("Ctrl+Enter sends")).toBeHidden();
  await expect(page.getByLabel("Message to the helpdesk")).toHaveAccessibleDescription("");
});
