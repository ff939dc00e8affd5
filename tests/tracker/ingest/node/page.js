// What a page includes: errors of its scripts go to the tracker. See docs/tracker.md.
import * as Sentry from "@sentry/browser";

const { dsn, release } = document.currentScript.dataset;
Sentry.init({ dsn, release, environment: "production" });
