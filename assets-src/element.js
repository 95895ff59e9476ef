// What scripts draw with.

/** An element with these properties and, within it, these children. */
export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A text with its places filled in, as Rust's `fill` does it. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** Writes day and time where the reader is, in a page's language; English as the pages write it, the day before the month. */
export const moments = (language) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "medium", timeStyle: "short" });
