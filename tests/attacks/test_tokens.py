"""Tokens that we didn't give: no signature, another's key, another kind, another time. Each door answers 401.

What a token loses by changes of its account stands in `api/tests/test_tokens.py`, the list of keys in `test_keys.py`.
"""

import base64
import json
import time
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.test import Client

from api import tokens
from api.realtime.passes import Refused, by_token
from backoffice.users.tests.makers import PASSWORD, make_parent, make_staff

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"


@pytest.fixture
def pair():
    return tokens.sign_in(make_parent(password=PASSWORD).user)


def opened(token):
    """The header and the claims of a token of ours."""
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


def part(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def unsigned(header, claims):
    return f"{part(header)}.{part(claims)}."


def ours(token, *, header=None, key=None, algorithm="HS256", drop=(), **claims):
    """The token with another header or other claims, signed by our own key unless another is given."""
    old, said = opened(token)
    claims = {name: value for name, value in (said | claims).items() if name not in drop}
    kept = {name: value for name, value in old.items() if name not in ("alg", "typ")}
    return jwt.encode(claims, key or settings.JWT_KEYS[0], algorithm=algorithm, headers=kept | (header or {}))


def by_rsa(token):
    """Signed by a key of a pair, in the hope that our secret is taken for its public half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    said = f"{part(opened(token)[0] | {'alg': 'RS256'})}.{part(opened(token)[1])}"
    signature = key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{said}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


NOW = int(time.time())

FORGED = {
    "alg none": lambda t: unsigned({"alg": "none", "typ": "JWT"}, opened(t)[1]),
    "alg None with our kid": lambda t: unsigned(opened(t)[0] | {"alg": "None"}, opened(t)[1]),
    "alg nOnE and the old signature": lambda t: unsigned({"alg": "nOnE"}, opened(t)[1]) + t.split(".")[2],
    "no alg": lambda t: unsigned({"typ": "JWT"}, opened(t)[1]),
    "alg of a list": lambda t: unsigned({"alg": ["HS256"]}, opened(t)[1]),
    "signature cut": lambda t: t.rpartition(".")[0] + ".",
    "signature of another": lambda t: t[:-6] + "AAAAAA",
    "claims changed under the signature": lambda t: ".".join(
        [t.split(".")[0], part(opened(t)[1] | {"user_id": str(uuid4())}), t.split(".")[2]]
    ),
    "another key": lambda t: ours(t, key="x" * 64),
    "an empty key": lambda t: ours(t, key="\0" * 32),
    "the system's key": lambda t: ours(t, key=settings.SECRET_KEY),
    "HS512 by our key": lambda t: ours(t, algorithm="HS512"),
    "HS384 by our key": lambda t: ours(t, algorithm="HS384"),
    "RS256": by_rsa,
    "kid of a path": lambda t: ours(t, header={"kid": "../../../../dev/null"}, key="x" * 40),
    "kid of a query": lambda t: ours(t, header={"kid": "' UNION SELECT 'x' --"}, key="x" * 40),
    "kid of a number": lambda t: unsigned({"alg": "HS256", "kid": 7}, opened(t)[1]) + "AAAA",
    "kid of a list": lambda t: unsigned({"alg": "HS256", "kid": ["a"]}, opened(t)[1]) + "AAAA",
    "kid of nothing": lambda t: unsigned({"alg": "HS256", "kid": None}, opened(t)[1]) + "AAAA",
    "jku of another host": lambda t: ours(t, header={"jku": "https://evil.example/keys"}, key="x" * 40),
    "jwk of its own": lambda t: ours(t, header={"jwk": {"kty": "oct", "k": "eHh4"}}, key="x" * 40),
    "x5u of another host": lambda t: ours(t, header={"x5u": "https://evil.example/c.pem"}, key="x" * 40),
    "critical headers": lambda t: ours(t, header={"crit": ["evil"], "evil": 1}, key="x" * 40),
    "run out": lambda t: ours(t, exp=NOW - 1),
    "without an end": lambda t: ours(t, drop=("exp",)),
    "an end that is none": lambda t: ours(t, exp="tomorrow"),
    "good from tomorrow": lambda t: ours(t, nbf=NOW + 86_400),
    "made tomorrow": lambda t: ours(t, iat=NOW + 86_400),
    "a time that is none": lambda t: ours(t, iat="never"),
    "another type": lambda t: ours(t, token_type="sliding"),
    "no type": lambda t: ours(t, drop=("token_type",)),
    "a refresh token by its type": lambda t: ours(t, token_type="refresh"),
    "no id": lambda t: ours(t, drop=("jti",)),
    "another person": lambda t: ours(t, user_id=str(uuid4())),
    "a person that is none": lambda t: ours(t, user_id="1' OR '1'='1"),
    "a person of a list": lambda t: ours(t, user_id=["x"]),
    "no person": lambda t: ours(t, drop=("user_id",)),
    "no family": lambda t: ours(t, drop=("family",)),
    "another family": lambda t: ours(t, family=str(uuid4())),
    "a family that is none": lambda t: ours(t, family={"$ne": None}),
    "two dots": lambda _t: "..",
    "one part": lambda t: t.split(".")[0],
    "four parts": lambda t: t + ".AAAA",
    "not of base64": lambda _t: "é.é.é",
    "a bomb": lambda _t: "A" * 100_000 + "." + "B" * 100_000 + "." + "C" * 10,
    "claims that are a list": lambda _t: f"{part({'alg': 'HS256'})}.{part([1, 2])}.AAAA",
    "claims deep in one another": lambda _t: f"{part({'alg': 'HS256'})}.{'W1tb' * 1000}.AAAA",
    "nothing": lambda _t: "",
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_access_token_opens_no_door(forged, pair):
    token = FORGED[forged](pair.access)
    try:
        header = f"Bearer {token}".encode().decode("latin-1")
    except UnicodeDecodeError:
        header = "Bearer x"
    answer = Client(HTTP_AUTHORIZATION=header).get(ME)
    assert answer.status_code == 401, forged
    with pytest.raises(Refused):
        by_token(token)
    assert Client().get(f"{ME}?token={token[:2000]}").status_code == 401
    assert Client(HTTP_AUTHORIZATION=f"Bearer {pair.access}").get(ME).status_code == 200, "the true one still does"


@pytest.mark.parametrize(
    "forged", [one for one in FORGED if one not in ("another type", "a refresh token by its type")]
)
def test_a_forged_refresh_token_is_exchanged_for_nothing_and_ends_nothing(forged, pair):
    token = FORGED[forged](pair.refresh)
    for door in ("/auth/jwt/refresh/", "/auth/jwt/logout/", "/auth/jwt/verify/"):
        body = json.dumps({"refresh": token, "token": token})
        assert Client().post(door, body, "application/json").status_code in (400, 401), (forged, door)
    assert tokens.exchange(pair.refresh).access


def test_the_two_kinds_are_not_each_other(pair):
    assert Client(HTTP_AUTHORIZATION=f"Bearer {pair.refresh}").get(ME).status_code == 401
    body = json.dumps({"refresh": pair.access})
    assert Client().post("/auth/jwt/refresh/", body, "application/json").status_code in (400, 401)


@pytest.mark.parametrize("scheme", ["Token", "Basic", "JWTS", "bearer bearer", "Device", "Bearer,"])
def test_no_other_scheme_carries_it(scheme, pair):
    assert Client(HTTP_AUTHORIZATION=f"{scheme} {pair.access}").get(ME).status_code == 401


def test_a_token_opens_no_page_of_the_staff_and_a_session_nothing_of_the_apps():
    boss = make_staff("Managers")
    access = tokens.sign_in(boss).access
    assert Client(HTTP_AUTHORIZATION=f"Bearer {access}").get("/courses-admin/").status_code == 302
    client = Client()
    client.cookies["access"] = access
    assert client.get(ME).status_code == 401
    client.force_login(boss)
    assert client.get("/courses-admin/").status_code == 200
    assert client.get(ME).status_code == 401
