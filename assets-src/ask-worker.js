// What pages tell the service worker, and ask of it.

/** Tells it something, once there is one. */
export async function tell(what, more, ports) {
  (await navigator.serviceWorker.ready).active.postMessage({ say: what, ...more }, ports);
}

/** The same, and what it answers; nothing where it could not. */
export function ask(what, more) {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  return tell(what, more, [port2]).then(() => answer);
}
