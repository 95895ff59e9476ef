// What is reported already and may be the same, while a report is written. The server finds and draws it.
import { forgetReport } from "../draft.js";
import { moments } from "../element.js";

/** How long typing has to pause. */
const PAUSE_MS = 600;
/** How long what has just appeared takes no press. */
const SETTLE_MS = 500;
/** Less text than that says nothing yet. */
const TEXT_MIN = 12;

let timer;
let asked;

async function look(form) {
  if (!form.isConnected) return;
  const box = form.querySelector(".similar");
  const { description, place } = form.elements;
  const body = new URLSearchParams({ text: description.value, place: place.value });
  if (box === null || body.toString() === asked) return;
  asked = body.toString();
  let found = "";
  try {
    if (description.value.trim().length >= TEXT_MIN) {
      const answer = await fetch("/rpc/similar", { method: "POST", body });
      if (!answer.ok) return;
      found = await answer.text();
    }
  } catch {
    return;
  }
  // What is read right now is not taken away, and what did not change is not announced again.
  if (asked !== body.toString() || box.contains(document.activeElement) || box.dataset.shown === found) return;
  box.dataset.shown = found;
  box.innerHTML = found;
  // The server knows no zone but its own.
  const local = moments(document.documentElement.lang);
  for (const time of box.querySelectorAll("time")) time.textContent = local.format(new Date(time.dateTime));
  // Whoever was about to press what stood there means that.
  box.style.pointerEvents = "none";
  setTimeout(() => box.style.removeProperty("pointer-events"), SETTLE_MS);
}

function hear({ target }) {
  const form = target?.closest?.(".report-form");
  if (!form || !["description", "place"].includes(target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(() => void look(form), PAUSE_MS);
}

/** Says that a ticket affects this person, too, and goes there: what was written for another one is done with. */
async function affects(button) {
  button.disabled = true;
  const { action, affects: id, failed } = button.dataset;
  try {
    const answer = await fetch(action, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ id }) });
    if (answer.ok) {
      forgetReport();
      return location.assign(`/tickets/${id}`);
    }
  } catch {
    // No network: said as every refusal is.
  }
  button.disabled = false;
  button.focus();
  // The box is a status, which is heard; said again, it is heard again.
  button.nextSibling?.remove();
  button.after(` ${failed}`);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("button[data-affects]");
  if (button) void affects(button);
});
document.addEventListener("input", hear);
hear({ target: document.querySelector(".report-form textarea[name=description]") });
