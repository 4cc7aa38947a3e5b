// A real OpenID provider on loopback for the sign-in tests: real discovery, code flow, PKCE, signatures and sign-out.
// It is named localhost, so that for a browser it is another site than the server at 127.0.0.1.
// Only its people are invented: the address says who signs in, because typing passwords is not what is tested.
//
//   node provider.mjs PORT REDIRECT_URI POST_LOGOUT_URI        prints "ready" when it listens
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port, redirectUri, postLogoutUri] = process.argv.slice(2)
const issuer = `http://localhost:${port}`

const PEOPLE = {
  analyst: { name: 'Alex Analyst', groups: ['Staff', 'Rasure-Analysts'] },
  inspector: { name: 'Ira Inspector', groups: ['Rasure-West', 'Staff'] },
  auditor: { name: 'Audrey Auditor', groups: ['Rasure-Auditors'] },
  nobody: { name: 'Noel <b>Nobody</b>', groups: ['Staff'] },
  barred: { name: 'Bo Barred', groups: ['Rasure-Analysts', 'Rasure-Barred'] },
  groupless: { name: 'Gale Groupless' },
}

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'rasure',
    client_secret: 'a-secret-of-the-tests-only-0123456789',
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [postLogoutUri],
  }],
  claims: { openid: ['sub'], profile: ['name', 'groups'], email: [] },
  conformIdTokenClaims: false,
  cookies: { keys: ['tests-only'] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId,
    })
    grant.addOIDCScope('openid profile email')
    await grant.save()
    return grant
  },
})

const answer = provider.callback()

createServer(async (request, response) => {
  const url = new URL(request.url, issuer)
  if (!url.pathname.startsWith('/interaction/')) return answer(request, response)
  const person = url.searchParams.get('person')
  if (person) return provider.interactionFinished(request, response, { login: { accountId: person } })
  response.setHeader('content-type', 'text/html')
  const links = Object.keys(PEOPLE).map((id) => `<li><a href="${url.pathname}?person=${id}">${id}</a></li>`)
  return response.end(`<!doctype html><title>Identity provider</title><ul>${links.join('')}</ul>`)
}).listen(Number(port), '127.0.0.1', () => console.log('ready'))
