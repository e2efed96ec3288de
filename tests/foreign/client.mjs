// tus-js-client sends one file to a gateway: node client.mjs FILE, what it needs to know as JSON on standard input.
// It signs each request as docs/gateway.md says, with node's own crypto, and resumes by itself after a cut.
import { createHash, createPrivateKey, randomBytes, sign } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { Upload } from "tus-js-client";

const told = JSON.parse(readFileSync(0, "utf8"));
const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(told.key, "hex")]);
const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
const empty = createHash("sha256").update("").digest("hex");
const seen = [];

function signed(request) {
  const { pathname, search } = new URL(request.getURL(), told.address);
  const method = request.getMethod(), moment = String(Math.floor(Date.now() / 1000)), nonce = randomBytes(12).toString("hex");
  const content = method === "PATCH" ? "-" : empty;
  const text = ["mianqian-request/1", method, pathname + search, moment, nonce, content].join("\n");
  const headers = {
    "X-Device-Id": told.device, "X-Device-Time": moment, "X-Device-Nonce": nonce, "X-Content-SHA256": content,
    "X-Device-Signature": sign(null, Buffer.from(text), key).toString("hex"), Authorization: `Bearer ${told.token}`,
  };
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
  seen.push(`${method} ${request.getHeader("Upload-Offset") ?? ""}`.trim());
}

const upload = new Upload(createReadStream(process.argv[2]), {
  endpoint: told.address + "/v1/uploads", uploadSize: told.size, retryDelays: [0, 200, 500, 1000],
  metadata: told.metadata, onBeforeRequest: signed,
  onSuccess: () => console.log(JSON.stringify(seen)),
  onError: (error) => { console.error(String(error)); process.exit(1); },
});
upload.start();
