/** Live questions: the answer goes where the contract allows, or nowhere. */
import * as TE from "fp-ts/lib/TaskEither.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failure } from "../../../lib/contract/failure.ts";
import type { Handler } from "../../../lib/contract/route.ts";
import { discover } from "../../../lib/contract/routes/discover.ts";
import { dispatch } from "../../../lib/router/dispatch.ts";
import { serveLive } from "../../../lib/router/serve-live.ts";
import { keepingLogger, noonMs, web1 } from "../../support/fixtures.ts";

const test = suite("lib/router/serve-live");

const about = { hostname: web1.hostname, tier: web1.tier, deploy_subjects: [] };
const answering: Handler<typeof discover, object> = () => TE.right({ answer: about });

const ask = async (body: string, handler = answering) => {
  const published: (readonly [string, string])[] = [];
  const logger = keepingLogger();
  const serve = serveLive({
    dispatch: dispatch(discover, handler, {}),
    live: { publish: (subject, text) => void published.push([subject, text]) },
    logger,
    now: () => noonMs,
  });
  await serve({ subject: "deploy.discover", body });
  return { published, logged: logger.lines.map(({ level }) => level) };
};

test("the answer goes to the reply subject that the body names", async () => {
  const { published, logged } = await ask('{"reply_to":"deploy.responses.x","unknown":1}');
  assert.equal(published, [["deploy.responses.x", JSON.stringify(about)]]);
  assert.equal(logged, []);
});

test("who names no reply subject, or one elsewhere, gets no answer", async () => {
  const elsewhere = [
    "_INBOX.x",
    "hd.req.alice.prod.web1",
    "deploy.prod.web1",
    "deploy.responses.>",
    "deploy.responses.a.b",
  ];
  assert.equal((await ask("{}")).published, []);
  for (const replyTo of elsewhere) assert.equal((await ask(JSON.stringify({ reply_to: replyTo }))).published, []);
  assert.equal((await ask('{"__proto__":{"reply_to":"deploy.responses.x"}}')).published, []);
});

test("what is no question, and a handler that breaks, are noted and nothing more", async () => {
  for (const body of ["", "x", "[]", "null", "[".repeat(100_000), '{"reply_to":1}']) {
    assert.equal(await ask(body), { published: [], logged: ["debug"] });
  }
  const failing: Handler<typeof discover, object> = () => TE.left(failure("internal", "no"));
  const throwing: Handler<typeof discover, object> = () => async () => Promise.reject(new Error("broken"));
  for (const handler of [failing, throwing]) {
    assert.equal(await ask('{"reply_to":"deploy.responses.x"}', handler), { published: [], logged: ["debug"] });
  }
});

test.run();
