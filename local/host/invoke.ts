/** One invocation through the library's own model, in the order of the real Node worker. */
import { randomUUID } from "node:crypto";

import { HttpResponse } from "@azure/functions";

import { programmingModel, type Hook, type RegisteredFunction, type Registry } from "./core.ts";
import type { CoreInvocationContext, InvocationResponse, RpcData } from "./library.ts";

export interface Invocation {
  data: RpcData;
  triggerMetadata?: Record<string, RpcData>;
  invocationId?: string;
  /** Gets the result first; true when it has dealt with it, so that the library need not convert it. */
  intercept?: (result: unknown) => boolean;
}

/** What the library is given where the answer is out already; it looks at it and never changes it. */
const ANSWERED = new HttpResponse();

/**
 * Runs one function to its end.
 *
 * @throws whatever the function or a hook threw. `throw undefined` counts as returning nothing, as in the real worker
 */
export async function invoke(
  registry: Registry,
  fn: RegisteredFunction,
  invocation: Invocation,
): Promise<InvocationResponse> {
  const model = programmingModel();
  if (model === undefined) throw new Error("The app has not registered any function.");
  const core = coreContext(registry, fn, invocation);
  const invocationModel = model.getInvocationModel(core);
  const { context, inputs } = await invocationModel.getArguments();

  const shared = { hookData: {}, appHookData: registry.appHookData, invocationContext: context };
  const before = { ...shared, inputs, functionCallback: fn.callback };
  await runHooks(core, "preInvocationHooks", registry.hooks.preInvocation, before);

  const after = {
    ...shared,
    inputs: before.inputs,
    result: undefined as unknown,
    error: undefined as unknown,
  };
  core.state = "invocation";
  try {
    after.result = await invocationModel.invokeFunction(
      context,
      before.inputs,
      before.functionCallback,
    );
  } catch (error) {
    after.error = error;
  }
  core.state = undefined;
  await runHooks(core, "postInvocationHooks", registry.hooks.postInvocation, after);
  if (after.error !== undefined && after.error !== null) throw after.error;
  // The library still takes note of the end of the request, with an empty answer that goes nowhere.
  const isDone = invocation.intercept?.(after.result) === true;
  return invocationModel.getResponse(context, isDone ? ANSWERED : after.result);
}

function coreContext(
  registry: Registry,
  fn: RegisteredFunction,
  invocation: Invocation,
): CoreInvocationContext {
  const invocationId = invocation.invocationId ?? randomUUID();
  const { name, functionId } = fn.metadata;
  return {
    invocationId,
    state: undefined,
    metadata: fn.metadata,
    request: {
      invocationId,
      functionId: functionId ?? name,
      inputData: [{ name: fn.triggerName, data: invocation.data }],
      triggerMetadata: invocation.triggerMetadata ?? {},
      traceContext: { traceParent: "", traceState: "", attributes: {} },
    },
    log: (level, _category, message) => registry.log(level, message, name),
  };
}

async function runHooks(
  core: CoreInvocationContext,
  state: string,
  hooks: readonly Hook[],
  context: Record<string, unknown>,
): Promise<void> {
  if (hooks.length === 0) return;
  core.state = state;
  try {
    for (const hook of hooks) await hook(context);
  } finally {
    core.state = undefined;
  }
}
