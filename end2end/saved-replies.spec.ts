// R5, R6: what the helpdesk says again and again is kept, put where somebody writes, and may close the ticket as it is sent.
import { composer, events, hold, mark, messages, saveReply, search } from "./doing.ts";
import { expect, hydrated, type Page, test } from "./fixtures.ts";

test.use({ role: "staff" });

const replies = (page: Page) => page.locator("li.reply");
const list = (page: Page) => page.getByRole("listbox", { name: "Saved replies" });
const options = (page: Page) => list(page).getByRole("option");
const status = (page: Page) => page.locator(".ticket-head .status");
const sendAnd = (page: Page) => page.locator(".send-then");

test("r06 staff add a saved reply, find it, change it and delete it", async ({ page, visit }) => {
  const word = mark();
  const reply = replies(page).filter({ hasText: word });
  await visit("/helpdesk");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Replies" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Saved replies");
  await hydrated(page);
  const add = page.locator(".reply-add");
  await add.getByLabel("Title").fill(`Ask for the room ${word}`);
  await add.getByLabel("What it says").fill("Which room is it?\nThank you.");
  await add.getByRole("button", { name: "Add reply" }).click();
  await expect(reply.locator(".reply-body")).toHaveText("Which room is it?\nThank you.", { useInnerText: true });
  await expect(add.getByLabel("Title")).toHaveValue("");
  await expect(reply).not.toContainText("Offers");

  await search(page, `${word} THANK`);
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  await expect(replies(page)).toHaveCount(1);
  await reply.getByRole("link", { name: "Edit" }).click();
  await expect(page).toHaveURL(new RegExp(`q=${word}.*edit=\\d+|edit=\\d+.*q=${word}`));
  const change = replies(page).locator(".reply-form");
  await expect(change.getByLabel("What it says")).toHaveValue("Which room is it?\nThank you.");
  await change.getByRole("link", { name: "Cancel" }).click();
  await expect(change).toHaveCount(0);
  await reply.getByRole("link", { name: "Edit" }).click();
  await change.getByLabel("Title").fill(`Solved ${word}`);
  await change.getByLabel("Offer with it").selectOption("Send and close");
  await change.getByRole("button", { name: "Save changes" }).click();
  await expect(page).toHaveURL(/\/helpdesk\/replies$/);
  await expect(reply.getByRole("heading")).toHaveText(`Solved ${word}`);
  await expect(reply).toContainText("Offers “Send and close”");

  await reply.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Delete this reply" }).click();
  await expect(page).toHaveURL(/\/helpdesk\/replies$/);
  await expect(reply).toHaveCount(0);
  await search(page, word);
  await expect(page.getByText("No saved reply has all of these words.")).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(page).not.toHaveURL(/q=/);
});

test("a saved reply that is refused comes back with its text", async ({ page, visit, faults }) => {
  faults.expect(/status of 422/);
  const word = mark();
  await visit("/helpdesk/replies");
  const add = page.locator(".reply-add");
  await add.getByLabel("Title").fill(`Cold ${word}`);
  await add.getByLabel("What it says").evaluate((area: HTMLTextAreaElement) => {
    area.value = "cold\u001bfeet";
  });
  await add.getByRole("button", { name: "Add reply" }).click();
  await expect(add.getByRole("alert")).toContainText("The message contains a control character (U+001B)");
  await expect(add.getByLabel("Title")).toHaveValue(`Cold ${word}`);
  await add.getByLabel("What it says").fill("cold feet");
  await add.getByRole("button", { name: "Add reply" }).click();
  await expect(replies(page).filter({ hasText: word })).toContainText("cold feet");
});

test("a saved reply that somebody deleted meanwhile is not changed, and its text stays", async ({ page, visit, faults }) => {
  faults.expect(/status of 404/);
  const word = mark();
  const id = await saveReply(page, { title: `Gone ${word}`, body: "x" });
  await visit(`/helpdesk/replies?q=${word}&edit=${id}`);
  await page.request.post("/rpc/helpdesk/remove_reply", { form: { id: `${id}` }, headers: { Accept: "application/json" } });
  const change = page.locator(".reply-form").first();
  await change.getByLabel("What it says").fill("Still here");
  await change.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("This saved reply is gone").or(page.getByText("No saved reply has all of these words.")).first()).toBeVisible();
});

test("r06 a reply in the address stands in the composer, and offers only what can follow", async ({ page, api, visit }) => {
  const word = mark();
  const { id } = await api.openTicket(`The radiator is cold ${word}`);
  const closes = await saveReply(page, { title: `Solved ${word}`, body: "Solved.\n\nPlease check.", then: "closed" });
  const starts = await saveReply(page, { title: `On it ${word}`, body: "We are on it.", then: "active" });
  await visit(`/helpdesk/tickets/${id}?reply=${closes}`);
  await expect(composer(page).box).toHaveValue("Solved.\n\nPlease check.");
  await expect(sendAnd(page)).toHaveCount(0);
  await visit(`/helpdesk/tickets/${id}?reply=${starts}`);
  await expect(composer(page).box).toHaveValue("We are on it.");
  await page.getByRole("button", { name: "Send and start work" }).click();
  await expect(status(page)).toHaveText("Active");
  await expect(messages(page)).toHaveText([/We are on it\./]);
  await expect(sendAnd(page)).toHaveCount(0);
  await expect(composer(page).box).toHaveValue("");
  expect((await api.listHistory(id)).slice(-2)).toMatchObject([{ what: "message" }, { what: "status", from: "open", to: "active" }]);
});

