/** The licences of the packages that a bundle contains: most of them ask that their notice goes where their code goes. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Metafile } from "esbuild";
import { z } from "zod";

const NOTICE_FILE = /^(licen[sc]e|copying|notice|third-?party)/i;
const RULE = "=".repeat(80);

const Person = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const PackageManifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  author: Person.optional(),
});

/** Folders of the packages whose code is in the bundle's files, relative to the root, e.g. `node_modules/zod`. */
export function bundledPackages({ outputs }: Pick<Metafile, "outputs">): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs.flatMap(([file, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (/^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []) : [],
  );
  return [...new Set(folders)].toSorted();
}

/** One section a package: name, version, licence, and the texts of its licence files. */
export function thirdPartyNotices(root: string, folders: readonly string[]): string {
  const sections = new Map(folders.map((folder) => sectionOf(path.join(root, folder))));
  const ordered = [...sections.keys()].toSorted().map((title) => sections.get(title));
  return `This app contains the following packages.\n\n${ordered.join("\n")}`;
}

/** @returns the title, by which copies of one package at one version are told once, and the section. */
function sectionOf(folder: string): [title: string, section: string] {
  const manifest = PackageManifest.parse(
    JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")),
  );
  const { name, version, license = "licence not stated", author } = manifest;
  const title = `${name} ${version}`;
  const texts = readdirSync(folder)
    .filter((file) => NOTICE_FILE.test(file))
    .toSorted()
    .map((file) => readFileSync(path.join(folder, file), "utf8").trim());
  const by = author === undefined ? "" : ` By ${author}.`;
  const body = texts.length > 0 ? texts.join("\n\n") : `The package has no licence file.${by}`;
  return [title, `${RULE}\n${title} (${license})\n${RULE}\n\n${body}\n`];
}
