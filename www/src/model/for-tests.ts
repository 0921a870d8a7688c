// The model's modules with one state between them, for tests outside a page.
export * as edit from "./edit";
export * as read from "./read";
export * as state from "./state";
