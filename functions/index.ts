/** The app's entry: the triggers of contents.ts, on the parts that the settings choose. */
import { createDeps } from "../shared/app.ts";
import { triggers } from "./contents.ts";
import { register } from "./kit/register.ts";

register(await createDeps(), triggers);
