// Where an administrator finds what the form asks for, in the provider's own words. The same as pkg/docs, shortened;
// `**` marks what stands on the provider's screen.
import type { ServerType } from "../../engine/protocol";

export interface Provider {
  type: ServerType;
  name: string;
  about: string;
  /** What the URL looks like there, and where it is found. */
  url: { example: string; where: string };
  /** What must be there, and the way to the credentials, step by step. */
  needs: string[];
  steps: string[];
  /** Where each credential is found, by its field's name. */
  where: Record<string, string>;
  /** What userName must equal, or nobody can sign in. */
  userName: string;
}

export const PROVIDERS: Provider[] = [
  {
    type: "aws",
    name: "AWS",
    about: "IAM Identity Center",
    url: {
      example: "https://scim.eu-west-1.amazonaws.com/kX1a2b3c4d5-6e7f-4a8b-9c0d-1e2f3a4b5c6d/scim/v2",
      where: "**Inbound automatic provisioning** shows it as **SCIM endpoint**.",
    },
    needs: ["An administrator of IAM Identity Center, with an external identity provider (SAML) as its identity source."],
    steps: [
      "In the IAM Identity Center console choose **Settings**. In the box **Automatic provisioning** choose **Enable**.",
      "In **Inbound automatic provisioning** copy the **SCIM endpoint**: it is the URL.",
      "Choose **Show token** and copy the **Access token** to where your platform's host keeps secrets. It is shown this once, and valid for one year.",
    ],
    where: { accessToken: "**Inbound automatic provisioning**, **Show token**, **Access token**." },
    userName: "`userName` must equal the SAML NameID of each person, in the form of an e-mail address. Otherwise the account is created and nobody can sign in to it.",
  },
  {
    type: "github",
    name: "GitHub",
    about: "an organisation with personal accounts and SAML",
    url: { example: "https://api.github.com/scim/v2/organizations/acme", where: "The organisation's name is the last part." },
    needs: [
      "An organisation on **GitHub Enterprise Cloud** with **SAML single sign-on on the organisation itself**. SAML on the enterprise, or Enterprise Managed Users, do not have this API.",
      "An account that owns the organisation, and a free licence for each invitation.",
    ],
    steps: [
      "As that owner: profile picture, **Settings**, **Developer settings**, **Personal access tokens**, a classic one with the scope `admin:org`.",
      "Beside the token choose **Configure SSO** and **Authorize** for the organisation; for that the owner must have signed in by SAML once.",
      "Or a **GitHub App** with the organisation permission **Members: read and write**, installed on the organisation. Try it with `probe`.",
    ],
    where: {
      accessToken: "**Settings**, **Developer settings**, **Personal access tokens**, scope `admin:org`; then **Configure SSO**, **Authorize**.",
      appId: "The app's **Client ID**, on its settings page.",
      installationId: "The field `id` of `GET /orgs/<organisation>/installation`.",
      privateKey: "The app's settings, **Generate a private key**; PEM, as GitHub gives it.",
    },
    userName: "`userName` must equal the SAML **NameID**; with Entra ID, `externalId` must equal the claim `objectidentifier` instead. Otherwise a person is never linked, although every request succeeds.",
  },
  {
    type: "github-enterprise",
    name: "GitHub Enterprise",
    about: "Enterprise Managed Users, or your own Enterprise Server",
    url: {
      example: "https://api.github.com/scim/v2/enterprises/acme",
      where: "On GHE.com `https://api.<name>.ghe.com/scim/v2/enterprises/<name>`, on Enterprise Server `https://<host>/api/v3/scim/v2`.",
    },
    needs: ["Enterprise Managed Users with SAML single sign-on, or GitHub Enterprise Server 3.17 or later with SAML. Only one system should write."],
    steps: [
      "Sign in as the **setup user**, `SHORTCODE_admin`, and go to the enterprise.",
      "**Settings**, **Authentication security**: under **Open SCIM Configuration** select **Enable open SCIM configuration**. On Enterprise Server: **SCIM Configuration**, **Enable SCIM configuration**.",
      "As the setup user, make a **personal access token (classic)** with the scope `scim:enterprise` and no expiration.",
    ],
    where: {
      accessToken: "The setup user's **personal access token (classic)** with the scope `scim:enterprise`.",
      appId: "The app's **Client ID**, on its settings page.",
      installationId: "The id of the app's installation on the enterprise.",
      privateKey: "The app's settings, **Generate a private key**; PEM, as GitHub gives it.",
      apiUrl: "Needed off github.com: `https://api.<name>.ghe.com`.",
    },
    userName: "`userName` must equal the SAML **NameID**; the login is made of it.",
  },
  {
    type: "salesforce",
    name: "Salesforce",
    about: "an organisation with My Domain",
    url: { example: "https://acme.my.salesforce.com/services/scim/v2", where: "Your **My Domain**, then `/services/scim/v2`." },
    needs: [
      "An organisation with My Domain and API access, and a user licence for each person.",
      "A **running user** with **API Enabled** and **Manage Users** in its profile.",
      "The **id of the profile** of new users, `00e...`: `GET <url>/Entitlements` lists profiles. It is the value in `entitlements` below.",
    ],
    steps: [
      "**Setup**, Quick Find **External Client App Manager**, **New External Client App**.",
      "**Enable OAuth**, scope **Manage user data via APIs (api)**. A callback URL is asked for and not used here.",
      "Client credentials: **Enable Client Credentials Flow** in the settings and in the policies, and give the running user as **Run As**. JWT bearer: upload the certificate of your key and pre-authorise the running user's profile.",
      "Copy **Consumer Key** and **Consumer Secret**.",
    ],
    where: {
      tokenUrl: "Your **My Domain**, then `/services/oauth2/token`. With JWT bearer `https://login.salesforce.com/services/oauth2/token`; for a sandbox at `test.salesforce.com`.",
      clientId: "The app's **Consumer Key**.",
      clientSecret: "The app's **Consumer Secret**.",
      privateKey: "The key whose certificate was uploaded to the app; PEM.",
      subject: "The running user's user name.",
      audience: "`https://login.salesforce.com`; for a sandbox `https://test.salesforce.com`.",
      accessToken: "A session's token; it ends after two idle hours unless set otherwise: for a trial.",
      refreshToken: "Needs a host with `saveSecret` where Salesforce rotates the token.",
    },
    userName: "`externalId` is the Federation ID there, which SAML sign-in rests on. It is sent only if you map it.",
  },
  {
    type: "generic",
    name: "Any SCIM 2.0 server",
    about: "whatever keeps to RFC 7643 and RFC 7644",
    url: { example: "https://wiki.example.com/scim/v2", where: "The **SCIM base URL**: the part before `/Users`, often ending in `/scim/v2`." },
    needs: [
      "A credential that may write users (and groups): a token, a user name and password, or an OAuth 2.0 client with the address of its token endpoint and the scope for SCIM.",
      "Which attributes it requires beyond `userName`, and what `externalId` means there.",
    ],
    steps: ["The words differ. In the administration of the application look for **SCIM**, **provisioning** or **user synchronisation**."],
    where: {},
    userName: "`userName` must equal what people are recognised by when they sign in, mostly the SAML NameID or the `sub` or e-mail of OpenID Connect.",
  },
];

export function providerOf(type: unknown): Provider | undefined {
  return PROVIDERS.find((one) => one.type === type);
}
