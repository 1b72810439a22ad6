import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ApiError, createApi } from "../../../dashboard_static/js/api.js";

const payload = (/** @type {string} */ name) =>
  readFileSync(new URL(`../payloads/${name}`, import.meta.url), "utf8");
const problem = payload("problem_415.json");

/** @param {...(() => Response)} answers one a call; a thrown error is a broken line */
function fakeFetch(...answers) {
  const calls = /** @type {string[]} */ ([]);
  const waits = /** @type {number[]} */ ([]);
  const send = async (/** @type {any} */ url) => {
    calls.push(String(url));
    return /** @type {() => Response} */ (answers[Math.min(calls.length, answers.length) - 1])();
  };
  const wait = async (/** @type {number} */ milliseconds) => void waits.push(milliseconds);
  return { api: createApi("http://api/", { fetch: send, wait }), calls, waits };
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
});
