/** A link whose target comes from outside: shows its host, opens apart, http and https only. */
import { Link } from "@fluentui/react-components";

import { madeVisible } from "./outsideCharacters.ts";

export function OutsideLink({ href, children }: { href: string; children: string }) {
  const url = URL.parse(href);
  if (url === null || !["https:", "http:"].includes(url.protocol)) return null;
  return (
    <Link href={url.href} target="_blank" rel="noopener noreferrer">
      {children} ({madeVisible(url.host)})
    </Link>
  );
}
