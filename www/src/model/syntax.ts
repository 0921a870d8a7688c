// What is wrong with a text that is not JSON, and where: JSON.parse says it differently in every browser.
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import type { Problem } from "../engine/protocol";

/** A problem with a place in the text, where the text itself is broken. */
export interface PlacedProblem extends Problem {
  from?: number;
  to?: number;
}

const WORDS: Record<string, [message: string, help?: string]> = {
  InvalidSymbol: ["this is no JSON value", "values are \"text\" in double quotes, numbers, true, false, null, { } and [ ]"],
  InvalidNumberFormat: ["this is no JSON number", "write it as 1, -1, 0.5 or 1e3"],
  PropertyNameExpected: ["a field's name is missing here", "names stand in double quotes; after the last field there is no comma"],
  ValueExpected: ["a value is missing here", "after the last value there is no comma"],
  ColonExpected: ["a colon is missing here", "a field is written \"name\": value"],
  CommaExpected: ["a comma is missing here", "fields and values are separated by commas"],
  CloseBraceExpected: ["a closing } is missing"],
  CloseBracketExpected: ["a closing ] is missing"],
  EndOfFileExpected: ["the JSON has ended before this", "remove what follows, or the bracket too many before it"],
  InvalidCommentToken: ["JSON has no comments", "remove it; a server's `description` is for notes"],
  UnexpectedEndOfComment: ["JSON has no comments", "remove it; a server's `description` is for notes"],
  UnexpectedEndOfString: ["this text has no closing quote", "texts end on the line they begin on, with a double quote"],
  UnexpectedEndOfNumber: ["this is no JSON number", "write it as 1, -1, 0.5 or 1e3"],
  InvalidUnicode: ["this is no character", "write \\u and four digits, such as \\u00e9"],
  InvalidEscapeCharacter: ["this character cannot be escaped", "write a backslash as \\\\"],
  InvalidCharacter: ["a control character in a text", "write a line break as \\n, a tab as \\t"],
};

export function syntaxProblem(text: string): PlacedProblem {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const first = errors[0];
  const from = Math.min(first?.offset ?? text.length, text.length);
  const { line, column } = placeOf(text, from);
  const [message, help] = (first && WORDS[printParseErrorCode(first.error)]) ?? ["this is no JSON"];
  return {
    severity: "error",
    path: "",
    code: "bad-json",
    message: `line ${line}, column ${column}: ${message}`,
    ...(help === undefined ? {} : { help }),
    from,
    to: Math.min(from + Math.max(first?.length ?? 1, 1), text.length),
  };
}

/** Counted from one, as editors do. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - before.lastIndexOf("\n") };
}
