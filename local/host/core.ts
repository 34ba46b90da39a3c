/**
 * What `require("@azure/functions-core")` answers inside the real Node worker: the module through which the
 * `@azure/functions` library registers functions. The library asks for it once per process, so it is a singleton
 * that points to the registry of the host that is starting.
 */
import Module from "node:module";

import type {
  Binding,
  FunctionCallback,
  FunctionMetadata,
  LogLevel,
  ProgrammingModel,
} from "./library.ts";

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
  /** Key of the trigger in `metadata.bindings`. */
  triggerName: string;
  trigger: Binding;
}

export type LogSink = (level: LogLevel, message: string, functionName?: string) => void;

const HOOK_NAMES = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
export type HookName = (typeof HOOK_NAMES)[number];
export type Hook = (context: Record<string, unknown>) => unknown;

/** The functions and hooks of one app. */
export class Registry {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly hooks: Record<HookName, Hook[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  readonly appHookData: Record<string, unknown> = {};
  readonly log: LogSink;
  /** Set once the entry file is loaded: the real worker takes no function after that. */
  isLocked = false;

  constructor(log: LogSink) {
    this.log = log;
  }

  register(metadata: FunctionMetadata, callback: FunctionCallback): void {
    if (this.isLocked) throw new Error("A function can only be registered during app startup.");
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id))
      throw new Error(`A function with id "${id}" has already been registered.`);
    const found = Object.entries(metadata.bindings).find(([, each]) => /trigger$/i.test(each.type));
    if (found === undefined) throw new Error(`Function "${id}" has no trigger.`);
    const [triggerName, trigger] = found;
    this.functions.set(id, { metadata, callback, triggerName, trigger });
  }
}

class Disposable {
  readonly #dispose: () => void;

  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }

  static from(...many: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const each of many) each.dispose();
    });
  }

  dispose(): void {
    this.#dispose();
  }
}

let current = new Registry(() => {});
let model: ProgrammingModel | undefined;

const coreApi = {
  version: "3.9.1",
  hostVersion: "4.1037.0",
  Disposable,
  setProgrammingModel: (chosen: ProgrammingModel) => {
    model = chosen;
  },
  getProgrammingModel: () => model,
  registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
    const registry = current;
    registry.register(metadata, callback);
    return new Disposable(() => registry.functions.delete(metadata.functionId ?? metadata.name));
  },
  registerHook: (name: HookName, hook: Hook) => {
    const hooks = current.hooks[name];
    if (hooks === undefined) throw new RangeError(`Unrecognized hook "${name}"`);
    hooks.push(hook);
    return new Disposable(() => hooks.splice(hooks.indexOf(hook), 1));
  },
  log: (level: LogLevel, category: string, message: string) => {
    if (category === "user" || level === "error" || level === "critical")
      current.log(level, message);
  },
};

let isInstalled = false;

/**
 * Makes the core module available and opens a fresh registry. Must run before the app is imported.
 * `Module._load` is what CommonJS `require` goes through, also when the library was imported from ESM.
 */
export function installCore(log: LogSink): Registry {
  current = new Registry(log);
  if (isInstalled) return current;
  const load: unknown = Reflect.get(Module, "_load");
  if (typeof load !== "function") throw new Error("This Node version has no Module._load.");
  Reflect.set(Module, "_load", function loadOrCore(this: unknown, ...args: unknown[]): unknown {
    return args[0] === "@azure/functions-core" ? coreApi : Reflect.apply(load, this, args);
  });
  isInstalled = true;
  return current;
}

/** The library's model. Undefined until the app has registered something. */
export const programmingModel = (): ProgrammingModel | undefined => model;
