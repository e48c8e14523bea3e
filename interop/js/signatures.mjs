// Signs and verifies agent cards with the SDK for JavaScript, for the tests of a2a-core's feature `signing`.
//
//     interop/js/setup
//     node interop/js/signatures.mjs sign < cards.json > js.json
//     node interop/js/signatures.mjs verify < signed.json
//
// What goes in and comes out is as in ../python/signatures.py. To verify cards that a2a-core signs:
//
//     interop/signatures

import { readFileSync } from 'node:fs';
import { AgentCard, generateAgentCardSignature, verifyAgentCardSignature } from '@a2a-js/sdk';
import * as jose from 'jose';

async function sign(cards) {
  const keys = [];
  const signed = [];
  for (const algorithm of ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256']) {
    const { publicKey, privateKey } = await jose.generateKeyPair(algorithm, { extractable: true });
    const kid = `js-${algorithm}`;
    keys.push({ ...(await jose.exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' });
    const header = { alg: algorithm, kid, typ: 'JOSE' };
    const signer = generateAgentCardSignature(privateKey, header, { note: 'not signed' });
    for (const [name, card] of Object.entries(cards)) {
      const result = AgentCard.toJSON(await signer(AgentCard.fromJSON(card)));
      signed.push({ name, algorithm, card: result });
    }
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.resolve('@a2a-js/sdk'))));
  return { madeBy: `npm @a2a-js/sdk ${version}`, jwks: { keys }, cards: signed };
}

async function verify({ jwks, cards }) {
  console.debug = () => {};
  let good = true;
  for (const { name, algorithm, card } of cards) {
    const key = (kid) => jose.importJWK(jwks.keys.find((jwk) => jwk.kid === kid), algorithm);
    try {
      await verifyAgentCardSignature(key)(AgentCard.fromJSON(card));
      console.log(name, algorithm, 'good');
    } catch (error) {
      console.log(name, algorithm, error.message);
      good = false;
    }
  }
  return good;
}

const input = () => JSON.parse(readFileSync(0));
if (process.argv[2] === 'sign') {
  console.log(JSON.stringify(await sign(input()), null, 1));
} else if (process.argv[2] === 'verify') {
  process.exitCode = (await verify(input())) ? 0 : 1;
} else {
  console.error('expected sign or verify');
  process.exitCode = 2;
}
