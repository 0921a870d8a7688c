// The person every story is about, and what becomes of her.
export const amara = {
  id: "u-40017",
  email: "amara.okafor@corp.example",
  firstName: "Amara",
  lastName: "Okafor",
  title: "Pilot",
  department: "Flight Ops",
  groups: ["crew-readers", "crew-dispatch", "canteen"],
};
export const promoted = { ...amara, title: "Chief Pilot" };
export const married = { ...amara, lastName: "Okafor-Eze" };
/** Out of one group. */
export const moved = (user) => ({ ...user, groups: ["crew-readers", "canteen"] });

/** What the mapping of a story's server begins with. */
export const names = {
  userName: "email",
  "name.givenName": "firstName",
  "name.familyName": "lastName",
  'emails[type eq "work"].value': "email",
};
