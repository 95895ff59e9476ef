// Names of places while one is being typed: those of the campus, and those that reports name. Anything else may be written.
import { element } from "../element.js";

/** How long typing has to pause. */
const PAUSE_MS = 150;

let timer;
let asked;

async function suggest(input) {
  if (!input.isConnected) return;
  const typed = input.value.trim();
  if (typed === asked) return;
  asked = typed;
  let names;
  try {
    names = await (await fetch(`/rpc/places?q=${encodeURIComponent(typed)}`)).json();
  } catch {
    // Nothing is suggested then.
    return;
  }
  if (asked !== typed || !input.isConnected) return;
  let list = document.getElementById("places");
  if (list === null) {
    list = element("datalist", { id: "places" });
    // Outside of what the page's own script draws.
    document.body.append(list);
  }
  list.replaceChildren(...names.map((value) => element("option", { value })));
  input.setAttribute("list", "places");
}

function hear({ target }) {
  if (target?.id !== "place" || target.name !== "place") return;
  clearTimeout(timer);
  timer = setTimeout(() => void suggest(target), target.value === "" ? 0 : PAUSE_MS);
}

document.addEventListener("focusin", hear);
document.addEventListener("input", hear);
// It may have been entered while this was on its way.
hear({ target: document.activeElement });
