/** What a module of expressions gives: how to compile each kind of node it knows. */
import type { SyntaxNode } from "../../syntax.ts";
import type { Context, Scalar } from "../context.ts";

export type CompileScalar = (node: SyntaxNode, context: Context) => Scalar;
export type ScalarTable = Readonly<Record<string, CompileScalar>>;
