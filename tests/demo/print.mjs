// An outcome for a terminal.
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const [bold, dim, green, red] = ["1", "2", "32", "31"].map(paint);

export function print(title, outcome) {
  console.log(`\n${bold(title)}`);
  for (const server of outcome.servers) {
    console.log(`  ${server.server}: ${green(server.result)} (${server.reason}); access ${outcome.access}, ${outcome.durationMs} ms`);
    if (server.changed.length > 0) console.log(`    ${dim("attributes")} ${server.changed.join(", ")}`);
    for (const group of server.groups) console.log(`    ${dim("group")} ${group.name}: ${group.result}`);
    for (const warning of server.warnings) console.log(`    ${red("warning")} ${warning.message}`);
    if (server.error) console.log(`    ${red("error")} ${server.error.class}: ${server.error.message}`);
    if (server.requests.length === 0) console.log(`    ${dim("no request")}`);
    for (const request of server.requests) {
      const status = request.status === undefined ? "no answer" : request.status;
      console.log(`    ${dim(request.purpose.padEnd(12))} ${request.method.padEnd(6)} ${request.path.padEnd(46)} ${status}  ${request.durationMs} ms`);
    }
  }
}

print.provider = ({ Users, Groups = [] }) => {
  console.log(`\n${bold("What the provider holds in the end")}`);
  for (const user of Users) {
    const name = user.displayName ?? `${user.name.givenName} ${user.name.familyName}`;
    const title = user.title ? `, ${user.title}` : "";
    console.log(`  user  ${user.userName}, ${name}${title}, active ${user.active}`);
  }
  for (const group of Groups) console.log(`  group ${group.displayName}: ${group.members.length} member${group.members.length === 1 ? "" : "s"}`);
};
