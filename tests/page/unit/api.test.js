import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createApi } from "../../../dashboard_static/js/service/api.js";
import { ApiError } from "../../../dashboard_static/js/service/transport.js";

const payload = (/** @type {string} */ name) =>
  readFileSync(new URL(`../payloads/${name}`, import.meta.url), "utf8");
const problem = payload("problem_415.json");
const config = JSON.parse(payload("config.json"));

/** @param {...(() => Response)} answers one a call; a thrown error is a broken line */
function fakeFetch(...answers) {
  const calls = /** @type {string[]} */ ([]);
  const waits = /** @type {number[]} */ ([]);
  const send = async (/** @type {any} */ url) => {
    calls.push(String(url));
    return /** @type {() => Response} */ (answers[Math.min(calls.length, answers.length) - 1])();
  };
  const wait = async (/** @type {number} */ milliseconds) => void waits.push(milliseconds);
  return {
    api: createApi({ ...config, apiUrl: "http://api/" }, { fetch: send, wait }),
    calls,
    waits,
  };
}

const broken = () => {
  throw new TypeError("Failed to fetch");
};
const answer =
  (/** @type {string} */ body, status = 200) =>
  () =>
    new Response(body, { status, headers: { "x-request-id": "r-1" } });

test("a prediction is read from its address", async () => {
  const { api, calls } = fakeFetch(answer(payload("prediction.json")));
  assert.equal((await api.prediction("a-1")).classes.length, 10);
  assert.deepEqual(calls, ["http://api/predictions/a-1"]);
});

test("history is asked by page and class", async () => {
  const { api, calls } = fakeFetch(answer(payload("predictions.json")));
  assert.equal((await api.predictions({ cursor: "c d", landCover: "roads" })).items.length, 1);
  assert.deepEqual(calls, ["http://api/predictions?limit=12&cursor=c+d&class=roads"]);
});

test("a name is sent with an upload, changed by a patch, and searched", async () => {
  const { api, calls } = fakeFetch(answer(payload("prediction.json")));
  await api.relabel("a-1", { name: "Humedal", note: null });
  assert.deepEqual(calls, ["http://api/predictions/a-1"]);
  const { api: searching, calls: asked } = fakeFetch(answer(payload("predictions.json")));
  await searching.predictions({ words: " río 1 " });
  assert.deepEqual(asked, ["http://api/predictions?limit=12&q=r%C3%ADo+1"]);
});

test("a refusal keeps status, detail and request", async () => {
  const { api, calls } = fakeFetch(answer(problem, 415));
  await assert.rejects(api.prediction("a"), (/** @type {any} */ error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.kind, error.status, error.requestId], ["refused", 415, "r-1"]);
    assert.equal(error.detail, JSON.parse(problem).detail);
    return true;
  });
  assert.equal(calls.length, 1);
});

test("a passing failure is tried again, with growing waits", async () => {
  const { api, calls, waits } = fakeFetch(
    broken,
    answer("{}", 503),
    answer(payload("prediction.json")),
  );
  await api.prediction("a");
  assert.equal(calls.length, 3);
  assert.deepEqual(waits, [300, 600]);
});

test("a body that breaks off is an ApiError like a call that fails, and the call is repeated", async () => {
  const breaking = () => {
    const body = new ReadableStream({
      pull: (stream) => stream.error(new TypeError("network error")),
    });
    return new Response(body);
  };
  const { api, calls } = fakeFetch(breaking, breaking, answer("png"));
  assert.equal(await (await api.image("a", "ndvi")).text(), "png");
  assert.equal(calls.length, 3);
  const failing = fakeFetch(breaking);
  for (const call of [
    () => failing.api.scores("a", 4),
    () => failing.api.file("http://api/x"),
    () => failing.api.model(),
  ]) {
    await assert.rejects(call, (error) => error instanceof ApiError && error.kind === "offline");
  }
});

