/** Every built-in scalar function by its name in the language. */
import { conversionFunctions } from "./conversion.ts";
import type { FunctionTable } from "./define.ts";
import { encodingFunctions } from "./encodings.ts";
import { addressFunctions } from "./addresses.ts";
import { sketchFunctions } from "./sketches.ts";
import { userAgentFunctions } from "./userAgent.ts";
import { dynamicFunctions } from "./dynamics.ts";
import { networkFunctions } from "./network.ts";
import { numberFunctions } from "./numbers.ts";
import { placeFunctions } from "./places.ts";
import { seldomFunctions } from "./seldom.ts";
import { seriesFunctions } from "./series.ts";
import { seriesFitFunctions } from "./seriesFit.ts";
import { textFunctions } from "./text.ts";
import { timeFunctions } from "./times.ts";

export const scalarFunctions: FunctionTable = {
  ...addressFunctions,
  ...conversionFunctions,
  ...encodingFunctions,
  ...sketchFunctions,
  ...userAgentFunctions,
  ...dynamicFunctions,
  ...networkFunctions,
  ...numberFunctions,
  ...placeFunctions,
  ...seldomFunctions,
  ...seriesFunctions,
  ...seriesFitFunctions,
  ...textFunctions,
  ...timeFunctions,
};
