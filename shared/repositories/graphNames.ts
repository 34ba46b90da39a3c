/**
 * Names of one entity: an alias in each name's partition leads to a more telling one, which lists its members. Names are
 * joined for ever; what each knows stays in its partition and is put together when it is read.
 */
import { createHash } from "node:crypto";

import { AppError } from "../domain/errors.ts";
import type { GraphName } from "../domain/graphAliases.ts";
import { byRank, canBeOne } from "../domain/graphNames.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { AliasRecord, MemberRecord, NodeRecord } from "../schemas/graph.ts";

const TRIES = 10;
/** Names of one entity; what would make more of them is no person but a mistake in the logs. */
const NAMES_MAX = 20;

/** An entity under all of its names. */
export interface StoredEntity {
  /** The most telling name's id. */
  root: string;
  /** Ids of all names, the root first. */
  ids: string[];
  /** What people write for each id. */
  values: ReadonlyMap<string, string>;
  /** The names that investigations used; empty when none did, and only an alias is known. */
  nodes: NodeRecord[];
}

interface Head {
  node: NodeRecord | undefined;
  alias: AliasRecord | undefined;
  members: MemberRecord[];
}

/** With `asOf` as it was known then: names that were joined later are apart. A few queries, each in one partition. */
export async function readEntity(
  documents: DocumentStore,
  tenantId: string,
  nodeId: string,
  asOf?: string,
): Promise<StoredEntity> {
  const heads = new Map<string, Head>();
  const read = async (id: string): Promise<Head> => {
    const known = heads.get(id) ?? (await readHead(documents, tenantId, id, asOf));
    heads.set(id, known);
    return known;
  };
  let root = nodeId;
  for (let hop = 0; hop < NAMES_MAX; hop += 1) {
    const { alias } = await read(root);
    if (alias === undefined) break;
    root = alias.leads_to;
  }
  const ids = new Set([root]);
  const values = new Map<string, string>();
  const nodes: NodeRecord[] = [];
  for (const id of ids) {
    const { node, members } = await read(id);
    if (node !== undefined) nodes.push(node);
    if (node !== undefined && !values.has(id)) values.set(id, node.value);
    for (const { value, member_id, member_value } of members) {
      if (!values.has(id)) values.set(id, value);
      if (!values.has(member_id)) values.set(member_id, member_value);
      if (ids.size < NAMES_MAX) ids.add(member_id);
    }
  }
  return { root, ids: [...ids], values, nodes };
}

async function readHead(
  documents: DocumentStore,
  tenantId: string,
  nodeId: string,
  asOf: string | undefined,
): Promise<Head> {
  const { items } = await documents.query("graph", {
    partition: [tenantId, nodeId],
    where: [{ op: "in", field: "type", values: ["node", "alias", "member"] }],
    limit: NAMES_MAX * 2,
  });
  const isKnown = (at: string): boolean => asOf === undefined || at <= asOf;
  const head: Head = { node: undefined, alias: undefined, members: [] };
  for (const { doc } of items) {
    if (doc["type"] === "node") head.node = NodeRecord.parse(doc);
    else if (doc["type"] === "alias") head.alias = AliasRecord.parse(doc);
    else head.members.push(MemberRecord.parse(doc));
  }
  return {
    node: head.node !== undefined && isKnown(head.node.first_seen) ? head.node : undefined,
    alias: head.alias !== undefined && isKnown(head.alias.at) ? head.alias : undefined,
    members: head.members.filter(({ at }) => isKnown(at)),
  };
}

/**
 * Makes two names one entity, with all the names that each has; a repeat changes nothing. What cannot be one (two hosts
 * of different domains), or would have too many names, stays apart.
 * @throws AppError `conflict` when the names keep changing.
 */
export async function joinNames(
  documents: DocumentStore,
  tenantId: string,
  [one, other]: readonly [GraphName, GraphName],
  at: string,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const [a, b] = await Promise.all([
      readEntity(documents, tenantId, one.node_id),
      readEntity(documents, tenantId, other.node_id),
    ]);
    if (a.root === b.root) return;
    const ids = [...a.ids, ...b.ids];
    if (ids.length > NAMES_MAX || !canBeOne(ids)) return;
    const valueOf = (id: string): string =>
      [one, other].find(({ node_id }) => node_id === id)?.value ??
      a.values.get(id) ??
      b.values.get(id) ??
      id;
    // The lower of the two always leads: concurrent joins make no circle.
    const [root = "", leaf = ""] = [a.root, b.root].toSorted(byRank);
    // The way back first: after a crash between the two writes, the repeat finds them apart and does both.
    await putMember(documents, {
      id: `member:${createHash("sha256").update(leaf).digest("hex").slice(0, 40)}`,
      type: "member",
      tenant_id: tenantId,
      node_id: root,
      value: valueOf(root),
      member_id: leaf,
      member_value: valueOf(leaf),
      at,
    });
    const alias: AliasRecord = {
      id: "alias",
      type: "alias",
      tenant_id: tenantId,
      node_id: leaf,
      leads_to: root,
      at,
    };
    const write: Write = { kind: "create", doc: alias };
    if ((await documents.batch("graph", [tenantId, leaf], [write])) === "done") return;
  }
  throw new AppError("conflict", "The names keep changing.");
}

/** One that is there already stays. */
const putMember = (documents: DocumentStore, member: MemberRecord) =>
  documents.batch(
    "graph",
    [member.tenant_id, member.node_id],
    [{ kind: "create", doc: { ...member } }],
  );
