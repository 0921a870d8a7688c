// How requests prove who sends them. Secrets are named, never asked for.
import type { ServerType } from "../../engine/protocol";
import { edit } from "../../model/edit";
import { fieldsOf, isFields, pointerOf, textOf, type Path } from "../../model/shape";
import { looksLikeSecret } from "../../share/looks";
import { authenticationAs, fieldsFor, GRANTS, schemesOf, secretName, type AuthField } from "./auth-fields";
import { ChoiceField, Framed, idOf, problemsAt, Problems, TextField } from "./field";
import { providerOf } from "./providers";

export function Authentication({ path, value, type, serverId }: { path: Path; value: unknown; type: ServerType | undefined; serverId: string }) {
  const authentication = fieldsOf(value);
  const where = providerOf(type)?.where ?? {};
  const change = (scheme: string, grant?: string) => edit(path, authenticationAs(scheme, grant, authentication, serverId), "authentication");
  return (
    <div class="grid-2">
      <ChoiceField label="Authentication" path={[...path, "scheme"]} value={authentication["scheme"]} choices={schemesOf(type)} onChoose={(scheme) => scheme !== "" && change(scheme)} />
      {authentication["scheme"] === "oauth2" && (
        <ChoiceField label="Grant" path={[...path, "grant"]} value={authentication["grant"]} choices={GRANTS} onChoose={(grant) => grant !== "" && change("oauth2", grant)} />
      )}
      {fieldsFor(authentication).map((field) => (
        <AuthInput key={field.name} field={field} path={[...path, field.name]} value={authentication[field.name]} where={where[field.name]} serverId={serverId} />
      ))}
      {problemsAt(path).length > 0 && <Problems found={problemsAt(path)} />}
    </div>
  );
}

function AuthInput({ field, path, value, where, serverId }: { field: AuthField; path: Path; value: unknown; where: string | undefined; serverId: string }) {
  const label = field.optional === true ? `${field.label} (optional)` : field.label;
  const words = where ?? field.hint;
  if (field.kind === "secret" || field.kind === "secret-maybe") {
    return <SecretField label={label} path={path} value={value} hint={words} suggestion={secretName(serverId, field.name)} optional={field.optional === true} />;
  }
  if (field.kind === "where") {
    const choices = [
      { value: "basic", label: "in the Authorization header (Basic)" },
      { value: "body", label: "in the body" },
    ];
    return <ChoiceField label={label} path={path} value={value} choices={choices} unset="as found out: header first" hint={words} />;
  }
  return <TextField label={label} path={path} value={value} hint={words} mono required={field.optional !== true} />;
}

/** The name under which the host finds it. The secret itself has no field here. */
function SecretField({ label, path, value, hint, suggestion, optional }: { label: string; path: Path; value: unknown; hint: string | undefined; suggestion: string; optional: boolean }) {
  if (typeof value === "string") {
    return (
      <div class="field" id={idOf(path)}>
        <span class="label">{label}</span>
        <div class="notice notice-wait">
          <p>The secret itself stands in the configuration. It is not shown here; a name that your platform's host resolves is better.</p>
          <div class="buttons">
            <button type="button" class="button" onClick={() => edit(path, { secret: suggestion }, "a name for a secret")}>
              Replace it by the name {suggestion}
            </button>
          </div>
        </div>
        <Problems found={problemsAt(path)} />
      </div>
    );
  }
  const name = isFields(value) ? textOf(value["secret"]) : "";
  const looks = looksLikeSecret(name);
  return (
    <Framed label={`${label}: name of the secret`} path={path} hint={hint} deep>
      {(input) => (
        <>
          <input
            {...input}
            class="mono"
            value={name}
            placeholder={suggestion}
            spellcheck={false}
            autocomplete="off"
            data-pointer={pointerOf(path)}
            onInput={({ currentTarget }) => edit(path, currentTarget.value === "" && optional ? undefined : { secret: currentTarget.value }, label)}
          />
          {looks !== undefined && (
            <p class="field-problem" role="alert">
              This looks like {looks}. Only the name belongs here, such as <code>{suggestion}</code>; keep the secret where your platform keeps secrets.
            </p>
          )}
        </>
      )}
    </Framed>
  );
}
