// Events by the real @sentry/node over HTTP; prints the id of each that was accepted.
//     node node_client.mjs DSN COUNT SECONDS-BETWEEN-TWO
import * as Sentry from "@sentry/node";

const [dsn, count, pause] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

function telling(options) {
  const transport = Sentry.makeNodeTransport({ ...options, bufferSize: 1000 });
  return {
    ...transport,
    async send(envelope) {
      if (!envelope[1].some(([header]) => header.type === "event")) return {};
      for (let tries = 0; tries < 300; tries++) {
        const answer = await transport.send(envelope).catch(() => ({}));
        if (answer.statusCode === 200) {
          console.log(envelope[0].event_id);
          return answer;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return {};
    },
  };
}

Sentry.init({ dsn, transport: telling, defaultIntegrations: false, release: "client@1" });

function fail(number) {
  throw new TypeError(`Failure ${number % 10} of a client in JavaScript`);
}

for (let number = 0; number < count; number++) {
  try {
    fail(number);
  } catch (error) {
    Sentry.captureException(error);
  }
  await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  if (number % 4 === 3) await Sentry.flush(5000);
}
await Sentry.flush(20000);
