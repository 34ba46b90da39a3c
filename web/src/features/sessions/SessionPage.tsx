/** stub */
export function SessionPage({
  id,
}: {
  id: string;
  openClaim: string | undefined;
  onClaim: (c: string | undefined) => void;
}) {
  return <p>{id}</p>;
}
