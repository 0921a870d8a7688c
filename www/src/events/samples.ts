// Ready-made events about one person, for the application that the configuration names first.
import type { Source, User } from "../../../pkg/scimhook.js";
import { isObject, type Json } from "./read";
import { applicationsOf, type SampleEvent } from "./types";

export interface Sample {
  id: string;
  title: string;
  /** What it shows, in a sentence. */
  note: string;
  make(config: unknown): SampleEvent;
}

const AMARA: User = {
  id: "u-40017",
  userName: "amara.okafor",
  email: "amara@corp.example",
  firstName: "Amara",
  lastName: "Okafor",
  displayName: "Amara Okafor",
  title: "Site Reliability Engineer",
  department: "Operations",
  groups: ["readers", "operators"],
};

function login(config: unknown, user: User): SampleEvent {
  return { application: applicationsOf(config)[0] ?? "console", user };
}

export const samples: readonly Sample[] = [
  {
    id: "first-access",
    title: "First access",
    note: "She opens the application for the first time: account and groups are made.",
    make: (config) => login(config, AMARA),
  },
  {
    id: "changed-profile",
    title: "Changed profile",
    note: "The same person with another name and title: one request with what changed.",
    make: (config) => login(config, { ...AMARA, lastName: "Okafor-Lind", displayName: "Amara Okafor-Lind", title: "Staff Engineer" }),
  },
  {
    id: "left-group",
    title: "Left a group",
    note: "She is no longer one of the operators. Groups left are given up in the mode `mirror` only.",
    make: (config) => login(config, { ...AMARA, groups: ["readers"] }),
  },
  {
    id: "disabled",
    title: "Disabled user",
    note: "Leavers do not log in: your platform sends this when the account is disabled.",
    make: () => ({ type: "user.disabled", user: AMARA }),
  },
  {
    id: "deleted",
    title: "Deleted user",
    note: "As above, for an account that is gone. What becomes of the account there, `deprovision` says.",
    make: () => ({ type: "user.deleted", user: AMARA }),
  },
  {
    id: "group-renamed",
    title: "Renamed group",
    note: "The group keeps its members under another name.",
    make: () => ({ type: "group.renamed", group: { name: "site-operators", previousName: "operators" } }),
  },
  {
    id: "missing-attribute",
    title: "Missing attribute",
    note: "What `userName` is made of is not there: an error that names it, before any request.",
    make: (config) => login(config, withoutUserName(config)),
  },
  {
    id: "quotes-unicode",
    title: "Quotes and Unicode",
    note: "A name that would break out of a filter or a header, if it could.",
    make: (config) =>
      login(config, {
        ...AMARA,
        id: "u-40018",
        userName: 'zoe"o\'brien',
        email: "zoe+hr@corp.example",
        firstName: "Zoë 王",
        lastName: 'O\'Brien "Zo" \\ Łukasz',
        displayName: 'Zoë 王 "Zo" O\'Brien 👩🏽‍🚀 \u202eevil\u202c',
        groups: ['R&D "alpha"', "Größe/ÄÖÜ", "readers"],
      }),
  },
];

/** Amara without each property that some server's `userName` is read from, `id` excepted. */
function withoutUserName(config: unknown): User {
  const servers = isObject(config) && Array.isArray(config.servers) ? (config.servers as unknown[]) : [];
  const sources = servers.map((server) => (isObject(server) && isObject(server.attributes) ? (server.attributes.userName as Source | undefined) : undefined));
  const read = new Set(["email", "userName", ...sources.flatMap(propertiesOf)]);
  return Object.fromEntries(Object.entries(AMARA as Json).filter(([name]) => name === "id" || name === "groups" || !read.has(name))) as User;
}

function propertiesOf(source: Source | undefined): string[] {
  if (typeof source === "string") return [source.split(".")[0] ?? source];
  if (Array.isArray(source)) return source.flatMap(propertiesOf);
  return isObject(source) && typeof source.expression === "string" ? [...source.expression.matchAll(/\buser\.(\w+)/g)].flatMap(([, name]) => name ?? []) : [];
}
