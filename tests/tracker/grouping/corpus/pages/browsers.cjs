// From what was thrown in each browser (on stdin) to the events of @sentry/browser: `node browsers.cjs NODE_MODULES`.
const { exceptionFromError, defaultStackParser } = require(process.argv[2] + "/@sentry/browser");
const thrown = JSON.parse(require("fs").readFileSync(0));
const mechanism = { type: "auto.browser.global_handlers.onerror", handled: false };
const event = (error) => ({
  platform: "javascript",
  exception: { values: [{ ...exceptionFromError(defaultStackParser, error), mechanism }] },
});
const all = {};
for (const browser in thrown) {
  all[browser] = Object.fromEntries(Object.entries(thrown[browser]).map(([way, error]) => [way, event(error)]));
}
console.log(JSON.stringify(all));
