/** stub */
export function IncidentPage({ number }: { number: number }) {
  return <p>{number}</p>;
}
