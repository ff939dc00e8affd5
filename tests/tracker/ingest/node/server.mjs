// Everything that @sentry/node sends, to the DSN that is given; prints the id of each event.
import * as Sentry from "@sentry/node";

Sentry.init({
  dsn: process.argv[2],
  release: "shop@1",
  tracesSampleRate: 1,
  sendDefaultPii: true,
  enableLogs: true,
});

const ids = {};
try {
  null.f();
} catch (error) {
  ids.exception = Sentry.captureException(error);
}
ids.message = Sentry.captureMessage("said by node");
ids.large = Sentry.captureException(new Error("large"), {
  captureContext: { extra: { text: "x".repeat(100_000) } },
  attachments: [{ filename: "raw.bin", data: new Uint8Array([0, 10, 13, 255]) }],
});
Sentry.captureFeedback({ message: "it is slow", associatedEventId: ids.exception });
Sentry.startSpan({ name: "work" }, () => Sentry.startSpan({ name: "part" }, () => 1));
Sentry.captureCheckIn({ monitorSlug: "nightly", status: "ok" });
Sentry.logger.info("a line");
Sentry.metrics?.count("orders", 1);
await Sentry.flush(10_000);
console.log(JSON.stringify(ids));
