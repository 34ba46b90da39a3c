/** Functions, aggregates and plugins that public hunting content uses now and then. Values follow the documentation. */
import { expect, test } from "vitest";

import { rowsOf, runQuery } from "./queryText.fixture.ts";

const value = (expression: string): unknown => rowsOf(`print ${expression}`)[0]?.[0];

test.each([
  ['format_ipv4_mask("192.168.1.17", 24)', "192.168.1.0/24"],
  ['format_ipv4_mask("nowhere", 24)', ""],
  [
    'tostring(ipv4_range_to_cidr_list("1.1.128.0", "1.1.140.255"))',
    '["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]',
  ],
  ['parse_ipv6_mask("127.0.0.1", 24)', "0000:0000:0000:0000:0000:ffff:7f00:0000"],
  ['gzip_decompress_from_base64_string(gzip_compress_to_base64_string("héllo"))', "héllo"],
  ['zlib_decompress_from_base64_string("eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=")', "Test string 123"],
  ['gzip_decompress_from_base64_string("no")', ""],
  [
    'base64_encode_fromguid(toguid("e2829ef6-f2e3-4a1e-9a3c-0c3f1c0a3b52"))',
    "9p6C4uPyHkqaPAw/HAo7Ug==",
  ],
  [
    'tostring(base64_decode_toguid("9p6C4uPyHkqaPAw/HAo7Ug=="))',
    "e2829ef6-f2e3-4a1e-9a3c-0c3f1c0a3b52",
  ],
  ["tostring(array_iif(dynamic([true,false]), 1, 2))", "[1,2]"],
  ["isnull(geo_info_from_ip_address('no address'))", true],
])("%s", (expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

test("a user agent tells browser, system and device, those that are asked for", () => {
  const agent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.1.0.0 Safari/537.36 Edg/120.0.2210.91";
  const [row] = rowsOf(
    `print p = parse_user_agent("${agent}", dynamic(["browser", "os"])) | project p.Browser.Family, p.Browser.MajorVersion, p.OperatingSystem.Family, p.OperatingSystem.MajorVersion, isnull(p.Device)`,
  );
  expect(row).toEqual(["Edge", "120", "Windows", "10", true]);
});

test("sketches that are merged count and rank like the values in them", () => {
  const query = `range x from 1 to 100 step 1 | extend g = x % 2
    | summarize h = hll(x % 10), d = tdigest(x) by g
    | summarize h = hll_merge(h), d = tdigest_merge(d)
    | project dcount_hll(h), toreal(percentile_tdigest(d, 50)), rank_tdigest(d, 25), percentrank_tdigest(d, 50)`;
  expect(rowsOf(query)).toEqual([[10, 50, 25, 50]]);
});

test("weighted percentiles and covariances follow their definitions", () => {
  const data = "datatable(v:long, w:long)[10,1, 20,3, 30,1]";
  expect(rowsOf(`${data} | summarize percentilesw(v, w, 20, 50, 100)`)).toEqual([[10, 20, 30]]);
  expect(rowsOf(`${data} | summarize covariance(v, v), covariancep(v, w)`)).toEqual([[100, 0]]);
});

test("chance is another one in each row, within its bounds", () => {
  const [row] =
    rowsOf(`range x from 1 to 500 step 1 | extend r = rand(), n = rand(10), g = new_guid()
    | summarize dcount(r) > 400, min(r) >= 0 and max(r) < 1, dcount(n) == 10, max(n) < 10, dcount(g) == 500`);
  expect(row).toEqual([true, true, true, true, true]);
});

test("a session starts anew when a row is too far from its first one or from the one before", () => {
  const query = `datatable(u:string, t:datetime)[
      "a", datetime(2024-01-01T00:00), "a", datetime(2024-01-01T00:04), "a", datetime(2024-01-01T00:08),
      "a", datetime(2024-01-01T00:12), "a", datetime(2024-01-01T00:30), "b", datetime(2024-01-01T00:31)]
    | sort by u asc, t asc
    | extend s = row_window_session(t, 10m, 5m, u != prev(u)) | project tostring(format_datetime(s, "HH:mm"))`;
  expect(rowsOf(query).flat()).toEqual(["00:00", "00:00", "00:00", "00:12", "00:30", "00:31"]);
});

const NETWORKS =
  'let N = datatable(net:string, who:string)["10.0.0.0/8","ten", "10.1.0.0/16","one", "8.8.8.8","dns"];';
const SOURCES = 'datatable(ip:string)["10.1.2.3", "8.8.8.8", "1.1.1.1", "x"]';

test("ipv4_lookup puts each row beside all networks it is in", () => {
  const query = `${NETWORKS} ${SOURCES} | evaluate ipv4_lookup(N, ip, net`;
  expect(rowsOf(`${query}) | project ip, who`)).toEqual([
    ["10.1.2.3", "ten"],
    ["10.1.2.3", "one"],
    ["8.8.8.8", "dns"],
  ]);
  expect(rowsOf(`${query}, return_unmatched=true) | where isempty(who) | project ip`)).toEqual([
    ["1.1.1.1"],
    ["x"],
  ]);
});

test("getschema lists columns, and bin_auto uses the size that a set statement gives", () => {
  expect(rowsOf("print a = 1, b = 'x' | getschema")).toEqual([
    ["a", 0, "System.Int64", "long"],
    ["b", 1, "System.String", "string"],
  ]);
  const bins =
    "set query_bin_auto_size=10; range x from 1 to 25 step 1 | summarize count() by bin_auto(x)";
  expect(rowsOf(bins)).toEqual([
    [0, 9],
    [10, 10],
    [20, 6],
  ]);
  expect(() => runQuery("print bin_auto(5)")).toThrow(/query_bin_auto_size/);
});
