/** Imported before any schema: the page's content security policy allows no code made at run time. */
import { z } from "zod";

z.config({ jitless: true });
