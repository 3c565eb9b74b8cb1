// Runs the staff pages' module outside a browser: `listens.mjs ORIGIN TOKEN`; prints a line for each thing it is told.
const [origin, token] = process.argv.slice(2);
const page = new EventTarget();
globalThis.window = Object.assign(page, { location: { href: origin }, setTimeout, clearTimeout });
globalThis.document = Object.assign(new EventTarget(), { hidden: false });
const Stock = globalThis.WebSocket;
globalThis.WebSocket = class extends Stock {
  constructor(address) {
    super(address, ["jwt", token]);
  }
};
const { listen } = await import(new URL("../../backoffice/static/js/live.js", import.meta.url));
const say = (...words) => console.log(words.join(" "));
listen({
  cursor: 0,
  onEvent: ({ cursor }) => say("event", cursor),
  onResync: () => say("resync"),
  onState: (state) => say("state", state),
});
setTimeout(() => process.exit(1), 120_000);
