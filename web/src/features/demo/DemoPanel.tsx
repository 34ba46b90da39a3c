/** stub */
import type { LocalSignIn } from "../../api/localSignIn.ts";
export function DemoPanel({ onClose }: { local: LocalSignIn; onClose: () => void }) {
  return (
    <button type="button" onClick={onClose}>
      x
    </button>
  );
}
