// The HTML of every kind of page, as the server sends it, passes a validator.
import { PAGES } from "./every-page.ts";
import { enter, expect, expectValidHtml, test, validate } from "./fixtures.ts";

for (const kind of PAGES.filter(({ then, name }) => then === undefined || name === "analytics")) {
  test(`@once ${kind.name}`, async ({ page, api, samples, campus, startServer, context }) => {
    if (kind.as !== undefined) await enter(context, campus.url, kind.as);
    const path = await kind.path({ page, api, samples, campus, startServer });
    await expectValidHtml(page, path);
  });
}

test("@once a form that was refused", async ({ page, server, samples }) => {
  const headers = { Accept: "text/html", Origin: server.url };
  const refused = async (path: string, form: Record<string, string>, status: number) => {
    const answer = await page.request.post(path, { form, headers });
    expect(answer.status()).toBe(status);
    return await answer.text();
  };
  const place = '"quoted" & <b>';
  await validate(await refused("/rpc/open_ticket", { description: "a\u0007b", place, again_of: "", key: "k" }, 422), "refused report");
  const stale = { id: `${samples.open.id}`, description: "Other", place, version: "0" };
  await validate(await refused("/rpc/edit_ticket", stale, 409), "stale edit");
  await validate(await refused("/rpc/post_message", { id: `${samples.open.id}`, body: " ", key: "k" }, 422), "refused message");
});
