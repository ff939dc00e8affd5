// The same bugs, and what is said, as events of @sentry/node: `node node.cjs NODE_MODULES`, beside shop.js.
const Sentry = require(process.argv[2] + "/@sentry/node");
const said = {
  "message/0": () => Sentry.captureMessage("order 7 of anna@shop.example is not paid"),
  "message/1": () => Sentry.captureMessage("order 12 of bert@mail.example is not paid"),
  "other_message/0": () => Sentry.captureMessage("nobody is there"),
  "text/0": () => Sentry.captureException("a mere text"),
};
globalThis.shopKeep = (way) => (error) => { said[way] = () => Sentry.captureException(error); };
let last;
Sentry.init({ dsn: "http://key@127.0.0.1:9/1", beforeSend(event) { last = event; return null; } });
require("./shop.js");
globalThis.shopReady.then(async () => {
  const all = {};
  for (const way in said) {
    said[way]();
    await Sentry.flush(300);
    all[way] = last;
  }
  process.stdout.write(JSON.stringify(all), () => process.exit(0));
});
