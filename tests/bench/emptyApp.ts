/** The rival of the start-up: an app with one function that does nothing, packaged like ours. */
import { app } from "@azure/functions";

app.setup({ enableHttpStream: true });
app.http("empty", {
  methods: ["GET"],
  route: "api/empty",
  authLevel: "anonymous",
  handler: () => ({ status: 204 }),
});
