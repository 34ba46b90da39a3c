/** Every way to write an inside address that an attacker's callback may try. */
import { expect, test } from "vitest";

import { isAllowedAddress, refusalOf } from "./addresses.ts";

const PUBLIC = { allowLoopback: false };
const LOCAL = { allowLoopback: true };

// Each of these reaches the machine, its network or the cloud's credentials on some system.
test.each([
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://0177.0.0.1/",
  "https://0x7f000001/",
  "https://0x7f.0.0.0x1/",
  "https://①②⑦.⓪.⓪.①/",
  "https://127。0。0。1/",
  "https://0/",
  "https://0.0.0.0/",
  "https://[::]/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[::7f00:1]/",
  "https://[::ffff:0:7f00:1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[2002:7f00:1::]/",
  "https://[2001:0:7f00:1::]/",
  "https://[fe80::1]/",
  "https://[fc00::1]/",
  "https://[fd00:ec2::254]/latest/meta-data/",
  "https://[fec0::1]/",
  "https://[ff02::1]/",
  "https://[2001:db8::1]/",
  "https://10.0.0.1/",
  "https://012.0.0.1/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.1.1/",
  "https://192.0.0.192/",
  "https://100.100.100.200/",
  "https://169.254.169.254/metadata/instance",
  "https://2852039166/latest/meta-data/",
  "https://0xa9fea9fe/",
  "https://0251.0376.0251.0376/",
  "https://168.63.129.16/machine/",
  "https://[::ffff:168.63.129.16]/",
  "https://198.18.0.1/",
  "https://224.0.0.1/",
  "https://240.0.0.1/",
  "https://255.255.255.255/",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://api.localhost/",
  "https://metadata.google.internal/",
  "https://metadata/",
  "https://intranet/",
  "https://printer.local/",
  "https://nas.lan/",
  "https://1.0.0.127.in-addr.arpa/",
])("%s is refused by its form", (url) => {
  expect(refusalOf(url, PUBLIC)).toEqual(expect.any(String));
});

test.each([
  ["http://hooks.example.com/", "https"],
  ["ftp://hooks.example.com/", "https"],
  ["file:///etc/passwd", "https"],
  ["gopher://hooks.example.com/", "https"],
  ["javascript:alert(1)", "https"],
  ["hooks.example.com/path", "no address"],
  ["", "no address"],
  ["https://user:password@hooks.example.com/", "no user or password"],
  ["https://user@hooks.example.com/", "no user or password"],
  ["https://hooks.example.com@127.0.0.1/", "no user or password"],
  ["https://hooks.example.com:22/", "Port 22"],
  ["https://hooks.example.com:25/", "Port 25"],
  ["https://hooks.example.com:80/", "Port 80"],
  [`https://hooks.example.com/${"a".repeat(2000)}`, "longer"],
])("%s is refused, and the words say why", (url, words) => {
  expect(refusalOf(url, PUBLIC)).toContain(words);
});

test.each([
  "https://hooks.example.com/services/T000/B000/XXXX",
  "https://hooks.example.com:8443/path?sig=abc",
  "https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y",
  "https://93.184.215.14/",
  "https://[2606:4700::1111]/",
])("%s may be posted to", (url) => {
  expect(refusalOf(url, PUBLIC)).toBeUndefined();
});

test("the local run's setting admits loopback, with and without TLS, and nothing else inside", () => {
  for (const url of ["http://127.0.0.1:8080/hook", "http://localhost:8080/", "https://[::1]:9/"]) {
    expect(refusalOf(url, LOCAL)).toBeUndefined();
  }
  for (const url of [
    "http://10.0.0.1/",
    "https://10.0.0.1/",
    "http://169.254.169.254/",
    "http://hooks.example.com/",
    "http://user:pass@127.0.0.1/",
    "ftp://127.0.0.1/",
  ]) {
    expect(refusalOf(url, LOCAL)).toEqual(expect.any(String));
  }
});

test("what a name may resolve to: public addresses, whatever their form; nothing that is no address", () => {
  const outside = ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"];
  expect(outside.filter((one) => !isAllowedAddress(one, PUBLIC))).toEqual([]);
  const inside = [
    "127.0.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "168.63.129.16",
    "fe80::1%eth0",
    "",
    "host",
  ];
  expect(inside.filter((one) => isAllowedAddress(one, PUBLIC))).toEqual([]);
});
