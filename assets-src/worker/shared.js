// What another application shared: it waits here until the form that it is for is open.
import { database } from "./outbox.js";

/** Keeps text and photos, and goes on to the form. */
export async function keepShared(request) {
  const form = await request.formData();
  const text = ["title", "text", "url"].map((name) => form.get(name)).filter(Boolean).join("\n");
  const photos = form.getAll("photo").filter((file) => typeof file !== "string" && file.size > 0);
  await (await database()).put("shared", { id: 1, text, photos });
  return Response.redirect("/tickets/new?shared", 303);
}

/** What was shared, once. */
export async function takeShared() {
  const db = await database();
  const shared = await db.get("shared", 1);
  await db.delete("shared", 1);
  return shared;
}
