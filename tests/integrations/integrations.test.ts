/** What other systems do with the product: all of them with one, each with a key of its own. */
import { afterAll, beforeAll } from "vitest";

import type { Product } from "../product/product.ts";
import { startProduct } from "./edge.ts";
import { useForLogicApps } from "./logicAppCases.ts";
import { closeMcp, useForMcp } from "./mcpCases.ts";
import { useForXsoar } from "./xsoarCases.ts";

let product: Product;
beforeAll(async () => {
  product = await startProduct();
  useForLogicApps(product);
  await useForXsoar(product);
  await useForMcp(product);
}, 150_000);
afterAll(async () => {
  await closeMcp();
  await product?.stop();
});