test("@no-js r05 r06 without JavaScript a reply is fetched from its page, and closes its ticket", async ({ page, api, visit }) => {
  const word = mark();
  const { id } = await api.openTicket(`The radiator is cold ${word}`);
  await api.activate(id);
  await saveReply(page, { title: `Solved ${word}`, body: "Please check.", then: "closed" });
  await visit(`/helpdesk/tickets/${id}`);
  await composer(page).form.getByRole("link", { name: "Saved replies" }).click();
  await expect(page).toHaveURL(new RegExp(`/helpdesk/replies\\?ticket=${id}$`));
  await search(page, word);
  await expect(page).toHaveURL(new RegExp(`ticket=${id}`));
  await expect(page.getByRole("link", { name: `Back to ticket ${id}` })).toBeVisible();
  await replies(page).getByRole("link", { name: "Use it" }).click();
  await expect(composer(page).box).toHaveValue("Please check.");
  await page.getByRole("button", { name: "Send and close" }).click();
  await expect(page).toHaveURL(new RegExp(`/helpdesk/tickets/${id}#latest$`));
  await expect(status(page)).toHaveText("Closed");
  await expect(messages(page)).toHaveText([/Please check\./]);
  expect(await api.getTicket(id)).toMatchObject({ status: "closed", version: 3, messages: 1 });
});

