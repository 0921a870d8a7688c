"""Judges request bodies with scim2-models, which shares nothing with scimhook.

For each line on stdin, {"kind": "User" | "Group", "method": "POST" | "PUT" | "PATCH", "body": {...}}, one line on
stdout: {"error": null | text, "again": {...}}, where "again" is the body as the models understood it. What does not come
back as it was sent was wrong: plain validation alone turns "yes" into true and adds missing schemas.
"""

import json
import sys

from scim2_models import Context, EnterpriseUser, Group, PatchOp, User

MODELS = {"User": User[EnterpriseUser], "Group": Group}
CONTEXTS = {
    "POST": Context.RESOURCE_CREATION_REQUEST,
    "PUT": Context.RESOURCE_REPLACEMENT_REQUEST,
    "PATCH": Context.RESOURCE_PATCH_REQUEST,
}


def judge(kind, method, body):
    model = PatchOp[MODELS[kind]] if method == "PATCH" else MODELS[kind]
    understood = model.model_validate(body, scim_ctx=CONTEXTS[method])
    return understood.model_dump(scim_ctx=CONTEXTS[method])


for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"error": None, "again": judge(**question)}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the verdict
        answer = {"error": f"{type(error).__name__}: {error}", "again": None}
    print(json.dumps(answer), flush=True)
