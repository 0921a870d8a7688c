export { COMFORTABLE, decodeLink, encodeLink, isLink, type Shared } from "./link";
export { findSecrets, textWithoutSecrets, withoutSecrets, type Found } from "./secrets";
export { readFile, readText, type Brought } from "./files";
export { nodeCode } from "./node-code";
