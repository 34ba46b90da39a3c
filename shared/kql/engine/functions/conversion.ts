/** Conversions and tests of types. */
import { absentOf } from "../convert.ts";
import { isBag } from "../values.ts";
import type { KqlValue } from "../values.ts";
import { type FunctionTable, type ScalarFunction, conversion } from "./define.ts";

const isEmpty: ScalarFunction = (call) => {
  const type = call.types[0];
  return (value = null) =>
    value === null || (value === "" && (type === "string" || type === "dynamic"));
};

const isNotEmpty: ScalarFunction = (call) => {
  const empty = isEmpty(call);
  return (value = null) => empty(value) !== true;
};

function typeNameOf(value: KqlValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isBag(value)) return "dictionary";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "long" : "double";
  return typeof value === "boolean" ? "bool" : typeof value === "bigint" ? "long" : "string";
}

const getType: ScalarFunction = (call) => {
  const type = call.types[0] ?? "string";
  return (value = null) => (type === "dynamic" ? typeNameOf(value) : type);
};

const coalesce: ScalarFunction = (call) => {
  const absent = absentOf(call.result);
  return (...values) => values.find((value) => value !== null && value !== "") ?? absent;
};

export const conversionFunctions: FunctionTable = {
  tostring: conversion("string"),
  tolong: conversion("long"),
  toint: conversion("int"),
  toreal: conversion("real"),
  todouble: conversion("real"),
  todecimal: conversion("decimal"),
  tobool: conversion("bool"),
  toboolean: conversion("bool"),
  todatetime: conversion("datetime"),
  totimespan: conversion("timespan"),
  totime: conversion("timespan"),
  toguid: conversion("guid"),
  todynamic: conversion("dynamic"),
  parse_json: conversion("dynamic"),
  parsejson: conversion("dynamic"),
  toobject: conversion("dynamic"),
  isnull: (call) => (call.types[0] === "string" ? () => false : (value = null) => value === null),
  isnotnull: (call) => (call.types[0] === "string" ? () => true : (value = null) => value !== null),
  notnull: (call) => (call.types[0] === "string" ? () => true : (value = null) => value !== null),
  isempty: isEmpty,
  isnotempty: isNotEmpty,
  notempty: isNotEmpty,
  gettype: getType,
  coalesce,
};
