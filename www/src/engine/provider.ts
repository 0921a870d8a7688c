// One simulated provider, set up so that it takes what the configuration says.
import type { Simulator, SimulatorOptions } from "../../../pkg/testing.js";
import { addressesOf, type Addresses } from "./addresses";
import type { Server } from "./protocol";
import { secretsOf, valueOf } from "./secrets";
import { readdressed, standInsOf, type StandIns } from "./stand-ins";

export interface Provider {
  /** Who shares it: those of one address. */
  servers: Server[];
  addresses: Addresses;
  sim: Simulator;
  standIns: StandIns;
  secrets: Map<string, string>;
  /** The request as the simulator is to have it. */
  inwards(url: string, body: string | undefined): { url: string; body: string | undefined } | undefined;
}

export type MakeSimulator = (options: SimulatorOptions) => Simulator;

export function providerOf(
  server: Server,
  make: MakeSimulator,
  setup: { switches: Record<string, string>; seed: number; now: () => number },
): Provider {
  const addresses = addressesOf(server);
  const standIns = standInsOf(server);
  const { authentication } = server;
  const audience = authentication.scheme === "oauth2" && authentication.grant === "jwtBearer" ? authentication.audience : undefined;
  return {
    servers: [server],
    addresses,
    standIns,
    secrets: secretsOf(server),
    sim: make({ type: server.type, url: addresses.base, ...credentials(server), ...setup }),
    inwards(url, body) {
      const inside = addresses.inside(url);
      if (inside === undefined) return undefined;
      const said = audience !== undefined && body !== undefined && addresses.isToken(url) ? readdressed(body, audience, inside) : body;
      return { url: inside, body: said === undefined ? undefined : standIns.inwards(said) };
    },
  };
}

/** The options by which a simulator knows the credentials of the configuration. */
function credentials({ authentication: given }: Server): Partial<SimulatorOptions> {
  switch (given.scheme) {
    case "accessToken":
      return { token: valueOf(given.accessToken) };
    case "basic":
      return { basic: { username: given.username, password: valueOf(given.password) } };
    case "githubApp":
      return { app: { appId: given.appId, installationId: given.installationId } };
    case "oauth2":
      return { oauth: client(given) };
  }
}

function client(given: Extract<Server["authentication"], { scheme: "oauth2" }>): NonNullable<SimulatorOptions["oauth"]> {
  const { clientId } = given;
  switch (given.grant) {
    case "clientCredentials":
      return { clientId, clientSecret: valueOf(given.clientSecret) };
    case "refreshToken":
      return { clientId, clientSecret: valueOf(given.clientSecret), refreshToken: valueOf(given.refreshToken) };
    case "jwtBearer":
      return { clientId, subject: given.subject };
    case "password":
      return { clientId, clientSecret: valueOf(given.clientSecret), username: given.username, password: valueOf(given.password) };
  }
}

/** The providers of a configuration, one an address. Those that cannot be made are told by `refuse`. */
export function providersOf(
  servers: Server[],
  make: MakeSimulator,
  setup: (server: Server) => { switches: Record<string, string>; seed: number; now: () => number },
  refuse: (index: number, message: string) => void,
): Provider[] {
  const made: Provider[] = [];
  servers.forEach((server, index) => {
    const { base } = addressesOf(server);
    const shared = made.find((one) => one.addresses.base === base && one.sim.type === server.type);
    if (shared !== undefined) return void shared.servers.push(server);
    try {
      made.push(providerOf(server, make, setup(server)));
    } catch (error) {
      refuse(index, error instanceof Error ? error.message : String(error));
    }
  });
  return made;
}
