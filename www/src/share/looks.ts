// What looks like a real secret. Rather one flag too many than a token in a link; the person decides.

/** Credentials whose makers gave them a form to be recognised by. */
const FORMS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
  [/\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/, "a GitHub token"],
  // RFC 7519: header and claims are JSON objects, `{"` in base64url.
  [/\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}/, "a JSON Web Token"],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/, "an AWS access key"],
  // A Salesforce session or access token: organization id, `!`, the rest.
  [/\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{20,}/, "a Salesforce token"],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,}/, "a Slack token"],
  [/\b(?:Bearer|Basic|SSWS)\s+[A-Za-z0-9+/._~=-]{12,}/, "an Authorization header"],
];
const IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s@]*:[^/?#\s@]+@/i;

/** Shorter ones are too like names and ids; AWS's SCIM tokens and most generated ones are longer. */
const LENGTH = 32;

/** Why a text looks like a secret; undefined where it does not. */
export function looksLikeSecret(text: string): string | undefined {
  for (const [form, what] of FORMS) if (form.test(text)) return what;
  if (IN_URL.test(text)) return "a password in an address";
  return text.split(/[\s,;"'`<>()[\]{}]+/).some(isRandom) ? "a long random text, as tokens are" : undefined;
}

/** Long, of one piece, of letters and digits mixed as no word or id has them. */
function isRandom(word: string): boolean {
  if (word.length < LENGTH || !/^[A-Za-z0-9+/_=~-]+$/.test(word)) return false;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(word)).length;
  return kinds === 3 ? changes(word) >= word.length / 4 : /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]+$/i.test(word);
}

/** How often neighbours are of different kinds: in words seldom, in random text at every second place. */
function changes(word: string): number {
  const kind = (char: string) => (/[a-z]/.test(char) ? 0 : /[A-Z]/.test(char) ? 1 : /[0-9]/.test(char) ? 2 : 3);
  return [...word].filter((char, place) => place > 0 && kind(char) !== kind(word.charAt(place - 1))).length;
}
