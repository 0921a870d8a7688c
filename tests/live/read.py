"""Reads a SCIM server back with scim2-client, which shares nothing with scimhook.

read.py URL AUTHORIZATION: for each line on stdin, one JSON line {"users": [...], "groups": [...]} on stdout.
"""

import json
import sys
import warnings

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import EnterpriseUser, Group, SearchRequest, User

PAGE = 50


def everything(client, model):
    """Every resource of a type, page by page."""
    found = []
    while True:
        page = client.query(model, query_parameters=SearchRequest(start_index=len(found) + 1, count=PAGE))
        found += page.resources or []
        if not page.resources or len(found) >= page.total_results:
            return [resource.model_dump() for resource in found]


def main():
    warnings.simplefilter("ignore")
    url, authorization = sys.argv[1:]
    http = Client(base_url=url, headers={"Authorization": authorization}, trust_env=False)
    client = SyncSCIMClient(http, resource_models=[User[EnterpriseUser], Group])
    client.register_naive_resource_types()
    for _ in sys.stdin:
        held = {"users": everything(client, User[EnterpriseUser]), "groups": everything(client, Group)}
        print(json.dumps(held), flush=True)


main()
