/** Where the local host departs from the recorded one, and why. The conformance tests hold this list to the truth. */

export interface Departure {
  ids: RegExp;
  reason: string;
  /** Not replayed at all; otherwise it is replayed and must come out different. */
  isSkipped?: true;
}

const NO_WAITING =
  "A function that throws or returns nothing usable gets its 500 at once; nobody at a desk waits for the real host's 240 s.";
const FAILS_TO_START =
  "The local host does not start and says why, where the real one runs on and answers 404 or 503 to everything.";
const ONE_PROCESS =
  "Host and app are one process here: what kills the worker there ends the local run.";
const NO_TIME_LIMIT =
  "functionTimeout and the other time limits of the real host are not enforced on a desk, where people stop in debuggers.";

export const DEPARTURES: readonly Departure[] = [
  {
    ids: /^fail-(?!never|then-next)|^resp-(?:nothing|returns(?:Null|String|EmptyString|Number|True)|status(?:100|199|600|999|0|Bad)|cookieBadName|header(?:Wide|Newline|BadName)|streamError(?:First)?|lengthTooLong|unknown-kind)$/,
    reason: NO_WAITING,
  },
  { ids: /^fail-then-next$/, reason: NO_WAITING },
  { ids: /^fail-never$/, reason: NO_TIME_LIMIT, isSkipped: true },
  { ids: /^timeout-|^timer-timeout$/, reason: NO_TIME_LIMIT, isSkipped: true },
  { ids: /^body-length-too-long$/, reason: NO_TIME_LIMIT, isSkipped: true },
  { ids: /^die-|^reg-throwLater-/, reason: ONE_PROCESS, isSkipped: true },
  {
    ids: /^reg-(?:rootRoute|leadingSlash|duplicateName|duplicateNameCase|badRoute|badConstraint|throwAtLoad)-/,
    reason: FAILS_TO_START,
  },
  {
    ids: /^route-(?:site-root|root-post|root-head)$|^reg-(?:starRoute|noFunctions)-\/$/,
    reason: "The page at / is the product's own, not the welcome page of Azure Functions.",
  },
  {
    ids: /^header-(?:utf8|30k|invocation)$/,
    reason: "The real worker loses these requests (no answer in 285 s); here they are answered.",
  },
  {
    ids: /^body-half-read-then-next$/,
    reason: "A body left half read makes the next request hang there; here it does not.",
  },
  {
    ids: /^header-connection$/,
    reason:
      "Only the spelling of the connection header that a function sees: Kestrel keeps `close`.",
  },
  {
    ids: /^body-json-invalid-caught$/,
    reason: "JSON error texts are those of Node 20 there and of Node 24 here.",
  },
  {
    ids: /^route-split-get$|^reg-badMethod-\/api\/odd$/,
    reason:
      "Node's HTTP parser refuses methods that it does not know, `get` in small letters among them.",
  },
  {
    ids: /^body-length-and-chunked$/,
    reason: "Node refuses a request with both lengths, as RFC 9112 recommends against smuggling.",
  },
  {
    ids: /^body-expect-other$/,
    reason: "Node answers an unknown expectation with 417; there the worker loses the request.",
  },
  {
    ids: /^body-110m-json$/,
    reason:
      "Too large a body is a 500 here whatever its type; there this one only loses its connection.",
  },
  {
    ids: /^buffered-resp-(?:headerConnection|headerTransfer|lengthTooShort)$/,
    reason: "Functions that set framing headers with streaming off; this product streams.",
  },
  {
    ids: /^reg-(?:noFunctions|lateRegister|disabled)-log$/,
    reason:
      "Log lines in the real host's own words; the behaviour is covered by the other entries.",
    isSkipped: true,
  },
  {
    ids: /^alive-while-hanging$/,
    reason: "Needs the 40 hanging requests of the recorder; see concurrent-300.",
    isSkipped: true,
  },
  {
    ids: /^timer-(?:zero-span|schedule-(?:27|28))$/,
    reason: "A schedule without pause is refused here; there it spins, 1,700 runs in 9 s.",
  },
  {
    ids: /^timer-retry$/,
    reason: "Retry options of timers are not played; no timer of this product has any.",
    isSkipped: true,
  },
  {
    ids: /^timer-two-hosts$/,
    reason: "One machine runs one host; the lease between hosts has no counterpart.",
    isSkipped: true,
  },
];

export const departureOf = (id: string): Departure | undefined =>
  DEPARTURES.find(({ ids }) => ids.test(id));
