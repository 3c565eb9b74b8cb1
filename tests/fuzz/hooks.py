"""What schemathesis is told beside the contract: how its role signs in, and again before the token is too old."""

import json
import os
from typing import Any
from urllib.request import Request, urlopen

import schemathesis

_SECONDS_OF_A_TOKEN = 10 * 60
NUMBER = os.environ.get("FUZZ_NUMBER", "")

if NUMBER:

    @schemathesis.auth(refresh_interval=_SECONDS_OF_A_TOKEN)
    class SignedIn:
        """The access token of the role's account."""

        def get(self, case: Any, context: Any) -> str:
            """Sign in, as the apps do."""
            body = json.dumps({"phone_number1": NUMBER, "password": os.environ["FUZZ_PASSWORD"]}).encode()
            address = f"{os.environ['FUZZ_ADDRESS']}/auth/jwt/create/"
            request = Request(address, body, {"Content-Type": "application/json"})
            with urlopen(request, timeout=60) as answer:
                token: str = json.load(answer)["access"]
            return token

        def set(self, case: Any, data: str, context: Any) -> None:
            """In the header."""
            case.headers = {**(case.headers or {}), "Authorization": f"JWT {data}"}