test("a body that takes too long is told as such", async () => {
  const late = () => {
    throw new DOMException("late", "TimeoutError");
  };
  await assert.rejects(fakeFetch(late).api.model(), { kind: "timeout" });
});

test("a cancelled call throws its signal's reason and is not repeated", async () => {
  const cancelled = new AbortController();
  const { api, calls } = fakeFetch(() => {
    cancelled.abort(new Error("by the reader"));
    throw cancelled.signal.reason;
  });
  await assert.rejects(api.scores("a", 4, cancelled.signal), { message: "by the reader" });
  assert.equal(calls.length, 1);
});

test("after three tries it is told", async () => {
  const { api, calls } = fakeFetch(broken);
  await assert.rejects(api.prediction("a"), { kind: "offline" });
  assert.equal(calls.length, 3);
});

test("a deletion is never made twice", async () => {
  const { api, calls } = fakeFetch(answer("", 503));
  await assert.rejects(api.remove("a"), { status: 503 });
  assert.equal(calls.length, 1);
});

test("scores of the wrong size are not shown", async () => {
  const { api } = fakeFetch(answer("abc"));
  await assert.rejects(api.scores("a", 4), { kind: "broken" });
});

test("an answer that is no JSON is told with its request", async () => {
  const { api } = fakeFetch(answer("<html>"));
  await assert.rejects(api.prediction("a"), { kind: "broken", requestId: "r-1" });
});

test("files follow thresholds where the service makes them from scores", () => {
  const { api } = fakeFetch();
  const thresholds = { roads: 0.4, trees: 0.6 };
  assert.equal(
    api.fileUrl("a", "table.csv", { thresholds }),
    "http://api/predictions/a/table.csv?thresholds=roads:0.4,trees:0.6",
  );
  assert.equal(
    api.fileUrl("a", "source.tif", { thresholds }),
    "http://api/predictions/a/source.tif",
  );
  assert.equal(
    api.fileUrl("a", "image.png", { view: "ndvi" }),
    "http://api/predictions/a/image.png?view=ndvi",
  );
  assert.equal(
    api.fileUrl("a", "image.png", { view: "7,5,3" }),
    "http://api/predictions/a/image.png?bands=7,5,3",
  );
  assert.equal(
    api.fileUrl("a", "table.csv", { language: "es" }),
    "http://api/predictions/a/table.csv?locale=es",
  );
  assert.equal(
    api.fileUrl("a", "style.qml", { thresholds, palette: "safe", language: "es" }),
    "http://api/predictions/a/style.qml?palette=colour-blind-safe&lang=es",
  );
});

/** @param {string} right the token that the service knows @param {(string | null)[]} given by the reader, in turn */
function guarded(right, ...given) {
  const sent = /** @type {any[]} */ ([]);
  const asked = /** @type {boolean[]} */ ([]);
  let known = /** @type {string | null} */ (null);
  const api = createApi(
    { ...config, apiUrl: "http://api" },
    {
      fetch: async (_url, init) => {
        const { authorization } = /** @type {any} */ (init).headers;
        sent.push(authorization);
        return authorization === `Bearer ${right}`
          ? answer(payload("prediction.json"))()
          : answer("{}", 401)();
      },
      token: () => known,
      askToken: async (wasWrong) => {
        asked.push(wasWrong);
        const next = given.shift() ?? null;
        known = next ?? known;
        return next !== null;
      },
    },
  );
  return { api, sent, asked };
}

test("a token is asked for when the service wants one, and again when it is wrong", async () => {
  const { api, sent, asked } = guarded("right", "wrong", "right");
  await api.prediction("a");
  await api.prediction("b");
  assert.deepEqual(asked, [false, true]);
  assert.deepEqual(sent, [undefined, "Bearer wrong", "Bearer right", "Bearer right"]);
});

test("without a token the refusal stands", async () => {
  const { api, asked } = guarded("right");
  await assert.rejects(api.prediction("a"), { status: 401 });
  assert.deepEqual(asked, [false]);
});
