/** `parse_user_agent`: browser, operating system and device by the marks that they leave in the text. */
import { dynamicText } from "../convert.ts";
import type { Dynamic, DynamicBag } from "../values.ts";
import { type FunctionTable, onDynamics } from "./define.ts";

/** A family with the pattern of its version; the first one that fits counts. */
type Marks = readonly (readonly [family: string, pattern: RegExp])[];

const BROWSERS: Marks = [
  ["Edge", /Edge?(?:A|iOS)?\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Opera", /(?:OPR|Opera)\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Samsung Internet", /SamsungBrowser\/(\d+)(?:\.(\d+))?/],
  ["Firefox Mobile", /Mobile.*Firefox\/(\d+)(?:\.(\d+))?/],
  ["Firefox", /Firefox\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Chrome Mobile iOS", /CriOS\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Chrome Mobile", /Android.*Chrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?.*Mobile/],
  ["Chrome", /Chrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Mobile Safari", /Version\/(\d+)(?:\.(\d+))?(?:\.(\d+))?.*Mobile.*Safari/],
  ["Safari", /Version\/(\d+)(?:\.(\d+))?(?:\.(\d+))?.*Safari/],
  ["IE", /MSIE (\d+)(?:\.(\d+))?/],
  ["IE", /Trident\/.*rv:(\d+)(?:\.(\d+))?/],
  ["PowerShell", /PowerShell\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["curl", /curl\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Wget", /Wget\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Python Requests", /python-requests\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Go-http-client", /Go-http-client\/(\d+)(?:\.(\d+))?/],
];

const SYSTEMS: Marks = [
  ["Windows", /Windows NT (\d+)(?:\.(\d+))?/],
  ["iOS", /(?:iPhone|CPU) OS (\d+)(?:_(\d+))?(?:_(\d+))?/],
  ["Mac OS X", /Mac OS X (\d+)(?:[._](\d+))?(?:[._](\d+))?/],
  ["Android", /Android (\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Chrome OS", /CrOS \w+ (\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Ubuntu", /Ubuntu(?:\/(\d+)(?:\.(\d+))?)?/],
  ["Linux", /Linux/],
];

/** What Windows calls the versions of its kernel. */
const WINDOWS: Readonly<Record<string, string>> = {
  "5.1": "XP",
  "6.0": "Vista",
  "6.1": "7",
  "6.2": "8",
  "6.3": "8.1",
  "10.0": "10",
};

const DEVICES: readonly (readonly [RegExp, DynamicBag])[] = [
  [/iPhone/, { Family: "iPhone", Brand: "Apple", Model: "iPhone" }],
  [/iPad/, { Family: "iPad", Brand: "Apple", Model: "iPad" }],
  [/Macintosh/, { Family: "Mac", Brand: "Apple", Model: "Mac" }],
  [/SM-\w+/, { Family: "Samsung", Brand: "Samsung", Model: "" }],
  [/Pixel \w+/, { Family: "Pixel", Brand: "Google", Model: "" }],
];

const OTHER = "Other";

function found(text: string, marks: Marks): { family: string; version: string[] } {
  for (const [family, pattern] of marks) {
    const match = pattern.exec(text);
    if (match !== null) return { family, version: match.slice(1).map((part) => part ?? "") };
  }
  return { family: OTHER, version: [] };
}

function browser(text: string): DynamicBag {
  const { family, version } = found(text, BROWSERS);
  const [MajorVersion = "", MinorVersion = "", Patch = ""] = version;
  return { Family: family, MajorVersion, MinorVersion, Patch };
}

function system(text: string): DynamicBag {
  const { family, version } = found(text, SYSTEMS);
  const [major = "", MinorVersion = "", Patch = ""] = version;
  const name = family === "Windows" ? WINDOWS[`${major}.${MinorVersion}`] : undefined;
  return name === undefined
    ? { Family: family, MajorVersion: major, MinorVersion, Patch, PatchMinor: "" }
    : { Family: family, MajorVersion: name, MinorVersion: "", Patch: "", PatchMinor: "" };
}

const device = (text: string): DynamicBag =>
  DEVICES.find(([pattern]) => pattern.test(text))?.[1] ?? { Family: OTHER, Brand: "", Model: "" };

const PARTS: Readonly<Record<string, readonly [string, (text: string) => DynamicBag]>> = {
  browser: ["Browser", browser],
  os: ["OperatingSystem", system],
  device: ["Device", device],
};

function parseUserAgent(text: Dynamic, wanted: Dynamic): Dynamic {
  const names = Array.isArray(wanted) ? wanted.map(dynamicText) : [dynamicText(wanted)];
  const agent = dynamicText(text);
  const parts: DynamicBag = {};
  for (const name of names) {
    const part = PARTS[name.toLowerCase()];
    if (part !== undefined) parts[part[0]] = part[1](agent);
  }
  return parts;
}

export const userAgentFunctions: FunctionTable = {
  parse_user_agent: onDynamics((text = null, wanted = null) => parseUserAgent(text, wanted)),
};
