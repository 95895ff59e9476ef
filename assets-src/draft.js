// The draft of a report, which `src/components/draft.rs` keeps on the device: what was sent some other way is no draft any more.
const KEY = "campusdesk.draft.report";

/** Forgets it; where a text is given, only if that is what it says. */
export function forgetReport(sent) {
  const said = (text) => text?.replaceAll("\r\n", "\n").trim();
  if (sent !== undefined && said(localStorage.getItem(KEY)) !== said(sent)) return;
  for (const kept of [KEY, `${KEY}.place`]) localStorage.removeItem(kept);
}
