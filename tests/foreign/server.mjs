// The reference tus server over a folder: node server.mjs FOLDER. Says its address, ends with its standard input.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const server = new Server({
  path: "/v1/uploads", relativeLocation: true, datastore: new FileStore({ directory: process.argv[2] }),
});
const listening = server.listen({ host: "127.0.0.1", port: 0 }, () => console.log(`http://127.0.0.1:${listening.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
