/** Leases in container `control`: one holder at a time, and a number that tells an overtaken holder from the current one. */
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { Lease } from "../schemas/leases.ts";

type Needs = Pick<Deps, "clock" | "documents">;

export interface HeldLease {
  name: string;
  /** Grows with every holder; write it with what the lease protects, and refuse a smaller one. */
  fence: number;
}

const CONTAINER = "control";

/** Takes the lease for so long; `undefined` while somebody else holds it. */
export async function acquire(
  { clock, documents }: Needs,
  name: string,
  durationMs: number,
): Promise<HeldLease | undefined> {
  const id = `lease:${name}`;
  const now = clock.now();
  const stored = await documents.read(CONTAINER, [id], id);
  const current = stored && Lease.parse(stored.doc);
  if (current !== undefined && Date.parse(current.lease_until) > now.getTime()) return undefined;
  const doc: Lease = {
    type: "lease",
    id,
    lease_until: plusMs(now, durationMs).toISOString(),
    fence: (current?.fence ?? 0) + 1,
  };
  const outcome = await documents.batch(
    CONTAINER,
    [id],
    [stored === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: stored.etag }],
  );
  return outcome === "done" ? { name, fence: doc.fence } : undefined;
}

/** Extends the lease from now. `false` when it has passed to another holder. */
export async function renew(needs: Needs, held: HeldLease, durationMs: number): Promise<boolean> {
  return moveEnd(needs, held, plusMs(needs.clock.now(), durationMs));
}

/** Frees the lease for the next holder; does nothing when it has already passed on. */
export async function release(needs: Needs, held: HeldLease): Promise<void> {
  await moveEnd(needs, held, needs.clock.now());
}

async function moveEnd({ documents }: Needs, held: HeldLease, end: Date): Promise<boolean> {
  const id = `lease:${held.name}`;
  const stored = await documents.read(CONTAINER, [id], id);
  const current = stored && Lease.parse(stored.doc);
  if (stored === undefined || current?.fence !== held.fence) return false;
  const doc: Lease = { ...current, lease_until: end.toISOString() };
  const write = { kind: "replace", doc, etag: stored.etag } as const;
  return (await documents.batch(CONTAINER, [id], [write])) === "done";
}
