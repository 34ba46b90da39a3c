/** Functions that pack and unpack texts: gzip and zlib in base64, guids as bytes, names of international domains. */
import { domainToASCII, domainToUnicode } from "node:url";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";

import { type FunctionTable, type ScalarFunction, onTexts } from "./define.ts";

/** A text that unpacks to more than this is refused by giving nothing, as the service does with bad input. */
const UNPACKED_MAX = 16_777_216;

const unpacked = (
  unpack: (bytes: Buffer, options: { maxOutputLength: number }) => Buffer,
): ScalarFunction =>
  onTexts((text) => {
    try {
      return unpack(Buffer.from(text, "base64"), { maxOutputLength: UNPACKED_MAX }).toString(
        "utf8",
      );
    } catch {
      return "";
    }
  });

/** The first three parts of a guid are numbers, lowest byte first. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidOf(text: string): string | null {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 16) return null;
  const hex = Buffer.from(GUID_ORDER.map((at) => bytes[at] ?? 0)).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function bytesOfGuid(text: string): string {
  const bytes = Buffer.from(text.replaceAll("-", ""), "hex");
  return bytes.length === 16
    ? Buffer.from(GUID_ORDER.map((at) => bytes[at] ?? 0)).toString("base64")
    : "";
}

const PREFIX = "xn--";

export const encodingFunctions: FunctionTable = {
  gzip_decompress_from_base64_string: unpacked(gunzipSync),
  zlib_decompress_from_base64_string: unpacked(inflateSync),
  gzip_compress_to_base64_string: onTexts((text) => gzipSync(text).toString("base64")),
  zlib_compress_to_base64_string: onTexts((text) => deflateSync(text).toString("base64")),
  base64_decode_toguid: onTexts(guidOf),
  base64_encode_fromguid: onTexts(bytesOfGuid),
  punycode_to_string: onTexts((text) => domainToUnicode(PREFIX + text)),
  punycode_from_string: onTexts((text) => domainToASCII(text).replace(PREFIX, "")),
  punycode_domain_to_string: onTexts((text) => domainToUnicode(text)),
  punycode_domain_from_string: onTexts((text) => domainToASCII(text)),
};