test.describe("@js at a slash", () => {
  test("r06 a saved reply is put at the cursor, in the middle of a text", async ({ page, api, visit }) => {
    const word = mark();
    const { id } = await api.openTicket(`The radiator is cold ${word}`);
    await saveReply(page, { title: `Room ${word}`, body: "Which room is it? 🔧" });
    await saveReply(page, { title: `Other ${word}`, body: "Something else" });
    await visit(`/helpdesk/tickets/${id}`);
    const { box } = composer(page);
    await box.fill("Hello 👩‍🔧,\n\nGreetings");
    await box.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(13, 13));
    await page.keyboard.type(`/room ${word}`);
    await expect(options(page)).toHaveText([/Room/]);
    await expect(options(page)).toHaveAttribute("aria-selected", "true");
    await expect(box).toHaveAttribute("aria-controls", (await list(page).getAttribute("id")) ?? "");
    await expect(box).toHaveAttribute("aria-activedescendant", (await options(page).getAttribute("id")) ?? "");
    await page.keyboard.press("Enter");
    await expect(list(page)).toHaveCount(0);
    await page.keyboard.type("!");
    await expect(box).toHaveValue("Hello 👩‍🔧,\nWhich room is it? 🔧!\nGreetings");
    await expect(box).toBeFocused();
    // It is kept as what is typed is.
    await page.reload();
    await hydrated(page);
    await expect(box).toHaveValue("Hello 👩‍🔧,\nWhich room is it? 🔧!\nGreetings");
  });

  test("r06 arrows choose, Tab and a press take, Escape and a text close", async ({ page, api, visit }) => {
    const word = mark();
    const { id } = await api.openTicket(`The radiator is cold ${word}`);
    for (const name of ["Alpha", "Beta", "Gamma"]) await saveReply(page, { title: `${name} ${word}`, body: `${name} says so.` });
    await visit(`/helpdesk/tickets/${id}`);
    const { box } = composer(page);
    await box.focus();
    await page.keyboard.type(`/${word}`);
    await expect(options(page)).toHaveText([/Alpha/, /Beta/, /Gamma/]);
    await page.keyboard.press("ArrowDown");
    await expect(options(page).nth(1)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect(options(page).nth(2)).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("Tab");
    await expect(box).toHaveValue("Gamma says so.");
    await expect(box).toBeFocused();

    await page.keyboard.type(` /${word}`);
    await options(page).filter({ hasText: "Beta" }).click();
    await expect(box).toHaveValue("Gamma says so. Beta says so.");
    await expect(list(page)).toHaveCount(0);

    await box.fill("");
    await page.keyboard.type(`/${word}`);
    await expect(options(page)).toHaveCount(3);
    await page.keyboard.press("Escape");
    await expect(list(page)).toHaveCount(0);
    await expect(box).toHaveValue(`/${word}`);

    // What only looks like it.
    await box.fill("");
    await page.keyboard.type("and/or / or");
    await expect(list(page)).toHaveCount(0);
    await page.keyboard.press("Enter");
    await page.keyboard.type("/nothinglikeit");
    await expect(page.getByText("No saved reply has all of these words.")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByText("No saved reply has all of these words.")).toHaveCount(0);
    await expect(box).toHaveValue("and/or / or\n/nothinglikeit\n");
  });

  test("r05 r06 the button opens the same list, and what is taken closes the ticket as it is sent", async ({ page, api, visit }) => {
    const word = mark();
    const { id } = await api.openTicket(`The radiator is cold ${word}`);
    await api.activate(id);
    await saveReply(page, { title: `Solved ${word}`, body: "Please check.", then: "closed" });
    await visit(`/helpdesk/tickets/${id}`);
    const { box, form, send } = composer(page);
    const button = form.getByRole("button", { name: "Saved replies" });
    await expect(button).toHaveAttribute("aria-expanded", "false");
    await button.click();
    await expect(page).toHaveURL(new RegExp(`/helpdesk/tickets/${id}$`));
    await expect(button).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.type(word);
    await options(page).click();
    await expect(box).toHaveValue("Please check.");
    await expect(send).toHaveAccessibleName("Send");
    await expect(sendAnd(page)).toHaveAccessibleName("Send and close");
    // A note closes nothing.
    await form.getByLabel("Internal note, for staff only").check();
    await expect(sendAnd(page)).toBeHidden();
    await form.getByLabel("Internal note, for staff only").uncheck();
    await sendAnd(page).click();
    await expect(status(page)).toHaveText("Closed");
    await expect(messages(page)).toHaveText([/Please check\./]);
    await expect(box).toHaveValue("");
    await expect(sendAnd(page)).toHaveCount(0);
    expect(await api.getTicket(id)).toMatchObject({ status: "closed", version: 3, messages: 1 });
  });

  test("r06 the plain button and Ctrl+Enter send and move nothing, whatever a reply offers", async ({ page, api, visit }) => {
    const word = mark();
    const { id } = await api.openTicket(`The radiator is cold ${word}`);
    await api.activate(id);
    await saveReply(page, { title: `Solved ${word}`, body: "Please check.", then: "closed" });
    await visit(`/helpdesk/tickets/${id}`);
    const { box, send } = composer(page);
    for (const [count, go] of [() => send.click(), () => page.keyboard.press("Control+Enter")].entries()) {
      await box.focus();
      await page.keyboard.type(`/${word}`);
      await expect(options(page)).toHaveCount(1);
      await page.keyboard.press("Enter");
      await expect(sendAnd(page)).toBeVisible();
      await go();
      await expect(messages(page)).toHaveCount(count + 1);
      await expect(box).toHaveValue("");
      await expect(sendAnd(page)).toHaveCount(0);
    }
    expect((await api.getTicket(id)).status).toBe("active");
  });

  test("r05 r06 a reply to a ticket that was just closed keeps its text and says why", async ({ page, api, visit, faults }) => {
    faults.expect(/status of 409/);
    // The page does not hear of it in time.
    await hold(page, events);
    const word = mark();
    const { id } = await api.openTicket(`The radiator is cold ${word}`);
    await api.activate(id);
    const reply = await saveReply(page, { title: `Solved ${word}`, body: "Please check.", then: "closed" });
    await visit(`/helpdesk/tickets/${id}?reply=${reply}`);
    await api.close(id);
    await sendAnd(page).click();
    await expect(composer(page).failure).toContainText("is closed");
    await expect(composer(page).box).toHaveValue("Please check.");
    expect(await api.listMessages(id)).toEqual([]);
  });

  test("r06 the list stays open, and nothing typed is lost, when somebody else writes", async ({ page, api, visit }) => {
    const word = mark();
    const { id } = await api.openTicket(`The radiator is cold ${word}`);
    await saveReply(page, { title: `Solved ${word}`, body: "Please check." });
    await visit(`/helpdesk/tickets/${id}`);
    await composer(page).box.focus();
    await page.keyboard.type(`Hello /${word}`);
    await expect(options(page)).toHaveCount(1);
    await api.postMessage(id, "Still cold!");
    await expect(messages(page)).toHaveText([/Still cold!/]);
    await expect(options(page)).toHaveCount(1);
    await page.keyboard.press("Enter");
    await expect(composer(page).box).toHaveValue("Hello Please check.");
  });
});

test("r06 saved replies are the staff's alone", async ({ someone, api, faults }) => {
  faults.expect(/status of 403/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const page = await someone({ as: "requester" });
  await page.goto("/helpdesk/replies");
  await hydrated(page);
  await expect(page.getByText("This page is for helpdesk staff")).toBeVisible();
  await page.goto(`/tickets/${id}`);
  await hydrated(page);
  await expect(composer(page).form.locator("button")).toHaveCount(1);
  await expect(page.getByText("Saved replies")).toHaveCount(0);
  await composer(page).box.fill("/");
  await expect(list(page)).toHaveCount(0);
});
