"""Signs and verifies agent cards with the SDK for Python, for the tests of a2a-core's feature `signing`.

    python=$(interop/python/setup)
    $python interop/python/signatures.py sign < cards.json > python.json
    $python interop/python/signatures.py verify < signed.json

`cards.json` is a2a-core/tests/it/fixtures/signing/cards.json: cards by their names. `sign` makes keys of its own and
writes {"madeBy", "jwks", "cards": [{"name", "algorithm", "card"}]}; `verify` reads the same, says of each card
whether it found a good signature, and fails unless all have one. To verify cards that a2a-core signs:

    interop/signatures
"""

import importlib.metadata
import json
import sys

from a2a.types import AgentCard
from a2a.utils.signing import create_agent_card_signer, create_signature_verifier
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from google.protobuf.json_format import MessageToDict, ParseDict
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

KEYS = {
    'ES256': lambda: (ECAlgorithm, ec.generate_private_key(ec.SECP256R1())),
    'ES384': lambda: (ECAlgorithm, ec.generate_private_key(ec.SECP384R1())),
    'EdDSA': lambda: (OKPAlgorithm, ed25519.Ed25519PrivateKey.generate()),
    'RS256': lambda: (RSAAlgorithm, rsa.generate_private_key(65537, 2048)),
    'PS256': lambda: (RSAAlgorithm, rsa.generate_private_key(65537, 2048)),
}


def sign(cards):
    jwks, signed = [], []
    for algorithm, make in KEYS.items():
        kind, key = make()
        jwk = kind.to_jwk(key.public_key(), as_dict=True)
        jwks.append({**jwk, 'kid': f'python-{algorithm}', 'alg': algorithm, 'use': 'sig'})
        header = {'alg': algorithm, 'kid': f'python-{algorithm}', 'typ': 'JOSE', 'jku': 'https://example.com/jwks'}
        signer = create_agent_card_signer(key, header, {'note': 'not signed'})
        for name, card in cards.items():
            card = MessageToDict(signer(ParseDict(card, AgentCard())))
            signed.append({'name': name, 'algorithm': algorithm, 'card': card})
    made_by = f'PyPI a2a-sdk {importlib.metadata.version("a2a-sdk")}'
    return {'madeBy': made_by, 'jwks': {'keys': jwks}, 'cards': signed}


def verify(signed):
    keys = {jwk['kid']: jwk for jwk in signed['jwks']['keys']}
    good = True
    for entry in signed['cards']:
        algorithm = entry['algorithm']
        verifier = create_signature_verifier(lambda kid, jku: PyJWK(keys[kid], algorithm), [algorithm])
        try:
            verifier(ParseDict(entry['card'], AgentCard(), ignore_unknown_fields=True))
            outcome = 'good'
        except Exception as error:
            outcome, good = f'{type(error).__name__}: {error}', False
        print(entry['name'], algorithm, outcome)
    return good


if sys.argv[1:] == ['sign']:
    json.dump(sign(json.load(sys.stdin)), sys.stdout, indent=1, ensure_ascii=False)
    print()
elif sys.argv[1:] == ['verify']:
    sys.exit(0 if verify(json.load(sys.stdin)) else 1)
else:
    sys.exit(__doc__)
